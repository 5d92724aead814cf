"""Is this week different, or is it what weeks are like: control charts, slow drift and lasting shifts.

Limits come from a baseline that the judged weeks are no part of. Until a baseline has `BASELINE_WEEKS` periods the
chart is learning, and nothing is announced from it.

References
----------
1. Montgomery, D. C. Introduction to Statistical Quality Control: p-chart, XmR, CUSUM.
2. Laney, D. B. (2002). Improved control charts for attributes.
3. Killick, R., Fearnhead, P. and Eckley, I. A. (2012). Optimal detection of changepoints with a linear cost.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray
from scipy import special

# Limits at three standard errors: one false alarm in 370 periods. Two would cry every 22 [1].
SIGMAS = 3.0
# A share's limits are exact where fewer than this many of either kind are expected [1].
EXACT_BELOW = 20.0
# The mean of a moving range of two normal values in standard deviations, and the XmR constants that follow [1].
_RANGE_SIGMAS = 1.128
_XMR_WIDTH, _XMR_RANGE = 2.66, 3.267
# With fewer baseline periods an XmR chart signals one point in 32 to 54 by chance instead of one in 370.
BASELINE_WEEKS = 24
# CUSUM design for a lasting shift of one standard deviation: one false alarm in 465 periods [1].
CUSUM_SLACK, CUSUM_LIMIT = 0.5, 5.0
# Penalty of a change point in units of ln(n) times the noise variance: 5 % false alarms on 52 weeks.
CHANGE_PENALTY = 3.0
SHORTEST_SEGMENT = 5
# A median absolute value over the normal's standard deviation.
_MEDIAN_TO_SIGMA = 0.6745

Signal = Literal["above", "below"] | None


@dataclass(frozen=True, slots=True)
class ControlChart:
    """Values with the limits within which they vary by nature, all in the unit of the values.

    `signals` says for each value whether it lies beyond its limits; `learning` that the baseline is shorter than
    `BASELINE_WEEKS`, so that nothing may be announced from them. Limits are NaN where a baseline has no variation or
    fewer than two periods, and values are NaN where a period has no answers. `width` is the factor by which the limits
    are wider than chance alone would make them (Laney's sigma z, at least 1), and `error` the standard error of each
    value with that in it, which limits that end at 0 or 1 no longer show.
    """

    values: NDArray[np.float64]
    centre: float
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    signals: tuple[Signal, ...]
    learning: bool
    error: NDArray[np.float64]
    width: float = 1.0

    @property
    def alarms(self) -> tuple[Signal, ...]:
        """The signals that may be announced: none while the chart is learning."""
        return (None,) * len(self.signals) if self.learning else self.signals


def p_chart(
    successes: ArrayLike, n: ArrayLike, *, baseline: int | None = None, laney: bool = True, sigmas: float = SIGMAS
) -> ControlChart:
    """Shares k of n, period by period, with limits from the first `baseline` periods (None: all).

    With `laney` the limits widen by the variation between periods that chance does not explain [2]; they are never
    narrower than those of chance alone. Where few of either kind are expected the limits are binomial quantiles.
    Periods without answers are gaps.
    """
    k, total = np.asarray(successes, float), np.asarray(n, float)
    base = slice(0, baseline)
    held = total[base] > 0
    pooled = k[base][held].sum() / total[base].sum() if held.any() else math.nan
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = k / total
        error = np.sqrt(pooled * (1 - pooled) / total)
        z = (shares - pooled) / error
    width = max(1.0, float(_range_sigma(z[base], held))) if laney else 1.0
    low, high = np.clip(pooled - sigmas * width * error, 0, 1), np.clip(pooled + sigmas * width * error, 0, 1)
    few = (total > 0) & ((total * pooled < EXACT_BELOW) | (total * (1 - pooled) < EXACT_BELOW))
    exact_low, exact_high = exact_limits(pooled, total, tail=float(scipy.stats.norm.sf(sigmas)))
    low, high = np.where(few, np.minimum(low, exact_low), low), np.where(few, np.maximum(high, exact_high), high)
    if held.sum() < 2:
        low, high = np.full_like(shares, np.nan), np.full_like(shares, np.nan)
    return _chart(shares, float(pooled), low, high, int(held.sum()), width * error, width)


def mean_chart(
    values: ArrayLike, errors: ArrayLike, *, baseline: int | None = None, sigmas: float = SIGMAS
) -> ControlChart:
    """Means, NPS or rates with the standard error that chance alone gives each, limits as those of `p_chart` [2].

    `errors` come from the spread of single answers, and the limits widen by what varies between periods beyond it,
    never narrower. The centre is the baseline's mean, each period weighing as its answers do. Periods without a value
    or an error are gaps.
    """
    found = mean_limits(values, errors, baseline=baseline, sigmas=sigmas)
    low, high = found.centre - found.half, found.centre + found.half
    return _chart(
        found.values, float(found.centre), low, high, int(found.baseline), found.half / sigmas, float(found.width)
    )


@dataclass(frozen=True, slots=True)
class MeanLimits:
    """Many charts of means at once, one a line: values (NaN in gaps) and half-widths by period.

    By chart the centre, the periods of the baseline that have a value, and the width (`ControlChart.width`).
    Half-widths are NaN with fewer than two such periods.
    """

    values: NDArray[np.float64]
    half: NDArray[np.float64]
    centre: NDArray[np.float64]
    baseline: NDArray[np.int_]
    width: NDArray[np.float64]

    @property
    def chance(self) -> NDArray[np.float64]:
        """Two-sided p-value of each value, for limits at `SIGMAS`; NaN where there are none."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return 2 * special.ndtr(-SIGMAS * np.abs(self.values - self.centre[..., None]) / self.half)


def mean_limits(
    values: ArrayLike, errors: ArrayLike, *, baseline: int | None = None, sigmas: float = SIGMAS
) -> MeanLimits:
    """What `mean_chart` draws, for arrays of shape (…, periods): one chart a line."""
    x, error = np.asarray(values, float), np.asarray(errors, float)
    held = np.isfinite(x) & (error > 0)
    base = held[..., slice(0, baseline)]
    with np.errstate(invalid="ignore", divide="ignore"):
        weight = np.where(held, 1 / error**2, 0.0)[..., slice(0, baseline)]
        known = np.where(held, x, 0.0)[..., slice(0, baseline)]
        centre = (weight * known).sum(axis=-1) / weight.sum(axis=-1)
        z = (x - centre[..., None]) / error
        width = np.maximum(1.0, _range_sigma(z[..., slice(0, baseline)], base))
        # The centre itself is known from so many periods only.
        unsure = 1 / weight.sum(axis=-1)[..., None]
        half = sigmas * width[..., None] * np.sqrt(np.where(held, error, np.nan) ** 2 + unsure)
    periods = base.sum(axis=-1)
    half = np.where(periods[..., None] < 2, np.nan, half)
    return MeanLimits(np.where(held, x, np.nan), half, centre, periods, width)


def exact_limits(share: float, n: ArrayLike, *, tail: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Binomial limits for a share of n answers, each left by chance with probability `tail` at most."""
    n = np.asarray(n, float)
    with np.errstate(invalid="ignore", divide="ignore"):
        return scipy.stats.binom.ppf(tail, n, share) / n, scipy.stats.binom.isf(tail, n, share) / n


def xmr_chart(values: ArrayLike, *, baseline: int | None = None) -> ControlChart:
    """One value a period (a mean, an NPS) with limits from the moving range of the first `baseline` periods [1].

    Missing values are gaps; a baseline whose values are all equal gives no limits.
    """
    x = np.asarray(values, float)
    known = x[slice(0, baseline)]
    known = known[~np.isnan(known)]
    centre = float(known.mean()) if len(known) else math.nan
    moving = float(np.abs(np.diff(known)).mean()) if len(known) > 1 else math.nan
    half = _XMR_WIDTH * moving if moving > 0 else math.nan
    low, high = np.full_like(x, centre - half), np.full_like(x, centre + half)
    return _chart(x, centre, low, high, len(known), np.full_like(x, half / SIGMAS), 1.0)


def moving_range_limit(values: ArrayLike) -> float:
    """The upper limit of the change from one period to the next [1]; NaN below two values."""
    x = np.asarray(values, float)
    moving = np.abs(np.diff(x[~np.isnan(x)]))
    return _XMR_RANGE * float(moving.mean()) if len(moving) else math.nan


@dataclass(frozen=True, slots=True)
class Drift:
    """Cumulated deviations upwards and downwards in standard deviations, and the first period beyond the limit.

    `signal_at` is a position from 0, None without a signal.
    """

    up: NDArray[np.float64]
    down: NDArray[np.float64]
    signal_at: int | None


def cusum(z: ArrayLike, *, slack: float = CUSUM_SLACK, limit: float = CUSUM_LIMIT) -> Drift:
    """Deviations from the target in standard deviations, summed as long as they lie on one side [1].

    Finds a lasting shift too small for a single period to show. Missing periods leave the sums as they are.
    """
    steps = np.nan_to_num(np.asarray(z, float), nan=0.0)
    known = ~np.isnan(np.asarray(z, float))
    up, down = np.zeros(len(steps)), np.zeros(len(steps))
    above = below = 0.0
    for i, (step, counts) in enumerate(zip(steps, known, strict=True)):
        if counts:
            above, below = max(0.0, above + step - slack), max(0.0, below - step - slack)
        up[i], down[i] = above, below
    beyond = np.flatnonzero((up > limit) | (down > limit))
    return Drift(up, down, int(beyond[0]) if len(beyond) else None)


def drifting(chart: ControlChart) -> tuple[int, Signal] | None:
    """Where a slow drift began that its last period is still part of, from 0, and to which side; None without one.

    Deviations count in the chart's standard errors (`cusum`). A learning chart has none.
    """
    if chart.learning or not len(chart.values):
        return None
    with np.errstate(invalid="ignore", divide="ignore"):
        sums = cusum((chart.values - chart.centre) / chart.error)
    sides: tuple[tuple[NDArray[np.float64], Signal], ...] = ((sums.down, "below"), (sums.up, "above"))
    for path, side in sides:
        if path[-1] > CUSUM_LIMIT:
            return int(np.flatnonzero(path == 0).max(initial=-1)) + 1, side
    return None


def change_points(
    values: ArrayLike, *, penalty: float = CHANGE_PENALTY, shortest: int = SHORTEST_SEGMENT
) -> tuple[int, ...]:
    """Positions at which a lasting new level begins, from 0; empty where the level never changed.

    The partition with the least squared error plus `penalty` * ln(n) * noise variance for each break, found by
    dynamic programming over every position [3]. The noise comes from the median absolute step, so that breaks
    themselves do not inflate it. Values without noise, or fewer than two segments' worth, have no break.
    """
    x = np.asarray(values, float)
    x = x[~np.isnan(x)]
    n = len(x)
    noise = float(np.median(np.abs(np.diff(x)))) / (_MEDIAN_TO_SIGMA * math.sqrt(2)) if n > 1 else 0.0
    if n < 2 * shortest or noise == 0:
        return ()
    price = penalty * math.log(n) * noise**2
    cost = _segment_costs(x)
    best, cut = np.full(n + 1, np.inf), np.zeros(n + 1, int)
    best[0] = -price
    for end in range(shortest, n + 1):
        starts = np.array([0, *range(shortest, end - shortest + 1)])
        totals = best[starts] + cost(starts, end) + price
        best[end], cut[end] = totals.min(), starts[totals.argmin()]
    breaks, end = [], n
    while cut[end]:
        end = int(cut[end])
        breaks.append(end)
    return tuple(reversed(breaks))


def _segment_costs(x: NDArray[np.float64]):
    """Squared error about the mean of x[start:end], for many starts at once."""
    sums, squares = (np.concatenate([[0.0], np.cumsum(v)]) for v in (x, x**2))

    def cost(starts: NDArray[np.int_], end: int) -> NDArray[np.float64]:
        return squares[end] - squares[starts] - (sums[end] - sums[starts]) ** 2 / (end - starts)

    return cost


def _range_sigma(z: NDArray[np.float64], held: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Standard deviation by the mean step from one held period to the next, along the last axis; 1 without a step."""
    if not z.shape[-1]:
        return np.ones(z.shape[:-1])
    last = np.maximum.accumulate(np.where(held, np.arange(z.shape[-1]), -1), axis=-1)
    before = np.concatenate([np.full_like(last[..., :1], -1), last[..., :-1]], axis=-1)
    steps = np.abs(z - np.take_along_axis(z, np.maximum(before, 0), axis=-1))
    taken = held & (before >= 0)
    number = taken.sum(axis=-1)
    mean = np.where(taken, steps, 0.0).sum(axis=-1) / np.maximum(number, 1)
    return np.where((number > 0) & np.isfinite(mean), mean / _RANGE_SIGMAS, 1.0)


def _chart(
    x: NDArray, centre: float, low: NDArray, high: NDArray, base: int, error: NDArray, width: float
) -> ControlChart:
    with np.errstate(invalid="ignore"):
        found = np.where(x > high, "above", np.where(x < low, "below", None))
    return ControlChart(x, centre, low, high, tuple(found.tolist()), base < BASELINE_WEEKS, error, width)
