"""A card's small line with its interval band, as an SVG picture.

The style sheet's sanitiser drops inline SVG, so the picture travels as an image.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Protocol

WIDTH, MARGIN = 300.0, 5.0
LOW, TALL = 56.0, 120.0  # in a card, and on a screen that is seen from afar


class Point(Protocol):
    """Value and interval limits; None where the week has no usable number."""

    value: float | None
    low: float | None
    high: float | None


def sparkline_svg(
    points: Sequence[Point], *, colour: str, ink: str, height: float = LOW, goal: float | None = None, rule: str = ""
) -> str:
    """The SVG text of a line with one interval per point; withheld points leave a gap.

    A `goal`, in the unit of the points, is a dashed line in the colour `rule`. An empty series, or one without values,
    gives an empty picture of the same size.
    """
    y = _scale(points, height, goal)
    placed = list(_placed(points, y))
    parts: list[str] = []
    if goal is not None and any(placed):
        parts.append(
            f'<line x1="{MARGIN:g}" x2="{WIDTH - MARGIN:g}" y1="{y(goal):.1f}" y2="{y(goal):.1f}" stroke="{rule}" '
            'stroke-width="1.1" stroke-dasharray="4 4"/>'
        )
    for has_value, run in groupby(placed, key=lambda p: p is not None):
        if has_value:
            parts += _stretch([p for p in run if p is not None], colour)
    last = next((p for p in reversed(placed) if p is not None), None)
    if last:
        parts.append(
            f'<circle cx="{last[0]:.1f}" cy="{last[1]:.1f}" r="3.6" fill="{colour}" stroke="{ink}" stroke-width="1.4"/>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}">' + "".join(parts) + "</svg>"
    )


def _scale(points: Sequence[Point], height: float, goal: float | None) -> Callable[[float], float]:
    """Pixels from the top for a value, so that all limits and the goal have room."""
    shown = [p for p in points if p.value is not None]
    ends = [p.value if limit is None else limit for p in shown for limit in (p.low, p.high)]
    if shown and goal is not None:
        ends.append(goal)
    floor, span = (min(ends), max(ends) - min(ends)) if ends else (0.0, 0.0)

    def y(amount: float) -> float:
        share = (amount - floor) / span if span else 0.5
        return height - MARGIN - share * (height - 2 * MARGIN)

    return y


def _placed(points: Sequence[Point], y: Callable[[float], float]):
    step = (WIDTH - 2 * MARGIN) / max(len(points) - 1, 1)
    for i, p in enumerate(points):
        if p.value is None:
            yield None
            continue
        low, high = (p.value if limit is None else limit for limit in (p.low, p.high))
        x = MARGIN + i * step if len(points) > 1 else WIDTH / 2
        yield x, y(p.value), y(low), y(high)


def _stretch(run: list[tuple[float, float, float, float]], colour: str) -> list[str]:
    upper = [f"{x:.1f},{high:.1f}" for x, _, _, high in run]
    lower = [f"{x:.1f},{low:.1f}" for x, _, low, _ in reversed(run)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y, _, _ in run)
    return [
        f'<polygon points="{" ".join(upper + lower)}" fill="{colour}" fill-opacity="0.13"/>',
        f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.8" stroke-linejoin="round"/>',
    ]
