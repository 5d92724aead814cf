"""One weak spot beside everything else, large enough for a room."""

from __future__ import annotations

from collections.abc import Callable

import plotly.graph_objects as go

from analysis.briefing import Spotlight, SpotWeek
from analysis.estimate import Estimate
from dashboard import formatting, theme
from dashboard.charts.base import empty_figure, mark_id, plain
from dashboard.charts.lines import Point, add_line
from dashboard.charts.marks import Mark, draw

SIZE = 19  # pixels of a letter that a room still reads


def spotlight_chart(
    found: Spotlight, *, own: str, rest: str, height: int, marks: tuple[Mark, ...] = ()
) -> go.Figure:
    """The spot in orange and everything else in grey, each week with its own interval, named at their last weeks."""
    figure, colours = empty_figure(height), theme.tokens()
    draw(figure, marks, [week.week for week in found.weeks], letters=SIZE)
    for pick, colour in ((_rest, colours.context), (_own, colours.attention)):
        add_line(figure, [_point(week, pick) for week in found.weeks], colour)
    for pick, name, colour, above in ((_rest, rest, colours.secondary, True), (_own, own, colours.attention, False)):
        _name(figure, found, pick, name, colour, above=above)
    ticks = {"size": SIZE, "color": colours.secondary}
    shown = found.weeks[:: max(len(found.weeks) // 6, 1)]
    figure.update_xaxes(
        tickvals=[w.week for w in shown], ticktext=[formatting.week(w.week) for w in shown], tickfont=ticks,
        showline=True,
    )
    figure.update_yaxes(tickfont=ticks, nticks=5, showgrid=True, gridcolor=colours.line)
    figure.update_layout(margin={"l": 54, "r": 16, "t": 34, "b": 44})
    return figure


def _own(week: SpotWeek) -> Estimate:
    return week.own


def _rest(week: SpotWeek) -> Estimate:
    return week.rest


def _point(week: SpotWeek, pick: Callable[[SpotWeek], Estimate]) -> Point:
    mark = mark_id("rest", week.week) if pick is _rest else ""
    return Point(week.week, pick(week).floored(), formatting.week_of(week.week), mark)


def _name(
    figure: go.Figure, found: Spotlight, pick: Callable[[SpotWeek], Estimate], name: str, colour: str, *, above: bool
) -> None:
    """The line's name over or under its band at the right end, where it is clear of the other line."""
    shown = [(w.week, e) for w in found.weeks if (e := pick(w).floored()).shown]
    if not shown:
        return
    lately = shown[-len(shown) // 3:]
    limits = [e.high if above else e.low for _, e in lately if e.low == e.low] or [shown[-1][1].value]
    figure.add_annotation(
        x=shown[-1][0], y=max(limits) if above else min(limits), text=plain(name), showarrow=False, xanchor="right",
        yshift=18 if above else -20, font={"size": SIZE, "color": colour},
    )
