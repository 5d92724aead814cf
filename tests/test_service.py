"""Promises with open cases counted, first contacts, rate ratios: reference values and what happens at the edges."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import service
from analysis.service import CANCELLED, DONE, OPEN, Waits
from tests.reference import cases

HOUR = 60.0
NEVER = Waits.of([], [])


def waits(done: list[float], still_open: list[float] = (), cancelled: list[float] = ()) -> Waits:
    parts = ((done, DONE), (still_open, OPEN), (cancelled, CANCELLED))
    return Waits.of([t for times, _ in parts for t in times], [kind for times, kind in parts for _ in times])


@pytest.mark.parametrize("case", cases("kaplan_meier"))
def test_kaplan_meier_of_the_literature(case: dict) -> None:
    given_, wanted, within = case["given"], case["wanted"], case["within"]
    treated = Waits.of(given_["treated_time"], given_["treated_event"])
    placebo = Waits.of(given_["placebo_time"], given_["placebo_event"])
    found = service.curve(treated)
    for moment, left in wanted["survival_at"].items():
        assert 1 - found.at(float(moment))[0] == pytest.approx(left, abs=within)
    for moment in (6, 23):
        low, high = (1 - limit for limit in found.at(moment)[1:])
        assert [high, low] == pytest.approx(wanted[f"loglog_ci_at_{moment}"], abs=within)
    assert service.quantile(treated, 0.5).value == wanted["median_treated"]
    assert service.quantile(placebo, 0.5).value == wanted["median_placebo"]
    assert service.log_rank(treated, placebo) == pytest.approx(wanted["logrank_p"], rel=1e-4)
    for group, name in ((treated, "rmst_treated"), (placebo, "rmst_placebo")):
        assert service.restricted_mean(group, given_["tau"])[0].value == pytest.approx(wanted[name], abs=within)


@pytest.mark.parametrize("case", cases("kept"))
def test_promise_kept_with_open_cases(case: dict) -> None:
    given_, wanted, within = case["given"], case["wanted"], case["within"]
    group = waits(given_["closed_hours"], given_["open_age_hours"])
    found = service.kept(group, given_["sla_hours"])
    assert found.value == pytest.approx(wanted["sla_met"], abs=within or 1e-12)
    if wanted["sla_met_ci"]:
        assert [found.low, found.high] == pytest.approx(wanted["sla_met_ci"], abs=within)
        assert service.quantile(group, 0.5).value == wanted["median"]
        assert service.restricted_mean(group, given_["tau"])[0].value == pytest.approx(wanted["rmst"], abs=within)
        assert service.closed_only(group, given_["sla_hours"]).value == pytest.approx(
            wanted["wrong_closed_only"], abs=within
        )
    else:
        assert math.isnan(found.low)
        assert service.quantile(group, 0.5).withheld == "not_reached"


def test_counting_closed_cases_alone_flatters_a_growing_backlog() -> None:
    """Half of the cases are slow; of the slow ones only the oldest are closed yet."""
    quick, slow_open = [2.0] * 50, list(np.linspace(5, 30, 50))
    group = waits(quick, slow_open)
    assert service.closed_only(group, 24.0).value == 1.0
    assert service.kept(group, 24.0).value == pytest.approx(0.5)


def test_a_cancelled_case_keeps_no_promise_and_breaks_none_by_its_age() -> None:
    assert service.kept(waits([1.0] * 30, [], [2.0] * 10), 4.0).value == pytest.approx(0.75)
    later = waits([1.0] * 20 + [10.0] * 10, [], [2.0] * 10)
    assert service.quantile(later, 0.7).value == 10.0
    assert service.quantile(later, 0.9).withheld == "not_reached"


@pytest.mark.parametrize(
    ("group", "limit", "value", "why"),
    [
        (NEVER, 1.0, None, "no_data"),
        (waits([], [2.0] * 20), 8.0, None, "too_young"),
        (waits([1.0] * 5, [2.0] * 15), 8.0, None, "too_young"),
        (waits([1.0] * 20), 8.0, 1.0, None),
        (waits([9.0] * 20), 8.0, 0.0, None),
        (waits([1.0] * 20, [0.5] * 4), 8.0, 1.0, None),
    ],
)
def test_edges_of_a_promise(group: Waits, limit: float, value: float | None, why: str | None) -> None:
    found = service.kept(group, limit)
    assert found.withheld == why
    if value is not None:
        assert found.value == value
        assert 0 <= found.low < found.high <= 1


@given(st.lists(st.tuples(st.floats(0, 1000), st.sampled_from([OPEN, DONE, CANCELLED])), min_size=1, max_size=60))
def test_shares_stay_in_range_and_inside_their_limits(cases_: list[tuple[float, int]]) -> None:
    group = Waits.of(*zip(*cases_, strict=True))
    for limit in (1.0, 60.0, 999.0):
        found = service.kept(group, limit)
        if found.shown and not math.isnan(found.low):
            assert -1e-9 <= found.low <= found.value + 1e-9 <= found.high + 2e-9 <= 1 + 3e-9


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=60), st.floats(0, 1000))
def test_without_open_cases_it_is_the_ordinary_share(done: list[float], limit: float) -> None:
    found = service.kept(waits(done), limit)
    assert found.value == pytest.approx(np.mean(np.asarray(done) <= limit + 1e-9))


def test_a_wait_that_cannot_be_is_refused() -> None:
    for minutes, outcome in (([-1.0], [DONE]), ([math.nan], [DONE]), ([1.0], [7]), ([1.0, 2.0], [DONE])):
        with pytest.raises(ValueError, match="wait"):
            Waits.of(minutes, outcome)


def test_log_rank_needs_two_sides_and_an_end() -> None:
    assert math.isnan(service.log_rank(NEVER, waits([1.0])))
    assert math.isnan(service.log_rank(waits([], [1.0]), waits([], [2.0])))
    assert math.isnan(service.log_rank(waits([5.0, 5.0]), waits([5.0])))  # all at once: nobody was faster
    assert service.log_rank(waits([1.0] * 30), waits([100.0] * 30)) < 1e-6


@pytest.mark.parametrize("case", cases("first_contact"))
def test_first_contacts_wait_for_their_window(case: dict) -> None:
    given_, wanted = case["given"], case["wanted"]
    contacts = pd.DataFrame(given_["contacts"]).rename(columns={"date": "day"})
    found = service.first_contact(
        contacts, as_of=date.fromisoformat(given_["as_of"]), window_days=given_["window_days"]
    )
    assert (found.share.n, found.undecided, found.unknown) == (wanted["issues_decided"], wanted["undecided"], 0)
    assert found.share.value == pytest.approx(wanted["value"])
    assert [found.share.low, found.share.high] == pytest.approx(wanted["wilson_ci"], abs=case["within"])


def test_contacts_of_nobody_or_about_nothing_are_left_out_and_counted() -> None:
    contacts = pd.DataFrame(
        {"customer": ["a", None, "c"], "topic": ["x", "x", None], "day": ["2026-01-01"] * 3, "resolved": [True] * 3}
    )
    found = service.first_contact(contacts, as_of=date(2026, 3, 1))
    assert (found.share.n, found.share.value, found.unknown) == (1, 1.0, 2)
    nothing = service.first_contact(contacts.iloc[:0], as_of=date(2026, 3, 1))
    assert nothing.share.withheld == "no_data"


@pytest.mark.parametrize("case", cases("poisson_rate_ratio"))
def test_rate_ratio_is_exact(case: dict) -> None:
    found = service.rate_ratio(tuple(case["given"]["a"]), tuple(case["given"]["b"]))
    assert found.ratio == pytest.approx(case["wanted"]["ratio"], abs=case["within"])
    assert found.p_value == pytest.approx(case["wanted"]["exact_conditional_p"], abs=case["within"])
    assert [found.low, found.high] == pytest.approx(case["wanted"]["exact_ci"], abs=1e-5)


def test_rate_ratio_without_events_or_exposure() -> None:
    nothing = service.rate_ratio((0, 1.0), (0, 1.0))
    assert math.isnan(nothing.ratio)
    assert nothing.p_value == 1.0
    one_side = service.rate_ratio((4, 1.0), (0, 1.0))
    assert math.isinf(one_side.ratio)
    assert 0 < one_side.low < 4
    with pytest.raises(ValueError, match="exposure"):
        service.rate_ratio((1, 0.0), (1, 1.0))
