"""A number over the weeks between the limits within which it varies by nature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import plotly.graph_objects as go

from analysis.briefing import Course, CourseWeek
from analysis.estimate import Estimate
from analysis.i18n import say
from dashboard import formatting, theme
from dashboard.charts.lines import Point, time_line
from dashboard.charts.marks import Mark

SUFFIXES = {"share": "%"}


def control_chart(course: Course, *, height: int, marks: Sequence[Mark] = ()) -> go.Figure:
    """Weeks with their own intervals, the usual level and its limits dashed, weeks beyond them in colour."""
    unit = course.weeks[0].estimate.unit if course.weeks else "score"
    points = [Point(w.week, w.estimate.floored(), _words(w, course)) for w in course.weeks]
    figure = time_line(points, height=height, suffix=SUFFIXES.get(unit, ""), marks=marks)
    if course.learning or not course.weeks:
        return figure
    _add_limits(figure, course)
    beyond = [w for w in course.weeks if w.signal and w.estimate.floored().shown]
    figure.add_trace(
        go.Scatter(
            ids=[str(w.week) for w in beyond], x=[w.week for w in beyond],
            y=[formatting.displayed(w.estimate.value, unit) for w in beyond],
            mode="markers", marker={"size": 11, "color": theme.tokens().attention}, cliponaxis=False,
            customdata=[_hover(w, course) for w in beyond], hovertemplate="%{customdata}<extra></extra>",
        )
    )
    return figure


def _add_limits(figure: go.Figure, course: Course) -> None:
    colours = theme.tokens()
    unit = course.weeks[0].estimate.unit
    days = [w.week for w in course.weeks]
    for values in ([w.low for w in course.weeks], [w.high for w in course.weeks]):
        figure.add_trace(
            go.Scatter(
                x=days, y=[formatting.displayed(v, unit) for v in values], mode="lines", hoverinfo="skip",
                line={"width": 1.2, "dash": "dash", "color": colours.context, "shape": "hvh"}, connectgaps=True,
            )
        )
    centre = formatting.displayed(course.centre, unit)
    figure.add_hline(y=centre, line={"width": 1, "color": colours.context})


def _words(week: CourseWeek, course: Course) -> str:
    words = formatting.week_of(week.week)
    if course.learning or week.low != week.low:
        return words
    limits = formatting.interval(_limits(week))
    return say("screen.course.hover", week=words, limits=limits)


def _hover(week: CourseWeek, course: Course) -> str:
    return f"<b>{_words(week, course)}</b><br>{formatting.hover(week.estimate)}"


def _limits(week: CourseWeek) -> Estimate:
    return replace(week.estimate, low=week.low, high=week.high)
