"""What a company promises: the usual promises, its changes of them, and its own."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

import duckdb

from analysis.errors import UnknownName, XinshengError
from analysis.schema import TICKET_STEPS, USUAL_PROMISES, Promise
from analysis.store.histogram import COUNT_KEYS, known_keys

TOLD = 'SELECT name, step, minutes, key, "values" FROM promises ORDER BY rowid'
LONGEST_NAME = 40            # characters: a promise stands beside others in a table
LONGEST_MINUTES = 366 * 24 * 60.0
_USUAL = {promise.name: promise for promise in USUAL_PROMISES}


class PromiseRefused(XinshengError):
    """What was told is no promise, or somebody else changed it meanwhile."""


def in_force(rows: Iterable[tuple]) -> tuple[Promise, ...]:
    """The usual promises as the rows of `TOLD` change them, then a company's own, in the order they were told."""
    told = {name: (step, minutes, key or "", tuple(values or ())) for name, step, minutes, key, values in rows}
    kept = [replace(p, minutes=told[p.name][1]) if p.name in told else p for p in USUAL_PROMISES]
    own = [Promise(name, *parts) for name, parts in told.items() if name not in _USUAL]
    return tuple(promise for promise in (*kept, *own) if promise.minutes is not None)


def keep(
    cursor: duckdb.DuckDBPyConnection, promise: Promise, *, seen: float | None = None, attributes: Sequence[str] = ()
) -> None:
    """Keep a promise; of a usual one only the minutes can differ.

    `seen` are the minutes that whoever changes it saw; where others hold by now it is refused, so that nobody's change
    is lost unseen. Raises PromiseRefused for a name that is empty or too long, an unknown step or minutes that are no
    time from a second to a year, and UnknownName for an unknown key.
    """
    name = " ".join(promise.name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise PromiseRefused("errors.promise_name", limit=LONGEST_NAME)
    if promise.step not in TICKET_STEPS:
        raise UnknownName("errors.unknown_key", name=promise.step, known=tuple(TICKET_STEPS))
    if not (math.isfinite(promise.minutes) and 1 / 60 <= promise.minutes <= LONGEST_MINUTES):
        raise PromiseRefused("errors.promise_minutes", value=f"{promise.minutes:g}")
    if promise.key:
        known_keys((promise.key,), (*COUNT_KEYS["tickets"], *attributes))
    if seen is not None and (now := _minutes(cursor, name)) != seen:
        raise PromiseRefused("errors.promise_changed", name=name, now="—" if now is None else f"{now:g}")
    _put(cursor, replace(promise, name=name))


def drop(cursor: duckdb.DuckDBPyConnection, name: str) -> None:
    """Give a promise up: a usual one is marked so, an own one goes. Raises PromiseRefused for an unknown name."""
    if _minutes(cursor, name) is None:
        raise PromiseRefused("errors.promise_unknown", name=name)
    if name in _USUAL:
        _put(cursor, replace(_USUAL[name], minutes=None))
    else:
        cursor.execute("DELETE FROM promises WHERE name = ?", [name])


def reset(cursor: duckdb.DuckDBPyConnection) -> None:
    """Forget all changes and own promises."""
    cursor.execute("DELETE FROM promises")


def _minutes(cursor: duckdb.DuckDBPyConnection, name: str) -> float | None:
    return next((p.minutes for p in in_force(cursor.execute(TOLD).fetchall()) if p.name == name), None)


def _put(cursor: duckdb.DuckDBPyConnection, promise: Promise) -> None:
    cursor.execute("DELETE FROM promises WHERE name = ?", [promise.name])
    cursor.execute(
        "INSERT INTO promises VALUES (?, ?, ?, ?, ?)",
        [promise.name, promise.step, promise.minutes, promise.key, list(promise.values)],
    )
