"""An event told on the page stands on the trends of its weeks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from analysis.estimate import Estimate
from analysis.i18n import say
from analysis.store import Warehouse
from dashboard.charts.lines import Point, time_line
from dashboard.charts.marks import Mark
from tests.store.hand_made import survey

WEEKS = [date(2026, 10, 5) + timedelta(weeks=i) for i in range(4)]
POINTS = [Point(week, Estimate(0.3, 0.2, 0.4, 90, "share")) for week in WEEKS]


@pytest.mark.parametrize(
    ("start", "end", "drawn"),
    [
        (date(2026, 10, 7), date(2026, 10, 8), True),
        (date(2026, 9, 1), date(2026, 10, 5), True),
        (date(2026, 11, 1), date(2026, 11, 30), True),
        (date(2026, 9, 1), date(2026, 10, 4), False),
        (date(2026, 11, 2), date(2026, 11, 3), False),
    ],
)
def test_events_of_the_weeks_shown_are_drawn(start, end, drawn) -> None:
    figure = time_line(POINTS, marks=[Mark(start, end, "<b>暴雨</b>")])
    assert len(figure.layout.shapes) == int(drawn)
    assert ["&lt;b&gt;" in a.text for a in figure.layout.annotations] == [True] * drawn
    if drawn:
        (shape,) = figure.layout.shapes
        assert WEEKS[0].isoformat() <= shape.x0 <= shape.x1 <= (WEEKS[-1] + timedelta(days=7)).isoformat()


def test_a_chart_without_weeks_has_no_events() -> None:
    assert not time_line([], marks=[Mark(WEEKS[0], WEEKS[0], "暴雨")]).layout.shapes


def words_of(app) -> str:
    return "\n".join(block.proto.body for block in app.get("html"))


def test_told_and_taken_back_on_the_page(open_app) -> None:
    with Warehouse.open(":memory:") as store:
        store.add(survey([10.0] * 40))
        app = open_app(store, page="dashboard/pages/data.py")
        assert say("screen.events.none") in words_of(app)
        app.text_input(key="author").set_value("李雷")
        app.text_input(key="event-name").set_value("暴雨")
        app.selectbox(key="event-kind").set_value("weather")
        app.button[[b.label for b in app.button].index(say("screen.events.add"))].click().run()
        (event,) = store.events()
        assert (event.name, event.kind) == ("暴雨", "weather")
        assert "暴雨" in words_of(app)
        app.button(key=f"event-gone-{event.number}").click().run()
        assert store.events() == ()
        app.button[[b.label for b in app.button].index(say("screen.events.add"))].click().run()
        assert say("errors.event_name", limit=60) in words_of(app)
