"""The course of a number: a week beyond the rule is told, ordinary weeks are not, and a short past only learns."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from analysis import briefing
from analysis.briefing import JUDGED_WEEKS
from analysis.schema import Filters
from analysis.store import Warehouse
from tests.store.hand_made import batch

LAST = date(2026, 11, 16)


def store_of(means: list[float], *, n: int = 60, last_n: int | None = None, seed: int = 1) -> Warehouse:
    """Weeks up to LAST whose share of promoters is `means`, the others detractors; `last_n` answers in the last."""
    rng, store, answers = np.random.default_rng(seed), Warehouse.open(":memory:"), []
    for i, mean in enumerate(reversed(means)):
        size = last_n if last_n and i == 0 else n
        day = pd.Timestamp(LAST - timedelta(weeks=i))
        answers += [{"score": 10.0 if drawn < mean else 0.0, "day": day} for drawn in rng.random(size)]
    question = {"dimension": "推荐意愿", "metric": "nps", "scale": "0-10"}
    lines = [{"response_id": f"r{number}", **question, **answer} for number, answer in enumerate(answers)]
    store.add(batch("survey", {"answers": lines}, contents=list(range(len(lines)))))
    return store


def nps(store: Warehouse, filters: Filters = Filters()) -> briefing.Course:  # noqa: B008
    return briefing.course(store, filters, metric="nps")


def test_ordinary_weeks_are_quiet():
    found = nps(store_of([0.6] * 40))
    assert not found.learning
    assert [week.signal for week in found.judged] == [None] * JUDGED_WEEKS
    assert found.centre == pytest.approx(0.2, abs=0.06)
    assert all(week.low < found.centre < week.high for week in found.weeks)


def test_a_week_beyond_the_limits_is_told():
    found = nps(store_of([0.6] * 39 + [0.15]))
    assert [week.signal for week in found.judged] == [None, None, None, "below"]
    assert found.weeks[-1].week == LAST


def test_the_judged_weeks_are_no_part_of_their_limits():
    calm, fallen = nps(store_of([0.6] * 40)), nps(store_of([0.6] * 36 + [0.1] * 4))
    assert (calm.centre, calm.weeks[-1].high) == pytest.approx((fallen.centre, fallen.weeks[-1].high), abs=0.03)


def test_a_short_past_only_learns():
    found = nps(store_of([0.6] * 20 + [0.0]))
    assert found.learning
    assert not any(week.signal for week in found.weeks)
    assert found.levels == ()


def test_a_lasting_level_is_found_where_it_begins():
    found = nps(store_of([0.4] * 26 + [0.8] * 26, n=200))
    ((week, before, after),) = found.levels
    assert abs((week - (LAST - timedelta(weeks=25))).days) <= 7
    assert (before, after) == pytest.approx((-0.2, 0.6), abs=0.08)


def test_a_drift_too_slow_for_single_weeks_is_told_from_where_it_began():
    found = nps(store_of([0.6] * 46 + [0.55] * 10, n=150, seed=3))
    assert [week.signal for week in found.judged] == [None] * JUDGED_WEEKS
    since, side = found.drift
    assert side == "below"
    assert abs((since - (LAST - timedelta(weeks=9))).days) <= 14


@pytest.mark.parametrize("means", [[0.6] * 40, [0.6] * 15 + [0.4] * 5, []], ids=["even", "learning", "empty"])
def test_weeks_without_a_drift_have_none(means):
    with store_of(means) if means else Warehouse.open(":memory:") as store:
        assert nps(store).drift is None


def test_few_answers_are_a_gap():
    found = nps(store_of([0.6] * 40, last_n=5))
    assert found.weeks[-1].estimate.n == 5
    assert math.isnan(found.weeks[-1].low)
    assert found.weeks[-1].signal is None


@pytest.mark.parametrize("metric", ["nps", "csat", "ces", "complaint_rate"])
def test_nothing_in_the_store(metric):
    with Warehouse.open(":memory:") as store:
        found = briefing.course(store, Filters(), metric=metric)
    assert found.weeks == ()
    assert found.learning
    assert math.isnan(found.centre)


@pytest.mark.parametrize("metric", ["nps", "csat", "ces", "complaint_rate"])
def test_the_sample_over_all_has_no_week_out_of_order(sample_store, metric):
    found = briefing.course(sample_store, Filters(), metric=metric)
    assert not found.learning
    assert len(found.weeks) >= 52
    assert [week.signal for week in found.judged] == [None] * JUDGED_WEEKS


def test_the_storm_stands_out_at_the_touchpoint_it_hit(sample_store, truths):
    storm = truths["truths"]["storm_week"]
    week = date.fromisoformat(storm["week"])
    found = briefing.course(
        sample_store, Filters.of(end=week + timedelta(days=6), touchpoint=storm["touchpoint"]), metric="csat"
    )
    assert found.weeks[-1].week == week
    assert found.weeks[-1].signal == "below"
