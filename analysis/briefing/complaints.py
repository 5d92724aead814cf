"""How many complaints, for how many orders, and what they are about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis import compare, metrics
from analysis.briefing.periods import at_least_weeks, monday, weeks_between
from analysis.compare import Difference
from analysis.estimate import Cell, Estimate
from analysis.intervals import LEVEL
from analysis.schema import Filters

if TYPE_CHECKING:
    from analysis.store import Warehouse

# Keys that order volumes carry; under any other filter there is no base for a rate.
VOLUME_KEYS = frozenset({"channel", "store", "region"})


@dataclass(frozen=True, slots=True)
class ComplaintWeek:
    """The complaints of one week: their number, and per 1,000 orders (missing without order volumes)."""

    week: date
    count: int
    rate: Estimate


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause: complaints now, their share of all with a known cause, and the change of that share.

    The verdicts of all causes are corrected together. `rate_change` is the change of its number per 1,000
    orders, or per 1,000 days where volumes are unknown.
    """

    category: str
    count: int
    estimate: Estimate
    previous: Estimate
    difference: Difference
    rate_change: Difference


def complaint_weeks(store: Warehouse, filters: Filters) -> tuple[ComplaintWeek, ...]:
    """Complaints per week, at least twelve weeks up to the period's end; none without data."""
    return tuple(
        ComplaintWeek(week, int(tickets), metrics.rate(events, orders))
        for week, tickets, events, orders in weekly(store, at_least_weeks(store, filters)).itertuples()
    )


def weekly(store: Warehouse, window: Filters) -> pd.DataFrame:
    """Per week of a closed period `tickets`, `events` and `orders` as `daily` has them; indexed by Monday."""
    days = daily(store, window)
    weeks = days.assign(week=[monday(day) for day in days["day"]]).groupby("week")[["tickets", "events", "orders"]]
    return weeks.sum().reindex(weeks_between(window), fill_value=0)


def complaint_causes(store: Warehouse, filters: Filters) -> tuple[Cause, ...]:
    """Causes with their shares and changes, most frequent first; complaints without a cause are left out."""
    before = filters.previous()
    now = _by_category(store, filters)
    earlier = _by_category(store, before) if before else {}
    bases = _exposures(store, filters, before)
    causes = [_cause(category, now, earlier, bases) for category in sorted(now, key=lambda name: (-now[name], name))]
    together = compare.adjusted([cause.difference.p_value for cause in causes])
    return tuple(_corrected(cause, p) for cause, p in zip(causes, together, strict=True))


def cause_share_weeks(store: Warehouse, cause: str, filters: Filters) -> tuple[Cell, ...]:
    """The share of one cause among the week's complaints with a known cause, with Wilson's interval."""
    window = at_least_weeks(store, filters)
    rows = store.counts("tickets", ["week", "category"], window).dropna(subset=["category"])
    totals = rows.groupby("week")["count"].sum()
    own = rows[rows["category"] == cause].groupby("week")["count"].sum()
    weeks = weeks_between(window)
    found = metrics.shares([own.get(week, 0) for week in weeks], [totals.get(week, 0) for week in weeks])
    return tuple(Cell({"week": week}, share) for week, share in zip(weeks, found, strict=True))


def events_and_orders(store: Warehouse, *periods: Filters | None) -> tuple[tuple[int, int], ...]:
    """Complaints and orders of the days whose orders are known, for periods under the same filters.

    (0, 0) where none are, and for no period.
    """
    asked = [period for period in periods if period]
    if not asked:
        return ((0, 0),) * len(periods)
    starts, ends = [p.start for p in asked], [p.end for p in asked]
    whole = replace(asked[0], start=None if None in starts else min(starts), end=None if None in ends else max(ends))
    days = daily(store, whole)
    return tuple(_sums(days, period) if period else (0, 0) for period in periods)


def _sums(days: pd.DataFrame, period: Filters) -> tuple[int, int]:
    inside = [
        (period.start is None or period.start <= day) and (period.end is None or day <= period.end)
        for day in days["day"]
    ]
    return int(days["events"][inside].sum()), int(days["orders"][inside].sum())


def daily(store: Warehouse, filters: Filters) -> pd.DataFrame:
    """Per day `tickets`, `orders`, and `events`: the tickets of days with known orders. Columns: day, …"""
    tickets = _per_day(store, "tickets", filters)
    known = {key for key, values in filters.where if values} <= VOLUME_KEYS
    orders = _per_day(store, "volumes", filters) if known else {}
    days = sorted({*tickets, *orders})
    frame = pd.DataFrame({"day": days, **{
        name: np.array([counts.get(day, 0) for day in days], dtype=float)
        for name, counts in (("tickets", tickets), ("orders", orders))
    }})
    return frame.assign(events=np.where(frame["orders"] > 0, frame["tickets"], 0.0))


def _per_day(store: Warehouse, table: str, filters: Filters) -> dict[date, int]:
    rows = store.counts(table, ["day"], filters)
    counts = dict(zip(rows["day"].tolist(), rows["count"].tolist(), strict=True))
    counts.pop(None, None)  # a ticket without a day belongs to no period
    return counts


def _by_category(store: Warehouse, filters: Filters) -> dict[str, int]:
    rows = store.counts("tickets", ["category"], filters).dropna(subset=["category"])
    return {str(name): int(count) for name, count in zip(rows["category"], rows["count"], strict=True)}


def _exposures(store: Warehouse, filters: Filters, before: Filters | None) -> tuple[float, float]:
    """Orders of both periods, or their days where orders of either are unknown; (0, 0) without a period before."""
    if before is None:
        return 0, 0
    orders = tuple(orders for _, orders in events_and_orders(store, filters, before))
    return orders if all(orders) else tuple((p.end - p.start).days + 1 for p in (filters, before))


def _cause(category: str, now: dict[str, int], earlier: dict[str, int], bases: tuple[float, float]) -> Cause:
    count, count_before = now[category], earlier.get(category, 0)
    shares = (count, sum(now.values())), (count_before, sum(earlier.values()))
    return Cause(
        category, count, metrics.share(*shares[0]), metrics.share(*shares[1]), compare.share_difference(*shares),
        compare.rate_difference((count, bases[0]), (count_before, bases[1])),
    )


def _corrected(cause: Cause, p_adjusted: float) -> Cause:
    """The cause, its change called reliable only if that holds among all causes compared."""
    if p_adjusted < 1 - LEVEL or not cause.difference.verdict.startswith("reliable"):
        return cause
    return replace(cause, difference=replace(cause.difference, verdict="no_reliable_change"))
