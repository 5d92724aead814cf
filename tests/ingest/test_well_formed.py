"""Two ways of reading separated text, column by column and record by record, find the same in every file."""

from __future__ import annotations

import tempfile
from pathlib import Path
from unittest.mock import patch

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import FileRefused
from analysis.ingest import limits, reader, well_formed
from analysis.ingest.well_formed import NotWellFormed, Text, as_utf8, blocks, is_well_formed

PLAIN = ["", "", " ", "\u3000", "1", "5", "A1", "门店", "很好，谢谢", "𠮷", "e\u0301", "\ufeff", "\x1c", "sep="]
SIGNED = ["a,b", "a;b", "a\tb", "第一行\n第二行", "x\r\ny", "x\ry", '他说"好"', '"', '""', ",", "\n", "长" * 40]
CELLS = st.sampled_from([*PLAIN, *SIGNED])
ENDS = st.sampled_from(["\n", "\n", "\r\n", "\r", "\n\n", "\r\r\n"])


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def written(cell: str, way: int) -> str:
    """A cell as programs write it: quoted where needed, always, or (a damaged file) as it is."""
    needed = any(sign in cell for sign in ',;\t"\r\n')
    return [quoted(cell) if needed else cell, quoted(cell), cell][way]


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """A table of any width, with rows too short, too long and blank, damaged quotes and mixed line ends."""
    width, separator = draw(st.integers(1, 4)), draw(st.sampled_from(",,,;\t|；"))
    way = st.integers(0, 2) if draw(st.booleans()) else st.integers(0, 1)
    text = draw(st.sampled_from(["", "", "\ufeff", f"sep={separator}\n", "标题\n"]))
    text += separator.join(f"列{number}" for number in range(width)) + draw(ENDS)
    habit = draw(st.sampled_from(["", "", separator]))
    for _ in range(draw(st.integers(0, 12))):
        fields = draw(st.one_of(st.just(width), st.just(width), st.integers(0, width + 2)))
        text += separator.join(written(draw(CELLS), draw(way)) for _ in range(fields)) + habit + draw(ENDS)
    text = text[: len(text) - draw(st.integers(0, 2))]
    return text.encode(draw(st.sampled_from(["utf-8", "utf-8", "gb18030", "utf-16"])), errors="replace")


def found(data: bytes) -> tuple[object, ...]:
    """Everything that reading a file gives."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            notes = reader.read(data, Path(folder))
        except FileRefused as refusal:
            return (refusal.key, refusal.values)
        with pa.OSFile(str(Path(folder) / reader.TABLE_FILE), "rb") as source:
            return pa.ipc.open_file(source).read_all().to_pydict(), notes


def found_by_records(data: bytes) -> tuple[object, ...]:
    with patch.object(reader, "blocks", side_effect=NotWellFormed):
        return found(data)


@settings(max_examples=150)
@given(files())
def test_both_ways_find_the_same(data: bytes) -> None:
    assert found(data) == found_by_records(data)


@settings(max_examples=100)
@given(files(), st.integers(8, 200), st.integers(1, 50))
def test_wherever_the_blocks_end(data: bytes, block: int, piece: int) -> None:
    """Also where a record is larger than a block: from there on the file is read the other way."""
    with patch.object(well_formed, "_BLOCK", block), patch.object(well_formed, "_LOOKED_AT_ONCE", piece):
        assert found(data) == found_by_records(data)


def test_issues_and_rows_keep_the_order_of_the_file() -> None:
    lines = [f"A{n},{n % 5}" + (",zu viel" if n % 7 == 0 else "") for n in range(5_000)]
    lines[3] = "A3," + "长" * (limits.MAX_CELL_CHARACTERS + 1)
    lines[10] = ","
    data = ("编号,满意度\n" + "\n".join(lines)).encode()
    table, notes = found(data)
    assert (table, notes) == found_by_records(data)
    assert table["row"] == sorted(table["row"])
    assert [issue["reason"] for issue in notes["issues"]][:2] == ["row_too_long", "cell_too_long"]


WELL = ["a,b\n1,2\n", '"a","b"\n', 'a,""\n', '"x""y",b', '"a\nb",c\r\n"d",', '"""a""",b', '"",""', "\r", ""]
ILL = ['a"b,c\n', '"a"b,c\n', '"a', 'a,"b\nc,d\n', '""a,b', ' "a",b', '"a" ,b', '"a"""b",c']


@pytest.mark.parametrize("piece", [1, 1_000])
@pytest.mark.parametrize(("text", "well"), [*((text, True) for text in WELL), *((text, False) for text in ILL)])
def test_quotes_in_and_out_of_place(text: str, well: bool, piece: int) -> None:
    with patch.object(well_formed, "_LOOKED_AT_ONCE", piece):
        assert is_well_formed(text.encode(), ",") is well


def test_text_of_other_encodings_is_the_same_text() -> None:
    text = "意見,分\n很好,1\n"
    for codec in ("utf-8-sig", "gb18030", "utf-16", "big5hkscs"):
        assert as_utf8(Text(text.encode(codec), codec, ",")).decode() == text


def test_a_separator_of_several_bytes_is_not_for_the_fast_reader() -> None:
    with pytest.raises(NotWellFormed):
        next(blocks(Text("a；b\n".encode(), "utf-8-sig", "；"), 2))
