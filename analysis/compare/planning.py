"""How many answers a question needs, and what the answers there are can show.

References
----------
1. Rocks, B. (2016). Interval estimation for the Net Promoter Score. arXiv:1601.07235.
2. Cohen, J. (1988). Statistical Power Analysis for the Behavioral Sciences.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import scipy

from analysis.intervals import LEVEL, critical_value

# The variance of one answer coded -1, 0, 1 is largest where half are promoters and half detractors.
WORST_NPS_VARIANCE = 1.0
POWER = 0.80
# The width that answers are planned for: plus and minus five points.
REACH_MARGIN = 0.05
# A change is measured against a quarter, and what does not show within a year is not waited for.
BASELINE_WEEKS = 12
LONGEST_WAIT = 52


def nps_variance(detractors: float, promoters: float, n: float) -> float:
    """The variance of one answer coded -1, 0, 1, from 0 to 1; promoters and detractors exclude each other."""
    if n <= 0:
        return math.nan
    up, down = promoters / n, detractors / n
    return up + down - (up - down) ** 2


def nps_standard_error(detractors: int, passives: int, promoters: int) -> float:
    """The standard error of NPS (inside -1 to 1); NaN without answers, 0 where all answers are alike."""
    n = detractors + passives + promoters
    return math.sqrt(nps_variance(detractors, promoters, n) / n) if n else math.nan


def nps_zero_p(detractors: int, promoters: int) -> float:
    """Exact two-sided p-value of NPS = 0: promoters among those who take a side; 1 where nobody does [1]."""
    sides = detractors + promoters
    return float(scipy.stats.binomtest(promoters, sides, 0.5).pvalue) if sides else 1.0


def nps_answers_needed(margin: float, *, variance: float = WORST_NPS_VARIANCE, level: float = LEVEL) -> int:
    """Answers for an interval of plus and minus `margin` (0 to 1) [1]: 1,537 for 5 points where nothing is known."""
    return math.ceil((critical_value(level) / margin) ** 2 * variance)


def detectable_difference(n: float, *, variance: float = WORST_NPS_VARIANCE, level: float = LEVEL,
                          power: float = POWER) -> float:
    """The smallest true difference of two groups of n answers that a test finds with `power` [2], in inside units."""
    if n <= 0:
        return math.nan
    return (critical_value(level) + float(scipy.stats.norm.ppf(power))) * math.sqrt(2 * variance / n)


@dataclass(frozen=True, slots=True)
class Reach:
    """What so many answers can show.

    `needed` are the answers for an interval of plus and minus `REACH_MARGIN`; `detectable` is the smallest true
    difference from another group as large, of shares or NPS inside, that is found with `POWER`.
    """

    needed: int
    detectable: float


def reach(variance: float, n: float) -> Reach | None:
    """The reach of n answers whose variance is that of one answer inside; None without answers or spread."""
    if not (n > 0 and variance > 0):
        return None
    return Reach(nps_answers_needed(REACH_MARGIN, variance=variance), detectable_difference(n, variance=variance))


def weeks_to_show(lift: float, *, per_week: float, variance: float, level: float = LEVEL,
                  power: float = POWER) -> int | None:
    """After how many whole weeks a true change of a mean by `lift` is found with `power` [2].

    `per_week` answers of `variance` (in the square of the lift's unit) come in before and after; the weeks after are
    compared with the `BASELINE_WEEKS` before. None where that takes longer than `LONGEST_WAIT`, or without answers.
    """
    if not (per_week > 0 and variance >= 0 and lift > 0):
        return None
    asked = lift / (critical_value(level) + float(scipy.stats.norm.ppf(power)))
    share = asked**2 * per_week / variance if variance else math.inf
    rest = share - 1 / BASELINE_WEEKS
    weeks = max(1, math.ceil(1 / rest)) if rest > 0 else math.inf
    return int(weeks) if weeks <= LONGEST_WAIT else None
