"""What a dimension costs where it is bad and earns where it is good, from sums over groups of customers.

Penalty and reward are what low and high answers go with in the overall score, against the middle of the scale [1]. That
contrast alone depends on where "low" and "high" are cut: where most of the content say 5 and not 4, a straight line
looks like a reward. So a second regression takes the answers as they are, with one slope below and another above the
middle [2], which are equal on a straight line however the answers are spread. A dimension is named only where both
agree. Errors are those of groups of customers [3], whose answers may go together and spread as they like.

References
----------
1. Brandt, D. R. (1987). A procedure for identifying value-enhancing service components.
2. Mittal, V., Ross, W. T. and Baldasare, P. M. (1998). The asymmetric impact of negative and positive attribute-level
   performance on overall satisfaction and repurchase intentions.
3. Liang, K.-Y. and Zeger, S. L. (1986). Longitudinal data analysis using generalized linear models.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import scipy
from numpy.typing import NDArray

from analysis.drivers.penalty import FEWEST_A_SIDE
from analysis.drivers.report import ANSWERS_PER_DIMENSION, FEWEST_ANSWERS, FEWEST_BLOCKS
from analysis.estimate import Estimate
from analysis.intervals import LEVEL

Kind = Literal["must_be", "performance", "attractive", "unproven", "too_few"]

# "As much as": neither side is more than twice the other, so the contrast stays within a third of both together.
EVEN_WITHIN = 1 / 3
_LOW, _HIGH, _MISSING, _BELOW, _ABOVE = range(5)  # columns of a dimension: `store.sides.SIDES`
_OF_EACH = 5


@dataclass(frozen=True, slots=True)
class Asymmetry:
    """What low (`penalty`) and high (`reward`) answers to a dimension go with, beside the other dimensions held fixed.

    Both in points of 0-100 of the overall score, with `LEVEL` limits; n are the people on that side, and `n_middle`
    those between. `contrast` is reward + penalty: what the good side earns beyond what the bad one costs. `bend` is
    the slope above the middle less that below, in points for half a scale. The limits of `contrast` and `bend` hold
    for all dimensions at once (Bonferroni). `kind`: "must_be" costs more than it earns, "attractive" earns more,
    "performance" does both and neither more than twice the other, "unproven" is none of these reliably.
    """

    dimension: str
    penalty: Estimate
    reward: Estimate
    contrast: Estimate
    bend: Estimate
    n_middle: int
    kind: Kind


def asymmetries(
    products: NDArray[np.float64], names: Sequence[str], *, points: float = 1.0, level: float = LEVEL
) -> tuple[Asymmetry, ...]:
    """The dimensions `names` in their order, from `store.sides` products of shape (blocks, columns, columns).

    `points` are those of one step of the overall score. "too_few" are people on a side or in the middle below
    `FEWEST_A_SIDE`, all people below what drivers need, or groups below `FEWEST_BLOCKS`; without people all are.
    """
    whole = products.sum(axis=0) if len(products) else np.zeros(products.shape[1:])
    together = 1 - (1 - level) / max(len(names), 1)
    enough = whole[0, 0] >= max(FEWEST_ANSWERS, ANSWERS_PER_DIMENSION * len(names)) and len(products) >= FEWEST_BLOCKS
    dummies = _fit(products, _columns(len(names), (_LOW, _HIGH, _MISSING)))
    slopes = _fit(products, _columns(len(names), (_BELOW, _ABOVE, _MISSING)))
    return tuple(
        _asymmetry(name, whole, i, dummies, slopes, points=points, level=level, together=together, enough=bool(enough))
        for i, name in enumerate(names)
    )


@dataclass(frozen=True, slots=True)
class _Fit:
    """Coefficients of `columns` and their covariance, with the groups' degrees of freedom."""

    columns: list[int]
    values: NDArray[np.float64]
    covariance: NDArray[np.float64]
    free: int

    def combined(self, parts: dict[int, float], *, points: float, level: float, n: int) -> Estimate:
        """A sum of coefficients by column, with limits."""
        weights = np.zeros(len(self.columns))
        for column, weight in parts.items():
            weights[self.columns.index(column)] = weight * points
        if self.free < 1:
            return Estimate(math.nan, math.nan, math.nan, n, "score")
        value = float(weights @ self.values)
        variance = max(float(weights @ self.covariance @ weights), 0)
        half = scipy.stats.t.ppf((1 + level) / 2, self.free) * math.sqrt(variance)
        return Estimate(value, value - half, value + half, n, "score")


def _columns(dimensions: int, sides: Sequence[int]) -> list[int]:
    return [0, *(1 + _OF_EACH * i + side for i in range(dimensions) for side in sides)]


def _fit(products: NDArray[np.float64], columns: list[int]) -> _Fit:
    """Least squares of the last column on `columns`, with the sandwich of groups; columns of zeros stay out."""
    groups = len(products)
    sums = products[:, columns][:, :, columns]
    outcome = products[:, columns, -1]
    inverse = np.linalg.pinv(sums.sum(axis=0), hermitian=True, rcond=1e-10)
    values = inverse @ outcome.sum(axis=0)
    left = outcome - sums @ values
    small = groups / (groups - 1) if groups > 1 else math.nan
    return _Fit(columns, values, small * inverse @ (left.T @ left) @ inverse, groups - 1)


def _asymmetry(
    name: str, whole: NDArray, i: int, dummies: _Fit, slopes: _Fit, *, points: float, level: float, together: float,
    enough: bool,
) -> Asymmetry:
    low, high, missing, below, above = (1 + _OF_EACH * i + side for side in (_LOW, _HIGH, _MISSING, _BELOW, _ABOVE))
    n_low, n_high = int(whole[low, low]), int(whole[high, high])
    n_middle = int(whole[0, 0] - whole[missing, missing]) - n_low - n_high
    n = n_low + n_middle + n_high
    found = Asymmetry(
        name, dummies.combined({low: 1.0}, points=points, level=level, n=n_low),
        dummies.combined({high: 1.0}, points=points, level=level, n=n_high),
        dummies.combined({low: 1.0, high: 1.0}, points=points, level=together, n=n),
        slopes.combined({above: 1.0, below: -1.0}, points=points, level=together, n=n), n_middle, "too_few",
    )
    if not enough or min(n_low, n_middle, n_high) < FEWEST_A_SIDE:
        return found
    return replace(found, kind=_kind(found))


def _kind(found: Asymmetry) -> Kind:
    costs, earns = found.penalty.high < 0, found.reward.low > 0
    if costs and found.contrast.high < 0 and found.bend.high < 0:
        return "must_be"
    if earns and found.contrast.low > 0 and found.bend.low > 0:
        return "attractive"
    widest = EVEN_WITHIN * (found.reward.value - found.penalty.value)
    if costs and earns and -widest < found.contrast.low and found.contrast.high < widest:
        return "performance"
    return "unproven"
