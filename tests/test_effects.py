"""Effects of a change against published figures, and the claims that few stores cannot carry."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analysis import effects
from analysis.effects import Moment, Unit
from tests.reference import cases


@pytest.mark.parametrize("case", cases("did_two_by_two"))
def test_two_by_two(case: dict) -> None:
    cells = {(c["post"], c["treated"]): Moment(c["n"], c["mean"], c["sum_squares"]) for c in case["given"]["cells"]}
    found = effects.two_by_two((cells[0, 1], cells[0, 0]), (cells[1, 1], cells[1, 0]))
    wanted = case["wanted"]
    assert (found.effect, found.se, found.n) == pytest.approx(
        (wanted["effect"], wanted["se_ols"], wanted["n"]), abs=case["within"]
    )


def six_stores() -> tuple[list[Unit], dict, float]:
    case = cases("did_by_store")[0].values[0]
    units = [
        Unit(name, Moment.of(before), Moment.of(after), name.startswith("T"))
        for name, (before, after) in case["given"]["stores"].items()
    ]
    return units, case["wanted"], case["within"]


def test_six_stores_collapsed() -> None:
    units, wanted, within = six_stores()
    found = effects.effect(units)
    assert found.method == "collapsed"
    assert found.effect == pytest.approx(wanted["effect"], abs=within)
    assert found.p_value == pytest.approx(wanted["collapsed_p"], abs=within)
    assert (found.low, found.high) == pytest.approx(wanted["collapsed_ci"], abs=within)
    assert found.permutation_p == pytest.approx(wanted["permutation_p"], abs=within)


def test_three_stores_against_three_cannot_prove_anything() -> None:
    units, *_ = six_stores()
    found = effects.effect(units)
    assert found.smallest_p == pytest.approx(0.10)
    assert not found.provable


def test_clustered_error() -> None:
    units, wanted, within = six_stores()
    found, se = effects.clustered(units)
    assert (found, se) == pytest.approx((wanted["effect"], wanted["cluster_se"]), abs=within)


def chain(shift: float, *, sides: int, seed: int) -> list[Unit]:
    rng = np.random.default_rng(seed)
    units = []
    for i in range(2 * sides):
        level, drift = rng.normal(75, 4), rng.normal(0, 2)
        before, after = rng.normal(level, 15, 60), rng.normal(level + drift + shift * (i < sides), 15, 60)
        units.append(Unit(str(i), Moment.of(before), Moment.of(after), i < sides))
    return units


@pytest.mark.parametrize("sides", [5, 12])
def test_stores_that_drift_by_themselves_give_no_effect_too_often(sides: int) -> None:
    found = [effects.effect(chain(0, sides=sides, seed=s)) for s in range(1000, 1200)]
    assert np.mean([f.p_value < 0.05 for f in found]) <= 0.10
    assert np.mean([f.permutation_p < 0.05 for f in found]) <= 0.09


def test_a_planted_effect_lies_in_its_interval() -> None:
    found = [effects.effect(chain(6, sides=8, seed=s)) for s in range(100)]
    assert np.mean([f.low <= 6 <= f.high for f in found]) >= 0.89
    assert np.mean([f.effect for f in found]) == pytest.approx(6, abs=0.6)


@pytest.mark.parametrize(
    ("units", "method"),
    [
        ([], "collapsed"),
        ([Unit("a", Moment.of([1, 2]), Moment.of([2, 3]), True)], "collapsed"),
        (
            [Unit("a", Moment.of([1, 2]), Moment.of([]), True), Unit("b", Moment.of([1]), Moment.of([1]), False)],
            "collapsed",
        ),
    ],
    ids=["no stores", "none to compare", "empty after"],
)
def test_a_side_without_stores_has_no_effect(units: list, method: str) -> None:
    found = effects.effect(units)
    assert math.isnan(found.effect)
    assert found.method == method


def test_one_store_a_side_has_an_effect_without_interval() -> None:
    found = effects.effect([
        Unit("a", Moment.of([1, 2]), Moment.of([4, 5]), True), Unit("b", Moment.of([1, 2]), Moment.of([2, 3]), False)
    ])
    assert found.effect == pytest.approx(2)
    assert math.isnan(found.low)
    assert found.method == "one_store"


def test_sicilian_smoking_ban() -> None:
    case = cases("interrupted_time_series")[0].values[0]
    given = case["given"]
    for month, name in ((None, "level"), (given["month"], "seasonal")):
        found = effects.rate_break(given["events"], given["population"], given["after"], month=month)
        wanted = case["wanted"][name]
        assert found.step == pytest.approx(wanted["rate_ratio"], abs=case["within"])
        assert (found.low, found.high) == pytest.approx(wanted["quasi_ci"], abs=case["within"])
        assert found.dispersion == pytest.approx(wanted["dispersion"], abs=case["within"])


def test_a_break_needs_eight_points_on_either_side() -> None:
    after = [0] * 7 + [1] * 12
    assert effects.mean_break(np.arange(19.0), after) is None
    assert effects.rate_break([5] * 19, [1.0] * 19, after) is None


def test_a_cause_that_is_gone_has_a_ratio_of_nothing_and_one_that_never_was_has_none() -> None:
    after, weeks = [0] * 20 + [1] * 12, [1_000.0] * 32
    gone = effects.rate_break([2] * 20 + [0] * 12, weeks, after)
    # Exact: 40 events of which none fell into 12 of 32 weeks (Clopper-Pearson).
    assert (gone.step, gone.low) == (0.0, 0.0)
    assert gone.p_value == pytest.approx(2 * (20 / 32) ** 40, rel=0.5)
    share = 1 - 0.025 ** (1 / 40)
    assert gone.high == pytest.approx(share / (1 - share) * 20 / 12)
    assert effects.rate_break([0] * 32, weeks, after) is None
    assert effects.rate_break([0] * 20 + [3] * 12, weeks, after) is None


def test_a_step_beside_a_trend_is_recovered() -> None:
    rng = np.random.default_rng(11)
    after = np.repeat([0, 1], 26)
    found = effects.mean_break(70 + 0.1 * np.arange(52) + 5 * after + rng.normal(0, 1, 52), after)
    assert found.low <= 5 <= found.high
    assert found.p_value < 0.001
