"""Shrinkage, funnels and reliability against published figures, and their behaviour at the edges."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.proportion import proportions_ztest

from analysis import briefing, compare, rankings
from analysis.schema import EVERYTHING
from tests.reference import cases


@pytest.mark.parametrize("case", cases("beta_binomial_moments"))
def test_rat_tumours(case: dict) -> None:
    given, wanted = case["given"], case["wanted"]
    prior = rankings.prior_from_moments(given["successes"], given["n"])
    assert (prior.alpha, prior.beta) == pytest.approx((wanted["alpha"], wanted["beta"]), abs=case["within"])
    k, n = given["new_group"]
    unit = rankings.shrink([k], [n], prior=prior)
    assert unit.shrunk[0] == pytest.approx(wanted["posterior_mean"], abs=case["within"])
    assert stats.beta.std(k + prior.alpha, n - k + prior.beta) == pytest.approx(wanted["posterior_sd"], abs=1e-5)


@pytest.mark.parametrize("case", [*cases("beta_posterior_means"), *cases("beta_posterior")])
def test_a_known_prior(case: dict) -> None:
    given, wanted = case["given"], case["wanted"]
    prior = rankings.Prior(given["alpha"], given["beta"])
    found = rankings.shrink(np.atleast_1d(given["successes"]), np.atleast_1d(given["n"]), prior=prior)
    assert found.shrunk == pytest.approx(np.atleast_1d(wanted.get("shrunk", wanted.get("mean"))), abs=case["within"])


def test_six_stores_by_likelihood() -> None:
    case = next(c.values[0] for c in cases("beta_binomial_mle") if c.id == "eb-stores-mle")
    given, wanted = case["given"], case["wanted"]
    prior = rankings.prior_by_likelihood(given["successes"], given["n"])
    assert (prior.alpha, prior.beta) == pytest.approx((wanted["alpha"], wanted["beta"]), abs=case["within"])
    found = rankings.shrink(given["successes"], given["n"], prior=prior, level=given["level"])
    assert found.shrunk == pytest.approx(wanted["shrunk"], abs=1e-5)
    assert found.low == pytest.approx(wanted["low"], abs=1e-4)
    assert found.high == pytest.approx(wanted["high"], abs=1e-4)
    assert found.order == wanted["order_by_shrunk"]


def test_stores_that_differ_less_than_chance_are_the_same() -> None:
    case = next(c.values[0] for c in cases("beta_binomial_mle") if c.id == "eb-underdispersed")
    prior = rankings.prior_by_likelihood(case["given"]["successes"], case["given"]["n"])
    assert prior.same
    found = rankings.shrink(case["given"]["successes"], case["given"]["n"], prior=prior)
    assert found.shrunk == pytest.approx(case["wanted"]["shrunk"], abs=case["within"])
    assert (found.place_high - found.place_low >= 4).all()


@pytest.mark.parametrize("case", cases("group_reliability"))
def test_reliability(case: dict) -> None:
    groups = [np.array(g, float) for g in case["given"]["groups"]]
    found = rankings.reliability([len(g) for g in groups], [g.mean() for g in groups], [g.var(ddof=1) for g in groups])
    assert found == pytest.approx(case["wanted"]["reliability"], abs=case["within"])


@pytest.mark.parametrize("case", cases("funnel_limits"))
def test_funnel_limits_stay_inside(case: dict) -> None:
    given = case["given"]
    found = rankings.funnel_limits(given["target"], given["n"], probabilities=given["probabilities"])
    assert found == pytest.approx(np.array(case["wanted"]["limits"]), abs=case["within"])


@pytest.mark.parametrize("case", cases("funnel_overdispersion"))
def test_overdispersed_funnel(case: dict) -> None:
    wanted = case["wanted"]
    found = rankings.funnel(case["given"]["successes"], case["given"]["n"], consistent=False)
    for name in ("target", "phi", "tau2"):
        assert getattr(found, name) == pytest.approx(wanted[name], abs=case["within"])
    assert found.z == pytest.approx(wanted["z"], abs=case["within"])
    assert found.z_adjusted == pytest.approx(wanted["z_adjusted"], abs=case["within"])


def test_five_of_five_does_not_lead() -> None:
    found = rankings.shrink([5, 950, *[850] * 8], [5, 1000, *[1000] * 8])
    assert found.raw[0] == 1.0
    assert found.order[0] == 1
    assert found.place_low[0] < found.place_high[0]


@pytest.mark.parametrize(
    ("k", "n", "shrunk"),
    [([3], [10], 4 / 12), ([0], [0], 0.5), ([10, 10], [10, 10], 1.0), ([0, 5], [0, 10], 0.5)],
    ids=["one unit", "one without answers", "all perfect", "one empty"],
)
def test_few_units(k: list, n: list, shrunk: float) -> None:
    found = rankings.shrink(k, n)
    assert np.isfinite(found.shrunk).all()
    assert found.shrunk[0] == pytest.approx(shrunk, abs=1e-3)


@pytest.mark.parametrize(
    ("n", "mean", "variance"),
    [([], [], []), ([5], [4.0], [1.0]), ([5, 5], [4.0, 4.0], [0.0, 0.0]), ([1, 1], [1, 2], [0, 0])],
)
def test_reliability_is_missing_without_spread(n: list, mean: list, variance: list) -> None:
    assert math.isnan(rankings.reliability(n, mean, variance))


def test_a_funnel_needs_answers_that_differ() -> None:
    with pytest.raises(ValueError, match="differ"):
        rankings.funnel([10, 10], [10, 10])


def test_a_store_is_set_against_the_rest_and_not_against_itself() -> None:
    """The pooled two-sample test of statsmodels, each store against all others."""
    k, n = np.array([412, 120, 75]), np.array([500, 160, 90])
    found = rankings.funnel(k, n)
    for i in range(3):
        z, _ = proportions_ztest([k[i], k.sum() - k[i]], [n[i], n.sum() - n[i]])
        assert found.z_rest[i] == pytest.approx(z)
        assert found.gap[i] == pytest.approx(k[i] / n[i] - (k.sum() - k[i]) / (n.sum() - n[i]))
    assert found.tau2 == 0
    assert math.isnan(found.phi), "three stores do not tell what is usual"


def test_differences_between_places_count_for_nobody() -> None:
    """Two houses of two employees; the test within places is that of Mantel and Haenszel (statsmodels)."""
    k, n = np.array([[45, 0], [40, 20], [0, 50], [0, 49]]), np.array([[50, 0], [60, 40], [0, 100], [0, 90]])
    found = rankings.funnel(k, n)
    tables = [[[k[1, s], n[1, s] - k[1, s]], [(k.sum(axis=0) - k[1])[s], ((n - k).sum(axis=0) - (n - k)[1])[s]]]
              for s in (0, 1)]
    squared = StratifiedTable(np.transpose(tables, (1, 2, 0))).test_null_odds(correction=False).statistic
    assert found.z_rest[1] ** 2 == pytest.approx(squared, rel=0.02)
    assert found.gap[0] == pytest.approx(45 / 50 - 40 / 60)
    alone = rankings.funnel([[45, 0], [0, 20], [0, 30]], [[50, 0], [0, 40], [0, 50]])
    assert math.isnan(alone.z_rest[0]), "nobody else is there"


def test_no_store_stands_off_more_surely_than_an_exact_test_says() -> None:
    found = rankings.funnel([29, 300, 300], [30, 300, 300])
    assert found.z_rest[0] < -4
    assert found.p_rest[0] == pytest.approx(2 * 30 / 630)


@pytest.mark.parametrize("spread", [0.0, 0.05], ids=["chance alone", "stores that differ by nature"])
def test_usual_stores_are_flagged_about_as_seldom_as_the_adjustment_says(spread: float) -> None:
    random, flagged = np.random.default_rng(3), []
    for _ in range(120):
        n = random.integers(200, 601, 24)
        found = rankings.funnel(random.binomial(n, np.clip(random.normal(0.8, spread, 24), 0, 1)), n)
        flagged.append((compare.adjusted(found.p_rest) <= compare.FALSE_LEADS).any())
    assert np.mean(flagged) < 0.2


def test_drawn_limits_hold_a_store_that_is_like_the_rest() -> None:
    """Of two equal stores the mean of both lies half way, so the limits are narrower by the root of two."""
    alone = rankings.spread_limits(0.8, [400], 0.0, tail=0.025)
    paired = rankings.spread_limits(0.8, [400], 0.0, tail=0.025, bases=[400, 400])
    assert 0.8 - paired == pytest.approx((0.8 - alone) / math.sqrt(2))
    wide = rankings.spread_limits(0.8, [400], 0.01, tail=0.025, bases=[400] * 200)
    assert wide == pytest.approx(rankings.spread_limits(0.8, [400], 0.01, tail=0.025), abs=0.002)


class Counted:
    """Stands for a store of answers: only how many gave which score, by store and employee."""

    def __init__(self, *lines: tuple[str, str, int, int]) -> None:
        """Each line: store, employee, satisfied and unsatisfied answers."""
        self.rows = pd.DataFrame(
            {"dimension": "整体满意度", "scale": "1-5", "store": store, "staff": staff, "score": score, "count": count}
            for store, staff, *counts in lines for score, count in zip((5, 2), counts, strict=True) if count
        )

    def histogram(self, keys: list[str], *_: object, **__: object) -> pd.DataFrame:
        """The counts by the keys, as the store gives them."""
        return self.rows.groupby([*keys, "dimension", "scale", "score"], dropna=False, as_index=False)["count"].sum()


def standings(found: briefing.Ranking) -> dict[str, str]:
    return {unit.name: unit.standing for unit in found.units}


def test_two_stores_far_apart_are_told_apart() -> None:
    far = Counted(("甲", "a", 300, 700), ("乙", "b", 900, 100))
    assert standings(briefing.ranking(far, EVERYTHING)) == {"甲": "alarm_low", "乙": "alarm_high"}
    # Both stores have the same test, so the adjustment for two changes nothing: it must hold at 5 % by itself.
    for satisfied, standing in ((875, "alert_low"), (880, "usual")):
        near = briefing.ranking(Counted(("甲", "a", satisfied, 1000 - satisfied), ("乙", "b", 907, 93)), EVERYTHING)
        assert standings(near)["甲"] == standing
        exact = stats.fisher_exact([[satisfied, 1000 - satisfied], [907, 93]]).pvalue
        assert near.units[0].p_value == near.units[1].p_value == pytest.approx(exact)


def test_employees_stand_beside_colleagues_of_their_store_only() -> None:
    """Everybody of 甲 is as bad as 甲; of 乙 one is worse than the colleagues, and one of 丙 has none."""
    alike, apart = (("甲", "a", 60, 40), ("甲", "b", 61, 39)), (("乙", "c", 90, 10), ("乙", "d", 60, 40))
    store = Counted(*alike, *apart, ("丙", "e", 80, 20))
    found = briefing.ranking(store, EVERYTHING, unit="staff")
    assert standings(found) == {"a": "usual", "b": "usual", "c": "alarm_high", "d": "alarm_low", "e": "alone"}
    units = {unit.name: unit for unit in found.units}
    assert units["d"].gap == pytest.approx(-0.3)
    assert (units["e"].likely.withheld, units["e"].place_low) == ("alone", None)
    assert units["a"].level == pytest.approx(units["b"].level - 0.01), "the house is taken out"


@pytest.mark.parametrize(("stores", "spread"), [(3, 0.05), (8, 0.03), (24, 0.05)])
def test_limits_hold_the_true_shares_as_often_as_they_say(stores: int, spread: float) -> None:
    """Simulated stores of 30 to 75 answers, true shares from a beta distribution around 75 %.

    With the one most likely prior taken as known the 90 % limits held 46 % (8 stores) to 77 % (24) of the true shares.
    """
    random, strength = np.random.default_rng(7), 0.75 * 0.25 / spread**2 - 1
    held = []
    for _ in range(max(10, 120 // stores)):
        truth = random.beta(0.75 * strength, 0.25 * strength, stores)
        n = random.integers(30, 76, stores)
        found = rankings.shrink(random.binomial(n, truth), n)
        held += ((found.low <= truth) & (truth <= found.high)).tolist()
    assert np.mean(held) > 0.84


def test_stores_further_apart_than_a_beta_distribution_spreads_are_not_the_same() -> None:
    """3 of 30 against 27 of 30: the moments have no prior there."""
    assert rankings.prior_from_moments([3, 27], [30, 30]) is None
    found = rankings.shrink([3, 27], [30, 30])
    assert not found.prior.same
    assert found.shrunk == pytest.approx([0.1, 0.9], abs=0.04)
    assert found.place_low.tolist() == found.place_high.tolist() == [2, 1]


@pytest.mark.parametrize("k", [0, 30], ids=["nobody satisfied", "everybody satisfied"])
def test_stores_that_all_agree_still_have_limits(k: int) -> None:
    found = rankings.shrink([k] * 8, [30] * 8)
    assert found.prior.same
    assert (found.high - found.low > 0.004).all()
    assert ((found.low <= found.shrunk) & (found.shrunk <= found.high)).all()
