"""XLSX and XLS to rows of text, after the archive and the sheets have been measured.

The engine (calamine) lays out the whole rectangle of a sheet and ends the process when memory is
short, so a sheet's extent is read from its XML first.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from analysis.errors import FileRefused
from analysis.ingest import limits

# The references of cells (A1) and of rows (1), wherever among the attributes they stand.
_REFERENCE = re.compile(rb"""r\s{0,8}=\s{0,8}["']([A-Z]{0,3})([0-9]{1,7})["']""")
_LONGEST_MATCH = 32
_CHUNK = 4 * limits.MEGABYTE
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")  # no spreadsheet program writes them; expansion attacks need them
_EXACT_INTEGER = 2**53
# What zipfile raises on damaged, encrypted or unknown members.
ARCHIVE_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError)


def sheet_rows(data: bytes) -> tuple[str, Iterator[list[str]]]:
    """The name of the sheet with most data and its rows as text, beginning with row 1.

    Raises FileRefused for archives that are no workbook, broken, or too large when unpacked.
    """
    check_archive(data)
    return _largest_sheet(data, "errors.broken_xlsx")


def old_sheet_rows(data: bytes) -> tuple[str, Iterator[list[str]]]:
    """The same of an XLS file, whose sheets end at 65,536 rows and 256 columns and need no measuring."""
    return _largest_sheet(data, "errors.old_xls")


def _largest_sheet(data: bytes, refusal: str) -> tuple[str, Iterator[list[str]]]:
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
    best = max(filled, key=lambda sheet: sheet.height * sheet.width)
    return best.name, _text_rows(best)


def _candidates(book: CalamineWorkbook) -> list[str]:
    """Worksheets that a person sees; hidden ones only where there is no other."""
    sheets = [s for s in book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
    return [s.name for s in sheets if s.visible == SheetVisibleEnum.Visible] or [s.name for s in sheets]


def _text_rows(sheet: CalamineSheet) -> Iterator[list[str]]:
    for row in sheet.to_python(skip_empty_area=False):
        yield [cell if type(cell) is str else as_text(cell) for cell in row]


def as_text(cell: object) -> str:
    """A cell as a person would type it: whole numbers without a point, dates in ISO form.

    >>> as_text(20190228.0), as_text(0.5), as_text(datetime(2025, 1, 2, 3, 4))
    ('20190228', '0.5', '2025-01-02 03:04:00')
    """
    if type(cell) is float:  # most cells of a workbook
        return _float_text(cell)
    match cell:
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


def check_archive(data: bytes) -> None:
    """Refuse what is no workbook, and what would unpack beyond the limits."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            check_members(members, len(data))
            _check_parts({member.filename for member in members})
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    _scan(archive, member)
    except ARCHIVE_ERRORS as error:
        raise FileRefused("errors.broken_xlsx") from error


def check_members(members: list[zipfile.ZipInfo], packed: int) -> None:
    """Refuse an archive with too many members, or one that unpacks to too much, by what it says of itself."""
    unpacked = sum(member.file_size for member in members)
    too_dense = unpacked > max(limits.RATIO_FREE_BYTES, limits.MAX_UNPACK_RATIO * packed)
    if len(members) > limits.MAX_MEMBERS or unpacked > limits.MAX_UNPACKED_BYTES or too_dense:
        raise FileRefused(
            "errors.zip_bomb", members=len(members), packed=_megabytes(packed), unpacked=_megabytes(unpacked)
        )


def _check_parts(names: set[str]) -> None:
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names:
        raise FileRefused("errors.is_xlsb")
    raise FileRefused("errors.broken_xlsx" if "[Content_Types].xml" in names else "errors.is_archive")


def _scan(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Read one part as a stream: no declarations, and a sheet no larger than may be laid out."""
    is_sheet = member.filename.startswith("xl/worksheets/")
    columns: set[bytes] = set()
    last_row = cells = 0
    tail = b""
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            block = tail + chunk
            if any(word in block for word in _DECLARATIONS):
                raise FileRefused("errors.unsafe_xml", part=member.filename)
            if is_sheet:
                found = _REFERENCE.findall(block)
                letters, rows = (set(part) for part in zip(*found, strict=True)) if found else ((), ())
                columns.update(letters)
                last_row = max([last_row, *map(int, rows)])
                cells += len(found)
            tail = block[-_LONGEST_MATCH:]
    _check_extent(member.filename, last_row, max(map(_column_number, columns), default=1), cells)


def _check_extent(part: str, rows: int, columns: int, cells: int) -> None:
    area = rows * columns
    sparse = area > limits.SPARSE_FREE_CELLS and cells < area * limits.MIN_FILLED_SHARE
    if area > limits.MAX_SHEET_CELLS or sparse:
        raise FileRefused("errors.sheet_too_large", part=part, rows=rows, columns=columns, cells=cells)


def _column_number(letters: bytes) -> int:
    """A = 1, Z = 26, AA = 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _megabytes(size: int) -> float:
    return round(size / limits.MEGABYTE, 1)
