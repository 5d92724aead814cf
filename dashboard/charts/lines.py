"""Estimates over time or along the journey: a line whose band is each point's own interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import plotly.graph_objects as go

from analysis.estimate import Estimate
from analysis.i18n import say
from dashboard import formatting, theme
from dashboard.charts.base import empty_figure, plain, safe_ids
from dashboard.charts.marks import CHART_LETTERS, Mark, draw

MONTHLY = 27  # weeks up to which every month has a tick
BAND = 0.13  # opacity of an interval band


@dataclass(frozen=True, slots=True)
class Aside:
    """Something that stands out at a point: its name and its estimate."""

    label: str
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Point:
    """One estimate at a place on the x axis, a day or a name, and what stands out below and above it.

    `mark` tells points of several lines at one place apart; without it the place is the mark's id.
    """

    at: date | str
    estimate: Estimate
    label: str = ""
    mark: str = ""
    below: tuple[Aside, ...] = ()
    above: tuple[Aside, ...] = ()


def month_ticks() -> str:
    """How an axis of days names its months."""
    return say("chart.month")


def month_step(weeks: int) -> str:
    """From one tick to the next on an axis of so many weeks, so that no month is named twice."""
    return "M1" if weeks <= MONTHLY else "M2"


def time_line(
    points: Sequence[Point], *, height: int = 300, suffix: str = "", from_zero: bool = False, attention: bool = False,
    marks: Sequence[Mark] = (), letters: float = CHART_LETTERS,
) -> go.Figure:
    """A line over days with one interval per point; withheld points leave a gap in line and band.

    `marks` are drawn behind it where they touch its weeks, named in the size of a chart with such `letters`.
    """
    figure = empty_figure(height)
    colours = theme.tokens()
    draw(figure, marks, [point.at for point in points], letters=letters)
    add_line(figure, points, colours.attention if attention else colours.brand)
    months = month_step(len(points))
    figure.update_xaxes(tickformat=month_ticks(), dtick=months, showline=True, ticks="outside", ticklen=4)
    figure.update_yaxes(ticksuffix=suffix, nticks=5, showgrid=True, gridcolor=colours.line, gridwidth=1)
    if from_zero:
        figure.update_yaxes(rangemode="tozero")
    figure.update_layout(margin={"l": 44, "r": 12, "t": 8, "b": 30})
    return figure


def journey_line(points: Sequence[Point], *, weakest: str | None = None, height: int = 320) -> go.Figure:
    """Stages from left to right with intervals, values above the points and n below the names.

    `weakest` names the stage drawn in the attention colour. What stands out is named in orange below the
    line and in blue above it.
    """
    figure = empty_figure(height)
    colours = theme.tokens()
    add_line(figure, points, colours.brand, places=True)
    for i, p in enumerate(points):
        _stage_words(figure, i, p, attention=p.at == weakest)
        _asides(figure, i, p)
    figure.update_xaxes(
        showline=True, range=[-0.5, len(points) - 0.5], tickvals=list(range(len(points))),
        ticktext=[_stage_tick(p) for p in points], tickfont={"size": 14, "color": colours.ink},
    )
    shown = [p.estimate for p in points if p.estimate.shown]
    limits = [x for e in shown for x in (e.low, e.value, e.high) if x == x] or [0.0, 100.0]
    air = max(max(limits) - min(limits), 10.0)
    figure.update_yaxes(visible=False, range=[min(limits) - air * 0.75, max(limits) + air * 0.6])
    figure.update_layout(margin={"l": 8, "r": 8, "t": 4, "b": 52})
    return figure


def _asides(figure: go.Figure, i: int, point: Point) -> None:
    """Names of what stands out: under the point in orange, over its value in blue."""
    colours = theme.tokens()
    if not point.estimate.shown:
        return
    for side, first, step, colour in ((point.below, -30, -22, colours.attention), (point.above, 48, 22, colours.good)):
        for n, aside in enumerate(side):
            figure.add_annotation(
                x=i, y=_y(point), yshift=first + n * step, showarrow=False,
                text=f"{plain(aside.label)} {formatting.value(aside.estimate)}", font={"size": 12.5, "color": colour},
                hovertext=formatting.hover(aside.estimate),
            )


def _stage_words(figure: go.Figure, i: int, point: Point, *, attention: bool) -> None:
    colours = theme.tokens()
    shown = point.estimate.shown
    if attention and shown:
        figure.add_trace(
            go.Scatter(x=[i], y=[_y(point)], mode="markers", hoverinfo="skip", cliponaxis=False,
                       marker={"size": 13, "color": colours.attention})
        )
    figure.add_annotation(
        x=i, y=_y(point) if shown else 0, yref="y" if shown else "paper", text=formatting.value(point.estimate),
        yshift=20 if shown else 16, showarrow=False,
        font={
            "size": 16 if shown else 12.5, "weight": 600 if shown else 400,
            "color": colours.attention if attention else colours.ink if shown else colours.faint,
        },
    )


def _stage_tick(point: Point) -> str:
    if point.estimate.withheld in ("hidden", "no_data"):
        return plain(point.at)
    return f"{plain(point.at)}<br><span style='font-size:12px'>{formatting.base(point.estimate.n)}</span>"


def add_line(figure: go.Figure, points: Sequence[Point], colour: str, *, places: bool = False) -> None:
    """The line in stretches without gaps; `places` puts the points at 0, 1, 2 … instead of their days."""
    placed = list(enumerate(points)) if places else [(p.at, p) for p in points]
    for shown, stretch in groupby(placed, key=lambda pair: pair[1].estimate.shown):
        if shown:
            at, run = zip(*stretch, strict=True)
            _add_stretch(figure, list(at), list(run), colour, markers=places)


def _add_stretch(figure: go.Figure, at: list, run: list[Point], colour: str, *, markers: bool) -> None:
    unit = run[0].estimate.unit
    low = [formatting.displayed(p.estimate.low, unit) for p in run]
    high = [formatting.displayed(p.estimate.high, unit) for p in run]
    edge = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    figure.add_trace(go.Scatter(x=at, y=low, **edge))
    figure.add_trace(go.Scatter(x=at, y=high, fill="tonexty", fillcolor=theme.translucent(colour, BAND), **edge))
    figure.add_trace(
        go.Scatter(
            x=at, y=[_y(p) for p in run], mode="lines+markers", line={"color": colour, "width": 2.4},
            ids=safe_ids([p.mark or str(p.at) for p in run]),
            marker={"size": 9 if markers or len(run) == 1 else 4, "color": colour}, cliponaxis=False,
            customdata=[f"<b>{plain(p.label or p.at)}</b><br>{formatting.hover(p.estimate)}" for p in run],
            hovertemplate="%{customdata}<extra></extra>",
        )
    )


def _y(point: Point) -> float:
    return formatting.displayed(point.estimate.value, point.estimate.unit)
