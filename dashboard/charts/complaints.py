"""Complaints by cause: how large each share is, how sure, and how it changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import plotly.graph_objects as go

from analysis.estimate import Estimate
from dashboard import formatting, theme
from dashboard.charts.base import LABEL_SIZE, empty_figure, label_room, plain, safe_ids, shortened
from dashboard.charts.lines import month_step, month_ticks
from dashboard.theme import Tone

ROW = 38        # pixels per row
BAR = 0.5       # part of a row that its bar fills
PLOT = 0.68     # part of the width that the bars take; the change stands to the right


@dataclass(frozen=True, slots=True)
class CauseBar:
    """One cause: its share of all complaints, the words after its bar, and its change in words with their tone."""

    label: str
    share: Estimate
    words: str
    change: str = ""
    tone: Tone = "neutral"
    selected: bool = False


def cause_bars(bars: Sequence[CauseBar], *, label_width: int = 10) -> go.Figure:
    """Shares as bars with 95 % intervals, in the given order from the top; the selected one in brand colour.

    Labels have room for `label_width` full-width characters.
    """
    figure = empty_figure(ROW * max(len(bars), 1) + 10)
    colours = theme.tokens()
    shown = [b for b in bars if b.share.shown]
    rows = [i for i, b in enumerate(bars) if b.share.shown]
    figure.add_trace(_bars(shown, rows))
    longest = max((formatting.displayed(b.share.high, b.share.unit) for b in shown), default=1.0)
    for i, b in enumerate(bars):
        _row_words(figure, i, b, air=longest * 0.02)
    labels = [shortened(b.label, width=label_width) for b in bars]
    figure.update_xaxes(range=[0, longest * 1.62], domain=[0, PLOT], visible=False)
    figure.update_yaxes(
        range=[len(bars) - 0.5, -0.5], tickvals=list(range(len(bars))), ticktext=[plain(label) for label in labels],
        tickfont={"size": LABEL_SIZE, "color": colours.ink}, showline=False, ticks="", ticklabelstandoff=8,
    )
    figure.update_layout(margin={"l": label_room(labels), "r": 4, "t": 2, "b": 2})
    return figure


def count_bars(counts: Sequence[tuple[date, int, str]], *, height: int = 300) -> go.Figure:
    """Complaints per week as bars from zero: the week's first day, its count, and what its hover says."""
    figure = empty_figure(height)
    colours = theme.tokens()
    figure.add_trace(
        go.Bar(
            ids=safe_ids([str(week) for week, _, _ in counts]), x=[week for week, _, _ in counts],
            y=[count for _, count, _ in counts],
            marker={"color": colours.brand, "cornerradius": 3},
            customdata=[plain(words) for _, _, words in counts],
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    months = month_step(len(counts))
    figure.update_xaxes(tickformat=month_ticks(), dtick=months, showline=True, ticks="outside", ticklen=4)
    figure.update_yaxes(nticks=5, showgrid=True, gridcolor=colours.line, rangemode="tozero")
    figure.update_layout(bargap=0.35, margin={"l": 44, "r": 12, "t": 8, "b": 30})
    return figure


def _bars(bars: Sequence[CauseBar], rows: Sequence[int]) -> go.Bar:
    colours = theme.tokens()
    shares = [b.share for b in bars]
    return go.Bar(
        x=[formatting.displayed(s.value, s.unit) for s in shares], y=list(rows), orientation="h", width=BAR,
        ids=safe_ids([str(b.label) for b in bars]),
        marker={"color": [_colour(b) for b in bars], "cornerradius": 3},
        error_x={
            "type": "data", "symmetric": False, "color": colours.secondary, "thickness": 1.4, "width": 4,
            "array": [formatting.displayed(s.high - s.value, s.unit) for s in shares],
            "arrayminus": [formatting.displayed(s.value - s.low, s.unit) for s in shares],
        },
        customdata=[f"<b>{plain(b.label)}</b><br>{formatting.hover(b.share)}" for b in bars],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _row_words(figure: go.Figure, i: int, bar: CauseBar, *, air: float) -> None:
    colours = theme.tokens()
    at = formatting.displayed(bar.share.high, bar.share.unit) + air if bar.share.shown else 0
    figure.add_annotation(
        x=at, y=i, xanchor="left", showarrow=False, text=plain(bar.words),
        font={"size": LABEL_SIZE, "color": colours.ink if bar.share.shown else colours.faint},
    )
    tint = {"attention": colours.attention, "good": colours.good}.get(bar.tone, colours.faint)
    figure.add_annotation(
        x=PLOT + 0.02, xref="paper", xanchor="left", y=i, showarrow=False, align="left", text=plain(bar.change),
        font={"size": 12.5, "color": tint},
    )


def _colour(bar: CauseBar) -> str:
    colours = theme.tokens()
    if bar.tone == "attention":
        return colours.attention
    return colours.brand if bar.selected else colours.context
