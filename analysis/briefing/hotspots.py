"""Where complaints pile up: cause by place by time of day, named only where chance does not explain it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy

from analysis import compare, service
from analysis.briefing.cases import prepared
from analysis.briefing.complaints import VOLUME_KEYS
from analysis.compare import Certainty
from analysis.estimate import FLOOR_SHOWN, Estimate
from analysis.schema import Filters

if TYPE_CHECKING:
    from analysis.store import Warehouse

# Parts of a shop's day, as hours from the first up to the last.
PARTS_OF_DAY: tuple[tuple[int, int], ...] = ((0, 9), (9, 12), (12, 14), (14, 17), (17, 20), (20, 24))
_AXES = ["category", "part", "place"]


@dataclass(frozen=True, slots=True)
class Hotspot:
    """One cause at one place in one part of the day: its complaints, how many would be usual, and the ratio.

    `hours` are the first hour and the one it ends before. Usual is what the place would have at the rate of all other
    places, same cause and part of the day. `p_adjusted` holds over all cells that could have been.
    """

    category: str
    place: str
    hours: tuple[int, int]
    count: int
    usual: float
    ratio: Estimate
    p_adjusted: float
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Hotspots:
    """The cells that stand out, the surest first, how many cells and complaints were looked at, and how many not.

    `place` is the key of the places, "store" or "channel"; `by_orders` says whether places are compared per order, else
    per complaint.
    """

    found: tuple[Hotspot, ...]
    cells: int
    counted: int
    unknown: int
    place: str
    by_orders: bool


def hotspots(store: Warehouse, filters: Filters) -> Hotspots:
    """Cells of cause × place × part of the day with reliably more complaints than the same cause and hours elsewhere.

    Places are stores, or channels where no ticket names a store. Exact conditional test of the rate per order (per
    complaint where orders are unknown), adjusted over every cell that could be, empty ones included
    (Benjamini-Hochberg); cells of fewer than `FLOOR_SHOWN` complaints are never named. Tickets without cause, place or
    time of day are counted as unknown.
    """
    cases = prepared(store.cases(filters))
    place = "store" if cases["store"].notna().any() else "channel"
    placed = cases.assign(place=cases[place], part=cases["hour"].map(_part))
    known = placed.dropna(subset=_AXES)
    orders = _orders(store, filters, place)
    by_orders = bool(len(orders)) and set(known["place"]) <= set(orders.index)
    bases = orders if by_orders else known["place"].value_counts().astype(float)
    cells = _cells(known, bases)
    hot = cells[(cells["count"] >= FLOOR_SHOWN) & (cells["p"] <= compare.FALSE_LEADS)]
    found = [_hotspot(line, bases) for line in hot.sort_values(["p", "count"], ascending=[True, False]).itertuples()]
    return Hotspots(tuple(found), len(cells), len(known), len(cases) - len(known), place, by_orders)


def _cells(known: pd.DataFrame, bases: pd.Series) -> pd.DataFrame:
    """Every possible cell: count, all of its cause and part of the day, and the adjusted one-sided p-value."""
    every = pd.MultiIndex.from_tuples(list(product(*(known[axis].unique() for axis in _AXES))), names=_AXES)
    if not len(every):
        return pd.DataFrame(columns=[*_AXES, "count", "all", "p"]).astype({"count": int, "p": float})
    cells = known.groupby(_AXES).size().reindex(every, fill_value=0).rename("count").reset_index()
    cells["all"] = cells.groupby(["category", "part"])["count"].transform("sum")
    share = cells["place"].map(bases / bases.sum())
    chance = scipy.stats.binom.sf(cells["count"] - 1, cells["all"], share)
    return cells.assign(p=compare.adjusted(np.where(cells["count"] > 0, chance, 1.0)))


def _hotspot(line, bases: pd.Series) -> Hotspot:
    base, rest = float(bases[line.place]), float(bases.sum() - bases[line.place])
    elsewhere = int(line.all - line.count)
    ratio = service.rate_ratio((int(line.count), base), (elsewhere, rest))
    high = ratio.high if np.isfinite(ratio.high) else np.nan
    value = ratio.ratio if np.isfinite(ratio.ratio) else np.nan
    return Hotspot(
        str(line.category), str(line.place), PARTS_OF_DAY[int(line.part)], int(line.count), elsewhere * base / rest,
        Estimate(value, ratio.low, high, int(line.count), "ratio"), float(line.p), compare.certainty(line.p),
    )


def _orders(store: Warehouse, filters: Filters, place: str) -> pd.Series:
    """Orders by place in the period; empty where they are unknown or filtered by what orders do not carry."""
    if not {key for key, values in filters.where if values} <= VOLUME_KEYS:
        return pd.Series(dtype=float)
    return store.counts("volumes", [place], filters).dropna(subset=[place]).set_index(place)["count"].astype(float)


def _part(hour: float) -> float:
    return next((i for i, (first, last) in enumerate(PARTS_OF_DAY) if first <= hour < last), np.nan)
