"""Dates in the forms that exports write them."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from analysis.ingest import day_in_name
from analysis.ingest.dates import read_moments


def one(*cells: str) -> list[str]:
    return read_moments(pd.Series(cells, dtype="str")).times.astype("str").tolist()


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2025-10-01", "2025-10-01"),
        ("2025/10/1", "2025-10-01"),
        ("2025.10.1", "2025-10-01"),
        ("２０２５/１０/１", "2025-10-01"),
        ("2025年10月1日", "2025-10-01"),
        ("2025年10月1日 8时5分", "2025-10-01 08:05:00"),
        ("2025年10月1日 下午3:20", "2025-10-01 15:20:00"),
        ("2019/2/28 11:25:05", "2019-02-28 11:25:05"),
        ("2025-10-01 08:00", "2025-10-01 08:00:00"),
        ("2025-10-01 8:00:00 PM", "2025-10-01 20:00:00"),
        ("02-Feb-2021 20:26:58", "2021-02-02 20:26:58"),
        ("Feb 2, 2021", "2021-02-02"),
        ("2 February 2021", "2021-02-02"),
        ("20250228", "2025-02-28"),
        ("20250228123005", "2025-02-28 12:30:05"),
        ("45931", "2025-10-01"),
        ("45931.5", "2025-10-01 12:00:00"),  # Excel serials, 1900 system
        ("2026-06-16T08:00:00Z", "2026-06-16 16:00:00"),
        ("2025-10-01T08:00:00.123+08:00", "2025-10-01 08:00:00"),  # Shanghai
        ("1609459200", "2021-01-01 08:00:00"),
        ("1609459200000", "2021-01-01 08:00:00"),  # seconds and milliseconds since 1970
        ("2025/10/1 星期三 12:00:00", "2025-10-01 12:00:00"),
        ("11-11-2025", "2025-11-11"),
        ("2026/09/01 3:04:05 下午 GMT+8", "2026-09-01 15:04:05"),  # a form filled in with a Chinese account
        ("2026/09/01 15:04:05 GMT-7", "2026-09-02 06:04:05"),
        ("2026-09-01 10:00:00 -0430", "2026-09-01 22:30:00"),
    ],
)
def test_forms(cell: str, moment: str) -> None:
    expected = pd.Timestamp(moment)
    assert read_moments(pd.Series([cell])).times.tolist() == [expected]


def test_mixed_forms_in_one_column() -> None:
    cells = ["2019/2/28 11:25:05", "2019-08-01", "2019-11-13 11:20:21", "43524", "2019年3月2日"]
    days = read_moments(pd.Series(cells)).times.dt.date.astype("str").tolist()
    assert days == ["2019-02-28", "2019-08-01", "2019-11-13", "2019-02-28", "2019-03-02"]


@pytest.mark.parametrize(
    "cell",
    [
        "昨天",
        "2025-02-30",
        "2025-13-01",
        "12345678",
        "99999",
        "3",
        "10:30",
        "25/10/1",
        "0000-00-00",
        "abc 1, 2025",
        "2025-10-01 10:00 GMT+99",
    ],
)
def test_unreadable_dates(cell: str) -> None:
    read = read_moments(pd.Series([cell]))
    assert read.times.isna().all()
    assert read.unreadable.tolist() == [True]


def test_day_and_month_that_cannot_be_told_apart() -> None:
    read = read_moments(pd.Series(["10-11-2025", "2025-01-01"]))
    assert read.ambiguous.tolist() == [True, False]
    assert read.unreadable.tolist() == [False, False]


@pytest.mark.parametrize(("other", "day"), [("31/12/2025", "2025-11-10"), ("12/31/2025", "2025-10-11")])
def test_another_date_shows_which_number_is_the_day(other: str, day: str) -> None:
    assert read_moments(pd.Series(["10/11/2025", other])).times.iloc[0] == pd.Timestamp(day)


def test_blank_dates_are_missing() -> None:
    read = read_moments(pd.Series(["", " ", None, "2025-01-01"], dtype="str"))
    assert read.missing.tolist() == [True, True, True, False]
    assert not read.unreadable.any()


def test_no_dates_at_all() -> None:
    assert read_moments(pd.Series([], dtype="str")).times.empty


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("美团评价_20260915.csv", date(2026, 9, 15)), ("导出 2026年09月15日.xlsx", date(2026, 9, 15)),
        ("2026-09-15 (1).csv", date(2026, 9, 15)), ("2026-09-15_2026.09.15.csv", date(2026, 9, 15)),
        ("2026-09-01至2026-09-30.csv", None), ("20261345.csv", None), ("评价.csv", None), ("13820260915.csv", None),
    ],
)
def test_one_day_in_a_file_name_is_proposed(name: str, day: date | None) -> None:
    assert day_in_name(name) == day
