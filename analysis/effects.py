"""Did what was done help: before and after, with stores in which nothing was done to compare.

Stores, not customers, got the change, so stores are counted. Without stores to compare, a break in a series is all
there is. Stores that were chosen because they were bad get better by themselves; their baseline must be older than
the choice.

References
----------
1. Wooldridge, J. M. Introductory Econometrics: difference in differences.
2. Bertrand, M., Duflo, E. and Mullainathan, S. (2004). How much should we trust differences-in-differences estimates?
3. Lopez Bernal, J., Cummins, S. and Gasparrini, A. (2017). Interrupted time series regression.
4. Newey, W. K. and West, K. D. (1987). A heteroskedasticity and autocorrelation consistent covariance matrix.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import comb
from typing import Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from analysis import service
from analysis.intervals import LEVEL

# Clustered errors need this many stores on either side; with fewer they come out too small [2].
CLUSTERS_A_SIDE = 10
# Beyond this many ways to deal the stores, a seeded draw of them stands for all.
_MOST_DEALS = 20_000
# A break in a series needs this many points on either side [3].
POINTS_A_SIDE = 8
_MONTHS = 12
_SEED = 20040201


@dataclass(frozen=True, slots=True)
class Moment:
    """Answers of one store and period: number, mean, and sum of squares about the mean, in any one unit."""

    n: float
    mean: float
    squares: float

    @classmethod
    def of(cls, values: ArrayLike) -> Moment:
        """From the answers themselves; no answers give n = 0 and a mean of NaN."""
        x = np.asarray(values, float)
        return cls(len(x), float(x.mean()), float(((x - x.mean()) ** 2).sum())) if len(x) else cls(0, math.nan, 0.0)


@dataclass(frozen=True, slots=True)
class Unit:
    """One store before and after, and whether something was done in it."""

    name: str
    before: Moment
    after: Moment
    treated: bool

    @property
    def change(self) -> float:
        """After - before; NaN where a period has no answers."""
        return self.after.mean - self.before.mean


Method = Literal["collapsed", "clustered", "one_store", "cells"]


@dataclass(frozen=True, slots=True)
class Effect:
    """The change where something was done minus the change elsewhere, in the unit of the answers.

    `p_value` is that of the interval; `permutation_p` counts how many ways to deal the stores give an effect as
    large, and `smallest_p` the least that so few stores can give. Numbers are NaN where there is no such test.
    """

    effect: float
    low: float
    high: float
    se: float
    p_value: float
    permutation_p: float
    smallest_p: float
    treated: int
    compared: int
    n: int
    method: Method

    @property
    def provable(self) -> bool:
        """Whether there are stores enough for any effect to be significant at 5 %."""
        return self.smallest_p < 1 - LEVEL


def effect(units: Sequence[Unit], *, level: float = LEVEL) -> Effect:
    """Difference in differences over stores [1]; missing where a side has no store with answers in both periods.

    Each store is one change; the interval is Student's on the two groups of changes, and the permutation is exact
    where it can be. With `CLUSTERS_A_SIDE` stores or more on both sides answers count by number and errors are
    clustered by store. One store a side gives an effect without interval.
    """
    known = [u for u in units if not math.isnan(u.change)]
    treated, control = ([u for u in known if u.treated is side] for side in (True, False))
    n = int(sum(u.before.n + u.after.n for u in known))
    if not treated or not control:
        return Effect(*(math.nan,) * 7, len(treated), len(control), n, "collapsed")
    changes = [np.array([u.change for u in side]) for side in (treated, control)]
    permutation, smallest = permutation_p(*changes)
    if min(len(treated), len(control)) >= CLUSTERS_A_SIDE:
        found, se = clustered(known)
        df, method = len(known) - 1, "clustered"
    else:
        found, se, df = collapsed(*changes)
        method = "collapsed" if df > 0 and min(map(len, changes)) > 1 else "one_store"
    if method == "one_store" or not se > 0:
        return Effect(
            found, math.nan, math.nan, math.nan, math.nan, permutation, smallest, len(treated), len(control), n, method
        )
    half = float(scipy.stats.t.ppf((1 + level) / 2, df)) * se
    p = 2 * float(scipy.stats.t.sf(abs(found / se), df))
    return Effect(
        found, found - half, found + half, se, p, permutation, smallest, len(treated), len(control), n, method
    )


def two_by_two(before: tuple[Moment, Moment], after: tuple[Moment, Moment]) -> Effect:
    """The effect from four pooled cells (treated, compared), with the ordinary error [1]: n counts customers.

    For data without stores; where stores differ it claims too much. An empty cell gives NaN.
    """
    cells = (*before, *after)
    n = int(sum(c.n for c in cells))
    if min(c.n for c in cells) == 0 or n <= len(cells):
        return Effect(*(math.nan,) * 7, 1, 1, n, "cells")
    found = (after[0].mean - before[0].mean) - (after[1].mean - before[1].mean)
    variance = sum(c.squares for c in cells) / (n - len(cells))
    se = math.sqrt(variance * sum(1 / c.n for c in cells))
    half = float(scipy.stats.norm.ppf((1 + LEVEL) / 2)) * se
    p = 2 * float(scipy.stats.norm.sf(abs(found / se))) if se > 0 else math.nan
    return Effect(found, found - half, found + half, se, p, math.nan, math.nan, 1, 1, n, "cells")


def collapsed(treated: NDArray[np.float64], control: NDArray[np.float64]) -> tuple[float, float, int]:
    """Difference of the mean changes, its pooled standard error and degrees of freedom; NaN below three stores."""
    df = len(treated) + len(control) - 2
    found = float(treated.mean() - control.mean())
    if df < 1:
        return found, math.nan, df
    squares = sum(float(((side - side.mean()) ** 2).sum()) for side in (treated, control))
    return found, math.sqrt(squares / df * (1 / len(treated) + 1 / len(control))), df


def clustered(units: Sequence[Unit]) -> tuple[float, float]:
    """Effect over answers and its standard error clustered by store (CR1) [2], from the stores' moments."""
    cells = {
        key: _pooled([part for u in units for part in _parts(u, *key)]) for key in np.ndindex(2, 2)
    }
    found = (cells[1, 1].mean - cells[1, 0].mean) - (cells[0, 1].mean - cells[0, 0].mean)
    signs = {(0, 0): 1, (0, 1): -1, (1, 0): -1, (1, 1): 1}
    n, groups = sum(c.n for c in cells.values()), len(units)
    scores = [
        sum(
            signs[key] * part.n * (part.mean - cells[key].mean) / cells[key].n
            for key in signs for part in _parts(u, *key) if part.n
        )
        for u in units
    ]
    factor = groups / (groups - 1) * (n - 1) / (n - len(cells))
    return found, math.sqrt(factor * sum(score**2 for score in scores))


def permutation_p(treated: NDArray[np.float64], control: NDArray[np.float64]) -> tuple[float, float]:
    """Share of all ways to deal the stores that give a difference as large, and the least such share there can be.

    Exact up to 20,000 deals, else over a seeded draw of so many.
    """
    pooled, k = np.concatenate([treated, control]), len(treated)
    deals = comb(len(pooled), k)
    observed = abs(float(treated.mean() - control.mean()))
    chosen = _deals(len(pooled), k)
    sums = pooled[chosen].sum(axis=1)
    differences = np.abs(sums / k - (pooled.sum() - sums) / len(control))
    # Equal differences must count as equal whatever the rounding of their sums.
    as_large = int((differences >= observed * (1 - 1e-9) - 1e-12).sum())
    smallest = (2 if len(treated) == len(control) else 1) / deals
    if deals <= _MOST_DEALS:
        return as_large / deals, smallest
    return (as_large + 1) / (_MOST_DEALS + 1), 1 / (_MOST_DEALS + 1)


@cache
def _deals(stores: int, k: int) -> NDArray[np.int_]:
    """Which stores are called treated, deal by deal: every way, or a seeded draw of them."""
    if comb(stores, k) <= _MOST_DEALS:
        return np.array(list(combinations(range(stores), k)))
    return np.random.default_rng(_SEED).random((_MOST_DEALS, stores)).argsort(axis=1)[:, :k]


@dataclass(frozen=True, slots=True)
class Break:
    """A lasting step in a series without comparison, with its interval.

    A ratio of rates (1: no step) where events were counted, a difference in the unit of the values otherwise.
    `dispersion` is the variation beyond chance by which the interval was widened (1: none).
    """

    step: float
    low: float
    high: float
    p_value: float
    dispersion: float
    kind: Literal["rate_ratio", "difference"]


def rate_break(
    events: ArrayLike, exposure: ArrayLike, after: ArrayLike, *, month: ArrayLike | None = None,
    time: ArrayLike | None = None, level: float = LEVEL,
) -> Break | None:
    """The step of a rate at the change, beside a steady trend [3]; None with fewer than `POINTS_A_SIDE` points a side.

    Poisson regression with the exposure as offset; errors are widened by the dispersion where it exceeds 1. `month`
    (1 to 12) adds the seasons, sine and cosine of the year and the half year. `time` are the points' places
    on the trend where they do not follow each other without a gap.

    Where nothing happened any more after the change no regression has an end: the step is 0, and its upper limit and
    p-value are those of the two periods' rates as they are (`service.rate_ratio`). Nothing before it gives None.
    """
    events, exposure, after = (np.asarray(given, float) for given in (events, exposure, after))
    if min((after == 0).sum(), (after == 1).sum()) < POINTS_A_SIDE or not events[after == 0].any():
        return None
    if not events[after == 1].any():
        sides = ((int(events[after == side].sum()), float(exposure[after == side].sum())) for side in (1, 0))
        gone = service.rate_ratio(*sides, level=level)
        return Break(gone.ratio, gone.low, gone.high, gone.p_value, 1.0, "rate_ratio")
    # statsmodels is slow to load, and only series with a break need it
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    design = _series_design(after, month, time)
    fit = GLM(events, design, Poisson(), offset=np.log(exposure)).fit()
    dispersion = float(fit.pearson_chi2 / fit.df_resid)
    se, z = float(fit.bse[1]) * math.sqrt(max(dispersion, 1.0)), float(scipy.stats.norm.ppf((1 + level) / 2))
    step = float(fit.params[1])
    p = 2 * float(scipy.stats.norm.sf(abs(step / se)))
    ratio, low, high = (math.exp(step + side * z * se) for side in (0, -1, 1))
    return Break(ratio, low, high, p, max(dispersion, 1.0), "rate_ratio")


def mean_break(
    values: ArrayLike, after: ArrayLike, *, month: ArrayLike | None = None, time: ArrayLike | None = None,
    level: float = LEVEL,
) -> Break | None:
    """The step of a mean at the change, beside a steady trend, with errors that allow for neighbouring periods to go
    together [4]; None as `rate_break`. Missing values are left out."""
    x, after = np.asarray(values, float), np.asarray(after, float)
    known = ~np.isnan(x)
    if min((after[known] == 0).sum(), (after[known] == 1).sum()) < POINTS_A_SIDE:
        return None
    from statsmodels.regression.linear_model import OLS  # slow to load, as above

    design = _series_design(after, month, time)[known]
    lags = int(4 * (known.sum() / 100) ** (2 / 9)) + 1
    fit = OLS(x[known], design).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}, use_t=True)
    low, high = fit.conf_int(1 - level)[1]
    return Break(float(fit.params[1]), float(low), float(high), float(fit.pvalues[1]), 1.0, "difference")


def _series_design(
    after: NDArray[np.float64], month: ArrayLike | None, time: ArrayLike | None
) -> NDArray[np.float64]:
    places = np.arange(1, len(after) + 1, dtype=float) if time is None else np.asarray(time, float)
    columns = [np.ones_like(after), after, places]
    if month is not None:
        angle = 2 * math.pi * np.asarray(month, float) / _MONTHS
        columns += [f(k * angle) for k in (1, 2) for f in (np.sin, np.cos)]
    return np.column_stack(columns)


def _parts(unit: Unit, treated: int, after: int) -> list[Moment]:
    return [unit.after if after else unit.before] if unit.treated == bool(treated) else []


def _pooled(parts: Sequence[Moment]) -> Moment:
    n = sum(p.n for p in parts)
    mean = sum(p.n * p.mean for p in parts if p.n) / n
    return Moment(n, mean, sum(p.squares + p.n * (p.mean - mean) ** 2 for p in parts if p.n))
