"""Two groups or periods side by side, and which cell of many really stands out.

A difference is always first - second and keeps its sign. Do not use these functions on the same
people asked twice, nor on groups that were picked because they looked extreme.

References
----------
1. Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions.
2. Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures (MOVER).
3. Welch, B. L. (1947). The generalization of "Student's" problem.
4. Przyborowski, J. and Wilenski, H. (1940). Homogeneity of results in testing samples from Poisson series.
5. Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from scipy import special, stats

from analysis import intervals, metrics
from analysis.estimate import FLOOR_RANKED, FLOOR_SCORED, Estimate, Unit
from analysis.intervals import LEVEL
from analysis.metrics import MetricName
from analysis.schema import NPS_PASSIVE_MIN, NPS_PROMOTER_MIN, SCALES

Verdict = Literal["reliable_rise", "reliable_fall", "no_reliable_change", "not_enough", "no_previous"]
Method = Literal["adjusted_z", "exact_permutation", "score", "welch", "exact_conditional"]

# With fewer answers than this on either side NPS is tested by exact permutation instead of z.
EXACT_BELOW = 20

# The smallest gap in points of 0-100 that counts as a weakness, and the share of false leads that a
# screening of many cells may carry.
MIN_GAP = 5.0
FALSE_LEADS = 0.10

Flag = Literal["weak", "strong"]
Certainty = Literal["very_high", "high", "fair", "lead", "none"]

# Upper limits of the adjusted p-value for each word of certainty, the strongest first.
CERTAINTY_LIMITS: tuple[tuple[float, Certainty], ...] = (
    (0.001, "very_high"), (0.01, "high"), (0.05, "fair"), (FALSE_LEADS, "lead"),
)


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


class Moments(NamedTuple):
    """Number of answers, their mean on 0-100, their variance, and the people at least behind them.

    `people` is the base of every test (`metrics.people`); the variance has the divisor n - 1.
    """

    n: int
    mean: float
    variance: float
    people: int


NO_ANSWERS = Moments(0, math.nan, math.nan, 0)


@dataclass(frozen=True, slots=True)
class WeakCell:
    """One cell of a screening against the rest of the answers, means on 0-100.

    `keys` names the cell, e.g. {"touchpoint": "在线客服", "dimension": "问题解决彻底性"}; `estimate` is its mean,
    `rest` the mean of all other answers on the same `scale`. `gap` is cell - rest in points, so a weak
    cell's is negative. `p_value` is one-sided, in the direction of the gap, for a gap of more than the
    minimum; `p_adjusted` holds over all cells screened together. `flag` is None where the cell does not
    stand out; `certainty` is a key under `certainty.` in the language file.
    """

    keys: dict[str, object]
    estimate: Estimate
    rest: Estimate
    gap: Estimate
    scale: str
    p_value: float
    p_adjusted: float
    flag: Flag | None
    certainty: Certainty


# ---- two groups -----------------------------------------------------------------------------

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
        return share_difference(_satisfied(sides[0]), _satisfied(sides[1]), level=level)
    found = mean_difference(*(_moments_of(side) for side in sides), level=level)
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
    permutation of the answers where a side has fewer than `EXACT_BELOW`.
    """
    a, b = (_nps_estimate(group, level) for group in (first, second))
    exact = min(a.n, b.n) < EXACT_BELOW
    method: Method = "exact_permutation" if exact else "adjusted_z"
    if not (a.n and b.n):
        return _missing("nps", method)
    p = _permutation_p(first, second) if exact else _adjusted_p(first, second)
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
    p = 2 * float(stats.norm.sf(abs(x / n - y / m) / se)) if se > 1e-12 else 1.0
    return _judged(_mover(a, b), p, "score", level=level)


def mean_difference(first: Moments, second: Moments, *, level: float = LEVEL) -> Difference:
    """One mean on 0-100 minus another, by Welch's t [3]; -100 to 100.

    A side with a single answer, or no spread on both sides, leaves the limits missing ("no_spread");
    two sides that agree without spread have p = 1.
    """
    n, gap = min(first.people, second.people), first.mean - second.mean
    if n == 0:
        return _missing("score", "welch")
    se, df = _welch(first, second)
    if not se > 0:
        estimate = Estimate(gap, math.nan, math.nan, n, "score", note="no_spread")
        return _judged(estimate, 1.0 if se == 0 and gap == 0 else math.nan, "welch", level=level)
    half = float(stats.t.ppf((1 + level) / 2, df)) * se
    p = 2 * float(stats.t.sf(abs(gap) / se, df))
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
    p = float(stats.binomtest(int(first[0]), events, fraction).pvalue) if events else 1.0
    return _judged(_mover(a, b), p, "exact_conditional", level=level)


# ---- many comparisons -----------------------------------------------------------------------

def adjusted(p_values: Sequence[float]) -> np.ndarray:
    """Benjamini-Hochberg adjusted p-values [5] in the given order; missing ones are not counted and stay missing.

    >>> adjusted([0.01, 0.04, float("nan")]).round(3).tolist()
    [0.02, 0.04, nan]
    """
    p = np.asarray(p_values, dtype=float)
    known = ~np.isnan(p)
    result = np.full_like(p, np.nan)
    if known.any():
        result[known] = stats.false_discovery_control(p[known])
    return result


def certainty(p_adjusted: float) -> Certainty:
    """The word for how sure a finding is; "none" above `FALSE_LEADS` and for a missing p-value."""
    return next((word for limit, word in CERTAINTY_LIMITS if p_adjusted <= limit), "none")


def weak_cells(
    histogram: pd.DataFrame, keys: Sequence[str], *, min_gap: float = MIN_GAP, q: float = FALSE_LEADS
) -> tuple[WeakCell, ...]:
    """Every cell of `keys` against the rest, worst first, those that stand out flagged.

    `cell_gaps` followed by `flagged`. That nothing is flagged is a result.
    """
    return flagged(cell_gaps(histogram, keys, min_gap=min_gap), min_gap=min_gap, q=q)


def cell_gaps(
    histogram: pd.DataFrame, keys: Sequence[str], *, min_gap: float = MIN_GAP, level: float = LEVEL
) -> tuple[WeakCell, ...]:
    """Each cell of `keys` against all other answers on its scale, not yet adjusted or flagged.

    The cell itself is no part of its rest. Welch's one-sided t [3] asks whether the mean on 0-100 lies more
    than `min_gap` points from the rest's, in the direction in which it lies. A histogram no longer knows who
    gave which answers; as people's answers go together, treating cell and rest as independent errs on
    the side of silence. Cells whose keys are not all known take part in the rest only. Below
    `FLOOR_RANKED` answers the p-value is missing.
    """
    named = list(keys)
    table = metrics.moments(histogram, [*named, "scale"])
    sums = _additive(table)
    totals = sums.groupby("scale")[["n", "sum", "squares"]].sum()
    asked = metrics.people(histogram, ["scale"])
    sums = sums[sums["n"] > 0].dropna(subset=named)
    sums = sums.sort_values("n", ascending=False, kind="stable").drop_duplicates(named)
    return tuple(
        _cell_gap(row, named, (totals.loc[row["scale"]], int(asked[row["scale"]])), min_gap, level)
        for row in sums.to_dict("records")
    )


def flagged(
    found: Sequence[WeakCell], *, min_gap: float = MIN_GAP, q: float = FALSE_LEADS
) -> tuple[WeakCell, ...]:
    """Cells with adjusted p-values and flags, worst first; those without a score come last.

    Low and high cells are two families, each with its own share of false leads q. A cell is flagged if its
    adjusted p is at most q, its base can be ranked, and even the near limit of its gap exceeds half of
    `min_gap`.
    """
    below = np.array([cell.gap.value <= 0 for cell in found], dtype=bool)
    p_value = np.array([cell.p_value for cell in found], dtype=float)
    # A cell on the other side of the rest is no evidence for this side: it counts with p = 1.
    opposite = np.where(np.isnan(p_value), np.nan, 1.0)
    p = np.where(below, adjusted(np.where(below, p_value, opposite)), adjusted(np.where(below, opposite, p_value)))
    judged = [
        replace(cell, p_adjusted=x, flag=flag_of(cell, x, min_gap=min_gap, q=q), certainty=certainty(x))
        for cell, x in zip(found, p.tolist(), strict=True)
    ]
    return tuple(sorted(judged, key=lambda c: (c.estimate.n < FLOOR_SCORED, c.gap.value)))


def flag_of(cell: WeakCell, p_adjusted: float, *, min_gap: float = MIN_GAP, q: float = FALSE_LEADS) -> Flag | None:
    """Whether a cell stands out at an adjusted p-value, and in which direction."""
    if not (p_adjusted <= q and cell.estimate.n >= FLOOR_RANKED and cell.rest.n >= FLOOR_RANKED):
        return None
    if cell.gap.high < -min_gap / 2:
        return "weak"
    return "strong" if cell.gap.low > min_gap / 2 else None


# ---- inside ---------------------------------------------------------------------------------

def _cell_gap(
    row: dict, named: list[str], all_answers: tuple[pd.Series, int], min_gap: float, level: float
) -> WeakCell:
    total, asked = all_answers
    cell = _moments_from_sums(row["n"], row["sum"], row["squares"], row["people"])
    n, points, squares = (total[c] - row[c] for c in ("n", "sum", "squares"))
    # Within the rest the most answered dimension may be the cell's own.
    rest = _moments_from_sums(n, points, squares, min(n, asked - (0 if "dimension" in named else row["people"])))
    gap = mean_difference(cell, rest, level=level)
    se, df = _welch(cell, rest)
    testable = min(cell.people, rest.people) >= FLOOR_RANKED and se > 0
    p = float(stats.t.sf((abs(gap.estimate.value) - min_gap) / se, df)) if testable else math.nan
    return WeakCell(
        keys={key: metrics.plain(row[key]) for key in named},
        estimate=_mean_estimate(cell, level), rest=_mean_estimate(rest, level), gap=gap.estimate,
        scale=row["scale"], p_value=p, p_adjusted=math.nan, flag=None, certainty="none",
    )


def _additive(table: pd.DataFrame) -> pd.DataFrame:
    """Moments as sums about 0, which can be added and taken away."""
    total = table["n"] * table["mean"]
    squares = (table["n"] - 1) * table["variance"].fillna(0.0) + table["n"] * table["mean"] ** 2
    return table.assign(sum=total, squares=squares)


def _moments_from_sums(n: float, total: float, squares: float, people: float) -> Moments:
    if n < 1:
        return NO_ANSWERS
    mean = total / n
    spread = (squares - n * mean**2) / (n - 1) if n > 1 else math.nan
    # Answers that are all equal leave rounding dust instead of 0.
    return Moments(int(n), mean, 0.0 if spread < 1e-9 * max(mean, 1) ** 2 else spread, int(people))


def _moments_of(histogram: pd.DataFrame) -> Moments:
    """The moments of all answers of a histogram; its rows are of one scale."""
    table = metrics.moments(histogram, ())
    if table.empty:
        return NO_ANSWERS
    n, mean, variance, people = table[["n", "mean", "variance", "people"]].iloc[0]
    return Moments(int(n), float(mean), float(variance), int(people))


def _satisfied(histogram: pd.DataFrame) -> tuple[float, float]:
    """Satisfied people and people at least behind the answers of a histogram of one scale."""
    if histogram.empty:
        return 0.0, 0.0
    people = float(metrics.people(histogram, ["scale"]).iloc[0])
    return metrics.estimate("csat", histogram).value * people if people else 0.0, people


def _mean_estimate(moments: Moments, level: float) -> Estimate:
    if moments.n == 0:
        return Estimate.missing("score")
    low, high = (float(x) for x in intervals.t_mean(moments.mean, moments.variance, moments.people, level=level))
    return Estimate(
        moments.mean, max(low, 0.0), min(high, 100.0), moments.n, "score", note="no_spread" if math.isnan(low) else None
    )


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
    return 2 * float(stats.norm.sf(abs(float(a - b)) / math.sqrt(float(var_a + var_b))))


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


def _welch(first: Moments, second: Moments) -> tuple[float, float]:
    """Standard error of the difference and Welch's degrees of freedom; NaN where a side has one answer."""
    a, b = (side.variance / side.people if side.people > 1 else math.nan for side in (first, second))
    if not a + b > 0:
        return a + b, math.nan
    return math.sqrt(a + b), (a + b) ** 2 / (a**2 / (first.people - 1) + b**2 / (second.people - 1))


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
