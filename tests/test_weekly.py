"""Single weeks against their control limits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pytest

from analysis import briefing, trends
from analysis.schema import Filters
from analysis.store import Warehouse
from tests.store.hand_made import batch

FIRST = date(2026, 1, 5)  # a Monday


def answers(weeks: int, *, each: int = 60, low: int | None = None, seed: int = 1) -> list[dict]:
    """Answers to one question in two regions; in week `low` everybody in the region 华东 is displeased."""
    rng = np.random.default_rng(seed)
    return [
        {"response_id": f"{week}-{i}", "day": FIRST + timedelta(days=7 * week + i % 7), "dimension": "物流时效",
         "metric": "csat", "scale": "1-5", "region": region, "touchpoint": "配送",
         "score": float(rng.integers(1, 4) if week == low and region == "华东" else rng.integers(2, 6))}
        for week in range(weeks) for i in range(each) for region in (("华东", "华北")[i % 2],)
    ]


def held(rows: list[dict]) -> Warehouse:
    store = Warehouse.open(":memory:")
    numbered = [{"row": i + 2, **row} for i, row in enumerate(rows)]
    store.add(batch("survey", {"answers": numbered}, contents=list(range(len(rows)))))
    return store


@pytest.fixture(scope="module")
def store() -> Iterator[Warehouse]:
    with held(answers(32, low=31)) as opened:
        yield opened


def week(number: int, days: int = 7) -> Filters:
    start = FIRST + timedelta(weeks=number)
    return Filters.of(start, start + timedelta(days=days - 1))


def test_a_bad_week_lies_beyond_its_limits_where_it_happened(store: Warehouse) -> None:
    found = {w.keys.get("region"): w for w in briefing.judged_weeks(store, week(31)) if w.metric == "csat"}
    assert found["华东"].beyond
    assert not found["华北"].beyond
    assert found["华东"].now.value < found["华东"].usual.low
    assert found["华东"].p_value < 1e-6 < found["华北"].p_value


def test_the_list_names_it_once(store: Warehouse) -> None:
    named = [f for f in briefing.findings(store, week(31)) if f.kind == "week"]
    assert [f.scope.get("region") for f in named] == ["华东"]
    assert named[0].title.startswith("华东的物流时效在第 33 周低于平时")


def test_quiet_weeks_are_not_announced(store: Warehouse) -> None:
    assert [f for i in (27, 30) for f in briefing.findings(store, week(i)) if f.kind == "week"] == []


@pytest.mark.parametrize(("number", "judged"), [(trends.BASELINE_WEEKS - 1, False), (trends.BASELINE_WEEKS, True)])
def test_charts_learn_before_they_announce(store: Warehouse, number: int, judged: bool) -> None:
    assert bool(briefing.judged_weeks(store, week(number))) is judged


def test_a_week_that_is_not_over_is_not_judged(store: Warehouse) -> None:
    assert briefing.judged_weeks(store, week(31, days=4)) == ()


def test_weeks_with_few_answers_are_not_judged() -> None:
    with held(answers(30, each=40)) as small:
        regions = {w.keys.get("region") for w in briefing.judged_weeks(small, week(29))}
    assert regions == {None}  # 20 answers a region and week are too few, 40 in all are not


def test_the_chart_of_means_widens_for_what_weeks_vary_by() -> None:
    rng = np.random.default_rng(2)
    calm, restless = rng.normal(80, 1, 40), rng.normal(80, 3, 40)
    widths = [trends.mean_chart(x, np.ones(40)).width for x in (calm, restless)]
    assert widths[0] == pytest.approx(1, abs=0.25)
    assert widths[1] == pytest.approx(3, abs=0.8)


def test_chance_at_the_limit_is_one_in_370() -> None:
    chart = trends.mean_chart([80.0, 81.0, 79.0, 80.0] * 8, np.ones(32))
    at_limit = trends.mean_limits([*chart.values, chart.high[0]], np.ones(33), baseline=32)
    assert at_limit.chance[-1] == pytest.approx(1 / 370, rel=0.1)


@pytest.mark.parametrize("values", [[], [80.0], [float("nan")] * 5])
def test_charts_without_weeks_have_no_limits(values: list[float]) -> None:
    chart = trends.mean_chart(values, np.ones(len(values)))
    assert np.isnan(chart.low).all()
    assert chart.signals == (None,) * len(values)
