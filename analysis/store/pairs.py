"""The pair query: sums over the people who answered both questions of a pair, for correlations.

Answers are laid out one line a person inside the database; what leaves it is a few hundred lines, whatever the number
of people.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement

import numpy as np
import pandas as pd
from sqlglot import exp

from analysis.schema import EVERYTHING, Filters
from analysis.store.histogram import conditions

# Sums of one pair, over those who answered both; the names are those of a pair frame's columns.
SUMS = ("n", "sum_first", "sum_second", "square_first", "square_second", "product")
# Hexadecimal digits of a customer's hash that name the block: 256 blocks of customers at random.
_BLOCK_DIGITS = 2


def pair_query(
    questions: Sequence[tuple[str, str]], filters: Filters = EVERYTHING, *, attributes: Sequence[str] = ()
) -> exp.Select:
    """SELECT block, and for each pair of `questions` (dimension, scale) its SUMS, grouped by block.

    A question with itself is a pair too. A person who judged one dimension at several touchpoints counts with the
    mean. All answers of one customer fall into one block.
    """
    people = _people(questions, filters, attributes)
    sums = [
        exp.Alias(this=form, alias=exp.to_identifier(f"{name}_{i}_{j}", quoted=True))
        for i, j in combinations_with_replacement(range(len(questions)), 2)
        for name, form in zip(SUMS, _sums(i, j), strict=True)
    ]
    block = exp.column("block", quoted=True)
    return exp.select(block, *sums, copy=False).from_(people.subquery("people")).group_by(block)


def pair_frame(wide: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """The query's answer as one line per block and pair: block, first, second and SUMS."""
    pairs = list(combinations_with_replacement(range(len(names)), 2))
    if not pairs or wide.empty:
        return pd.DataFrame(columns=["block", "first", "second", *SUMS])
    # Names as objects: assembled as strings, pair by pair, they would take longer than the query.
    sides = {side: np.repeat([names[pair[k]] for pair in pairs], len(wide)).astype(object)
             for k, side in enumerate(("first", "second"))}
    sums = {
        name: wide[[f"{name}_{i}_{j}" for i, j in pairs]].to_numpy(float, na_value=np.nan).T.ravel() for name in SUMS
    }
    block = np.tile(wide["block"].to_numpy(object), len(pairs))
    return pd.DataFrame({"block": block, **sides, **{name: np.nan_to_num(values) for name, values in sums.items()}})


def _people(questions: Sequence[tuple[str, str]], filters: Filters, attributes: Sequence[str]) -> exp.Select:
    origin = [exp.column(name, quoted=True) for name in ("batch", "row")]
    asked = [_is_question(dimension, scale) for dimension, scale in questions]
    scores = [
        exp.func("avg", exp.Case().when(question, _as_number(exp.column("score", quoted=True))))
        .as_(f"score_{i}", quoted=True)
        for i, question in enumerate(asked)
    ]
    wanted = conditions(filters, "answers", attributes=attributes)
    return exp.select(block_of_person(), *scores).from_("answers").where(*wanted, exp.or_(*asked)).group_by(*origin)


def block_of_person() -> exp.Expression:
    """The random group of customers that a person's answers fall into; one of their answers is enough to tell it."""
    names = (exp.func("min", exp.column(name, quoted=True)) for name in ("customer_id", "response_id"))
    person = exp.func("coalesce", *names)
    digits = exp.func("substr", exp.MD5(this=person), exp.Literal.number(1), exp.Literal.number(_BLOCK_DIGITS))
    return digits.as_("block", quoted=True)


def _is_question(dimension: str, scale: str) -> exp.Expression:
    return exp.and_(
        exp.column("dimension", quoted=True).eq(exp.Literal.string(dimension)),
        exp.column("scale", quoted=True).eq(exp.Literal.string(scale)),
    )


def _sums(i: int, j: int) -> tuple[exp.Expression, ...]:
    # Nodes are made, not copied: a hundred pairs of copies would take longer than the query.
    def both() -> exp.Expression:
        return exp.Mul(this=_score(i), expression=_score(j))

    def over_both(value: exp.Expression) -> exp.Expression:
        answered = exp.Not(this=exp.Is(this=exp.Paren(this=both()), expression=exp.Null()))
        return exp.Sum(this=exp.Case(ifs=[exp.If(this=answered, true=value)]))

    return (
        exp.Count(this=both()), over_both(_score(i)), over_both(_score(j)),
        over_both(exp.Mul(this=_score(i), expression=_score(i))),
        over_both(exp.Mul(this=_score(j), expression=_score(j))), exp.Sum(this=both()),
    )


def _score(i: int) -> exp.Expression:
    return exp.column(f"score_{i}", quoted=True)


def _as_number(column: exp.Expression) -> exp.Expression:
    return exp.cast(column, "DOUBLE")
