"""The cell query: sums over the answers of each cell, and over what the same people answered elsewhere.

The table is read twice and joined inside the database; what leaves it is one line for each cell and block of customers,
whatever the number of answers.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from analysis.schema import EVERYTHING, Filters
from analysis.store.histogram import conditions
from analysis.store.pairs import block_of_person

_PERSON = ("batch", "row")
_CELL = ("touchpoint", "dimension", "scale")


def cell_query(filters: Filters = EVERYTHING, *, attributes: Sequence[str] = ()) -> exp.Select:
    """SELECT touchpoint, dimension, scale, block and sums of scores, grouped by these four.

    `n` and `total` are of all answers of the cell. `pairs`, `own` and `rest` are of those whose person gave further
    answers on the same scale among the filtered ones: their number, the sum of their scores, and the sum of the means
    of the person's further answers. All answers of one customer fall into one block.
    """
    wanted = conditions(filters, "answers", attributes=attributes)
    score = exp.cast(_column("score"), "DOUBLE")
    people = (
        exp.select(
            *map(_column, _PERSON), _column("scale"), block_of_person(),
            _named(exp.Count(this=exp.Star()), "k"), _named(exp.func("sum", score), "s"),
        )
        .from_("answers").where(*wanted).group_by(*map(_column, _PERSON), _column("scale"))
    )
    given = exp.select(*map(_column, (*_PERSON, *_CELL)), _named(score, "x")).from_("answers").where(*wanted)
    x, k, s = (_column(name) for name in "xks")
    several, others = k.copy() > 1, exp.paren(s - x) / exp.paren(k - exp.Literal.number(1))
    cell = [*map(_column, _CELL), _column("block")]
    return (
        exp.select(
            *cell, _named(exp.Count(this=exp.Star()), "n"), _named(exp.func("sum", x), "total"),
            *(_named(exp.func("sum", _only(several, value)), name) for name, value in
              (("pairs", exp.Literal.number(1)), ("own", x), ("rest", others))),
        )
        .from_(given.subquery("given"))
        .join(people.subquery("people"), using=[exp.to_identifier(name, quoted=True) for name in (*_PERSON, "scale")])
        .group_by(*cell)
    )


def channel_query(filters: Filters = EVERYTHING, *, attributes: Sequence[str] = ()) -> exp.Select:
    """SELECT channel, touchpoint, dimension, scale, block, the number of answers and the sum of their scores."""
    keys = [_column(name) for name in ("channel", *_CELL)]
    wanted = conditions(filters, "answers", attributes=attributes)
    people = (
        exp.select(*map(_column, _PERSON), block_of_person()).from_("answers").where(*wanted)
        .group_by(*map(_column, _PERSON)).subquery("people")
    )
    total = exp.func("sum", exp.cast(_column("score"), "DOUBLE"))
    return (
        exp.select(*keys, _column("block"), _named(exp.Count(this=exp.Star()), "count"), _named(total, "total"))
        .from_("answers").join(people, using=[exp.to_identifier(name, quoted=True) for name in _PERSON])
        .where(*wanted).group_by(*keys, _column("block"))
    )


def _only(condition: exp.Expression, value: exp.Expression) -> exp.Expression:
    return exp.Case().when(condition.copy(), value.copy()).else_(exp.Literal.number(0))


def _named(form: exp.Expression, name: str) -> exp.Expression:
    return form.as_(name, quoted=True)


def _column(name: str) -> exp.Expression:
    return exp.column(name, quoted=True)
