"""The child process: one file's bytes to a table of text, as Arrow, with what was wrong beside it.

Run as `python -m analysis.ingest.reader INPUT OUTPUT_FOLDER [ENCODING] [MEMBER]`.
It imports little, so that it starts fast.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

import pyarrow as pa

from analysis.errors import FileRefused
from analysis.ingest import archive, formats, limits
from analysis.ingest.delimited import BadRecord, Record, records, separator_of
from analysis.ingest.encoding import check, codec, detect
from analysis.ingest.formats import wenjuanwang
from analysis.ingest.header import LOOK_AHEAD, header_position, visible
from analysis.ingest.signature import CSV, SAV, TSV, XLS, XLSX, file_format
from analysis.ingest.spss import spss_rows
from analysis.ingest.workbook import Notice, read_old_sheet, read_sheet

TABLE_FILE = "table.arrow"
NOTES_FILE = "notes.json"
ROW_COLUMN = "row"

_CHUNK_ROWS = 20_000
_TRAILING_SAMPLE = 1_000  # rows that must all end with one empty field before that counts as the file's habit
_FIELDS_KEPT_ROWS = 50_000  # lines that do not fit the header whose fields are kept one by one; none corrects more
_LIKELY_SEPARATORS = re.compile(r"[,;\t|]")  # of a line whose quotes cannot be told apart
_QUOTED_CHARACTERS = 2_000  # of a line that stays out, this much is kept to recognise it

Numbered = tuple[int, Record]


def main(arguments: list[str]) -> int:
    """Read INPUT, leave the table and the notes in OUTPUT_FOLDER; refusals are notes, not tracebacks."""
    source, folder, encoding, member = [*arguments, "", ""][:4]
    _limit_resources()
    try:
        notes = read(Path(source).read_bytes(), Path(folder), encoding=encoding or None, member=member or None)
    except FileRefused as refusal:
        notes = {"refused": refusal.key, "values": refusal.values}
    except MemoryError:
        notes = {"refused": "errors.too_much_memory", "values": {}}
    (Path(folder) / NOTES_FILE).write_text(json.dumps(notes, ensure_ascii=False), encoding="utf-8")
    return 0


def read(
    data: bytes, folder: Path, *, encoding: str | None = None, member: str | None = None
) -> dict[str, object]:
    """Write the table to `folder`; returns format, encoding, sheet, tool, header, header row and bad rows.

    `member` is the table to read of an archive of several.
    """
    found = opened(data, encoding, member=member)
    head = first_row_header(found.rows) if found.correction else split_header(found.rows, titled=found.format == SAV)
    sieve = Sieve(len(head.cells))
    written = _write(folder / TABLE_FILE, head.cells, sieve.sound(head.body))
    if written + len(sieve.issues) == 0:
        raise FileRefused("errors.header_only")
    if written == 0:
        raise FileRefused(
            "errors.no_row_fits", count=len(sieve.issues), header_row=head.row, expected=len(head.cells),
            row=sieve.issues[0]["row"],
        )
    return {
        "format": found.format, "encoding": found.encoding, "sheet": found.sheet, "tool": head.tool,
        "header": head.cells, "header_row": head.row, "issues": sieve.issues,
        "notices": found.notices, "correction": found.correction,
    }


@dataclass(frozen=True, slots=True)
class Opened:
    """A file's rows with their numbers, what kind of file it is and what a person should know of it."""

    format: str
    encoding: str
    sheet: str
    rows: Iterator[Numbered]
    notices: tuple[Notice, ...] = ()
    correction: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """A table's header, the row it stands in, the tool that wrote it ("" for an unknown one) and the rows below."""

    cells: list[str]
    row: int
    tool: str
    body: Iterator[Numbered]


def opened(data: bytes, encoding: str | None, *, packed: bool = False, member: str | None = None) -> Opened:
    """A workbook's fullest sheet, the table of an archive, or a text file. `packed`: it came out of an archive."""
    kind = file_format(data)
    if kind == XLSX and not archive.is_workbook(data):
        if packed:
            raise FileRefused("errors.is_archive")
        return _unpacked(archive.single_table(data, member), encoding)
    if kind in (XLSX, XLS):
        sheet = read_sheet(data) if kind == XLSX else read_old_sheet(data)
        return Opened(kind, "", sheet.name, enumerate(sheet.rows, 1), sheet.notices, sheet.correction)
    if kind == SAV:
        return Opened(kind, "", "", enumerate(spss_rows(data), 1))
    encoding = check(data, encoding) if encoding else detect(data)
    separator = separator_of(data, codec(encoding))
    kind = TSV if separator == "\t" else CSV
    return Opened(kind, encoding, "", records(data, codec(encoding), separator=separator))


def _unpacked(member: archive.Member, encoding: str | None) -> Opened:
    found = replace(opened(member.content, encoding, packed=True), sheet=member.name)
    if member.unread:
        unread = ("same_in_another_form", {"file": member.name, "others": "、".join(member.unread)})
        found = replace(found, notices=(*found.notices, unread))
    if member.book is None:
        return found
    book = [record for _, record in opened(member.book, None, packed=True).rows if isinstance(record, list)]
    return replace(found, rows=wenjuanwang.decoded(found.rows, book))


def split_header(numbered: Iterator[Numbered], *, titled: bool = False) -> Head:
    """The header where a known tool has it, else the first row that looks like one. `titled`: it is the first row."""
    head = list(islice(numbered, LOOK_AHEAD))
    rows = [[] if isinstance(record, BadRecord) else [visible(cell) for cell in record] for _, record in head]
    known = formats.recognised(rows)
    position, tool = known or (0 if titled and rows else header_position(rows), "")
    if position is None:
        raise FileRefused("errors.empty_file")
    header = [cell.strip() for cell in rows[position]]
    if len(header) > limits.MAX_COLUMNS:
        raise FileRefused("errors.too_many_columns", columns=len(header), limit=limits.MAX_COLUMNS)
    characters = sum(map(len, header))
    if characters > limits.MAX_HEADER_CHARACTERS:
        raise FileRefused("errors.header_too_long", row=head[position][0], characters=characters)
    return Head(header, head[position][0], tool, chain(head[position + 1:], numbered))


def first_row_header(numbered: Iterator[Numbered]) -> Head:
    """The header of a table that we wrote ourselves."""
    row, cells = next(numbered)
    return Head([cell.strip() for cell in cells], row, "", numbered)


class Sieve:
    """Lets rows through that have one field per header cell and notes the others as issues."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.issues: list[dict[str, object]] = []

    def sound(self, body: Iterator[Numbered]) -> Iterator[tuple[int, list[str]]]:
        """Rows of the table's width. Blank rows are no rows."""
        sample = list(islice(body, _TRAILING_SAMPLE))
        trailing = _all_end_empty((record for _, record in sample), self.width)
        for row, record in chain(sample, body):
            if isinstance(record, BadRecord):
                self._note(row, _LIKELY_SEPARATORS.split(record.text), "bad_quote", 0)
                continue
            if trailing and len(record) == self.width + 1 and not record[-1]:
                record = record[:-1]
            if not any(cell and not cell.isspace() for cell in record):
                continue
            if len(record) != self.width:
                reason = "row_too_short" if len(record) < self.width else "row_too_long"
                self._note(row, record, reason, len(record))
            elif max(map(len, record)) > limits.MAX_CELL_CHARACTERS:
                self._note(row, record, "cell_too_long", len(record), value=max(record, key=len))
            else:
                yield row, record

    def _note(self, row: int, record: list[str], reason: str, fields: int, *, value: str | None = None) -> None:
        quoted = (",".join(record) if value is None else value)[:_QUOTED_CHARACTERS]
        values = {"fields": fields, "expected": self.width}
        issue = {"row": row, "value": quoted, "reason": reason, "values": values}
        if len(self.issues) < _FIELDS_KEPT_ROWS:
            issue["fields"] = [cell[:_QUOTED_CHARACTERS] for cell in record]
        self.issues.append(issue)


def _all_end_empty(sample: Iterable[Record], width: int) -> bool:
    """Whether every row ends with a separator more than the header has."""
    rows = [r for r in sample if not isinstance(r, BadRecord) and any(r)]
    return bool(rows) and all(len(r) == width + 1 and not r[-1] for r in rows)


def _write(path: Path, header: list[str], rows: Iterator[tuple[int, list[str]]]) -> int:
    """Rows to an Arrow file, chunk by chunk; returns how many."""
    names = [str(i) for i in range(len(header))]
    schema = pa.schema([(ROW_COLUMN, pa.int64()), *((name, pa.string()) for name in names)])
    written = 0
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        while chunk := list(islice(rows, _CHUNK_ROWS)):
            numbers = pa.array([row for row, _ in chunk], pa.int64())
            columns = [pa.array(column, pa.string()) for column in zip(*(cells for _, cells in chunk), strict=True)]
            writer.write_batch(pa.record_batch([numbers, *columns], schema=schema))
            written += len(chunk)
    return written


def _limit_resources() -> None:
    if sys.platform == "win32":  # no such limits there; the wall clock of the parent still holds
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (limits.CHILD_MEMORY_BYTES, limits.CHILD_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.CHILD_CPU_SECONDS, limits.CHILD_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
