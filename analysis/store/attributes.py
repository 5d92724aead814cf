"""Attributes of customers and occasions (age band, order type, plan) as keys of the count queries.

They lie in a long table of (batch, row, name, value), which a query joins only where it asks for one. What only the
customer file says (`schema.CUSTOMER_FILE_KEYS`) joins by the customer instead, and is asked for in the same way. A
persona may stand in either: what the row itself says counts before what the customer file says.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from analysis.schema import CUSTOMER_FILE_KEYS, PERSONA
from analysis.store.tags import facts

_ORIGIN = ("batch", "row")


def joined(query: exp.Select, names: Sequence[str]) -> exp.Select:
    """The query with one more column per attribute, `column_of(number, name)`; missing where a row has none.

    A record whose customer carries several tags comes once for each.
    """
    for number, name in enumerate(names, start=1):
        if name in CUSTOMER_FILE_KEYS:
            prefix = "fact" if name == PERSONA else "attribute"
            query = _joined_to(query, facts(name).as_("facts"), ("customer_id",), prefix, number)
        if name not in CUSTOMER_FILE_KEYS or name == PERSONA:
            query = _joined_to(query, "attributes", _ORIGIN, "attribute", number, _named(name))
    return query


def _joined_to(
    query: exp.Select, source: str | exp.Expression, by: Sequence[str], prefix: str, number: int,
    *wanted: exp.Expression,
) -> exp.Select:
    """The query joined to the values of `source` whose columns `by` are its own."""
    columns = (exp.column(part, quoted=True).as_(f"{prefix}_{number}_{part}", quoted=True) for part in (*by, "value"))
    held = exp.select(*columns).from_(source).where(*wanted)
    same = [exp.column(part, quoted=True).eq(exp.column(f"{prefix}_{number}_{part}", quoted=True)) for part in by]
    named = held.subquery(exp.to_identifier(f"{prefix}_{number}", quoted=True))
    return query.join(named, on=exp.and_(*same), join_type="left")


def column_of(number: int, name: str) -> exp.Expression:
    """The value of the attribute `name` that was joined as the `number`-th, from 1."""
    own = exp.column(f"attribute_{number}_value", quoted=True)
    return exp.func("coalesce", own, exp.column(f"fact_{number}_value", quoted=True)) if name == PERSONA else own


def having(name: str, values: Sequence[str]) -> exp.Expression:
    """The condition that a record's row, or its customer, has one of the values of an attribute."""
    allowed = exp.column("value", quoted=True).isin(*map(exp.Literal.string, values))
    customer = exp.column("customer_id", quoted=True)
    if name not in CUSTOMER_FILE_KEYS:
        return _of_rows(_named(name), allowed)
    known = customer.isin(query=exp.select(customer.copy()).from_(facts(name).as_("facts")).where(allowed))
    if name != PERSONA:
        return known
    return exp.or_(_of_rows(_named(name), allowed.copy()), exp.and_(exp.not_(_of_rows(_named(name))), known))


def _of_rows(*wanted: exp.Expression) -> exp.Expression:
    origin = [exp.column(part, quoted=True) for part in _ORIGIN]
    rows = exp.select(*origin).from_("attributes").where(*wanted)
    return exp.In(this=exp.Tuple(expressions=origin), query=rows.subquery())


def names_query() -> exp.Select:
    """SELECT the names of all attributes, sorted; what customer files may say too is no attribute."""
    name = exp.column("name", quoted=True)
    own = exp.not_(name.copy().isin(*map(exp.Literal.string, CUSTOMER_FILE_KEYS)))
    return exp.select(name).distinct().from_("attributes").where(own).order_by(name)


def values_of(name: str) -> exp.Select:
    """SELECT the distinct values of an attribute."""
    value = exp.column("value", quoted=True)
    known = exp.select(value).distinct().from_(facts(name).as_("facts")) if name in CUSTOMER_FILE_KEYS else None
    if known is not None and name != PERSONA:
        return known
    rows = exp.select(value.copy()).distinct().from_("attributes").where(_named(name))
    if known is None:
        return rows
    # A customer file's own rows count as long as no later file replaced them: `facts` knows which.
    batch = exp.column("batch", quoted=True)
    brought = exp.select(batch).from_("customers")
    return exp.union(known, rows.where(exp.not_(batch.copy().isin(query=brought))))


def _named(name: str) -> exp.Expression:
    return exp.column("name", quoted=True).eq(exp.Literal.string(name))
