"""Weights and their errors against R's survey package, and when they are refused."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from analysis import weighting
from analysis.weighting import WeightingRefused
from tests.reference import cases


def test_raking_as_in_r_survey() -> None:
    case = cases("rake")[0].values[0]
    given, wanted = case["given"], case["wanted"]
    people = pd.DataFrame({"type": list(given["type"]), "wide": list(given["wide"])})
    start = np.full(len(people), given["design_weight"])
    weights = weighting.rake(people, given["margins"], start=start)
    found = weighting.weighted_mean(
        given["score"], weights.values, clusters=given["cluster"], margins=[people["type"], people["wide"]],
        clusters_in_population=given["clusters_in_population"],
    )
    assert (found.mean, found.se) == pytest.approx((wanted["raked_mean"], wanted["raked_se"]), abs=case["within"])
    assert (weights.values * given["enrol"]).sum() == pytest.approx(wanted["raked_total_enrol"], abs=0.1)
    assert weights.design_effect == pytest.approx(wanted["kish_deff"], abs=case["within"])
    assert weights.n_effective == pytest.approx(wanted["n_eff"], abs=case["within"])
    plain = weighting.weighted_mean(
        given["score"], start, clusters=given["cluster"], clusters_in_population=given["clusters_in_population"]
    )
    assert (plain.mean, plain.se) == pytest.approx((wanted["unraked_mean"], wanted["unraked_se"]), abs=case["within"])
    by_type = weighting.rake(people, {"type": given["margins"]["type"]}, start=start)
    poststratified = weighting.weighted_mean(given["score"], by_type.values).mean
    assert poststratified == pytest.approx(wanted["poststratified_mean_by_type"], abs=case["within"])


@pytest.mark.parametrize("case", cases("rake_table"))
def test_a_table_is_fitted_or_refused(case: dict) -> None:
    given = case["given"]
    if case["wanted"].get("refused"):
        with pytest.raises(WeightingRefused) as refusal:
            weighting.rake_table(given["table"], given["row_totals"], given["column_totals"])
        assert refusal.value.values["column"] == "row"
        return
    fitted = weighting.rake_table(given["table"], given["row_totals"], given["column_totals"])
    assert fitted == pytest.approx(np.array(case["wanted"]["table"]), abs=case["within"])


@pytest.mark.parametrize("case", cases("stratified_mean"))
def test_stratified_mean(case: dict) -> None:
    strata = case["given"]["strata"].values()
    found = weighting.stratified_mean(*([s[k] for s in strata] for k in ("population", "n", "mean", "variance")))
    assert found == pytest.approx((case["wanted"]["mean"], case["wanted"]["se"]), abs=case["within"])


@pytest.mark.parametrize("case", cases("weighted_mean"))
def test_design_effect_is_not_kishs(case: dict) -> None:
    given, wanted = case["given"], case["wanted"]
    found = weighting.weighted_mean(given["values"], given["weights"])
    got = (found.mean, found.se, found.design_effect, found.n_effective, len(given["values"]) / found.n_effective)
    names = ("mean", "se", "design_effect", "n_eff", "kish_deff")
    assert got == pytest.approx([wanted[name] for name in names], abs=case["within"])


@pytest.mark.parametrize("case", cases("weighted_nps"))
def test_weighted_nps(case: dict) -> None:
    scores, weights = (np.array(case["given"][k], float) for k in ("scores", "weights"))
    found = weighting.weighted_nps(scores, weights)
    assert found.value == pytest.approx(case["wanted"]["value"], abs=case["within"])
    assert weighting.n_effective(weights) == pytest.approx(case["wanted"]["n_eff"], abs=case["within"])
    coded = (scores >= 9) * 1.0 - (scores <= 6)
    assert weighting.weighted_mean(coded, weights).se == pytest.approx(case["wanted"]["linearised_se"], abs=1e-5)
    plain = weighting.weighted_nps(scores, np.ones(len(scores)))
    assert plain.value == pytest.approx(case["wanted"]["unweighted"], abs=case["within"])


PEOPLE = pd.DataFrame({"tier": ["金", "银", "银"], "region": ["东", "东", "西"]})


@pytest.mark.parametrize(
    ("margins", "key", "named"),
    [
        ({"tier": {"金": 1, "银": 1, "铜": 1}}, "errors.weights_empty_value", "铜"),
        ({"tier": {"金": 1}}, "errors.weights_unknown_value", "银"),
        ({"tier": {"金": 1, "银": 1}, "region": {"东": 5, "西": 5}}, "errors.weights_totals", None),
    ],
    ids=["nobody has it", "not in the population", "totals disagree"],
)
def test_shares_that_cannot_be_reached_are_named(margins: dict, key: str, named: str | None) -> None:
    with pytest.raises(WeightingRefused) as refusal:
        weighting.rake(PEOPLE, margins)
    assert refusal.value.key == key
    assert named in (refusal.value.values.get("value"), None)


def test_margins_that_contradict_each_other_do_not_converge() -> None:
    apart = pd.DataFrame({"tier": ["金", "银"], "region": ["东", "西"]})
    with pytest.raises(WeightingRefused) as refusal:
        weighting.rake(apart, {"tier": {"金": 3, "银": 1}, "region": {"东": 1, "西": 3}})
    assert refusal.value.key == "errors.weights_unreachable"


def test_trimming_is_counted() -> None:
    people = pd.DataFrame({"tier": ["金"] + ["银"] * 20})
    weights = weighting.rake(people, {"tier": {"金": 50, "银": 50}}, trim=weighting.TRIM_AT)
    assert weights.trimmed == 1
    assert weights.values.max() == pytest.approx(weighting.TRIM_AT * np.median(weights.values))


@pytest.mark.parametrize("weights", [[], [0.0, 0.0]])
def test_weights_that_hold_nothing_give_nothing(weights: list) -> None:
    values = np.arange(len(weights), dtype=float)
    assert math.isnan(weighting.weighted_mean(values, weights).mean)
    assert not weighting.weighted_nps(values, weights).shown
    assert not weighting.weighted_share(values > 0, weights).shown


def test_equal_weights_are_no_weights() -> None:
    chosen = np.array([1, 1, 0, 1, 0], float)
    from analysis import metrics

    once, twice = (weighting.weighted_share(chosen, np.full(5, w)) for w in (1.0, 2.0))
    assert once == twice
    assert (once.low, once.high) == pytest.approx(tuple(map(float, metrics.intervals.wilson(3, 5))))
