"""The metrics of a histogram whose answers carry weights.

References
----------
1. Kish, L. (1965). Survey Sampling: n_effective.
2. Lumley, T. (2010). Complex Surveys: linearised errors.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from scipy import special

from analysis import intervals, metrics
from analysis.estimate import Cell, Estimate
from analysis.intervals import LEVEL
from analysis.metrics import MetricName
from analysis.schema import NPS_PASSIVE_MIN, NPS_PROMOTER_MIN, SCALES
from analysis.weighting.estimates import weighted_mean


def weighted_cells(
    histogram: pd.DataFrame, keys: Sequence[str], *, metric: MetricName, margins: Sequence[str], level: float = LEVEL
) -> tuple[Cell, ...]:
    """The metric for every combination of `keys`, as `metrics.cells` gives it, of weighted answers.

    `histogram` has a column `weight` and the raked columns `margins` beside its own. `n` counts answers as they are;
    NPS and shares have their usual interval on `n_effective` [1], means one from the linearised error [2]. A cell that
    pools questions rests on people, as there. No answers give no cells.
    """
    rows = metrics.one_scale(histogram, metric, keys)
    if rows.empty:
        return ()
    if not keys:
        return (Cell({}, _estimate(rows, metric, margins, by_question=False, level=level)),)
    groups = rows.groupby(list(keys), dropna=False, observed=True, sort=True)
    return tuple(
        Cell(
            {key: metrics.plain(value) for key, value in zip(keys, names, strict=True)},
            _estimate(group, metric, margins, by_question="dimension" in keys, level=level),
        )
        for names, group in groups
    )


def weighted_estimate(
    histogram: pd.DataFrame, *, metric: MetricName, margins: Sequence[str], level: float = LEVEL
) -> Estimate:
    """The metric over all weighted answers; none give a missing estimate."""
    found = weighted_cells(histogram, (), metric=metric, margins=margins, level=level)
    return found[0].estimate if found else Estimate.missing(metrics.UNITS[metric])


def _estimate(
    rows: pd.DataFrame, metric: MetricName, margins: Sequence[str], *, by_question: bool, level: float
) -> Estimate:
    answers = int(rows["count"].sum())
    mass = rows["count"] * rows["weight"]
    whole = float(mass.sum())
    if not whole > 0:
        return Estimate.missing(metrics.UNITS[metric])
    effective = whole**2 / float((rows["count"] * rows["weight"] ** 2).sum())
    pooled = 1.0 if by_question or metric == "nps" else float(rows.groupby("dimension")["count"].sum().max()) / answers
    if metric == "nps":
        down = float(mass[rows["score"] < NPS_PASSIVE_MIN].sum()) / whole
        up = float(mass[rows["score"] >= NPS_PROMOTER_MIN].sum()) / whole
        low, high = intervals.nps(
            down * effective, max(1 - down - up, 0.0) * effective, up * effective, level=level
        )
        return Estimate(up - down, float(low), float(high), answers, "nps")
    if metric == "csat":
        top = float(mass[rows["score"] >= rows["scale"].map(_top)].sum()) / whole
        base = effective * pooled
        low, high = intervals.wilson(top * base, base, level=level)
        return Estimate(top, float(low), float(high), answers, "share")
    return _mean(rows, metric, margins, pooled=pooled, level=level)


def _mean(rows: pd.DataFrame, metric: MetricName, margins: Sequence[str], *, pooled: float, level: float) -> Estimate:
    """A mean on 0-100, or of effort on its own scale, with its linearised interval."""
    scale = SCALES[rows["scale"].iloc[0]]
    units = 1.0 if metric == "ces" else 100 / (scale.high - scale.low)
    first, last = (scale.low, scale.high) if metric == "ces" else (0.0, 100.0)
    values = rows["score"] if metric == "ces" else (rows["score"] - scale.low) * units
    found = weighted_mean(values, rows["weight"], counts=rows["count"], margins=[rows[name] for name in margins])
    people = float(rows["count"].sum()) * pooled
    unit = metrics.UNITS[metric]
    if not (people > 1 and found.se > 0):
        return Estimate(found.mean, math.nan, math.nan, int(rows["count"].sum()), unit, note="no_spread")
    half = float(special.stdtrit(people - 1, (1 + level) / 2)) * found.se / math.sqrt(pooled)
    return Estimate(
        found.mean, max(found.mean - half, first), min(found.mean + half, last), int(rows["count"].sum()), unit
    )


def _top(scale: str) -> float:
    return SCALES[scale].top_min
