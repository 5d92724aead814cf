"""What must be masked, and what only looks like it."""

from __future__ import annotations

import time

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.privacy import KINDS, ON_LABELS, find, mask, mask_text, pseudonym
from analysis.privacy.suspicion import suspect
from tests.privacy.measure import HALVES, PLANTED, items


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
    ("订单号20231234567890123456", "订单号[单号]"),
    ("订单6222021234567890", "订单[单号]"),
    ("订单号50778795174和59671095217", "订单号[单号]和[单号]"),
    ("SF1234567890123没到", "[单号]没到"),
    ("护照E12345678", "护照[证件号]"),
    ("京A·12345的车", "[车牌]的车"),
    ("寄到朝阳区建国路88号院3号楼2单元1201室谢谢", "寄到[地址]谢谢"),
    ("王女士和欧阳先生", "[姓名]女士和[姓名]先生"),
    ("我叫张三，", "我叫[姓名]，"),
    ("張小姐說", "[姓名]小姐說"),
]
HARMLESS = [
    "等了138分钟",
    "型号X13812345678A",
    "400-820-8820",
    "一共1380元，13件",
    "2026-11-22 13:45:00",
    "微信支付很方便",
    "一二三四五六七八九十",
    "二〇二六年十一月",
    "满分10分，给9分",
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


@pytest.mark.parametrize("half", HALVES)
def test_the_quick_look_lets_nothing_pass_that_would_be_found(half: str) -> None:
    texts = [item.text for item in items(half, PLANTED)]
    found = [bool(find(text)) for text in texts]
    looked = suspect(pd.Series(texts, dtype="str"))
    assert [text for text, a, b in zip(texts, found, looked, strict=True) if a > b] == []


@given(st.text(alphabet="1389一三八 -@.a好\u200b号楼单元室我叫王女士经理订单京A·微信QQ", max_size=60))
def test_what_is_found_is_in_order_and_inside_the_text(text: str) -> None:
    found = find(text)
    ends = [0, *(end for piece in found for end in (piece.start, piece.end)), len(text)]
    assert ends == sorted(ends)
    assert all(piece.start < piece.end for piece in found)
    assert bool(suspect(pd.Series([text], dtype="str"))[0]) or not found


def test_labels_keep_names_and_places() -> None:
    label = "李经理 建国路88号3楼 13812345678"
    assert mask_text(label, kinds=ON_LABELS) == "李经理 建国路88号3楼 [电话]"
    assert set(ON_LABELS) < set(KINDS)


def test_equal_texts_count_each() -> None:
    assert mask(pd.Series(["王女士", "好", "王女士"], dtype="str"))[1] == {"name": 2}


def test_a_nickname_stays() -> None:
    assert masked("找客服小王，小王很好，老李也好") == "找客服小王，小王很好，老李也好"


# Texts on which a pattern that backtracks would take time that grows with the square of the length.
HOSTILE = {
    "digits": "1", "letters": "a", "mails": "a.@", "groups": "138 ", "numerals": "一", "districts": "区",
    "roads": "路3号", "buildings": "3号楼", "surnames": "王", "titles": "王先生", "roles": "客服张",
    "labels": "我叫张三", "plates": "京A", "orders": "订单号1", "further": "订单123456789、", "dashes": "1-",
    "accounts": "微信", "at": "a at ", "invisible": "1\u200b",
}
HOSTILE_LENGTH = 20_000
GROWTH = 8


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_time_grows_with_the_length_only(piece: str) -> None:
    """Eight times the text takes about eight times the time; with its square it would be sixty-four times."""
    short = piece * (HOSTILE_LENGTH // GROWTH // len(piece))
    find(short)  # dictionaries are loaded now

    def seconds(text: str) -> float:
        taken = []
        for _ in range(3):
            start = time.thread_time()
            find(text)
            taken.append(time.thread_time() - start)
        return min(taken)

    assert seconds(short * GROWTH) < max(GROWTH * 3 * seconds(short), 0.05)


# What ids are made of, and what in them could be a person.
PIECES = [
    "A", "ab-", "R", "Q", "qq", "QQ", "tel", "Tel:", "vx", "WX", "visa", "hone", "电话", "办公室 ", "ID", "@", "＠",
    " at ", "[AT]", "艾特", ".com", "163.com", "zhang", "86", "+86", "(0086)", "010-", "(02)", "09", "+852 ", "138",
    "１３８", "一三八", "l38", "1234", "2345678", "62345678", "12345678", "110105", "19491231", "002X", "0021", "-",
    " ", "_", "\u200b", "。", "/",
]


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map("".join))
def test_every_id_that_could_be_a_person_is_looked_at(text: str) -> None:
    of_ids = ("phone", "email", "id_card")
    if find(text, kinds=of_ids):
        assert suspect(pd.Series([text], dtype="str"), kinds=of_ids)[0], text


def test_plain_ids_are_not_looked_at_one_by_one() -> None:
    ids = pd.Series(["R00000123", "A20260001", "12345678", "DD20260101000123", "BATCH-001", "x-7"], dtype="str")
    assert not suspect(ids, kinds=("phone", "email", "id_card")).any()
