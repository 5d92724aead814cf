"""Importance against R's relaimpo and rwa, and what must hold for any correlations."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.drivers import PairMoments, johnson, lmg, penalty_reward, subset_r_squared, variance_inflation
from analysis.drivers.importance import standardised_beta
from tests.reference import cases

SWISS = cases("driver_importance")[0].values[0]


def swiss() -> pd.DataFrame:
    given = SWISS["given"]
    return pd.DataFrame(given["data"])[[*given["predictors"], given["outcome"]]]


def test_swiss_fertility_as_in_relaimpo_and_rwa() -> None:
    correlations, wanted = PairMoments.of_answers(swiss()).correlations(), SWISS["wanted"]
    assert lmg(correlations) == pytest.approx(wanted["lmg"], abs=1e-11)
    assert johnson(correlations) == pytest.approx(wanted["johnson"], abs=1e-11)
    assert subset_r_squared(correlations)[-1] == pytest.approx(wanted["r2"], abs=1e-11)
    assert standardised_beta(correlations) == pytest.approx(wanted["standardised_beta"], abs=1e-9)
    assert variance_inflation(correlations) == pytest.approx(wanted["vif"], abs=1e-9)


@pytest.mark.parametrize("case", cases("driver_importance_weighted"))
def test_weighted_moments(case: dict) -> None:
    matrix = np.roll(np.array(case["given"]["moments"]["weighted_correlation"]), -1, axis=(0, 1))
    assert lmg(matrix) == pytest.approx(case["wanted"]["lmg"], abs=case["within"])
    weighted = PairMoments.of_answers(swiss()).correlations(np.array(case["given"]["weights"], float)[None])
    assert weighted[0] == pytest.approx(matrix, abs=1e-9)


@pytest.mark.parametrize("case", cases("driver_importance_from_correlation"))
def test_by_hand(case: dict) -> None:
    inner, outer = (np.array(case["given"][k], float) for k in ("predictor_correlation", "outcome_correlation"))
    matrix = np.block([[inner, outer[:, None]], [outer[None], np.ones((1, 1))]])
    assert lmg(matrix) == pytest.approx(case["wanted"]["lmg"], abs=case["within"])
    assert johnson(matrix) == pytest.approx(case["wanted"]["johnson"], abs=case["within"])


@given(st.integers(1, 7), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_parts_sum_to_r_squared_in_any_order(p: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(60, p + 1)) @ rng.normal(size=(p + 1, p + 1)) + rng.normal(size=(60, p + 1))
    matrix = np.corrcoef(x, rowvar=False).reshape(p + 1, p + 1)
    whole = 1 - 1 / np.linalg.inv(matrix)[-1, -1]
    for parts in (lmg(matrix), johnson(matrix)):
        assert parts.sum() == pytest.approx(whole, abs=1e-9)
        assert (parts >= -1e-12).all()
    order = [*rng.permutation(p), p]
    assert lmg(matrix[np.ix_(order, order)]) == pytest.approx(lmg(matrix)[order[:-1]], abs=1e-9)


def test_many_matrices_at_once_are_the_same_as_one_by_one() -> None:
    rng = np.random.default_rng(4)
    matrices = np.stack([np.corrcoef(rng.normal(size=(40, 5)), rowvar=False) for _ in range(6)])
    for function in (lmg, johnson):
        assert function(matrices) == pytest.approx(np.stack([function(m) for m in matrices]), abs=1e-12)


@pytest.mark.parametrize("case", cases("penalty_reward"))
def test_penalty_and_reward(case: dict) -> None:
    low, middle, high = (case["given"][f"overall_when_{side}"] for side in ("low", "middle", "high"))
    answers = pd.DataFrame({"x": [1] * len(low) + [2] * len(middle) + [3] * len(high)})
    (found,) = penalty_reward(answers, pd.Series([*low, *middle, *high]), low=1, high=3)
    for name in ("penalty", "penalty_se", "reward", "reward_se", "asymmetry"):
        assert getattr(found, name) == pytest.approx(case["wanted"][name], abs=case["within"])
    assert found.nature == "not_enough"


def test_a_must_be_is_told_from_a_reward() -> None:
    rng = np.random.default_rng(6)
    answers = pd.DataFrame({"must": rng.integers(1, 6, 900), "joy": rng.integers(1, 6, 900)})
    overall = 60 - 20 * (answers["must"] <= 2) + 20 * (answers["joy"] >= 4) + rng.normal(0, 8, 900)
    natures = {c.dimension: c.nature for c in penalty_reward(answers, overall, low=2, high=4)}
    assert natures == {"must": "must_be", "joy": "reward"}
