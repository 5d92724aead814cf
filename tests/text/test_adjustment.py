"""A correction of the tone is used only where it reads labels that it never saw more often right."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.text.adjustment import CALLS, Adjustment, Labelled, compared, fit

BOUNDS = (0.4, 0.6)


def called(chance: np.ndarray) -> np.ndarray:
    return np.where(chance >= BOUNDS[1], "positive", np.where(chance < BOUNDS[0], "negative", "neutral")).astype(object)


def sigmoid(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


def labelled(count: int, *, bias: float = 0.0, dimension: float = 0.0, noise: float = 1.0, seed: int = 1) -> Labelled:
    """Labels of a truth that lies `bias` below what the engine says, `dimension` more where 物流时效 is spoken of."""
    rng = np.random.default_rng(seed)
    z = rng.normal(0, 2.5, count)
    spoken = tuple(frozenset({"物流时效"}) if rng.random() < 0.5 else frozenset() for _ in range(count))
    truth = z - bias - dimension * np.array([bool(s) for s in spoken]) + rng.normal(0, noise, count)
    return Labelled(sigmoid(z), called(sigmoid(z)), spoken, called(sigmoid(truth)))


def test_a_shifted_truth_is_learned_and_found_better():
    known = labelled(300, bias=2.0)
    found = fit(known, bounds=BOUNDS)
    assert found.shift < -1
    result = compared(known, bounds=BOUNDS)
    assert result.better
    assert result.right_adjusted > result.right
    assert result.n == 300


def test_a_dimension_that_is_judged_harder_gets_a_shift_of_its_own():
    found = fit(labelled(400, dimension=3.0), bounds=BOUNDS)
    assert dict(found.dimensions)["物流时效"] < -1


@pytest.mark.parametrize("seed", range(6))
def test_an_engine_that_is_right_is_left_alone(seed):
    result = compared(labelled(100, seed=seed), bounds=BOUNDS)
    assert not result.better


def test_changing_nothing_changes_nothing():
    known = labelled(50)
    chance, calls = Adjustment(1.0, 0.0, (), BOUNDS).apply(known.sentiment, known.polarity, known.spoken)
    assert chance == pytest.approx(known.sentiment, abs=1e-3)
    assert calls.tolist() == known.polarity.tolist()


def test_what_could_not_be_read_stays_so():
    chance, calls = Adjustment(1.0, 5.0, (), BOUNDS).apply(
        np.array([np.nan, 0.5]), np.array(["uncertain", "uncertain"], dtype=object), [frozenset()] * 2
    )
    assert np.isnan(chance[0])
    assert calls.tolist() == ["uncertain", "positive"]


def test_an_uncertain_middle_stays_uncertain():
    _, calls = Adjustment(1.0, 0.0, (), BOUNDS).apply(
        np.array([0.5, 0.5]), np.array(["uncertain", "neutral"], dtype=object), [frozenset()] * 2
    )
    assert calls.tolist() == ["uncertain", "neutral"]


@pytest.mark.parametrize("count", [0, 1, 49])
def test_few_labels_are_not_learned_from(count):
    assert compared(labelled(count), bounds=BOUNDS) is None


def test_labels_of_one_call_are_not_learned_from():
    known = labelled(80)
    same = Labelled(known.sentiment, known.polarity, known.spoken, np.array([CALLS[0]] * 80, dtype=object))
    assert compared(same, bounds=BOUNDS) is None


def test_the_same_labels_give_the_same_adjustment():
    assert fit(labelled(120, bias=1), bounds=BOUNDS) == fit(labelled(120, bias=1), bounds=BOUNDS)
