"""Targets as bullets: what was measured with its interval, and the value it is to reach."""

from __future__ import annotations

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from analysis.actions import Goal, words_of
from analysis.briefing.targets import TargetResult
from analysis.i18n import Sentence, say
from dashboard import formatting, theme
from dashboard.charts.base import empty_figure, label_room, plain, safe_ids

ROW = 58      # pixels of one target
SIZE = 13     # of all letters
# The natural ends of a unit, in inside units; others run from 0 to a little beyond what is drawn.
ENDS = {"share": (0.0, 1.0), "nps": (-1.0, 1.0), "score": (0.0, 100.0), "ces": (1.0, 7.0)}


def bullet_chart(results: Sequence[TargetResult]) -> go.Figure:
    """One line a target, each on its own scale: the interval as a bar, the value as a point, the target as a stroke."""
    figure = empty_figure(ROW * len(results) + 16)
    labels = [_name_lines(result) for result in results]
    for place, result in enumerate(reversed(results)):
        _draw(figure, place, result)
    room = label_room([line for label in labels for line in label], size=SIZE)
    right = label_room([line for result in results for line in _lines(result)], size=SIZE)
    figure.update_xaxes(visible=False, range=[0, 1])
    figure.update_yaxes(
        range=[-0.6, len(results) - 0.4], tickvals=list(range(len(results))), showline=False,
        ticktext=["<br>".join(map(plain, label)) for label in reversed(labels)],
    )
    figure.update_layout(margin={"l": room, "r": right, "t": 8, "b": 8})
    return figure


def name_of(result: TargetResult) -> str:
    """The metric, where it holds, and on which days."""
    return " · ".join(_name_lines(result))


def _name_lines(result: TargetResult) -> list[str]:
    goal = result.target.goal
    scope = words_of("scope", goal.scope)
    place = scope.said() if isinstance(scope, Sentence) else scope
    return [say(f"action.metric.{goal.metric}"), place, *([days_of(goal)] if goal.dated else [])]


def days_of(goal: Goal) -> str:
    """The days that a target is for, "自 2026 年 10 月 1 日起" where it has no end."""
    if goal.start and goal.end:
        return formatting.period(goal.start, goal.end)
    if goal.start:
        return say("target.since", day=formatting.long_day(goal.start))
    return say("target.until", day=formatting.long_day(goal.end)) if goal.end else ""


def _draw(figure: go.Figure, y: int, result: TargetResult) -> None:
    colours = theme.tokens()
    low, high = _ends(result)
    estimate = result.estimate.floored()

    def at(value: float) -> float:
        return min(max((value - low) / (high - low), 0.0), 1.0)

    figure.add_shape(type="rect", x0=0, x1=1, y0=y - 0.13, y1=y + 0.13, fillcolor=colours.quiet, line_width=0,
                     layer="below")
    colour = {"met": colours.good, "not_met": colours.attention}.get(result.status, colours.secondary)
    if estimate.shown and not math.isnan(estimate.low):
        figure.add_shape(type="rect", x0=at(estimate.low), x1=at(estimate.high), y0=y - 0.13, y1=y + 0.13,
                         fillcolor=theme.translucent(colour, 0.35), line_width=0)
    if estimate.shown:
        figure.add_trace(go.Scatter(
            x=[at(estimate.value)], y=[y], mode="markers", marker={"size": 11, "color": colour}, cliponaxis=False,
            ids=safe_ids([name_of(result)]),
            customdata=[f"<b>{plain(name_of(result))}</b><br>{formatting.hover(estimate)}"],
            hovertemplate="%{customdata}<extra></extra>",
        ))
    figure.add_shape(type="line", x0=at(result.goal), x1=at(result.goal), y0=y - 0.27, y1=y + 0.27,
                     line={"width": 3, "color": colours.ink})
    figure.add_annotation(x=1, y=y, xanchor="left", xshift=10, align="left", showarrow=False, text=_words(result),
                          font={"size": SIZE, "color": colour if result.so_far != "not_enough" else colours.secondary})


def _ends(result: TargetResult) -> tuple[float, float]:
    estimate = result.estimate
    if estimate.unit in ENDS:
        return ENDS[estimate.unit]
    largest = max(x for x in (result.goal, estimate.high, estimate.value, 0.0) if not math.isnan(x))
    return 0.0, largest * 1.15 or 1.0


def _words(result: TargetResult) -> str:
    first, second = _lines(result)
    return f"<b>{plain(first)}</b><br>{plain(second)}"


def _lines(result: TargetResult) -> tuple[str, str]:
    """Verdict and target, and below them value, interval and n."""
    estimate = result.estimate.floored()
    goal = say("target.goal", status=result.words, goal=goal_words(result))
    unit = say("target.unit.wait") if estimate.unit == "seconds" and estimate.shown else ""
    limits = formatting.interval(estimate, places=1)
    parts = [
        formatting.value(estimate, places=1 if estimate.unit != "seconds" else 0) + unit,
        say("screen.common.interval", interval=limits) if limits else "",
        formatting.base(estimate.n) if estimate.shown else "",
    ]
    return goal, " · ".join(part for part in parts if part)


def goal_words(result: TargetResult) -> str:
    """The target's value with the sign of the side on which the number is to lie."""
    value = f"{result.target.goal.value:g}"
    unit = say(f"target.unit.{result.target.goal.metric}")
    return f"{'≤' if result.lower_is_better else '≥'} {value}{unit}"
