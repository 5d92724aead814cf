"""Labels of controls are Markdown to Streamlit: what a file put into a name must stay letters."""

from __future__ import annotations

import pytest

from dashboard.formatting import literal

MARKUP = {
    "![x](//a/b.png)": r"\!\[x\](//a/b.png)",
    "[x](//a)": r"\[x\](//a)",
    "**b** _i_ ~~s~~ `c`": r"\*\*b\*\* \_i\_ \~\~s\~\~ \`c\`",
    "$x$": r"\$x\$",
    ":red[x] :material/add: :smile:": r"\:red\[x\] \:material/add\: \:smile\:",
    "<b>&lt;": r"\<b\>\&lt;",
    "a\\b": r"a\\b",
    "# 一": r"\# 一",
    "- 一": r"\- 一",
    "1. 一": r"1\. 一",
    "10) 一": r"10\) 一",
    # A word joiner, which nobody sees, keeps an address from becoming a link.
    "http://a.b/c": "http\u2060\\://a.b/c",
    "HTTPS://a.b": "HTTP\u2060S\\://a.b",
    "www.a.cn": "www\u2060.a.cn",
    "a@b.cn": "a\u2060@b.cn",
}
PLAIN = ["湖滨店", "18-24 岁", "A.B 店", "3.5 分", "在线客服（晚）", "100%", "C#", "a+b", ""]


@pytest.mark.parametrize(("name", "label"), MARKUP.items())
def test_markup_is_taken_at_its_letters(name: str, label: str) -> None:
    assert literal(name) == label


@pytest.mark.parametrize("name", PLAIN)
def test_usual_names_stay_as_they_are(name: str) -> None:
    assert literal(name) == name


def test_a_name_is_one_line() -> None:
    assert literal("a\n\n# b") == "a # b"
