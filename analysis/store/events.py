"""What happened outside the answers: entered once, drawn on every trend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import duckdb

from analysis.errors import UnknownName, XinshengError
from analysis.schema import EVENT_KINDS

EVENTS = 'SELECT event, name, kind, start, "end" FROM events ORDER BY start, event'
LONGEST_NAME = 60  # characters: an event stands beside others on a chart


class EventRefused(XinshengError):
    """What was told is no event."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened from `start` to `end`, both included; `kind` is one of `EVENT_KINDS`."""

    number: int
    name: str
    kind: str
    start: date
    end: date


def events(rows: Iterable[tuple]) -> tuple[Event, ...]:
    """Rows of `EVENTS` as they are, earliest first."""
    return tuple(Event(*row) for row in rows)


def add(cursor: duckdb.DuckDBPyConnection, name: str, kind: str, start: date, end: date) -> int:
    """Keep an event; its number.

    Raises EventRefused for a name that is empty or longer than `LONGEST_NAME` and for an end before the start, and
    UnknownName for another kind.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise EventRefused("errors.event_name", limit=LONGEST_NAME)
    if kind not in EVENT_KINDS:
        raise UnknownName("errors.unknown_key", name=kind, known=tuple(EVENT_KINDS))
    if end < start:
        raise EventRefused("errors.event_days", start=start.isoformat(), end=end.isoformat())
    number = cursor.execute("SELECT coalesce(max(event), 0) + 1 FROM events").fetchone()[0]
    cursor.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?)", [number, name, kind, start, end])
    return number


def remove(cursor: duckdb.DuckDBPyConnection, number: int) -> None:
    """Forget an event; raises EventRefused where there is none of that number."""
    gone = cursor.execute("DELETE FROM events WHERE event = ? RETURNING event", [number]).fetchall()
    if not gone:
        raise EventRefused("errors.event_unknown", number=number)
