"""XLSX and XLS to rows of text, after the archive and the sheets have been measured."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from xml.etree import ElementTree

import numpy as np
import pyarrow as pa
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from analysis.errors import FileRefused
from analysis.ingest.measure import ARCHIVE_ERRORS, Sheet, check_workbook
from analysis.ingest.well_formed import Block, column_names

_EXACT_INTEGER = 2**53
_NAMES_SHOWN = 5
_BLOCK_ROWS = 20_000
_CELLS_REMEMBERED = 65_536  # a column of scores has few values, each many times

Notice = tuple[str, dict[str, object]]
# The hidden sheet by which a workbook of quarantined rows is known: file hash and batch number in its first row.
CORRECTION_SHEET = "_xinsheng"
_FILE_HASH = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Worksheet:
    """The sheet with most data: its cells, beginning with row 1, and what a person should know of it."""

    name: str
    cells: list[list[object]]
    notices: tuple[Notice, ...] = ()
    correction: tuple[str, int] | None = None

    def rows(self) -> Iterator[list[str]]:
        """The rows as text."""
        for row in self.cells:
            yield [cell if type(cell) is str else _remembered(cell) for cell in row]

    def blocks(self, width: int) -> Iterator[Block]:
        """The same column by column; all rows of a sheet have the same width."""
        for start in range(0, len(self.cells), _BLOCK_ROWS):
            rows = self.cells[start : start + _BLOCK_ROWS]
            columns = [_text_column(column) for column in zip(*rows, strict=True)]
            yield Block(np.arange(len(rows)) + start + 1, pa.record_batch(columns, names=column_names(width)), {})


def read_sheet(data: bytes) -> Worksheet:
    """The fullest sheet of an XLSX. Raises FileRefused for what is no workbook, broken, or unpacks to too much."""
    measured = check_workbook(data)
    correction = correction_of(data)
    book, sheet = _fullest(data, "errors.broken_xlsx", first=correction is not None)
    notices = () if correction else _notices(data, book, sheet.name, measured)
    return Worksheet(sheet.name, sheet.to_python(skip_empty_area=False), notices, correction)


def read_old_sheet(data: bytes) -> Worksheet:
    """The same of an XLS file, whose sheets end at 65,536 rows and 256 columns and need no measuring."""
    _, sheet = _fullest(data, "errors.old_xls")
    return Worksheet(sheet.name, sheet.to_python(skip_empty_area=False))


def _fullest(data: bytes, refusal: str, *, first: bool = False) -> tuple[CalamineWorkbook, CalamineSheet]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [book.get_sheet_by_name(name) for name in _candidates(book)]
    except PasswordError as error:
        raise FileRefused("errors.encrypted_xlsx") from error
    except (CalamineError, OSError) as error:
        raise FileRefused(refusal) from error
    filled = [sheet for sheet in sheets if sheet.height > 0]
    if not filled:
        raise FileRefused("errors.empty_file")
    return book, filled[0] if first else max(filled, key=lambda sheet: sheet.height * sheet.width)


def _notices(data: bytes, book: CalamineWorkbook, chosen: str, measured: dict[str, Sheet]) -> tuple[Notice, ...]:
    """What of a workbook is not seen in Excel and goes in, or stands in it and stays out."""
    by_name = {name: measured[part] for name, part in _parts_of_sheets(data).items() if part in measured}
    unread = {
        kind: [s.name for s in book.sheets_metadata if s.name != chosen and (s.visible == SheetVisibleEnum.Visible)
               == (kind == "other_sheets") and s.name in by_name and by_name[s.name].cells]
        for kind in ("hidden_sheets", "other_sheets")
    }
    found: list[Notice] = [
        (kind, {"count": len(names), "names": names[:_NAMES_SHOWN]})
        for kind, names in unread.items() if names
    ]
    sheet = by_name.get(chosen, Sheet())
    counts = ("hidden_rows", "hidden_columns", "error_cells", "formulas_without_value")
    return (*found, *((name, {"count": getattr(sheet, name)}) for name in counts if getattr(sheet, name)))


def _parts_of_sheets(data: bytes) -> dict[str, str]:
    """The part of the archive that holds each sheet; nothing where the workbook's own lists cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
            links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    except (*ARCHIVE_ERRORS, ElementTree.ParseError, KeyError):
        return {}
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    sheets = {
        node.get("name"): next((value for name, value in node.attrib.items() if name.endswith("}id")), "")
        for node in book.iter() if node.tag.endswith("}sheet")
    }
    return {
        name: posixpath.normpath(posixpath.join("/xl", targets.get(link, ""))).lstrip("/")
        for name, link in sheets.items() if name
    }


def correction_of(data: bytes) -> tuple[str, int] | None:
    """Whose quarantined rows a workbook says it holds, as file hash and batch number; None for any other workbook.

    The sheet must be one that no one sees: a person's own sheet of that name is a sheet like others.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            if CORRECTION_SHEET.encode() not in parts.read("xl/workbook.xml"):  # far cheaper than opening the workbook
                return None
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        hidden = [s.name for s in book.sheets_metadata if s.visible != SheetVisibleEnum.Visible]
        rows = book.get_sheet_by_name(CORRECTION_SHEET).to_python(nrows=1) if CORRECTION_SHEET in hidden else []
    except (*ARCHIVE_ERRORS, KeyError, CalamineError):
        return None  # opening the workbook for its rows will say what is wrong
    file_hash, batch, *_ = [*(as_text(cell) for row in rows for cell in row), "", ""]
    return (file_hash, int(batch)) if _FILE_HASH.fullmatch(file_hash) and _NUMBER.fullmatch(batch) else None


def _candidates(book: CalamineWorkbook) -> list[str]:
    """Worksheets that a person sees; hidden ones only where there is no other."""
    sheets = [s for s in book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
    return [s.name for s in sheets if s.visible == SheetVisibleEnum.Visible] or [s.name for s in sheets]


def _text_column(cells: tuple[object, ...]) -> pa.Array:
    if set(map(type, cells)) == {str}:
        return pa.array(cells, pa.string())
    return pa.array([cell if type(cell) is str else _remembered(cell) for cell in cells], pa.string())


def as_text(cell: object) -> str:
    """A cell as a person would type it: whole numbers without a point, dates in ISO form.

    >>> as_text(20190228.0), as_text(0.5), as_text(datetime(2025, 1, 2, 3, 4))
    ('20190228', '0.5', '2025-01-02 03:04:00')
    """
    match cell:
        case float():
            return _float_text(cell)
        case str():
            return cell
        case bool():
            return "TRUE" if cell else "FALSE"
        case datetime():
            return cell.isoformat(sep=" ", timespec="seconds")
        case date() | time():
            return cell.isoformat()
        case timedelta():
            return str(cell.total_seconds())
        case _:
            return str(cell)


def _float_text(cell: float) -> str:
    if not cell.is_integer():
        return repr(cell)
    return str(int(cell)) if abs(cell) < _EXACT_INTEGER else f"{cell:.0f}"


_remembered = lru_cache(maxsize=_CELLS_REMEMBERED, typed=True)(as_text)
