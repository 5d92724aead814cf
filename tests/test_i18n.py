"""Who asks hears the language that is spoken: around it, in the environment, on the command line."""

from __future__ import annotations

import threading
from datetime import date

import pytest

from analysis import formatting, i18n
from analysis.cli import main
from analysis.i18n import Sentence, Verbatim, clauses, languages, listed, named, say, speaking, spoken, words
from analysis.taxonomy import taxonomy
from analysis.text.needs import kinds_of_needs


def test_three_languages_the_default_first() -> None:
    assert languages() == ("zh-CN", "zh-TW", "en")


def test_the_innermost_language_is_spoken_and_only_in_its_thread() -> None:
    heard = []
    with speaking("en"):
        with speaking("zh-TW"):
            assert spoken() == "zh-TW"
        assert say("screen.pages.overview") == "Overview"
        other = threading.Thread(target=lambda: heard.append(spoken()))
        other.start()
        other.join()
    assert (spoken(), heard) == ("zh-CN", ["zh-CN"])


def test_nobody_speaks_an_unknown_language() -> None:
    with pytest.raises(KeyError), speaking("xx"):
        pass


@pytest.mark.parametrize(("variable", "expected"), [("en", "en"), ("xx", "zh-CN"), ("", "zh-CN")])
def test_the_environment_names_the_usual_language(
    monkeypatch: pytest.MonkeyPatch, variable: str, expected: str
) -> None:
    monkeypatch.setattr(i18n, "_listeners", [])
    monkeypatch.setenv("XINSHENG_LANG", variable)
    assert spoken() == expected


@pytest.mark.parametrize(
    ("count", "expected"), [(1, "1 comment"), ("1", "1 comment"), (0, "0 comments"), ("1,204", "1,204 comments")]
)
def test_english_counts_have_their_word(count: object, expected: str) -> None:
    assert say("screen.common.comments", language="en", count=count) == expected


def test_a_rounded_number_has_the_word_for_what_is_shown() -> None:
    said = [say("findings.change.nps_rise", language="en", change=change) for change in (1.4, 1.6)]
    assert ["up 1 point on" in said[0], "up 2 points on" in said[1]] == [True, True]


def test_a_sentence_says_its_parts_in_its_own_language() -> None:
    parts = {"place": "在线客服", "dimension": "服务态度"}
    sentence = Sentence("findings.week.fall", {"subject": Sentence("findings.week.of", parts), "week": 47, "change": 3})
    assert sentence.said("en").startswith("Staff attitude (Live chat) was 3.0 below usual in W47")
    assert "線上客服的服務態度" in sentence.said("zh-TW")


def test_lists_and_clauses_are_joined_as_the_language_does() -> None:
    assert (listed(["甲", "服务态度"]), clauses(["a", "b"])) == ("甲、服务态度", "A；b")
    with speaking("en"):
        assert (listed(["甲", "服务态度"]), clauses(["now 3", "NPS 5"])) == ("甲, Staff attitude", "Now 3; NPS 5")


def test_names_at_the_beginning_keep_their_capitals_where_they_are_more_than_words() -> None:
    known = {"place": "NPS", "week": "W47", "weeks": 4, "limits": "", "value": 1}
    assert "NPS: above" in say("screen.course.above", language="en", metric="CSAT", **known)


def test_every_standard_name_is_known_to_every_language() -> None:
    tree = taxonomy()
    names = {entry.name for entry in (*tree.channels, *tree.touchpoints, *tree.dimensions)} | {*kinds_of_needs()}
    assert {name for name in names if f"names.{name}" not in words("zh-CN")} == set()
    assert named("在线客服", "en") == "Live chat"
    assert named("我的门店", "en") == "我的门店"


def test_what_customers_said_is_never_said_otherwise() -> None:
    said = Sentence("findings.issue", {"phrase": Verbatim("价格"), "recent": 3}).said("en")
    assert '"价格"' in said
    assert (named(Verbatim("价格"), "en"), named("价格", "en")) == ("价格", "Price")


def test_traditional_words_hold_no_simplified_character() -> None:
    def foreign(text: str) -> str:
        return "".join(c for c in text if "\u4e00" <= c <= "\u9fff" and not c.encode("big5", "ignore"))

    assert {key: foreign(text) for key, text in words("zh-TW").items() if foreign(text)} == {}


def test_rows_and_columns_are_what_taiwan_calls_them() -> None:
    assert say("screen.data.facts", language="zh-TW", format="CSV", rows=3, columns=2) == "CSV · 3 列 × 2 欄"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["batches", "--lang", "en"], "No file has been imported yet."),
        (["batches", "--lang=zh-TW"], "還沒有匯入任何檔案。"),
        (["batches"], "还没有导入任何文件。"),
    ],
)
def test_the_command_line_speaks_what_it_is_asked_for(
    tmp_path, capsys: pytest.CaptureFixture, arguments: list[str], expected: str
) -> None:
    assert main([*arguments, "--store", str(tmp_path / "s.duckdb")]) == 0
    assert capsys.readouterr().out.strip() == expected


@pytest.mark.parametrize(("language", "expected"), [("xx", "没有名为“xx”的项"), ("en --nonsense", "Unknown argument")])
def test_a_refusal_is_said_in_the_language_asked_for(capsys, language: str, expected: str) -> None:
    assert main(["batches", "--lang", *language.split()]) == 2
    assert expected in capsys.readouterr().err


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2026, 11, 16), date(2026, 11, 22), "W47 2026 (16 – 22 Nov)"),
        (date(2025, 12, 29), date(2026, 1, 4), "W1 2026 (29 Dec – 4 Jan)"),
        (date(2026, 10, 26), date(2026, 11, 22), "26 Oct – 22 Nov 2026"),
        (date(2025, 11, 24), date(2026, 11, 22), "24 Nov 2025 – 22 Nov 2026"),
    ],
)
def test_english_spans_of_days(start: date, end: date, expected: str) -> None:
    with speaking("en"):
        assert formatting.period(start, end).replace("\u2009", " ") == expected
