"""One weak spot beside everything else, week by week, and how soon a change for the better would show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from analysis import metrics
from analysis.briefing.periods import satisfaction, week_window, weeks_between
from analysis.briefing.weakness import particular
from analysis.compare import planning
from analysis.estimate import Estimate
from analysis.schema import Filters

if TYPE_CHECKING:
    from analysis.store import Warehouse

SPOTLIGHT_WEEKS = 24
# What an action is hoped to bring, in points of 0-100: an assumption to plan with, said wherever it is used.
HOPED_LIFT = 8.0


@dataclass(frozen=True, slots=True)
class SpotWeek:
    """A week of the spot and of all other particular answers, means on 0-100, raw."""

    week: date
    own: Estimate
    rest: Estimate


@dataclass(frozen=True, slots=True)
class Spotlight:
    """A touchpoint × dimension cell in its course.

    `weeks_needed` is after how many weeks a lift of `lift` points would be seen with a power of 80 %, None where it
    takes longer than a year or nothing is known.
    """

    weeks: tuple[SpotWeek, ...]
    lift: float
    weeks_needed: int | None


def spotlight(
    store: Warehouse, filters: Filters, *, keys: tuple[tuple[str, str], ...], lift: float = HOPED_LIFT
) -> Spotlight:
    """The cell `keys` as (key, value) pairs, over `SPOTLIGHT_WEEKS` weeks.

    The weeks end with the period's last; only answers on the cell's own scale are its rest. No data gives no weeks.
    """
    window = week_window(store, filters, SPOTLIGHT_WEEKS)
    rows = particular(satisfaction(store, ["touchpoint", "dimension", "week"], window))
    inside = pd.Series(True, index=rows.index)
    for key, value in keys:
        inside &= rows[key] == value
    own = rows[inside]
    rest = rows[~inside & (rows["scale"] == metrics.main_scale(own))]
    weeks = weeks_between(window)
    series = [_weekly(part, weeks) for part in (own, rest)]
    found = tuple(SpotWeek(*each) for each in zip(weeks, *series, strict=True))
    return Spotlight(found, lift, _weeks_needed(own, len(weeks), lift))


def _weekly(rows: pd.DataFrame, weeks: list[date]) -> list[Estimate]:
    known = {cell.keys["week"]: cell.estimate for cell in metrics.cells(rows, ["week"], metric="score")}
    return [known.get(week, Estimate.missing("score")) for week in weeks]


def _weeks_needed(own: pd.DataFrame, weeks: int, lift: float) -> int | None:
    if own.empty or not weeks:
        return None
    found = metrics.moments(metrics.one_scale(own, "score"), []).iloc[0]
    return planning.weeks_to_show(lift, per_week=found["n"] / weeks, variance=found["variance"])
