"""Queries for single records: comments, their texts, and tickets."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from analysis.schema import ENTITY_KEYS, Filters
from analysis.store.histogram import conditions, mentions
from analysis.store.tables import live

COMMENT_COLUMNS: tuple[str, ...] = (
    "comment_id", "day", "source", "text", "stars", *ENTITY_KEYS, "sentiment", "polarity", "aspects",
)
TICKET_COLUMNS: tuple[str, ...] = (
    "ticket_id", "day", "created", "first_reply", "plan", "resolved", "closed", "status", "category", "priority",
    *ENTITY_KEYS, "contacts", "reopened", "compensation",
)


def comment_query(
    filters: Filters,
    columns: Sequence[str] | None = COMMENT_COLUMNS,
    *,
    search: str | None = None,
    polarity: str | None = None,
    source: str | None = None,
    dimension: str | None = None,
    attributes: Sequence[str] = (),
) -> exp.Select:
    """Comments that pass all restrictions, newest first; with `columns` None, their number."""
    wanted = conditions(filters, "comments", attributes=attributes)
    if search and search.strip():
        text = exp.Lower(this=exp.column("text", quoted=True))
        wanted.append(exp.func("contains", text, exp.Literal.string(search.strip().lower())))
    if polarity:
        wanted.append(exp.column("polarity", quoted=True).eq(exp.Literal.string(polarity)))
    if source:
        wanted.append(exp.column("source", quoted=True).eq(exp.Literal.string(source)))
    if dimension:
        wanted.append(mentions((dimension,)))
    return _newest(live("comments"), columns).where(*wanted)


def ticket_query(filters: Filters, *, attributes: Sequence[str] = ()) -> exp.Select:
    """Tickets that pass the filters, newest first."""
    return _newest(live("tickets"), TICKET_COLUMNS).where(*conditions(filters, "tickets", attributes=attributes))


def _newest(source: str, columns: Sequence[str] | None) -> exp.Select:
    if columns is None:
        return exp.select(exp.Count(this=exp.Star())).from_(source)
    day = exp.Ordered(this=exp.column("day", quoted=True), desc=True, nulls_first=False)
    order = (day, exp.column("batch", quoted=True), exp.column("row", quoted=True))
    return exp.select(*(exp.column(name, quoted=True) for name in columns)).from_(source).order_by(*order)
