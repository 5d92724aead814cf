"""The need map as a table of counts whose colour is their size."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard import theme
from dashboard.charts.base import LABEL_SIZE, clickable, empty_figure, label_room, mark_id, plain, safe_ids, shortened

ROW = 34
AXIS = 44
FAINTEST = 0.2  # part of the colour that the smallest count has already, so that a cell is seen as one


def need_heat(
    counts: Sequence[Sequence[int | None]], hovers: Sequence[Sequence[str]], *, rows: Sequence[str],
    columns: Sequence[str],
) -> go.Figure:
    """Comments by dimension (rows) and need (columns); None stays blank. `hovers` are the cells' own words.

    A mark's id is the place of its row and that of its column.
    """
    figure = empty_figure(ROW * len(rows) + AXIS)
    colours = theme.tokens()
    labels = [shortened(name, width=11) for name in rows]
    largest = max((count for line in counts for count in line if count), default=1)
    figure.add_trace(
        go.Heatmap(
            z=counts, x=list(range(len(columns))), y=list(range(len(rows))), xgap=3, ygap=3, showscale=False,
            zmin=-FAINTEST * largest, zmax=largest,
            colorscale=[[0, colours.card], [1, colours.brand]], hoverongaps=False, customdata=hovers,
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    shown = [(j, i, count) for i, line in enumerate(counts) for j, count in enumerate(line) if count]
    figure.add_trace(
        go.Scatter(
            x=[j for j, _, _ in shown], y=[i for _, i, _ in shown], mode="markers+text", cliponaxis=False,
            ids=safe_ids([mark_id(i, j) for j, i, _ in shown]), marker=clickable(),
            customdata=[hovers[i][j] for j, i, _ in shown], hovertemplate="%{customdata}<extra></extra>",
            text=[f"{count:,}" for _, _, count in shown],
            textfont={
                "size": 13, "color": [colours.card if count > 0.55 * largest else colours.ink for _, _, count in shown],
            },
        )
    )
    figure.update_xaxes(
        tickvals=list(range(len(columns))), ticktext=[plain(name).replace(" ", "<br>") for name in columns],
        side="top", showline=False, ticks="", tickfont={"size": 12.5}, range=[-0.5, len(columns) - 0.5],
        showgrid=False, tickangle=0,
    )
    figure.update_yaxes(
        tickvals=list(range(len(rows))), ticktext=[plain(label) for label in labels], showline=False, ticks="",
        range=[len(rows) - 0.5, -0.5], tickfont={"size": LABEL_SIZE, "color": colours.ink}, ticklabelstandoff=6,
        showgrid=False,
    )
    figure.update_layout(margin={"l": label_room(labels), "r": 2, "t": AXIS - 8, "b": 2})
    return figure
