"""A correction of the tone for one company, learned from comments that its analysts labelled.

The engine's log-odds are stretched and shifted, and shifted again where a comment speaks of certain dimensions, so that
the three-way call fits the labels: an ordinal logistic model [1] that has the engine's own thresholds and is drawn
towards changing nothing. It is worth using only where it calls held-out labels right more often than the engine does,
which `compared` tests by the sign test on the comments where the two differ [2].

References
----------
1. McCullagh, P. (1980). Regression models for ordinal data. JRSS B 42.
2. McNemar, Q. (1947). Note on the sampling error of the difference between correlated proportions. Psychometrika 12.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.text.polarity import NEGATIVE_MAX, POSITIVE_MIN

CALLS = ("negative", "neutral", "positive")
MIN_LABELS = 50        # fewer labels are not learned from
MIN_OF_A_CALL = 5      # labels of each of two calls at least
LEVEL = 0.05           # of the one-sided sign test
FOLDS = 5
# Ridge weights, in labels: stretch and shift move freely with a few dozen labels, a dimension needs more of its own.
_RIDGE, _RIDGE_DIMENSION = 1.0, 4.0
_MIN_DIMENSION = 8     # labelled comments that speak of a dimension before it gets a shift
_EDGE = 1e-4


@dataclass(frozen=True, slots=True)
class Adjustment:
    """z becomes `slope` z + `shift` + the shifts of the dimensions that a comment speaks of.

    `bounds`: the probabilities below which a comment is negative and from which on it is positive.
    """

    slope: float
    shift: float
    dimensions: tuple[tuple[str, float], ...]
    bounds: tuple[float, float]

    def apply(self, sentiment: np.ndarray, polarity: np.ndarray, spoken: Sequence[frozenset[str]]) -> tuple:
        """Corrected probabilities and calls; NaN and its "uncertain" stay, and so does an uncertain middle."""
        weights = dict(self.dimensions)
        shifts = np.array([sum(weights.get(name, 0.0) for name in names) for names in spoken])
        chance = _sigmoid(self.slope * _logit(sentiment) + self.shift + shifts)
        low, high = self.bounds
        middle = np.where(polarity == "uncertain", "uncertain", "neutral")
        calls = np.where(chance >= high, "positive", np.where(chance < low, "negative", middle))
        unread = np.isnan(sentiment)
        return np.where(unread, np.nan, chance), np.where(unread, "uncertain", calls).astype(object)


@dataclass(frozen=True, slots=True)
class Labelled:
    """Labelled comments as the engine reads them: sentiment, its call, the dimensions spoken of, the analyst's call."""

    sentiment: np.ndarray
    polarity: np.ndarray
    spoken: tuple[frozenset[str], ...]
    labels: np.ndarray

    def take(self, places: np.ndarray) -> Labelled:
        """The comments at these places."""
        return Labelled(
            self.sentiment[places], self.polarity[places], tuple(self.spoken[i] for i in places), self.labels[places]
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many of `n` labels the engine calls right, and how many an adjustment that never saw them.

    `p_value`: of the one-sided sign test; `better` says whether the adjustment is to be used.
    """

    n: int
    right: int
    right_adjusted: int
    p_value: float

    @property
    def better(self) -> bool:
        """More right, and by more than chance."""
        return self.right_adjusted > self.right and self.p_value < LEVEL


def fit(known: Labelled, *, bounds: tuple[float, float] = (NEGATIVE_MAX, POSITIVE_MIN)) -> Adjustment:
    """The adjustment that suits labels best while changing little; comments that could not be read teach nothing."""
    from scipy.optimize import minimize

    read = ~np.isnan(known.sentiment)
    known = known.take(np.flatnonzero(read))
    names = _dimensions(known)
    z = _logit(known.sentiment)
    mentions = np.array([[name in spoken for name in names] for spoken in known.spoken], float).reshape(len(z), -1)
    level = np.array([CALLS.index(label) for label in known.labels])
    low, high = (float(_logit(np.array(bound))) for bound in bounds)
    ends = np.array([-np.inf, low, high, np.inf])
    ridge = np.array([_RIDGE, _RIDGE, *[_RIDGE_DIMENSION] * len(names)])

    def loss(change: np.ndarray) -> float:
        moved = (1 + change[0]) * z + change[1] + mentions @ change[2:]
        chance = _sigmoid(ends[level + 1] - moved) - _sigmoid(ends[level] - moved)
        return float(-np.log(np.maximum(chance, 1e-9)).sum() + 0.5 * (ridge * change**2).sum())

    change = minimize(loss, np.zeros(2 + len(names)), method="L-BFGS-B").x if len(z) else np.zeros(2)
    shifts = tuple((name, float(shift)) for name, shift in zip(names, change[2:], strict=True))
    return Adjustment(float(1 + change[0]), float(change[1]), shifts, bounds)


def compared(known: Labelled, *, bounds: tuple[float, float] = (NEGATIVE_MAX, POSITIVE_MIN)) -> Comparison | None:
    """The engine beside adjustments fitted on the other four fifths; None where labels are too few to learn from.

    Every label is held out once; which go together is fixed by their order within each call.
    """
    counts = sorted((known.labels == call).sum() for call in CALLS)
    if len(known.labels) < MIN_LABELS or counts[1] < MIN_OF_A_CALL:
        return None
    from scipy.stats import binomtest

    fold = np.zeros(len(known.labels), dtype=int)
    for call in CALLS:
        own = np.flatnonzero(known.labels == call)
        fold[own] = np.arange(len(own)) % FOLDS
    right = known.polarity == known.labels
    adjusted = np.zeros(len(right), dtype=bool)
    for number in range(FOLDS):
        held, rest = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
        part = known.take(held)
        _, calls = fit(known.take(rest), bounds=bounds).apply(part.sentiment, part.polarity, part.spoken)
        adjusted[held] = calls == part.labels
    gained, lost = int((adjusted & ~right).sum()), int((right & ~adjusted).sum())
    p = binomtest(gained, gained + lost, alternative="greater").pvalue if gained + lost else 1.0
    return Comparison(len(right), int(right.sum()), int(adjusted.sum()), float(p))


def _dimensions(known: Labelled) -> list[str]:
    counts: dict[str, int] = {}
    for spoken in known.spoken:
        for name in spoken:
            counts[name] = counts.get(name, 0) + 1
    return sorted(name for name, count in counts.items() if count >= _MIN_DIMENSION)


def _logit(chance: np.ndarray) -> np.ndarray:
    inside = np.clip(chance, _EDGE, 1 - _EDGE)
    return np.log(inside / (1 - inside))


def _sigmoid(z: np.ndarray) -> np.ndarray:
    from scipy.special import expit

    return expit(z)
