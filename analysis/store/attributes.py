"""Attributes of customers and occasions (age band, order type, plan) as keys of the count queries.

They lie in a long table of (batch, row, name, value), which a query joins only where it asks for one. What only the
customer file says (`schema.CUSTOMER_FILE_KEYS`) joins by the customer instead, and is asked for in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from analysis.schema import CUSTOMER_FILE_KEYS
from analysis.store.tags import facts

_ORIGIN = ("batch", "row")


def joined(query: exp.Select, names: Sequence[str]) -> exp.Select:
    """The query with one more column per attribute, `column_of(number)`; missing where a row has none.

    A record whose customer carries several tags comes once for each.
    """
    for number, name in enumerate(names, start=1):
        if name in CUSTOMER_FILE_KEYS:
            query = _joined_by_customer(query, number, name)
            continue
        held = exp.select(
            *(exp.column(part, quoted=True).as_(_part(number, part), quoted=True) for part in (*_ORIGIN, "value"))
        ).from_("attributes").where(_named(name))
        same = [
            exp.column(part, quoted=True).eq(exp.column(_part(number, part), quoted=True)) for part in _ORIGIN
        ]
        source = held.subquery(exp.to_identifier(f"attribute_{number}", quoted=True))
        query = query.join(source, on=exp.and_(*same), join_type="left")
    return query


def _joined_by_customer(query: exp.Select, number: int, key: str) -> exp.Select:
    held = exp.select(
        *(exp.column(part, quoted=True).as_(_part(number, part), quoted=True) for part in ("customer_id", "value"))
    ).from_(facts(key).as_("facts"))
    same = exp.column("customer_id", quoted=True).eq(exp.column(_part(number, "customer_id"), quoted=True))
    source = held.subquery(exp.to_identifier(f"attribute_{number}", quoted=True))
    return query.join(source, on=same, join_type="left")


def column_of(number: int) -> exp.Expression:
    """The value of the attribute that was joined as the `number`-th, from 1."""
    return exp.column(_part(number, "value"), quoted=True)


def having(name: str, values: Sequence[str]) -> exp.Expression:
    """The condition that a record's row, or its customer, has one of the values of an attribute."""
    allowed = exp.column("value", quoted=True).isin(*map(exp.Literal.string, values))
    if name in CUSTOMER_FILE_KEYS:
        customer = exp.column("customer_id", quoted=True)
        return customer.isin(query=exp.select(customer.copy()).from_(facts(name).as_("facts")).where(allowed))
    origin = [exp.column(part, quoted=True) for part in _ORIGIN]
    rows = exp.select(*origin).from_("attributes").where(_named(name), allowed)
    return exp.In(this=exp.Tuple(expressions=origin), query=rows.subquery())


def names_query() -> exp.Select:
    """SELECT the names of all attributes, sorted."""
    name = exp.column("name", quoted=True)
    return exp.select(name).distinct().from_("attributes").order_by(name)


def values_of(name: str) -> exp.Select:
    """SELECT the distinct values of an attribute."""
    value = exp.column("value", quoted=True)
    if name in CUSTOMER_FILE_KEYS:
        return exp.select(value).distinct().from_(facts(name).as_("facts"))
    return exp.select(value).distinct().from_("attributes").where(_named(name))


def _part(number: int, part: str) -> str:
    return f"attribute_{number}_{part}"


def _named(name: str) -> exp.Expression:
    return exp.column("name", quoted=True).eq(exp.Literal.string(name))
