"""Numbers in one form everywhere: sign, rounding, thin spaces, and words where there is no number."""

from __future__ import annotations

import math
from datetime import date

import pytest

from analysis.estimate import Estimate
from analysis.i18n import say
from dashboard import formatting

NPS = Estimate(0.314, 0.268, 0.352, 1846, "nps")


@pytest.mark.parametrize(
    ("amount", "places", "sign", "text"),
    [
        (1234.56, 1, False, "1,234.6"),
        (-0.6, 1, True, "\u22120.6"),
        (2, 0, True, "+2"),
        (0, 0, True, "0"),
        (-0.04, 1, True, "0.0"),
        (0.5, 0, False, "0"),
        (1_000_000, 0, False, "1,000,000"),
    ],
)
def test_signs_and_rounding(amount: float, places: int, sign: bool, text: str) -> None:
    assert formatting.number(amount, places=places, sign=sign) == text


def test_units_are_those_people_read() -> None:
    assert formatting.value(NPS) == "31"
    assert formatting.value(Estimate(0.8417, 0.8, 0.9, 50, "share")) == "84.2%"
    assert formatting.value(Estimate(61.8, 58.7, 64.9, 50, "score")) == "62"
    assert formatting.value(Estimate(1.424, 1.2, 1.6, 9000, "per_thousand")) == "1.42"


def test_interval_has_thin_spaces_and_no_unit_twice() -> None:
    assert formatting.interval(NPS) == "27\u2009–\u200935"
    assert formatting.interval(Estimate(0.8417, 0.824, 0.858, 50, "share")) == "82.4\u2009–\u200985.8"


def test_shares_differ_by_percentage_points() -> None:
    assert formatting.change(Estimate(-0.006, -0.03, 0.02, 50, "share")) == "\u22120.6 个百分点"


@pytest.mark.parametrize("why", ["no_data", "hidden", "too_few", "unranked"])
def test_withheld_is_said_in_words(why) -> None:
    estimate = Estimate.missing("nps", n=3, why=why)
    assert formatting.value(estimate) == say(f"withheld.{why}")
    assert formatting.interval(estimate) == ""


def test_hidden_base_is_not_shown() -> None:
    hidden = Estimate.missing("nps", n=3, why="hidden")
    assert "3" not in formatting.evidence(hidden)
    assert "n\u2009" not in formatting.hover(hidden)


def test_value_without_interval_keeps_its_base() -> None:
    assert formatting.evidence(Estimate(100.0, math.nan, math.nan, 12, "score", note="no_spread")) == "n\u200912"


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2026, 11, 16), date(2026, 11, 22), "2026 年第 47 周（11 月 16\u2009–\u200922 日）"),
        (date(2025, 12, 29), date(2026, 1, 4), "2026 年第 1 周（12 月 29 日\u2009–\u20091 月 4 日）"),
        (date(2026, 10, 26), date(2026, 11, 22), "2026 年 10 月 26 日\u2009–\u200911 月 22 日"),
        (date(2025, 11, 24), date(2026, 11, 22), "2025 年 11 月 24 日\u2009–\u20092026 年 11 月 22 日"),
    ],
)
def test_periods_as_people_say_them(start: date, end: date, words: str) -> None:
    assert formatting.period(start, end) == words
