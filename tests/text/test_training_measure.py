"""What is said of a model's reading: macro-F1 with an interval, and how far its chances can be trusted."""

import numpy as np
import pandas as pd
import pytest

from analysis.text.training.measure import (
    TAKEAWAY,
    calibration_error,
    cross_fitted_errors,
    cross_validation_table,
    macro_f1,
    macro_f1_interval,
    tenths_table,
)


def test_the_interval_is_that_of_drawing_texts_anew():
    rng = np.random.default_rng(3)
    labels = (rng.random(400) < 0.7).astype(int)
    called = np.where(rng.random(400) < 0.85, labels, 1 - labels)
    scores = []
    for _ in range(2_000):
        drawn = rng.integers(0, 400, 400)
        scores.append(macro_f1(labels[drawn], called[drawn]))
    assert macro_f1_interval(labels, called) == pytest.approx(np.quantile(scores, (0.025, 0.975)), abs=0.006)


@pytest.mark.parametrize(("called", "expected"), [([0, 1, 1], (1.0, 1.0)), ([1, 0, 0], (0.0, 0.0))])
def test_where_all_or_nothing_is_right_the_interval_is_a_point_or_ends_there(called, expected):
    low, high = macro_f1_interval(np.array([0, 1, 1] * 40), np.array(called * 40))
    assert (low, high) == expected


def held_out(*, texts, slope, shift=0.0, seed=7):
    """Odds that are `slope` times too small and `shift` off, half of the texts of takeaway."""
    rng = np.random.default_rng(seed)
    true = rng.normal(0.0, 3.0, texts)
    labels = (rng.random(texts) < 1 / (1 + np.exp(-true))).astype(int)
    return pd.DataFrame({"domain": [TAKEAWAY, "书籍"] * (texts // 2), "label": labels, "odds": (true - shift) / slope})


def test_chances_are_as_good_as_a_line_can_make_them():
    rows = held_out(texts=20_000, slope=2.5, shift=1.0)
    before = calibration_error(rows["label"].to_numpy(), 1 / (1 + np.exp(-rows["odds"].to_numpy())))
    assert before > 0.1
    assert cross_fitted_errors(rows).max() < 0.015


def test_a_group_that_is_surer_than_it_should_be_stays_so():
    rows = held_out(texts=8_000, slope=1.0)
    wrong = (rows["domain"] == TAKEAWAY) & (np.random.default_rng(1).random(len(rows)) < 0.3)
    errors = cross_fitted_errors(rows.assign(label=np.where(wrong, 1 - rows["label"], rows["label"])))
    assert errors[TAKEAWAY] > 0.05
    assert errors.index.tolist() == ["shopping", TAKEAWAY, "all"]


def test_each_tenth_is_calibrated_by_the_others():
    rows = held_out(texts=20_000, slope=2.5, shift=1.0).assign(tenth=np.arange(20_000) // 2 % 10)
    found = cross_validation_table(rows)
    assert found.index.tolist() == [*sorted(["书籍", TAKEAWAY]), "shopping", "all"]
    assert found.loc["all", "calibration_error"] < 0.015
    assert found.loc["all", "without_side"] == pytest.approx(0.08, abs=0.001)
    assert found.loc["all", "accuracy_of_rest"] > found.loc["all", "accuracy"]
    labels_turned = rows.assign(label=np.where(rows["tenth"] == 3, 1 - rows["label"], rows["label"]))
    assert cross_validation_table(labels_turned).loc["all", "accuracy"] < found.loc["all", "accuracy"] - 0.05


def test_tenths_are_told_one_by_one():
    rows = held_out(texts=4_000, slope=1.0).assign(tenth=np.arange(4_000) // 2 % 4)
    rows.loc[rows["tenth"] == 2, "odds"] *= -1
    found = tenths_table(rows)
    assert found.shape == (4, 2)
    assert (found.loc[[0, 1, 3]] > 0.75).all(axis=None)
    assert (found.loc[2] < 0.25).all()
