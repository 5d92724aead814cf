"""Estimates side by side: sorted dots with intervals, and pairs joined by a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import plotly.graph_objects as go

from analysis.estimate import Estimate
from analysis.i18n import say
from dashboard import formatting, theme
from dashboard.charts.base import empty_figure, label_room, mark_id, plain, safe_ids, shortened

ROW = 38        # pixels per row
AXIS = 34       # pixels for the axis below
N_SHARE = 0.11  # part of the width that the column of n takes
NOTE_SHARE = 0.16  # and that of the notes, where rows have any
GAP_SHARE = 0.17   # the column of differences
WORD_SIZE = 12.5   # pixels
LONGEST = 19     # full-width characters of a label
Standing = Literal["weak", "strong", "context", "thin"]


@dataclass(frozen=True, slots=True)
class Dot:
    """One row: its name, its estimate, how it stands against the rest, and a short note beside n."""

    label: str
    estimate: Estimate
    standing: Standing = "context"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """One row of two estimates, the lower and the higher, each with its name, and their difference."""

    label: str
    low_name: str
    low: Estimate
    high_name: str
    high: Estimate
    difference: Estimate
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a row, where it stands from left to right, and its colour."""

    at: float
    row: int
    text: str
    colour: str


def dot_plot(dots: Sequence[Dot], *, reference: float | None = None, row: int = ROW) -> go.Figure:
    """Sorted estimates as dots with interval lines, n at the right, in the given order from the top.

    `reference` is a dashed line in display units, e.g. the mean of the rest. Estimates that are withheld
    keep their row and say so.
    """
    figure = empty_figure(row * len(dots) + AXIS)
    colours = theme.tokens()
    palette = {"weak": colours.attention, "strong": colours.good, "context": colours.context, "thin": colours.thin}
    low, high = _span([d.estimate for d in dots], reference)
    for standing in palette:
        rows = [(i, d) for i, d in enumerate(dots) if d.standing == standing and d.estimate.shown]
        if rows:
            figure.add_trace(_dots(rows, palette[standing]))
    withheld = [Word((low + high) / 2, i, formatting.value(d.estimate), colours.faint)
                for i, d in enumerate(dots) if not d.estimate.shown]
    if withheld:
        figure.add_trace(_words(withheld, position="middle center"))
    if reference is not None:
        figure.add_vline(reference, line={"color": colours.secondary, "width": 1.2, "dash": "dot"}, layer="below")
    taken = N_SHARE + (NOTE_SHARE if any(d.note for d in dots) else 0.0)
    _axes(figure, [shortened(d.label, width=LONGEST) for d in dots], (low, high), domain=1 - taken)
    _columns(figure, [word for i, d in enumerate(dots) for word in _row_words(i, d)], begin=1 - taken)
    return figure


def dumbbell(pairs: Sequence[Pair], *, row: int = ROW + 6) -> go.Figure:
    """Lower and higher estimate of each row joined by a line, names and values at the ends.

    The difference with its interval and the n of its smaller side stand at the right.
    """
    figure = empty_figure(row * len(pairs) + AXIS)
    colours = theme.tokens()
    low, high = _span([e for p in pairs for e in (p.low, p.high)], None)
    for i, p in enumerate(pairs):
        ends = [_shown(p.low), _shown(p.high)]
        line, last = (colours.attention, colours.brand) if p.flagged else (colours.context, colours.context)
        names = [f"{plain(p.low_name)} {formatting.value(p.low)}", f"{plain(p.high_name)} {formatting.value(p.high)}"]
        figure.add_trace(
            go.Scatter(
                x=ends, y=[i, i], mode="lines+markers+text", cliponaxis=False,
                ids=safe_ids([mark_id(p.label, p.low_name), mark_id(p.label, p.high_name)]),
                line={"color": line, "width": 3}, marker={"size": 11, "color": [line, last]},
                text=[f"{names[0]} ", f" {names[1]}"], textposition=["middle left", "middle right"],
                textfont={"size": WORD_SIZE, "color": colours.ink if p.flagged else colours.secondary},
                customdata=[_pair_hover(p, p.low_name, p.low), _pair_hover(p, p.high_name, p.high)],
                hovertemplate="%{customdata}<extra></extra>",
            )
        )
    pad = (high - low) * 0.42  # the names stand outside the dots
    labels = [shortened(p.label, width=LONGEST) for p in pairs]
    _axes(figure, labels, (low - pad, high + pad), domain=1 - N_SHARE - GAP_SHARE)
    figure.update_xaxes(visible=False)
    words = [word for i, p in enumerate(pairs) for word in _difference_words(i, p)]
    _columns(figure, words, begin=1 - N_SHARE - GAP_SHARE)
    return figure


def _difference_words(i: int, pair: Pair) -> list[Word]:
    colours, gap = theme.tokens(), pair.difference
    limits = formatting.interval(gap)
    words = say("screen.common.with_limits", value=formatting.change(gap), limits=limits) if limits else ""
    return [
        Word(1 - N_SHARE, i, words, colours.ink if pair.flagged else colours.secondary),
        Word(1, i, formatting.base(gap.n), colours.faint),
    ]


def _columns(figure: go.Figure, words: Sequence[Word], *, begin: float) -> None:
    """Words at the right of the rows, from the share `begin` of the width on; each ends where it stands."""
    if words:
        figure.add_trace(_words(words, position="middle left", xaxis="x2"))
        # Beside the dots, not over them: what lies on top takes the pointer.
        figure.update_layout(xaxis2={"domain": [begin, 1], "range": [begin, 1], "visible": False, "fixedrange": True})


def _words(words: Sequence[Word], *, position: str, **axis: str) -> go.Scatter:
    """Words as one trace: a browser draws it in half the time that so many annotations take."""
    return go.Scatter(
        x=[word.at for word in words], y=[word.row for word in words], text=[word.text for word in words], mode="text",
        textposition=position, textfont={"size": WORD_SIZE, "color": [word.colour for word in words]},
        hoverinfo="skip", cliponaxis=False, **axis,
    )


def _pair_hover(pair: Pair, name: str, estimate: Estimate) -> str:
    return f"<b>{plain(pair.label)} · {plain(name)}</b><br>{formatting.hover(estimate)}"


def _dots(rows: list[tuple[int, Dot]], colour: str) -> go.Scatter:
    colours = theme.tokens()
    estimates = [d.estimate for _, d in rows]
    middle = [_shown(e) for e in estimates]
    return go.Scatter(
        x=middle, y=[i for i, _ in rows], mode="markers+text", cliponaxis=False, marker={"size": 11, "color": colour},
        text=[formatting.value(e) for e in estimates], textposition="top center",
        textfont={"size": WORD_SIZE, "color": colours.faint if colour == colours.thin else colours.ink},
        ids=safe_ids([str(d.label) for _, d in rows]),
        error_x={
            "type": "data", "symmetric": False, "color": colour, "thickness": 3, "width": 0,
            "array": [formatting.displayed(e.high - e.value, e.unit) for e in estimates],
            "arrayminus": [formatting.displayed(e.value - e.low, e.unit) for e in estimates],
        },
        customdata=[f"<b>{plain(d.label)}</b><br>{formatting.hover(d.estimate)}" for _, d in rows],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _row_words(i: int, dot: Dot) -> list[Word]:
    """What stands at the right of a row: n, and the note if it has one; nothing where n is not to be known."""
    colours = theme.tokens()
    if dot.estimate.withheld in ("hidden", "no_data"):
        return []
    base = Word(1, i, formatting.base(dot.estimate.n), colours.faint)
    return [base, Word(1 - N_SHARE, i, plain(dot.note), colours.secondary)] if dot.note else [base]


def _axes(figure: go.Figure, labels: list[str], span: tuple[float, float], *, domain: float) -> None:
    colours = theme.tokens()
    figure.update_xaxes(range=list(span), domain=[0, domain], showline=True, ticks="outside", ticklen=4, nticks=6)
    figure.update_yaxes(
        range=[len(labels) - 0.4, -0.75], tickmode="array", tickvals=list(range(len(labels))),
        ticktext=[plain(label) for label in labels], tickfont={"size": 13, "color": colours.ink},
        showline=False, ticks="", ticklabelstandoff=8,
    )
    figure.update_layout(margin={"l": label_room(labels), "r": 4, "t": 2, "b": AXIS - 6})


def _span(estimates: Sequence[Estimate], reference: float | None) -> tuple[float, float]:
    """Axis ends in display units: all intervals and the reference, with a little air."""
    limits = [formatting.displayed(x, e.unit) for e in estimates if e.shown for x in (e.low, e.value, e.high) if x == x]
    limits += [] if reference is None else [reference]
    if not limits:
        return 0.0, 100.0
    air = max((max(limits) - min(limits)) * 0.06, 1.0)
    return min(limits) - air, max(limits) + air


def _shown(estimate: Estimate) -> float:
    return formatting.displayed(estimate.value, estimate.unit)
