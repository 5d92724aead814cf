"""How often intervals hold the truth: all possible samples counted where there are few, else simulated."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from analysis import intervals
from analysis.compare import nps_difference, share_difference
from analysis.intervals import exact_nps
from analysis.intervals.formulas import tango_statistic

# Shares of detractors and promoters, from balanced to nearly all alike.
NPS_TRUTHS = ((0.2, 0.5), (0.3, 0.3), (0.5, 0.2), (0.1, 0.8), (0.05, 0.9), (0.02, 0.95), (0.45, 0.45), (0.01, 0.6))
# The whole triangle of truths, its edges and corners included.
_SIDE = (0, .005, .01, .02, .05, .1, .15, .2, .25, .3, .35, .4, .45, .5, .55, .6, .65, .7, .75, .8, .85, .9, .95, .98,
         .99, .995, 1)
TRIANGLE = tuple((d, p) for d in _SIDE for p in _SIDE if d + p <= 1 + 1e-12)
TRIANGLE_SIZES = (range(5, 11), range(11, 21), range(21, 31), range(50, 51), range(99, 100), range(100, 101))
LARGE_SIZES = (150, 200, 300, 500, 1000, 3000)
# Truths rarer than the triangle's rarest, such as one detractor in a thousand: told apart, as no grid ends by itself.
_RARE = (0, .0005, .001, .002)
RARER = tuple((d, 1 - d - m) for d in _RARE for m in _RARE) + tuple((d, p) for d in _RARE for p in _RARE)
_FAR, _AT_LEAST = 7.0, 6.0  # standard errors, and answers, within which an outcome is counted
SHARES = (0.01, 0.02, 0.05, 0.1, 0.3, 0.5, 0.8, 0.95, 0.99)
RATES = (0.05, 0.5, 2.0, 10.0, 50.0)
SIZES = (5, 10, 30, 100)
# How often 1 to 5 was given, from usual to lopsided.
SCORES = ((0.04, 0.07, 0.13, 0.35, 0.41), (0.3, 0.05, 0.05, 0.1, 0.5), (0.01, 0.01, 0.03, 0.15, 0.8))
DRAWS = 4_000
SEED = 20261

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The share of samples whose 95 % interval holds the truth: the worst and the mean over the truths of a grid."""

    name: str
    n: str
    worst: float
    mean: float


def _summed(name: str, n: object, found: list[float]) -> Coverage:
    return Coverage(name, str(n), min(found), float(np.mean(found)))


def nps_coverage(limits: Callable, n: int, truths: Sequence[tuple[float, float]] = NPS_TRUTHS) -> list[float]:
    """For each truth (detractors, promoters) the probability that an NPS interval of n answers holds it."""
    down, up = exact_nps.outcomes(n)
    weights = np.array([_weights(n, down, up, truth) for truth in truths])
    matters = weights.max(axis=0) > 1e-12
    down, up, weights = down[matters], up[matters], weights[:, matters]
    low, high = limits(down, n - down - up, up)
    held = [(low <= p - d + 1e-12) & (p - d - 1e-12 <= high) for d, p in truths]
    return [float(weight[inside].sum()) for weight, inside in zip(weights, held, strict=True)]


def large_coverage(n: int, truths: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    """The same for many answers, of the interval shown and of the score form: outcomes near each truth only.

    Score limits are where the statistic reaches the critical value, so that it alone says whether a truth is held.
    """
    few, shown, score = _few_unlike(n), [], []
    for truth in truths:
        down, up = _near(n, truth)
        weight, value = _weights(n, down, up, truth), truth[1] - truth[0]
        with np.errstate(invalid="ignore", divide="ignore"):
            far = tango_statistic(np.full_like(down, value), down, up, np.full_like(down, n))
        held = np.abs(np.nan_to_num(far)) <= intervals.critical_value() + 1e-9
        score.append(float(weight[held].sum()))
        counts = np.stack([down, n - down - up, up]).astype(int)
        most = counts.argmax(axis=0)
        rare = n - counts.max(axis=0) < intervals.FEW_UNLIKE
        first, second = _others(counts[:, rare], most[rare])
        low, high = few[:, most[rare], first, second]
        held[rare] = (low <= value + 1e-9) & (value - 1e-9 <= high)
        shown.append(float(weight[held].sum()))
    return shown, score


def _few_unlike(n: int) -> Array:
    """The limits shown, (2, kind, first, second), by the most frequent kind and how many are of the two others."""
    size = intervals.FEW_UNLIKE
    first, second = np.nonzero(np.add.outer(np.arange(size), np.arange(size)) < size)
    found = np.full((2, 3, size, size), np.nan)
    for kind in range(3):
        counts = [first, second]
        counts.insert(kind, n - first - second)
        found[:, kind, first, second] = intervals.nps(*counts)
    return found


def _others(counts: Array, most: Array) -> tuple[Array, Array]:
    """How many answers are of the two kinds that are not the most frequent, in their order."""
    first = np.where(most == 0, counts[1], counts[0])
    return first, np.where(most == 2, counts[1], counts[2])


def _near(n: int, truth: tuple[float, float]) -> tuple[Array, Array]:
    """The outcomes around a truth that together have all but a billionth of the probability."""
    spans = []
    for share in truth:
        mean, reach = n * share, _FAR * np.sqrt(n * share * (1 - share)) + _AT_LEAST * (share > 0)
        spans.append(np.arange(max(0.0, np.floor(mean - reach)), min(n, np.ceil(mean + reach)) + 1))
    down, up = (x.ravel() for x in np.meshgrid(*spans, indexing="ij"))
    possible = down + up <= n
    return down[possible], up[possible]


def _weights(n: int, down: Array, up: Array, truth: tuple[float, float]) -> Array:
    counts, shares = (down, n - down - up, up), (truth[0], max(1 - sum(truth), 0.0), truth[1])
    ways = special.gammaln(n + 1) - sum(special.gammaln(x + 1) for x in counts)
    return np.exp(ways + sum(special.xlogy(count, share) for count, share in zip(counts, shares, strict=True)))


def whole_triangle(sizes: tuple[range, ...] = TRIANGLE_SIZES) -> Iterator[tuple[range, float, float, float]]:
    """For a range of sizes the lowest coverage over `TRIANGLE`: of the interval shown, of the score form, of Wald."""
    for ns in sizes:
        forms = (intervals.nps, intervals.nps_score, wald)
        yield ns, *(min(min(nps_coverage(form, n, TRIANGLE)) for n in ns) for form in forms)


def large_triangle(sizes: Sequence[int] = LARGE_SIZES) -> Iterator[tuple[int, float, float, float]]:
    """For each size the lowest coverage over `TRIANGLE` shown and of the score form, and that shown over `RARER`."""
    for n in sizes:
        # Promoters and detractors may change places.
        half = [truth for truth in TRIANGLE if truth[0] <= truth[1]]
        shown, score = large_coverage(n, half)
        yield n, min(shown), min(score), min(large_coverage(n, RARER)[0])


def wald(down: Array, middle: Array, up: Array) -> tuple[Array, Array]:
    """The textbook interval that dashboards use, for comparison."""
    n = down + middle + up
    value = (up - down) / n
    half = 1.959964 * np.sqrt(np.maximum((up + down) / n - value**2, 0) / n)
    return value - half, value + half


def exact(sizes: tuple[int, ...] = SIZES) -> Iterator[Coverage]:
    """Intervals whose samples can all be counted: NPS, shares, rates."""
    for n in sizes:
        for name, limits in (("NPS, as shown", intervals.nps), ("NPS, score", intervals.nps_score),
                             ("NPS, adjusted Wald (long tables)", intervals.nps_adjusted_wald), ("NPS, Wald", wald)):
            yield _summed(name, n, nps_coverage(limits, n))
    for n in sizes:
        k = np.arange(n + 1.0)
        low, high = intervals.wilson(k, n)
        yield _summed("share, Wilson (default)", n, [
            float(stats.binom.pmf(k, n, p)[(low <= p) & (p <= high)].sum()) for p in SHARES
        ])
    k = np.arange(200.0)
    low, high = intervals.garwood(k, 1.0)
    yield _summed("rate, Garwood (default)", "0.05 to 50 events", [
        float(stats.poisson.pmf(k, rate)[(low <= rate) & (rate <= high)].sum()) for rate in RATES
    ])


def simulated(draws: int = DRAWS) -> Iterator[Coverage]:
    """Intervals of means of 1-5 answers, and of the difference of two shares."""
    rng = np.random.default_rng(SEED)
    points = np.arange(5) * 25.0
    for n in SIZES[1:]:
        found = []
        for shares in SCORES:
            x = rng.choice(points, p=shares, size=(draws, n))
            low, high = intervals.t_mean(x.mean(axis=1), x.var(axis=1, ddof=1), n)
            known = ~np.isnan(low)
            truth = float(points @ shares)
            found.append(float(((low <= truth) & (truth <= high))[known].mean()))
        yield _summed("mean, Student (default)", n, found)
    for n, m in ((10, 200), (30, 30), (100, 100)):
        yield _summed("difference of shares, MOVER (default)", f"{n} and {m}", [
            _difference_coverage(rng, n, m, *truth, draws=draws // 8) for truth in ((0.8, 0.8), (0.95, 0.9), (0.5, 0.7))
        ])


def _difference_coverage(rng: np.random.Generator, n: int, m: int, p: float, q: float, *, draws: int) -> float:
    held = 0
    for x, y in zip(rng.binomial(n, p, draws), rng.binomial(m, q, draws), strict=True):
        found = share_difference((x, n), (y, m)).estimate
        held += found.low <= p - q <= found.high
    return held / draws


def false_positives(draws: int = 1200) -> dict[str, tuple[float, float]]:
    """How often 10 answers are called different from 200 of the same kind at p < .05; mean and worst of six truths."""
    rng = np.random.default_rng(SEED + 1)
    ours, plain = [], []
    for d, p in NPS_TRUTHS[:6]:
        first, second = (rng.multinomial(n, [d, 1 - d - p, p], size=draws // 6) for n in (10, 200))
        ours.append(np.mean([nps_difference(tuple(a), tuple(b)).p_value < 0.05
                             for a, b in zip(first.tolist(), second.tolist(), strict=True)]))
        plain.append(_wald_error(first, second))
    found = {"exact permutation (default)": ours, "Wald": plain}
    return {name: (float(np.mean(shares)), float(np.max(shares))) for name, shares in found.items()}


def _wald_error(first: Array, second: Array) -> float:
    sides = []
    for counts in (first, second):
        n = counts.sum(axis=1)
        value = (counts[:, 2] - counts[:, 0]) / n
        sides.append((value, ((counts[:, 2] + counts[:, 0]) / n - value**2) / n))
    (a, var_a), (b, var_b) = sides
    return float((np.abs(a - b) > 1.959964 * np.sqrt(var_a + var_b)).mean())
