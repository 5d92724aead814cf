"""How many periods pass until a rule signals: without any change a false alarm, after a shift the time to find it.

References
----------
1. Brook, D. and Evans, D. A. (1972). An approach to the probability distribution of cusum run length. Sums and averages
   as the states of a Markov chain.
2. Western Electric (1956). Statistical Quality Control Handbook. Four rules read together.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

STATES = 200
SEED, RUNS, PERIODS = 20264, 2_000, 1_500


def single_values(limit: float, *, shift: float = 0.0) -> float:
    """Periods until one value lies beyond +-`limit` standard deviations."""
    return float(1 / (stats.norm.sf(limit - shift) + stats.norm.cdf(-limit - shift)))


def cusum(slack: float, limit: float, *, shift: float = 0.0) -> float:
    """Periods until either of two cumulated sums passes `limit` [1]."""
    width = 2 * limit / (2 * STATES - 1)
    state = np.arange(STATES)
    # State 0 is a sum of 0; state i the sums within half a width of i widths.
    upper = (state[None, :] - state[:, None] + 0.5) * width + slack
    lower = np.where(state[None, :] == 0, -np.inf, upper - width)
    rates = [1 / _length(stats.norm.cdf(upper, side) - stats.norm.cdf(lower, side), 0) for side in (shift, -shift)]
    return float(1 / sum(rates))


def moving_average(weight: float, limit: float, *, shift: float = 0.0) -> float:
    """Periods until an exponentially weighted average passes +-`limit` of its standard deviations [1]."""
    end = limit * np.sqrt(weight / (2 - weight))
    states = STATES + 1
    width = 2 * end / states
    centre = -end + (np.arange(states) + 0.5) * width
    middle = (centre[None, :] - (1 - weight) * centre[:, None]) / weight
    half = width / 2 / weight
    chances = stats.norm.cdf(middle + half, shift) - stats.norm.cdf(middle - half, shift)
    return _length(chances, states // 2)


def western_electric(rules: tuple[int, ...] = (1, 2, 3, 4), *, runs: int = RUNS) -> float:
    """Periods until one of the four rules [2] signals where nothing changes, simulated."""
    x = np.random.default_rng(SEED).normal(size=(runs, PERIODS))
    shapes = {1: (1, 1, 3.0), 2: (2, 3, 2.0), 3: (4, 5, 1.0), 4: (8, 8, 0.0)}
    signals = np.zeros(x.shape, bool)
    for enough, among, sigmas in (shapes[rule] for rule in rules):
        for side in (x, -x):
            beyond = np.cumsum(np.pad(side > sigmas, ((0, 0), (among, 0))), axis=1)
            signals |= beyond[:, among:] - beyond[:, :-among] >= enough
    return float(np.where(signals.any(axis=1), signals.argmax(axis=1) + 1, PERIODS).mean())


def weekly_tests(level: float, *, weeks: int, dimensions: int) -> tuple[float, float]:
    """The chance that a quiet series of weekly tests calls any week different, and how many all series call so."""
    return 1 - (1 - level) ** weeks, level * weeks * dimensions


def _length(chances: NDArray[np.float64], start: int) -> float:
    """The mean number of steps of a chain with these transitions until it leaves."""
    return float(np.linalg.solve(np.eye(len(chances)) - chances, np.ones(len(chances)))[start])
