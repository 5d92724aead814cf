"""Pair sums from the store against sums over the answers themselves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.drivers import PairMoments
from analysis.schema import Filters
from analysis.store import Warehouse
from tests.store.hand_made import batch

QUESTIONS = [("服务态度", "1-5"), ("响应速度", "1-5"), ("整体满意度", "1-5")]
NAMES = [name for name, _ in QUESTIONS]


def answers(n: int = 400, *, seed: int = 0) -> pd.DataFrame:
    """Scores of n people, a fifth of each question but the last, the outcome, unanswered."""
    rng = np.random.default_rng(seed)
    scores = pd.DataFrame(rng.integers(1, 6, size=(n, 3)).astype(float), columns=NAMES)
    return scores.mask((rng.random(scores.shape) < 0.2) & (np.arange(3) < 2))


@pytest.fixture
def store() -> Warehouse:
    rows = [
        {"row": i + 2, "response_id": f"r{i}", "customer_id": f"c{i % 150}", "channel": "门店" if i % 2 else "APP",
         "dimension": name, "metric": "csat", "scale": "1-5", "score": score}
        for i, line in answers().iterrows() for name, score in line.items() if score == score
    ]
    with Warehouse.open(":memory:") as held:
        held.add(batch("survey", {"answers": rows}, contents=list(range(400))))
        yield held


def test_correlations_are_those_of_the_answers(store: Warehouse) -> None:
    moments = PairMoments.of_pairs(store.pairs(QUESTIONS), NAMES)
    assert moments.correlations() == pytest.approx(answers().corr().to_numpy(), abs=1e-9)
    assert moments.n.sum(axis=0)[0, 0] == answers()["服务态度"].notna().sum()
    assert 50 < moments.blocks <= 150


def test_filters_hold_for_pairs(store: Warehouse) -> None:
    moments = PairMoments.of_pairs(store.pairs(QUESTIONS, Filters.of(channel="门店")), NAMES)
    assert moments.correlations() == pytest.approx(answers().iloc[1::2].corr().to_numpy(), abs=1e-9)


def test_another_scale_is_another_question(store: Warehouse) -> None:
    pairs = store.pairs([("服务态度", "1-10"), ("响应速度", "1-5")])
    assert pairs.loc[(pairs["first"] == "服务态度"), "n"].sum() == 0


def test_nobody_gives_no_blocks(store: Warehouse) -> None:
    assert store.pairs(QUESTIONS, Filters.of(channel="官网")).empty


def test_a_touchpoint_judged_twice_counts_with_the_mean() -> None:
    rows = [
        {"row": i + 2, "response_id": f"r{i}", "dimension": name, "metric": "csat", "scale": "1-5", "score": score,
         "touchpoint": touchpoint}
        for i in range(3)
        for name, score, touchpoint in (
            ("服务态度", 1.0, "门店"), ("服务态度", 3.0, "配送"), ("整体满意度", float(i + 1), None)
        )
    ]
    with Warehouse.open(":memory:") as held:
        held.add(batch("survey", {"answers": rows}, contents=[1, 2, 3]))
        pairs = held.pairs([("服务态度", "1-5"), ("整体满意度", "1-5")])
    both = pairs[(pairs["first"] == "服务态度") & (pairs["second"] == "整体满意度")]
    assert both["n"].sum() == 3
    assert both["sum_first"].sum() == 6.0
    assert both["product"].sum() == 2 * (1 + 2 + 3)
