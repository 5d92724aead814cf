"""The same rows in every encoding and separator, and nothing guessed where it cannot be known."""

from __future__ import annotations

import codecs

import pytest

from analysis.errors import FileRefused
from analysis.ingest.encoding import detect
from tests.ingest.files import SURVEY, look, records

TRADITIONAL = (
    "答卷編號,提交時間,渠道,門店,推薦意願,整體滿意度,服務態度,意見\n"
    "A1,2026-01-05 10:00:00,線上客服,湖濱店,9,非常滿意,5,客服很有耐心，問題馬上解決\n"
    "A2,2026-01-06 11:00:00,門店,湖濱店,3,不滿意,2,排隊太久\n"
)
pytestmark = pytest.mark.usefixtures("in_process")


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gbk", "gb18030"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_same_rows_in_every_encoding(encoding: str, found: str) -> None:
    plain, other = look(SURVEY), look(SURVEY.encode(encoding))
    assert other.encoding == found
    assert other.table.header == plain.table.header
    assert other.table.frame.equals(plain.table.frame)
    assert (
        records(SURVEY.encode(encoding)).rows["content"].tolist() == records(SURVEY).rows["content"].tolist()
    )


@pytest.mark.parametrize("encoding", ["utf-8", "big5", "gb18030", "utf-16"])
def test_traditional_script(encoding: str) -> None:
    found = look(TRADITIONAL.encode(encoding))
    assert found.table.frame.iloc[0, 7] == "客服很有耐心，問題馬上解決"
    assert [c.role for c in found.mapping.columns] == [c.role for c in look(SURVEY).mapping.columns]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_letters_that_end_in_a_zero_byte(encoding: str) -> None:
    """最 is U+6700 and 一 is U+4E00: in a short file without a mark they bring zeros to the other side."""
    assert detect("客户编号,最近购买日期,会员等级\n客户1,一月,最高\n".encode(encoding)) == encoding


def test_utf16_with_big_endian_mark() -> None:
    assert detect(codecs.BOM_UTF16_BE + SURVEY.encode("utf-16-be")) == "utf-16"


def test_ascii_is_utf8() -> None:
    assert detect(b"store,score\na,5\n") == "utf-8"


def test_given_encoding_overrules() -> None:
    assert look(TRADITIONAL.encode("big5"), encoding="big5").table.header[0] == "答卷編號"


@pytest.mark.parametrize(
    ("encoding", "key"), [("utf-8", "errors.wrong_encoding"), ("klingon", "errors.unknown_encoding_name")]
)
def test_given_encoding_that_is_wrong(encoding: str, key: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        look(SURVEY.encode("gb18030"), encoding=encoding)
    assert refusal.value.key == key


@pytest.mark.parametrize("separator", ["\t", ";", "；", "|"])
def test_other_separators(separator: str) -> None:
    other = look(SURVEY.replace(",", separator))
    assert other.table.frame.equals(look(SURVEY).table.frame)


@pytest.mark.parametrize("separator", [";", "\t", "^"])
def test_separator_stated_in_the_first_line(separator: str) -> None:
    other = look(f"sep={separator}\n" + SURVEY.replace(",", separator))
    assert other.table.header == look(SURVEY).table.header
    assert other.table.frame.index.tolist() == [3, 4]
    assert other.table.frame.to_numpy().tolist() == look(SURVEY).table.frame.to_numpy().tolist()


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\n"])
def test_line_ends(line_end: str) -> None:
    assert look(SURVEY.replace("\n", line_end)).table.frame.equals(look(SURVEY).table.frame)
