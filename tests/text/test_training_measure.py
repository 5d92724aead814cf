"""What is said of a model's reading: macro-F1 with an interval, and how far its chances can be trusted."""

import numpy as np
import pandas as pd
import pytest

from analysis.text.training.measure import (
    TAKEAWAY,
    calibration_error,
    cross_fitted_errors,
    macro_f1,
    macro_f1_interval,
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
