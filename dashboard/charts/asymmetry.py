"""What a dimension costs where it is bad, to the left, and what it earns where it is good, to the right."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from analysis.drivers import Asymmetry, Kind
from analysis.estimate import Estimate
from analysis.i18n import say
from dashboard import formatting, theme
from dashboard.charts.base import empty_figure, label_room, plain, safe_ids, shortened

ROW, AXIS = 44, 40  # pixels a dimension takes, and the axis below
LONGEST = 14        # full-width characters of a dimension's name
SIDES = ("penalty", "reward")


def asymmetry_chart(found: Sequence[Asymmetry]) -> go.Figure:
    """A row a dimension, in the given order from the top: penalty and reward with intervals, and what it is called."""
    figure = empty_figure(ROW * len(found) + AXIS)
    colours = theme.tokens()
    palette = {"penalty": colours.attention, "reward": colours.good}
    for side in SIDES:
        for named in (True, False):
            rows = [(i, a) for i, a in enumerate(found) if sure(a.kind) == named and getattr(a, side).floored().shown]
            if rows:
                figure.add_trace(_marks(rows, side, palette[side] if named else colours.thin))
    figure.add_vline(0, line={"color": colours.secondary, "width": 1.2}, layer="below")
    words = [say(f"drivers.kind.{a.kind}") for a in found]
    labels = [shortened(a.dimension, width=LONGEST) for a in found]
    figure.update_layout(
        annotations=[_word(i, a, word) for i, (a, word) in enumerate(zip(found, words, strict=True))],
        margin={"l": label_room(labels), "r": label_room(words), "t": 4, "b": AXIS},
    )
    figure.update_xaxes(title={"text": say("screen.drivers.points")}, showline=True, ticks="outside", ticklen=4)
    figure.update_yaxes(
        range=[len(found) - 0.4, -0.6], tickvals=list(range(len(found))), ticktext=[plain(label) for label in labels],
        tickfont={"size": 13, "color": colours.ink}, showline=False, ticks="", ticklabelstandoff=8,
    )
    return figure


def sure(kind: Kind) -> bool:
    """Whether the answers say what kind of dimension it is."""
    return kind not in ("unproven", "too_few")


def _marks(rows: Sequence[tuple[int, Asymmetry]], side: str, colour: str) -> go.Scatter:
    estimates: list[Estimate] = [getattr(a, side) for _, a in rows]
    return go.Scatter(
        x=[e.value for e in estimates], y=[i for i, _ in rows], mode="markers", cliponaxis=False,
        ids=safe_ids([a.dimension for _, a in rows]),
        marker={"size": 11, "color": colour},
        error_x={
            "type": "data", "symmetric": False, "color": theme.translucent(colour, 0.6), "thickness": 3, "width": 0,
            "array": [e.high - e.value for e in estimates], "arrayminus": [e.value - e.low for e in estimates],
        },
        customdata=[
            f"<b>{plain(a.dimension)} · {say(f'screen.drivers.{side}')}</b><br>{formatting.hover(e)}"
            for (_, a), e in zip(rows, estimates, strict=True)
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _word(i: int, found: Asymmetry, word: str) -> dict[str, object]:
    colours = theme.tokens()
    colour = {"must_be": colours.attention, "attractive": colours.good, "performance": colours.ink}
    return {
        "x": 1, "xref": "paper", "xanchor": "left", "xshift": 10, "y": i, "text": plain(word), "showarrow": False,
        "font": {"size": 13, "color": colour.get(found.kind, colours.faint)},
    }
