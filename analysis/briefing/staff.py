"""Employees: their place among colleagues fairly to small numbers, own NPS, praise, and the star of a month."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from analysis import metrics
from analysis.briefing.rankings import Ranked, Ranking, ranking
from analysis.estimate import FLOOR_RANKED, Estimate
from analysis.schema import Filters

if TYPE_CHECKING:
    from analysis.store import Warehouse

_CLEAR = ("positive", "neutral", "negative")  # tones that a comment's praise is counted among


@dataclass(frozen=True, slots=True)
class Employee:
    """One employee: place among colleagues, own NPS, and the share of praise among comments on their contacts."""

    ranked: Ranked
    nps: Estimate
    praise: Estimate

    @property
    def name(self) -> str:
        """As the files write it."""
        return self.ranked.name


@dataclass(frozen=True, slots=True)
class Stars:
    """Who was the star of a month (`names`, several where nobody can be told apart), among how many.

    `why` says why there is none: "too_few" (fewer than two have answers enough), "alike" (nobody stands out), else "".
    `since` is the first day of the months that were judged: `month` itself, or two months before it.
    """

    month: date
    names: tuple[str, ...]
    compared: int
    mean: float
    why: str
    best: Ranked | None
    since: date

    @property
    def quarter(self) -> bool:
        """Whether three months were judged, as the month alone had too few answers."""
        return self.since < self.month


def employees(store: Warehouse, filters: Filters) -> tuple[Ranking, tuple[Employee, ...]]:
    """The ranking of employees and, in its order, each with NPS and praise; see `rankings.ranking`.

    Comments that no engine has read, or whose tone is not clear, count neither way.
    """
    found = ranking(store, filters, unit="staff")
    advice = metrics.cells(store.histogram(["staff"], filters, metric="nps"), ["staff"], metric="nps")
    nps = {str(cell.keys["staff"]): cell.estimate for cell in advice}
    rows = store.counts("comments", ["staff", "polarity"], filters).dropna(subset=["staff"])
    rows = rows[rows["polarity"].isin(_CLEAR)]
    read = rows.groupby("staff")["count"].sum()
    good = rows[rows["polarity"] == "positive"].groupby("staff")["count"].sum()
    people = tuple(
        Employee(unit, nps.get(unit.name, Estimate.missing("nps")),
                 metrics.share(int(good.get(unit.name, 0)), int(read.get(unit.name, 0))))
        for unit in found.units
    )
    return found, people


def months(store: Warehouse) -> tuple[date, ...]:
    """The first days of the calendar months that the data cover to their end, newest first; at most twelve."""
    period = store.period()
    if period is None:
        return ()
    first, last = period
    found = []
    month = last.replace(day=1) if last == _end(last) else _before(last.replace(day=1))
    while month >= first.replace(day=1) and len(found) < 12:
        found.append(month)
        month = _before(month)
    return tuple(found)


def stars(store: Warehouse, filters: Filters, *, month: date) -> Stars:
    """The star of a month: the best likely share satisfied whose 90 % interval lies above the mean of all.

    Only employees with `FLOOR_RANKED` answers within the month are compared, each with the colleagues of their own
    store (see `ranking`). Whoever qualifies and may as well be first by the interval of places shares the title. Where
    fewer than two have so many answers, the three months that end with this one are judged by the same rule.
    """
    found = _stars(store, filters, since=month, month=month)
    if found.why != "too_few":
        return found
    quarter = _stars(store, filters, since=_before(_before(month)), month=month)
    return found if quarter.why == "too_few" else quarter


def _stars(store: Warehouse, filters: Filters, *, since: date, month: date) -> Stars:
    found = ranking(store, replace(filters, start=since, end=_end(month)), unit="staff")
    placed = [unit for unit in found.units if unit.place_low is not None and unit.estimate.n >= FLOOR_RANKED]
    if len(placed) < 2:
        return Stars(month, (), len(placed), found.target, "too_few", None, since)
    above = [unit for unit in placed if unit.likely.low > found.target and unit.place_low == 1]
    if not above or found.same:
        return Stars(month, (), len(placed), found.target, "alike", placed[0], since)
    return Stars(month, tuple(unit.name for unit in above), len(placed), found.target, "", above[0], since)


def _end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _before(month: date) -> date:
    return date(month.year - (month.month == 1), month.month - 1 or 12, 1)
