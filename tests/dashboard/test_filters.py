"""Periods are whole ISO weeks that end with the data's last week."""

from __future__ import annotations

from datetime import date

import pytest

from analysis.schema import Filters
from dashboard.filters import Selection, period_days

SUNDAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("period", "start"),
    [
        ("week", date(2026, 11, 16)),
        ("weeks4", date(2026, 10, 26)),
        ("weeks12", date(2026, 8, 31)),
        ("year", date(2025, 11, 24)),
    ],
)
@pytest.mark.parametrize("last", [SUNDAY, date(2026, 11, 16), date(2026, 11, 19)])
def test_named_periods_start_on_a_monday(period: str, start: date, last: date) -> None:
    assert period_days(period, last) == (start, SUNDAY)


def test_longer_windows_keep_the_other_filters() -> None:
    chosen = Selection(Filters.of(date(2026, 11, 16), SUNDAY, channel="门店"), "week", SUNDAY)
    longer = chosen.at_least_weeks(12)
    assert (longer.start, longer.end) == (date(2026, 8, 31), SUNDAY)
    assert longer.where == chosen.filters.where


def test_a_long_period_is_not_cut() -> None:
    chosen = Selection(Filters.of(date(2025, 11, 24), SUNDAY), "year", SUNDAY)
    assert chosen.at_least_weeks(12) == chosen.filters
