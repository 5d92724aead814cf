"""Means on 0-100 with what a test of them needs, and sums of them that can be added and taken away."""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd

from analysis import intervals, metrics
from analysis.estimate import Estimate


class Moments(NamedTuple):
    """Number of answers, their mean on 0-100, their variance, and the people at least behind them.

    `people` is the base of every test (`metrics.people`); the variance has the divisor n - 1.
    """

    n: int
    mean: float
    variance: float
    people: int


NO_ANSWERS = Moments(0, math.nan, math.nan, 0)


def moments_by(histogram: pd.DataFrame, *keys: str) -> dict[tuple, Moments]:
    """The moments of each combination of key values; the rows of one are of one scale."""
    rows = metrics.moments(histogram, keys).to_dict("records")
    return {tuple(row[key] for key in keys): _moments_from_row(row) for row in rows}


def welch(first: Moments, second: Moments) -> tuple[float, float]:
    """Standard error of the difference and Welch's degrees of freedom; NaN where a side has one answer."""
    a, b = (side.variance / side.people if side.people > 1 else math.nan for side in (first, second))
    if not a + b > 0:
        return a + b, math.nan
    return math.sqrt(a + b), (a + b) ** 2 / (a**2 / (first.people - 1) + b**2 / (second.people - 1))


def mean_estimate(moments: Moments, *, level: float = intervals.LEVEL) -> Estimate:
    """The mean with Student's interval on its people, within 0-100; missing limits are noted as "no_spread"."""
    if moments.n == 0:
        return Estimate.missing("score")
    low, high = (float(x) for x in intervals.t_mean(moments.mean, moments.variance, moments.people, level=level))
    return Estimate(
        moments.mean, max(low, 0.0), min(high, 100.0), moments.n, "score", note="no_spread" if math.isnan(low) else None
    )


def additive(table: pd.DataFrame) -> pd.DataFrame:
    """Moments as sums about 0, which can be added and taken away."""
    total = table["n"] * table["mean"]
    squares = (table["n"] - 1) * table["variance"].fillna(0.0) + table["n"] * table["mean"] ** 2
    return table.assign(sum=total, squares=squares)


def moments_from_sums(n: float, total: float, squares: float, people: float) -> Moments:
    """The moments of n answers from the sum of their points and of the points' squares."""
    if n < 1:
        return NO_ANSWERS
    mean = float(total / n)
    spread = (squares - n * mean**2) / (n - 1) if n > 1 else math.nan
    # Answers that are all equal leave rounding dust instead of 0.
    return Moments(int(n), mean, 0.0 if spread < 1e-9 * max(mean, 1) ** 2 else float(spread), int(people))


def _moments_from_row(row: dict) -> Moments:
    return Moments(int(row["n"]), float(row["mean"]), float(row["variance"]), int(row["people"]))
