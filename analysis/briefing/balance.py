"""Functional against emotional value: solved and quick on one side, respected and understood on the other."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from analysis import metrics
from analysis.briefing.journey import stage_of
from analysis.briefing.periods import satisfaction
from analysis.briefing.weakness import particular
from analysis.estimate import FLOOR_RANKED, Cell, Estimate
from analysis.intervals import LEVEL
from analysis.schema import SCALES, Filters
from analysis.taxonomy import taxonomy

if TYPE_CHECKING:
    from analysis.store import Warehouse

Side = Literal["functional", "emotional"]
SIDES: tuple[Side, ...] = ("functional", "emotional")
FEWEST_BLOCKS = 20  # with fewer groups of customers resampling them says nothing
_DRAWS = 1_000
_SEED = 20050101
_ALIKE = 1e-9  # resamples this close differ by rounding only: all answers are equal


@dataclass(frozen=True, slots=True)
class Balance:
    """The mean of 0-100 of both sides, each with the dimensions that it counts, and functional less emotional.

    `lower` is the side that is reliably lower: the difference's interval leaves out 0 and both have answers enough.
    """

    functional: Estimate
    emotional: Estimate
    difference: Estimate
    dimensions: dict[str, tuple[str, ...]]
    lower: Side | None


def balance(store: Warehouse, filters: Filters) -> Balance:
    """How the two sides of value stand, over the answers to particular satisfaction questions of one scale.

    The same people answer on both sides, so that the intervals come from resampled groups of customers. Dimensions that
    the taxonomy does not know count as functional. A side without answers is missing, and so is the difference.
    """
    rows = store.channel_blocks(filters)
    rows = particular(rows) if len(rows) else rows
    rows = metrics.one_scale(rows, "score") if len(rows) else rows
    rows = rows.assign(side=[side_of(str(name)) for name in rows["dimension"]])
    n, points = _sums(rows)
    held = {side: tuple(sorted(rows.loc[rows["side"] == side, "dimension"].unique())) for side in SIDES}
    if (n.sum(axis=0) == 0).any() or len(n) < FEWEST_BLOCKS:
        sides = [_missing(int(total)) for total in n.sum(axis=0)]
        return Balance(*sides, _missing(0), held, None)
    times = np.random.default_rng(_SEED).multinomial(len(n), np.full(len(n), 1 / len(n)), size=_DRAWS)
    with np.errstate(invalid="ignore", divide="ignore"):
        drawn = (times @ points) / (times @ n)
    means, sizes = points.sum(axis=0) / n.sum(axis=0), n.sum(axis=0).astype(int)
    sides = [_estimate(means[i], drawn[:, i], int(sizes[i])) for i in (0, 1)]
    gap = _estimate(means[0] - means[1], drawn[:, 0] - drawn[:, 1], int(sizes.min()))
    known = sizes.min() >= FLOOR_RANKED and (gap.low > 0 or gap.high < 0)
    return Balance(*sides, gap, held, SIDES[0 if gap.value < 0 else 1] if known else None)


def side_of(dimension: str) -> Side:
    """The side of value that a dimension is on; functional where the taxonomy does not say."""
    known = taxonomy().dimension(dimension)
    return "emotional" if known and known.side == "emotional" else "functional"


def journey_cells(store: Warehouse, filters: Filters) -> tuple[Cell, ...]:
    """Satisfaction of 0-100 by stage and touchpoint, fit for display; what has no stage is left out."""
    rows = satisfaction(store, ["touchpoint"], filters).dropna(subset=["touchpoint"])
    rows = rows.assign(stage=[stage_of(d, t) for d, t in zip(rows["dimension"], rows["touchpoint"], strict=True)])
    rows = metrics.one_scale(rows.dropna(subset=["stage"]), "score")
    return metrics.suppressed(metrics.cells(rows, ["stage", "touchpoint"], metric="score"))


def _sums(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Answers and their points of 0-100 by group of customers (lines) and side (columns)."""
    low, span = (rows["scale"].map(f).astype(float) for f in (_low, _span))
    points = 100 * (rows["total"] - low * rows["count"]) / span
    # Counts as floats: what a group of customers has no answers for is filled in as 0.0.
    table = rows.assign(points=points, count=rows["count"].astype(float)).pivot_table(
        index="block", columns="side", values=["count", "points"], aggfunc="sum", fill_value=0.0,
    )
    columns = ({name: table.get((value, name), pd.Series(0.0, index=table.index)) for name in SIDES}
               for value in ("count", "points"))
    n, total = (pd.DataFrame(sides, index=table.index).to_numpy(float) for sides in columns)
    return n, total


def _low(scale: str) -> float:
    return SCALES[scale].low


def _span(scale: str) -> float:
    return SCALES[scale].high - SCALES[scale].low


def _estimate(value: float, drawn: np.ndarray, n: int) -> Estimate:
    low, high = np.nanquantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    if not high - low > _ALIKE:
        return Estimate(float(value), math.nan, math.nan, n, "score", note="no_spread")
    return Estimate(float(value), float(low), float(high), n, "score")


def _missing(n: int) -> Estimate:
    return Estimate.missing("score", n=n, why="too_few" if n else "no_data")
