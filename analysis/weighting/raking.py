"""Weights under which the answers have the shares that the customers are known to have.

Weight only to shares that are known from elsewhere, and show both numbers.

References
----------
1. Deming, W. E. and Stephan, F. F. (1940). On a least squares adjustment of a sampled frequency table.
2. Kish, L. (1965). Survey Sampling.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.errors import XinshengError

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
        raise WeightingRefused("errors.weights_unreachable", columns=tuple(margins))
    cut = np.minimum(w, trim * np.median(w)) if trim else w
    effective = n_effective(cut)
    return Weights(cut, effective, len(cut) / effective, int((cut < w).sum()))


def _levels(
    people: pd.DataFrame, margins: Mapping[str, Mapping[str, float]]
) -> tuple[list[NDArray[np.int_]], list[NDArray[np.float64]]]:
    totals = {column: sum(shares.values()) for column, shares in margins.items()}
    if len(totals) > 1 and not np.allclose(list(totals.values()), next(iter(totals.values())), rtol=1e-6):
        raise WeightingRefused("errors.weights_totals", columns=tuple(totals))
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
class StrataWeights:
    """The weight of one answer in each stratum, in the order given; the mean over known people is 1.

    `people` weighted so are worth `n_effective` of an unweighted sample. `unknown` people have no known stratum and
    the weight 1. `trimmed` people had their weight cut.
    """

    values: NDArray[np.float64]
    people: int
    n_effective: float
    design_effect: float
    unknown: int
    trimmed: int


def rake_strata(
    strata: pd.DataFrame, margins: Mapping[str, Mapping[str, float]], *, trim: float | None = TRIM_AT
) -> StrataWeights:
    """Weights for people counted by stratum: the columns of `margins` and `people`, one line a stratum.

    A line with a missing column is left as it is, for nobody knows what it stands for. Weights above `trim` times the
    median person's are cut. Nobody at all gives no weights and NaN effects. Raises as `rake`.
    """
    people = strata["people"].to_numpy(float)
    known = strata[list(margins)].notna().all(axis=1).to_numpy() & (people > 0)
    values = np.ones(len(strata))
    if known.any():
        shares = {column: _as_shares(wanted) for column, wanted in margins.items()}
        raked = rake(strata[known], shares, start=people[known]).values
        values[known] = raked / people[known] * people[known].sum()
    limit = trim * _median(values[known], people[known]) if trim and known.any() else math.inf
    cut = np.minimum(values, limit)
    effective = _effective(cut, people)
    return StrataWeights(
        cut, int(people.sum()), effective, people.sum() / effective if effective > 0 else math.nan,
        int(people[~known].sum()), int(people[cut < values].sum()),
    )


def _as_shares(totals: Mapping[str, float]) -> dict[str, float]:
    whole = sum(totals.values())
    return {value: total / whole for value, total in totals.items()} if whole > 0 else dict(totals)


def _median(values: NDArray, people: NDArray) -> float:
    order = np.argsort(values)
    return float(values[order][np.searchsorted(np.cumsum(people[order]), people.sum() / 2)])


def _effective(weights: NDArray, people: NDArray) -> float:
    squares = float((people * weights**2).sum())
    return float((people * weights).sum()) ** 2 / squares if squares > 0 else math.nan


def _named(totals: Sequence[float]) -> dict[str, float]:
    return {str(i): total for i, total in enumerate(totals)}
