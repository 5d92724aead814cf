"""Importance against performance, with both intervals and the lines between the quadrants."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from analysis.drivers import Driver, crosshairs, quadrants
from analysis.estimate import Estimate
from analysis.i18n import say
from dashboard import formatting, theme
from dashboard.charts.base import empty_figure, plain, safe_ids
from dashboard.charts.dots import Dot, dot_plot

# Percentage points that a name takes beside its mark, across and upwards, on the usual spans of the axes.
NAME_ROOM = (4.0, 0.6)
CORNERS = {"act_now": (1, 0), "keep_up": (1, 1), "low_priority": (0, 0), "possible_overkill": (0, 1)}


def importance_chart(found: Sequence[Driver]) -> go.Figure:
    """Each dimension's part of the explained differences with its limits, the largest on top."""
    return dot_plot([Dot(d.dimension, d.as_estimate, "context" if _sure(d) else "thin") for d in found])


def quadrant_chart(found: Sequence[Driver], *, height: int) -> go.Figure:
    """Satisfied share to the right, importance upwards; colour only where both intervals clear the lines."""
    figure = empty_figure(height)
    colours = theme.tokens()
    shown = [(d, q) for d, q in zip(found, quadrants(found), strict=True) if d.performance and d.performance.shown]
    palette = {"act_now": colours.attention, "keep_up": colours.good}
    for driver, quadrant in shown:
        colour = palette.get(quadrant, colours.context if quadrant != "undecided" else colours.thin)
        figure.add_trace(_mark(driver, colour, say(f"drivers.quadrant.{quadrant}")))
    lines = crosshairs(found)
    if lines:
        figure.add_hline(100 * lines[0], line={"color": colours.line, "width": 1.5}, layer="below")
        figure.add_vline(100 * lines[1], line={"color": colours.line, "width": 1.5}, layer="below")
    figure.update_layout(annotations=[*_names(shown), *_corners()], margin={"l": 52, "r": 12, "t": 8, "b": 44})
    figure.update_xaxes(title={"text": say("screen.drivers.performance")}, ticksuffix="%", showline=True)
    figure.update_yaxes(title={"text": say("screen.drivers.importance")}, ticksuffix="%", showline=True)
    return figure


def _mark(driver: Driver, colour: str, quadrant: str) -> go.Scatter:
    own, importance = driver.performance, driver.as_estimate
    words = [f"<b>{plain(driver.dimension)}</b> · {plain(quadrant)}", say("screen.drivers.hover_importance",
             words=formatting.hover(importance)), say("screen.drivers.hover_performance", words=formatting.hover(own))]
    return go.Scatter(
        x=[100 * own.value], y=[100 * importance.value], mode="markers", marker={"size": 11, "color": colour},
        ids=safe_ids([driver.dimension]),
        error_x=_bar(own, colour), error_y=_bar(importance, colour), cliponaxis=False,
        hovertemplate="<br>".join(words) + "<extra></extra>",
    )


def _bar(estimate: Estimate, colour: str) -> dict[str, object]:
    return {
        "type": "data", "symmetric": False, "color": theme.translucent(colour, 0.55), "thickness": 1.6, "width": 0,
        "array": [100 * (estimate.high - estimate.value)], "arrayminus": [100 * (estimate.value - estimate.low)],
    }


def _names(shown: Sequence[tuple[Driver, str]]) -> list[dict[str, object]]:
    """The names that find room beside their mark, the most important first; the hover has the others."""
    colours = theme.tokens()
    places: list[tuple[float, float]] = []
    named = []
    for driver, quadrant in shown:
        x, y = 100 * driver.performance.value, 100 * driver.importance
        if all(abs(x - a) > NAME_ROOM[0] or abs(y - b) > NAME_ROOM[1] for a, b in places):
            places.append((x, y))
            named.append((driver, quadrant))
    return [
        {
            "x": 100 * d.performance.value, "y": 100 * d.importance, "text": plain(d.dimension), "showarrow": False,
            "xanchor": "left", "xshift": 8, "yshift": 9,
            "font": {"size": 12.5, "color": colours.faint if q == "undecided" else colours.ink},
        }
        for d, q in named
    ]


def _corners() -> list[dict[str, object]]:
    colours = theme.tokens()
    return [
        {
            "xref": "paper", "yref": "paper", "x": right, "y": top, "showarrow": False,
            "xanchor": "right" if right else "left", "yanchor": "top" if top else "bottom",
            "text": say(f"drivers.quadrant.{name}"), "font": {"size": 12.5, "color": colours.secondary},
        }
        for name, (top, right) in CORNERS.items()
    ]


def _sure(driver: Driver) -> bool:
    return driver.verdict == "goes_with"
