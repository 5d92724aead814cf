"""How fast cases are done: the share done by time against the promised limit."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from analysis.briefing.promises import Moment
from analysis.i18n import say
from dashboard import formatting, theme
from dashboard.charts.base import empty_figure, plain
from dashboard.charts.lines import BAND

_TICKS = 7


def done_by_time(moments: Sequence[Moment], *, limit: float, height: int = 300) -> go.Figure:
    """The share done by minutes waited with its band, the limit as a line, and finished cases alone dotted."""
    figure = empty_figure(height)
    colours = theme.tokens()
    at = [m.minutes for m in moments]
    edge = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    banded = [m for m in moments if m.done.low == m.done.low]
    known, band = [m.minutes for m in banded], {"fill": "tonexty", "fillcolor": theme.translucent(colours.brand, BAND)}
    figure.add_trace(go.Scatter(x=known, y=[100 * m.done.low for m in banded], **edge))
    figure.add_trace(go.Scatter(x=known, y=[100 * m.done.high for m in banded], **edge, **band))
    figure.add_trace(
        go.Scatter(
            x=at, y=[100 * m.closed_only.value for m in moments], mode="lines", hoverinfo="skip",
            line={"color": colours.faint, "width": 1.4, "dash": "dot"},
        )
    )
    figure.add_trace(
        go.Scatter(
            x=at, y=[100 * m.done.value for m in moments], mode="lines+markers", marker={"size": 4},
            ids=[str(m.minutes) for m in moments], line={"color": colours.brand, "width": 2.4},
            customdata=[_hover(m) for m in moments], hovertemplate="%{customdata}<extra></extra>",
        )
    )
    _limit(figure, limit)
    ticks = [max(at) * i / (_TICKS - 1) for i in range(_TICKS)] if at else []
    figure.update_xaxes(
        tickvals=ticks, ticktext=[plain(formatting.duration(t)) if t else "0" for t in ticks], showline=True,
        ticks="outside", ticklen=4, range=[0, max(at, default=1)],
    )
    figure.update_yaxes(ticksuffix="%", range=[0, 104], nticks=6, showgrid=True, gridcolor=colours.line)
    figure.update_layout(margin={"l": 48, "r": 24, "t": 8, "b": 30})
    return figure


def _hover(moment: Moment) -> str:
    alone = say("screen.promises.alone", share=formatting.value(moment.closed_only))
    return f"<b>{formatting.duration(moment.minutes)}</b><br>{formatting.hover(moment.done)}<br>{alone}"


def _limit(figure: go.Figure, limit: float) -> None:
    colours = theme.tokens()
    figure.add_vline(limit, line={"color": colours.secondary, "width": 1.2, "dash": "dash"}, layer="below")
    figure.add_annotation(
        x=limit, y=0, yanchor="bottom", xanchor="left", xshift=6, showarrow=False,
        text=plain(say("screen.promises.limit_mark", limit=formatting.duration(limit))),
        font={"size": 12, "color": colours.secondary},
    )
