"""What happened outside the answers: entered once, drawn on every trend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import duckdb

from analysis.errors import UnknownName, XinshengError
from analysis.schema import EVENT_KINDS
from analysis.store import audit

SUBJECT = "events"  # what the audit calls them
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


@dataclass(frozen=True, slots=True)
class Told:
    """An event as the audit tells it; `removed` once it was taken back."""

    event: str
    kind: str
    start: date
    end: date
    removed: bool = False

    @classmethod
    def of_content(cls, content: Mapping[str, object]) -> Told:
        """What an entry of the audit says."""
        days = {name: date.fromisoformat(str(content[name])) for name in ("start", "end")}
        return cls(**{**content, **days})

    def as_content(self) -> dict[str, object]:
        """Plain data for JSON, from which `of_content` makes the same."""
        return {"event": self.event, "kind": self.kind, "start": self.start.isoformat(), "end": self.end.isoformat(),
                "removed": self.removed}


def events(rows: Iterable[tuple]) -> tuple[Event, ...]:
    """Rows of `EVENTS` as they are, earliest first."""
    return tuple(Event(*row) for row in rows)


def add(cursor: duckdb.DuckDBPyConnection, told: Told, *, who: str) -> int:
    """Keep an event and who told it; its number, which no other event had before.

    Raises EventRefused for a name that is empty or longer than `LONGEST_NAME` and for an end before the start,
    UnknownName for another kind, and PlanRefused without a name of its author.
    """
    told = replace(told, event=" ".join(told.event.split()))
    if not 0 < len(told.event) <= LONGEST_NAME:
        raise EventRefused("errors.event_name", limit=LONGEST_NAME)
    if told.kind not in EVENT_KINDS:
        raise UnknownName("errors.unknown_key", name=told.kind, known=tuple(EVENT_KINDS))
    if told.end < told.start:
        raise EventRefused("errors.event_days", start=told.start.isoformat(), end=told.end.isoformat())
    known = cursor.execute("SELECT coalesce(max(event), 0) FROM events").fetchone()[0]
    number = max(known + 1, audit.next_item(cursor, SUBJECT))
    audit.tell(cursor, who=who, subject=SUBJECT, item=number, content=told.as_content())
    cursor.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?)", [number, told.event, told.kind, told.start, told.end])
    return number


def remove(cursor: duckdb.DuckDBPyConnection, number: int, *, who: str) -> None:
    """Take an event back, and keep who did; raises EventRefused where there is none of that number."""
    gone = cursor.execute(
        'DELETE FROM events WHERE event = ? RETURNING name, kind, start, "end"', [number]
    ).fetchall()
    if not gone:
        raise EventRefused("errors.event_unknown", number=number)
    content = Told(*gone[0], removed=True).as_content()
    audit.tell(cursor, who=who, subject=SUBJECT, item=number, content=content)


def as_audited(standing: Iterable[Event], told: Mapping[int, Mapping[str, object]]) -> bool:
    """Whether the events that stand are those of the audit's last entries; events older than the audit are."""
    held = {event.number: Told(event.name, event.kind, event.start, event.end).as_content() for event in standing}
    return all(held.get(number) == (None if said.get("removed") else said) for number, said in told.items())
