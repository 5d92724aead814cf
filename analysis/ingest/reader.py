"""The child process: one file's bytes to a table of text, as Arrow, with what was wrong beside it.

Run as `python -m analysis.ingest.reader INPUT OUTPUT_FOLDER [ENCODING] [MEMBER]`.
It imports little, so that it starts fast.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from importlib.abc import MetaPathFinder
from itertools import chain, islice
from pathlib import Path

import pyarrow as pa

from analysis.errors import FileRefused
from analysis.ingest import archive, formats, limits
from analysis.ingest.delimited import BadRecord, records, separator_of
from analysis.ingest.encoding import check, codec, detect
from analysis.ingest.formats import wenjuanwang
from analysis.ingest.header import LOOK_AHEAD, header_position, visible
from analysis.ingest.sieve import Numbered, Sieve, as_batch, schema
from analysis.ingest.signature import CSV, SAV, TSV, XLS, XLSX, file_format
from analysis.ingest.spss import spss_rows
from analysis.ingest.well_formed import Block, NotWellFormed, Text, blocks
from analysis.ingest.workbook import Notice, read_old_sheet, read_sheet

TABLE_FILE = "table.arrow"
NOTES_FILE = "notes.json"

_CHUNK_ROWS = 20_000

Blocks = Callable[[int], Iterator[Block]]


def main(arguments: list[str]) -> int:
    """Read INPUT, leave the table and the notes in OUTPUT_FOLDER; refusals are notes, not tracebacks."""
    source, folder, encoding, member = [*arguments, "", ""][:4]
    _limit_resources()
    sys.meta_path.insert(0, _WithoutPandas())
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
    written = _write(folder / TABLE_FILE, _batches(found, head, sieve), sieve.width)
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
    """A file's rows with their numbers, what kind of file it is and what a person should know of it.

    `blocks` gives all of them column by column, for a width; None where they have to be taken one by one.
    """

    format: str
    encoding: str
    sheet: str
    rows: Iterator[Numbered]
    notices: tuple[Notice, ...] = ()
    correction: tuple[str, int] | None = None
    blocks: Blocks | None = None


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
        rows = enumerate(sheet.rows(), 1)
        return Opened(kind, "", sheet.name, rows, sheet.notices, sheet.correction, sheet.blocks)
    if kind == SAV:
        return Opened(kind, "", "", enumerate(spss_rows(data), 1))
    encoding = check(data, encoding) if encoding else detect(data)
    separator = separator_of(data, codec(encoding))
    kind = TSV if separator == "\t" else CSV
    text = Text(data, codec(encoding), separator)
    rows = records(data, text.codec, separator=separator)
    return Opened(kind, encoding, "", rows, blocks=partial(blocks, text))


def _unpacked(member: archive.Member, encoding: str | None) -> Opened:
    found = replace(opened(member.content, encoding, packed=True), sheet=member.name)
    if member.unread:
        unread = ("same_in_another_form", {"file": member.name, "others": list(member.unread)})
        found = replace(found, notices=(*found.notices, unread))
    if member.book is None:
        return found
    book = [record for _, record in opened(member.book, None, packed=True).rows if isinstance(record, list)]
    return replace(found, rows=wenjuanwang.decoded(found.rows, book), blocks=None)


def split_header(numbered: Iterator[Numbered], *, titled: bool = False) -> Head:
    """The header where a known tool has it, else the first row that looks like one. `titled`: it is the first row."""
    head = list(islice(numbered, LOOK_AHEAD))
    # Cut, as what tells names apart takes a time that grows with the square of a name's length.
    longest = limits.MAX_NAME_CHARACTERS + 1
    rows = [[] if isinstance(record, BadRecord) else [visible(cell[:longest]) for cell in record] for _, record in head]
    known = formats.recognised(rows)
    position, tool = known or (0 if titled and rows else header_position(rows), "")
    if position is None:
        raise FileRefused("errors.empty_file")
    header = [cell.strip() for cell in rows[position]]
    if len(header) > limits.MAX_COLUMNS:
        raise FileRefused("errors.too_many_columns", columns=len(header), limit=limits.MAX_COLUMNS)
    characters = sum(map(len, head[position][1]))
    if characters > limits.MAX_HEADER_CHARACTERS or max(map(len, rows[position])) == longest:
        raise FileRefused("errors.header_too_long", row=head[position][0], characters=characters)
    return Head(header, head[position][0], tool, chain(head[position + 1:], numbered))


def first_row_header(numbered: Iterator[Numbered]) -> Head:
    """The header of a table that we wrote ourselves."""
    row, cells = next(numbered)
    return Head([cell.strip() for cell in cells], row, "", numbered)


def _batches(found: Opened, head: Head, sieve: Sieve) -> Iterator[pa.RecordBatch]:
    """The rows below the header, column by column as far as the file lets us, else record by record."""
    body, done = sieve.learn(head.body), head.row
    if found.blocks is not None:
        try:
            for block in found.blocks(sieve.width + sieve.trailing):
                yield sieve.sound_block(block, below=head.row)
                done = max([done, *block.numbers[-1:].tolist()])
        except NotWellFormed:
            body = ((row, record) for row, record in body if row > done)
        else:
            return
    rows = sieve.sound(body)
    while chunk := list(islice(rows, _CHUNK_ROWS)):
        yield as_batch(chunk, sieve.width)


def _write(path: Path, batches: Iterator[pa.RecordBatch], width: int) -> int:
    """Rows to an Arrow file, batch by batch; returns how many."""
    written, of = 0, schema(width)
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, of) as writer:
        for batch in batches:
            writer.write_batch(batch.cast(of))
            written += batch.num_rows
    return written


class _WithoutPandas(MetaPathFinder):
    """Arrow loads pandas wherever it finds it: a second of every file, for nothing that is done here."""

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(name=fullname)


def _limit_resources() -> None:
    if sys.platform == "win32":  # no such limits there; the wall clock of the parent still holds
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (limits.CHILD_MEMORY_BYTES, limits.CHILD_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.CHILD_CPU_SECONDS, limits.CHILD_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
