"""Whether a store's tables agree with each other: what `doctor` asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from analysis.store.tables import RECORD_TABLES

# Each query counts what must not be there.
_FAULTS: dict[str, str] = {
    "rows_of_live_batches": """
        SELECT count(*) FROM "rows" r
        WHERE NOT EXISTS (SELECT 1 FROM batches b WHERE b.batch = r.batch AND b.undone_at IS NULL)""",
    "accounts_add_up": "SELECT count(*) FROM batches WHERE rows_read <> imported + duplicates + quarantined",
    "accounts_match_rows": """
        SELECT count(*) FROM batches b
        LEFT JOIN (SELECT batch, count(*) AS held FROM "rows" GROUP BY batch) r USING (batch)
        WHERE b.undone_at IS NULL AND coalesce(held, 0) <> imported""",
    "accounts_match_repeats": """
        SELECT count(*) FROM batches b
        LEFT JOIN (SELECT batch, count(*) AS held FROM repeats GROUP BY batch) r USING (batch)
        WHERE b.undone_at IS NULL AND imported > 0 AND coalesce(held, 0) <> duplicates""",
    "repeats_have_originals": """
        SELECT count(*) FROM repeats p
        WHERE NOT EXISTS (SELECT 1 FROM "rows" r WHERE r.kind = p.kind AND r.content = p.content)""",
    "undone_rows_of_undone_batches": """
        SELECT count(*) FROM undone_rows r
        WHERE NOT EXISTS (SELECT 1 FROM batches b WHERE b.batch = r.batch AND b.undone_at IS NOT NULL)""",
    "replaced_answers_are_replaced": """
        SELECT count(*) FROM replaced_answers a
        WHERE NOT EXISTS (SELECT 1 FROM "rows" r WHERE r.superseded AND r.batch = a.batch AND r."row" = a."row")""",
    "counted_answers_are_not_replaced": """
        SELECT count(*) FROM answers a
        WHERE EXISTS (SELECT 1 FROM "rows" r WHERE r.superseded AND r.batch = a.batch AND r."row" = a."row")""",
    "one_row_per_identity": """
        SELECT count(*) FROM (
            SELECT 1 FROM "rows" WHERE identity IS NOT NULL
            GROUP BY kind, identity HAVING count(*) FILTER (WHERE NOT superseded) <> 1
        )""",
}
_STRAY = """
    SELECT count(*) FROM "{table}" t
    WHERE NOT EXISTS (SELECT 1 FROM "rows" r WHERE r.batch = t.batch AND r."row" = t."row")"""
# Reading every column makes DuckDB verify the checksum of every block.
_READ_ALL = 'SELECT count(*), max(hash(t)) FROM "{table}" t'


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold in a sound store, and how many records break it."""

    name: str
    faults: int

    @property
    def sound(self) -> bool:
        """Whether nothing breaks it."""
        return self.faults == 0


def check(row_of: Callable[[str], tuple]) -> tuple[Check, ...]:
    """All checks; `row_of` runs a query and returns its one row, and raises where a block is damaged."""
    found = [Check(name, row_of(query)[0]) for name, query in _FAULTS.items()]
    for table in RECORD_TABLES:
        row_of(_READ_ALL.format(table=table))
        found.append(Check(f"{table}_have_rows", row_of(_STRAY.format(table=table))[0]))
    return tuple(found)


def table_sizes(row_of: Callable[[str], tuple]) -> dict[str, int]:
    """The number of records in each record table, replaced ones included."""
    return {table: row_of(f'SELECT count(*) FROM "{table}"')[0] for table in RECORD_TABLES}
