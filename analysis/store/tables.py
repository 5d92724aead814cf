"""The store's tables, each column with its type, in one place.

No table has a primary key: a row of a file goes in once because its content hash is looked up in
`rows` inside the batch's transaction. Answers are the one large table, so their names are ENUMs.
"""

from __future__ import annotations

from analysis.schema import ENTITY_KEYS, METRICS, SCALES

SCHEMA_VERSION = 3
OLDEST_VERSION = 2  # from here on versions only add tables and columns, so that a store is brought up in place

# An ENUM needs a first member before any name is known; no record ever holds it.
_UNNAMED = "ENUM('')"


def _enum(names: tuple[str, ...]) -> str:
    return "ENUM({})".format(", ".join(f"'{name}'" for name in names))


_ORIGIN = {"batch": "INTEGER", "row": "INTEGER"}
_TEXT_ENTITIES = {"customer_id": "VARCHAR", **dict.fromkeys(ENTITY_KEYS, "VARCHAR")}
_ENUM_ENTITIES = {"customer_id": "VARCHAR", **dict.fromkeys(ENTITY_KEYS, _UNNAMED)}

# Records as they come from a file, plus `batch` and what is derived from them once (DERIVED).
RECORD_TABLES: dict[str, dict[str, str]] = {
    "answers": {
        **_ORIGIN,
        "response_id": "VARCHAR",
        "day": "DATE",
        "week": "DATE",
        "dimension": _UNNAMED,
        "metric": _enum(METRICS),
        "scale": _enum(tuple(SCALES)),
        "score": "DECIMAL(4, 1)",  # a 16-bit integer inside, and half stars stay exact
        **_ENUM_ENTITIES,
        "wait_minutes": "DOUBLE",
        "weight": "DOUBLE",
    },
    "comments": {
        **_ORIGIN,
        "comment_id": "VARCHAR",
        "day": "DATE",
        "week": "DATE",
        "source": "VARCHAR",
        "text": "VARCHAR",
        "text_hash": "UBIGINT",
        "response_id": "VARCHAR",
        "stars": "DOUBLE",
        **_TEXT_ENTITIES,
    },
    "tickets": {
        **_ORIGIN,
        "ticket_id": "VARCHAR",
        "day": "DATE",
        "week": "DATE",
        **dict.fromkeys(("created", "first_reply", "plan", "resolved", "closed"), "TIMESTAMP"),
        **dict.fromkeys(("status", "category", "priority"), "VARCHAR"),
        **_TEXT_ENTITIES,
        "contacts": "DOUBLE",
        "reopened": "BOOLEAN",
        "compensation": "DOUBLE",
    },
    "volumes": {
        **_ORIGIN,
        "day": "DATE",
        "week": "DATE",
        **dict.fromkeys(("channel", "store", "region"), "VARCHAR"),
        "count": "BIGINT",
    },
    "customers": {
        **_ORIGIN,
        "customer_id": "VARCHAR",
        "tier": "VARCHAR",
        "spend_12m": "DOUBLE",
        "last_purchase": "DATE",
        "bought_new": "BOOLEAN",
        "age_band": "VARCHAR",
        "region": "VARCHAR",
    },
    # What else a row says of its customer or occasion, one line per name: age band, order type, plan.
    "attributes": {**_ORIGIN, "name": "VARCHAR", "value": "VARCHAR"},
    # Answers to questions of several options. Whoever saw the question has one line without an option: the base.
    "choices": {
        **_ORIGIN,
        "response_id": "VARCHAR",
        "day": "DATE",
        "week": "DATE",
        "question": "VARCHAR",
        "option": "VARCHAR",
        "place": "INTEGER",  # of an option in a ranking, 1 the first
        **_TEXT_ENTITIES,
    },
}

# Columns that no file brings: ISO weeks begin on Monday, as date_trunc('week') counts them.
DERIVED: dict[str, dict[str, str]] = {
    "answers": {"week": "date_trunc('week', CAST(day AS DATE))"},
    "comments": {"week": "date_trunc('week', CAST(day AS DATE))"},
    "tickets": {"day": "created", "week": "date_trunc('week', CAST(created AS TIMESTAMP))"},
    "volumes": {"week": "date_trunc('week', CAST(day AS DATE))"},
    "customers": {},
    "attributes": {},
    "choices": {"week": "date_trunc('week', CAST(day AS DATE))"},
}

# Rows of one metric and dimension lie together, so that a query for NPS skips the other blocks.
STORED_ORDER: dict[str, str] = {"answers": '"metric", "dimension", "day", "row"'}

# The ids of ten questions' answers take half the time of storing to compress; the file grows by half without.
_STORED_AS: dict[tuple[str, str], str] = dict.fromkeys(
    (("answers", "response_id"), ("comments", "comment_id"), ("comments", "response_id")),
    "USING COMPRESSION uncompressed",
)

GROWING_ENUMS: tuple[str, ...] = tuple(
    column for column, kind in RECORD_TABLES["answers"].items() if kind.startswith("ENUM")
)

# Tables whose corrected rows a view hides. Corrected answers lie in a table of their own: the large table is
# read without a view.
CORRECTED_TABLES: tuple[str, ...] = ("comments", "tickets", "volumes", "customers", "choices")

_AGREED = {"item": "INTEGER", "version": "INTEGER", "content": "VARCHAR", "who": "VARCHAR", "saved_at": "VARCHAR"}

_LEDGER_TABLES: dict[str, dict[str, str]] = {
    "store_info": {"schema_version": "INTEGER", "revision": "BIGINT"},
    "batches": {
        "batch": "INTEGER",
        "kind": "VARCHAR",
        "file_name": "VARCHAR",
        "file_hash": "VARCHAR",
        "format": "VARCHAR",
        "encoding": "VARCHAR",
        "rows_read": "BIGINT",
        "imported": "BIGINT",
        "duplicates": "BIGINT",
        "quarantined": "BIGINT",
        "cells_quarantined": "BIGINT",
        "mapping": "VARCHAR",
        "missing": "VARCHAR",
        "masked": "VARCHAR",
        "created_at": "TIMESTAMP",
        "undone_at": "TIMESTAMP",
        # Of exports that come in several forms: the survey, and which questions stand as numbers (see ExportForm).
        "survey": "VARCHAR",
        "coded": "VARCHAR",
    },
    # One line per row of a file that is in the store.
    "rows": {**_ORIGIN, "kind": "VARCHAR", "content": "UBIGINT", "identity": "UBIGINT", "superseded": "BOOLEAN"},
    # Rows of a file that were in already: should the batch that brought them go, they pass to this one.
    "repeats": {**_ORIGIN, "kind": "VARCHAR", "content": "UBIGINT"},
    # Rows that say in another form what an earlier file's row says: their own content, and that of the other.
    "same_answers": {**_ORIGIN, "kind": "VARCHAR", "content": "UBIGINT", "said_before": "UBIGINT"},
    "quarantine": {
        **_ORIGIN,
        "column": "VARCHAR",
        "value": "VARCHAR",
        "reason": "VARCHAR",
        "whole_row": "BOOLEAN",
        "values": "VARCHAR",
    },
    # The quarantined rows as they may be kept (see records.FaultyRows), and once per batch what holds for all of them.
    "quarantine_rows": {**_ORIGIN, "cells": "VARCHAR", "content": "UBIGINT", "identity": "UBIGINT"},
    "quarantine_files": {"batch": "INTEGER", "header": "VARCHAR", "survey_date": "DATE", "corrects": "INTEGER"},
    # Deletions on request, and by which keyed hashes the rows of those people are known should they come again.
    "receipts": {
        "number": "INTEGER",
        "created_at": "VARCHAR",
        "subject": "VARCHAR",
        "removed": "VARCHAR",
        "previous": "VARCHAR",
        "digest": "VARCHAR",
        "cleared": "BOOLEAN",  # whether the file was written anew since
    },
    "forgotten": {"subject": "VARCHAR"},
    # What the text says, once per distinct text.
    "text_scores": {
        "text_hash": "UBIGINT",
        "sentiment": "DOUBLE",
        "polarity": "VARCHAR",
        "aspects": "VARCHAR",
        "engine": "VARCHAR",
    },
    "text_aspects": {"text_hash": "UBIGINT", "dimension": "VARCHAR"},
    # What an analyst says of a text: positive, neutral or negative; `said` is what was shown as the engine's call.
    "labels": {"text_hash": "UBIGINT", "label": "VARCHAR", "said": "VARCHAR", "labelled_at": "TIMESTAMP"},
    # What the customers are known to be, e.g. the share of each tier: what answers can be weighted to.
    "population": {"key": "VARCHAR", "value": "VARCHAR", "share": "DOUBLE"},
    # When a customer carries a tag, where it is not the default (schema.TagRules).
    "tag_rules": {"name": "VARCHAR", "value": "DOUBLE"},
    # What happened outside the answers and may explain them: a rainstorm, a promotion, a launch.
    "events": {"event": "INTEGER", "name": "VARCHAR", "kind": "VARCHAR", "start": "DATE", "end": "DATE"},
    # What people agreed on, as it stands; `content` is JSON (see `analysis.actions`).
    "actions": _AGREED,
    "targets": _AGREED,
    # The last version of what stands in tables of its own (events, promises) and is told by the audit.
    "told_versions": {"subject": "VARCHAR", "item": "INTEGER", "version": "INTEGER"},
    # Every version of all of these, never changed: who saved what, when, each line with the digest of the one before.
    "audit": {
        "number": "INTEGER",
        "saved_at": "VARCHAR",
        "who": "VARCHAR",
        "subject": "VARCHAR",
        "item": "INTEGER",
        "version": "INTEGER",
        "content": "VARCHAR",
        "previous": "VARCHAR",
        "digest": "VARCHAR",
    },
    # Promises that differ from the usual ones; without minutes one is given up.
    "promises": {
        "name": "VARCHAR", "step": "VARCHAR", "minutes": "DOUBLE", "key": "VARCHAR", "values": "VARCHAR[]",
    },
    # What may be wrong with a survey answer: one line per row of a file and doubt, for repeated rows too.
    "flags": {**_ORIGIN, "flag": "VARCHAR"},
}


def _plain(columns: dict[str, str]) -> dict[str, str]:
    """The same columns with names as plain text: rows that nobody counts need no ENUM that grows with them."""
    return {name: "VARCHAR" if kind.startswith("ENUM") else kind for name, kind in columns.items()}


# Answers that a later row of the same response replaced.
REPLACED_ANSWERS = "replaced_answers"

# What describes rows of one file and stays with that file when their records pass to another.
DESCRIBING_TABLES: tuple[str, ...] = (
    "quarantine", "quarantine_rows", "quarantine_files", "flags", "same_answers",
)

# All that belongs to one batch, and where it lies while the batch is undone.
BATCH_TABLES: dict[str, dict[str, str]] = {
    **{name: _LEDGER_TABLES[name] for name in ("rows", "repeats", *DESCRIBING_TABLES)}, **RECORD_TABLES,
}
SCORE_TABLES: tuple[str, ...] = ("text_scores", "text_aspects")
TEXT_TABLES: tuple[str, ...] = (*SCORE_TABLES, "labels")  # they follow their text, aside and out of the store


def undone(table: str) -> str:
    """The table that holds what was in `table` of batches that are undone."""
    return f"undone_{table}"


_ASIDE_TABLES: dict[str, dict[str, str]] = {
    REPLACED_ANSWERS: _plain(RECORD_TABLES["answers"]),
    **{undone(name): _plain(columns) for name, columns in BATCH_TABLES.items()},
    **{undone(name): _LEDGER_TABLES[name] for name in TEXT_TABLES},
}

TABLES: dict[str, dict[str, str]] = {**_LEDGER_TABLES, **RECORD_TABLES, **_ASIDE_TABLES}


def live(table: str) -> str:
    """The view of a record table that leaves out rows replaced by a later correction."""
    return f"live_{table}" if table in CORRECTED_TABLES else table


def columns_of(table: str) -> str:
    """The columns of a table, for a list that does not depend on the order in which they were added."""
    return ", ".join(f'"{name}"' for name in TABLES[table])


def definitions() -> list[str]:
    """The statements that make an empty store of this version."""
    tables = [_table(name) for name in TABLES]
    return [*tables, *map(_live_view, CORRECTED_TABLES), f"INSERT INTO store_info VALUES ({SCHEMA_VERSION}, 0)"]


def additions(found: set[tuple[str, str]]) -> list[str]:
    """The statements that bring a store of an older version up; `found` are its (table, column) pairs."""
    there = {table for table, _ in found}
    columns = [
        f'ALTER TABLE "{name}" ADD COLUMN "{column}" {kind}'
        for name, held in TABLES.items() if name in there
        for column, kind in held.items() if (name, column) not in found
    ]
    tables = [_table(name) for name in TABLES if name not in there]
    views = [_live_view(name) for name in CORRECTED_TABLES]  # anew: a view keeps the columns of the day it was made
    return [*columns, *tables, *views, f"UPDATE store_info SET schema_version = {SCHEMA_VERSION}"]


def _table(name: str) -> str:
    columns = ", ".join(
        f'"{column}" {kind} {_STORED_AS.get((name, column), "")}' for column, kind in TABLES[name].items()
    )
    return f'CREATE TABLE "{name}" ({columns})'


def _live_view(table: str) -> str:
    scored = "LEFT JOIN text_scores USING (text_hash)" if table == "comments" else ""
    columns = "t.*, sentiment, polarity, aspects" if table == "comments" else "t.*"
    return f"""
        CREATE OR REPLACE VIEW "{live(table)}" AS
        SELECT {columns} FROM "{table}" t {scored}
        WHERE NOT EXISTS (
            SELECT 1 FROM "rows" r WHERE r.superseded AND r.batch = t.batch AND r."row" = t."row"
        )"""
