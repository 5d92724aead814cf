"""One person's data out of every table, with a receipt that says so without naming anybody.

Works inside a transaction that its caller has begun; `opening.rewrite` clears the file's bytes afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, field

import duckdb

from analysis.errors import UnknownName
from analysis.records import PSEUDONYM_SIGN
from analysis.store.batches import now
from analysis.store.chain import FIRST, digest, first_break
from analysis.store.tables import (
    BATCH_TABLES,
    RECORD_TABLES,
    REPLACED_ANSWERS,
    TABLES,
    TEXT_TABLES,
    undone,
)

FORGOTTEN = "forgotten"  # the reason under which rows of such a person are quarantined

# A shorter name could be any cell of a row that stayed out.
_TELLING_LENGTH = 6
# What a record is known by, and where a comment's number behind its id begins.
_ID_COLUMNS = ("response_id", "ticket_id", "comment_id")
# The table and column that hold the id of every row of some kind of file.
_NAMED = {"answers": "response_id", "choices": "response_id", "comments": "comment_id", "tickets": "ticket_id"}
_TABLES_OF = {**{name: (name, undone(name)) for name in BATCH_TABLES}, "answers": (
    "answers", REPLACED_ANSWERS, undone("answers"),
)}

Seal = Callable[[str, str], str]  # what an id belongs to ("customer" or a kind of file), and the id: its keyed hash


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof of a deletion: which one it was, when, how many rows of each table went, whom it concerned as a keyed hash.

    `digest` is the SHA-256 of everything else here, `previous` the digest of the receipt before: none can be
    changed, left out or put in later without breaking the chain.
    """

    number: int
    created_at: str
    subject: str
    removed: dict[str, int] = field(hash=False)
    previous: str
    digest: str

    def as_dict(self) -> dict[str, object]:
        """Plain data for JSON."""
        return asdict(self)

    @property
    def sound(self) -> bool:
        """Whether the digest belongs to the content."""
        return self.digest == digest({name: value for name, value in asdict(self).items() if name != "digest"})


def forget(
    cursor: duckdb.DuckDBPyConnection, *, customer: str, names: Collection[str], subject: str, seal: Seal
) -> Receipt:
    """Remove all rows of a customer (as stored) or of records with one of `names` for an id, wherever they lie.

    Earlier versions of the same records and repeats of them in other files go too. The accounts of the batches
    keep adding up: such rows count as quarantined, as FORGOTTEN. Raises UnknownName where there is nothing.
    """
    _find(cursor, customer, list(names))
    aside = _clear_quarantined_rows(cursor, customer, names)
    if not aside and not cursor.execute("SELECT count(*) FROM gone").fetchall()[0][0]:
        raise UnknownName("errors.nobody_to_forget")
    _remember(cursor, customer, seal)
    _account(cursor)
    removed = _delete(cursor)
    removed["quarantine_rows"] += aside
    removed["quarantine_values"] = _delete_values(cursor, names)
    for table in TEXT_TABLES:
        removed[table] = _delete_scores(cursor, table)
    _mark_in_quarantine(cursor)
    cursor.execute("DROP TABLE gone")
    return _write_receipt(cursor, subject, {table: n for table, n in removed.items() if n})


def receipts(rows: Collection[tuple]) -> tuple[Receipt, ...]:
    """Receipts from the lines of their table, oldest first."""
    return tuple(
        Receipt(number, at, subject, json.loads(removed), previous, digest)
        for number, at, subject, removed, previous, digest in rows
    )


def is_chain(found: Collection[Receipt]) -> bool:
    """Whether each receipt is sound and follows from the one before, from the first on."""
    return first_break(found) is None


RECEIPTS = "SELECT number, created_at, subject, removed, previous, digest FROM receipts ORDER BY number"


def _find(cursor: duckdb.DuckDBPyConnection, customer: str, names: list[str]) -> None:
    """The rows of files that are the person's, as table `gone`: where they lie and what they are."""
    parts, given = [], {"customer": customer, "names": names}
    for table in RECORD_TABLES:
        wanted = _wanted(table)
        parts += [f'SELECT batch, "row" FROM "{place}" WHERE {wanted}' for place in _TABLES_OF[table] if wanted]
    cursor.execute(f"CREATE TEMP TABLE named AS {' UNION '.join(parts)}", given)
    everywhere = _union("rows", 'batch, "row", kind, content, identity')
    repeated = _union("repeats", 'batch, "row", kind, content')
    cursor.execute(
        f"""
        CREATE TEMP TABLE versions AS
        WITH own AS (SELECT kind, identity, content FROM ({everywhere}) SEMI JOIN named USING (batch, "row"))
        SELECT DISTINCT kind, content FROM ({everywhere}) r
        WHERE (kind, content) IN (SELECT (kind, content) FROM own)
           OR (kind, identity) IN (SELECT (kind, identity) FROM own WHERE identity IS NOT NULL)
        """
    )
    cursor.execute(
        f"""
        CREATE TEMP TABLE gone AS
        SELECT DISTINCT batch, "row", kind, content, true AS held
        FROM ({everywhere}) SEMI JOIN versions USING (kind, content)
        UNION ALL
        SELECT DISTINCT batch, "row", kind, content, false
        FROM ({repeated}) SEMI JOIN versions USING (kind, content)
        """
    )
    cursor.execute("DROP TABLE named")
    cursor.execute("DROP TABLE versions")


def _union(table: str, columns: str) -> str:
    return " UNION ALL ".join(f'SELECT {columns} FROM "{place}"' for place in _TABLES_OF[table])


def _wanted(table: str) -> str:
    columns = RECORD_TABLES[table]
    found = ["customer_id = $customer"] if "customer_id" in columns else []
    found += [f"list_contains($names, {name})" for name in _ID_COLUMNS if name in columns]
    if "comment_id" in columns:
        # Several texts of one row are numbered behind its id.
        found.append(r"list_contains($names, regexp_replace(comment_id, ':\d+$', ''))")
    return " OR ".join(found)


def _remember(cursor: duckdb.DuckDBPyConnection, customer: str, seal: Seal) -> None:
    """Keep what tells the person's rows in a file that comes again: keyed hashes of their ids."""
    held = {
        (kind, name)
        for table, column in _NAMED.items()
        for place in _TABLES_OF[table]
        for kind, name in cursor.execute(
            f'SELECT DISTINCT kind, {column} FROM "{place}" JOIN gone USING (batch, "row")'
        ).fetchall()
        if name
    }
    hashes = {seal(kind, name) for kind, name in held} | {seal("customer", customer)}
    known = {known for (known,) in cursor.execute("SELECT subject FROM forgotten").fetchall()}
    for subject in sorted(hashes - known):
        cursor.execute("INSERT INTO forgotten VALUES (?)", [subject])


def _account(cursor: duckdb.DuckDBPyConnection) -> None:
    cells = _union("quarantine", 'batch, "row", whole_row')
    cursor.execute(
        f"""
        UPDATE batches b SET
            imported = imported - g.held, duplicates = duplicates - g.repeated,
            quarantined = quarantined + g.held + g.repeated, cells_quarantined = cells_quarantined - g.cells
        FROM (
            SELECT batch, count(*) FILTER (WHERE held) AS held, count(*) FILTER (WHERE NOT held) AS repeated,
                   sum((SELECT count(*) FROM ({cells}) q WHERE q.batch = o.batch AND q."row" = o."row")) AS cells
            FROM gone o GROUP BY batch
        ) g WHERE b.batch = g.batch
        """
    )


def _delete(cursor: duckdb.DuckDBPyConnection) -> dict[str, int]:
    removed = {}
    for table, places in _TABLES_OF.items():
        if "row" in TABLES[table]:
            removed[table] = sum(
                cursor.execute(
                    f'DELETE FROM "{place}" t USING gone g WHERE t.batch = g.batch AND t."row" = g."row"'
                ).fetchall()[0][0]
                for place in places
            )
    return removed


def _delete_values(cursor: duckdb.DuckDBPyConnection, names: Collection[str]) -> int:
    """Cells that stayed out and hold one of the names: the line of the account stays, without the value."""
    return sum(
        cursor.execute(
            f'UPDATE "{place}" SET value = NULL WHERE list_contains(?, value)', [list(names)]
        ).fetchall()[0][0]
        for place in _TABLES_OF["quarantine"]
    )


def _clear_quarantined_rows(cursor: duckdb.DuckDBPyConnection, customer: str, names: Collection[str]) -> int:
    """Rows that stayed out as wholes and name the person: nothing of them stays but that there was one."""
    cells = [json.dumps(PSEUDONYM_SIGN + customer)]
    cells += [json.dumps(name, ensure_ascii=False) for name in names if len(name) >= _TELLING_LENGTH]
    cleared = 0
    for rows, lines in zip(_TABLES_OF["quarantine_rows"], _TABLES_OF["quarantine"], strict=True):
        cursor.execute(
            f"""
            CREATE TEMP TABLE aside AS SELECT DISTINCT batch, "row" FROM "{rows}"
            WHERE list_bool_or([contains(cells, named) FOR named IN $cells])
            """,
            {"cells": cells},
        )
        cursor.execute('DELETE FROM aside a USING gone g WHERE a.batch = g.batch AND a."row" = g."row"')
        cursor.execute(
            f"""
            UPDATE "{lines}" t SET "column" = NULL, value = NULL, reason = '{FORGOTTEN}', "values" = '{{}}'
            FROM aside a WHERE t.batch = a.batch AND t."row" = a."row"
            """
        )
        cleared += cursor.execute(
            f'DELETE FROM "{rows}" t USING aside a WHERE t.batch = a.batch AND t."row" = a."row"'
        ).fetchall()[0][0]
        cursor.execute("DROP TABLE aside")
    return cleared


def _delete_scores(cursor: duckdb.DuckDBPyConnection, table: str) -> int:
    held = " UNION ".join(f'SELECT text_hash FROM "{place}"' for place in _TABLES_OF["comments"])
    return sum(
        cursor.execute(f'DELETE FROM "{place}" WHERE text_hash NOT IN ({held})').fetchall()[0][0]
        for place in (table, undone(table))
    )


def _mark_in_quarantine(cursor: duckdb.DuckDBPyConnection) -> None:
    for place, state in zip(_TABLES_OF["quarantine"], ("IS NULL", "IS NOT NULL"), strict=True):
        cursor.execute(
            f"""INSERT INTO "{place}" SELECT batch, "row", NULL, NULL, '{FORGOTTEN}', true, '{{}}' FROM gone
            SEMI JOIN (SELECT batch FROM batches WHERE undone_at {state}) USING (batch)"""
        )


def _write_receipt(cursor: duckdb.DuckDBPyConnection, subject: str, removed: dict[str, int]) -> Receipt:
    found = cursor.execute("SELECT number, digest FROM receipts ORDER BY number DESC LIMIT 1").fetchall()
    number, previous = (found[0][0] + 1, found[0][1]) if found else (1, FIRST)
    content = {
        "number": number, "created_at": now().isoformat(), "subject": subject, "removed": removed, "previous": previous,
    }
    receipt = Receipt(**content, digest=digest(content))
    cursor.execute(
        "INSERT INTO receipts VALUES (?, ?, ?, ?, ?, ?, false)",
        [number, receipt.created_at, subject, json.dumps(removed), previous, receipt.digest],
    )
    return receipt
