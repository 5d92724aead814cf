"""A zip archive measured before anything opens it: how much it unpacks to, how far its sheets reach, what they hide.

The engine that reads workbooks lays out the whole rectangle of a sheet and ends the process when memory is
short, and it trusts what the archive says of itself. Neither is done here: every part is unpacked as a
stream and compared with what was declared.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from copy import copy
from dataclasses import dataclass, field

import numpy as np

from analysis.errors import FileRefused
from analysis.ingest import limits

# The references of cells (A1) and of rows (1), wherever among the attributes they stand. No sheet needs as many letters
# and digits as are looked at, but the engine reads them. Where anything in a block is written in another way than
# `r="A1"`, the pattern looks for them.
_LETTERS, _DIGITS = 6, 10
_REFERENCE = re.compile(rb"""r\s{0,8}=\s{0,8}["']([A-Za-z]{0,%d})([0-9]{1,%d})["']""" % (_LETTERS, _DIGITS))
_UPPER = 0xDF  # makes a letter of ASCII a capital
_EQUALS, _QUOTE, _NAME = ord("="), ord('"'), ord("r")
_LOOSE = np.isin(np.arange(256), [*b" \t\n\r\f\v'"])  # what may stand beside the sign in other ways of writing
_CHUNK = 4 * limits.MEGABYTE
_LONGEST_TAG = 65_536
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")  # no spreadsheet program writes them; expansion attacks need them
_HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row\b[^<>]*\shidden\s*=\s*["'](?:1|true)["'](?:[^<>]*[^/<>])?>(?!\s*</)""")
_HIDDEN_COLUMN = re.compile(rb"""<(?:\w+:)?col\b([^<>]*\shidden\s*=\s*["'](?:1|true)["'][^<>]*)>""")
_COLUMN_RANGE = re.compile(rb"""\b(min|max)\s*=\s*["'](\d{1,5})["']""")
_ERROR_CELL = re.compile(rb"""<(?:\w+:)?c\b[^<>]*\st\s*=\s*["']e["']""")
# A formula that was never calculated. With t="str" an empty value is a result: the empty text.
_NEVER_CALCULATED = re.compile(
    rb"""<(?:\w+:)?c\b(?![^<>]*\st\s*=\s*["']str["'])[^<>]*>\s*<(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f>)"""
    rb"""\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"""
)
_PARENT = ".."
_DRIVE = re.compile(r"[A-Za-z]:")
_LINK = 0o120000  # the file type of a symbolic link, in the upper half of a member's attributes
_FILE_TYPE = 0o170000
# What zipfile raises on damaged, encrypted or unknown members.
ARCHIVE_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError)


@dataclass
class Sheet:
    """What the XML of one sheet shows: the last row and column with a cell, how many cells there are, which rows
    and columns are hidden, and which cells hold no value although something stands in them.
    """

    rows: int = 0
    columns: int = 1
    cells: int = 0
    hidden_rows: int = 0
    error_cells: int = 0
    formulas_without_value: int = 0
    hidden_ranges: list[tuple[int, int]] = field(default_factory=list)

    @property
    def hidden_columns(self) -> int:
        """Hidden columns within the used ones: Excel hides all to the right in one stroke."""
        return sum(max(0, min(last, self.columns) - first + 1) for first, last in self.hidden_ranges)

    def add(self, block: bytes) -> None:
        """Count what stands in a block of the XML that begins and ends between tags."""
        columns, rows = references(block)
        if len(rows):
            self.columns = max(self.columns, int(columns.max()))
            self.rows = max(self.rows, int(rows.max()))
            self.cells += len(rows)
        if b"hidden" in block:
            self.hidden_rows += len(_HIDDEN_ROW.findall(block))
            self.hidden_ranges += [_range(attributes) for attributes in _HIDDEN_COLUMN.findall(block)]
        if b'"e"' in block or b"'e'" in block:
            self.error_cells += len(_ERROR_CELL.findall(block))
        if b"<f" in block or b":f" in block:
            self.formulas_without_value += len(_NEVER_CALCULATED.findall(block))


def check_workbook(data: bytes) -> dict[str, Sheet]:
    """The sheets of a workbook by the names of their parts.

    Raises FileRefused for what is no workbook, and for what would unpack beyond the limits.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            check_members(members, len(data))
            _check_parts({member.filename for member in members})
            sheets = {member.filename: _scan(archive, member, len(data)) for member in members if not member.is_dir()}
    except ARCHIVE_ERRORS as error:
        raise FileRefused("errors.broken_xlsx") from error
    return {name: sheet for name, sheet in sheets.items() if sheet is not None}


def check_members(members: list[zipfile.ZipInfo], packed: int) -> None:
    """Refuse an archive with too many members, one that says it unpacks to too much, and unsafe member names."""
    unpacked = sum(member.file_size for member in members)
    if len(members) > limits.MAX_MEMBERS or _too_dense(unpacked, packed):
        raise _bomb(members, packed, unpacked)
    seen: set[str] = set()
    for member in members:
        name = member.filename.replace("\\", "/")
        link = (member.external_attr >> 16) & _FILE_TYPE == _LINK
        if link or name.startswith("/") or _DRIVE.match(name) or _PARENT in name.split("/"):
            raise FileRefused("errors.unsafe_member", name=member.filename)
        if name in seen:
            raise FileRefused("errors.repeated_member", name=member.filename)
        seen.add(name)


def _too_dense(unpacked: int, packed: int) -> bool:
    dense = unpacked > max(limits.RATIO_FREE_BYTES, limits.MAX_UNPACK_RATIO * packed)
    return dense or unpacked > limits.MAX_UNPACKED_BYTES


def _bomb(members: list[zipfile.ZipInfo], packed: int, unpacked: int) -> FileRefused:
    return FileRefused(
        "errors.zip_bomb", members=len(members), packed=_megabytes(packed), unpacked=_megabytes(unpacked)
    )


def _check_parts(names: set[str]) -> None:
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names:
        raise FileRefused("errors.is_xlsb")
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise FileRefused("errors.is_other_document")
    raise FileRefused("errors.broken_xlsx" if "[Content_Types].xml" in names else "errors.is_archive")


def _scan(archive: zipfile.ZipFile, member: zipfile.ZipInfo, packed: int) -> Sheet | None:
    """Read one part as a stream: no declarations, no more than it says, and a sheet no larger than may be laid out.

    A part is a sheet by its content, as a workbook may keep its sheets under any name. None for other parts.
    """
    sheet: Sheet | None = None
    unpacked, carry = 0, b""
    told = copy(member)
    told.file_size = limits.MAX_UNPACKED_BYTES  # zipfile would stop at the size that is declared, true or not
    with archive.open(told) as stream:
        while chunk := stream.read(_CHUNK):
            unpacked += len(chunk)
            if unpacked > member.file_size:
                raise _bomb([member], packed, unpacked)
            block = carry + chunk
            if any(word in block for word in _DECLARATIONS):
                raise FileRefused("errors.unsafe_xml", part=member.filename)
            if sheet is None and b"sheetData" in block:
                sheet = Sheet()
            cut = _between_tags(block)
            if sheet is not None:
                sheet.add(block[:cut])
            carry = block[cut:]
    if sheet is not None:
        sheet.add(carry)
        _check_extent(member.filename, sheet)
    return sheet


def _between_tags(block: bytes) -> int:
    """A place to cut at which no tag, and where possible no cell, is cut in two."""
    after_cell = block.rfind(b"</c>") + len(b"</c>")
    if after_cell >= len(b"</c>"):
        return after_cell
    tag = block.rfind(b"<")
    return tag if tag >= len(block) - _LONGEST_TAG else len(block)


def _check_extent(part: str, sheet: Sheet) -> None:
    area = sheet.rows * sheet.columns
    sparse = area > limits.SPARSE_FREE_CELLS and sheet.cells < area * limits.MIN_FILLED_SHARE
    if area > limits.MAX_SHEET_CELLS or sparse:
        raise FileRefused(
            "errors.sheet_too_large", part=part, rows=sheet.rows, columns=sheet.columns, cells=sheet.cells
        )


def references(block: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Column (A = 1, AA = 27; 0 for the reference of a row) and row of every reference in a block of XML."""
    text = np.frombuffer(block + bytes(_LETTERS + _DIGITS + 2), np.uint8)  # room to look ahead at the end
    signs = np.flatnonzero(text == _EQUALS)
    before, after = text[signs - 1], text[signs + 1]
    if (_LOOSE[before] | _LOOSE[after]).any():
        found = _REFERENCE.findall(block)
        numbers = np.array([(_column_number(name.upper()), int(row)) for name, row in found], np.int64).reshape(-1, 2)
        return numbers[:, 0], numbers[:, 1]
    at = signs[(before == _NAME) & (after == _QUOTE)] + 2
    columns, at = _read_number(text & _UPPER, at, places=_LETTERS, first=ord("A"), base=26, lowest=1)
    rows, end = _read_number(text, at, places=_DIGITS, first=ord("0"), base=10, lowest=0)
    whole = (end > at) & (text[end] == _QUOTE)
    return columns[whole], rows[whole]


def _read_number(
    text: np.ndarray, at: np.ndarray, *, places: int, first: int, base: int, lowest: int
) -> tuple[np.ndarray, np.ndarray]:
    """The numbers that begin at some places of a text, of signs from `first` on, and where each of them ends."""
    number = np.zeros(len(at), np.int64)
    for _ in range(places):
        sign = text[at].astype(np.int64) - first
        own = (sign >= 0) & (sign < base)
        number = np.where(own, number * base + sign + lowest, number)
        at = at + own
    return number, at


def _column_number(letters: bytes) -> int:
    """A = 1, Z = 26, AA = 27; 0 for none (the reference of a row)."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _range(attributes: bytes) -> tuple[int, int]:
    ends = {name: int(number) for name, number in _COLUMN_RANGE.findall(attributes)}
    return ends.get(b"min", 1), ends.get(b"max", 0)


def _megabytes(size: int) -> float:
    return round(size / limits.MEGABYTE, 1)
