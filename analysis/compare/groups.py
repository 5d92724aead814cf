"""Two groups or periods side by side.

A difference is always first - second and keeps its sign. Do not use these functions on the same
people asked twice, nor on groups that were picked because they looked extreme.

References
----------
1. Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions.
2. Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures (MOVER).
3. Welch, B. L. (1947). The generalization of "Student's" problem.
4. Przyborowski, J. and Wilenski, H. (1940). Homogeneity of results in testing samples from Poisson series.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
import scipy
from scipy import special

from analysis import intervals, metrics
from analysis.compare.moments import NO_ANSWERS, Moments, moments_by, welch
from analysis.estimate import FLOOR_RANKED, Estimate, Unit
from analysis.intervals import LEVEL
from analysis.metrics import MetricName
from analysis.schema import NPS_PASSIVE_MIN, NPS_PROMOTER_MIN, SCALES

Verdict = Literal["reliable_rise", "reliable_fall", "no_reliable_change", "not_enough", "no_previous"]
Method = Literal["adjusted_z", "exact_permutation", "score", "welch", "exact_conditional"]

# With fewer answers than this on either side NPS is tested by exact permutation instead of z.
EXACT_BELOW = 20


@dataclass(frozen=True, slots=True)
class Difference:
    """first - second with its interval, the two-sided p-value, how it was tested, and the verdict.

    `estimate.n` is the smaller of the two bases, so that its floors are those of the weaker side.
    `p_value` is NaN where no test is possible. `verdict` is a key under `verdicts.` in the language file.
    """

    estimate: Estimate
    p_value: float
    method: Method
    verdict: Verdict


def difference(
    first: pd.DataFrame, second: pd.DataFrame, *, metric: MetricName, level: float = LEVEL
) -> Difference:
    """The metric of one histogram minus that of another.

    NPS: `nps_difference`; CSAT: `share_difference`; CES and mean scores: `mean_difference`. Both sides
    count the same scale, the one with most answers on the two together. An empty side gives a missing
    difference.
    """
    both = metrics.one_scale(pd.concat([first.assign(side=0), second.assign(side=1)], ignore_index=True), metric)
    sides = [both[both["side"] == i] for i in (0, 1)]
    if metric == "nps":
        return nps_difference(nps_groups(sides[0]), nps_groups(sides[1]), level=level)
    if metric == "csat":
        return share_difference(*(metrics.satisfied(side) for side in sides), level=level)
    found = mean_difference(*(moments_by(both, "side").get((i,), NO_ANSWERS) for i in (0, 1)), level=level)
    return replace(found, estimate=_in_ces_points(found.estimate)) if metric == "ces" else found


def nps_groups(histogram: pd.DataFrame) -> tuple[int, int, int]:
    """Detractors, passives and promoters of the 0-10 answers."""
    rows = metrics.one_scale(histogram, "nps")
    score, count = rows["score"], rows["count"]
    down = int(count[score < NPS_PASSIVE_MIN].sum())
    up = int(count[score >= NPS_PROMOTER_MIN].sum())
    return down, int(count.sum()) - down - up, up


def nps_difference(
    first: tuple[int, int, int], second: tuple[int, int, int], *, level: float = LEVEL
) -> Difference:
    """NPS of one group minus NPS of another, each (detractors, passives, promoters); -2 to 2.

    Interval: MOVER [2] on the two score intervals. p-value: z on the adjusted counts, or the exact
    permutation of the answers where a side has fewer than `EXACT_BELOW`; 1 where all answers agree.
    """
    a, b = (_nps_estimate(group, level) for group in (first, second))
    exact = min(a.n, b.n) < EXACT_BELOW
    method: Method = "exact_permutation" if exact else "adjusted_z"
    if not (a.n and b.n):
        return _missing("nps", method)
    alike = max(x + y for x, y in zip(first, second, strict=True)) == a.n + b.n
    p = 1.0 if alike else _permutation_p(first, second) if exact else _adjusted_p(first, second)
    return _judged(_mover(a, b), p, method, level=level)


def share_difference(
    first: tuple[float, float], second: tuple[float, float], *, level: float = LEVEL
) -> Difference:
    """One share minus another, each (successes, n); -1 to 1.

    Interval: Newcombe's method 10 [1]. p-value: the score test of equal shares, 1 where all answers agree.
    """
    a, b = metrics.shares(*zip(first, second, strict=True), level=level)
    (x, n), (y, m) = first, second
    if not (n and m):
        return _missing("share", "score")
    pooled = (x + y) / (n + m)
    se = math.sqrt(max(pooled * (1 - pooled), 0.0) * (1 / n + 1 / m))
    p = 2 * float(scipy.stats.norm.sf(abs(x / n - y / m) / se)) if se > 1e-12 else 1.0
    return _judged(_mover(a, b), p, "score", level=level)


def mean_difference(first: Moments, second: Moments, *, level: float = LEVEL) -> Difference:
    """One mean on 0-100 minus another, by Welch's t [3]; -100 to 100.

    A side with a single answer, or no spread on both sides, leaves the limits missing ("no_spread");
    two sides that agree without spread have p = 1.
    """
    n, gap = min(first.people, second.people), first.mean - second.mean
    if n == 0:
        return _missing("score", "welch")
    se, df = welch(first, second)
    if not se > 0:
        estimate = Estimate(gap, math.nan, math.nan, n, "score", note="no_spread")
        return _judged(estimate, 1.0 if se == 0 and gap == 0 else math.nan, "welch", level=level)
    half = float(special.stdtrit(df, (1 + level) / 2)) * se
    p = 2 * float(special.stdtr(df, -abs(gap) / se))
    return _judged(Estimate(gap, gap - half, gap + half, n, "score"), p, "welch", level=level)


def rate_difference(
    first: tuple[int, float], second: tuple[int, float], *, level: float = LEVEL
) -> Difference:
    """Events per 1,000 of one (events, exposure) minus another.

    Interval: MOVER [2] on Garwood limits. p-value: exact and conditional on all events [4]; 1 without any.
    """
    a, b = metrics.rate(*first, level=level), metrics.rate(*second, level=level)
    if not (a.n and b.n):
        return _missing("per_thousand", "exact_conditional")
    events, fraction = int(first[0] + second[0]), first[1] / (first[1] + second[1])
    p = float(scipy.stats.binomtest(int(first[0]), events, fraction).pvalue) if events else 1.0
    return _judged(_mover(a, b), p, "exact_conditional", level=level)


def _in_ces_points(number: Estimate) -> Estimate:
    """A difference on 0-100 as points of the 1-7 effort scale."""
    point = (SCALES[metrics.CES_SCALE].high - SCALES[metrics.CES_SCALE].low) / 100
    return replace(number, value=number.value * point, low=number.low * point, high=number.high * point, unit="ces")


def _nps_estimate(group: tuple[int, int, int], level: float) -> Estimate:
    down, _, up = group
    n = sum(group)
    if n == 0:
        return Estimate.missing("nps")
    low, high = intervals.nps_score(*group, level=level)
    return Estimate((up - down) / n, float(low), float(high), n, "nps")


def _adjusted_p(first: tuple[int, int, int], second: tuple[int, int, int]) -> float:
    (a, var_a), (b, var_b) = (intervals.adjusted_nps(*group) for group in (first, second))
    return 2 * float(scipy.stats.norm.sf(abs(float(a - b)) / math.sqrt(float(var_a + var_b))))


def _permutation_p(first: tuple[int, int, int], second: tuple[int, int, int]) -> float:
    """Twice the smaller tail over all ways to deal the pooled answers to two groups of these sizes.

    Every deal is counted: the smaller group has fewer than `EXACT_BELOW` answers, so there are few.
    """
    small, other = sorted((first, second), key=sum)
    pooled, n = [a + b for a, b in zip(small, other, strict=True)], sum(small)
    down, up = np.meshgrid(np.arange(min(pooled[0], n) + 1), np.arange(min(pooled[2], n) + 1), indexing="ij")
    middle = n - down - up
    possible = (middle >= 0) & (middle <= pooled[1])
    down, middle, up = down[possible], middle[possible], up[possible]
    log_weight = sum(_log_choose(total, part) for total, part in zip(pooled, (down, middle, up), strict=True))
    weight = np.exp(log_weight - log_weight.max())
    observed, balance = small[2] - small[0], up - down
    tails = (weight[balance <= observed].sum(), weight[balance >= observed].sum())
    return min(1.0, 2 * float(min(tails) / weight.sum()))


def _log_choose(total: int, part: np.ndarray) -> np.ndarray:
    return special.gammaln(total + 1) - special.gammaln(part + 1) - special.gammaln(total - part + 1)


def _mover(a: Estimate, b: Estimate) -> Estimate:
    low, high = intervals.mover((a.value, a.low, a.high), (b.value, b.low, b.high))
    return Estimate(a.value - b.value, low, high, min(a.n, b.n), a.unit)


def _missing(unit: Unit, method: Method) -> Difference:
    return Difference(Estimate.missing(unit), math.nan, method, "not_enough")


def _judged(estimate: Estimate, p: float, method: Method, *, level: float) -> Difference:
    """The difference with its verdict: a change is reliable if the test and the interval both say so."""
    if estimate.n < FLOOR_RANKED or math.isnan(p):
        verdict: Verdict = "not_enough"
    elif p < 1 - level and estimate.low > 0:
        verdict = "reliable_rise"
    elif p < 1 - level and estimate.high < 0:
        verdict = "reliable_fall"
    else:
        verdict = "no_reliable_change"
    return Difference(estimate, p, method, verdict)
