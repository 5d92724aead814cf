"""The meeting: its agenda, its clock, and the ways through it."""

from __future__ import annotations

import pytest

from analysis.i18n import say
from analysis.store import Warehouse
from dashboard.meeting.clock import Clock, written
from tests.dashboard.conftest import shown_html

PAGE = "dashboard/pages/meeting.py"


def test_the_clock_counts_each_screen_and_their_sum() -> None:
    clock = Clock("a", 100.0)
    clock.enter("b", now=130.0)
    clock.enter("b", now=140.0)
    clock.enter("a", now=190.0)
    assert clock.until(195.0) == {"a": 35.0, "b": 60.0}
    assert clock.total(195.0) == 95.0


@pytest.mark.parametrize(("seconds", "words"), [(0, "00:00"), (59.9, "00:59"), (372, "06:12"), (6000, "100:00")])
def test_time_is_written_in_minutes_and_seconds(seconds: float, words: str) -> None:
    assert written(seconds) == words


def test_without_data_the_meeting_leads_to_the_first_steps(open_app, empty_store: Warehouse) -> None:
    app = open_app(empty_store, page=PAGE)
    assert say("screen.overview.empty") in shown_html(app)
    assert not app.exception


def test_one_answer_gives_a_meeting_without_a_weak_screen(open_app, one_row_store: Warehouse) -> None:
    app = open_app(one_row_store, page=PAGE)
    seen = []
    for _ in range(4):
        seen.append(shown_html(app))
        app.button(key="meeting-on-0").click().run()
    assert say("screen.meeting.place_in", at=1, of=3, name=say("screen.meeting.item_numbers")) in seen[0]
    assert say("screen.meeting.untested") in seen[1]
    assert say("screen.meeting.item_changed") in seen[2]  # its time is told at the end
    assert say("screen.meeting.item_close") in seen[3]  # the end is the end
    assert not app.exception
    app.button(key="meeting-back-1").click().run()
    assert say("screen.meeting.untested") in shown_html(app)
