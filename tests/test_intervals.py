"""Intervals against published and computed figures, and what must hold for any counts."""

from __future__ import annotations

from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis import intervals
from analysis.intervals import exact_nps
from tests.reference import cases
from tests.study import coverage

COUNT = st.integers(0, 500)


def limits(pair: tuple) -> list[float]:
    return [float(x) for x in pair]


@pytest.mark.parametrize("case", cases("nps"))
def test_nps_intervals(case: dict) -> None:
    groups = [case["given"][name] for name in ("detractors", "passives", "promoters")]
    score = limits(intervals.nps_score(*groups, level=case["given"]["conf"]))
    if case["wanted"]["score_ci"] is None:
        assert np.isnan(score).all()
        return
    assert score == pytest.approx(case["wanted"]["score_ci"], abs=case["within"])
    adjusted = limits(intervals.nps_adjusted_wald(*groups, level=case["given"]["conf"]))
    assert adjusted == pytest.approx(case["wanted"]["adjusted_wald_ci"], abs=case["within"])


@pytest.mark.parametrize("case", cases("paired_difference_score_ci"))
def test_paired_difference_as_in_propcis(case: dict) -> None:
    b, c, n = (case["given"][name] for name in ("b", "c", "n"))
    found = limits(intervals.nps_score(b, n - b - c, c, level=case["given"]["conf"]))
    assert found == pytest.approx(case["wanted"]["ci"], abs=case["within"])
    assert found == pytest.approx(case["wanted"]["ci_6"], abs=1e-5)


@pytest.mark.parametrize("case", cases("nps_exact_coverage"))
@pytest.mark.parametrize("form", ["score", "adjusted_wald"])
def test_exact_coverage_of_nps_intervals(case: dict, form: str) -> None:
    n, function = case["given"]["n"], getattr(intervals, f"nps_{form}")
    down, middle, up = np.array([(d, n - d - r, r) for d, r in product(range(n + 1), repeat=2) if d + r <= n]).T
    low, high = function(down, middle, up)
    ways = np.array([comb(n, d) * comb(n - d, r) for d, r in zip(down, up, strict=True)], dtype=float)
    for (p_down, p_middle, p_up), wanted in zip(case["given"]["truths"], case["wanted"]["coverage"][form], strict=True):
        truth = p_up - p_down
        covering = (low - 1e-12 <= truth) & (truth <= high + 1e-12)
        chance = ways * p_down**down * p_middle**middle * p_up**up
        assert chance[covering].sum() == pytest.approx(wanted, abs=case["within"])


@pytest.mark.parametrize("case", cases("proportion"))
def test_wilson(case: dict) -> None:
    found = limits(intervals.wilson(case["given"]["successes"], case["given"]["n"]))
    if case["wanted"]["wilson_ci"] is None:
        assert np.isnan(found).all()
    else:
        assert found == pytest.approx(case["wanted"]["wilson_ci"], abs=case["within"])


@pytest.mark.parametrize("case", cases("poisson_rate"))
def test_garwood(case: dict) -> None:
    found = limits(intervals.garwood(case["given"]["events"], case["given"]["exposure"]))
    assert found == pytest.approx(case["wanted"]["garwood_ci"], abs=case["within"])


def test_newcombe_is_mover_on_wilson() -> None:
    # Newcombe 1998, method 10: 56 of 70 against 48 of 80 gives .0524 to .3339
    sides = [(x / n, *limits(intervals.wilson(x, n))) for x, n in ((56, 70), (48, 80))]
    assert intervals.mover(*sides) == pytest.approx((0.0524, 0.3339), abs=1e-4)


def test_no_exposure_has_no_rate() -> None:
    assert np.isnan(limits(intervals.garwood(3, 0))).all()


@pytest.mark.parametrize(
    ("mean", "variance", "n"), [(80, 100, 1), (80, 0, 40), (80, np.nan, 1), (np.nan, np.nan, 0)],
    ids=["one answer", "all equal", "variance unknown", "no answers"],
)
def test_mean_without_spread_has_no_interval(mean: float, variance: float, n: int) -> None:
    assert np.isnan(limits(intervals.t_mean(mean, variance, n))).all()


SIMPLEX = [(d, p) for d, p in product(np.linspace(0, 1, 41), repeat=2) if d + p <= 1 + 1e-12]


@pytest.mark.parametrize("n", [1, 5, 10, 29])
def test_the_shown_interval_of_few_answers_holds_every_truth(n: int) -> None:
    down, middle, up = np.array([(d, n - d - r, r) for d, r in product(range(n + 1), repeat=2) if d + r <= n]).T
    low, high = intervals.nps(down, middle, up)
    ways = np.array([comb(n, d) * comb(n - d, r) for d, r in zip(down, up, strict=True)], dtype=float)
    for p_down, p_up in SIMPLEX:
        held = (low - 1e-12 <= p_up - p_down) & (p_up - p_down <= high + 1e-12)
        chance = ways * p_down**down * max(1 - p_down - p_up, 0.0) ** middle * p_up**up
        assert chance[held].sum() >= 0.95, (p_down, p_up)


@pytest.mark.parametrize("n", [1, 2, 7, 16])
def test_the_file_of_exact_limits_is_what_counting_gives(n: int) -> None:
    down, up = exact_nps.outcomes(n)
    low, high = intervals.nps(down, n - down - up, up)
    assert np.array_equal(exact_nps.exact_steps(n), np.round((np.column_stack([low, high]) + 1) * exact_nps.STEPS))


def test_one_promoter_more_moves_no_exact_limit_down() -> None:
    low, high = intervals.nps(np.zeros(40), np.arange(40)[::-1], np.arange(40))
    assert (np.diff(low) >= 0).all()
    assert (np.diff(high) >= 0).all()


@pytest.mark.parametrize(("counts", "level"), [((40, 30, 30), 0.95), ((1.5, 2.0, 6.5), 0.95), ((2, 3, 5), 0.9)])
def test_many_answers_parts_of_answers_and_other_levels_have_the_score_interval(counts: tuple, level: float) -> None:
    assert limits(intervals.nps(*counts, level=level)) == limits(intervals.nps_score(*counts, level=level))


def test_long_tables_are_exact_where_few_answered_and_adjusted_wald_elsewhere() -> None:
    low, _ = intervals.nps([2, 200], [3, 300], [5, 500], fast=True)
    assert low[0] == intervals.nps(2, 3, 5)[0]
    assert low[1] == intervals.nps_adjusted_wald(200, 300, 500)[0]


@pytest.mark.parametrize("few", [0, 1, 7, 49])
def test_without_passives_few_unlike_answers_have_the_limits_of_clopper_and_pearson(few: int) -> None:
    exact = stats.binomtest(160 - few, 160).proportion_ci(method="exact")
    assert limits(intervals.nps(few, 0, 160 - few)) == pytest.approx([2 * x - 1 for x in exact], abs=1e-4)


@pytest.mark.parametrize("n", [100, 200])
@pytest.mark.parametrize("truth", [(0.005, 0.995), (0.0, 0.98), (0.005, 0.02)])
def test_of_many_answers_those_unlike_the_rest_are_counted_where_the_score_form_fails(
    n: int, truth: tuple[float, float]
) -> None:
    (shown,), (score,) = (coverage.nps_coverage(form, n, [truth]) for form in (intervals.nps, intervals.nps_score))
    assert shown >= 0.95
    assert score < 0.95 or truth[1] < 0.995


def test_ten_million_answers_with_a_handful_unlike_have_limits_at_once() -> None:
    low, high = limits(intervals.nps(2, 3, 9_999_995))
    # Passives + 2 detractors are 7 steps below 100; their spread alone matters, whatever the number of answers.
    less = limits(intervals.nps(2, 3, 9_995))
    assert [1e7 * (1 - low), 1e7 * (1 - high)] == pytest.approx([1e4 * (1 - x) for x in less], rel=2e-3)


@given(COUNT, COUNT, COUNT)
def test_nps_interval_holds_the_value_and_stays_in_range(down: int, middle: int, up: int) -> None:
    n = down + middle + up
    if n == 0:
        return
    low, high = limits(intervals.nps(down, middle, up))
    assert -1 <= low <= (up - down) / n <= high <= 1
    assert low < high


@given(COUNT, COUNT, COUNT)
def test_nps_interval_mirrors_when_promoters_and_detractors_swap(down: int, middle: int, up: int) -> None:
    low, high = limits(intervals.nps(down, middle, up))
    mirrored = limits(intervals.nps(up, middle, down))
    assert [-high, -low] == pytest.approx(mirrored, abs=1e-9, nan_ok=True)


@given(COUNT, COUNT, COUNT, st.integers(2, 9))
def test_more_of_the_same_narrows_the_interval(down: int, middle: int, up: int, times: int) -> None:
    if down + middle + up == 0:
        return
    low, high = limits(intervals.nps(down, middle, up))
    low_more, high_more = limits(intervals.nps(down * times, middle * times, up * times))
    assert high_more - low_more < high - low


@given(st.integers(0, 300), st.integers(0, 300))
def test_wilson_mirrors_when_success_and_failure_swap(x: int, y: int) -> None:
    low, high = limits(intervals.wilson(x, x + y))
    assert [1 - high, 1 - low] == pytest.approx(limits(intervals.wilson(y, x + y)), abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("bad", [-1, np.nan, np.inf])
def test_impossible_counts_are_errors(bad: float) -> None:
    with pytest.raises(ValueError, match="counts"):
        intervals.nps_score(bad, 1, 1)
    with pytest.raises(ValueError, match="counts"):
        intervals.wilson(1, bad)
    with pytest.raises(ValueError, match="counts"):
        intervals.garwood(bad, 1)


def test_more_successes_than_answers_is_an_error() -> None:
    with pytest.raises(ValueError, match="successes"):
        intervals.wilson(3, 2)


@pytest.mark.parametrize("level", [0, 1, -0.5, 95])
def test_impossible_level_is_an_error(level: float) -> None:
    with pytest.raises(ValueError, match="level"):
        intervals.critical_value(level)


def test_critical_value() -> None:
    assert intervals.critical_value(0.95) == pytest.approx(1.959964, abs=1e-6)
