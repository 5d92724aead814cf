"""Tickets as cases: what a promise is judged by, one line each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
from sqlglot import exp

from analysis.schema import ENTITY_KEYS, EVERYTHING, Filters
from analysis.store.attributes import column_of, joined
from analysis.store.frames import tidy
from analysis.store.histogram import conditions, known_keys
from analysis.store.kept import Kept
from analysis.store.tables import live

CASE_TIMES: tuple[str, ...] = ("created", "first_reply", "plan", "resolved", "closed")
CASE_COLUMNS: tuple[str, ...] = (
    "batch", "row", "ticket_id", *CASE_TIMES, "status", "category", "priority", *ENTITY_KEYS, "customer_id",
    "contacts", "reopened",
)
_NUMBERS = ("batch", "row", "contacts", "reopened", "faulty")
# Reasons for which a time stayed out of a row: the step happened, but nobody can say when.
_TIME_FAULTS = ("before_start", "date_unreadable", "date_ambiguous", "date_in_future")


# The latest time that any ticket names: the clock by which open cases are aged.
LAST_MOMENT = f"SELECT greatest({', '.join(f'max({t})' for t in CASE_TIMES)}) FROM {live('tickets')}"


class Cases(Kept):
    """The part of the store that gives tickets as cases."""

    def cases(self, filters: Filters = EVERYTHING, *, attributes: Sequence[str] = ()) -> pd.DataFrame:
        """Tickets that pass the filters, oldest first: CASE_COLUMNS, `faulty` and one column per attribute asked for.

        `faulty` says that a time of the row could not be right and stayed out. Nothing that matches gives no rows.
        """
        known = [*self._file_keys([*attributes, *(key for key, _ in filters.where)]), *self.attributes()]
        query = case_query(filters, known_keys(attributes, known) if attributes else (), known=known)
        frame = self._frame(query.sql("duckdb"))
        names = [name for name in frame.columns if name not in (*CASE_TIMES, *_NUMBERS)]
        return tidy(frame, names)

    def last_moment(self) -> datetime | None:
        """The latest time that any ticket names: the clock by which open cases are aged. None without tickets."""
        return self._row(LAST_MOMENT)[0]


def case_query(filters: Filters, attributes: Sequence[str] = (), *, known: Sequence[str] = ()) -> exp.Select:
    """SELECT the case columns, whether a time was refused, and the attributes; oldest first."""
    origin = [exp.column(name, quoted=True) for name in ("batch", "row")]
    refused = exp.select(*origin).from_("quarantine").where(
        exp.column("reason", quoted=True).isin(*map(exp.Literal.string, _TIME_FAULTS)),
        exp.not_(exp.column("whole_row", quoted=True)),
    )
    faulty = exp.In(this=exp.Tuple(expressions=origin), query=refused.subquery())
    columns = [exp.column(name, quoted=True) for name in CASE_COLUMNS]
    columns += [column_of(i, name).as_(name, quoted=True) for i, name in enumerate(attributes, start=1)]
    query = exp.select(*columns, faulty.as_("faulty", quoted=True)).from_(exp.to_table(live("tickets")))
    query = joined(query, attributes).where(*conditions(filters, "tickets", attributes=known))
    return query.order_by(exp.column("created", quoted=True), *origin)
