"""What a number of answers can show, against computed figures."""

from __future__ import annotations

import math

import pytest

from analysis.compare import planning
from tests.reference import cases


@pytest.mark.parametrize("case", cases("nps_standard_error"))
def test_standard_error_of_nps(case: dict) -> None:
    groups = [case["given"][name] for name in ("detractors", "passives", "promoters")]
    found = planning.nps_standard_error(*groups)
    assert found == pytest.approx(case["wanted"]["se"], abs=case["within"])
    assert abs(found - case["wanted"]["wrong_independent_se"]) > 1e-4


@pytest.mark.parametrize("case", cases("nps_exact_test_zero"))
def test_nps_of_zero(case: dict) -> None:
    found = planning.nps_zero_p(case["given"]["detractors"], case["given"]["promoters"])
    assert found == pytest.approx(case["wanted"]["p_value"], abs=case["within"])


@pytest.mark.parametrize("case", cases("nps_sample_size"))
def test_answers_needed(case: dict) -> None:
    down, _, up = case["given"]["shares"]
    variance = planning.nps_variance(down, up, 1)
    assert variance == pytest.approx(case["wanted"]["variance"])
    margin = case["given"]["margin"]
    assert planning.nps_answers_needed(margin, variance=variance) == case["wanted"]["n"]
    assert planning.nps_answers_needed(margin) == case["wanted"]["n_worst_case"]


@pytest.mark.parametrize("case", cases("nps_minimum_detectable_difference"))
def test_detectable_difference(case: dict) -> None:
    given = case["given"]
    found = planning.detectable_difference(given["n_per_group"], variance=given["variance"], power=given["power"])
    assert found == pytest.approx(case["wanted"]["difference"], abs=case["within"])


def test_nothing_answered() -> None:
    assert math.isnan(planning.nps_standard_error(0, 0, 0))
    assert math.isnan(planning.detectable_difference(0))
    assert planning.nps_zero_p(0, 0) == 1.0


@pytest.mark.parametrize(("per_week", "variance"), [(45, 625.0), (12, 900.0), (400, 625.0), (30, 100.0)])
def test_a_change_shows_in_the_first_week_whose_interval_is_narrow_enough(per_week: float, variance: float) -> None:
    weeks = planning.weeks_to_show(8, per_week=per_week, variance=variance)

    def error(after: int) -> float:
        return math.sqrt(variance / per_week * (1 / after + 1 / planning.BASELINE_WEEKS))

    needed = 1.959964 + 0.841621  # 97.5 % and 80 % of the standard normal
    assert error(weeks) * needed <= 8
    assert weeks == 1 or error(weeks - 1) * needed > 8


@pytest.mark.parametrize(
    ("lift", "per_week", "variance"),
    [(8, 0, 625.0), (8, math.nan, 625.0), (0, 45, 625.0), (8, 45, math.nan), (1, 10, 900.0), (8, 0.5, 900.0)],
)
def test_what_no_year_would_show_has_no_week(lift: float, per_week: float, variance: float) -> None:
    assert planning.weeks_to_show(lift, per_week=per_week, variance=variance) is None


def test_answers_that_are_all_alike_show_a_change_at_once() -> None:
    assert planning.weeks_to_show(8, per_week=20, variance=0.0) == 1


def test_the_reach_of_answers() -> None:
    """20 detractors, 30 passives, 50 promoters: variance 0.61; Cohen 1988 for the difference, 2.8016 sqrt(2 v / n)."""
    found = planning.reach(planning.nps_variance(20, 50, 100), 100)
    assert found.needed == 938  # (1.959964 / 0.05)^2 0.61
    assert found.detectable == pytest.approx(2.8016 * math.sqrt(1.22 / 100), abs=1e-4)


@pytest.mark.parametrize(("variance", "n"), [(0.0, 50), (0.5, 0), (math.nan, 50)])
def test_nothing_can_be_said_without_answers_or_spread(variance: float, n: float) -> None:
    assert planning.reach(variance, n) is None
