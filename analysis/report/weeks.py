"""Which week a report is about: an ISO week by its name, or the last whole one of the data."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from analysis.errors import ReportRefused
from analysis.schema import Filters

if TYPE_CHECKING:
    from analysis.store import Warehouse

LATELY_WEEKS = 12  # what one week alone is too small for is judged over this many, as on the page 总览
_WEEK = re.compile(r"(\d{4})-?W(\d{1,2})", re.IGNORECASE)


def monday_of(name: str) -> date:
    """The Monday of an ISO week written like 2026-W47. Raises ReportRefused for anything else.

    >>> monday_of("2026-W47")
    datetime.date(2026, 11, 16)
    """
    found = _WEEK.fullmatch(name.strip())
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), 1) if found else _refuse(name)
    except ValueError:
        return _refuse(name)


def week_name(monday: date) -> str:
    """The ISO week that a day falls in, as file names and commands write it.

    >>> week_name(date(2027, 1, 3))
    '2026-W53'
    """
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02d}"


def last_whole_week(store: Warehouse) -> date:
    """The Monday of the last ISO week that lies within the days of the data.

    Raises ReportRefused without data, and where the data covers no whole week.
    """
    first, last = _period(store)
    monday = last - timedelta(days=last.weekday() if last.weekday() < 6 else 6)
    if last.weekday() < 6:
        monday -= timedelta(weeks=1)
    if monday < first:
        raise ReportRefused("report.refused.no_whole_week", first=first.isoformat(),
                            last=last.isoformat(), week=week_name(last))
    return monday


def whole_weeks(store: Warehouse) -> tuple[date, ...]:
    """The Mondays of all weeks that a report can be made of, the last first: those that the data reaches into."""
    period = store.period()
    if period is None:
        return ()
    first, last = (day - timedelta(days=day.weekday()) for day in period)
    return tuple(last - timedelta(weeks=i) for i in range((last - first).days // 7 + 1))


def of_week(monday: date) -> Filters:
    """The seven days from a Monday."""
    return Filters.of(monday, monday + timedelta(days=6))


def lately(monday: date) -> Filters:
    """The `LATELY_WEEKS` weeks of which this is the last."""
    return Filters.of(monday - timedelta(weeks=LATELY_WEEKS - 1), monday + timedelta(days=6))


def no_data(store: Warehouse, monday: date) -> ReportRefused:
    """The refusal for a week without data, with the days that have some."""
    first, last = _period(store)
    return ReportRefused(
        "report.refused.no_data", week=week_name(monday), first=first.isoformat(), last=last.isoformat()
    )


def _period(store: Warehouse) -> tuple[date, date]:
    period = store.period()
    if period is None:
        raise ReportRefused("report.refused.empty_store")
    return period


def _refuse(name: str) -> date:
    raise ReportRefused("report.refused.bad_week", value=name)
