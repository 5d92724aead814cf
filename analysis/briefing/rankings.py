"""Stores and staff side by side, fairly to small numbers."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis import compare, formatting, metrics, rankings
from analysis.estimate import FLOOR_RANKED, FLOOR_SCORED, Cell, Estimate
from analysis.i18n import say
from analysis.rankings import ALARM, ALERT, Shrunk
from analysis.schema import SCALES, Filters
from analysis.taxonomy import taxonomy

if TYPE_CHECKING:
    from analysis.store import Warehouse

Unit = Literal["store", "staff"]
# How far out a unit lies, with the spread that all units share taken out.
Standing = Literal["alarm_low", "alert_low", "usual", "alert_high", "alarm_high", "unranked", "alone"]
_FUNNEL_POINTS = 40
# What units of a kind share and are not to blame for.
WITHIN: dict[str, tuple[str, ...]] = {"store": (), "staff": ("store",)}


@dataclass(frozen=True, slots=True)
class Ranked:
    """One store or employee: the satisfied share as counted, and as it is likely to be given all others.

    `place_low` and `place_high` are the limits of its place among the ranked, 1 the best; None below the floor of
    answers. `gap` is the share minus that of all others (of employees: the others of their store), `p_value` that of
    lying off these with the spread that all share taken out, `p_adjusted` the same over all units. `level` is the share
    with what the place does taken out: for a store its own share.
    """

    name: str
    estimate: Estimate
    likely: Estimate
    place_low: int | None
    place_high: int | None
    standing: Standing
    p_adjusted: float
    p_value: float = math.nan
    gap: float = math.nan
    level: float = math.nan


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
    found, `phi` how far their spread exceeds chance (NaN where they are too few to tell), `target` the share of all
    ranked answers together, `limits` the funnel around it.
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

    A store stands off by a test against all other stores' answers, an employee by one against the colleagues of the
    same store, so that nobody is blamed for the house, nor set against a whole that holds them. One scale counts, the
    one with most answers. Units below `FLOOR_RANKED` answers keep their line without a place, and so does whoever has
    fewer of others to be set against; below `FLOOR_SCORED` they take no part in anything. One alone below
    `FLOOR_SHOWN` is hidden together with the next smallest, whose total would give it away. Nobody gives a ranking
    without units.
    """
    around = WITHIN[unit]
    rows = store.histogram([unit, *around], filters, metric="csat").dropna(subset=[unit])
    rows = metrics.one_scale(rows[rows["dimension"].map(taxonomy().is_overall).astype(bool)], "csat")
    cells = metrics.cells(rows, [unit], metric="csat")
    hidden = {cell.keys[unit] for cell in metrics.suppressed(cells) if cell.estimate.withheld == "hidden"}
    known = [cell for cell in cells if cell.estimate.n >= FLOOR_SCORED and cell.keys[unit] not in hidden]
    counts = _by_place(rows, unit, around)
    alone = {name for name, others in counts.others().items() if others < FLOOR_RANKED}
    ranked = [cell for cell in known if cell.estimate.n >= FLOOR_RANKED and cell.keys[unit] not in alone]
    if len(ranked) < 2:
        return Ranking(_unranked(cells, unit, hidden, ()), _share(known), math.nan, True, math.nan)
    units, found, off, k, n = _ranked(ranked, counts, unit)
    share, others, target = k / n, [cell for cell in cells if cell not in ranked], float(k.sum() / n.sum())
    return Ranking(
        (*sorted(units, key=lambda u: -u.likely.value), *_unranked(others, unit, hidden, alone)),
        target, rankings.reliability(n, share, share * (1 - share) * n / (n - 1)),
        found.prior.same, off.phi, _limits(target, n, off.tau2, bases=() if around else counts.n.sum(axis=1)),
    )


def order_words(ranking: Ranking) -> str:
    """Whether the order of the places means anything, in a sentence."""
    if ranking.same:
        return say("screen.stores.order_same")
    if math.isnan(ranking.reliability):
        return say("screen.stores.order_unknown")
    share = formatting.number(100 * ranking.reliability)
    return say("screen.stores.order_worth" if ranking.worth_ranking else "screen.stores.order_not", share=share)


def _ranked(ranked: Sequence[Cell], counts: _Counts, unit: Unit) -> tuple[list[Ranked], Shrunk, _Off, NDArray, NDArray]:
    at = counts.names.get_indexer([cell.keys[unit] for cell in ranked])
    n = counts.n[at].sum(axis=1)
    k = np.clip(counts.k[at].sum(axis=1) - counts.due_to_place()[at], 0, n)
    found, off = rankings.shrink(k, n), _off_the_others(counts, at)
    units = [
        Ranked(
            str(cell.keys[unit]), cell.estimate,
            Estimate(float(found.shrunk[i]), float(found.low[i]), float(found.high[i]), cell.estimate.n, "share"),
            int(found.place_low[i]), int(found.place_high[i]), _standing(off.gap[i], off.raw[i], off.p[i]),
            float(off.p[i]), float(off.raw[i]), float(off.gap[i]), float(k[i] / n[i]),
        )
        for i, cell in enumerate(ranked)
    ]
    return units, found, off, k, n


def _limits(target: float, n: NDArray, tau2: float, *, bases: ArrayLike) -> tuple[Limits, ...]:
    if not 0 < target < 1:
        return ()
    sizes = np.unique(np.linspace(n.min() * 0.9, n.max() * 1.05, _FUNNEL_POINTS).astype(int))
    (alert_low, alert_high), (alarm_low, alarm_high) = (
        rankings.spread_limits(target, sizes, tau2, tail=tail, bases=bases).T for tail in (ALERT, ALARM)
    )
    lines = zip(sizes, alert_low, alert_high, alarm_low, alarm_high, strict=True)
    return tuple(Limits(int(size), *map(float, rest)) for size, *rest in lines)


@dataclass(frozen=True, slots=True)
class _Counts:
    """Satisfied and all answers of each unit, a column for each place (a single one where places do not matter)."""

    names: pd.Index
    k: NDArray
    n: NDArray

    def others(self) -> pd.Series:
        """How many answers others gave at each unit's places."""
        return pd.Series(((self.n > 0) * (self.n.sum(axis=0) - self.n)).sum(axis=1), index=self.names)

    def due_to_place(self) -> NDArray:
        """Satisfied answers that each unit has more than it would have had at an average place."""
        whole = self.n.sum(axis=0)
        return self.n @ (self.k.sum(axis=0) / whole - self.k.sum() / whole.sum())


def _by_place(rows: pd.DataFrame, unit: Unit, around: tuple[str, ...]) -> _Counts:
    if rows.empty:
        return _Counts(pd.Index([]), np.zeros((0, 1)), np.zeros((0, 1)))
    top = SCALES[str(rows["scale"].iloc[0])].top_min
    own, names = pd.factorize(rows[unit])
    place, places = pd.factorize(rows[around[0]], use_na_sentinel=False) if around else (np.zeros(len(rows), int), [""])
    k, n = np.zeros((2, len(names), len(places)))
    np.add.at(k, (own, place), rows["count"].to_numpy() * (rows["score"] >= top).to_numpy())
    np.add.at(n, (own, place), rows["count"].to_numpy())
    return _Counts(pd.Index(names), k, n)


@dataclass(frozen=True, slots=True)
class _Off:
    p: NDArray
    raw: NDArray
    gap: NDArray
    phi: float
    tau2: float = 0.0


def _off_the_others(counts: _Counts, at: NDArray) -> _Off:
    """How far the units `at` these positions lie off all others at their places; p adjusted over these units."""
    if not 0 < counts.k.sum() < counts.n.sum():
        return _Off(np.ones(len(at)), np.ones(len(at)), np.zeros(len(at)), math.nan)
    found = rankings.funnel(counts.k, counts.n, judged=np.isin(np.arange(len(counts.n)), at))
    # Where all answers of a place agree, nobody there stands off.
    raw = np.where(np.isnan(found.z_rest[at]), 1.0, found.p_rest[at])
    return _Off(compare.adjusted(raw), raw, found.gap[at], found.phi, found.tau2)


def _standing(gap: float, p: float, p_adjusted: float) -> Standing:
    # Of two units both have the same test, and the adjustment alone would let it pass at one in ten.
    if p_adjusted > compare.FALSE_LEADS or p > 2 * ALERT:
        return "usual"
    far = p <= 2 * ALARM
    if gap < 0:
        return "alarm_low" if far else "alert_low"
    return "alarm_high" if far else "alert_high"


def _unranked(
    cells: Sequence[Cell], unit: Unit, hidden: Collection[object], alone: Collection[object]
) -> tuple[Ranked, ...]:
    """Units without a place; of `hidden` ones, too small or a lone small one's company, nothing is told.

    `alone` are those with too few answers of others at their places to be set against.
    """
    lines = []
    for cell in sorted(cells, key=lambda c: -c.estimate.n):
        own = Estimate.missing("share", n=cell.estimate.n, why="hidden") if cell.keys[unit] in hidden else cell.estimate
        likely = _withheld(own)
        lone = likely.n >= FLOOR_RANKED and cell.keys[unit] in alone
        if lone:
            likely = Estimate.missing("share", n=own.n, why="alone")
        standing: Standing = "alone" if lone else "unranked"
        lines.append(Ranked(str(cell.keys[unit]), own.floored(), likely, None, None, standing, math.nan))
    return tuple(lines)


def _withheld(own: Estimate) -> Estimate:
    """Why nothing is likely of a unit without a place; of very few answers not even how many there are."""
    shown = own.floored()
    if not shown.shown:
        return shown
    # The only unit with answers enough has nobody to be drawn towards.
    return own if own.ranked else Estimate.missing("share", n=own.n, why="unranked")


def _share(cells: Sequence[Cell]) -> float:
    n = sum(cell.estimate.n for cell in cells)
    return sum(cell.estimate.n * cell.estimate.value for cell in cells) / n if n else math.nan

