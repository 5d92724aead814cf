"""How cases are handled as headline numbers: the same as on the page of complaints, now, before and by week."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest

from analysis.actions import Goal, Target
from analysis.briefing import Headline
from analysis.briefing.handled import handled, handled_metrics
from analysis.briefing.promises import board
from analysis.briefing.resolution import resolution
from analysis.briefing.targets import DEFAULTS, aim_at, standing
from analysis.estimate import Estimate
from analysis.schema import EVERYTHING, Filters
from analysis.store import Warehouse
from tests.store.hand_made import batch

MONTH = Filters(date(2026, 10, 26), date(2026, 11, 22))
PERIODS = {
    "month": MONTH, "one channel": MONTH.narrowed(channel="在线客服"), "a week": Filters(date(2026, 11, 16), MONTH.end),
    "everything": EVERYTHING, "open start": Filters(end=MONTH.start), "open end": Filters(start=MONTH.start),
}


def ticket(number: int, day: date, *, hours: float | None, customer: str = "") -> dict:
    """A ticket of a customer of its own, closed after so many hours, or open."""
    created = pd.Timestamp(day) + pd.Timedelta(hours=9, seconds=5)
    closed = created + pd.Timedelta(hours=hours) if hours is not None else pd.NaT
    return {
        "ticket_id": f"T{number}", "created": created, "closed": closed, "category": "物流", "channel": "APP",
        "status": "已办结" if hours is not None else "处理中", "reopened": False, "contacts": 1.0,
        "customer_id": customer or f"C{number}",
    }


@pytest.fixture
def store_of() -> Iterator[Callable[[list[dict]], Warehouse]]:
    with Warehouse.open(":memory:") as store:

        def fill(tickets: list[dict]) -> Warehouse:
            numbers = list(range(len(tickets)))
            store.add(batch("complaint", {"tickets": tickets}, contents=numbers, identities=numbers))
            return store

        yield fill


def by_name(found: tuple[Headline, ...]) -> dict[str, Headline]:
    return {headline.metric: headline for headline in found}


@pytest.mark.parametrize("filters", PERIODS.values(), ids=PERIODS)
def test_the_numbers_are_those_of_the_page_of_complaints(sample_store: Warehouse, filters: Filters) -> None:
    found = by_name(handled(sample_store, filters))
    [promise] = [k for k in board(sample_store, filters).kept if k.promise.name == "closed"]
    assert found["fcr"].estimate == resolution(sample_store, filters).first.share
    assert found["closed"].estimate == promise.share
    assert found["closed"].kept == promise


@pytest.mark.parametrize("metric", ["fcr", "closed"])
def test_each_week_is_what_a_filter_for_it_shows(sample_store: Warehouse, metric: str) -> None:
    series = by_name(handled(sample_store, MONTH))[metric].series
    assert len(series) == 12
    assert series[-1].keys["week"] == date(2026, 11, 16)
    for cell in series[::4]:
        week = cell.keys["week"]
        alone = by_name(handled(sample_store, Filters(week, week + timedelta(days=6))))[metric]
        assert alone.estimate == cell.estimate


def test_the_period_before_is_compared(sample_store: Warehouse) -> None:
    before = MONTH.previous()
    assert before is not None
    for metric, headline in by_name(handled(sample_store, MONTH)).items():
        assert headline.previous == by_name(handled(sample_store, before))[metric].estimate
        gap = headline.estimate.value - headline.previous.value
        assert headline.difference.estimate.value == pytest.approx(gap)


def test_a_fall_of_what_is_closed_in_time_is_called_reliable(store_of) -> None:
    first, second = date(2026, 3, 2), date(2026, 3, 9)
    tickets = [ticket(i, first + timedelta(days=i % 7), hours=5) for i in range(70)]
    tickets += [ticket(70 + i, second + timedelta(days=i % 5), hours=5 if i % 2 else 40) for i in range(70)]
    tickets.append(ticket(140, second + timedelta(days=6), hours=24))  # the clock by which open cases are aged
    found = by_name(handled(store_of(tickets), Filters(second, second + timedelta(days=6))))
    assert found["closed"].verdict == "reliable_fall"
    assert found["closed"].previous.value == 1.0
    assert found["closed"].estimate.value == pytest.approx(36 / 71)


def test_a_customer_who_comes_back_was_not_helped_at_first(store_of) -> None:
    start = date(2026, 3, 2)
    tickets = [ticket(i, start, hours=5) for i in range(30)]
    tickets += [ticket(30 + i, start + timedelta(days=3), hours=5, customer=f"C{i}") for i in range(12)]
    tickets.append(ticket(99, start + timedelta(days=20), hours=5))
    found = by_name(handled(store_of(tickets), Filters(start, start + timedelta(days=6))))["fcr"]
    assert (found.estimate.value, found.estimate.n) == (pytest.approx(18 / 30), 30)
    assert found.verdict == "no_previous"


def test_without_tickets_or_promise_nothing_is_said(store_of) -> None:
    store = store_of([])
    assert (handled(store, MONTH), handled_metrics(store, MONTH)) == ((), ())
    store = store_of([ticket(i, date(2026, 3, 2), hours=5) for i in range(12)])
    quiet = by_name(handled(store, MONTH))
    assert handled_metrics(store, MONTH) == ("fcr", "closed") == tuple(quiet)
    assert {h.estimate.n for h in quiet.values()} == {0}
    assert {h.verdict for h in quiet.values()} == {"no_previous"}
    store.drop_promise("closed", who="李明", seen=24 * 60)
    assert handled_metrics(store, MONTH) == ("fcr",) == tuple(by_name(handled(store, MONTH)))


SHARE = Estimate(0.8, 0.77, 0.83, 700, "share")
AUTUMN = Goal("csat", 75.0, (), date(2026, 10, 1), date(2026, 11, 30))
IN_ONE_STORE = Goal("csat", 70.0, (("store", "湖滨店"),))


@pytest.mark.parametrize(
    ("goals", "filters", "value", "verdict"),
    [
        ((), MONTH, 0.9, "not_met"),
        ((AUTUMN,), MONTH, 0.75, "met"),
        ((AUTUMN,), Filters(date(2026, 9, 1), MONTH.end), 0.9, "not_met"),
        ((AUTUMN,), EVERYTHING, 0.9, "not_met"),
        ((IN_ONE_STORE,), MONTH, 0.9, "not_met"),
        ((Goal("csat", 80.0),), MONTH, 0.8, "undecided"),
    ],
    ids=["default", "own days", "more than its days", "no days", "one store", "on the line"],
)
def test_a_number_is_held_against_the_target_for_its_days(goals, filters, value, verdict) -> None:
    targets = standing([Target(i, 1, goal) for i, goal in enumerate(goals, start=1)])
    aim = aim_at(targets, "csat", SHARE, filters)
    assert aim is not None
    assert (aim.goal, aim.so_far) == (pytest.approx(value), verdict)


def test_few_answers_and_numbers_without_a_target_have_no_verdict() -> None:
    targets = [Target(0, 0, goal) for goal in DEFAULTS]
    aim = aim_at(targets, "csat", replace(SHARE, n=20), MONTH)
    assert aim is not None
    assert aim.so_far == "not_enough"
    assert aim_at(targets, "nps", SHARE, MONTH) is None
