"""A weak spot week by week: its own answers on one line, all others on the other, none on both."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pandas as pd
import pytest

from analysis import briefing
from analysis.schema import Filters
from analysis.store import Warehouse
from tests.store.hand_made import batch

LAST = date(2026, 11, 16)
SPOT = (("touchpoint", "在线客服"), ("dimension", "问题解决彻底性"))
QUESTION = {"metric": "csat", "scale": "1-5"}
WEEKS = 30


def answers(place: str, dimension: str, scores: tuple[int, ...]) -> list[dict]:
    return [
        {"touchpoint": place, "dimension": dimension, "score": float(score),
         "day": pd.Timestamp(LAST - timedelta(weeks=week)), **QUESTION}
        for week in range(WEEKS) for score in scores
    ]


@pytest.fixture
def store() -> Iterator[Warehouse]:
    lines = [
        *answers("在线客服", "问题解决彻底性", (2, 3) * 6), *answers("在线客服", "服务态度", (4, 5) * 6),
        *answers("门店", "问题解决彻底性", (4, 4) * 6),
    ]
    lines = [{"response_id": f"r{number}", **line} for number, line in enumerate(lines)]
    with Warehouse.open(":memory:") as store:
        store.add(batch("survey", {"answers": lines}, contents=list(range(len(lines)))))
        yield store


def test_each_week_holds_the_spot_and_everything_else(store: Warehouse) -> None:
    found = briefing.spotlight(store, Filters(), keys=SPOT)
    assert [w.week for w in found.weeks] == [LAST - timedelta(weeks=back) for back in range(23, -1, -1)]
    assert {(w.own.value, w.own.n) for w in found.weeks} == {(37.5, 12)}
    assert {(w.rest.value, w.rest.n) for w in found.weeks} == {(81.25, 24)}
    assert found.weeks_needed == 2  # sd 13.0, 12 a week: 8 points are 2.8 errors from the second week on


def test_without_answers_nothing_is_known_and_nothing_promised(store: Warehouse) -> None:
    found = briefing.spotlight(store, Filters(), keys=(("touchpoint", "配送"), ("dimension", "物流时效")))
    assert found.weeks_needed is None
    assert not any(w.own.shown for w in found.weeks)
    with Warehouse.open(":memory:") as empty:
        assert briefing.spotlight(empty, Filters(), keys=SPOT).weeks == ()
