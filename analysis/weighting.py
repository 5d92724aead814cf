"""Answers weighted to the customers there are, and what that costs.

Weight only to shares that are known from elsewhere, and show both numbers. Equal weights give the unweighted result.

References
----------
1. Deming, W. E. and Stephan, F. F. (1940). On a least squares adjustment of a sampled frequency table.
2. Kish, L. (1965). Survey Sampling.
3. Lumley, T. (2010). Complex Surveys: linearised errors, with residuals from the margins after raking.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis import intervals
from analysis.errors import XinshengError
from analysis.estimate import Estimate
from analysis.intervals import LEVEL
from analysis.schema import NPS_PASSIVE_MIN, NPS_PROMOTER_MIN

# Raking ends when no weight changes by more, or after so many rounds without success [1].
TOLERANCE, MOST_ROUNDS = 1e-10, 500
# Weights beyond this multiple of the median let a few people speak for everyone.
TRIM_AT = 5.0
# Above this, weighting has cost half of the answers' information.
HIGH_DESIGN_EFFECT = 2.0


class WeightingRefused(XinshengError):
    """The shares given cannot be reached with these answers."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A weight for each answer with its price: `n_effective` answers of an unweighted sample are worth as much.

    `design_effect` is Kish's n / n_effective; `trimmed` weights were cut at `TRIM_AT` medians.
    """

    values: NDArray[np.float64]
    n_effective: float
    design_effect: float
    trimmed: int = 0


def n_effective(weights: ArrayLike) -> float:
    """(sum w)² / sum w² [2], from 1 to n; NaN where all weights are 0."""
    w = np.asarray(weights, float)
    squares = float((w**2).sum())
    return float(w.sum()) ** 2 / squares if squares > 0 else math.nan


def rake(
    people: pd.DataFrame, margins: Mapping[str, Mapping[str, float]], *, start: ArrayLike | None = None,
    trim: float | None = None,
) -> Weights:
    """Weights under which each column of `people` has the shares that `margins` gives for its values [1].

    `margins` maps a column to the population total (or share) of each of its values; the totals of all columns must
    agree. Raises WeightingRefused, naming the column and value, where nobody has a value that the population has,
    where a value has no population, where totals disagree, and where no weights reach them.
    """
    codes, targets = _levels(people, margins)
    w = np.ones(len(people)) if start is None else np.asarray(start, float).copy()
    for _ in range(MOST_ROUNDS):
        before = w.copy()
        for code, target in zip(codes, targets, strict=True):
            w *= (target / np.bincount(code, w, minlength=len(target)))[code]
        if np.abs(w - before).max() <= TOLERANCE * max(float(w.max()), 1.0):
            break
    # Margins that contradict each other make the weights go round in circles, which looks like rest.
    reached = [np.bincount(code, w, minlength=len(target)) for code, target in zip(codes, targets, strict=True)]
    if not all(np.allclose(got, target, rtol=1e-6) for got, target in zip(reached, targets, strict=True)):
        raise WeightingRefused("errors.weights_unreachable", columns="、".join(margins))
    cut = np.minimum(w, trim * np.median(w)) if trim else w
    effective = n_effective(cut)
    return Weights(cut, effective, len(cut) / effective, int((cut < w).sum()))


def _levels(
    people: pd.DataFrame, margins: Mapping[str, Mapping[str, float]]
) -> tuple[list[NDArray[np.int_]], list[NDArray[np.float64]]]:
    totals = {column: sum(shares.values()) for column, shares in margins.items()}
    if len(totals) > 1 and not np.allclose(list(totals.values()), next(iter(totals.values())), rtol=1e-6):
        raise WeightingRefused("errors.weights_totals", columns="、".join(totals))
    codes, targets = [], []
    for column, shares in margins.items():
        wanted = {value: share for value, share in shares.items() if share > 0}
        code = people[column].map({value: i for i, value in enumerate(wanted)})
        stray = people[column][code.isna()]
        if len(stray):
            raise WeightingRefused("errors.weights_unknown_value", column=column, value=str(stray.iloc[0]))
        for i, value in enumerate(wanted):
            if not (code == i).any():
                raise WeightingRefused("errors.weights_empty_value", column=column, value=value)
        codes.append(code.to_numpy(int))
        targets.append(np.array(list(wanted.values()), float))
    return codes, targets


def rake_table(table: ArrayLike, row_totals: Sequence[float], column_totals: Sequence[float]) -> NDArray[np.float64]:
    """A table of counts fitted to new row and column totals [1]; refused as `rake`."""
    counts = np.asarray(table, float)
    rows, columns = np.indices(counts.shape).reshape(2, -1).astype(str)
    weights = rake(
        pd.DataFrame({"row": rows, "column": columns})[counts.ravel() > 0],
        {"row": _named(row_totals), "column": _named(column_totals)}, start=counts.ravel()[counts.ravel() > 0],
    )
    fitted = np.zeros(counts.size)
    fitted[counts.ravel() > 0] = weights.values
    return fitted.reshape(counts.shape)


@dataclass(frozen=True, slots=True)
class WeightedMean:
    """A weighted mean with its linearised standard error, in the unit of the values.

    `design_effect` is the variance against that of an unweighted sample of as many answers; Kish's, which looks at
    the weights alone, is n / `n_effective`.
    """

    mean: float
    se: float
    n_effective: float
    design_effect: float


def weighted_mean(
    values: ArrayLike, weights: ArrayLike, *, clusters: ArrayLike | None = None,
    margins: Sequence[ArrayLike] = (), clusters_in_population: int | None = None,
) -> WeightedMean:
    """The mean of weighted answers and its error by linearisation [3]; all weights 0 give NaN.

    `clusters` keeps one customer's (or shop's) answers together; `margins` are the raked columns, from which
    residuals are taken; `clusters_in_population` corrects for a sample that is a large part of the whole.
    """
    y, w = np.asarray(values, float), np.asarray(weights, float)
    total = float(w.sum())
    if total <= 0:
        return WeightedMean(math.nan, math.nan, math.nan, math.nan)
    mean = float((w * y).sum() / total)
    part = _residuals(y - mean, margins) * w / total
    terms = part if clusters is None else np.bincount(np.unique(np.asarray(clusters), return_inverse=True)[1], part)
    m = len(terms)
    fraction = 1 - m / clusters_in_population if clusters_in_population else 1.0
    variance = fraction * m / (m - 1) * float(((terms - terms.mean()) ** 2).sum()) if m > 1 else math.nan
    plain = float((w * (y - mean) ** 2).sum() / total) / (len(y) - 1) if len(y) > 1 else math.nan
    return WeightedMean(mean, math.sqrt(variance), n_effective(w), variance / plain if plain > 0 else math.nan)


def _residuals(y: NDArray, margins: Sequence[ArrayLike]) -> NDArray:
    """What the margins do not explain of y, by least squares."""
    if not len(margins):
        return y
    design = np.hstack([pd.get_dummies(pd.Series(np.asarray(margin))).to_numpy(float) for margin in margins])
    beta, *_ = np.linalg.lstsq(design, y)
    return y - design @ beta


def stratified_mean(
    population: ArrayLike, n: ArrayLike, mean: ArrayLike, variance: ArrayLike
) -> tuple[float, float]:
    """Mean over strata of known size and its standard error, with finite population correction [2].

    `variance` has the divisor n - 1. A stratum with one answer, or none, gives NaN.
    """
    size, n, mean, variance = (np.asarray(x, float) for x in (population, n, mean, variance))
    share = size / size.sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        error = share**2 * (1 - n / size) * variance / n
    known = (n > 1).all()
    return (float((share * mean).sum()) if (n > 0).all() else math.nan,
            math.sqrt(error.sum()) if known else math.nan)


def weighted_nps(scores: ArrayLike, weights: ArrayLike, *, level: float = LEVEL) -> Estimate:
    """NPS of weighted 0-10 answers; its interval is the score interval on shares rescaled to n_effective.

    n is the number of answers, not of effective ones. No answers, or all weights 0, give a missing estimate.
    """
    x, w = np.asarray(scores, float), np.asarray(weights, float)
    total = float(w.sum())
    if not len(x) or total <= 0:
        return Estimate.missing("nps")
    down, up = (float(w[side].sum()) / total for side in (x < NPS_PASSIVE_MIN, x >= NPS_PROMOTER_MIN))
    size = n_effective(w)
    low, high = intervals.nps_score(down * size, max(1 - down - up, 0.0) * size, up * size, level=level)
    return Estimate(up - down, float(low), float(high), len(x), "nps")


def weighted_share(chosen: ArrayLike, weights: ArrayLike, *, level: float = LEVEL) -> Estimate:
    """A share of weighted answers with Wilson's interval on n_effective; missing as `weighted_nps`."""
    x, w = np.asarray(chosen, float), np.asarray(weights, float)
    total = float(w.sum())
    if not len(x) or total <= 0:
        return Estimate.missing("share")
    share, size = min(float((w * x).sum()) / total, 1.0), n_effective(w)
    low, high = intervals.wilson(share * size, size, level=level)
    return Estimate(share, float(low), float(high), len(x), "share")


def _named(totals: Sequence[float]) -> dict[str, float]:
    return {str(i): total for i, total in enumerate(totals)}
