"""Many comparisons at once, and which cell of a table really stands out.

References
----------
1. Welch, B. L. (1947). The generalization of "Student's" problem.
2. Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
import scipy
from scipy import special

from analysis import metrics
from analysis.compare.groups import mean_difference
from analysis.compare.moments import additive, mean_estimate, moments_from_sums, welch
from analysis.estimate import FLOOR_RANKED, FLOOR_SCORED, Estimate
from analysis.intervals import LEVEL

# The smallest gap in points of 0-100 that counts as a weakness, and the share of false leads that a
# screening of many cells may carry.
MIN_GAP = 5.0
FALSE_LEADS = 0.10

Flag = Literal["weak", "strong"]
Certainty = Literal["very_high", "high", "fair", "lead", "none"]

# Upper limits of the adjusted p-value for each word of certainty, the strongest first.
CERTAINTY_LIMITS: tuple[tuple[float, Certainty], ...] = (
    (0.001, "very_high"), (0.01, "high"), (0.05, "fair"), (FALSE_LEADS, "lead"),
)


@dataclass(frozen=True, slots=True)
class Places:
    """The limits of a cell's place among `of` cells, 1 the weakest, and how often it was one of the three weakest.

    `among_weakest` is a share of resamples of the customers, 0 to 1; see `paired.placed`.
    """

    low: int
    high: int
    among_weakest: float
    of: int


@dataclass(frozen=True, slots=True)
class WeakCell:
    """One cell of a screening against the rest of the answers, means on 0-100.

    `keys` names the cell, e.g. {"touchpoint": "在线客服", "dimension": "问题解决彻底性"}; `estimate` is its mean,
    `rest` the mean of all other answers on the same `scale`. `gap` is cell - rest in points, so a weak
    cell's is negative. `p_value` is one-sided, in the direction of the gap, for a gap of more than the
    minimum; `p_adjusted` holds over all cells screened together. `flag` is None where the cell does not
    stand out; `certainty` is a key under `certainty.` in the language file. Where `paired`, the rest are the same
    people's further answers (`paired.paired`); `places` is None where no place was worked out.
    """

    keys: dict[str, object]
    estimate: Estimate
    rest: Estimate
    gap: Estimate
    scale: str
    p_value: float
    p_adjusted: float
    flag: Flag | None
    certainty: Certainty
    paired: bool = False
    places: Places | None = None


def adjusted(p_values: Sequence[float]) -> np.ndarray:
    """Benjamini-Hochberg adjusted p-values [2] in the given order; missing ones are not counted and stay missing.

    >>> adjusted([0.01, 0.04, float("nan")]).round(3).tolist()
    [0.02, 0.04, nan]
    """
    p = np.asarray(p_values, dtype=float)
    known = ~np.isnan(p)
    result = np.full_like(p, np.nan)
    if known.any():
        result[known] = scipy.stats.false_discovery_control(p[known])
    return result


def certainty(p_adjusted: float) -> Certainty:
    """The word for how sure a finding is; "none" above `FALSE_LEADS` and for a missing p-value."""
    return next((word for limit, word in CERTAINTY_LIMITS if p_adjusted <= limit), "none")


def weak_cells(
    histogram: pd.DataFrame, keys: Sequence[str], *, min_gap: float = MIN_GAP, q: float = FALSE_LEADS
) -> tuple[WeakCell, ...]:
    """Every cell of `keys` against the rest, worst first, those that stand out flagged.

    `cell_gaps` followed by `flagged`. That nothing is flagged is a result.
    """
    return flagged(cell_gaps(histogram, keys, min_gap=min_gap), min_gap=min_gap, q=q)


def cell_gaps(
    histogram: pd.DataFrame,
    keys: Sequence[str],
    *,
    within: Sequence[str] = (),
    min_gap: float = MIN_GAP,
    level: float = LEVEL,
) -> tuple[WeakCell, ...]:
    """Each cell of `keys` against all other answers on its scale, not yet adjusted or flagged.

    The cell itself is no part of its rest. `within` names keys that the rest must share: with
    keys ("touchpoint", "week") and within ("touchpoint",) each week stands against its touchpoint's other weeks.
    Welch's one-sided t [1] asks whether the mean on 0-100 lies more
    than `min_gap` points from the rest's, in the direction in which it lies. A histogram no longer knows who
    gave which answers; as people's answers go together, treating cell and rest as independent errs on
    the side of silence. Cells whose keys are not all known take part in the rest only. Below
    `FLOOR_RANKED` answers the p-value is missing.
    """
    named, shared = list(keys), [*within, "scale"]
    sums = additive(metrics.moments(histogram, [*named, "scale"]))
    totals = sums.groupby(shared, dropna=False)[["n", "sum", "squares"]].sum()
    totals["people"] = metrics.people(histogram, shared)
    sums = sums[sums["n"] > 0].dropna(subset=named)
    sums = sums.sort_values("n", ascending=False, kind="stable").drop_duplicates(named)
    wholes = totals.loc[pd.MultiIndex.from_frame(sums[shared]) if within else sums["scale"]].to_dict("records")
    return tuple(
        _cell_gap(row, whole, named, min_gap=min_gap, level=level)
        for row, whole in zip(sums.to_dict("records"), wholes, strict=True)
    )


def flagged(
    found: Sequence[WeakCell], *, min_gap: float = MIN_GAP, q: float = FALSE_LEADS
) -> tuple[WeakCell, ...]:
    """Cells with adjusted p-values and flags, worst first; those without a score come last, as they came.

    Low and high cells are two families, each with its own share of false leads q. A cell is flagged if its
    adjusted p is at most q, its base can be ranked, and even the near limit of its gap exceeds half of
    `min_gap`.
    """
    below = np.array([cell.gap.value <= 0 for cell in found], dtype=bool)
    p_value = np.array([cell.p_value for cell in found], dtype=float)
    # A cell on the other side of the rest is no evidence for this side: it counts with p = 1.
    opposite = np.where(np.isnan(p_value), np.nan, 1.0)
    p = np.where(below, adjusted(np.where(below, p_value, opposite)), adjusted(np.where(below, opposite, p_value)))
    judged = [
        replace(cell, p_adjusted=x, flag=flag_of(cell, x, min_gap=min_gap, q=q), certainty=certainty(x))
        for cell, x in zip(found, p.tolist(), strict=True)
    ]
    # Sorted by its gap, a cell of a single answer would show where that answer lies.
    return tuple(sorted(judged, key=lambda c: (True, 0.0) if c.estimate.n < FLOOR_SCORED else (False, c.gap.value)))


def flag_of(cell: WeakCell, p_adjusted: float, *, min_gap: float = MIN_GAP, q: float = FALSE_LEADS) -> Flag | None:
    """Whether a cell stands out at an adjusted p-value, and in which direction."""
    if not (p_adjusted <= q and cell.estimate.n >= FLOOR_RANKED and cell.rest.n >= FLOOR_RANKED):
        return None
    if cell.gap.high < -min_gap / 2:
        return "weak"
    return "strong" if cell.gap.low > min_gap / 2 else None


def _cell_gap(row: dict, whole: dict, named: list[str], *, min_gap: float, level: float) -> WeakCell:
    cell = moments_from_sums(row["n"], row["sum"], row["squares"], row["people"])
    n, points, squares = (whole[c] - row[c] for c in ("n", "sum", "squares"))
    # A cell of one dimension leaves the people of the others where they are.
    people = min(n, whole["people"] if "dimension" in named else whole["people"] - row["people"])
    rest = moments_from_sums(n, points, squares, people)
    gap = mean_difference(cell, rest, level=level)
    se, df = welch(cell, rest)
    testable = min(cell.people, rest.people) >= FLOOR_RANKED and se > 0
    p = float(special.stdtr(df, (min_gap - abs(gap.estimate.value)) / se)) if testable else math.nan
    return WeakCell(
        keys={key: metrics.plain(row[key]) for key in named},
        estimate=mean_estimate(cell, level=level), rest=mean_estimate(rest, level=level), gap=gap.estimate,
        scale=row["scale"], p_value=p, p_adjusted=math.nan, flag=None, certainty="none",
    )
