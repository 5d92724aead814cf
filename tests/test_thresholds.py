"""Tipping points against published figures, and straight lines that must not break."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import thresholds
from tests.reference import cases


def test_down_syndrome_by_mothers_age() -> None:
    case = cases("kink_binomial_logit")[0].values[0]
    given, wanted = case["given"], case["wanted"]
    found = thresholds.logit_kink(given["x"], given["events"], given["trials"])
    got = (found.at, found.se, found.slope_before, found.slope_after, found.cost, found.cost_line)
    names = ("break_at", "break_se", "slope_before", "slope_after", "deviance", "deviance_linear")
    assert got == pytest.approx([wanted[name] for name in names], abs=case["within"])
    assert (found.low, found.high) == pytest.approx(wanted["profile_ci"], abs=0.051)


def waiting() -> tuple[np.ndarray, np.ndarray]:
    x = np.arange(0, 20.25, 0.5)
    return x, 4.5 - 0.02 * x - 0.15 * np.maximum(x - 8, 0) + 0.15 * np.sin(7 * x)


def test_kink_in_waiting() -> None:
    case = cases("kink_linear")[0].values[0]
    found, wanted = thresholds.linear_kink(*waiting()), case["wanted"]
    got = (found.at, found.se, found.slope_before, found.slope_after, found.cost, found.cost_line)
    names = ("break_at", "break_se", "slope_before", "slope_after", "sse_kink", "sse_line")
    assert got == pytest.approx([wanted[name] for name in names], abs=case["within"])
    assert (found.low, found.high) == pytest.approx(wanted["profile_ci"], abs=0.011)


@pytest.mark.parametrize("case", cases("kink_wild_bootstrap"))
def test_a_searched_break_needs_a_higher_bar(case: dict) -> None:
    grid = np.linspace(*case["given"]["grid"])
    assert thresholds.break_statistic(*waiting(), grid) == pytest.approx(case["wanted"]["sup_f_on_grid"], abs=0.01)
    p, critical = thresholds.wild_bootstrap(*waiting(), grid, draws=case["given"]["resamples"])
    assert p == pytest.approx(case["wanted"]["p_value"], abs=1e-9)
    assert critical == pytest.approx(case["wanted"]["critical_95"], abs=case["within"])


def answers(curve, *, n: int = 3000, seed: int = 3) -> pd.DataFrame:
    """Cells of answers in which satisfaction follows `curve` of whole minutes waited, day by day."""
    rng = np.random.default_rng(seed)
    wait = np.round(rng.gamma(2, 4, n))
    score = curve(wait) + rng.normal(0, 12, n) + rng.normal(0, 2, 60)[(day := rng.integers(0, 60, n))]
    cells = pd.DataFrame({"x": wait, "cluster": day, "total": score, "squares": score**2, "n": 1})
    return cells.groupby(["cluster", "x"], as_index=False).sum()


@pytest.mark.parametrize(
    ("curve", "shape"),
    [
        (lambda w: 85 - 0.2 * w - 2.5 * np.maximum(w - 8, 0), "kink"),
        (lambda w: 85 - 15.0 * (w > 8), "step"),
        (lambda w: 85 - 0.06 * w**2, "smooth"),
        (lambda w: 85 - 0.5 * w, "none"),
        (lambda w: 80 + 0 * w, "none"),
    ],
    ids=["kink", "step", "bend", "line", "flat"],
)
def test_the_shape_is_recognised(curve, shape: str) -> None:
    found = thresholds.tipping_point(answers(curve))
    assert found.shape == shape
    if found.named:
        assert found.at == pytest.approx(8, abs=1.5)
        assert found.high - found.low < 5


def test_the_range_holds_the_true_break_although_days_differ() -> None:
    curve = lambda w: 85 - 0.2 * w - 2.5 * np.maximum(w - 8, 0)  # noqa: E731
    found = [thresholds.tipping_point(answers(curve, seed=s), draws=99) for s in range(30)]
    kinks = [f for f in found if f.shape == "kink"]
    assert len(kinks) >= 25
    assert sum(f.low <= 8 <= f.high for f in kinks) >= 0.85 * len(kinks)


def test_straight_lines_seldom_break() -> None:
    found = [thresholds.tipping_point(answers(lambda w: 85 - 0.5 * w, n=600, seed=s), draws=99) for s in range(25)]
    assert sum(f.shape in ("kink", "step") for f in found) <= 2


def test_where_the_break_is_does_not_depend_on_the_order_of_rows() -> None:
    cells = answers(lambda w: 85 - 0.2 * w - 2.5 * np.maximum(w - 8, 0))
    ways = (cells, cells.sample(frac=1, random_state=1))
    first, second = (thresholds.tipping_point(c, draws=49) for c in ways)
    assert (first.at, first.low, first.high) == pytest.approx((second.at, second.low, second.high))


CELLS = pd.DataFrame({"x": [1.0, 2, 3, 4, 5, 6, 7], "n": 10, "total": 700.0, "squares": 49_000.0, "cluster": range(7)})


@pytest.mark.parametrize(
    ("cells", "why"),
    [(CELLS.iloc[:0], "too_few_values"), (CELLS.iloc[:5], "too_few_values"), (CELLS, "constant")],
    ids=["empty", "five values", "all alike"],
)
def test_declines(cells: pd.DataFrame, why: str) -> None:
    found = thresholds.tipping_point(cells)
    assert found.why == why
    assert not found.named


def test_few_answers_beyond_the_break_name_no_point() -> None:
    x = np.arange(0, 30.0)
    n = np.where(x <= 20, 100, 2)
    y = 85 - 3.0 * np.maximum(x - 20, 0) + np.random.default_rng(0).normal(0, 0.3, 30)
    cells = pd.DataFrame({"x": x, "n": n, "total": n * y, "squares": n * (y**2 + 4), "cluster": x})
    found = thresholds.tipping_point(cells)
    assert found.why in ("too_few_beyond", None)
    assert not (found.named and n[x > found.at].sum() < thresholds.ANSWERS_BEYOND)
