"""An archive as survey tools send it: the one table inside, or the parts that make one table."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection
from dataclasses import dataclass

from analysis.errors import ArchiveOfSeveral, FileRefused
from analysis.ingest import limits
from analysis.ingest.formats import wenjuanwang, wenjuanxing
from analysis.ingest.measure import ARCHIVE_ERRORS, check_members

_TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".sav", ".zsav")
_BY_THE_SYSTEM = ("__macosx/", ".")  # what a Mac adds, and hidden files
_OTHER_OFFICE = frozenset({"content.xml", "Index/Document.iwa"})  # parts of OpenDocument and of Apple's iWork
_ENCRYPTED = 0x1
_UTF8_NAMES = 0x800
_NAMES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Member:
    """One table of an archive. `book` gives the codes of `content` their words, where the archive has both.

    `unread` are tables that say the same in another form.
    """

    name: str
    content: bytes
    book: bytes | None = None
    unread: tuple[str, ...] = ()


def is_workbook(data: bytes) -> bool:
    """Whether a zip archive is a workbook of Excel rather than a folder of files. Broken ones count as workbooks."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except ARCHIVE_ERRORS:
        return True
    return "[Content_Types].xml" in names or any(name.startswith("xl/") for name in names)


def single_table(data: bytes, wanted: str | None = None) -> Member:
    """The table of an archive, or the one called `wanted`.

    Raises FileRefused where there is none, or several that do not belong together: `values["members"]` names them.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            check_members(archive.infolist(), len(data))
            tables = {_shown_name(member): member for member in archive.infolist() if _is_table(member)}
            if wanted in tables:
                return Member(wanted, _read(archive, tables[wanted]))
            return _chosen(archive, tables)
    except ARCHIVE_ERRORS as error:
        raise FileRefused("errors.broken_archive") from error


def _chosen(archive: zipfile.ZipFile, tables: dict[str, zipfile.ZipInfo]) -> Member:
    parts = {name.rpartition("/")[2].lower(): name for name in tables}
    words, codes, book = (parts.get(name) for name in _PARTS)
    if words:
        return Member(words, _read(archive, tables[words]))
    if codes and book:
        return Member(codes, _read(archive, tables[codes]), _read(archive, tables[book]))
    if not tables:
        office = any(name in _OTHER_OFFICE for name in archive.namelist())
        raise FileRefused("errors.is_other_document" if office else "errors.is_archive")
    if text := _by_text(tables):
        return Member(text, _read(archive, tables[text]), unread=tuple(name for name in tables if name != text))
    if len(tables) > 1:
        names = [*tables][:_NAMES_SHOWN]
        raise ArchiveOfSeveral("errors.archive_of_several", count=len(tables), names=names, members=[*tables])
    name, member = next(iter(tables.items()))
    return Member(name, _read(archive, member))


def _by_text(names: Collection[str]) -> str | None:
    """Of the same answers downloaded by text, by score and by number the one by text: it needs no key to its codes."""
    forms = [wenjuanxing.form_of(name.rpartition("/")[2]) for name in names]
    several = len(forms) > 1 and None not in forms and len({stem for stem, _ in forms}) == 1
    if not several:
        return None
    texts = [name for name, (_, form) in zip(names, forms, strict=True) if form == wenjuanxing.TEXT]
    return texts[0] if len(texts) == 1 else None


_PARTS = (wenjuanwang.IN_WORDS, wenjuanwang.IN_CODES, wenjuanwang.CODE_BOOK)


def _is_table(member: zipfile.ZipInfo) -> bool:
    name = member.filename.lower()
    hidden = name.startswith(_BY_THE_SYSTEM) or name.rpartition("/")[2].startswith(".")
    return not member.is_dir() and not hidden and name.endswith(_TABLES)


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if member.flag_bits & _ENCRYPTED:
        raise FileRefused("errors.archive_with_password")
    if member.file_size > limits.MAX_FILE_BYTES:
        size, limit = member.file_size // limits.MEGABYTE, limits.MAX_FILE_BYTES // limits.MEGABYTE
        raise FileRefused("errors.file_too_large", size=size, limit=limit)
    return archive.read(member)


def _shown_name(member: zipfile.ZipInfo) -> str:
    """A member's name; Chinese systems write GBK where the format knows only cp437."""
    if member.flag_bits & _UTF8_NAMES:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename
