"""What a company promises: the usual promises, its changes of them, and its own."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace

import duckdb

from analysis.errors import UnknownName, XinshengError
from analysis.schema import TICKET_STEPS, USUAL_PROMISES, Promise
from analysis.store import audit
from analysis.store.histogram import COUNT_KEYS, known_keys

SUBJECT = "promises"  # what the audit calls them
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
    cursor: duckdb.DuckDBPyConnection, promise: Promise, *, who: str, seen: float | None = None,
    attributes: Sequence[str] = (),
) -> None:
    """Keep a promise and who told it; of a usual one only the minutes can differ.

    `seen` are the minutes that whoever changes it saw, None where there was none; where others hold by now it is
    refused, so that nobody's change is lost unseen. Raises PromiseRefused for a name that is empty or too long, an
    unknown step or minutes that are no time from a second to a year, UnknownName for an unknown key, and PlanRefused
    without a name of its author.
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
    _refuse_unseen(_held(cursor).get(name), name, seen)
    usual = _USUAL.get(name)
    _put(cursor, replace(usual, minutes=promise.minutes) if usual else replace(promise, name=name), who=who)


def drop(cursor: duckdb.DuckDBPyConnection, name: str, *, who: str, seen: float) -> None:
    """Give a promise up that was of `seen` minutes. Raises PromiseRefused for an unknown name, or as `keep`."""
    held = _held(cursor).get(name)
    if held is None:
        raise PromiseRefused("errors.promise_unknown", name=name)
    _refuse_unseen(held, name, seen)
    _put(cursor, replace(held, minutes=None), who=who)
    if name not in _USUAL:
        cursor.execute("DELETE FROM promises WHERE name = ?", [name])


def reset(cursor: duckdb.DuckDBPyConnection, *, who: str, seen: Sequence[Promise]) -> None:
    """Forget all changes and own promises, where those in force are the ones `seen`; raises as `keep`."""
    held, known = _held(cursor), {promise.name: promise for promise in seen}
    for name in (*held, *known):
        _refuse_unseen(held.get(name), name, known[name].minutes if name in known else None)
    for name in {**held, **_USUAL}:
        usual = _USUAL.get(name)
        if usual != held.get(name):
            _put(cursor, usual or replace(held[name], minutes=None), who=who)
    cursor.execute("DELETE FROM promises")


def usual(content: Mapping[str, object]) -> Promise | None:
    """What stood before the first entry on a promise: the usual one of its name."""
    return _USUAL.get(str(content.get("name")))


def of_content(content: Mapping[str, object]) -> Promise:
    """What an entry of the audit says; without minutes it was given up."""
    return Promise(**{**content, "values": tuple(content["values"])})


def as_audited(standing: Iterable[Promise], told: Mapping[int, Mapping[str, object]]) -> bool:
    """Whether the promises in force are those of the audit's last entries; those older than the audit are."""
    held = {promise.name: _content(promise) for promise in standing}
    return all(held.get(said.get("name")) == (None if said.get("minutes") is None else said) for said in told.values())


def _held(cursor: duckdb.DuckDBPyConnection) -> dict[str, Promise]:
    return {promise.name: promise for promise in in_force(cursor.execute(TOLD).fetchall())}


def _refuse_unseen(held: Promise | None, name: str, seen: float | None) -> None:
    now = held.minutes if held else None
    if now != seen:
        raise PromiseRefused("errors.promise_changed", name=name, now="—" if now is None else f"{now:g}")


def _content(promise: Promise) -> dict[str, object]:
    return {**asdict(promise), "values": list(promise.values)}


def _put(cursor: duckdb.DuckDBPyConnection, promise: Promise, *, who: str) -> None:
    """Let a promise stand; one name is one item of the audit."""
    told = audit.entries(cursor.execute(audit.AUDIT).fetchall())
    items = {e.content.get("name"): e.item for e in told if e.subject == SUBJECT}
    item = items.get(promise.name) or audit.next_item(cursor, SUBJECT)
    audit.tell(cursor, who=who, subject=SUBJECT, item=item, content=_content(promise))
    cursor.execute("DELETE FROM promises WHERE name = ?", [promise.name])
    cursor.execute(
        "INSERT INTO promises VALUES (?, ?, ?, ?, ?)",
        [promise.name, promise.step, promise.minutes, promise.key, list(promise.values)],
    )
