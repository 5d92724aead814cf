"""What customers say: tone over time, words of praise against words of complaint, tone by dimension."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import plotly.graph_objects as go

from dashboard import formatting, theme
from dashboard.charts.base import LABEL_SIZE, empty_figure, label_room, mark_id, plain, safe_ids, shortened
from dashboard.charts.lines import Point, time_line
from dashboard.charts.marks import Mark

ROW = 30            # pixels per row of words
TONE_ROW = 39       # pixels per row of the dimension chart
HEAD = 26           # pixels over the words for what their sides are called
BAR = 0.56          # part of a row that its bar fills
ARM = 0.36          # part of the width that each side's bars take; the words stand between them
OUTER = 1.18        # room beyond the longest bar for its count
END_ROOM = 84       # pixels right of a line for its name and last value
TONES = ("negative", "positive")  # the sides, as marks name them
EDGE = timedelta(days=2)  # air before the first and after the last week


@dataclass(frozen=True, slots=True)
class Word:
    """A word that marks one side, in how many comments of that side it occurs, and what its hover says."""

    term: str
    count: int
    hover: str


@dataclass(frozen=True, slots=True)
class ToneBar:
    """How often comments speak badly and well of a dimension, and what the bar's hover says."""

    label: str
    negative: int
    positive: int
    hover: str


def tone_lines(
    negative: Sequence[Point], positive: Sequence[Point], *, names: tuple[str, str], height: int = 380,
    marks: Sequence[Mark] = (),
) -> go.Figure:
    """Shares of negative (orange) and positive (blue) comments over time with each week's own interval.

    `names` label the two lines at their right ends, in this order.
    """
    figure = time_line(negative, height=height, suffix="%", from_zero=True, attention=True, marks=marks)
    own = len(figure.data)
    figure.add_traces(time_line(positive).data)
    for place, trace in enumerate(figure.data):
        if trace.ids is not None:
            trace.ids = [mark_id(TONES[place >= own], week) for week in trace.ids]
    colours = theme.tokens()
    for points, name, colour in ((negative, names[0], colours.attention), (positive, names[1], colours.brand)):
        _name_at_end(figure, points, name, colour)
    if negative:
        figure.update_xaxes(range=[negative[0].at - EDGE, negative[-1].at + EDGE])
    figure.update_layout(margin={"r": END_ROOM})
    return figure


def word_contrast(
    complaint: Sequence[Word], praise: Sequence[Word], *, names: tuple[str, str] | None = None
) -> go.Figure:
    """Words of complaint to the left, of praise to the right, strongest on top; bars count comments.

    With `names` these stand over the two sides.
    """
    rows = max(len(complaint), len(praise), 1)
    head = HEAD if names else 0
    figure = empty_figure(ROW * rows + 12 + head)
    colours = theme.tokens()
    longest = max((w.count for w in (*complaint, *praise)), default=1)
    for side, (words, colour, axis) in enumerate(((complaint, colours.attention, "x"), (praise, colours.good, "x2"))):
        figure.add_trace(_arm(words, colour, axis, ids=[mark_id(side, word.term) for word in words]))
        for i, word in enumerate(words):
            _term(figure, word.term, row=i, side=side)
    figure.update_layout(
        xaxis={"domain": [0, ARM], "range": [longest * OUTER, 0], "visible": False},
        xaxis2={"domain": [1 - ARM, 1], "range": [0, longest * OUTER], "visible": False, "anchor": "y"},
        yaxis={"range": [rows - 0.5, -0.5], "visible": False},
        margin={"l": 2, "r": 2, "t": 4 + head, "b": 4},
    )
    for side, name in enumerate(names or ()):
        figure.add_annotation(
            x=(ARM, 1 - ARM)[side], xref="paper", xanchor=("right", "left")[side], y=1, yref="paper", yanchor="bottom",
            text=plain(shortened(name, width=16)), showarrow=False,
            font={"size": LABEL_SIZE, "color": (colours.attention, colours.good)[side], "weight": 600},
        )
    return figure


def tone_bars(bars: Sequence[ToneBar]) -> go.Figure:
    """Mentions of each dimension: complaint to the left of the middle line, praise to the right."""
    figure = empty_figure(TONE_ROW * max(len(bars), 1) + 12)
    colours = theme.tokens()
    words = [f"<b>{plain(b.label)}</b><br>{plain(b.hover)}" for b in bars]
    for tone, sign, colour in zip(TONES, (-1, 1), (colours.attention, colours.good), strict=True):
        ids = [mark_id(tone, b.label) for b in bars]
        figure.add_trace(_mentions([getattr(b, tone) for b in bars], sign, colour, words, ids))
    longest_left = max((b.negative for b in bars), default=0)
    longest_right = max((b.positive for b in bars), default=0)
    air = max(longest_left, longest_right, 1) * (OUTER - 1)
    labels = [shortened(b.label, width=10) for b in bars]
    figure.add_vline(0, line={"color": colours.context, "width": 1})
    figure.update_xaxes(range=[-longest_left - air, longest_right + air], visible=False)
    figure.update_yaxes(
        range=[len(bars) - 0.5, -0.5], tickvals=list(range(len(bars))), ticktext=[plain(label) for label in labels],
        tickfont={"size": LABEL_SIZE, "color": colours.ink}, showline=False, ticks="", ticklabelstandoff=8,
    )
    figure.update_layout(barmode="overlay", margin={"l": label_room(labels), "r": 4, "t": 4, "b": 4})
    return figure


def _name_at_end(figure: go.Figure, points: Sequence[Point], name: str, colour: str) -> None:
    shown = [p for p in points if p.estimate.shown]
    if shown:
        last = shown[-1]
        figure.add_annotation(
            x=last.at, y=formatting.displayed(last.estimate.value, last.estimate.unit), xanchor="left", xshift=10,
            align="left", showarrow=False, text=f"{plain(name)} {formatting.value(last.estimate, places=0)}",
            font={"size": LABEL_SIZE, "color": colour, "weight": 600},
        )


def _arm(words: Sequence[Word], colour: str, axis: str, *, ids: list[str]) -> go.Bar:
    return go.Bar(
        x=[w.count for w in words], y=list(range(len(words))), orientation="h", width=BAR, xaxis=axis,
        ids=safe_ids(ids),
        marker={"color": colour, "cornerradius": 3}, text=[f"{w.count:,}" for w in words], textposition="outside",
        textfont={"size": 12.5, "color": theme.tokens().secondary}, cliponaxis=False,
        customdata=[f"<b>{plain(w.term)}</b><br>{plain(w.hover)}" for w in words],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _term(figure: go.Figure, term: str, *, row: int, side: int) -> None:
    at, anchor = (ARM + 0.012, "left") if side == 0 else (1 - ARM - 0.012, "right")
    figure.add_annotation(
        x=at, xref="paper", xanchor=anchor, y=row, text=plain(shortened(term, width=7)), showarrow=False,
        font={"size": LABEL_SIZE, "color": theme.tokens().ink},
    )


def _mentions(counts: Sequence[int], sign: int, colour: str, words: Sequence[str], ids: list[str]) -> go.Bar:
    return go.Bar(
        x=[sign * c for c in counts], y=list(range(len(counts))), orientation="h", width=BAR, ids=safe_ids(ids),
        marker={"color": colour, "cornerradius": 3}, text=[f"{c:,}" if c else "" for c in counts],
        textposition="outside", textfont={"size": 12.5, "color": theme.tokens().secondary}, cliponaxis=False,
        customdata=words, hovertemplate="%{customdata}<extra></extra>",
    )
