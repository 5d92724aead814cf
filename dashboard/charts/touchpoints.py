"""Touchpoints, dimensions and stages: which stands where, from the frozen answers of the briefing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import plotly.graph_objects as go

from analysis.briefing import ChannelGap, StageScore, TouchpointScore, TouchpointWeek, WeakReport
from analysis.compare import WeakCell
from analysis.estimate import Cell
from analysis.i18n import say
from dashboard import formatting
from dashboard.charts.dots import Dot, Pair, Standing, dot_plot, dumbbell
from dashboard.charts.heat import HeatCell, heatmap
from dashboard.charts.heat import height as heat_height
from dashboard.charts.lines import Aside, Point, journey_line, time_line
from dashboard.charts.marks import Mark

LOWEST, HIGHEST, THIN = 7, 3, 1  # rows of the weak-dimension chart: enough to compare, few enough to read
ASIDES = 2                       # weak and strong cells named at one stage
WIDEST_GAPS = 7


def weak_dimension_chart(report: WeakReport) -> go.Figure:
    """The lowest and the highest touchpoint × dimension cells, lowest on top, and the mean of the rest.

    Beside n stands the interval of each cell's place, 1 the weakest.
    """
    dots = [Dot(place(c.keys), c.estimate.floored(), _standing(c), _rank(c)) for c in _telling(report.cells)]
    return dot_plot(dots, reference=report.rest.value if report.rest.shown else None)


def week_heatmap(cells: Sequence[TouchpointWeek]) -> go.Figure:
    """Touchpoint × week, coloured by the distance from the touchpoint's own mean."""
    shown = [
        HeatCell(c.touchpoint, formatting.week(c.week), c.estimate, c.deviation if c.estimate.ranked else None)
        for c in cells
    ]
    first, last = min(c.week for c in cells), max(c.week for c in cells)
    weeks = [formatting.week(first + timedelta(weeks=i)) for i in range((last - first).days // 7 + 1)]
    return heatmap(shown, rows=_touchpoints(cells), columns=weeks)


def week_heatmap_height(cells: Sequence[TouchpointWeek]) -> int:
    """Pixels that `week_heatmap` takes, for a neighbour of equal height."""
    return heat_height(len(_touchpoints(cells)))


def touchpoint_chart(scores: Sequence[TouchpointScore]) -> go.Figure:
    """Touchpoints from the lowest to the highest mean, with the last change in colour where it is reliable."""
    dots = [Dot(s.touchpoint, s.estimate.floored(), _changed(s)) for s in scores]
    return dot_plot([d for d in dots if d.estimate.n])


def share_chart(cells: Sequence[Cell], *, height: int, marks: Sequence[Mark] = ()) -> go.Figure:
    """A share per week in percent, each week with its own interval."""
    points = [Point(c.keys["week"], c.estimate.floored(), formatting.week_of(c.keys["week"])) for c in cells]
    return time_line(points, height=height, suffix="%", from_zero=True, marks=marks)


def stage_chart(stages: Sequence[StageScore], *, height: int) -> go.Figure:
    """The journey from left to right: stages with intervals, weak cells below and strong ones above the line."""
    points = [
        Point(
            s.stage, s.estimate.floored(),
            below=tuple(_aside(c) for c in s.pains[:ASIDES]), above=tuple(_aside(c) for c in s.delights[:ASIDES]),
        )
        for s in stages
    ]
    return journey_line(points, weakest=lowest_stage(stages), height=height)


def channel_gap_chart(gaps: Sequence[ChannelGap]) -> go.Figure:
    """The same question in its lowest channel and in the others together, widest gap first."""
    pairs = [
        Pair(
            place(g.rest.keys), str(g.lowest.keys["channel"]), g.lowest.estimate,
            say("screen.touchpoints.other_channels"), g.rest.estimate, g.difference.estimate,
            flagged=g.reliable,
        )
        for g in gaps[:WIDEST_GAPS]
    ]
    return dumbbell(pairs)


def lowest_stage(stages: Sequence[StageScore]) -> str | None:
    """The stage with a weak cell whose mean is lowest, or None where no stage holds a weak cell."""
    weak = [s for s in stages if s.estimate.ranked and s.pains]
    return min(weak, key=lambda s: s.estimate.value).stage if weak else None


def place(keys: Mapping[str, object]) -> str:
    """A cell's name in a chart, "在线客服 · 问题解决彻底性"; the dimension alone where no touchpoint is known."""
    if "touchpoint" not in keys:
        return str(keys["dimension"])
    return say("screen.common.at", whole=keys["touchpoint"], part=keys["dimension"])


def _touchpoints(cells: Sequence[TouchpointWeek]) -> list[str]:
    return list(dict.fromkeys(c.touchpoint for c in cells))


def _aside(cell: WeakCell) -> Aside:
    return Aside(place(cell.keys), cell.estimate)


def _telling(cells: Sequence[WeakCell]) -> list[WeakCell]:
    """Cells worth a row: the lowest and highest that can be ranked, and one of those with few answers."""
    ranked = sorted((c for c in cells if c.estimate.ranked), key=lambda c: c.estimate.value)
    thin = [c for c in cells if c.estimate.floored().shown and not c.estimate.ranked]
    kept = ranked[:LOWEST] + ranked[LOWEST:][-HIGHEST:] + thin[:THIN]
    return sorted(kept, key=lambda c: c.estimate.value)


def _standing(cell: WeakCell) -> Standing:
    if not cell.estimate.ranked:
        return "thin"
    return cell.flag or "context"


def _rank(cell: WeakCell) -> str:
    if cell.places is None:
        return ""
    low, high = cell.places.low, cell.places.high
    return say("screen.overview.rank" if low == high else "screen.overview.ranks", low=low, high=high)


def _changed(score: TouchpointScore) -> Standing:
    if not score.estimate.ranked:
        return "thin"
    return {"reliable_fall": "weak", "reliable_rise": "strong"}.get(score.verdict, "context")
