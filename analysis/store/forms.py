"""The same answers in another form: a survey that 问卷星 wrote once in words and once in numbers counts once.

A row that says in numbers what a standing row says in words, or the other way round, takes over that row's content.
From then on it is a repeat like any other, also when its batch or the other one is undone. Every function works
inside a transaction that its caller has begun, and leaves the end of it to the caller.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import duckdb
import numpy as np
import pandas as pd

from analysis.records import Notice, RecordBatch
from analysis.schema import ExportForm
from analysis.store.insertion import registered

# Number and second of submission agree by chance in one of 86,400 pairs of rows of one day. Of two forms of one
# survey most rows agree; of two surveys that run at the same time hardly any.
_LEAST_SHARED = 0.05


@dataclass(frozen=True, slots=True)
class Recognised:
    """A batch in which rows that are known in another form have that row's content; `same` has a line for each of
    them: row, content (its own) and said_before.
    """

    records: RecordBatch
    same: pd.DataFrame


def recognised(cursor: duckdb.DuckDBPyConnection, records: RecordBatch) -> Recognised:
    """Find the rows that stand in the store in another form. The report's notices name their batch.

    A batch of another form that shares no row is named too: only a person knows whether it holds the same answers.
    A correction is in the form of the batch that it corrects.
    """
    nothing = Recognised(records, pd.DataFrame({"row": [], "content": [], "said_before": []}))
    if records.form is None or records.rows.empty:
        return nothing
    others = _others(cursor, records.form)
    with registered(cursor, records.rows):
        known, found = _known(cursor, records.kind), _found(cursor, records.kind, others)
    if len(found) < _LEAST_SHARED * min(len(records.rows), _rows_of(cursor, others)):
        found = found.head(0)
    same = pd.concat([known, found], ignore_index=True).drop_duplicates("row")
    if same.empty and not others:
        return nothing
    notices = (*records.report.notices, _notice(cursor, same, others))
    before = dict(zip(same["row"], same["said_before"], strict=True))
    content = [before.get(row, own) for row, own in zip(records.rows["row"], records.rows["content"], strict=True)]
    rows = records.rows.assign(content=np.array(content, np.uint64))
    return Recognised(replace(records, rows=rows, report=replace(records.report, notices=notices)), same)


def remember(cursor: duckdb.DuckDBPyConnection, batch: int, known: Recognised) -> None:
    """Keep which rows of a batch were said before, so that its file is known even after the other is undone."""
    if known.same.empty:
        return
    with registered(cursor, known.same):
        cursor.execute(
            'INSERT INTO same_answers SELECT $batch, "row", $kind, content, said_before FROM incoming',
            {"batch": batch, "kind": known.records.kind},
        )


def written(coded: frozenset[int]) -> str:
    """The coded questions as the ledger keeps them."""
    return ",".join(map(str, sorted(coded)))


def read_form(survey: str, coded: str) -> ExportForm:
    """A form as the ledger keeps it."""
    return ExportForm(survey, frozenset(int(number) for number in coded.split(",") if number))


def _others(cursor: duckdb.DuckDBPyConnection, form: ExportForm) -> list[int]:
    """The standing batches that can hold the same answers in another form."""
    found = cursor.execute(
        "SELECT batch, coded FROM batches WHERE survey = ? AND undone_at IS NULL ORDER BY batch", [form.survey]
    ).fetchall()
    return [batch for batch, coded in found if form.is_another(read_form(form.survey, coded))]


def _rows_of(cursor: duckdb.DuckDBPyConnection, batches: list[int]) -> int:
    return cursor.execute('SELECT count(*) FROM "rows" WHERE list_contains(?, batch)', [batches]).fetchall()[0][0]


def _known(cursor: duckdb.DuckDBPyConnection, kind: str) -> pd.DataFrame:
    """Incoming rows that an earlier import of them was found to say again, where what they repeat still stands."""
    return cursor.execute(
        f"""
        SELECT DISTINCT i."row", CAST(i.content AS UBIGINT) AS content, s.said_before, r.batch
        FROM ({_NEW}) i
        JOIN same_answers s ON s.kind = $kind AND s.content = CAST(i.content AS UBIGINT)
        JOIN "rows" r ON r.kind = $kind AND r.content = s.said_before
        """,
        {"kind": kind},
    ).df()


def _found(cursor: duckdb.DuckDBPyConnection, kind: str, batches: list[int]) -> pd.DataFrame:
    """Incoming rows whose number and time of submission a row of one of the batches has."""
    return cursor.execute(
        f"""
        SELECT i."row", CAST(i.content AS UBIGINT) AS content, r.content AS said_before, r.batch
        FROM ({_NEW}) i
        JOIN "rows" r ON r.kind = $kind AND r.identity = CAST(i.identity AS UBIGINT) AND NOT r.superseded
        WHERE list_contains($batches, r.batch)
        """,
        {"kind": kind, "batches": batches},
    ).df()


_NEW = (
    'SELECT * FROM incoming n WHERE NOT EXISTS '
    '(SELECT 1 FROM "rows" o WHERE o.kind = $kind AND o.content = CAST(n.content AS UBIGINT))'
)


def _notice(cursor: duckdb.DuckDBPyConnection, same: pd.DataFrame, others: list[int]) -> Notice:
    batch = int(same["batch"].min()) if len(same) else others[-1]
    (file,), = cursor.execute("SELECT file_name FROM batches WHERE batch = ?", [batch]).fetchall()
    name = "same_answers" if len(same) else "maybe_same_answers"
    return Notice(name, {"count": len(same), "batch": batch, "file": file})
