"""Numbers of weighted answers, and what the weights cost in certainty.

Equal weights give the unweighted result.

References
----------
1. Kish, L. (1965). Survey Sampling.
2. Lumley, T. (2010). Complex Surveys: linearised errors, with residuals from the margins after raking.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis import intervals
from analysis.estimate import Estimate
from analysis.intervals import LEVEL
from analysis.schema import NPS_PASSIVE_MIN, NPS_PROMOTER_MIN
from analysis.weighting.raking import n_effective


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
    values: ArrayLike, weights: ArrayLike, *, counts: ArrayLike | None = None, clusters: ArrayLike | None = None,
    margins: Sequence[ArrayLike] = (), clusters_in_population: int | None = None,
) -> WeightedMean:
    """The mean of weighted answers and its error by linearisation [2]; all weights 0 give NaN.

    `counts` says how many answers stand behind each value (None: one). `clusters` keeps one customer's (or shop's)
    answers together; `margins` are the raked columns, from which residuals are taken; `clusters_in_population`
    corrects for a sample that is a large part of the whole.
    """
    y, w = np.asarray(values, float), np.asarray(weights, float)
    c = np.ones(len(y)) if counts is None else np.asarray(counts, float)
    total = float((c * w).sum())
    if total <= 0:
        return WeightedMean(math.nan, math.nan, math.nan, math.nan)
    mean = float((c * w * y).sum() / total)
    part, times = _residuals(y - mean, c, margins) * w / total, c
    if clusters is not None:
        part = np.bincount(np.unique(np.asarray(clusters), return_inverse=True)[1], part * c)
        times = np.ones(len(part))
    m, n = float(times.sum()), float(c.sum())
    fraction = 1 - m / clusters_in_population if clusters_in_population else 1.0
    centred = part - (times * part).sum() / m
    variance = fraction * m / (m - 1) * float((times * centred**2).sum()) if m > 1 else math.nan
    plain = float((c * w * (y - mean) ** 2).sum() / total) / (n - 1) if n > 1 else math.nan
    effective = total**2 / float((c * w**2).sum())
    return WeightedMean(mean, math.sqrt(variance), effective, variance / plain if plain > 0 else math.nan)


def _residuals(y: NDArray, counts: NDArray, margins: Sequence[ArrayLike]) -> NDArray:
    """What the margins do not explain of y, by least squares over all answers."""
    if not len(margins):
        return y
    levels = [pd.get_dummies(pd.Series(np.asarray(margin)), dummy_na=True) for margin in margins]
    design = np.hstack([level.to_numpy(float) for level in levels])
    root = np.sqrt(counts)
    beta, *_ = np.linalg.lstsq(design * root[:, None], y * root)
    return y - design @ beta


def stratified_mean(
    population: ArrayLike, n: ArrayLike, mean: ArrayLike, variance: ArrayLike
) -> tuple[float, float]:
    """Mean over strata of known size and its standard error, with finite population correction [1].

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
    low, high = intervals.nps(down * size, max(1 - down - up, 0.0) * size, up * size, level=level)
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
