"""Where satisfaction breaks as waiting grows, said as a range, or that it does not.

A break that was searched for cannot be tested as if it had been known: its F statistic needs a resampled critical
value (about 9.5 instead of 4.1). Waiting goes with the time of day and the place, so resampling keeps whole days or
stores together; what is found still goes with waiting and need not be caused by it.

References
----------
1. Muggeo, V. M. R. (2003, 2008). Estimating regression models with unknown break-points; segmented.
2. Hansen, B. E. (2000). Sample splitting and threshold estimation.
3. Knijnenburg, T. A. et al. (2009). Fewer permutations, more accurate P-values.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

from analysis.intervals import LEVEL

# No break is looked for among the outer tenths of the answers [2], nor with fewer distinct values on a side.
TRIM = 0.10
DISTINCT_A_SIDE = 3
# Fewer answers beyond the break than this do not show what happens there.
ANSWERS_BEYOND = 30
# An interval over this part of the range says that there is no clear point.
WIDEST = 0.5
DRAWS = 499
# The tail that is fitted beyond what the draws count, and the draws there must be for counting [3].
_TAIL, _FEWEST_REACHED = 0.10, 10
_GRID = 141
_SEED = 20080101

Array = NDArray[np.float64]
Shape = Literal["none", "kink", "step", "smooth"]
Why = Literal["too_few_values", "too_few_beyond", "constant", "no_clear_point"]


@dataclass(frozen=True, slots=True)
class Kink:
    """The best kink: where, its delta-method error, the slopes beside it, and the profile interval for where.

    `cost` is the sum of squares or the deviance, `cost_line` that of a straight line.
    """

    at: float
    se: float
    low: float
    high: float
    slope_before: float
    slope_after: float
    cost: float
    cost_line: float


@dataclass(frozen=True, slots=True)
class TippingPoint:
    """How satisfaction goes with waiting: `shape`, and for a kink or a step the range in which it lies.

    `at` and its limits are in the unit of x, slopes in points per unit of x. `p_value` is that of any break against
    a straight line. `why` says what keeps a point from being named; numbers are then NaN where they make no sense.
    """

    shape: Shape
    at: float
    low: float
    high: float
    slope_before: float
    slope_after: float
    p_value: float
    n: int
    why: Why | None = None

    @property
    def named(self) -> bool:
        """Whether a range may be shown."""
        return self.shape in ("kink", "step") and self.why is None


def tipping_point(cells: pd.DataFrame, *, draws: int = DRAWS, level: float = LEVEL) -> TippingPoint:
    """Compare no break, kink, step and smooth bend by BIC, and test the break by a wild cluster bootstrap [1, 2].

    `cells` holds one row for each cluster and value of x: `x`, `n` answers, their `total` and `squares`, and
    `cluster` (a day or a store). Declines with fewer than `DISTINCT_A_SIDE` values of x on either side of every
    candidate, without spread, and with fewer than `ANSWERS_BEYOND` answers beyond the break.
    """
    cells = cells[cells["n"] > 0]
    x, n = cells["x"].to_numpy(float), cells["n"].to_numpy(float)
    mean = cells["total"].to_numpy(float) / n
    within = float((cells["squares"].to_numpy(float) - n * mean**2).sum())
    size = int(n.sum())
    candidates = _candidates(x, n)
    if not len(candidates):
        return _declined("too_few_values", size)
    if within + float((n * (mean - np.average(mean, weights=n)) ** 2).sum()) <= 1e-9 * size:
        return _declined("constant", size)
    costs = {shape: within + _cost(x, mean, n, terms(x)) for shape, terms in _terms(candidates).items()}
    shape = _by_bic({name: float(cost.min()) for name, cost in costs.items()}, size)
    p = _bootstrap_p(x, mean, n, within, pd.factorize(cells["cluster"])[0], candidates, draws)
    if shape not in ("kink", "step") or p > 1 - level:
        return TippingPoint("smooth" if shape == "smooth" and p <= 1 - level else "none", *(math.nan,) * 5, p, size)
    best = int(costs[shape].argmin())
    drawn = _profile_statistics(
        x, mean, n, within, pd.factorize(cells["cluster"])[0], _terms(candidates)[shape](x), best, draws
    )
    critical = max(float(scipy.stats.f.ppf(level, 1, size - 4)), float(np.quantile(drawn, level)))
    inside = candidates[costs[shape] <= costs[shape][best] * (1 + critical / (size - 4))]
    slopes = _slopes(x, mean, n, float(candidates[best]), shape)
    why = _doubt(x, n, float(candidates[best]), inside)
    return TippingPoint(shape, float(candidates[best]), float(inside[0]), float(inside[-1]), *slopes, p, size, why)


def linear_kink(x: ArrayLike, y: ArrayLike, *, weights: ArrayLike | None = None, step: float = 0.01,
                level: float = LEVEL) -> Kink:
    """The kink of a line through points by least squares [1], its profile interval on a grid of `step`."""
    x, y = np.asarray(x, float), np.asarray(y, float)
    w = np.ones_like(x) if weights is None else np.asarray(weights, float)

    def cost(c: float) -> float:
        return float(_cost(x, y, w, [np.maximum(x - c, 0)])[0])

    def covariance(c: float, beta: Array) -> Array:
        design = np.column_stack([np.ones_like(x), x, np.maximum(x - c, 0), -beta[2] * (x > c)])
        return cost(c) / (len(x) - 4) * np.linalg.inv((design * w[:, None]).T @ design)

    line = float(_cost(x, y, w, [None])[0])
    allowed = scipy.stats.f.ppf(level, 1, len(x) - 4) / (len(x) - 4)
    return _kink(x, w, cost, lambda c: _beta(x, y, w, c), covariance, line, lambda best: best * allowed, step)


def logit_kink(x: ArrayLike, events: ArrayLike, trials: ArrayLike, *, step: float = 0.05, level: float = LEVEL) -> Kink:
    """The kink of a share on the log-odds scale by maximum likelihood [1], its profile interval on a grid of `step`."""
    x, k, n = (np.asarray(a, float) for a in (x, events, trials))

    def fitted(c: float | None) -> tuple[Array, float]:
        extra = [] if c is None else [np.maximum(x - c, 0)]
        return _logit(np.column_stack([np.ones_like(x), x, *extra]), k, n)

    def covariance(c: float, beta: Array) -> Array:
        design = np.column_stack([np.ones_like(x), x, np.maximum(x - c, 0), -beta[2] * (x > c)])
        share = special.expit(np.column_stack([np.ones_like(x), x, np.maximum(x - c, 0)]) @ beta)
        return np.linalg.inv((design * (n * share * (1 - share))[:, None]).T @ design)

    allowed = scipy.stats.chi2.ppf(level, 1)
    return _kink(x, n, lambda c: fitted(c)[1], lambda c: fitted(c)[0], covariance, fitted(None)[1],
                 lambda best: allowed, step)


def break_statistic(x: ArrayLike, y: ArrayLike, candidates: ArrayLike) -> float:
    """The largest F statistic of a kink over candidate points [2]; compare it with resampled values only."""
    x, y = np.asarray(x, float), np.asarray(y, float)
    w = np.ones_like(x)
    line = float(_cost(x, y, w, [None])[0])
    return float(_sup_f(line, float(_cost(x, y, w, _hinges(x, np.asarray(candidates, float))).min()), len(x)))


def wild_bootstrap(
    x: ArrayLike, y: ArrayLike, candidates: ArrayLike, *, draws: int = DRAWS, seed: int = _SEED
) -> tuple[float, float]:
    """p-value of `break_statistic` and its 95 % critical value, from the straight line's residuals with drawn signs."""
    x, y, c = (np.asarray(a, float) for a in (x, y, candidates))
    w = np.ones_like(x)
    drawn = _null_statistics(x, y, w, 0.0, np.arange(len(x)), c, draws, seed)
    observed = break_statistic(x, y, c)
    return (1 + int((drawn >= observed).sum())) / (draws + 1), float(np.quantile(drawn, 0.95))


def _kink(
    x: Array, w: Array, cost: Callable[[float], float], beta_at: Callable[[float], Array],
    covariance: Callable[[float, Array], Array], line: float, allowed: Callable[[float], float], step: float,
) -> Kink:
    values = np.unique(x)
    inner = np.arange(values[DISTINCT_A_SIDE - 1], values[-DISTINCT_A_SIDE], step)
    profile = np.array([cost(c) for c in inner])
    near = inner[int(profile.argmin())]
    found = optimize.minimize_scalar(cost, bounds=(near - step, near + step), method="bounded",
                                     options={"xatol": 1e-9})
    at, best = float(found.x), float(found.fun)
    inside = inner[profile <= best + allowed(best)]
    beta = beta_at(at)
    se = math.sqrt(covariance(at, beta)[3, 3])
    return Kink(at, se, float(inside[0]), float(inside[-1]), float(beta[1]), float(beta[1] + beta[2]), best, line)


def _logit(design: Array, k: Array, n: Array) -> tuple[Array, float]:
    """Coefficients and deviance of a share's log-odds."""
    # statsmodels is slow to load and only this needs it
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    fit = GLM(np.column_stack([k, n - k]), design, Binomial()).fit()
    return fit.params, float(fit.deviance)


def _cost(x: Array, y: Array, w: Array, terms: list[Array | None]) -> Array:
    """Weighted squared error of a line with each of the extra terms; None for the line alone."""
    root = np.sqrt(w)
    base, *_ = np.linalg.qr(np.column_stack([root, root * x]))
    rest = root * y - base @ (base.T @ (root * y))
    line = float(rest @ rest)
    costs = []
    for term in terms:
        if term is None:
            costs.append(line)
            continue
        extra = root * term - base @ (base.T @ (root * term))
        length = float(extra @ extra)
        costs.append(line - float(extra @ rest) ** 2 / length if length > 1e-12 * float(w @ term**2 + 1) else line)
    return np.array(costs)


def _beta(x: Array, y: Array, w: Array, c: float, term: Array | None = None) -> Array:
    root = np.sqrt(w)
    design = np.column_stack([np.ones_like(x), x, np.maximum(x - c, 0) if term is None else term])
    return np.linalg.lstsq(design * root[:, None], y * root)[0]


def _hinges(x: Array, candidates: Array) -> list[Array]:
    return [np.maximum(x - c, 0) for c in candidates]


def _terms(candidates: Array) -> dict[Shape, Callable]:
    return {
        "none": lambda x: [None],
        "kink": lambda x: _hinges(x, candidates),
        "step": lambda x: [(x > c).astype(float) for c in candidates],
        "smooth": lambda x: [x**2],
    }


def _candidates(x: Array, n: Array) -> Array:
    """Where a break is looked for: inside the trimmed range, with values enough on both sides."""
    values, place = np.unique(x, return_inverse=True)
    if len(values) < 2 * DISTINCT_A_SIDE:
        return np.array([])
    share = np.cumsum(np.bincount(place, n)) / n.sum()
    low = max(values[DISTINCT_A_SIDE - 1], values[np.searchsorted(share, TRIM)])
    high = min(values[-DISTINCT_A_SIDE], values[min(np.searchsorted(share, 1 - TRIM), len(values) - 1)])
    return np.linspace(low, high, _GRID) if high > low else np.array([])


def _by_bic(costs: dict[Shape, float], size: int) -> Shape:
    numbers = {"none": 2, "kink": 4, "step": 4, "smooth": 3}
    return min(costs, key=lambda s: size * math.log(max(costs[s], 1e-300) / size) + numbers[s] * math.log(size))


def _sup_f(line: float | Array, kink: float | Array, size: float) -> float | Array:
    return (line - kink) / (kink / (size - 4))


def _bootstrap_p(
    x: Array, mean: Array, n: Array, within: float, clusters: NDArray[np.int_], candidates: Array, draws: int
) -> float:
    line = within + float(_cost(x, mean, n, [None])[0])
    kink = within + float(_cost(x, mean, n, _hinges(x, candidates)).min())
    drawn = _null_statistics(x, mean, n, within, clusters, candidates, draws, _SEED)
    return tail_p(float(_sup_f(line, kink, float(n.sum()))), drawn)


def tail_p(observed: float, drawn: Array) -> float:
    """The share of draws that reach `observed`, or where fewer than ten do, what their exponential tail gives [3].

    Counting alone could not get below one in the number of draws, and a list of many tests needs less. The tail above
    the 90 % quantile is fitted, as that of a chi-square falls exponentially; no draws reach further than it.
    """
    reached = int((drawn >= observed).sum())
    if reached >= _FEWEST_REACHED:
        return reached / len(drawn)
    start = float(np.quantile(drawn, 1 - _TAIL))
    mean = float((drawn[drawn > start] - start).mean()) if (drawn > start).any() else 0.0
    if observed <= start or mean <= 0:
        return (1 + reached) / (len(drawn) + 1)
    return _TAIL * math.exp(-(observed - start) / mean)


def _null_statistics(
    x: Array, y: Array, w: Array, within: float, clusters: NDArray[np.int_], candidates: Array, draws: int, seed: int
) -> Array:
    """The break statistic of series in which the straight line holds: its residuals with signs drawn per cluster."""
    away = _from_the_line(x, w)
    flipped = away(_signs(clusters, draws, seed) * away(np.sqrt(w) * y))
    line = (flipped**2).sum(axis=1)
    gain = _gains(flipped, away(np.sqrt(w) * np.array(_hinges(x, candidates)))).max(axis=1)
    return _sup_f(within + line, within + line - gain, float(w.sum()))


def _profile_statistics(
    x: Array, y: Array, w: Array, within: float, clusters: NDArray[np.int_], terms: list[Array], best: int, draws: int
) -> Array:
    """How much worse the true break fits than the best one, in series whose true break is that of place `best`.

    Days differ from each other, so the F distribution would give too narrow an interval.
    """
    away = _from_the_line(x, w)
    extra = away(np.sqrt(w) * np.array(terms))
    rest = away(np.sqrt(w) * y)
    found = (extra[best] @ rest) / (extra[best] @ extra[best]) * extra[best]
    drawn = found + away(_signs(clusters, draws, _SEED) * (rest - found))
    gains = _gains(drawn, extra)
    cost = within + (drawn**2).sum(axis=1) - gains.max(axis=1)
    return (gains.max(axis=1) - gains[:, best]) / (cost / (w.sum() - 4))


def _from_the_line(x: Array, w: Array) -> Callable[[Array], Array]:
    """What a weighted straight line leaves of rows that are multiplied by the root of the weights."""
    root = np.sqrt(w)
    base, *_ = np.linalg.qr(np.column_stack([root, root * x]))
    return lambda rows: rows - (rows @ base) @ base.T


def _gains(rows: Array, extra: Array) -> Array:
    """By how much each extra term lowers each row's squared error, shape (rows, terms)."""
    length = (extra**2).sum(axis=1)
    return (rows @ extra.T) ** 2 / np.where(length > 0, length, np.inf)


def _signs(clusters: NDArray[np.int_], draws: int, seed: int) -> Array:
    """Rademacher signs, the same for all cells of a cluster."""
    return np.random.default_rng(seed).choice([-1.0, 1.0], size=(draws, clusters.max() + 1))[:, clusters]


def _slopes(x: Array, mean: Array, n: Array, at: float, shape: Shape) -> tuple[float, float]:
    if shape == "step":
        beta = _beta(x, mean, n, at, (x > at).astype(float))
        return float(beta[1]), float(beta[1])
    beta = _beta(x, mean, n, at)
    return float(beta[1]), float(beta[1] + beta[2])


def _doubt(x: Array, n: Array, at: float, inside: Array) -> Why | None:
    if n[x > at].sum() < ANSWERS_BEYOND:
        return "too_few_beyond"
    return "no_clear_point" if inside[-1] - inside[0] > WIDEST * (x.max() - x.min()) else None


def _declined(why: Why, size: int) -> TippingPoint:
    return TippingPoint("none", *(math.nan,) * 6, size, why)
