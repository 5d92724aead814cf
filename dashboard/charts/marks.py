"""What happened when, drawn behind a trend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import plotly.graph_objects as go

from dashboard import theme
from dashboard.charts.base import plain, shortened

LONGEST = 10  # characters of a name that stand on the chart; all of it shows at the pointer
ROWS = 2      # names of neighbours stand in turn on so many lines
LINE = 15     # pixels from one line to the next


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened from `start` to `end`, both included."""

    start: date
    end: date
    name: str


def draw(figure: go.Figure, marks: Sequence[Mark], days: Sequence[date]) -> None:
    """Draw the marks that touch the span of `days`, the weeks' first days of a chart; none without days."""
    if not days:
        return
    first, last = min(days), max(days) + timedelta(days=6)
    colours = theme.tokens()
    shown = [mark for mark in marks if mark.start <= last and mark.end >= first]
    for place, mark in enumerate(shown):
        start, end = max(mark.start, first), min(mark.end + timedelta(days=1), last)
        figure.add_vrect(
            x0=start.isoformat(), x1=end.isoformat(), fillcolor=theme.translucent(colours.secondary, 0.10),
            line={"width": 1, "color": theme.translucent(colours.secondary, 0.35), "dash": "dot"}, layer="below",
        )
        figure.add_annotation(
            x=start.isoformat(), y=1, yref="paper", xanchor="left", yanchor="top", showarrow=False,
            yshift=-LINE * (place % ROWS), text=plain(shortened(mark.name, width=LONGEST)), hovertext=plain(mark.name),
            font={"size": 11.5, "color": colours.secondary},
        )
