"""What is said of a model's reading: macro-F1 with an interval."""

import numpy as np
import pytest

from analysis.text.training.measure import macro_f1, macro_f1_interval


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
