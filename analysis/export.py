"""Tables as files that a spreadsheet opens as they are meant: Chinese intact, numbers as numbers, no formulas.

CSV begins with a byte order mark, by which Excel knows UTF-8. A text that a spreadsheet would take for a
formula gets an apostrophe in front (CSV) or a cell type of its own (XLSX), wherever it stands: in a cell,
in a header, in the name of a sheet.
"""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from analysis.errors import OutputFailed

CSV = ".csv"
XLSX = ".xlsx"
SUFFIXES = (CSV, XLSX)

# What spreadsheets take for the beginning of a formula, full-width signs included. After a tab or a line
# break they look at the next character, so those count too.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

# Limits of the XLSX format (ECMA-376, as Excel applies them).
MAX_ROWS = 1_048_576
MAX_CELL_CHARACTERS = 32_767
_MAX_SHEET_NAME = 31
_EXACT_INTEGER = 2**53  # spreadsheets hold numbers as doubles

_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NOT_IN_FILE_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+')
_MAX_FILE_NAME = 100
_WIDE = "WF"  # East Asian width classes that take two columns
_NARROWEST, _WIDEST = 9, 60  # column widths in characters
_MEASURED_ROWS = 200  # first rows that decide how wide a column is

_HEADER_STYLE = {"bold": True, "bg_color": "#EDF1F9", "bottom": 1, "bottom_color": "#B8C0CC", "valign": "vcenter"}
_MARK_STYLE = {"bg_color": "#FFE3C2", "num_format": "@"}
_DECIMALS = ("#,##0", "#,##0.0", "#,##0.00", "#,##0.000")
_TEXT_STYLE = {"num_format": "@"}  # what is typed over such a cell stays as it was typed: 007, 2026-1-2


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with the name of its sheet; `marks` colours cells and hangs a note on them.

    A mark's key is (position of the row, position of the column) in the frame. `editable` gives every cell the
    type of text, so that a person's corrections are kept as typed. `places` are the decimals in which a column's
    numbers are printed; the cells hold them whole.
    """

    name: str
    frame: pd.DataFrame
    marks: Mapping[tuple[int, int], str] = field(default_factory=dict)
    editable: bool = False
    places: Mapping[str, int] = field(default_factory=dict)


def write(frame: pd.DataFrame, path: Path, *, sheet: str = "") -> None:
    """Write a table as CSV or XLSX, as the path's suffix says. Raises OutputFailed where that is not possible."""
    if path.suffix.lower() not in SUFFIXES:
        raise OutputFailed("errors.output_suffix", path=path.name, known=tuple(SUFFIXES))
    write_bytes(csv_bytes(frame) if path.suffix.lower() == CSV else xlsx_bytes([Sheet(sheet, frame)]), path)


def write_bytes(content: bytes, path: Path) -> None:
    """Write a finished file. Raises OutputFailed with the system's reason."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise OutputFailed("errors.output_failed", path=path, detail=error.strerror) from error


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """A table as CSV: UTF-8 with byte order mark, CRLF, no cell or header a formula. The index is left out."""
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow([harmless(str(name)) for name in frame.columns])
    for row in frame.itertuples(index=False, name=None):
        writer.writerow(map(harmless, row))
    return lines.getvalue().encode("utf-8-sig", errors="replace")


def harmless(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula; missing ones are empty, numbers stay numbers.

    >>> harmless("=1+1"), harmless("好"), harmless(-5)
    ("'=1+1", '好', -5)
    """
    match _plain(cell):
        case None:
            return ""
        case str(text):
            return f"'{text}" if text.startswith(FORMULA_SIGNS) else text
        case datetime() as moment:
            return moment.isoformat(sep=" ", timespec="seconds")
        case other:
            return other


def xlsx_bytes(sheets: Sequence[Sheet], *, hidden: Mapping[str, Sequence[str]] | None = None) -> bytes:
    """Tables as one workbook: every text a text, numbers and dates as such, the header frozen.

    `hidden` adds sheets that no one sees, each a row of texts, for what the program itself must find again.
    Texts beyond a cell's limit are cut. Raises OutputFailed for more rows than a sheet holds.
    """
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        taken: set[str] = set()
        styles = _Styles.of(book)
        for sheet in sheets:
            if len(sheet.frame) >= MAX_ROWS:
                raise OutputFailed("errors.output_too_long", rows=len(sheet.frame), limit=MAX_ROWS - 1)
            name = _sheet_name(sheet.name, taken)
            _fill(book.add_worksheet(name), sheet, styles)
        for name, texts in (hidden or {}).items():
            page = book.add_worksheet(name)
            for column, text in enumerate(texts):
                page.write_string(0, column, text)
            page.very_hidden()
    return stream.getvalue()


def file_name(*parts: str, suffix: str) -> str:
    """A file name from what the table is and which days it covers, safe on every system.

    >>> file_name("触点", "2026/01/05", suffix=".csv")
    '触点_2026 01 05.csv'
    """
    tidy = [" ".join(_NOT_IN_FILE_NAMES.sub(" ", part).split()).strip(". ") for part in parts]
    return ("_".join(part for part in tidy if part)[:_MAX_FILE_NAME].lstrip("".join(FORMULA_SIGNS)) or "_") + suffix


def cut(text: str) -> str:
    """A text as far as a cell of a workbook holds it."""
    return text if len(text) <= MAX_CELL_CHARACTERS else f"{text[:MAX_CELL_CHARACTERS - 1]}…"


@dataclass(frozen=True, slots=True)
class _Styles:
    header: Format
    mark: Format
    text: Format
    day: Format
    moment: Format
    decimals: tuple[Format, ...]

    @classmethod
    def of(cls, book: xlsxwriter.Workbook) -> _Styles:
        day, moment = ({"num_format": pattern} for pattern in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"))
        decimals = tuple(book.add_format({"num_format": pattern}) for pattern in _DECIMALS)
        return cls(*map(book.add_format, (_HEADER_STYLE, _MARK_STYLE, _TEXT_STYLE, day, moment)), decimals)

    def number(self, places: int | None) -> Format | None:
        """The format of a column's numbers; None leaves them as they are."""
        return None if places is None else self.decimals[min(places, len(self.decimals) - 1)]


def _fill(page: Worksheet, sheet: Sheet, styles: _Styles) -> None:
    for column, name in enumerate(sheet.frame.columns):
        page.write_string(0, column, cut(str(name)), styles.header)
        page.set_column(column, column, _width(sheet.frame, column), styles.text if sheet.editable else None)
    for position, row in enumerate(sheet.frame.itertuples(index=False, name=None)):
        for column, cell in enumerate(row):
            mark = sheet.marks.get((position, column))
            plain = _plain(cell)
            style = styles.mark if mark is not None else styles.text if sheet.editable else None
            if style is None and isinstance(plain, int | float):
                style = styles.number(sheet.places.get(sheet.frame.columns[column]))
            _put(page, position + 1, column, plain, style, styles)
            if mark:
                page.write_comment(position + 1, column, cut(mark), {"x_scale": 1.6, "y_scale": 1.2})
    page.freeze_panes(1, 0)
    if len(sheet.frame.columns):
        page.autofilter(0, 0, len(sheet.frame), len(sheet.frame.columns) - 1)


def _put(page: Worksheet, row: int, column: int, cell: object, style: Format | None, styles: _Styles) -> None:
    match cell:
        case None:
            page.write_blank(row, column, None, style)
        case bool():
            page.write_boolean(row, column, cell, style)
        case int() | float():
            page.write_number(row, column, cell, style)
        case datetime():
            page.write_datetime(row, column, cell, style or styles.moment)
        case date():
            page.write_datetime(row, column, cell, style or styles.day)
        case _:
            page.write_string(row, column, cut(cell), style)


def _plain(cell: object) -> object:
    """A cell as None, str, bool, int, float, date or datetime; what no spreadsheet can hold as a number is text."""
    if isinstance(cell, np.generic):
        cell = cell.item()
    if cell is None or cell is pd.NaT or cell is pd.NA or (isinstance(cell, float) and math.isnan(cell)):
        return None
    if isinstance(cell, datetime):
        moment = pd.Timestamp(cell).tz_localize(None).to_pydatetime()
        return moment.date() if moment == datetime.combine(moment, datetime.min.time()) else moment
    if isinstance(cell, bool | date) or (isinstance(cell, int) and abs(cell) <= _EXACT_INTEGER):
        return cell
    if isinstance(cell, float) and math.isfinite(cell):
        return cell
    # A lone half of a surrogate pair cannot be written as UTF-8.
    return str(cell).encode("utf-8", errors="replace").decode("utf-8")


def _width(frame: pd.DataFrame, column: int) -> int:
    cells = [str(frame.columns[column]), *map(str, frame.iloc[:_MEASURED_ROWS, column])]
    widest = max(sum(2 if unicodedata.east_asian_width(sign) in _WIDE else 1 for sign in cell) for cell in cells)
    return min(max(widest + 2, _NARROWEST), _WIDEST)


def _sheet_name(name: str, taken: set[str]) -> str:
    plain = _NOT_IN_SHEET_NAMES.sub(" ", name).strip(" '")
    while plain.startswith(FORMULA_SIGNS):
        plain = plain[1:].strip(" '")
    plain = plain[:_MAX_SHEET_NAME].rstrip(" '") or "1"
    free, number = plain, 1
    while free.lower() in taken or free.lower() == "history":  # a name that Excel keeps for itself
        number += 1
        free = f"{plain[:_MAX_SHEET_NAME - len(str(number)) - 1]} {number}"
    taken.add(free.lower())
    return free
