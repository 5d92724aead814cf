"""Importance against performance: where to act first, and where the figures do not say.

Reference: Martilla, J. A. and James, J. C. (1977). Importance-performance analysis.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from analysis.drivers.report import Driver

Quadrant = Literal["act_now", "keep_up", "low_priority", "possible_overkill", "undecided"]

_NAMES: dict[tuple[bool, bool], Quadrant] = {
    (True, False): "act_now",
    (True, True): "keep_up",
    (False, False): "low_priority",
    (False, True): "possible_overkill",
}


def quadrants(found: Sequence[Driver]) -> tuple[Quadrant, ...]:
    """The quadrant of each driver; "undecided" where an interval reaches a cross-hair or performance is withheld.

    The cross-hairs are the means of importance and of performance over the drivers that have both.
    """
    lines = crosshairs(found)
    if lines is None:
        return ("undecided",) * len(found)
    importance, performance = lines
    return tuple(_quadrant(d, importance, performance) for d in found)


def crosshairs(found: Sequence[Driver]) -> tuple[float, float] | None:
    """Mean importance and mean performance of the drivers that have both; None without any."""
    placed = [d for d in found if d.performance is not None and d.performance.shown]
    if not placed:
        return None
    return (
        sum(d.importance for d in placed) / len(placed), sum(d.performance.value for d in placed) / len(placed)
    )


def _quadrant(driver: Driver, importance: float, performance: float) -> Quadrant:
    own = driver.performance
    if own is None or not own.shown:
        return "undecided"
    important = _side(driver.low, driver.high, importance)
    good = _side(own.low, own.high, performance)
    return "undecided" if important is None or good is None else _NAMES[important, good]


def _side(low: float, high: float, line: float) -> bool | None:
    """Above or below the line; None where the interval reaches it or is missing."""
    if low > line:
        return True
    return False if high < line else None
