"""Attributes of customers and occasions (age band, order type, plan) as keys of the count queries.

They lie in a long table of (batch, row, name, value), which a query joins only where it asks for one.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

_ORIGIN = ("batch", "row")


def joined(query: exp.Select, names: Sequence[str]) -> exp.Select:
    """The query with one more column per attribute, `column_of(number)`; missing where a row has none."""
    for number, name in enumerate(names, start=1):
        held = exp.select(
            *(exp.column(part, quoted=True).as_(_part(number, part), quoted=True) for part in (*_ORIGIN, "value"))
        ).from_("attributes").where(_named(name))
        same = [
            exp.column(part, quoted=True).eq(exp.column(_part(number, part), quoted=True)) for part in _ORIGIN
        ]
        source = held.subquery(exp.to_identifier(f"attribute_{number}", quoted=True))
        query = query.join(source, on=exp.and_(*same), join_type="left")
    return query


def column_of(number: int) -> exp.Expression:
    """The value of the attribute that was joined as the `number`-th, from 1."""
    return exp.column(_part(number, "value"), quoted=True)


def having(name: str, values: Sequence[str]) -> exp.Expression:
    """The condition that a record's row has one of the values of an attribute."""
    origin = [exp.column(part, quoted=True) for part in _ORIGIN]
    allowed = exp.column("value", quoted=True).isin(*map(exp.Literal.string, values))
    rows = exp.select(*origin).from_("attributes").where(_named(name), allowed)
    return exp.In(this=exp.Tuple(expressions=origin), query=rows.subquery())


def names_query() -> exp.Select:
    """SELECT the names of all attributes, sorted."""
    name = exp.column("name", quoted=True)
    return exp.select(name).distinct().from_("attributes").order_by(name)


def values_of(name: str) -> exp.Select:
    """SELECT the distinct values of an attribute."""
    return exp.select(exp.column("value", quoted=True)).distinct().from_("attributes").where(_named(name))


def _part(number: int, part: str) -> str:
    return f"attribute_{number}_{part}"


def _named(name: str) -> exp.Expression:
    return exp.column("name", quoted=True).eq(exp.Literal.string(name))
