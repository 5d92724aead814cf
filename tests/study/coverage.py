"""How often intervals hold the truth: all possible samples counted where there are few, else simulated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analysis import intervals
from analysis.compare import nps_difference, share_difference

# Shares of detractors and promoters, from balanced to nearly all alike.
NPS_TRUTHS = ((0.2, 0.5), (0.3, 0.3), (0.5, 0.2), (0.1, 0.8), (0.05, 0.9), (0.02, 0.95), (0.45, 0.45), (0.01, 0.6))
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


def nps_outcomes(n: int) -> tuple[Array, Array]:
    """All possible numbers of detractors and promoters among n answers."""
    down, up = np.meshgrid(np.arange(n + 1.0), np.arange(n + 1.0), indexing="ij")
    possible = down + up <= n
    return down[possible], up[possible]


def nps_coverage(limits: Callable, n: int, truth: tuple[float, float]) -> float:
    """The probability that an NPS interval of n answers holds the truth (detractors, promoters)."""
    down, up = nps_outcomes(n)
    low, high = limits(down, n - down - up, up)
    d, p = truth
    weight = stats.multinomial.pmf(np.column_stack([down, n - down - up, up]), n, [d, 1 - d - p, p])
    held = (low <= p - d + 1e-12) & (p - d - 1e-12 <= high)
    return float(weight[held].sum())


def wald(down: Array, middle: Array, up: Array) -> tuple[Array, Array]:
    """The textbook interval that dashboards use, for comparison."""
    n = down + middle + up
    value = (up - down) / n
    half = 1.959964 * np.sqrt(np.maximum((up + down) / n - value**2, 0) / n)
    return value - half, value + half


def exact(sizes: tuple[int, ...] = SIZES) -> Iterator[Coverage]:
    """Intervals whose samples can all be counted: NPS, shares, rates."""
    for n in sizes:
        for name, limits in (("NPS, score (default)", intervals.nps_score),
                             ("NPS, adjusted Wald (long tables)", intervals.nps_adjusted_wald), ("NPS, Wald", wald)):
            yield _summed(name, n, [nps_coverage(limits, n, truth) for truth in NPS_TRUTHS])
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


def false_positives(draws: int = 600) -> dict[str, float]:
    """How often 10 answers are called different from 200 of the same kind at p < .05; mean over truths of NPS."""
    rng = np.random.default_rng(SEED + 1)
    ours, plain = [], []
    for d, p in NPS_TRUTHS[:6]:
        first, second = (rng.multinomial(n, [d, 1 - d - p, p], size=draws // 6) for n in (10, 200))
        ours.append(np.mean([nps_difference(tuple(a), tuple(b)).p_value < 0.05
                             for a, b in zip(first.tolist(), second.tolist(), strict=True)]))
        plain.append(_wald_error(first, second))
    return {"exact permutation (default)": float(np.mean(ours)), "Wald": float(np.mean(plain))}


def _wald_error(first: Array, second: Array) -> float:
    sides = []
    for counts in (first, second):
        n = counts.sum(axis=1)
        value = (counts[:, 2] - counts[:, 0]) / n
        sides.append((value, ((counts[:, 2] + counts[:, 0]) / n - value**2) / n))
    (a, var_a), (b, var_b) = sides
    return float((np.abs(a - b) > 1.959964 * np.sqrt(var_a + var_b)).mean())
