"""The course card says what its weeks show, for the number and the place that were chosen."""

from __future__ import annotations

from datetime import date

import pytest

from analysis.briefing import Course, CourseWeek
from analysis.estimate import Estimate
from analysis.i18n import say
from dashboard import course as card

WEEK = date(2026, 11, 16)


def course(*, value: float = 0.3, n: int = 90, signal=None, learning: bool = False, levels=(), drift=None) -> Course:
    estimate = Estimate(value, value - 0.1, value + 0.1, n, "nps")
    return Course("nps", (CourseWeek(WEEK, estimate, 0.1, 0.5, signal),), 0.3, learning, levels, drift)


@pytest.mark.parametrize(
    ("found", "key"),
    [
        (course(), "even"),
        (course(value=0.0, signal="below"), "below"),
        (course(value=0.9, signal="above"), "above"),
        (course(value=0.0, n=4, signal="below"), "even"),
        (course(levels=((WEEK, 0.1, 0.3),)), "level"),
        (course(value=0.0, signal="below", levels=((WEEK, 0.1, 0.3),)), "below"),
        (course(drift=(WEEK, "below")), "drift_below"),
        (course(drift=(WEEK, "above")), "drift_above"),
        (course(levels=((WEEK, 0.1, 0.3),), drift=(WEEK, "above")), "level"),
        (course(learning=True), "learning"),
    ],
)
def test_the_title_says_what_the_weeks_show(found: Course, key: str) -> None:
    fixed = say(f"screen.course.{key}", place="全部", metric=say("metrics.nps"), week="W", value="V", weeks=1,
                before="A", after="B").partition("W")[0]
    assert card.answer(found, "全部").startswith(fixed)
    assert "4" not in card.answer(course(value=0.0, n=4, signal="below"), "").replace(say("metrics.nps"), "")


def test_the_storm_is_found_by_choosing_what_it_hit(open_app, sample_store) -> None:
    app = open_app(sample_store, page="dashboard/pages/touchpoints.py")
    assert "最近 4 周都在平常的起伏之内" in "\n".join(block.proto.body for block in app.get("html"))
    app.session_state["period"] = "custom"
    app.session_state["days"] = (date(2026, 9, 14), date(2026, 10, 11))
    app.session_state["course-metric"] = "csat"
    app.session_state["course-place"] = "配送"
    said = "\n".join(block.proto.body for block in app.run().get("html"))
    assert "配送的CSAT 满意度在" in said
    assert "跌出平常的范围" in said
