"""The count query: how many answers gave which score, per cell.

Built as an expression, never as text, so that one definition renders for every SQL engine and a
filter value can hold any character.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from sqlglot import exp

from analysis.errors import UnknownName
from analysis.schema import ANSWER_KEYS, ENTITY_KEYS, EVERYTHING, TIME_KEYS, Filters
from analysis.store.attributes import column_of, having, joined, values_of
from analysis.store.flagged import FLAGGED_TABLES, unflagged

# What a histogram always counts by, after the keys that are asked for.
SCORE_COLUMNS: tuple[str, ...] = ("dimension", "scale", "score")
HISTOGRAM_KEYS: tuple[str, ...] = tuple(key for key in ANSWER_KEYS if key not in SCORE_COLUMNS)

COUNT_KEYS: dict[str, tuple[str, ...]] = {
    "tickets": (*ENTITY_KEYS, *TIME_KEYS, "category", "status", "priority", "reopened"),
    "comments": (*ENTITY_KEYS, *TIME_KEYS, "source", "polarity", "stars"),
    "volumes": ("channel", "store", "region", *TIME_KEYS),
    "choices": (*ENTITY_KEYS, *TIME_KEYS, "question", "option", "place"),
}
# Names that a filter may carry. A table without the named column holds nothing that matches.
FILTER_KEYS: tuple[str, ...] = tuple(
    dict.fromkeys((*HISTOGRAM_KEYS, "dimension", "scale", *(key for keys in COUNT_KEYS.values() for key in keys)))
)

_NUMBER_KEYS = ("wait_minutes", "stars")

Condition = Callable[[str, tuple[str, ...]], exp.Expression]


def histogram_query(
    keys: Sequence[str], filters: Filters = EVERYTHING, *, attributes: Sequence[str] = ()
) -> exp.Select:
    """SELECT keys, dimension, scale, score, COUNT(*) over answers, grouped by all of them.

    Keys are names of HISTOGRAM_KEYS or of `attributes`; `filters.where` may name those and "dimension",
    "scale". An unknown name raises UnknownName.
    """
    names = (*known_keys(keys, (*HISTOGRAM_KEYS, *attributes)), *SCORE_COLUMNS)
    wanted = conditions(filters, "answers", attributes=attributes)
    return _grouped("answers", names, exp.Count(this=exp.Star()), attributes).where(*wanted)


def counts_query(
    table: str, source: str, keys: Sequence[str], filters: Filters = EVERYTHING, *, attributes: Sequence[str] = ()
) -> exp.Select:
    """SELECT keys, count over tickets, comments, choices or volumes (there the sum of their counts).

    `source` is the name of the table or view that holds the rows of `table`. Volumes have no attributes.
    """
    held = attributes if table != "volumes" else ()
    names = known_keys(keys, (*COUNT_KEYS[table], *held))
    counted = exp.Sum(this=exp.column("count", quoted=True)) if table == "volumes" else exp.Count(this=exp.Star())
    wanted = conditions(filters, table, attributes=attributes)
    return _grouped(source, names, counted, held).where(*wanted)


def values_query(table: str, source: str, key: str, *, attributes: Sequence[str] = ()) -> exp.Select:
    """SELECT the distinct values of a key, missing ones left out; those of an attribute whatever the table."""
    known_keys((table,), ("answers", *COUNT_KEYS))
    if key in attributes:
        return values_of(key)
    held = (*HISTOGRAM_KEYS, *SCORE_COLUMNS) if table == "answers" else COUNT_KEYS[table]
    column = _column(*known_keys((key,), (*held, *attributes)))
    return exp.select(column).distinct().from_(source).where(exp.not_(column.is_(exp.null())))


def conditions(filters: Filters, table: str, *, attributes: Sequence[str] = ()) -> list[exp.Expression]:
    """The filters as conditions on `table`: days from start to end, both included, and allowed values."""
    day = exp.column("day", quoted=True)
    period = [day >= _date(filters.start)] if filters.start else []
    period += [day <= _date(filters.end)] if filters.end else []
    doubted = [unflagged(filters.without)] if filters.without and table in FLAGGED_TABLES else []
    return period + [_allowed(table, key, values, attributes) for key, values in filters.where if values] + doubted


def known_keys(keys: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """`keys` without repeats; raises UnknownName for one that is not in `known`."""
    for key in keys:
        if key not in known:
            raise UnknownName("errors.unknown_key", name=key, known=tuple(known))
    return tuple(dict.fromkeys(keys))


def _grouped(
    source: str, names: tuple[str, ...], counted: exp.Expression, attributes: Sequence[str] = ()
) -> exp.Select:
    asked = [name for name in names if name in attributes]
    columns = {name: _column(name) for name in names} | {
        name: column_of(i, name) for i, name in enumerate(asked, start=1)
    }
    query = exp.select(
        *(column.as_(name, quoted=True) if column.name != name else column for name, column in columns.items()),
        counted.as_("count", quoted=True),
    ).from_(exp.to_table(source))
    query = joined(query, asked)
    return query.group_by(*columns.values()) if names else query


def _allowed(table: str, key: str, values: tuple[str, ...], attributes: Sequence[str]) -> exp.Expression:
    known_keys((key,), (*FILTER_KEYS, *attributes))
    if key in attributes:
        return having(key, values) if table != "volumes" else exp.false()
    if table == "comments" and key == "dimension":
        return mentions(values)
    if table == "comments" and key == "category":
        return filed_under(values)
    held = (*HISTOGRAM_KEYS, *SCORE_COLUMNS) if table == "answers" else COUNT_KEYS[table]
    return _column(key).isin(*(_literal(key, value) for value in values)) if key in held else exp.false()


def mentions(dimensions: tuple[str, ...]) -> exp.Expression:
    """The condition that a comment's text speaks of one of the dimensions."""
    texts = exp.select(exp.column("text_hash", quoted=True)).from_("text_aspects")
    wanted = exp.column("dimension", quoted=True).isin(*map(exp.Literal.string, dimensions))
    return exp.column("text_hash", quoted=True).isin(query=texts.where(wanted))


def filed_under(categories: tuple[str, ...]) -> exp.Expression:
    """The condition that a comment is the text of a ticket of one of the categories."""
    origin = [exp.column(name, quoted=True) for name in ("batch", "row")]
    wanted = exp.column("category", quoted=True).isin(*map(exp.Literal.string, categories))
    tickets = exp.select(*origin).from_("tickets").where(wanted)
    return exp.In(this=exp.Tuple(expressions=origin), query=tickets.subquery())


def _column(name: str) -> exp.Expression:
    if name == "month":
        truncated = exp.TimestampTrunc(this=exp.column("day", quoted=True), unit=exp.Literal.string("MONTH"))
        return exp.cast(truncated, "DATE")
    return exp.column(name, quoted=True)


def _literal(key: str, value: str) -> exp.Expression:
    if key in TIME_KEYS:
        return exp.cast(exp.Literal.string(str(value)), "DATE")
    if key in _NUMBER_KEYS:
        return exp.Literal.number(float(value))
    if key == "reopened":
        return exp.Boolean(this=str(value).lower() == "true")
    return exp.Literal.string(value)


def _date(day: date) -> exp.Expression:
    return exp.cast(exp.Literal.string(day.isoformat()), "DATE")
