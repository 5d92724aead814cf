"""A batch going in: exactly once, corrections, and its account.

Every function works inside a transaction that its caller has begun, and leaves the end of it to
the caller.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import duckdb
import pandas as pd

from analysis.records import ImportReport, Issue, RecordBatch
from analysis.schema import FLAGS, TIME_ZONE, ExportForm
from analysis.store import forms
from analysis.store.corrections import mark_replaced
from analysis.store.insertion import insert_answers, insert_records, registered
from analysis.store.quarantine import keep_faulty
from analysis.store.tables import columns_of
from analysis.watching import UNWATCHED, Watch


def insert(cursor: duckdb.DuckDBPyConnection, records: RecordBatch, watch: Watch = UNWATCHED) -> ImportReport:
    """Put in what is not in yet, replace what it corrects, and write the account.

    A row whose content is already in the store (or came earlier in the same file) is a duplicate.
    Raises Stopped by `watch`, between two statements.
    """
    total = 1 + len(records.others) + (0 if records.answers is None else len(records.answers.questions))
    watch.step("storing", 0, total)
    batch = cursor.execute("SELECT coalesce(max(batch), 0) + 1 FROM batches").fetchall()[0][0]
    known = forms.recognised(cursor, records)
    records = known.records
    imported = _insert_rows(cursor, batch, records)
    if imported:
        forms.remember(cursor, batch, known)
    if imported and records.answers is not None:
        insert_answers(cursor, batch, records.answers, lambda done: watch.step("storing", done, total))
    for done, (table, frame) in enumerate(records.others.items(), start=total - len(records.others)):
        watch.step("storing", done, total)
        if imported and len(frame):
            insert_records(cursor, batch, table, frame)
    watch.check()
    flags = _insert_flags(cursor, batch, records.flags)
    report = replace(
        records.report, batch=batch, imported=imported, duplicates=len(records.rows) - imported, flags=flags
    )
    insert_account(cursor, records.file_hash, report, records.form)
    if records.faulty is not None:
        keep_faulty(cursor, batch, records.faulty)
    mark_replaced(cursor, batch)
    watch.step("storing", total, total)
    return report


def rehearsed(cursor: duckdb.DuckDBPyConnection, records: RecordBatch) -> ImportReport:
    """The account that `insert` would give, without a batch number; nothing is written."""
    records = forms.recognised(cursor, records).records
    new = 0 if records.rows.empty else _count_new(cursor, records)
    return replace(records.report, batch=None, imported=new, duplicates=len(records.rows) - new)


def _count_new(cursor: duckdb.DuckDBPyConnection, records: RecordBatch) -> int:
    with registered(cursor, records.rows[["content"]]):
        return cursor.execute(
            "SELECT count(DISTINCT content) FROM incoming i WHERE NOT EXISTS "
            '(SELECT 1 FROM "rows" r WHERE r.kind = $kind AND r.content = CAST(i.content AS UBIGINT))',
            {"kind": records.kind},
        ).fetchall()[0][0]


def replace_scores(cursor: duckdb.DuckDBPyConnection, scores: pd.DataFrame) -> None:
    """Keep the scores of texts that are in the store, in place of any there were."""
    spoken_of = pd.DataFrame(
        [
            (text, aspect["dimension"])
            for text, aspects in zip(scores["text_hash"], scores["aspects"], strict=True)
            for aspect in json.loads(aspects or "[]")
        ],
        columns=["text_hash", "dimension"],
    ).astype({"text_hash": "uint64", "dimension": "str"})
    columns = {
        "text_scores": scores[["text_hash", "sentiment", "polarity", "aspects", "engine"]],
        "text_aspects": spoken_of.drop_duplicates(),
    }
    for table, frame in columns.items():
        with registered(cursor, scores[["text_hash"]]):
            cursor.execute(f"DELETE FROM {table} WHERE text_hash IN (SELECT text_hash FROM incoming)")
        with registered(cursor, frame):
            cursor.execute(
                f"INSERT INTO {table} SELECT * FROM incoming WHERE text_hash IN (SELECT text_hash FROM comments)"
            )


_FIRST_OF_COPIES = """(
    SELECT * EXCLUDE (copy)
    FROM (SELECT *, row_number() OVER (PARTITION BY content ORDER BY "row") AS copy FROM incoming)
    WHERE copy = 1
)"""


def _insert_rows(cursor: duckdb.DuckDBPyConnection, batch: int, records: RecordBatch) -> int:
    if records.rows.empty:
        return 0
    # Numbering the copies sorts all rows, and most files have none.
    first = "incoming" if records.rows["content"].is_unique else _FIRST_OF_COPIES
    with registered(cursor, records.rows):
        cursor.execute(
            f"""
            INSERT INTO "rows"
            SELECT $batch, "row", $kind, content, identity, false
            FROM {first} i
            WHERE NOT EXISTS (SELECT 1 FROM "rows" r WHERE r.kind = $kind AND r.content = CAST(i.content AS UBIGINT))
            ORDER BY "row"
            """,
            {"batch": batch, "kind": records.kind},
        )
        imported = cursor.execute('SELECT count(*) FROM "rows" WHERE batch = ?', [batch]).fetchall()[0][0]
        if 0 < imported < len(records.rows):
            cursor.execute(
                'INSERT INTO repeats SELECT $batch, "row", $kind, content FROM incoming '
                'WHERE "row" NOT IN (SELECT "row" FROM "rows" WHERE batch = $batch)',
                {"batch": batch, "kind": records.kind},
            )
    return imported


def _insert_flags(cursor: duckdb.DuckDBPyConnection, batch: int, flags: pd.DataFrame) -> dict[str, int]:
    """Keep the flags of all rows that are or may become records of this batch; counts those that are."""
    if flags.empty:
        return {}
    with registered(cursor, flags):
        cursor.execute(
            'INSERT INTO flags SELECT $batch, "row", flag FROM incoming SEMI JOIN ('
            'SELECT "row" FROM "rows" WHERE batch = $batch UNION ALL SELECT "row" FROM repeats WHERE batch = $batch'
            ') USING ("row")',
            {"batch": batch},
        )
    counts = 'SELECT flag, count(*) FROM flags SEMI JOIN "rows" USING (batch, "row") WHERE batch = ? GROUP BY flag'
    found = dict(cursor.execute(counts, [batch]).fetchall())
    return {flag: found[flag] for flag in FLAGS if flag in found}


def insert_account(
    cursor: duckdb.DuckDBPyConnection, file_hash: str, report: ImportReport, form: ExportForm | None = None
) -> None:
    """Write a batch's ledger line and its quarantined rows and cells; `report.batch` is its number."""
    cursor.execute(
        f"INSERT INTO batches ({columns_of('batches')}) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?)",
        [
            report.batch, report.kind, report.file_name, file_hash, report.format, report.encoding, report.rows_read,
            report.imported, report.duplicates, report.quarantined, report.cells_quarantined,
            _json(report.mapping), _json(report.missing), _json(report.masked), now(),
            form.survey if form else None, forms.written(form.coded) if form else None,
        ],
    )
    if report.issues:
        with registered(cursor, _issue_frame(report.issues)):
            cursor.execute("INSERT INTO quarantine SELECT ?, * FROM incoming", [report.batch])


def _issue_frame(issues: tuple[Issue, ...]) -> pd.DataFrame:
    frame = pd.DataFrame(
        [
            (issue.row, issue.column, issue.value, issue.reason, issue.whole_row, _json(issue.values))
            for issue in issues
        ],
        columns=["row", "column", "value", "reason", "whole_row", "values"],
    )
    return frame.astype({"row": "Int64", "column": "str", "value": "str"})


def _json(values: Mapping[str, object]) -> str:
    return json.dumps(dict(values), ensure_ascii=False, default=str)


def now() -> datetime:
    """The time in Shanghai, to the second, without a zone."""
    return datetime.now(ZoneInfo(TIME_ZONE)).replace(tzinfo=None, microsecond=0)
