"""From a file to scored records in the store: the steps in their order, nothing of their inside."""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from weakref import WeakKeyDictionary

from analysis import ingest, text
from analysis.errors import StoreDamaged
from analysis.records import ImportReport
from analysis.schema import Kind
from analysis.store import IN_MEMORY, Warehouse

SAMPLE_FOLDER = Path(__file__).resolve().parents[1] / "sample_data"
SECRET_BYTES = 32

Progress = Callable[[int, int], None]  # what is done, of how many

# A store in memory has no place for files; its key and its mappings live and end with it.
_secrets_in_memory: WeakKeyDictionary[Warehouse, bytes] = WeakKeyDictionary()
_templates_in_memory: WeakKeyDictionary[Warehouse, ingest.Templates] = WeakKeyDictionary()


def import_file(
    store: Warehouse,
    data: bytes | Path,
    *,
    file_name: str | None = None,
    kind: Kind | None = None,
    mapping: ingest.Mapping | None = None,
    survey_date: date | None = None,
    encoding: str | None = None,
    dry_run: bool = False,
    secret: bytes | None = None,
) -> ImportReport:
    """Read a file and put its records into the store; returns the account of every row.

    `survey_date` dates the answers of a file that has no dates. With `dry_run` the account is the
    same and the store unchanged. Raises FileRefused or MappingIncomplete, and then nothing went in.
    Comments are stored without scores; `score_pending` adds them.

    A `mapping` that is given counts as confirmed: it is kept for the next file with the same columns,
    which is read by it where none is given.
    """
    name = file_name or (data.name if isinstance(data, Path) else "")
    templates = templates_of(store)
    inspection = ingest.inspect(data, file_name=name, encoding=encoding, kind=kind, templates=templates)
    records = ingest.convert(inspection, mapping=mapping, survey_date=survey_date, secret=secret or secret_of(store))
    if dry_run:
        return store.rehearse(records)
    if mapping is not None:
        templates.keep(mapping.placed(inspection.table.header), inspection.table.header, tool=inspection.tool)
    return store.add(records)


def templates_of(store: Warehouse) -> ingest.Templates:
    """The confirmed mappings that belong to a store: a folder of JSON files beside its file."""
    if store.path == IN_MEMORY:
        return _templates_in_memory.setdefault(store, ingest.Templates())
    return ingest.Templates(Path(store.path + ".mappings"))


def score_pending(
    store: Warehouse,
    *,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
    chunk: int = 2_000,
    engine: str = text.DEFAULT_ENGINE,
) -> int:
    """Score the texts that have no score yet, each distinct text once; returns how many were scored.

    Works in chunks that are saved one by one, so it can be stopped (`stop`, asked before each chunk)
    and taken up again without loss.
    """
    done = 0
    while not (stop and stop()):
        texts = store.pending_texts(chunk)
        if texts.empty:
            break
        scores = text.score(texts["text"].tolist(), engine=engine)
        store.save_scores(scores.assign(text_hash=texts["text_hash"].to_numpy(), engine=engine))
        done += len(texts)
        if progress:
            progress(done, done + store.pending_count()[0])
    return done


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
