"""How alike channels are in the same questions, from 0 to 100, with the differences that chance alone makes taken out.

The score is 100 less the gap in points that two channels typically show in the same question. Their true means are
taken to spread around the question's own mean with one variance, found by moments: the spread seen less the spread
that sampling makes. Two draws from a normal distribution of that variance lie 2 / sqrt(pi) of its standard deviation
apart on average (the Gini mean difference).

References
----------
1. Hedges, L. V. and Olkin, I. (1985). Statistical Methods for Meta-Analysis, chapter 9: the moment estimator.
2. Davison, A. C. and Hinkley, D. V. (1997). Bootstrap Methods and their Application: resampling whole clusters.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from analysis.estimate import Estimate
from analysis.intervals import LEVEL

GINI_OF_NORMAL = 2 / math.sqrt(math.pi)  # mean absolute difference of two draws, in standard deviations
FEWEST_BLOCKS = 20  # with fewer groups of customers resampling them says nothing
_DRAWS = 500
_SEED = 19850101


def consistency(
    questions: NDArray[np.int_], n: NDArray[np.float64], total: NDArray[np.float64], *, level: float = LEVEL
) -> Estimate:
    """The score of 0 to 100, with the interval that resampled groups of customers give it; unit "score".

    One column per question and channel: `questions` (shape (cells,)) says which columns ask the same, `n` and `total`
    (shape (blocks, cells)) how many answers each group of customers gave there and the sum of their points of 0-100.
    100 means that chance explains all differences. Missing where no question stands in two channels, or with fewer
    than `FEWEST_BLOCKS` groups; every column needs answers.
    """
    answers = int(n.sum())
    channels = np.bincount(questions) if len(questions) else np.zeros(0, int)
    kept = channels[questions] > 1 if len(questions) else np.zeros(0, bool)
    if kept.sum() < 2 or len(n) < FEWEST_BLOCKS:
        return Estimate.missing("score", n=answers, why="too_few" if answers else "no_data")
    questions, n, total = np.unique(questions[kept], return_inverse=True)[1], n[:, kept], total[:, kept]
    times = np.random.default_rng(_SEED).multinomial(len(n), np.full(len(n), 1 / len(n)), size=_DRAWS)
    with np.errstate(invalid="ignore", divide="ignore"):
        drawn = (times @ total) / (times @ n)
    drawn = drawn[np.isfinite(drawn).all(axis=1)]
    noise = drawn.var(axis=0, ddof=1)
    means = (total.sum(axis=0) / n.sum(axis=0))[None, :]
    # A resample holds the sampling error twice: that of the sample, and its own.
    spread, spreads = _spread(questions, means, noise)[0], _spread(questions, drawn, 2 * noise)
    least, most = np.quantile(spreads, [(1 - level) / 2, (1 + level) / 2])
    low, value, high = (_score(variance) for variance in (most, spread, least))
    return Estimate(value, min(low, value), max(high, value), int(n.sum()), "score")


def _spread(questions: NDArray[np.int_], means: NDArray[np.float64], noise: NDArray[np.float64]) -> NDArray[np.float64]:
    """The variance of channels' true means around their question's, one for each row of `means`; may be below 0."""
    channels = np.bincount(questions)
    same = np.zeros((len(questions), len(channels)))
    same[np.arange(len(questions)), questions] = 1.0
    off = means - (means @ same / channels)[:, questions]
    expected = (noise * (1 - 1 / channels[questions])).sum()
    return ((off**2).sum(axis=1) - expected) / (len(questions) - len(channels))


def _score(variance: float) -> float:
    return max(0.0, 100 - GINI_OF_NORMAL * math.sqrt(max(0.0, variance)))
