"""How satisfaction goes with waiting, touchpoint by touchpoint, and where it breaks."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis import compare, metrics
from analysis.briefing.periods import last_day
from analysis.estimate import FLOOR_SCORED, Estimate
from analysis.intervals import LEVEL
from analysis.schema import SCALES, Filters
from analysis.taxonomy import taxonomy
from analysis.thresholds import TippingPoint, tipping_point

if TYPE_CHECKING:
    from analysis.store import Warehouse

# Fewer answers with a waiting time than this draw no curve.
_FEWEST = 200
# Clusters that a wild bootstrap needs to hold its level (Cameron, Gelbach and Miller 2008).
_WEEKS_ENOUGH = 40


@dataclass(frozen=True, slots=True)
class WaitCurve:
    """Satisfaction (0-100) by whole minutes waited for one question at one touchpoint, and where it breaks.

    `minutes` holds the mean of each minute with its interval; minutes with too few answers are withheld. The
    p-value of `tipping` is adjusted over all curves shown together, `p_value` is not.
    """

    touchpoint: str
    dimension: str
    tipping: TippingPoint
    minutes: tuple[tuple[int, Estimate], ...]
    p_value: float = math.nan


def wait_curves(store: Warehouse, filters: Filters) -> tuple[WaitCurve, ...]:
    """Every touchpoint with waiting times, for the questions that waiting bears on; those that break come first.

    Days are the clusters of the test, and whole weeks where there are enough of them: answers of a week may go together
    too, and the cost does not grow with the years. Touchpoints without waiting times, or with few, are left out.
    """
    cluster = _cluster(store, filters)
    asked = tuple(d.name for d in taxonomy().dimensions if d.waiting)
    keys = ["touchpoint", "wait_minutes", cluster]
    rows = store.histogram(keys, filters.narrowed(dimension=asked), metric="csat")
    rows = rows.dropna(subset=["touchpoint", "wait_minutes"])
    curves = [
        _curve(str(touchpoint), str(dimension), metrics.one_scale(part, "score"), cluster)
        for (touchpoint, dimension), part in rows.groupby(["touchpoint", "dimension"], observed=True)
        if part["count"].sum() >= _FEWEST
    ]
    adjusted = compare.adjusted([curve.tipping.p_value for curve in curves]).tolist()
    judged = [replace(c, tipping=_judged(c.tipping, p)) for c, p in zip(curves, adjusted, strict=True)]
    return tuple(sorted(judged, key=lambda c: (not c.tipping.named, c.tipping.p_value)))


def _cluster(store: Warehouse, filters: Filters) -> str:
    end, period = last_day(store, filters), store.period()
    if end is None or period is None:
        return "day"
    return "week" if (end - max(filters.start or period[0], period[0])).days >= 7 * _WEEKS_ENOUGH else "day"


def _curve(touchpoint: str, dimension: str, rows: pd.DataFrame, cluster: str) -> WaitCurve:
    scale = SCALES[str(rows["scale"].iloc[0])]
    score = 100 * (rows["score"] - scale.low) / (scale.high - scale.low)
    cells = pd.DataFrame({
        "x": rows["wait_minutes"].astype(float), "cluster": rows[cluster], "n": rows["count"],
        "total": rows["count"] * score, "squares": rows["count"] * score**2,
    }).groupby(["cluster", "x"], as_index=False).sum()
    by_minute = rows.assign(minute=np.floor(rows["wait_minutes"].astype(float)).astype(int))
    means = metrics.cells(by_minute, ["minute"], metric="score")
    minutes = tuple((int(c.keys["minute"]), _shown(c.estimate)) for c in means)
    found = tipping_point(cells)
    return WaitCurve(touchpoint, dimension, found, minutes, found.p_value)


def _shown(estimate: Estimate) -> Estimate:
    return estimate.floored() if estimate.n < FLOOR_SCORED else estimate


def _judged(found: TippingPoint, p: float) -> TippingPoint:
    """The break at its adjusted p-value; one that does not hold any more is none."""
    held = replace(found, p_value=p)
    return replace(held, shape="none") if found.named and p > 1 - LEVEL else held
