"""What is planted in the sample data is found, and what is only chance is not named."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

import pytest

from analysis import briefing, compare, metrics
from analysis.briefing import Digest, bots, hotspots, promises
from analysis.briefing.weakness import store_gaps
from analysis.drivers import quadrants
from analysis.estimate import FLOOR_SHOWN
from analysis.schema import EVERYTHING, Filters
from analysis.store import Warehouse


def last_weeks(truths: dict, weeks: int) -> Filters:
    end = date.fromisoformat(truths["period"]["end"])
    return Filters.of(end - timedelta(days=7 * weeks - 1), end)


Listed = Callable[[Filters], Digest]


@pytest.fixture(scope="module")
def listed(sample_store: Warehouse) -> Listed:
    """The list of findings of a period, each question asked once for all tests, as the screen does."""
    ask = cache(lambda question, filters: question(sample_store, filters))
    return cache(lambda filters: briefing.digest(sample_store, filters, ask=ask))


@pytest.mark.parametrize("weeks", [52, 12, 4])
def test_the_weak_dimension_is_named_first(listed: Listed, truths: dict, weeks: int) -> None:
    truth = truths["truths"]["weak_online_resolution"]
    assert weeks in truth["first_in_last_weeks"]
    first = listed(last_weeks(truths, weeks)).findings[0]
    assert (first.kind, first.scope) == ("weak", {k: truth[k] for k in ("touchpoint", "dimension")})


def test_the_year_in_one_list(listed: Listed, truths: dict) -> None:
    planted = truths["truths"]
    found = listed(EVERYTHING).findings
    # The queue beyond its tipping point is weak as well, but only just.
    weak, *others = [f for f in found if f.scope.get("dimension") != "排队等候" or f.kind == "tipping"]
    assert [f.kind for f in others] == ["store", "store", "tipping", "issue", "driver"]
    first, second, tipping, issue, driver = others
    assert weak.method == "paired"
    assert {first.scope["store"], second.scope["store"]} == set(planted["two_bad_stores"]["stores"])
    assert tipping.estimate.low <= planted["queue_kink"]["kink_minutes"]["value"] <= tipping.estimate.high
    assert "发票" in issue.title
    assert driver.scope["dimension"] == planted["weak_online_resolution"]["dimension"]


def test_complaints_say_the_same_of_the_weak_dimension(listed: Listed) -> None:
    spot = listed(EVERYTHING).spots[0]
    # The sample's comments are unread here.
    assert [(w.source, w.says) for w in spot.witnesses] == [
        ("ratings", "agrees"), ("comments", "no_data"), ("complaints", "agrees"),
    ]
    assert spot.priority.value == pytest.approx(-spot.cell.gap.value * spot.importance.value)
    assert spot.priority.low < spot.priority.value < spot.priority.high


def test_the_storm_is_announced_in_its_week(listed: Listed, truths: dict) -> None:
    storm = date.fromisoformat(truths["truths"]["storm_week"]["week"])
    week = listed(Filters.of(storm, storm + timedelta(days=6))).findings
    named = [f for f in week if f.kind == "week"]
    assert [(f.scope["dimension"], f.scope["week"]) for f in named] == [("物流时效", storm)]


def test_the_weak_dimension_lies_as_low_as_planted(sample_store: Warehouse, truths: dict) -> None:
    truth = truths["truths"]["weak_online_resolution"]
    worst = briefing.weak_dimensions(sample_store, last_weeks(truths, 52)).weak[0]
    assert worst.estimate.value == pytest.approx(truth["score"]["value"], abs=truth["score"]["tolerance"])
    assert worst.gap.value == pytest.approx(truth["gap_to_rest"]["value"], abs=truth["gap_to_rest"]["tolerance"])


def test_bad_stores_are_named_and_unlucky_ones_are_not(listed: Listed, truths: dict) -> None:
    year = listed(last_weeks(truths, 52)).findings
    named = {f.scope["store"] for f in year if f.kind == "store"}
    assert named == set(truths["truths"]["two_bad_stores"]["stores"])


@pytest.mark.parametrize("weeks", [12, 4, 1])
def test_unlucky_stores_are_never_named(listed: Listed, truths: dict, weeks: int) -> None:
    named = {f.scope.get("store") for f in listed(last_weeks(truths, weeks)).findings}
    assert not named & set(truths["truths"]["three_unlucky_stores"]["stores"])


def test_unlucky_stores_do_look_bad(sample_store: Warehouse, truths: dict) -> None:
    seen = {c.keys["store"]: c for c in compare.flagged(store_gaps(sample_store, last_weeks(truths, 52)))}
    for name in truths["truths"]["three_unlucky_stores"]["stores"]:
        assert seen[name].gap.value < -compare.MIN_GAP
        assert seen[name].flag is None


def test_the_ranking_flags_the_bad_stores_and_gives_the_unlucky_no_place(sample_store: Warehouse, truths: dict) -> None:
    found = {u.name: u for u in briefing.ranking(sample_store, EVERYTHING).units}
    bad, unlucky = (truths["truths"][name]["stores"] for name in ("two_bad_stores", "three_unlucky_stores"))
    assert {name for name, unit in found.items() if unit.standing in ("alarm_low", "alert_low")} == set(bad)
    assert all(found[name].place_low is None and not found[name].likely.shown for name in unlucky)
    assert {u.likely.withheld for u in found.values() if 10 <= u.estimate.n < 30} == {"unranked"}


def test_no_store_is_hidden_alone_in_the_ranking(sample_store: Warehouse, truths: dict) -> None:
    found = briefing.ranking(sample_store, last_weeks(truths, 26)).units
    hidden = {unit.name: unit.estimate.n for unit in found if unit.estimate.withheld == "hidden"}
    assert min(hidden.values()) < FLOOR_SHOWN <= max(hidden.values()), "the total would give the small one away"
    assert not any(u.likely.shown or u.place_low for u in found if u.name in hidden)


def test_no_employee_stands_out(sample_store: Warehouse) -> None:
    # Nothing is planted on employees beyond their stores.
    ranking = briefing.ranking(sample_store, EVERYTHING, unit="staff")
    assert len(ranking.units) > 100
    assert all(unit.standing in ("usual", "unranked") for unit in ranking.units)


def test_queues_break_at_the_planted_minute(sample_store: Warehouse, truths: dict) -> None:
    truth = truths["truths"]["queue_kink"]
    first, *others = briefing.wait_curves(sample_store, EVERYTHING)
    assert (first.touchpoint, first.dimension) == (truth["touchpoint"], truth["dimension"])
    assert first.tipping.shape == "kink"
    assert first.tipping.low <= truth["kink_minutes"]["value"] <= first.tipping.high
    slope = truth["points_per_minute_after"]
    assert first.tipping.slope_after == pytest.approx(slope["value"], abs=slope["tolerance"])
    assert not any(curve.tipping.named for curve in others)


def test_what_goes_with_satisfaction_is_the_planted_weakness(sample_store: Warehouse, truths: dict) -> None:
    report = briefing.driver_report(sample_store, EVERYTHING)
    weak = truths["truths"]["weak_online_resolution"]["dimension"]
    assert report.drivers[0].dimension == weak
    placed = dict(zip([d.dimension for d in report.drivers], quadrants(report.drivers), strict=True))
    assert placed[weak] == "act_now"


def test_the_invoice_issue_comes_up_and_nothing_else(sample_store: Warehouse, truths: dict) -> None:
    planted = truths["truths"]["invoice_issue"]
    (found,) = briefing.emerging_issues(sample_store, EVERYTHING)
    assert "发票" in found.phrase
    assert {str(week): count for week, count, _ in found.weeks[-3:]} == planted["mentions_by_week"]
    assert all(re.search(r"[发發]票", quote) for quote in found.quotes)


def test_weeks_before_the_invoice_issue_are_quiet(sample_store: Warehouse) -> None:
    ends = [date(2026, 5, 3) + timedelta(weeks=3 * i) for i in range(6)]
    assert [briefing.emerging_issues(sample_store, Filters.of(end=end)) for end in ends] == [()] * len(ends)


def test_the_storm_week_stands_out_alone(sample_store: Warehouse, truths: dict) -> None:
    truth = truths["truths"]["storm_week"]
    cells = briefing.touchpoint_weeks(sample_store, last_weeks(truths, 12))
    falls = [(c.touchpoint, c.week.isoformat()) for c in cells if c.flag == "weak"]
    assert falls == [(truth["touchpoint"], truth["week"])]
    assert min(cells, key=lambda c: c.deviation).week.isoformat() == truth["week"]


def test_late_deliveries_fall_as_planted(sample_store: Warehouse, truths: dict) -> None:
    truth = truths["truths"]["late_delivery_complaints"]
    start, end = (date.fromisoformat(truth["action"][side]) for side in ("start", "end"))
    weeks = briefing.cause_share_weeks(sample_store, truth["category"], last_weeks(truths, 52))
    before = [c.estimate for c in weeks if c.keys["week"] < start]
    after = [c.estimate for c in weeks if c.keys["week"] > end]
    for estimates, planted_share in ((before, truth["share_before"]), (after, truth["share_after"])):
        pooled = metrics.share(sum(e.value * e.n for e in estimates), sum(e.n for e in estimates))
        value, tolerance = planted_share["value"], planted_share["tolerance"]
        assert pooled.low - tolerance <= value <= pooled.high + tolerance
        holding = sum(e.low <= value <= e.high for e in estimates)
        assert holding >= 0.8 * len(estimates)


def test_late_deliveries_are_reported_as_fallen(sample_store: Warehouse, listed: Listed, truths: dict) -> None:
    truth = truths["truths"]["late_delivery_complaints"]
    half_year = Filters.of(date(2026, 5, 25), date(2026, 11, 22))
    causes = {c.category: c for c in briefing.complaint_causes(sample_store, half_year)}
    assert causes[truth["category"]].difference.verdict == "reliable_fall"
    told = [f for f in listed(half_year).findings if f.kind == "complaints"]
    assert [(f.scope["category"], f.tone) for f in told][:1] == [(truth["category"], "good")]


def test_gold_members_get_better_personalisation(sample_store: Warehouse, truths: dict) -> None:
    truth = truths["truths"]["gold_personalisation"]
    after = date.fromisoformat(truth["action"]["end"]) + timedelta(days=1)
    since = Filters.of(after, date.fromisoformat(truths["period"]["end"]), dimension=truth["dimension"])
    rows = sample_store.histogram(["tier"], since, metric="csat")
    gold = rows["tier"] == truth["tier"]
    found = compare.difference(rows[gold], rows[~gold], metric="score")
    assert found.verdict == "reliable_rise"
    level = metrics.estimate("score", rows[gold]).value
    assert level == pytest.approx(truth["after"]["value"], abs=truth["after"]["tolerance"])


@pytest.mark.parametrize(("place", "level", "factor"), [(0, "nps_points", 100), (1, "csat_share", 1), (2, "ces", 1)])
def test_headlines_stand_at_the_planted_level(
    sample_store: Warehouse, truths: dict, place: int, level: str, factor: int
) -> None:
    wanted = truths["levels"][level]
    found = briefing.headlines(sample_store, last_weeks(truths, 52))[place].estimate
    assert found.n == truths["counts"]["responses"]
    assert found.value * factor == pytest.approx(wanted["value"], abs=wanted["tolerance"])


def test_no_verdict_of_change_where_nothing_was_planted(sample_store: Warehouse, truths: dict) -> None:
    found = briefing.headlines(sample_store, last_weeks(truths, 4))
    assert [h.verdict for h in found if h.metric == "nps"] == ["no_reliable_change"]


def test_the_bot_is_found_with_its_share_speed_and_hand_overs(sample_store: Warehouse, truths: dict) -> None:
    truth = truths["truths"]["bot_replies"]
    ordinary = Filters.of(date.fromisoformat(truth["start"]), priority="普通")
    found = bots.bots(sample_store, ordinary)
    assert (found.column, list(found.channels)) == (truth["column"], sorted(truth["channels"]))
    for estimate, stated in ((found.reached, truth["share"]), (found.handed, truth["handed"])):
        assert estimate.low <= stated["value"] <= estimate.high
    speed = {side.who: side.half.value for side in found.sides}
    assert speed["bot"] < 1 < truth["median_minutes_person"]["value"] - 2 < speed["person"]
    assert found.p_value < 1e-6


def test_the_queue_hotspot_is_named_alone(sample_store: Warehouse, truths: dict) -> None:
    truth = truths["truths"]["queue_hotspot"]
    found = hotspots.hotspots(sample_store, Filters.of(date.fromisoformat(truth["start"])))
    assert [(h.category, h.place, list(h.hours)) for h in found.found] == [
        (truth["category"], truth["store"], truth["hours"])
    ]
    before = Filters.of(end=date.fromisoformat(truth["start"]) - timedelta(days=1))
    assert hotspots.hotspots(sample_store, before).found == ()


def test_urgent_replies_are_kept_less_in_the_evening(sample_store: Warehouse, truths: dict) -> None:
    truth = truths["truths"]["urgent_evenings"]
    by_hour = promises.kept_by(sample_store, EVERYTHING, key="hour", promise="urgent")
    worst = promises.lowest(by_hour)
    assert truth["evening"][0] <= worst.keys["hour"] < truth["evening"][1]


def test_closed_cases_alone_would_flatter_the_recent_weeks(sample_store: Warehouse, truths: dict) -> None:
    board = promises.board(sample_store, last_weeks(truths, 4))
    closed = next(k for k in board.kept if k.promise.name == "closed")
    assert closed.waiting > 5
    assert closed.closed_only.value - closed.share.value > 0.005
    assert closed.left_out == {}
