"""Small files made for the tests, and reading them without starting a process where that is not the point."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from analysis.ingest import ColumnMapping, Inspection, Mapping, convert, inspect, reader, sandbox
from analysis.records import RecordBatch
from analysis.watching import UNWATCHED, Watch

SECRET = b"a secret of thirty-two characters"
SURVEY = (
    "答卷编号,提交时间,渠道,门店,推荐意愿,整体满意度,服务态度,意见\n"
    "A1,2026-01-05 10:00:00,在线客服,湖滨店,9,非常满意,5,很耐心\n"
    "A2,2026-01-06 11:00:00,门店,湖滨店,3,不满意,2,\n"
)


def csv_bytes(text: str, encoding: str = "utf-8") -> bytes:
    return text.encode(encoding)


def xlsx_bytes(
    rows: Iterable[Iterable[object]], *, sheet: str = "Sheet1", before: tuple[str, ...] = ()
) -> bytes:
    """A workbook with `rows` in `sheet`; sheets named in `before` stand empty in front of it."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name in before:
        book.create_sheet(name)
    target = book.create_sheet(sheet)
    for row in rows:
        target.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def zip_bytes(**members: bytes) -> bytes:
    """A zip archive; `__` in a name stands for `/` and `_dot_` for a point."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return stream.getvalue()


def parse_here(
    data: bytes | Path, *, encoding: str | None = None, member: str | None = None, watch: Watch = UNWATCHED
) -> sandbox.Parsed:
    """What the child process does, in this process."""
    watch.check()
    content = data if isinstance(data, bytes) else data.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        notes = reader.read(content, Path(folder), encoding=encoding, member=member)
        (Path(folder) / reader.NOTES_FILE).write_text(reader.json.dumps(notes), encoding="utf-8")
        return sandbox._collect(Path(folder))


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read in this process: for tests of what is read, not of where."""
    monkeypatch.setattr("analysis.ingest.inspection.parse", parse_here)


def look(text: str | bytes, **options: object) -> Inspection:
    data = text.encode() if isinstance(text, str) else text
    return inspect(data, file_name="答卷.csv", **options)


def records(
    text: str | bytes, *, mapping: Mapping | None = None, survey_date: date | None = None, **options
) -> RecordBatch:
    return convert(look(text, **options), mapping=mapping, survey_date=survey_date, secret=SECRET)


def column(found: Inspection, header: str) -> ColumnMapping:
    return next(c for c in found.mapping.columns if c.header == header)


def adds_up(batch: RecordBatch) -> bool:
    report = batch.report
    return (
        report.rows_read
        == report.imported + report.duplicates + report.quarantined
        == len(batch.rows) + report.quarantined
    )
