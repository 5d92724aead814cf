"""The course of a number as a card: is this week different, or is it what weeks are like?"""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from analysis import briefing
from analysis.briefing import Course
from analysis.estimate import Cell
from analysis.i18n import named, say
from dashboard import address, behind, components, data, events, formatting, numbers
from dashboard.charts.control import control_chart
from dashboard.charts.marks import Mark
from dashboard.filters import Selection

METRICS = ("nps", "csat", "ces", "complaint_rate")
HEIGHT = 300


def card(selection: Selection) -> None:
    """A metric and a touchpoint to choose, and their weeks between control limits."""
    # The title speaks of what was chosen below it.
    metric = address.begin("course-metric", METRICS, default=METRICS[0])
    place = address.begin("course-place", _places(), default="") or None if metric != "complaint_rate" else None
    filters = selection.filters.narrowed(touchpoint=place) if place else selection.filters
    course = data.ask(briefing.course, filters, metric=metric)
    title = answer(course, place or say("screen.course.everywhere"))
    with components.card(title, say("screen.course.rule", weeks=briefing.JUDGED_WEEKS), key="course"):
        _choice(metric)
        if not any(week.estimate.floored().shown for week in course.weeks):
            components.quiet_note(say("screen.course.none"))
            return
        figure = control_chart(course, height=HEIGHT, marks=[*events.marks(), *levels(course)])
        days = (course.weeks[0].week, course.weeks[-1].week)
        cells = [Cell({"week": w.week}, w.estimate) for w in course.weeks]
        behind.chart(
            figure, behind.weeks(cells, selection.filters, name=named(place or ""), touchpoint=place),
            key="course-chart", alt=title, frame=numbers.table((c.keys, c.estimate) for c in cells),
            card="course-weeks", days=days,
        )


def _choice(metric: str) -> None:
    with st.container(key="course-choice", horizontal=True, gap="small"):
        address.kept("course-metric", METRICS, default=METRICS[0], words=None, draw=lambda: st.segmented_control(
            say("screen.course.metric"), METRICS, required=True, key="course-metric",
            format_func=lambda name: say(f"metrics.{name}"), label_visibility="collapsed",
        ))
        address.kept("course-place", _places(), default="", words=None, draw=lambda: st.selectbox(
            say("screen.course.place"), _places(), key="course-place", width=220,
            format_func=lambda name: formatting.literal(name) if name else say("screen.course.everywhere"),
            disabled=metric == "complaint_rate", label_visibility="collapsed",
        ))


def _places() -> list[str]:
    """The touchpoints to choose from, nothing for all of them."""
    return ["", *data.values("touchpoint")]


def answer(course: Course, place: str) -> str:
    """The finding of the card: weeks beyond the limits, else a new level or a drift, else that weeks are even."""
    said = {"place": place, "metric": say(f"metrics.{course.metric}")}
    if course.learning:
        return say("screen.course.learning", **said, weeks=len(course.weeks))
    beyond = [week for week in course.judged if week.signal and week.estimate.floored().shown]
    if beyond:
        week = beyond[-1]
        key = "screen.course.above" if week.signal == "above" else "screen.course.below"
        return say(key, **said, week=formatting.week_of(week.week), value=formatting.value(week.estimate))
    if course.levels:
        week, before, after = course.levels[-1]
        return say("screen.course.level", **said, week=formatting.week_of(week), **_ends(course, before, after))
    if course.drift:
        since, side = course.drift
        return say(f"screen.course.drift_{side}", **said, week=formatting.week_of(since))
    return say("screen.course.even", **said, weeks=len(course.judged))


def levels(course: Course) -> list[Mark]:
    """New lasting levels as marks on the chart."""
    return [
        Mark(week, week, say("screen.course.new_level", **_ends(course, before, after)))
        for week, before, after in course.levels
    ]


def _ends(course: Course, before: float, after: float) -> dict[str, str]:
    like = course.weeks[0].estimate
    known = [replace(like, value=value, n=max(like.n, 1), withheld=None) for value in (before, after)]
    return dict(zip(("before", "after"), map(formatting.value, known), strict=True))
