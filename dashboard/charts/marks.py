"""What happened when, drawn behind a trend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import plotly.graph_objects as go

from dashboard import theme
from dashboard.charts.base import plain, shortened

LONGEST = 10  # characters of a name that stand on the chart; all of it shows at the pointer
ROWS = 2      # names of neighbours stand in turn on so many lines
LETTERS, CHART_LETTERS = 11.5, 13  # pixels, of the names here and of a chart's other words
LINE = 1.3    # letters from one line to the next


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened from `start` to `end`, both included; what was done to change things is an action."""

    start: date
    end: date
    name: str
    kind: Literal["event", "action"] = "event"


def draw(figure: go.Figure, marks: Sequence[Mark], days: Sequence[date], *, letters: float = CHART_LETTERS) -> None:
    """Draw the marks that touch the span of `days`, the weeks' first days of a chart; none without days.

    `letters` is the size of the chart's words in pixels, to which that of their names is fitted.
    """
    size = LETTERS * letters / CHART_LETTERS
    if not days:
        return
    first, last = min(days), max(days) + timedelta(days=6)
    colours = theme.tokens()
    shown = [mark for mark in marks if mark.start <= last and mark.end >= first]
    for place, mark in enumerate(shown):
        start, end = max(mark.start, first), min(mark.end + timedelta(days=1), last)
        done = mark.kind == "action"
        colour = colours.brand if done else colours.secondary
        figure.add_vrect(
            x0=start.isoformat(), x1=end.isoformat(), fillcolor=theme.translucent(colour, 0.07 if done else 0.10),
            line={"width": 1, "color": theme.translucent(colour, 0.35), "dash": "solid" if done else "dot"},
            layer="below",
        )
        figure.add_annotation(
            x=start.isoformat(), y=1, yref="paper", xanchor="left", yanchor="top", showarrow=False,
            yshift=-LINE * size * (place % ROWS), hovertext=plain(mark.name),
            font={"size": size, "color": colour},
            text=("▸ " if done else "") + plain(shortened(mark.name, width=LONGEST)),
        )
