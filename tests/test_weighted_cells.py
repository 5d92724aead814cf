"""Histograms with weights: nothing changes under equal ones, and known shares give what a hand computes."""

from __future__ import annotations

import json
import math

import pandas as pd
import pytest

from analysis import briefing, metrics, weighting
from analysis.cli import main
from analysis.errors import UnknownName
from analysis.i18n import say
from analysis.schema import Filters
from analysis.store import Warehouse
from analysis.store.population import SharesRefused
from tests.store.hand_made import survey

SCALES = {"nps": "0-10", "csat": "1-5", "score": "1-5", "ces": "1-7"}


def histogram(metric: str, *, weight: float | None = None) -> pd.DataFrame:
    lines = [(tier, score, 3 + score + len(tier)) for tier in ("金卡", "普通会员") for score in (1, 2, 4, 5)]
    rows = pd.DataFrame(lines, columns=["tier", "score", "count"])
    rows = rows.assign(scale=SCALES[metric], dimension="整体满意度", score=rows["score"].astype(float))
    return rows if weight is None else rows.assign(weight=weight)


@pytest.mark.parametrize("metric", SCALES)
@pytest.mark.parametrize("weight", [1.0, 2.5])
def test_equal_weights_are_no_weights(metric, weight):
    plain = metrics.estimate(metric, histogram(metric))
    found = weighting.weighted_estimate(histogram(metric, weight=weight), metric=metric, margins=())
    assert (found.n, found.unit) == (plain.n, plain.unit)
    assert (found.value, found.low, found.high) == pytest.approx((plain.value, plain.low, plain.high), abs=1e-9)


@pytest.mark.parametrize("metric", SCALES)
def test_cells_by_key(metric):
    plain = metrics.cells(histogram(metric), ["tier"], metric=metric)
    found = weighting.weighted_cells(histogram(metric, weight=1.0), ["tier"], metric=metric, margins=())
    assert [cell.keys for cell in found] == [cell.keys for cell in plain]
    for one, other in zip(found, plain, strict=True):
        assert (one.estimate.low, one.estimate.high) == pytest.approx((other.estimate.low, other.estimate.high))


@pytest.mark.parametrize("metric", SCALES)
def test_nothing_answered(metric):
    empty = histogram(metric, weight=1.0).iloc[:0]
    assert weighting.weighted_cells(empty, ["tier"], metric=metric, margins=()) == ()
    assert weighting.weighted_estimate(empty, metric=metric, margins=()).withheld == "no_data"
    nobody = histogram(metric, weight=0.0)
    assert weighting.weighted_estimate(nobody, metric=metric, margins=()).withheld == "no_data"


def test_strata_take_their_known_shares():
    strata = pd.DataFrame({"tier": ["金卡", "普通", None], "people": [80, 20, 10]})
    found = weighting.rake_strata(strata, {"tier": {"金卡": 30, "普通": 70}}, trim=None)
    assert found.values.tolist() == pytest.approx([0.3 / 0.8, 0.7 / 0.2, 1.0])
    assert (found.people, found.unknown, found.trimmed) == (110, 10, 0)
    squares = 80 * 0.375**2 + 20 * 3.5**2 + 10
    assert found.n_effective == pytest.approx(110**2 / squares)
    assert found.design_effect == pytest.approx(110 / found.n_effective)


def test_a_weight_too_large_is_cut_at_five_medians():
    strata = pd.DataFrame({"tier": ["金卡", "普通"], "people": [99, 1]})
    found = weighting.rake_strata(strata, {"tier": {"金卡": 0.5, "普通": 0.5}})
    assert found.values.tolist() == pytest.approx([0.5 / 0.99, 5 * 0.5 / 0.99])
    assert found.trimmed == 1


def test_nobody_in_any_stratum():
    found = weighting.rake_strata(pd.DataFrame({"tier": [None], "people": [0]}), {"tier": {"金卡": 1.0}})
    assert math.isnan(found.design_effect)


@pytest.fixture
def store():
    """Gold members who all recommend (80 of 100), and others of whom none does."""
    with Warehouse.open(":memory:") as store:
        store.add(survey([10.0] * 80, tier="金卡"))
        store.add(survey([0.0] * 20, tier="普通", contents=list(range(1000, 1020))))
        yield store


def test_nps_of_the_customers_there_are(store):
    assert briefing.weighted_metric(store, Filters(), metric="nps") is None
    store.set_population("tier", {"金卡": 50, "普通": 50})
    assert store.population() == {"tier": {"普通": 0.5, "金卡": 0.5}}
    found = briefing.weighted_metric(store, Filters(), metric="nps")
    assert found.plain[0].estimate.value == pytest.approx(0.6)
    assert found.cells[0].estimate.value == pytest.approx(0.0)
    assert found.cells[0].estimate.n == 100
    assert found.strata.n_effective == pytest.approx(100**2 / (80 * 0.625**2 + 20 * 2.5**2))
    width = found.cells[0].estimate.high - found.cells[0].estimate.low
    assert width > found.plain[0].estimate.high - found.plain[0].estimate.low
    by_tier = briefing.weighted_metric(store, Filters(), metric="nps", keys=["tier"])
    assert [cell.estimate.value for cell in by_tier.cells] == [cell.estimate.value for cell in by_tier.plain]


def test_weights_of_a_slice_are_those_of_the_period(store):
    store.set_population("tier", {"金卡": 50, "普通": 50})
    found = briefing.weighted_metric(store, Filters.of(tier="金卡"), metric="nps")
    assert found.cells[0].estimate.value == pytest.approx(1.0)
    assert found.strata.people == 100


@pytest.mark.parametrize(
    ("shares", "key"),
    [({"金卡": 1, "普通": 1, "钻石": 1}, "errors.weights_empty_value"), ({"金卡": 1}, "errors.weights_unknown_value")],
)
def test_shares_that_the_answers_cannot_reach(store, shares, key):
    store.set_population("tier", shares)
    found = briefing.weighted_metric(store, Filters(), metric="nps")
    assert found.cells == ()
    assert found.refused.key == key
    assert say("keys.tier") in briefing.weighting_words(found)


@pytest.mark.parametrize("shares", [{"金卡": -1}, {"金卡": math.nan}, {"金卡": math.inf}, {"金卡": 0, "普通": 0}])
def test_shares_that_are_none(store, shares):
    store.set_population("tier", {"金卡": 1, "普通": 1})
    with pytest.raises(SharesRefused):
        store.set_population("tier", shares)
    assert store.population() == {"tier": {"普通": 0.5, "金卡": 0.5}}


def test_a_key_that_is_no_kind_of_customer(store):
    with pytest.raises(UnknownName):
        store.set_population("touchpoint", {"配送": 1})


def test_shares_are_forgotten(store):
    store.set_population("tier", {"金卡": 1, "普通": 1})
    store.set_population("tier", {})
    assert store.population() == {}


def test_by_command(tmp_path, capsys):
    path = tmp_path / "store.duckdb"
    with Warehouse.open(path) as store:
        store.add(survey([10.0] * 80, tier="金卡"))
        store.add(survey([0.0] * 20, tier="普通", contents=list(range(1000, 1020))))

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main([*arguments, "--store", str(path)])
        return code, *capsys.readouterr()

    code, _, err = run("metrics", "--metric", "nps", "--weighted")
    assert code == 2
    assert say("cli.population.none") in err
    code, out, _ = run("population", "tier", "金卡=50%", "普通=50")
    assert code == 0
    assert "50.0%" in out
    (line,) = json.loads(run("metrics", "--metric", "nps", "--weighted", "--json")[1])
    assert (line["value"], line["unweighted"], line["weighted_by"]) == (0, 60, ["tier"])
    assert say("keys.tier") in run("metrics", "--metric", "nps", "--weighted")[1]
    code, _, err = run("population", "tier", "金卡")
    assert code == 2
    assert "金卡" in err
    assert run("population", "tier", "--clear")[1].strip() == say("cli.population.none")

