"""A table of estimates whose colour is the distance from the row's own mean: orange below, blue above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from analysis.estimate import Estimate
from dashboard import formatting, theme
from dashboard.charts.base import (
    LABEL_SIZE,
    clickable,
    in_lines,
    label_room,
    mark_id,
    plain,
    safe_ids,
    shortened,
)

ROW = 40
AXIS = 30
LINE = 16           # pixels of a further line of the columns' names
COLUMN_WIDTH = 5.5  # full-width characters that ten columns have room for on a window of 1440 pixels
STRONGEST = 10.0  # points from the mean that get the full colour


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One cell: where it stands, its estimate, and its distance from the mean in points (None: no colour)."""

    row: str
    column: str
    estimate: Estimate
    distance: float | None


def height(rows: int) -> int:
    """Pixels that a table of so many rows takes whose columns have names of one line."""
    return ROW * rows + AXIS


def heatmap(cells: Sequence[HeatCell], *, rows: Sequence[str], columns: Sequence[str]) -> go.Figure:
    """Value and, smaller, n in each cell; rows and columns in the given order. Withheld cells stay blank."""
    figure, colours = go.Figure(), theme.tokens()
    at = {(c.row, c.column): c for c in cells}
    grid = [[at.get((r, c)) for c in columns] for r in rows]
    figure.add_trace(
        go.Heatmap(
            z=[[None if c is None else c.distance for c in line] for line in grid],
            x=list(range(len(columns))), y=list(range(len(rows))), zmin=-STRONGEST, zmax=STRONGEST, showscale=False,
            colorscale=_scale(colours),
            xgap=3, ygap=3, hoverongaps=False, customdata=[[_hover(c) for c in line] for line in grid],
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    figure.add_trace(_letters(grid))
    _axes(figure, rows, columns)
    return figure


def _letters(grid: Sequence[Sequence[HeatCell | None]]) -> go.Scatter:
    """Value and n of all cells as one trace: an annotation per cell costs two seconds of building.

    Each stands on a mark that nobody sees and a click finds: a heat map itself reports none.
    """
    shown = [
        (j, i, cell) for i, line in enumerate(grid) for j, cell in enumerate(line) if cell and cell.estimate.shown
    ]
    return go.Scatter(
        x=[j for j, _, _ in shown], y=[i for _, i, _ in shown], mode="markers+text", cliponaxis=False,
        text=[_words(cell) for _, _, cell in shown],
        ids=safe_ids([mark_id(cell.row, cell.column) for _, _, cell in shown]),
        marker=clickable(), customdata=[_hover(cell) for _, _, cell in shown],
        hovertemplate="%{customdata}<extra></extra>",
        textfont={"size": 13, "color": [_ink(cell) for _, _, cell in shown]},
    )


def _scale(colours: theme.Tokens) -> list[list[object]]:
    """Faint around the mean, where chance rules, and full colour only at the ends."""
    return [
        [0, colours.attention], [0.15, _mixed(colours.attention, colours.card, 0.6)],
        [0.35, _mixed(colours.attention, colours.card, 0.12)], [0.5, colours.card],
        [0.65, _mixed(colours.good, colours.card, 0.12)], [0.85, _mixed(colours.good, colours.card, 0.6)],
        [1, colours.good],
    ]


def _axes(figure: go.Figure, rows: Sequence[str], columns: Sequence[str]) -> None:
    colours = theme.tokens()
    labels = [shortened(name, width=10) for name in rows]
    names = [in_lines(name, width=COLUMN_WIDTH) for name in columns]
    figure.update_xaxes(
        tickvals=list(range(len(columns))), ticktext=["<br>".join(map(plain, lines)) for lines in names],
        showline=False, ticks="", tickfont={"size": 12.5}, tickangle=0, range=[-0.5, len(columns) - 0.5],
    )
    figure.update_yaxes(
        tickvals=list(range(len(rows))), ticktext=[plain(label) for label in labels], showline=False, ticks="",
        range=[len(rows) - 0.5, -0.5], tickfont={"size": LABEL_SIZE, "color": colours.ink}, ticklabelstandoff=6,
    )
    below = LINE * (max(map(len, names), default=1) - 1)
    margin = {"l": label_room(labels), "r": 2, "t": 2, "b": AXIS - 4 + below}
    figure.update_layout(height=height(len(rows)) + below, margin=margin)


def _words(cell: HeatCell) -> str:
    return f"{formatting.value(cell.estimate)}<br><span style='font-size:10.5px'>{cell.estimate.n:,}</span>"


def _ink(cell: HeatCell) -> str:
    """Dark or light enough to be read on the cell's colour; faint where the base is small."""
    colours = theme.tokens()
    if cell.distance is None:
        return colours.faint
    return colours.card if abs(cell.distance) > STRONGEST * 0.8 else colours.ink


def _hover(cell: HeatCell | None) -> str:
    if cell is None:
        return ""
    return f"<b>{plain(cell.row)} · {plain(cell.column)}</b><br>{formatting.hover(cell.estimate)}"


def _mixed(colour: str, other: str, share: float) -> str:
    """A hex colour with `share` of `colour` and the rest of `other`."""
    pairs = [(int(colour[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)
