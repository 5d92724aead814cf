"""Run lengths against published ones, and the product's charts against those run lengths."""

from __future__ import annotations

import numpy as np
import pytest

from analysis import trends
from tests.reference import cases
from tests.study import alarms
from tests.study.__main__ import PAGE, alarm_lines


@pytest.mark.parametrize("case", cases("average_run_length_shewhart"))
def test_single_values(case: dict) -> None:
    three, normal, two = case["given"]["limits"]
    found = {
        "arl0_3sigma": alarms.single_values(three), "arl_1sigma_shift_3sigma": alarms.single_values(three, shift=1),
        "arl0_2sigma": alarms.single_values(two), "arl0_196": alarms.single_values(normal),
    }
    assert found == pytest.approx(case["wanted"], abs=case["within"])


@pytest.mark.parametrize("case", cases("average_run_length_cusum"))
def test_cumulated_sums(case: dict) -> None:
    given = case["given"]
    found = [[alarms.cusum(given["k"], h, shift=s) for s in given["shifts_sigma"]] for h in given["h"]]
    assert np.array(found) == pytest.approx(np.array(case["wanted"]["arl"]), abs=case["within"])


@pytest.mark.parametrize("case", cases("average_run_length_ewma"))
def test_moving_averages(case: dict) -> None:
    given = case["given"]
    found = [[alarms.moving_average(*pair, shift=s) for s in given["shifts_sigma"]] for pair in given["pairs_lambda_L"]]
    assert np.array(found) == pytest.approx(np.array(case["wanted"]["arl"]), abs=case["within"])


@pytest.mark.parametrize("case", cases("average_run_length_simulated"))
def test_four_rules_together(case: dict) -> None:
    found = alarms.western_electric(tuple(case["given"]["rules"]), runs=600)
    assert found == pytest.approx(case["wanted"]["arl0_all_four"], abs=case["within"])


@pytest.mark.parametrize("case", cases("false_alarm_rate"))
def test_weekly_tests(case: dict) -> None:
    given = case["given"]
    found = alarms.weekly_tests(given["alpha"], weeks=given["weeks"], dimensions=given["dimensions"])
    wanted = case["wanted"]["p_at_least_one_one_series"], case["wanted"]["expected_false_alarms"]
    assert found == pytest.approx(wanted, abs=case["within"])


def test_the_charts_of_the_product_run_as_long_as_their_chain_says() -> None:
    rng = np.random.default_rng(5)
    lengths = [trends.cusum(rng.normal(1, 1, 60)).signal_at + 1 for _ in range(300)]
    known = alarms.cusum(trends.CUSUM_SLACK, trends.CUSUM_LIMIT, shift=1)
    assert np.mean(lengths) == pytest.approx(known, abs=4 * np.std(lengths) / np.sqrt(300))


def test_the_page_has_the_run_lengths() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [line for line in alarm_lines()[:3] if line not in page] == []
