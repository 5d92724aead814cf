"""How alike channels are: known spreads, chance alone, and what cannot be told; and the widest gap of one channel."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd
import pytest

from analysis import briefing
from analysis.briefing import staff
from analysis.consistency import FEWEST_BLOCKS, GINI_OF_NORMAL, consistency
from analysis.schema import EVERYTHING
from analysis.store import Warehouse
from tests.store.made_customers import TODAY, add, answer

BLOCKS, CHANNELS, QUESTIONS = 120, 6, 8


def drawn(spread: float, *, people: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Questions, counts and sums of people who each answer all questions in one channel, and the true score."""
    rng = np.random.default_rng(seed)
    level = rng.normal(0, spread, (CHANNELS, QUESTIONS))
    n, total = np.zeros((2, BLOCKS, CHANNELS, QUESTIONS))
    block = rng.integers(0, BLOCKS, (CHANNELS, people))
    mood = rng.normal(0, 14, (CHANNELS, people, 1))
    points = 75 + level[:, None, :] + mood + rng.normal(0, 20, (CHANNELS, people, QUESTIONS))
    for channel in range(CHANNELS):
        np.add.at(n[:, channel], block[channel], 1)
        np.add.at(total[:, channel], block[channel], points[channel])
    true = ((level - level.mean(axis=0)) ** 2).sum() / (QUESTIONS * (CHANNELS - 1))
    questions = np.tile(np.arange(QUESTIONS), CHANNELS)
    flat = (BLOCKS, CHANNELS * QUESTIONS)
    return questions, n.reshape(flat), total.reshape(flat), 100 - GINI_OF_NORMAL * float(np.sqrt(true))


@pytest.mark.parametrize(("spread", "people"), [(0.0, 300), (3.0, 300), (8.0, 100)])
def test_the_true_score_lies_within_the_interval_and_chance_does_not_lower_it(spread: float, people: int) -> None:
    found, true = [], []
    for seed in range(12):
        *table, score = drawn(spread, people=people, seed=seed)
        found.append(consistency(*table))
        true.append(score)
    held = sum(e.low <= t <= e.high for e, t in zip(found, true, strict=True))
    assert held >= 10
    # Uncorrected, 300 people a channel would score about 1.6 points too low.
    assert np.mean([e.value for e in found]) == pytest.approx(np.mean(true), abs=0.8)


def test_two_answers_that_differ_by_a_known_amount() -> None:
    # No noise: every group of customers gives the same means, 70 and 80 in one question: a variance of 50.
    n = np.full((40, 2), 5.0)
    found = consistency(np.array([0, 0]), n, n * [70.0, 80.0])
    assert found.value == pytest.approx(100 - GINI_OF_NORMAL * np.sqrt(50))
    assert (found.low, found.high) == (pytest.approx(found.value), pytest.approx(found.value))


@pytest.mark.parametrize(
    ("questions", "blocks", "why"),
    [([], 40, "no_data"), ([0], 40, "too_few"), ([0, 1, 2], 40, "too_few"), ([0, 0], FEWEST_BLOCKS - 1, "too_few")],
)
def test_what_cannot_be_told(questions: list[int], blocks: int, why: str) -> None:
    n = np.ones((blocks, len(questions)))
    assert consistency(np.array(questions, int), n, 50 * n).withheld == why


@pytest.fixture
def store() -> Iterator[Warehouse]:
    with Warehouse.open(":memory:") as store:
        yield store


def crowd(n: int, scores: tuple[float, ...], **facts: object) -> list[dict]:
    channel = facts.get("channel", "")
    return [answer(f"{channel}{facts.get('staff', '')}{i}", scores[i % len(scores)], **facts) for i in range(n)]


def test_one_channel_below_all_others_is_proven_with_few_answers(store: Warehouse) -> None:
    usual = (3.0, 4.0, 4.0, 5.0, 5.0)
    others = [line for name in ("官网", "APP", "小程序", "门店", "电话客服")
              for line in crowd(60, usual, channel=name, touchpoint=name, question="响应速度")]
    low = crowd(49, (2.0, 3.0, 4.0, 5.0, 4.0), channel="在线客服", touchpoint="在线客服", question="响应速度")
    add(store, answers=[*others, *low, *crowd(10, (1.0,), channel="微博", question="响应速度")])
    [gap] = briefing.channel_gaps(store, EVERYTHING)
    assert (gap.lowest.keys["channel"], gap.place, gap.reliable) == ("在线客服", None, True)
    assert gap.rest.estimate.n == 300
    found = briefing.channel_consistency(store, EVERYTHING)
    assert (found.questions, found.channels) == (1, 6)
    assert 85 < found.estimate.value < 100


def test_a_place_of_its_own_is_another_question(store: Warehouse) -> None:
    def ask(place: str | None, score: float) -> list[dict]:
        return [line for name in ("官网", "APP") for line in
                crowd(40, (score, score - 1), channel=name, touchpoint=place or name, question="物流时效")]
    add(store, answers=[*ask("配送", 5), *ask(None, 3)])
    assert {gap.place for gap in briefing.channel_gaps(store, EVERYTHING)} == {"配送", None}


def test_alike_channels_and_empty_stores(store: Warehouse) -> None:
    assert briefing.channel_gaps(store, EVERYTHING) == ()
    assert briefing.channel_consistency(store, EVERYTHING).estimate.withheld == "no_data"
    add(store, answers=[line for name in ("官网", "APP") for line in crowd(200, (3, 4, 5, 4), channel=name)])
    assert briefing.channel_consistency(store, EVERYTHING).estimate.high == 100
    assert not any(gap.reliable for gap in briefing.channel_gaps(store, EVERYTHING))


def test_the_star_of_a_month_is_named_only_where_somebody_stands_out(store: Warehouse) -> None:
    month = TODAY.replace(day=1).date()
    add(store, answers=[
        *crowd(60, (5.0,), staff="甲", store="一店", channel="门店"),
        *[line for name in "乙丙丁戊" for line in crowd(60, (5.0, 5.0, 2.0), staff=name, store="一店", channel="门店")],
        *crowd(12, (5.0,), staff="己", store="一店", channel="门店"),
    ])
    assert staff.months(store) == (month,)
    found = staff.stars(store, EVERYTHING, month=month)
    assert (found.names, found.compared, found.why) == (("甲",), 5, "")
    assert found.best.likely.low > found.mean
    _, people = staff.employees(store, EVERYTHING)
    assert [p.ranked.place_low is None for p in people if p.name == "己"] == [True]


def test_a_month_with_too_few_answers_is_judged_with_the_two_before_it_and_says_so(store: Warehouse) -> None:
    month = TODAY.replace(day=1).date()
    days = [TODAY - pd.Timedelta(days=back) for back in (0, 40, 70)]
    add(store, answers=[
        line for day in days for name in "甲乙丙丁戊"
        for line in crowd(22, (5.0,) if name == "甲" else (5.0, 5.0, 2.0), staff=name, store="一店", day=day)
    ])
    found = staff.stars(store, EVERYTHING, month=month)
    assert (found.names, found.compared, found.quarter, found.since.month) == (("甲",), 5, True, 1)
    before = staff.stars(store, EVERYTHING, month=date(2025, 12, 1))
    assert (before.why, before.quarter) == ("too_few", False)


@pytest.mark.parametrize(("n", "why"), [(9, "too_few"), (60, "alike")])
def test_no_star_without_answers_enough_or_without_a_difference(store: Warehouse, n: int, why: str) -> None:
    add(store, answers=[line for name in "甲乙丙" for line in crowd(n, (5.0, 2.0, 4.0), staff=name, store="一店")])
    found = staff.stars(store, EVERYTHING, month=TODAY.replace(day=1).date())
    assert (found.names, found.why) == ((), why)
