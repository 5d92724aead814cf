"""Charts as the plain JSON that plotly.js reads; the screen's plotting library is not needed for it."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Mapping, Sequence

from analysis.formatting import DASH, number
from analysis.report import look
from analysis.report.parts import Bars, Chart, Course, Funnel, Heat, Number, Point

Figure = dict[str, object]
FONT = "Noto Sans SC, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"
_ROW, _HEAT_ROW, _AXIS_ROOM = 30, 36, 40  # pixels
_LABEL_SIZE, _SMALL = 13, 12
_MARKER, _WHISKER = 9, 1.8
_PADDING = 0.05  # room beyond the drawn intervals, as a share of their span


def figure(chart: Chart) -> Figure:
    """Data and layout of a chart, for `Plotly.newPlot`."""
    match chart:
        case Bars():
            return _bars(chart)
        case Course():
            return _course(chart)
        case Heat():
            return _heat(chart)
        case Funnel():
            return _funnel(chart)


def plain(text: object) -> str:
    """A name as chart text: Plotly would take `<b>`, `<a>` and `<br>` for markup.

    >>> plain("<b>店</b>")
    '&lt;b&gt;店&lt;/b&gt;'
    """
    return html.escape(str(text), quote=False)


def spoken(found: Number) -> str:
    """A number with its interval and n in words."""
    if found.value is None:
        return "—"
    parts = [number(found.value, places=max(found.places, 1)) + found.suffix]
    if found.low is not None and found.high is not None:
        limits = DASH.join(number(limit, places=max(found.places, 1)) for limit in (found.low, found.high))
        parts.append(limits)
    if found.n is not None:
        parts.append(f"n {found.n:,}")
    return " · ".join(parts)


def _bars(chart: Bars) -> Figure:
    points = [p for p in chart.points if p.number.value is not None]
    labels = [plain(p.label) for p in points]
    traces = [{
        "type": "scatter", "mode": "markers+text", "x": [p.number.value for p in points], "y": list(range(len(points))),
        "text": [number(p.number.value, places=p.number.places) + p.number.suffix for p in points],
        "textposition": "top center", "textfont": {"size": _SMALL, "color": look.INK}, "cliponaxis": False,
        "marker": {"size": _MARKER, "color": [look.TONES[p.tone] for p in points]},
        "hovertext": [_hover(p) for p in points], "hoverinfo": "text",
    }]
    shapes = [_whisker(p, i) for i, p in enumerate(points) if p.number.low is not None]
    if chart.reference is not None:
        shapes.append({
            "type": "line", "yref": "paper", "x0": chart.reference, "x1": chart.reference, "y0": 0, "y1": 1,
            "line": {"color": look.SECONDARY, "width": 1.2, "dash": "dot"},
        })
    beside = [_beside(p) for p in points]
    right = _room(beside, _SMALL)
    notes = [{
        "xref": "paper", "x": 1, "xanchor": "left", "xshift": 12, "y": i, "text": plain(text), "showarrow": False,
        "font": {"size": _SMALL, "color": look.SECONDARY},
    } for i, text in enumerate(beside)]
    layout = _layout(max(len(points), 2) * _ROW + _AXIS_ROOM, left=_room(labels, _LABEL_SIZE), right=right)
    layout["shapes"], layout["annotations"] = shapes, notes
    layout["yaxis"] |= {"tickvals": list(range(len(points))), "ticktext": labels, "range": [len(points) - 0.4, -0.8],
                        "tickfont": {"size": _LABEL_SIZE, "color": look.INK}, "showline": False}
    layout["xaxis"] |= {"ticksuffix": "%" if points and points[0].number.suffix == "%" else "", "range": _span(points)}
    return {"data": traces, "layout": layout}


def _span(points: Sequence[Point]) -> list[float]:
    """The ends of the drawn intervals with some room beyond them."""
    numbers = [p.number for p in points]
    ends = [end for n in numbers for end in (n.value, n.low, n.high) if end is not None] or [0.0, 1.0]
    room = (max(ends) - min(ends)) * _PADDING or 1.0
    return [min(ends) - room, max(ends) + room]


def _whisker(point: Point, at: int) -> dict[str, object]:
    return {
        "type": "line", "x0": point.number.low, "x1": point.number.high, "y0": at, "y1": at, "layer": "below",
        "line": {"color": look.TONES[point.tone], "width": _WHISKER},
    }


def _beside(point: Point) -> str:
    base = "" if point.number.n is None else f"n {point.number.n:,}"
    return " · ".join(part for part in (base, point.note) if part)


def _hover(point: Point) -> str:
    return "<br>".join(part for part in (f"<b>{plain(point.label)}</b>", spoken(point.number), plain(point.note))
                       if part)


def _course(chart: Course) -> Figure:
    traces: list[dict[str, object]] = []
    labels = [plain(p.label) for p in chart.lines[0].points]
    for line in chart.lines:
        colour = look.TONES[line.tone]
        values = [p.number.value for p in line.points]
        arms = {
            "type": "data", "symmetric": False, "thickness": 1.2, "width": 0, "color": _translucent(colour, 0.55),
            "array": [_arm(p.number, p.number.high) for p in line.points],
            "arrayminus": [_arm(p.number, p.number.low) for p in line.points],
        }
        traces.append({
            "type": "scatter", "mode": "lines+markers", "x": labels, "y": values, "name": plain(line.name),
            "line": {"color": colour, "width": 2.4}, "marker": {"size": 6, "color": colour}, "error_y": arms,
            "hovertext": [_hover(p) for p in line.points], "hoverinfo": "text", "connectgaps": False,
        })
    layout = _layout(260, left=46, right=_room([line.name for line in chart.lines], _SMALL)
                     if len(chart.lines) > 1 else 12)
    if len(chart.lines) > 1:
        layout["annotations"] = [_line_name(line, labels) for line in chart.lines if _last(line.points) is not None]
    layout["xaxis"] |= {"type": "category", "tickangle": 0}
    layout["yaxis"] |= {"rangemode": "tozero" if chart.from_zero else "normal", "showline": False,
                        "ticksuffix": "%" if chart.lines[0].points[0].number.suffix == "%" else ""}
    return {"data": traces, "layout": layout}


def _line_name(line, labels: Sequence[str]) -> dict[str, object]:
    at = _last(line.points)
    return {
        "x": labels[at], "y": line.points[at].number.value, "text": plain(line.name), "showarrow": False,
        "xanchor": "left", "xshift": 10, "font": {"size": _SMALL, "color": look.words_colour(line.tone)},
    }


def _last(points: Sequence[Point]) -> int | None:
    return next((i for i in reversed(range(len(points))) if points[i].number.value is not None), None)


def _heat(chart: Heat) -> Figure:
    number_of = [[None if cell is None else cell.number for cell in row] for row in chart.cells]
    colour = [[None if cell is None or cell.number.value is None else cell.deviation or 0.0 for cell in row]
              for row in chart.cells]
    text = [["" if n is None or n.value is None else f"<b>{n.value:.0f}</b><br>{n.n:,}" for n in row]
            for row in number_of]
    hover = [["" if n is None else f"<b>{plain(name)}</b> {plain(week)}<br>{spoken(n)}"
              for week, n in zip(chart.columns, row, strict=True)]
             for name, row in zip(chart.rows, number_of, strict=True)]
    trace = {
        "type": "heatmap", "x": [plain(c) for c in chart.columns], "y": [plain(r) for r in chart.rows], "z": colour,
        "text": text, "texttemplate": "%{text}", "textfont": {"size": 11, "color": look.INK}, "hovertext": hover,
        "hoverinfo": "text", "xgap": 2, "ygap": 2, "showscale": False, "zmin": -look.DEEPEST, "zmax": look.DEEPEST,
        "colorscale": [[0, look.deviation_colour(-look.DEEPEST)], [0.5, "#FFFFFF"],
                       [1, look.deviation_colour(look.DEEPEST)]],
    }
    layout = _layout(len(chart.rows) * _HEAT_ROW + _AXIS_ROOM, left=_room(chart.rows, _LABEL_SIZE), right=8)
    names = {"size": _LABEL_SIZE, "color": look.INK}
    layout["yaxis"] |= {"autorange": "reversed", "tickfont": names, "type": "category"}
    layout["xaxis"] |= {"type": "category", "tickangle": 0}
    return {"data": [trace], "layout": layout}


def _funnel(chart: Funnel) -> Figure:
    widths = {"target": ("dot", look.SECONDARY), "alert": ("solid", look.CONTEXT), "alarm": ("solid", look.SECONDARY)}
    traces: list[dict[str, object]] = [{
        "type": "scatter", "mode": "lines", "x": list(line.n), "y": list(line.share), "hoverinfo": "skip",
        "line": {"color": widths[line.kind][1], "width": 1.2, "dash": widths[line.kind][0]},
    } for line in chart.limits]
    points = [p for p in chart.points if p.number.value is not None]
    traces.append({
        "type": "scatter", "mode": "markers+text", "x": [p.number.n for p in points],
        "y": [p.number.value for p in points], "marker": {"size": 10, "color": [look.TONES[p.tone] for p in points]},
        "text": ["" if p.tone == "context" else plain(p.label) for p in points], "textposition": "middle right",
        "textfont": {"size": _SMALL, "color": look.INK}, "hovertext": [_hover(p) for p in points],
        "hoverinfo": "text", "cliponaxis": False,
    })
    layout = _layout(420, left=56, right=60, bottom=52)
    layout["xaxis"]["title"] = {"text": plain(chart.across), "font": {"size": _SMALL, "color": look.SECONDARY}}
    layout["yaxis"]["title"] = {"text": plain(chart.up), "font": {"size": _SMALL, "color": look.SECONDARY}}
    return {"data": traces, "layout": layout}


def _layout(height: int, *, left: int, right: int, bottom: int = 32) -> dict[str, object]:
    axis: Mapping[str, object] = {
        "showgrid": False, "zeroline": False, "linecolor": look.LINE, "showline": True, "fixedrange": True,
        "tickfont": {"size": _SMALL, "color": look.SECONDARY}, "ticks": "",
    }
    return {
        "height": height, "margin": {"l": left, "r": right, "t": 12, "b": bottom}, "showlegend": False,
        "dragmode": False, "hovermode": "closest", "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": _LABEL_SIZE, "color": look.INK}, "xaxis": dict(axis), "yaxis": dict(axis),
        "hoverlabel": {"bgcolor": look.CARD, "bordercolor": look.LINE, "align": "left",
                       "font": {"family": FONT, "size": _LABEL_SIZE, "color": look.INK}},
    }


def _arm(found: Number, limit: float | None) -> float | None:
    return None if found.value is None or limit is None else abs(limit - found.value)


def _room(labels: Sequence[str], size: int) -> int:
    """Pixels that the longest label takes beside the plot."""
    widths = [sum(1.0 if unicodedata.east_asian_width(sign) in "WFA" else 0.6 for sign in label) for label in labels]
    return round(max(widths, default=0) * size) + 22


def _translucent(colour: str, alpha: float) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:g})"
