"""What follows from all answers and is asked for again and again, kept in memory beside the store's file.

Each customer's satisfaction so far, and who carries which tag: over ten million answers that takes seconds, and every
question with a tag among its filters needs it. They are worked out by whoever asks first, and anew once other batches
stand, somebody was forgotten or the rules changed, so nothing has to tell them of it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import duckdb

from analysis.schema import CUSTOMER_FILE_KEYS
from analysis.store.tags import CARRIED, CARRIERS, SATISFACTION, SO_FAR, TAG
from analysis.store.told import Told

# What counts follows from the batches that stand and from who was forgotten.
_RECORDS = """
    SELECT concat((SELECT string_agg(batch, ',' ORDER BY batch) FROM batches WHERE undone_at IS NULL), '|',
                  (SELECT count(*) FROM receipts))"""
_RECORDS_AND_RULES = f"""
    SELECT concat(({_RECORDS}), '|', (SELECT string_agg(concat(name, '=', value), ',' ORDER BY name) FROM tag_rules))"""


@dataclass(frozen=True, slots=True)
class _Relation:
    """A table that is kept: its name, what it says, and what it follows from, each as SQL."""

    name: str
    content: str
    follows_from: str


_SATISFACTION = _Relation(SO_FAR, SATISFACTION, _RECORDS)
_CARRIERS = _Relation(CARRIERS, CARRIED, _RECORDS_AND_RULES)


class Kept(Told):
    """The part of the store that remembers what follows from its records."""

    def _file_keys(self, keys: Collection[str]) -> list[str]:
        """The keys that only a customer file knows; those among `keys` can be asked for afterwards.

        A question that is asked while an import ends may still see the tags of just before.
        """
        if TAG in keys:
            self._keep(_SATISFACTION, _CARRIERS)
        return list(CUSTOMER_FILE_KEYS)

    def _with_satisfaction(self) -> None:
        """Afterwards `tags.TAGGED` can be asked for."""
        self._keep(_SATISFACTION)

    def _keep(self, *relations: _Relation) -> None:
        with self._gate.keeping, self._cursor() as cursor:
            cursor.execute("ATTACH IF NOT EXISTS ':memory:' AS kept")
            cursor.execute("CREATE TABLE IF NOT EXISTS kept.marks (relation VARCHAR, mark VARCHAR)")
            for relation in relations:
                _keep_one(cursor, relation)


def _keep_one(cursor: duckdb.DuckDBPyConnection, relation: _Relation) -> None:
    cursor.execute("BEGIN")
    try:
        mark = cursor.execute(relation.follows_from).fetchall()
        known = cursor.execute("SELECT mark FROM kept.marks WHERE relation = ?", [relation.name]).fetchall()
        if known != mark:
            cursor.execute(f"CREATE OR REPLACE TABLE {relation.name} AS {relation.content}")
            cursor.execute("DELETE FROM kept.marks WHERE relation = ?", [relation.name])
            cursor.execute("INSERT INTO kept.marks VALUES (?, ?)", [relation.name, mark[0][0]])
    except BaseException:
        cursor.execute("ROLLBACK")
        raise
    cursor.execute("COMMIT")
