"""Which days a question is about, and the weeks of a series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from analysis.estimate import Cell, Estimate, Unit
from analysis.schema import Filters
from analysis.taxonomy import taxonomy

if TYPE_CHECKING:
    from analysis.store import Warehouse

SERIES_WEEKS = 12  # weeks that a series shows at least, so that a single week can be seen in its course


def monday(day: date) -> date:
    """The first day of the ISO week of `day`."""
    return day - timedelta(days=day.weekday())


def last_day(store: Warehouse, filters: Filters) -> date | None:
    """The last day that the filters and the data share, or None without data."""
    period = store.period()
    if period is None:
        return filters.end
    return min(period[1], filters.end) if filters.end else period[1]


def week_window(store: Warehouse, filters: Filters, weeks: int = SERIES_WEEKS) -> Filters:
    """The filters over exactly `weeks` ISO weeks, the last of which holds the last day."""
    end = last_day(store, filters)
    return filters if end is None else replace(filters, start=monday(end) - timedelta(weeks=weeks - 1), end=end)


def at_least_weeks(store: Warehouse, filters: Filters, weeks: int = SERIES_WEEKS) -> Filters:
    """The filters, begun earlier where they span less than `weeks` weeks, and on a Monday."""
    window = week_window(store, filters, weeks)
    if window.start is None:
        return filters
    period = store.period()
    asked = filters.start or (period[0] if period else window.start)
    return replace(window, start=min(monday(asked), window.start))


def weeks_between(filters: Filters) -> list[date]:
    """The Mondays from the first to the last week of a closed period; none for an open one."""
    if filters.start is None or filters.end is None:
        return []
    first, count = monday(filters.start), (filters.end - monday(filters.start)).days // 7 + 1
    return [first + timedelta(weeks=i) for i in range(count)]


def by_week(cells: Sequence[Cell], weeks: Sequence[date], unit: Unit) -> tuple[Cell, ...]:
    """One cell a week in order; a week without answers has a missing estimate."""
    known = {cell.keys["week"]: cell.estimate for cell in cells}
    return tuple(Cell({"week": week}, known.get(week, Estimate.missing(unit))) for week in weeks)


def satisfaction(store: Warehouse, keys: Sequence[str], filters: Filters) -> pd.DataFrame:
    """The histogram that CSAT counts: the overall question, or every satisfaction question of a part.

    Grouped or filtered by touchpoint or dimension every satisfaction question there counts, as many
    touchpoints are judged by particular questions only.
    """
    rows = store.histogram([k for k in keys if k != "dimension"], filters, metric="csat")
    return of_satisfaction(rows, keys, filters)


def of_satisfaction(rows: pd.DataFrame, keys: Sequence[str], filters: Filters) -> pd.DataFrame:
    """Those rows of a histogram of satisfaction questions that `satisfaction` counts."""
    restricted = {key for key, values in filters.where if values}
    if {"touchpoint", "dimension"} & {*keys, *restricted}:
        return rows
    return rows[rows["dimension"].map(taxonomy().is_overall).astype(bool)]
