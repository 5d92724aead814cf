"""What must be masked, and what only looks like it."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.privacy import mask, pseudonym


def masked(text: str) -> str:
    return mask(pd.Series([text], dtype="str"))[0].iloc[0]


# Invented numbers; the id numbers carry a right check digit of GB 11643-1999.
PERSONAL = [
    ("打13812345678找我", "打[电话]找我"),
    ("１３８１２３４５６７８", "[电话]"),
    ("138 1234 5678", "[电话]"),
    ("138-1234-5678。", "[电话]。"),
    ("138\u200b1234\u200b5678", "[电话]"),
    ("一三八一二三四五六七八", "[电话]"),
    ("138一二三四5678", "[电话]"),
    ("l38l2345678", "[电话]"),
    ("008613812345678", "[电话]"),
    ("+86 138 1234 5678", "[电话]"),
    ("tel13812345678", "tel[电话]"),
    ("13812345678或13912345678", "[电话]或[电话]"),
    ("座机010-62345678", "座机[电话]"),
    ("zhangsan@163.com", "[邮箱]"),
    ("邮箱zhangsan＠163。com谢谢", "邮箱[邮箱]谢谢"),
    ("11010519491231002X", "[证件号]"),
    ("110105 19491231 002x", "[证件号]"),
    ("身份证110105194912310021", "身份证[证件号]"),
    ("卡号6222021234567890123", "卡号[银行卡]"),
    ("4111 1111 1111 1111", "[银行卡]"),
    ("我的QQ：123456789", "我的QQ：[QQ号]"),
    ("V信：zhangsan88", "V信：[微信号]"),
    ("加微信号 lisi_2026 聊", "加微信号 [微信号] 聊"),
]
HARMLESS = [
    "等了138分钟",
    "型号X13812345678A",
    "400-820-8820",
    "订单号20231234567890123456",
    "一共1380元，13件",
    "2026-11-22 13:45:00",
    "微信支付很方便",
    "一二三四五六七八九十",
    "二〇二六年十一月",
    "满分10分，给9分",
    "订单6222021234567890",
    "@客服 在吗",
    "",
    "QQ糖很好吃",
    "用了20年",
    "1999.99",
]


@pytest.mark.parametrize(("text", "safe"), PERSONAL)
def test_masked(text: str, safe: str) -> None:
    assert masked(text) == safe


@pytest.mark.parametrize("text", HARMLESS)
def test_stays(text: str) -> None:
    assert masked(text) == text


def test_counts_what_was_masked() -> None:
    texts, found = mask(pd.Series(["13812345678", "a@b.cn 13912345678", "好"], index=[5, 7, 9]))
    assert found == {"phone": 2, "email": 1}
    assert texts.index.tolist() == [5, 7, 9]


@pytest.mark.parametrize("texts", [[], [None], ["", None]])
def test_nothing_to_mask(texts: list) -> None:
    series = pd.Series(texts, dtype="str")
    found, counts = mask(series)
    assert found.equals(series)
    assert counts == {}


@given(st.text(alphabet="1389一三八 -@.a好lIoOxX＠０", max_size=60))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = masked(text)
    assert masked(once) == once


@given(before=st.text(alphabet="好 ，。", max_size=10), after=st.text(alphabet="好 ，。", max_size=10))
def test_phone_is_found_in_any_sentence(before: str, after: str) -> None:
    assert "138" not in masked(f"{before}13812345678{after}")


def test_pseudonyms() -> None:
    hidden = pseudonym(pd.Series(["C1", " C1 ", "C2", "", None], index=[1, 2, 3, 4, 5]), b"secret")
    assert hidden[1] == hidden[2] != hidden[3]
    assert hidden[4:].isna().all()
    assert (
        hidden[1] == pseudonym(pd.Series(["C1"]), b"secret")[0] != pseudonym(pd.Series(["C1"]), b"other")[0]
    )
    assert len(hidden[1]) == 16
    assert pseudonym(pd.Series([], dtype="str"), b"secret").empty


def test_long_hostile_texts_are_read() -> None:
    hostile = pd.Series(["1" * 100_000, "a" * 100_000, "a.@" * 30_000, "138 " * 25_000, "一" * 100_000])
    assert len(mask(hostile)[0]) == 5
