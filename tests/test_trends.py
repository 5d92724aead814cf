"""Control charts, drift and change points against published figures, and what chance alone must not set off."""

from __future__ import annotations

import numpy as np
import pytest

from analysis import trends
from tests.reference import cases


@pytest.mark.parametrize("case", cases("p_chart"))
def test_p_chart_with_and_without_laney(case: dict) -> None:
    given, wanted = case["given"], case["wanted"]
    plain = trends.p_chart(given["successes"], given["n"], laney=False)
    laney = trends.p_chart(given["successes"], given["n"])
    assert plain.centre == pytest.approx(wanted["pbar"], abs=case["within"])
    assert laney.width == pytest.approx(max(1, wanted["sigma_z"]), abs=case["within"])
    for chart, name in ((plain, "p"), (laney, "laney")):
        assert chart.low == pytest.approx(np.broadcast_to(wanted[f"{name}_low"], chart.low.shape), abs=case["within"])
        assert chart.high == pytest.approx(np.broadcast_to(wanted[f"{name}_high"], chart.low.shape), abs=case["within"])
        assert sum(s is not None for s in chart.signals) == wanted[f"outside_{name}"]


@pytest.mark.parametrize("case", cases("p_chart_exact_limits"))
def test_small_bases_have_exact_limits(case: dict) -> None:
    low, high = trends.exact_limits(case["given"]["p"], case["given"]["n"], tail=case["given"]["tail"])
    assert (low, high) == pytest.approx((case["wanted"]["low"], case["wanted"]["high"]), abs=case["within"])


@pytest.mark.parametrize("case", cases("xmr_limits"))
def test_xmr(case: dict) -> None:
    base, wanted = case["given"]["baseline"], case["wanted"]
    chart = trends.xmr_chart([*base, case["given"]["next_value"]], baseline=len(base))
    assert chart.centre == pytest.approx(wanted["mean"], abs=case["within"])
    assert (chart.low[-1], chart.high[-1]) == pytest.approx((wanted["low"], wanted["high"]), abs=case["within"])
    assert trends.moving_range_limit(base) == pytest.approx(wanted["range_high"], abs=case["within"])
    assert (chart.signals[-1] is not None) is wanted["next_signals"]


@pytest.mark.parametrize("case", cases("xmr_false_alarm_rate"))
def test_short_baselines_cry_wolf_as_often_as_published(case: dict) -> None:
    rng = np.random.default_rng(5)
    for base, wanted in zip(case["given"]["baseline_lengths"], case["wanted"]["per_point"], strict=True):
        drawn = rng.normal(size=(1500, base + case["given"]["new_points"]))
        found = [sum(s is not None for s in trends.xmr_chart(x, baseline=base).signals[base:]) for x in drawn]
        assert np.mean(found) / case["given"]["new_points"] == pytest.approx(wanted, abs=2 * case["within"])


def test_nothing_is_announced_while_learning() -> None:
    short = trends.xmr_chart([50.0] * 5 + [51.0] * 5 + [90.0], baseline=10)
    assert short.signals[-1] == "above"
    assert short.learning
    assert set(short.alarms) == {None}
    long = trends.xmr_chart([50.0, 51.0] * 12 + [90.0], baseline=24)
    assert not long.learning
    assert long.alarms[-1] == "above"


@pytest.mark.parametrize("case", cases("cusum_upper"))
def test_cusum_path(case: dict) -> None:
    drift = trends.cusum(case["given"]["z"], slack=case["given"]["k"], limit=case["given"]["h"])
    assert drift.up == pytest.approx(case["wanted"]["path"], abs=case["within"])
    assert drift.signal_at == case["wanted"]["signal_at"] - 1


def test_cusum_finds_a_lasting_shift_of_one_sigma_in_about_ten_periods() -> None:
    # Montgomery: average run length 10.4 at h = 5, k = 0.5.
    drawn = np.random.default_rng(2).normal(1.0, 1.0, size=(800, 80))
    assert np.mean([trends.cusum(z).signal_at + 1 for z in drawn]) == pytest.approx(10.4, abs=0.5)


@pytest.mark.parametrize("case", cases("change_point_mean"))
def test_the_nile_fell_in_1898(case: dict) -> None:
    assert list(trends.change_points(case["given"]["volume"])) == case["wanted"]["breaks_after"]


@pytest.mark.parametrize("case", cases("change_point_false_alarm"))
def test_false_change_points_in_noise(case: dict) -> None:
    given = case["given"]
    drawn = np.random.default_rng(8).normal(size=(300, given["n"]))
    for penalty, wanted in zip(given["multipliers"], case["wanted"]["false_alarm_share"], strict=True):
        found = [bool(trends.change_points(x, penalty=penalty, shortest=given["min_segment"])) for x in drawn]
        assert np.mean(found) == pytest.approx(wanted, abs=case["within"])


@pytest.mark.parametrize(
    ("successes", "n"), [([], []), ([0], [0]), ([3], [5]), ([0, 0], [0, 0])], ids=["none", "no answers", "one", "gaps"]
)
def test_too_few_periods_have_no_limits(successes: list, n: list) -> None:
    chart = trends.p_chart(successes, n)
    assert np.isnan(chart.low).all()
    assert set(chart.signals) <= {None}


def test_a_drift_of_shares_near_100_percent_counts_in_their_whole_error() -> None:
    """97 % of 60: the upper limit is cut off at 1, less than half of three standard errors away."""
    usual = [58, 59, 58, 58] * 7
    chart = trends.p_chart([*usual, *[59] * 6], [60] * 34, baseline=28)
    assert chart.high[-1] == 1.0
    assert chart.error[-1] == pytest.approx(np.sqrt(chart.centre * (1 - chart.centre) / 60))
    assert trends.drifting(chart) is None
    found = trends.drifting(trends.p_chart([*usual, *[55] * 6], [60] * 34, baseline=28))
    assert found == (28, "below")


def test_an_empty_period_is_a_gap() -> None:
    chart = trends.p_chart([50, 0, 52], [60, 0, 60])
    assert np.isnan(chart.values[1])
    assert chart.centre == pytest.approx(102 / 120)


@pytest.mark.parametrize("share", [0, 60])
def test_unanimous_periods_have_limits_that_do_not_signal(share: int) -> None:
    assert set(trends.p_chart([share] * 30, [60] * 30).signals) == {None}


@pytest.mark.parametrize("values", [[], [3.0], [3.0] * 40, [np.nan] * 30])
def test_series_without_variation_have_no_change_point_and_no_limits(values: list) -> None:
    assert trends.change_points(values) == ()
    assert np.isnan(trends.xmr_chart(values).low).all()
