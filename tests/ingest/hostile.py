"""Files made to do harm, and files that are only odd: each built from as few bytes as show it."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable
from datetime import date, datetime

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.ingest.files import SURVEY, zip_bytes

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
ROWS = [line.split(",") for line in SURVEY.splitlines()]
UTF8_THEN_GBK = SURVEY.encode() + "A3,2026-01-07 09:00:00,门店,北苑店,8,满意,4,服务员态度好\n".encode("gb18030")
GBK_THEN_UTF8 = SURVEY.encode("gb18030") + "A3,2026-01-07 09:00:00,门店,北苑店,8,满意,4,服务员态度好\n".encode()

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LAUGHS = b'<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
_ENTITY_OF_A_FILE = b'<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/hostname">]>'


# Workbooks


def workbook(change: Callable[[Workbook, Worksheet], None] | None = None, rows: Iterable = ROWS) -> bytes:
    """A workbook of the survey, changed before it is saved."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    if change:
        change(book, book.active)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def repacked(
    data: bytes, edit: Callable[[str, bytes], bytes] = lambda _, content: content, more: dict[str, bytes] | None = None
) -> bytes:
    """The archive with every member's content passed through `edit`, and more members behind."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, edit(name, old.read(name)))
        for name, content in (more or {}).items():
            new.writestr(name, content)
    return stream.getvalue()


def declared_in(part: str, declaration: bytes = _LAUGHS) -> bytes:
    """A workbook with entities declared in front of one part's first element."""

    def edit(name: str, content: bytes) -> bytes:
        if not name.endswith(part):
            return content
        head, mark, rest = content.partition(b"?>") if content.startswith(b"<?xml") else (b"", b"", content)
        return head + mark + declaration + rest

    texts = f'<sst xmlns="{_MAIN}"><si><t>x</t></si></sst>'.encode()
    return repacked(repacked(workbook(), more={"xl/sharedStrings.xml": texts}), edit)


def entity_of_a_file() -> bytes:
    return declared_in("sheet1.xml", _ENTITY_OF_A_FILE)


def sheet(xml: bytes) -> bytes:
    return zip_bytes(
        _Content_Types__dot_xml=b"<Types/>", xl__workbook_dot_xml=b"<workbook/>", xl__worksheets__sheet1_dot_xml=xml
    )


def sparse() -> bytes:
    """Two cells, at both ends of what a sheet may hold."""

    def far_apart(_: Workbook, target: Worksheet) -> None:
        target["A1"], target["XFD1048576"] = "门店", 1

    return workbook(far_apart, rows=[])


def sparse_under_another_name() -> bytes:
    """The same where the sheet's part is not kept where sheets usually are."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sparse())) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name).replace(b"worksheets/sheet1.xml", b"other/data.bin")
            new.writestr(name.replace("worksheets/sheet1.xml", "other/data.bin"), content)
    return stream.getvalue()


def false_dimension(area: str) -> bytes:
    """A sheet that says of itself that it reaches as far as `area`."""
    return repacked(workbook(), lambda name, content: (
        content.replace(b'<dimension ref="A1:H3"', f'<dimension ref="{area}"'.encode())
        if name.endswith("sheet1.xml") else content
    ))


def one_text_in_many_cells(cells: int, characters: int) -> bytes:
    """A shared text that every cell points to: little to unpack, much to lay out."""
    body = "".join(f'<row r="{i}"><c r="A{i}" t="s"><v>0</v></c></row>' for i in range(1, cells + 1))
    text = "好" * characters
    rows = f'<worksheet xmlns="{_MAIN}"><sheetData>{body}</sheetData></worksheet>'.encode()
    texts = f'<sst xmlns="{_MAIN}"><si><t>{text}</t></si></sst>'.encode()
    return repacked(
        workbook(), lambda name, content: rows if name.endswith("sheet1.xml") else content,
        {"xl/sharedStrings.xml": texts},
    )


def lying_about_its_size() -> bytes:
    """A sheet that says it unpacks to a hundred bytes, with a checksum that fits those, and unpacks to megabytes."""
    true = b"<worksheet/>" + b" " * 12_000_000
    data = bytearray(repacked(workbook(), lambda name, content: true if name.endswith("sheet1.xml") else content))
    size, crc = struct.pack("<L", len(true)), struct.pack("<L", zlib.crc32(true))
    for field, false in ((size, struct.pack("<L", 100)), (crc, struct.pack("<L", zlib.crc32(true[:100])))):
        assert field in data
        data = data.replace(field, false)
    return bytes(data)


def uncalculated(_: Workbook, target: Worksheet) -> None:
    """A formula that no spreadsheet program has calculated, and a cell that is an error."""
    target["E2"], target["F2"] = "=1+1", "#N/A"
    target["F2"].data_type = "e"


def with_dates(epoch: datetime | None) -> bytes:
    """Real date cells, in the date system of 1900 or of 1904."""

    def dated(book: Workbook, target: Worksheet) -> None:
        if epoch:
            book.epoch = epoch
        target["B2"], target["B3"] = datetime(2026, 1, 5, 10), date(2026, 1, 6)

    return workbook(dated)


DATE_SYSTEMS = {"1900": None, "1904": CALENDAR_MAC_1904}


# Archives


def archive_of(*members: tuple[str, bytes], link: bool = False) -> bytes:
    """Members under names as they are given, repeated ones too; `link`: as symbolic links."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number, (name, content) in enumerate(members):
            member = zipfile.ZipInfo(f"{number}".ljust(len(name), "_"))
            member.external_attr = (0o120777 if link else 0o100644) << 16
            archive.writestr(member, content)
    data = stream.getvalue()
    for number, (name, _) in enumerate(members):  # zipfile itself warns of repeated names
        data = data.replace(f"{number}".ljust(len(name), "_").encode(), name.encode())
    return data
