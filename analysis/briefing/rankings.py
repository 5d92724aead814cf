"""Stores and staff side by side, fairly to small numbers."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from scipy import stats

from analysis import compare, metrics, rankings
from analysis.estimate import FLOOR_RANKED, FLOOR_SCORED, Estimate
from analysis.rankings import ALARM, ALERT
from analysis.schema import SCALES, Filters
from analysis.taxonomy import taxonomy

if TYPE_CHECKING:
    from analysis.store import Warehouse

Unit = Literal["store", "staff"]
# How far out a unit lies, with the spread that all units share taken out.
Standing = Literal["alarm_low", "alert_low", "usual", "alert_high", "alarm_high", "unranked"]
_FUNNEL_POINTS = 40
# What units of a kind share and are not to blame for.
WITHIN: dict[str, tuple[str, ...]] = {"store": (), "staff": ("store",)}


@dataclass(frozen=True, slots=True)
class Ranked:
    """One store or employee: the satisfied share as counted, and as it is likely to be given all others.

    `place_low` and `place_high` are the limits of its place among the ranked, 1 the best; None below the floor of
    answers. `p_value` is that of lying off the others with the spread that all share taken out, `p_adjusted` the same
    over all units.
    """

    name: str
    estimate: Estimate
    likely: Estimate
    place_low: int | None
    place_high: int | None
    standing: Standing
    p_adjusted: float
    p_value: float = math.nan


@dataclass(frozen=True, slots=True)
class Limits:
    """Where shares of `n` answers lie for units that are like all others: 95 % and 99.8 % limits."""

    n: int
    alert_low: float
    alert_high: float
    alarm_low: float
    alarm_high: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """All units, the best first and the unranked last, and whether ranking them means anything.

    `reliability` is the part of their spread that is not chance (NaN where unknown), `same` that no difference was
    found, `phi` how far their spread exceeds chance, `target` the share of all answers together, `limits` the
    funnel around it.
    """

    units: tuple[Ranked, ...]
    target: float
    reliability: float
    same: bool
    phi: float
    limits: tuple[Limits, ...] = ()

    @property
    def worth_ranking(self) -> bool:
        """Whether the order says more about the units than about chance."""
        return not self.same and self.reliability >= rankings.RELIABLE


def ranking(store: Warehouse, filters: Filters, *, unit: Unit = "store") -> Ranking:
    """Units by the share satisfied with the whole, drawn towards all others by as much as their base is weak.

    Employees are compared with their own store's: what their store lies above or below all others is taken out, so
    that nobody is blamed for the house. One scale counts, the one with most answers. Units below `FLOOR_RANKED`
    answers keep their line without a place; below `FLOOR_SCORED` they take no part in anything. One alone below
    `FLOOR_SHOWN` is hidden together with the next smallest, whose total would give it away. Nobody gives a ranking
    without units.
    """
    around = WITHIN[unit]
    rows = store.histogram([unit, *around], filters, metric="csat").dropna(subset=[unit])
    rows = metrics.one_scale(rows[rows["dimension"].map(taxonomy().is_overall).astype(bool)], "csat")
    cells = metrics.cells(rows, [unit], metric="csat")
    hidden = {cell.keys[unit] for cell in metrics.suppressed(cells) if cell.estimate.withheld == "hidden"}
    known = [cell for cell in cells if cell.estimate.n >= FLOOR_SCORED and cell.keys[unit] not in hidden]
    ranked = [cell for cell in known if cell.estimate.n >= FLOOR_RANKED]
    if len(ranked) < 2:
        return Ranking(_unranked(cells, unit, hidden), _share(known), math.nan, True, math.nan)
    n = np.array([cell.estimate.n for cell in ranked], float)
    k = np.round(n * [cell.estimate.value for cell in ranked])
    k = np.clip(k - _due_to_place(rows, unit, around).reindex([cell.keys[unit] for cell in ranked]).to_numpy(), 0, n)
    found = rankings.shrink(k, n)
    off = _off_the_others(k, n)
    units = tuple(
        Ranked(
            str(cell.keys[unit]), cell.estimate,
            Estimate(float(found.shrunk[i]), float(found.low[i]), float(found.high[i]), cell.estimate.n, "share"),
            int(found.place_low[i]), int(found.place_high[i]), _standing(off.z[i], off.p[i]), float(off.p[i]),
            float(off.raw[i]),
        )
        for i, cell in enumerate(ranked)
    )
    share, others = k / n, [cell for cell in cells if cell not in ranked]
    return Ranking(
        (*sorted(units, key=lambda u: -u.likely.value), *_unranked(others, unit, hidden)),
        float(k.sum() / n.sum()), rankings.reliability(n, share, share * (1 - share) * n / (n - 1)),
        found.prior.same, off.phi, _limits(float(k.sum() / n.sum()), n, off.tau2),
    )


def _limits(target: float, n: np.ndarray, tau2: float) -> tuple[Limits, ...]:
    if not 0 < target < 1:
        return ()
    sizes = np.unique(np.linspace(n.min() * 0.9, n.max() * 1.05, _FUNNEL_POINTS).astype(int))
    (alert_low, alert_high), (alarm_low, alarm_high) = (
        rankings.spread_limits(target, sizes, tau2, tail=tail).T for tail in (ALERT, ALARM)
    )
    lines = zip(sizes, alert_low, alert_high, alarm_low, alarm_high, strict=True)
    return tuple(Limits(int(size), *map(float, rest)) for size, *rest in lines)


def _due_to_place(rows: pd.DataFrame, unit: Unit, around: tuple[str, ...]) -> pd.Series:
    """Satisfied answers that each unit has more than it would have had at an average place."""
    top = SCALES[str(rows["scale"].iloc[0])].top_min
    counts = rows.assign(k=rows["count"] * (rows["score"] >= top)).groupby([unit, *around], dropna=False, observed=True)
    cells = counts[["k", "count"]].sum().reset_index()
    if not around:
        return pd.Series(0.0, index=cells[unit])
    places = cells.groupby(list(around), dropna=False, observed=True)[["k", "count"]].transform("sum")
    share = cells["k"].sum() / cells["count"].sum()
    return (cells["count"] * (places["k"] / places["count"] - share)).groupby(cells[unit]).sum()


@dataclass(frozen=True, slots=True)
class _Off:
    z: np.ndarray
    p: np.ndarray
    raw: np.ndarray
    phi: float
    tau2: float = 0.0


def _off_the_others(k: np.ndarray, n: np.ndarray) -> _Off:
    if not 0 < k.sum() < n.sum():
        return _Off(np.zeros(len(k)), np.ones(len(k)), np.ones(len(k)), math.nan)
    found = rankings.funnel(k, n)
    p = 2 * stats.norm.sf(np.abs(found.z_adjusted))
    return _Off(found.z_adjusted, compare.adjusted(p), p, found.phi, found.tau2)


def _standing(z: float, p_adjusted: float) -> Standing:
    if p_adjusted > compare.FALSE_LEADS:
        return "usual"
    far = abs(z) > stats.norm.isf(ALARM)
    if z < 0:
        return "alarm_low" if far else "alert_low"
    return "alarm_high" if far else "alert_high"


def _unranked(cells, unit: Unit, hidden: Collection[object]) -> tuple[Ranked, ...]:
    """Units without a place; of `hidden` ones, too small or a lone small one's company, nothing is told."""
    lines = []
    for cell in sorted(cells, key=lambda c: -c.estimate.n):
        own = Estimate.missing("share", n=cell.estimate.n, why="hidden") if cell.keys[unit] in hidden else cell.estimate
        lines.append(Ranked(str(cell.keys[unit]), own.floored(), _withheld(own), None, None, "unranked", math.nan))
    return tuple(lines)


def _withheld(own: Estimate) -> Estimate:
    """Why nothing is likely of a unit without a place; of very few answers not even how many there are."""
    shown = own.floored()
    if not shown.shown:
        return shown
    # The only unit with answers enough has nobody to be drawn towards.
    return own if own.ranked else Estimate.missing("share", n=own.n, why="unranked")


def _share(cells) -> float:
    n = sum(cell.estimate.n for cell in cells)
    return sum(cell.estimate.n * cell.estimate.value for cell in cells) / n if n else math.nan

