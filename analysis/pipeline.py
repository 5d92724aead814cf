"""From a file to scored records in the store: the steps in their order, nothing of their inside."""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol
from weakref import WeakKeyDictionary

import pandas as pd
import pyarrow as pa

from analysis import ingest, own, privacy, text
from analysis.errors import StoreDamaged, UnknownName
from analysis.records import ImportReport, Issue, Notice, RecordBatch
from analysis.schema import Kind
from analysis.store import IN_MEMORY, Receipt, Warehouse
from analysis.watching import UNWATCHED, Stop, Tell, Watch

SAMPLE_FOLDER = Path(__file__).resolve().parents[1] / "sample_data"
SECRET_BYTES = 32

PREVIEW_ROWS = 5  # rows that a rehearsal shows as they would be stored

# Unread texts fetched at a time: the search for them costs as much as reading a thousand.
FETCHED = 20_000

Progress = Callable[[int, int], None]  # what is done, of how many

# A store in memory has no place for files; its key and its mappings live and end with it.
_secrets_in_memory: WeakKeyDictionary[Warehouse, bytes] = WeakKeyDictionary()
_templates_in_memory: WeakKeyDictionary[Warehouse, ingest.Templates] = WeakKeyDictionary()


class Unread(Protocol):
    """What reading comments needs of a store."""

    path: str

    def pending_count(self, current: str | None = None) -> tuple[int, int]:
        """Unread and all distinct texts; read otherwise than `current` counts as unread."""

    def pending_texts(self, limit: int, current: str | None = None) -> pd.DataFrame:
        """Up to `limit` unread texts: text_hash, text."""

    def save_scores(self, scores: pd.DataFrame) -> None:
        """Keep what was read."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What an import would do: the account of the rows looked at (`report`, without a batch), out of `of` in all,
    the first rows as they would be stored, what is wrong by kind, and how many answers nobody gave. `notices` are
    those that only the store could give, beside those of the inspection.
    """

    report: ImportReport
    of: int
    stored: ingest.StoredRows
    problems: tuple[ingest.Problem, ...]
    unanswered: int
    notices: tuple[Notice, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether all rows of the file were looked at."""
        return self.report.rows_read == self.of


def import_file(
    store: Warehouse,
    data: bytes | Path,
    *,
    file_name: str | None = None,
    kind: Kind | None = None,
    mapping: ingest.Mapping | None = None,
    survey_date: date | None = None,
    encoding: str | None = None,
    member: str | None = None,
    dry_run: bool = False,
    secret: bytes | None = None,
    progress: Tell | None = None,
    stop: Stop | None = None,
) -> ImportReport:
    """Read a file and put its records into the store; returns the account of every row.

    `survey_date` dates the answers of a file that has no dates. With `dry_run` the account is the
    same and the store unchanged. Raises FileRefused or MappingIncomplete, and then nothing went in.
    Comments are stored without scores; `score_pending` adds them.

    `progress` is told the stage (`watching.STAGES`), what is done of it and of how much. Once `stop`
    says True, Stopped is raised and the store is as it was.
    """
    watch = Watch(progress, stop)
    inspection = inspect_file(
        store, data, file_name=file_name, encoding=encoding, kind=kind, member=member, watch=watch
    )
    if dry_run:
        return store.rehearse(_converted(store, inspection, mapping, survey_date, secret, watch))
    records = _converted(store, inspection, mapping, survey_date, secret, watch)
    header, tool = inspection.table.header, inspection.tool
    confirmed = mapping if mapping is not None and not inspection.correction else None
    # The largest table of all, and storing needs the room.
    del inspection
    return _stored(store, records, confirmed, header, tool, watch)


def inspect_file(
    store: Warehouse,
    data: bytes | Path,
    *,
    file_name: str | None = None,
    encoding: str | None = None,
    kind: Kind | None = None,
    member: str | None = None,
    watch: Watch = UNWATCHED,
) -> ingest.Inspection:
    """A file's table with the mapping proposed for it, the one confirmed before for the same columns.

    Quarantined rows of a batch that come back corrected are read as that batch was. `member` is the table to
    read of an archive of several. Raises FileRefused, and Stopped by `watch`.
    """
    name = file_name or (data.name if isinstance(data, Path) else "")
    return ingest.inspect(
        data, file_name=name, encoding=encoding, kind=kind, templates=templates_of(store), originals=store.original,
        member=member,
        watch=watch,
    )


def import_inspected(
    store: Warehouse,
    inspection: ingest.Inspection,
    *,
    mapping: ingest.Mapping | None = None,
    survey_date: date | None = None,
    secret: bytes | None = None,
    watch: Watch = UNWATCHED,
) -> ImportReport:
    """Put a file that was inspected into the store, without reading it again; returns its account.

    A `mapping` that is given counts as confirmed: once the rows are in it is kept for the next file with
    the same columns, which is read by it where none is given. Raises MappingIncomplete, and Stopped by
    `watch`; nothing went in then.
    """
    records = _converted(store, inspection, mapping, survey_date, secret, watch)
    confirmed = mapping if mapping is not None and not inspection.correction else None
    return _stored(store, records, confirmed, inspection.table.header, inspection.tool, watch)


def _stored(
    store: Warehouse, records: RecordBatch, confirmed: ingest.Mapping | None, header: tuple[str, ...], tool: str,
    watch: Watch,
) -> ImportReport:
    """Put records in; a mapping that somebody confirmed is kept once they are."""
    pa.default_memory_pool().release_unused()
    report = store.add(records, watch=watch)
    if confirmed is not None:
        templates_of(store).keep(confirmed.placed(header), header, tool=tool)
    return report


def rehearse(
    store: Warehouse,
    inspection: ingest.Inspection,
    *,
    mapping: ingest.Mapping | None = None,
    survey_date: date | None = None,
    rows: int | None = None,
) -> Rehearsal:
    """What an import would do, found out on the file's first `rows` rows (None: on all); nothing is kept.

    Raises MappingIncomplete like the import itself.
    """
    total = len(inspection.table.frame) + len(inspection.issues)
    inspection = inspection if rows is None else inspection.beginning(rows)
    records = _converted(store, inspection, mapping, survey_date, None, UNWATCHED)
    report = store.rehearse(records)
    return Rehearsal(
        report, total, ingest.stored_rows(records, limit=PREVIEW_ROWS),
        ingest.problems(records.report.issues),
        ingest.unanswered(records, len((mapping or inspection.mapping).having("score"))),
        report.notices[len(inspection.notices):],
    )


def _converted(
    store: Warehouse,
    inspection: ingest.Inspection,
    mapping: ingest.Mapping | None,
    survey_date: date | None,
    secret: bytes | None,
    watch: Watch,
) -> RecordBatch:
    return ingest.convert(
        inspection, mapping=mapping, survey_date=survey_date, secret=secret or secret_of(store), watch=watch,
        forgotten=store.forgotten(),
    )


def pseudonyms_of(store: Warehouse, identifiers: Sequence[str]) -> list[str]:
    """The names under which the store keeps customers whose ids a person gives; blank ones stay blank."""
    ids = pd.Series(identifiers, dtype="str")
    return privacy.pseudonym(ids, secret_of(store)).fillna("").tolist()


def forget(store: Warehouse, identifier: str) -> Receipt:
    """Remove a customer (their id as the files write it), or one response, review or ticket (its id), for good.

    Gone from every table and from the file's bytes; a file that brings the rows again has them quarantined. The
    receipt names the id by a keyed hash only. Raises UnknownName where nothing has this id.
    """
    name, secret = identifier.strip(), secret_of(store)
    customer = pseudonyms_of(store, [name])[0]
    # Ids that are personal themselves, say phone numbers, are kept as pseudonyms too.
    return store.forget(
        customer=customer, names=(name, customer) if name else (),
        subject=privacy.sealed(name, secret, purpose="receipt"),
        seal=lambda kind, held: ingest.seal(kind, held, secret),
    )


def quarantine_workbook(store: Warehouse, batch: int) -> bytes:
    """What stayed out of a batch as an XLSX that can be corrected and imported again.

    Of a batch that an earlier version of the program imported, only the list of what was wrong is there. Raises
    UnknownName for a batch of which nothing stayed out, that does not exist or is undone.
    """
    original = store.original(None, batch)
    if original is not None:
        return ingest.correction_workbook(original)
    issues = store.quarantine(batch)
    if issues.empty:
        raise UnknownName("errors.no_quarantine", name=batch)
    return ingest.reasons_workbook(Issue(**line) for line in issues.to_dict("records"))


def templates_of(store: Warehouse) -> ingest.Templates:
    """The confirmed mappings that belong to a store: a folder of JSON files beside its file."""
    if store.path == IN_MEMORY:
        return _templates_in_memory.setdefault(store, ingest.Templates())
    return ingest.Templates(Path(store.path + ".mappings"))


def score_pending(
    store: Unread,
    *,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
    chunk: int = 2_000,
    engine: str = text.DEFAULT_ENGINE,
    workers: int | None = None,
    niceness: int | None = None,
) -> int:
    """Score the texts that have no score yet, each distinct text once; returns how many were scored.

    They are read with what the company has of its own (`own.reading_of`); texts that were read before that changed are
    read anew, after the others, and keep their old scores until then.

    Works in chunks that are saved one by one, so it can be stopped (`stop`, asked before each chunk)
    and taken up again without loss. Many texts are read by child processes: see `text.readers` for `workers` and
    `niceness`.
    """
    reading = own.reading_of(store)
    name, done = reading.called(engine), 0
    expected = store.pending_count(name)[0]
    with (
        text.readers(expected, engine=engine, reading=reading, workers=workers, niceness=niceness) as read,
        closing(_scored_chunks(store, read, chunk, name)) as chunks,
    ):
        while not (stop and stop()) and (scores := next(chunks, None)) is not None:
            store.save_scores(scores.assign(engine=name))
            done += len(scores)
            if progress:
                progress(done, done + store.pending_count(name)[0])
    return done


def _scored_chunks(store: Unread, read: text.Read, chunk: int, name: str) -> Iterator[pd.DataFrame]:
    """What the texts say that are unread, the newest first: text_hash and the columns of `text.score`."""
    while len(texts := store.pending_texts(max(FETCHED, chunk), name)):
        hashes = texts["text_hash"].to_numpy()
        parts = zip(text.parts_of(hashes, chunk), read(text.parts_of(texts["text"].tolist(), chunk)), strict=True)
        for part, scores in parts:
            yield scores.assign(text_hash=part)


def load_sample(store: Warehouse, *, progress: Progress | None = None) -> list[ImportReport]:
    """Import the sample files in the order of sample_data/files.toml; files that are in already add nothing."""
    files = tomllib.loads((SAMPLE_FOLDER / "files.toml").read_text(encoding="utf-8"))["file"]
    reports = []
    for done, file in enumerate(files, start=1):
        reports.append(import_file(store, SAMPLE_FOLDER / file["name"], kind=file["kind"]))
        if progress:
            progress(done, len(files))
    return reports


def make_answers(store: Warehouse, rows: int) -> ImportReport:
    """Put `rows` invented survey answers into the store, as one batch that can be undone."""
    return store.add_invented(rows)


def secret_of(store: Warehouse) -> bytes:
    """The key that turns customer ids into pseudonyms: one per store, made at first use.

    It lies beside the store's file, readable by its owner alone. Without it the same customer gets
    another pseudonym, so it belongs in the store's backup.
    """
    if store.path == IN_MEMORY:
        return _secrets_in_memory.setdefault(store, secrets.token_bytes(SECRET_BYTES))
    path = Path(store.path + ".key")
    if not path.exists():
        _write_secret(path)
    secret = path.read_bytes()
    if len(secret) != SECRET_BYTES:
        raise StoreDamaged("errors.secret_damaged", path=path)
    return secret


def _write_secret(path: Path) -> None:
    # Written whole under another name first: a key cut short by a crash would be taken for the key.
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(secrets.token_bytes(SECRET_BYTES))
    os.replace(draft, path)
