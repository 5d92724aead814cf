"""Files for spreadsheets: what goes in comes out again, and nothing of it is a formula."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import export
from analysis.errors import OutputFailed
from analysis.export import Sheet

HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x", '=cmd|"/c calc"!A1']
FRAME = pd.DataFrame(
    {
        "触点": ["在线客服", "=1+1", None],
        "=公式": [-5, 0, 3],
        "占比": [0.25, -1.5, np.nan],
        "日期": pd.to_datetime(["2026-01-05", "2026-01-06", None]),
        "时刻": pd.to_datetime(["2026-01-05 10:30", "2026-01-06 11:00", None]),
        "好": [True, False, None],
    }
)


def cells(content: bytes, sheet: int = 0) -> list[list[openpyxl.cell.Cell]]:
    return [list(row) for row in openpyxl.load_workbook(io.BytesIO(content)).worksheets[sheet].iter_rows()]


def csv_lines(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_workbook_gives_back_what_went_in() -> None:
    header, first, second, third = cells(export.xlsx_bytes([Sheet("触点", FRAME)]))
    assert [cell.value for cell in header] == list(FRAME.columns)
    assert [cell.value for cell in first] == [
        "在线客服", -5, 0.25, datetime(2026, 1, 5), datetime(2026, 1, 5, 10, 30), True,
    ]
    assert [cell.value for cell in second][:3] == ["=1+1", 0, -1.5]
    assert [cell.value for cell in third] == [None, 3, None, None, None, None]
    assert [cell.data_type for cell in header] == ["s"] * 6
    assert [cell.data_type for cell in second] == ["s", "n", "n", "d", "d", "b"]


def test_pandas_reads_the_csv_back() -> None:
    content = export.csv_bytes(FRAME)
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == 4
    back = pd.read_csv(io.BytesIO(content))
    assert list(back.columns) == ["触点", "'=公式", "占比", "日期", "时刻", "好"]
    assert back["'=公式"].tolist() == [-5, 0, 3]
    assert back["占比"].tolist()[:2] == [0.25, -1.5]
    assert back["触点"].tolist()[:2] == ["在线客服", "'=1+1"]
    assert back["日期"].tolist()[0] == "2026-01-05"


@pytest.mark.parametrize("text", HOSTILE)
def test_no_formula_in_cells_headers_and_sheet_names(text: str) -> None:
    frame = pd.DataFrame({text: [text]})
    for line in csv_lines(export.csv_bytes(frame)):
        assert line == [f"'{text}"]
    content = export.xlsx_bytes([Sheet(text, frame)])
    assert [cell.data_type for row in cells(content) for cell in row] == ["s", "s"]
    (name,) = openpyxl.load_workbook(io.BytesIO(content)).sheetnames
    assert not name.startswith(export.FORMULA_SIGNS)


def test_strings_of_the_new_pandas_type_are_neutralised_too() -> None:
    frame = pd.DataFrame({"意见": pd.Series(["=1+1"], dtype="str"), "店": pd.Categorical(["@x"])})
    assert csv_lines(export.csv_bytes(frame))[1] == ["'=1+1", "'@x"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=6))
def test_any_text_survives_both_forms(texts: list[str]) -> None:
    frame = pd.DataFrame({"意见": pd.Series(texts, dtype=object)})
    lines = csv_lines(export.csv_bytes(frame))[1:]
    assert [line[0] if line else "" for line in lines] == [
        f"'{text}" if text.startswith(export.FORMULA_SIGNS) else text for text in texts
    ]
    back = cells(export.xlsx_bytes([Sheet("原话", frame)]))[1:]
    assert len(back) <= len(texts)
    assert all(cell.data_type in ("s", "n") and (cell.data_type == "s" or cell.value is None) for (cell,) in back)


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        (float("inf"), "inf"), (2**60, str(2**60)), (b"x", "b'x'"), ("\ud800坏", "?坏"), (np.int64(7), 7),
        (np.float64("nan"), None), (pd.NaT, None), (pd.NA, None), (date(2026, 1, 5), datetime(2026, 1, 5)),
        ("0071234567890123456789", "0071234567890123456789"), ("2026-01-05", "2026-01-05"), ("1e5", "1e5"),
    ],
)
def test_unusual_cells(cell: object, written: object) -> None:
    frame = pd.DataFrame({"x": pd.Series([cell], dtype=object), "y": ["端"]})
    assert cells(export.xlsx_bytes([Sheet("x", frame)]))[1][0].value == written
    assert len(csv_lines(export.csv_bytes(frame))) == 2


def test_a_text_longer_than_a_cell_is_cut_and_marked_as_cut() -> None:
    frame = pd.DataFrame({"x": ["长" * 40_000]})
    value = cells(export.xlsx_bytes([Sheet("x", frame)]))[1][0].value
    assert len(value) == export.MAX_CELL_CHARACTERS
    assert value.endswith("长…")


@pytest.mark.parametrize("name", ["", "a" * 40, "[坏]:*?/\\", "'引'", "History", "=x", "触点"])
def test_sheet_names_are_legal_and_differ(name: str) -> None:
    frame = pd.DataFrame({"x": [1]})
    book = openpyxl.load_workbook(io.BytesIO(export.xlsx_bytes([Sheet(name, frame), Sheet(name.upper(), frame)])))
    assert len({title.lower() for title in book.sheetnames}) == 2
    assert all(0 < len(title) <= 31 for title in book.sheetnames)


def test_marked_cells_are_coloured_and_say_why() -> None:
    frame = pd.DataFrame({"评分": ["11", "9"]})
    content = export.xlsx_bytes([Sheet("x", frame, {(0, 0): "不在量表内"}, editable=True)])
    _, (wrong,), (right,) = cells(content)
    assert wrong.comment.text == "不在量表内"
    assert wrong.fill.fgColor.rgb == "FFFFE3C2"
    assert right.comment is None
    assert (wrong.number_format, right.number_format) == ("@", "@")


def test_the_header_stays_in_sight_and_hidden_sheets_are_hidden() -> None:
    content = export.xlsx_bytes([Sheet("x", FRAME)], hidden={"记号": ["甲", "=乙"]})
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.worksheets[0].freeze_panes == "A2"
    assert book["记号"].sheet_state == "veryHidden"
    assert [cell.value for cell in book["记号"][1]] == ["甲", "=乙"]


@pytest.mark.parametrize("frame", [pd.DataFrame(), pd.DataFrame({"列": []})], ids=["no columns", "no rows"])
def test_an_empty_table_is_a_file_all_the_same(frame: pd.DataFrame) -> None:
    assert len(csv_lines(export.csv_bytes(frame))) == 1
    assert openpyxl.load_workbook(io.BytesIO(export.xlsx_bytes([Sheet("空", frame)]))).sheetnames == ["空"]


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("触点", "2026-01-05 2026-01-11"), "触点_2026-01-05 2026-01-11.csv"), (("../../etc/x",), "etc x.csv"),
        (("=cmd",), "cmd.csv"), (("",), "_.csv"), (("a\u202eb",), "a b.csv"), (("长" * 300,), "长" * 100 + ".csv"),
    ],
)
def test_file_names_are_safe(parts: tuple[str, ...], name: str) -> None:
    assert export.file_name(*parts, suffix=".csv").replace("  ", " ") == name


def test_a_form_that_is_not_known_is_refused(tmp_path) -> None:
    with pytest.raises(OutputFailed) as refused:
        export.write(FRAME, tmp_path / "x.pdf")
    assert refused.value.key == "errors.output_suffix"
    with pytest.raises(OutputFailed):
        export.write(FRAME, tmp_path / "没有" / "x.csv")


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch) -> None:
    monkeypatch.setattr(export, "MAX_ROWS", 3)
    with pytest.raises(OutputFailed) as refused:
        export.xlsx_bytes([Sheet("x", FRAME)])
    assert refused.value.values["rows"] == 3
