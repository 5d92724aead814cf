"""Units against each other: a funnel, and likely shares in order."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from analysis.briefing import Ranked, Ranking
from analysis.i18n import say
from dashboard import formatting, theme
from dashboard.charts.base import empty_figure, plain, safe_ids
from dashboard.charts.dots import Dot, Standing, dot_plot

STANDINGS: dict[str, Standing] = {
    "alarm_low": "weak", "alert_low": "weak", "usual": "context", "alert_high": "strong", "alarm_high": "strong",
    "unranked": "thin", "alone": "thin",
}


def funnel_chart(ranking: Ranking, *, height: int, within: bool = False) -> go.Figure:
    """Answers to the right, satisfied share upwards, and the limits between which a usual unit lies.

    Units compared `within` their place stand where they would at an average place.
    """
    figure = empty_figure(height)
    colours = theme.tokens()
    size = [line.n for line in ranking.limits]
    for low, high, alpha in (("alarm_low", "alarm_high", 0.07), ("alert_low", "alert_high", 0.10)):
        lower, upper = ([100 * getattr(line, name) for line in ranking.limits] for name in (low, high))
        figure.add_trace(go.Scatter(
            x=[*size, *reversed(size)], y=[*upper, *reversed(lower)], fill="toself", mode="lines", line={"width": 0},
            fillcolor=theme.translucent(colours.brand, alpha), hoverinfo="skip",
        ))
    figure.add_hline(100 * ranking.target, line={"color": colours.secondary, "width": 1.2, "dash": "dot"})
    palette = {"weak": colours.attention, "strong": colours.good, "context": colours.context, "thin": colours.thin}
    placed = [u for u in ranking.units if u.place_low is not None]
    for unit in placed:
        figure.add_trace(_mark(unit, palette[STANDINGS[unit.standing]]))
    figure.update_layout(annotations=_named(placed), margin={"l": 52, "r": 16, "t": 8, "b": 44})
    figure.update_xaxes(title={"text": say("screen.stores.answers")}, showline=True)
    level = say(f"screen.stores.{'staff_level' if within else 'share'}")
    figure.update_yaxes(title={"text": level}, ticksuffix="%", showline=True)
    return figure


def likely_chart(units: Sequence[Ranked]) -> go.Figure:
    """Shares as they are likely to be, given all other units, with 90 % limits; who has no place says why."""
    return dot_plot([Dot(u.name, u.likely, STANDINGS[u.standing]) for u in units], row=30)



def _mark(unit: Ranked, colour: str) -> go.Scatter:
    place = say("screen.stores.place", low=unit.place_low, high=unit.place_high)
    words = f"<b>{plain(unit.name)}</b><br>{formatting.hover(unit.estimate)}<br>{plain(place)}"
    return go.Scatter(
        x=[unit.estimate.n], y=[100 * unit.level], mode="markers", marker={"size": 10, "color": colour},
        ids=safe_ids([unit.name]), hovertemplate=words + "<extra></extra>", cliponaxis=False,
    )


def _named(placed: Sequence[Ranked]) -> list[dict[str, object]]:
    colours = theme.tokens()
    return [
        {
            "x": u.estimate.n, "y": 100 * u.level, "text": plain(u.name), "showarrow": False,
            "xanchor": "left", "xshift": 9, "font": {"size": 12.5, "color": colours.ink},
        }
        for u in placed if u.standing != "usual"
    ]
