"""What stayed out of a batch, kept so that it can be looked at, corrected and brought in after all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import duckdb
import numpy as np
import pandas as pd

from analysis.records import FaultyRows, Issue, Original
from analysis.store.forms import read_form

_ROWS = 'SELECT "row", cells, content, identity FROM quarantine_rows WHERE batch = ? ORDER BY "row"'
_ISSUES = (
    'SELECT "row", "column", "value", reason, whole_row, "values" FROM quarantine WHERE batch = ? '
    'ORDER BY "row", "column"'
)


def issues_of(cursor: duckdb.DuckDBPyConnection, batch: int) -> pd.DataFrame:
    """What stayed out of a batch: row, column, value, reason (message key), whole_row, values (of the message)."""
    frame = cursor.execute(_ISSUES, [batch]).df()
    return frame.assign(values=[json.loads(text) for text in frame["values"]])


def keep_faulty(cursor: duckdb.DuckDBPyConnection, batch: int, faulty: FaultyRows) -> None:
    """Keep a batch's faulty rows beside the batch; its caller has begun the transaction."""
    cursor.execute(
        "INSERT INTO quarantine_files VALUES (?, ?, ?, ?)",
        [batch, json.dumps(faulty.header, ensure_ascii=False), faulty.survey_date, faulty.corrects],
    )
    cursor.register("faulty", faulty.rows)
    cursor.execute('INSERT INTO quarantine_rows SELECT ?, "row", cells, content, identity FROM faulty', [batch])
    cursor.unregister("faulty")


def original(cursor: duckdb.DuckDBPyConnection, file_hash: str | None, batch: int) -> Original | None:
    """A standing batch with its faulty rows, by its number and its file's hash (None: whatever the file is).

    Where the batch of that number is not standing or another file's, the latest standing one of the file is taken:
    the file may have been imported anew. None where there is none, or nothing was kept of it.
    """
    found = cursor.execute(
        """
        SELECT b.batch, b.file_name, b.file_hash, b.mapping, f.header, f.survey_date, f.corrects, b.survey, b.coded
        FROM batches b JOIN quarantine_files f USING (batch)
        WHERE b.undone_at IS NULL AND (b.file_hash = $hash OR $hash IS NULL) AND ($hash IS NOT NULL OR b.batch = $batch)
        ORDER BY b.batch = $batch DESC, b.batch DESC LIMIT 1
        """,
        {"hash": file_hash, "batch": batch},
    ).fetchall()
    return _original(cursor, *found[0]) if found else None


def _original(
    cursor: duckdb.DuckDBPyConnection, batch: int, file_name: str, file_hash: str, mapping: str, header: str,
    survey_date: date | None, corrects: int | None, survey: str | None, coded: str | None,
) -> Original:
    rows = cursor.execute(_ROWS, [batch]).df().astype({"row": "int64", "content": "UInt64", "identity": "UInt64"})
    faulty = FaultyRows(tuple(json.loads(header)), rows, survey_date, corrects)
    issues = tuple(_issues(issues_of(cursor, batch)))
    form = read_form(survey, coded) if survey else None
    return Original(batch, file_name, file_hash, json.loads(mapping), faulty, issues, _contents(cursor, batch), form)


def _issues(frame: pd.DataFrame) -> Iterator[Issue]:
    frame = frame.astype(object).where(frame.notna(), None)
    for line in frame.itertuples(index=False, name=None):
        row, column, value, reason, whole_row, values = line
        yield Issue(None if row is None else int(row), column, value, reason, bool(whole_row), values)


def _contents(cursor: duckdb.DuckDBPyConnection, batch: int) -> np.ndarray:
    """The contents of a batch and of those that it corrects."""
    return cursor.execute(
        """
        WITH RECURSIVE line AS (
            SELECT $batch AS batch
            UNION SELECT f.corrects FROM quarantine_files f JOIN line USING (batch) WHERE f.corrects IS NOT NULL
        )
        SELECT content FROM "rows" SEMI JOIN line USING (batch)
        """,
        {"batch": batch},
    ).fetchnumpy()["content"].astype(np.uint64)
