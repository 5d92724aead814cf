"""A batch taken out of what counts, and put back: the store is then what the standing batches make it.

What an undone batch brought lies in tables of its own, where no count looks. A row that several files
bring belongs to the first of those that stand. Every function works inside a transaction that its
caller has begun, and leaves the end of it to the caller.
"""

from __future__ import annotations

import duckdb

from analysis.errors import UnknownName
from analysis.store.batches import now
from analysis.store.corrections import mark_replaced
from analysis.store.tables import (
    BATCH_TABLES,
    DESCRIBING_TABLES,
    RECORD_TABLES,
    REPLACED_ANSWERS,
    SCORE_TABLES,
    STORED_ORDER,
    TEXT_TABLES,
    columns_of,
    undone,
)

_PASSED_ON = ("rows", REPLACED_ANSWERS, *RECORD_TABLES)


def remove(cursor: duckdb.DuckDBPyConnection, batch: int) -> int:
    """Take a batch out as if it had never come; what it had replaced counts again.

    Rows that a later file brought once more stay, as rows of that file; a file that brought nothing
    new, such as the same one again, has no claim on them. The ledger line stays, with the time of the
    undo. Returns the number of source rows removed; raises UnknownName for a batch that does not
    exist or is undone already.
    """
    _check_known(cursor, batch, "undone_at IS NULL", "errors.unknown_batch")
    for table in BATCH_TABLES:
        _copy(cursor, table, undone(table), batch)
    _copy(cursor, REPLACED_ANSWERS, undone("answers"), batch)
    _hand_over(cursor, batch)
    removed = cursor.execute('SELECT count(*) FROM "rows" WHERE batch = ?', [batch]).fetchall()[0][0]
    for table in (*BATCH_TABLES, REPLACED_ANSWERS):
        cursor.execute(f'DELETE FROM "{table}" WHERE batch = ?', [batch])
    _move_scores(
        cursor, {name: undone(name) for name in TEXT_TABLES}, "text_hash NOT IN (SELECT text_hash FROM comments)"
    )
    mark_replaced(cursor, batch, rows=undone("rows"))
    cursor.execute("UPDATE batches SET undone_at = ? WHERE batch = ?", [now(), batch])
    return removed


def restore(cursor: duckdb.DuckDBPyConnection, batch: int) -> int:
    """Put an undone batch back in its old place; returns the number of source rows that came with it.

    Its rows are its own again unless an earlier file that stands has them; a later one that had taken
    them over gives them back. Raises UnknownName for a batch that is not undone.
    """
    _check_known(cursor, batch, "undone_at IS NOT NULL", "errors.batch_not_undone")
    _take_back(cursor, batch)
    restored = _put_back(cursor, batch)
    for table in DESCRIBING_TABLES:
        _copy(cursor, undone(table), table, batch)
    for table in BATCH_TABLES:
        cursor.execute(f'DELETE FROM "{undone(table)}" WHERE batch = ?', [batch])
    # A text that came again meanwhile and was read anew keeps the newer score.
    for table in SCORE_TABLES:
        cursor.execute(f'DELETE FROM "{undone(table)}" WHERE text_hash IN (SELECT text_hash FROM text_scores)')
    _move_scores(cursor, {undone(name): name for name in TEXT_TABLES}, "text_hash IN (SELECT text_hash FROM comments)")
    mark_replaced(cursor, batch)
    cursor.execute("UPDATE batches SET undone_at = NULL WHERE batch = ?", [batch])
    return restored


def _check_known(cursor: duckdb.DuckDBPyConnection, batch: int, state: str, message: str) -> None:
    found = cursor.execute(f"SELECT batch FROM batches WHERE {state} ORDER BY batch").fetchall()
    if (batch,) not in found:
        raise UnknownName(message, name=batch, known=tuple(number for (number,) in found) or "—")


def _copy(cursor: duckdb.DuckDBPyConnection, source: str, target: str, batch: int) -> None:
    columns = columns_of(source)
    cursor.execute(f'INSERT INTO "{target}" ({columns}) SELECT {columns} FROM "{source}" WHERE batch = ?', [batch])


def _hand_over(cursor: duckdb.DuckDBPyConnection, batch: int) -> None:
    """Give the rows of `batch` that other files repeat to the first of those files."""
    cursor.execute(
        """
        CREATE TEMP TABLE handed AS
        SELECT r.batch AS old_batch, r."row" AS old_row, n.batch, n."row"
        FROM "rows" r
        JOIN (
            SELECT *, row_number() OVER (PARTITION BY kind, content ORDER BY batch, "row") AS turn
            FROM repeats WHERE batch <> $batch
        ) n ON n.kind = r.kind AND n.content = r.content AND n.turn = 1
        WHERE r.batch = $batch
        """,
        {"batch": batch},
    )
    _pass_on(cursor)
    cursor.execute('DELETE FROM repeats t USING handed h WHERE t.batch = h.batch AND t."row" = h."row"')
    _count_passed(cursor, "batch", +1)
    cursor.execute("DROP TABLE handed")


def _take_back(cursor: duckdb.DuckDBPyConnection, batch: int) -> None:
    """Give `batch`, which is coming back, the rows that it shares with later files that hold them now."""
    cursor.execute(
        f"""
        CREATE TEMP TABLE handed AS
        SELECT r.batch AS old_batch, r."row" AS old_row, $batch AS batch, c."row", r.kind, r.content
        FROM "rows" r JOIN ({_brought()}) c ON c.kind = r.kind AND c.content = r.content
        WHERE r.batch > $batch
        """,
        {"batch": batch},
    )
    _pass_on(cursor)
    cursor.execute('INSERT INTO repeats SELECT old_batch, old_row, kind, content FROM handed')
    _count_passed(cursor, "old_batch", -1)
    cursor.execute("DROP TABLE handed")


def _brought() -> str:
    """The query for what a batch that lies undone had brought: the first row of each content."""
    parts = (f'SELECT kind, content, "row" FROM "{undone(name)}" WHERE batch = $batch' for name in ("rows", "repeats"))
    return f'SELECT kind, content, min("row") AS "row" FROM ({" UNION ALL ".join(parts)}) GROUP BY kind, content'


def _pass_on(cursor: duckdb.DuckDBPyConnection) -> None:
    for table in _PASSED_ON:
        cursor.execute(
            f'UPDATE "{table}" t SET batch = h.batch, "row" = h."row" FROM handed h '
            f'WHERE t.batch = h.old_batch AND t."row" = h.old_row'
        )


def _count_passed(cursor: duckdb.DuckDBPyConnection, side: str, sign: int) -> None:
    cursor.execute(
        f"UPDATE batches b SET imported = imported + {sign} * h.n, duplicates = duplicates - {sign} * h.n "
        f"FROM (SELECT {side} AS batch, count(*) AS n FROM handed GROUP BY {side}) h WHERE b.batch = h.batch"
    )


def _put_back(cursor: duckdb.DuckDBPyConnection, batch: int) -> int:
    """The rows that nobody holds become rows of `batch`, the others repeats; its account follows."""
    given = {"batch": batch}
    cursor.execute(
        f"""
        CREATE TEMP TABLE missing AS
        SELECT c.kind, c.content, c."row", u.batch AS old_batch, u."row" AS old_row, u.identity
        FROM ({_brought()}) c
        ANTI JOIN "rows" r ON r.kind = c.kind AND r.content = c.content
        JOIN (
            SELECT *, row_number() OVER (PARTITION BY kind, content ORDER BY batch <> $batch, batch) AS turn
            FROM "{undone("rows")}"
        ) u ON u.kind = c.kind AND u.content = c.content AND u.turn = 1
        """,
        given,
    )
    cursor.execute('INSERT INTO "rows" SELECT $batch, "row", kind, content, identity, false FROM missing', given)
    for table in RECORD_TABLES:
        columns = columns_of(table)
        own = columns.replace('"batch"', "$batch", 1).replace('"row"', 'm."row"', 1)
        order = STORED_ORDER.get(table, '"row"').replace('"row"', 'm."row"')
        cursor.execute(
            f'INSERT INTO "{table}" ({columns}) SELECT {own} FROM "{undone(table)}" t '
            f'JOIN (SELECT "row", old_batch, old_row FROM missing) m ON t.batch = m.old_batch AND t."row" = m.old_row '
            f"ORDER BY {order}",
            given,
        )
    cursor.execute("DROP TABLE missing")
    brought = cursor.execute(
        f"""
        INSERT INTO repeats SELECT $batch, "row", kind, content FROM (
            SELECT "row", kind, content FROM "{undone("rows")}" WHERE batch = $batch
            UNION ALL SELECT "row", kind, content FROM "{undone("repeats")}" WHERE batch = $batch
        ) WHERE "row" NOT IN (SELECT "row" FROM "rows" WHERE batch = $batch)
        """,
        given,
    ).fetchall()[0][0]
    imported = cursor.execute('SELECT count(*) FROM "rows" WHERE batch = $batch', given).fetchall()[0][0]
    if imported or brought:
        cursor.execute(
            "UPDATE batches SET imported = $imported, duplicates = $repeated WHERE batch = $batch",
            {**given, "imported": imported, "repeated": brought},
        )
    return imported


def _move_scores(cursor: duckdb.DuckDBPyConnection, tables: dict[str, str], which: str) -> None:
    """Scores follow the texts they speak of, into the tables aside and back; the latest one stays."""
    for source, target in tables.items():
        columns = columns_of(source)
        cursor.execute(f'DELETE FROM "{target}" WHERE text_hash IN (SELECT text_hash FROM "{source}" WHERE {which})')
        cursor.execute(f'INSERT INTO "{target}" ({columns}) SELECT {columns} FROM "{source}" WHERE {which}')
        cursor.execute(f'DELETE FROM "{source}" WHERE {which}')
