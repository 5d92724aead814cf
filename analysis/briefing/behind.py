"""What stands behind a number: the customers' own words, and the cases that belong to it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

import pandas as pd

from analysis.briefing.guard import telling
from analysis.briefing.voice import Quote, quote_of
from analysis.estimate import FLOOR_SHOWN
from analysis.metrics import plain
from analysis.schema import Filters, Scope

if TYPE_CHECKING:
    from analysis.store import Warehouse

# Keys by which no base is counted: what a case or a text is about, and what was asked or waited.
_UNGUARDED = frozenset(
    {"category", "status", "priority", "reopened", "source", "polarity", "stars", "dimension", "wait_minutes"}
)


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One complaint: what it is about, where it came in, its state, the minutes until its end, and its masked text."""

    ticket: str
    created: datetime | None
    closed: datetime | None
    category: str | None
    channel: str | None
    store: str | None
    status: str | None
    text: str | None

    @property
    def minutes(self) -> float | None:
        """Minutes from arrival to end; None while open or where a time is missing."""
        if self.created is None or self.closed is None:
            return None
        return (self.closed - self.created).total_seconds() / 60


@dataclass(frozen=True, slots=True)
class Behind:
    """What lies behind a number: how many comments and cases, and a page of each, newest first.

    `withheld` says that showing it would point at fewer people than the floor; then nothing else is given. `spoken` is
    whether any text speaks of the dimensions asked for: without one, all texts of the sheets are given.
    """

    comments: int = 0
    cases: int = 0
    quotes: tuple[Quote, ...] = ()
    lines: tuple[CaseLine, ...] = ()
    spoken: bool = True
    withheld: bool = False


def behind(
    store: Warehouse, filters: Filters, *, scope: Scope, limit: int, comments_from: int = 0, cases_from: int = 0
) -> Behind:
    """Comments and cases behind a number, `limit` of each from given places on; `filters` are those of `scope`.

    Withheld are scopes with fewer records of every kind than the floor, and those whose filters, crossed with others,
    would give a small group away (`customers.telling`). The passage of a quote speaks of the dimension or holds the
    piece of text asked for, and the quote has the passage's own tone: a kind comment may be sharp on the one thing that
    is looked at.
    """
    counts = store.behind_counts(scope)
    spoken = bool(counts.comments or counts.cases or scope.aspect or not scope.dimensions)
    if not spoken:
        scope = replace(scope, dimensions=())
        counts = store.behind_counts(scope)
    if max(counts.sheets, counts.comments, counts.cases) < FLOOR_SHOWN or telling(store, _of_answers(scope)):
        return Behind(withheld=True)
    said = store.comments_behind(scope, limit=limit, offset=comments_from) if counts.comments else pd.DataFrame()
    cases = store.tickets_behind(scope, limit=limit, offset=cases_from) if counts.cases else pd.DataFrame()
    return Behind(
        counts.comments, counts.cases, tuple(_said(row, scope) for row in said.to_dict("records")),
        tuple(_case(row) for row in cases.to_dict("records")), spoken,
    )


def _said(row: dict, scope: Scope) -> Quote:
    """A line of `Warehouse.comments_behind` as a quote with its evidence."""
    quote = quote_of(row, None)
    if scope.search:
        at = quote.text.lower().find(scope.search.lower())
        return replace(quote, passages=(quote.text[at : at + len(scope.search)],) if at >= 0 else ())
    if not scope.dimensions:
        return quote
    aspects = json.loads(row["aspects"]) if isinstance(row.get("aspects"), str) else []
    own = [a for a in aspects if a["dimension"] in scope.dimensions and a.get("evidence")]
    wanted = (scope.aspect,) if scope.aspect else ("negative", "positive")
    clear = [a for a in own if a["polarity"] in wanted] or own
    if not clear:
        return replace(quote, passages=())
    return replace(quote, passages=(clear[0]["evidence"],), polarity=clear[0]["polarity"])


def _of_answers(scope: Scope) -> Filters:
    """The filters as far as answers know them, those of the sheet among them: what the guard looks at."""
    own = [pair for pair in scope.filters.where if pair[0] not in _UNGUARDED]
    sheet = [pair for pair in scope.sheet if pair[0] not in _UNGUARDED]
    return replace(scope.filters, where=tuple(own)).narrowed(**dict(sheet))


def _case(row: dict) -> CaseLine:
    closed = row["closed"] if not pd.isna(row["closed"]) else row["resolved"]
    return CaseLine(
        str(row["ticket_id"]), _moment(row["created"]), _moment(closed), plain(row["category"]), plain(row["channel"]),
        plain(row["store"]), plain(row["status"]), plain(row["text"]),
    )


def _moment(value: object) -> datetime | None:
    return None if pd.isna(value) else pd.Timestamp(value).to_pydatetime()
