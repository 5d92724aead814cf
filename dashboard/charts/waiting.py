"""Satisfaction by minutes waited, with the range in which it breaks."""

from __future__ import annotations

import plotly.graph_objects as go

from analysis.briefing import WaitCurve
from analysis.i18n import say
from dashboard import formatting, theme
from dashboard.charts.base import empty_figure, safe_ids


def wait_chart(curve: WaitCurve, *, height: int) -> go.Figure:
    """The mean of each minute with its interval; the range of the break as a band."""
    figure = empty_figure(height)
    colours = theme.tokens()
    shown = [(minute, e) for minute, e in curve.minutes if e.shown and e.low == e.low]
    figure.add_trace(go.Scatter(
        x=[minute for minute, _ in shown], y=[e.value for _, e in shown], mode="lines+markers",
        ids=safe_ids([str(minute) for minute, _ in shown]),
        line={"color": colours.brand, "width": 2}, marker={"size": 7},
        error_y={
            "type": "data", "symmetric": False, "color": theme.translucent(colours.brand, 0.5), "thickness": 1.4,
            "width": 0, "array": [e.high - e.value for _, e in shown],
            "arrayminus": [e.value - e.low for _, e in shown],
        },
        customdata=[say("screen.drivers.minute_hover", minute=m, words=formatting.hover(e)) for m, e in shown],
        hovertemplate="%{customdata}<extra></extra>",
    ))
    found = curve.tipping
    if found.named:
        figure.add_vrect(found.low, found.high, fillcolor=theme.translucent(colours.attention, 0.22), line_width=0)
    figure.update_xaxes(title={"text": say("screen.drivers.minutes")}, showline=True)
    figure.update_yaxes(title={"text": say("screen.drivers.mean")}, showgrid=True, gridcolor=colours.line, nticks=5)
    figure.update_layout(margin={"l": 52, "r": 12, "t": 8, "b": 44})
    return figure
