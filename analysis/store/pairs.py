"""The pair query: sums over the people who answered both questions of a pair, for correlations.

Answers are laid out one line a person inside the database, read some thousand at a time, and summed as matrix products:
a database plans the nine hundred sums of seventeen questions longer than it takes to read a million people.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlglot import exp

from analysis.schema import EVERYTHING, Filters
from analysis.store.histogram import conditions

if TYPE_CHECKING:
    import pyarrow as pa

# Sums of one pair, over those who answered both; the names are those of a pair frame's columns.
SUMS = ("n", "sum_first", "sum_second", "square_first", "square_second", "product")
# Lines of people read together: tens of megabytes, whatever the number of people.
PEOPLE_AT_A_TIME = 131_072
# Hexadecimal digits of a customer's hash that name the block: 256 blocks of customers at random.
_BLOCK_DIGITS = 2


def people_query(
    questions: Sequence[tuple[str, str]], filters: Filters = EVERYTHING, *, attributes: Sequence[str] = ()
) -> exp.Select:
    """SELECT block, score_0, score_1, …: a line for each person who answered one of `questions` (dimension, scale).

    A score is NULL where the person did not answer; one who judged a dimension at several touchpoints counts with the
    mean. All answers of one customer fall into one block.
    """
    origin = [exp.column(name, quoted=True) for name in ("batch", "row")]
    asked = [_is_question(dimension, scale) for dimension, scale in questions]
    scores = [
        exp.func("avg", exp.Case().when(question, exp.cast(exp.column("score", quoted=True), "DOUBLE")))
        .as_(score_name(i), quoted=True)
        for i, question in enumerate(asked)
    ]
    wanted = conditions(filters, "answers", attributes=attributes)
    return exp.select(block_of_person(), *scores).from_("answers").where(*wanted, exp.or_(*asked)).group_by(*origin)


def pair_frame(people: Iterable[pa.RecordBatch], names: Sequence[str]) -> pd.DataFrame:
    """One line per block and pair of questions, each with itself too: block, first, second and SUMS.

    `people` are the lines of `people_query`, some at a time, so that memory does not grow with their number; `names`
    are those of its questions. Counted are people who answered the last one, the outcome. Nobody gives no lines.
    """
    k = len(names)
    sums: dict[str, NDArray[np.float64]] = {}
    for part in filter(len, people):
        named = part.column("block").dictionary_encode()
        blocks, block = named.dictionary.to_pylist(), named.indices.to_numpy(zero_copy_only=False)
        scores = np.column_stack([part.column(score_name(i)).to_numpy(zero_copy_only=False) for i in range(k)])
        asked = ~np.isnan(scores[:, -1])
        block, scores = block[asked], scores[asked]
        order = np.argsort(block, kind="stable")
        ends = np.cumsum(np.bincount(block, minlength=len(blocks)))[:-1]
        for name, lines in zip(blocks, np.split(order, ends), strict=True):
            if len(lines):
                sums[name] = sums.get(name, 0.0) + _products(scores[lines])
    if not sums:
        return pd.DataFrame(columns=["block", "first", "second", *SUMS])
    i, j = np.triu_indices(k)
    found = np.stack(list(sums.values()))
    n, first, square, product = found[:, 0], found[:, 1], found[:, 2], found[:, 3]
    parts = (n[:, i, j], first[:, i, j], first[:, j, i], square[:, i, j], square[:, j, i], product[:, i, j])
    lookup = np.array(names, dtype=object)
    return pd.DataFrame({
        "block": np.repeat(np.array(list(sums), dtype=object), len(i)),
        "first": np.tile(lookup[i], len(sums)), "second": np.tile(lookup[j], len(sums)),
        **{name: values.ravel() for name, values in zip(SUMS, parts, strict=True)},
    })


def _products(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Over the people who answered both questions i and j: number, sum of i, sum of squares of i, sum of products.

    Shape (4, k, k) for people × k questions, NaN where a question has no answer.
    """
    held = ~np.isnan(scores)
    x, one = np.where(held, scores, 0.0), held.astype(float)
    return np.stack([one.T @ one, x.T @ one, (x**2).T @ one, x.T @ x])


def block_of_person() -> exp.Expression:
    """The random group of customers that a person's answers fall into; one of their answers is enough to tell it."""
    names = (exp.column(name, quoted=True) for name in ("customer_id", "response_id"))
    person = exp.func("min", exp.func("coalesce", *names))
    digits = exp.func("substr", exp.MD5(this=person), exp.Literal.number(1), exp.Literal.number(_BLOCK_DIGITS))
    return digits.as_("block", quoted=True)


def _is_question(dimension: str, scale: str) -> exp.Expression:
    return exp.and_(
        exp.column("dimension", quoted=True).eq(exp.Literal.string(dimension)),
        exp.column("scale", quoted=True).eq(exp.Literal.string(scale)),
    )


def score_name(i: int) -> str:
    """The column of `people_query` that holds the i-th question."""
    return f"score_{i}"
