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
