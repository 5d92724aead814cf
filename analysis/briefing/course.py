"""One number week by week, with the limits within which it varies by nature."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from analysis import intervals, metrics, trends
from analysis.briefing.cards import HeadlineMetric, histogram_of
from analysis.briefing.complaints import complaint_weeks
from analysis.briefing.periods import by_week, week_window, weeks_between
from analysis.estimate import FLOOR_SCORED, Cell, Estimate
from analysis.schema import Filters
from analysis.trends import Signal

if TYPE_CHECKING:
    from analysis.store import Warehouse

COURSE_WEEKS = 56  # a year of weeks to learn from, and the judged ones
JUDGED_WEEKS = 4   # the newest: limits come from the weeks before them


@dataclass(frozen=True, slots=True)
class CourseWeek:
    """A week's estimate (raw), its control limits in the unit of the estimate, and whether it lies beyond them."""

    week: date
    estimate: Estimate
    low: float
    high: float
    signal: Signal


@dataclass(frozen=True, slots=True)
class Course:
    """A number over the weeks. `centre` is its usual value; limits and centre are NaN without a baseline.

    While `learning`, with fewer than `trends.BASELINE_WEEKS` weeks before the judged ones, no week has a signal.
    `levels` are the weeks in which a lasting new level began, each with the means before and after it. `drift` is
    the week since which weeks add up to more than chance on one side, and the side; None where there is none now.
    """

    metric: HeadlineMetric
    weeks: tuple[CourseWeek, ...]
    centre: float
    learning: bool
    levels: tuple[tuple[date, float, float], ...]
    drift: tuple[date, Signal] | None = None

    @property
    def judged(self) -> tuple[CourseWeek, ...]:
        """The newest weeks, which the limits do not come from."""
        return self.weeks[-JUDGED_WEEKS:]


def course(store: Warehouse, filters: Filters, *, metric: HeadlineMetric) -> Course:
    """NPS, CSAT, CES or the complaint rate over `COURSE_WEEKS` weeks up to the period's end, whatever its beginning.

    Limits are those of `trends.mean_chart`, learned from the weeks before the last `JUDGED_WEEKS`; weeks of fewer
    answers than give a score are gaps. No data gives no weeks.
    """
    window = week_window(store, filters, COURSE_WEEKS)
    cells = _from_the_first(_weekly(store, window, metric))
    baseline = max(len(cells) - JUDGED_WEEKS, 0)
    values, errors = _values(cells, baseline=baseline)
    chart = trends.mean_chart(values, errors, baseline=baseline)
    weeks = tuple(
        CourseWeek(cell.keys["week"], cell.estimate, float(low), float(high), signal)
        for cell, low, high, signal in zip(cells, chart.low, chart.high, chart.alarms, strict=True)
    )
    drift = trends.drifting(chart)
    return Course(
        metric, weeks, chart.centre, chart.learning, () if chart.learning else _levels(weeks, values),
        (weeks[drift[0]].week, drift[1]) if drift else None,
    )


def _weekly(store: Warehouse, window: Filters, metric: HeadlineMetric) -> tuple[Cell, ...]:
    weeks = weeks_between(window)
    if metric == "complaint_rate":
        cells = [Cell({"week": week.week}, week.rate) for week in complaint_weeks(store, window)]
        return by_week(cells, weeks, "per_thousand")
    rows = histogram_of(store, metric, ["week"], window)
    return by_week(metrics.cells(rows, ["week"], metric=metric), weeks, metrics.UNITS[metric])


def _from_the_first(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """The cells from the first week that has a base: before it there was nothing to measure."""
    first = next((i for i, cell in enumerate(cells) if cell.estimate.n), len(cells))
    return cells[first:]


def _values(cells: tuple[Cell, ...], *, baseline: int) -> tuple[np.ndarray, np.ndarray]:
    """Weekly values and the standard error that chance gives a week of so many answers; NaN below the floor of a score.

    The error rests on the spread within the weeks of the baseline, so that a judged week does not widen its own limits.
    """
    held = [cell.estimate if cell.estimate.n >= FLOOR_SCORED else None for cell in cells]
    values, low, high, n = (
        np.array([getattr(e, name) if e else math.nan for e in held], float) for name in ("value", "low", "high", "n")
    )
    spread = ((high - low) / (2 * intervals.critical_value())) ** 2 * n
    known = ~np.isnan(spread[:baseline])
    if not known.any():
        return values, np.full_like(values, np.nan)
    return values, np.sqrt(np.average(spread[:baseline][known], weights=n[:baseline][known]) / n)


def _levels(weeks: tuple[CourseWeek, ...], values: np.ndarray) -> tuple[tuple[date, float, float], ...]:
    known = np.flatnonzero(~np.isnan(values))
    breaks = [0, *trends.change_points(values), len(known)]
    means = [float(values[known[a:b]].mean()) for a, b in pairwise(breaks) if b > a]
    return tuple(
        (weeks[known[at]].week, before, after)
        for at, before, after in zip(breaks[1:-1], means, means[1:], strict=False)
    )
