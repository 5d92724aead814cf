"""Rows that a later row of the same identity replaces: which of them counts."""

from __future__ import annotations

import duckdb

from analysis.store.tables import REPLACED_ANSWERS, columns_of


def mark_replaced(cursor: duckdb.DuckDBPyConnection, batch: int, *, rows: str = "rows") -> None:
    """Of the rows of one identity only the last counts: that of the latest batch, there the lowest in the file.

    An answer that lost a cell when it came in counts only where no whole version of it is there, also where the
    uncorrected file is imported again later. A row whose identity is its own content is one of those too.

    Looks at the identities that `batch` has in the table `rows`, where it stands or where it lies undone.
    """
    cursor.execute(
        f"""
        CREATE TEMP TABLE changed AS
        SELECT batch, "row", superseded FROM (
            SELECT batch, "row", superseded AS was,
                   row_number() OVER (
                       PARTITION BY kind, identity
                       ORDER BY content = identity, lost IS NOT NULL AND kind IN ('survey', 'review'),
                                batch DESC, "row" DESC
                   ) > 1 AS superseded
            FROM "rows" JOIN (
                SELECT kind, identity FROM "rows"
                SEMI JOIN (SELECT kind, identity FROM "{rows}" WHERE batch = $batch AND identity IS NOT NULL) touched
                    USING (kind, identity)
                GROUP BY kind, identity HAVING count(*) > 1 OR bool_or(superseded)
            ) several USING (kind, identity)
            LEFT JOIN (SELECT DISTINCT batch, "row", true AS lost FROM quarantine WHERE NOT whole_row) q
                USING (batch, "row")
        ) WHERE was <> superseded
        """,
        {"batch": batch},
    )
    if cursor.execute("SELECT count(*) FROM changed").fetchall()[0][0]:
        cursor.execute(
            'UPDATE "rows" r SET superseded = c.superseded FROM changed c WHERE r.batch = c.batch AND r."row" = c."row"'
        )
        _move("answers", REPLACED_ANSWERS, cursor, replaced=True)
        _move(REPLACED_ANSWERS, "answers", cursor, replaced=False)
    cursor.execute("DROP TABLE changed")


def _move(source: str, target: str, cursor: duckdb.DuckDBPyConnection, *, replaced: bool) -> None:
    columns, of_those = columns_of("answers"), f"FROM changed WHERE superseded = {replaced}"
    # A row is in both tables for a moment only inside the transaction.
    cursor.execute(
        f'INSERT INTO {target} ({columns}) SELECT {columns} FROM {source} '
        f'SEMI JOIN (SELECT batch, "row" {of_those}) c USING (batch, "row")'
    )
    cursor.execute(
        f'DELETE FROM {source} t USING (SELECT batch, "row" {of_those}) c WHERE t.batch = c.batch AND t."row" = c."row"'
    )
