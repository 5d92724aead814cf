"""What became of an action: its own course beside that of the places without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import plotly.graph_objects as go

from analysis.briefing.effect import ActionEffect
from analysis.estimate import Cell
from analysis.i18n import say
from dashboard import formatting, theme
from dashboard.charts.base import mark_id, plain
from dashboard.charts.lines import Point, add_line, time_line
from dashboard.charts.marks import CHART_LETTERS, Mark

SUFFIXES = {"share": "%"}
NAME_LETTERS = 7  # letters that the names of the lines take at most


def effect_chart(
    effect: ActionEffect, *, height: int, marks: Sequence[Mark] = (), letters: int = CHART_LETTERS
) -> go.Figure:
    """The points of both sides, each with its own interval, and the time in which the action was carried out.

    `letters` is the size of its words in pixels.
    """
    plan = effect.action.plan
    treated = [_point(cell) for cell in effect.treated]
    unit = effect.treated[0].estimate.unit if effect.treated else "score"
    own = Mark(plan.start, plan.settled, plan.what, "action")
    figure = time_line(treated, height=height, suffix=SUFFIXES.get(unit, ""), marks=[own, *marks], letters=letters)
    colours = theme.tokens()
    sides = [(treated, say("screen.actions.with"), colours.brand)]
    if effect.untouched:
        untouched = [replace(_point(cell), mark=untouched_mark(cell.keys["week"])) for cell in effect.untouched]
        add_line(figure, untouched, colours.secondary)
        sides.append((untouched, say("screen.actions.without"), colours.secondary))
        for points, name, colour in sides:
            _name(figure, points, name, colour, letters)
    if letters != CHART_LETTERS:
        figure.update_layout(font={"size": letters})
        figure.update_xaxes(tickfont={"size": letters}, dtick="M2")
        figure.update_yaxes(tickfont={"size": letters})
    room = NAME_LETTERS * letters if effect.untouched else 12
    figure.update_layout(margin={"l": 3.4 * letters, "r": room, "t": 8, "b": 2.3 * letters})
    return figure


def _point(cell: Cell) -> Point:
    return Point(cell.keys["week"], cell.estimate.floored(), span_of(cell))


def untouched_mark(week: date) -> str:
    """The id of a point of the places without the action."""
    return mark_id("without", week)


def span_of(cell: Cell) -> str:
    """The weeks of a point, "第 23 周起 2 周"."""
    words = formatting.week_of(cell.keys["week"])
    if cell.keys["weeks"] == 1:
        return words
    return say("screen.actions.weeks_from", week=words, weeks=cell.keys["weeks"])


def _name(figure: go.Figure, points: Sequence[Point], name: str, colour: str, letters: int) -> None:
    """The line's name at its end, in its colour."""
    last = next((p for p in reversed(points) if p.estimate.shown), None)
    if last is not None:
        figure.add_annotation(
            x=last.at, y=formatting.displayed(last.estimate.value, last.estimate.unit), text=plain(name),
            xanchor="left", xshift=8, showarrow=False, font={"size": letters, "color": colour},
        )
