"""The headline numbers: now, before, the change and its verdict, and the last weeks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import pandas as pd

from analysis import compare, metrics
from analysis.briefing import complaints
from analysis.briefing.periods import by_week, satisfaction, week_window, weeks_between
from analysis.compare import Difference, Verdict
from analysis.estimate import Cell, Estimate
from analysis.metrics import MetricName
from analysis.schema import Filters

if TYPE_CHECKING:
    from analysis.store import Warehouse

HeadlineMetric = Literal["nps", "csat", "ces", "complaint_rate"]
_ASKED: tuple[MetricName, ...] = ("nps", "csat", "ces")


@dataclass(frozen=True, slots=True)
class Change:
    """A headline metric in this period and the one before; see `Headline`."""

    metric: HeadlineMetric
    estimate: Estimate
    previous: Estimate
    difference: Difference
    scale: str | None


@dataclass(frozen=True, slots=True)
class Headline:
    """One headline metric: this period, the one before, their difference, and one cell a week.

    Without a previous period `previous` and `difference` are missing and the verdict is "no_previous".
    `verdict` is a key under `verdicts.` in the language file. `scale` is the answer scale counted, None for
    the complaint rate. Estimates are raw: floor them for display.
    """

    metric: HeadlineMetric
    estimate: Estimate
    previous: Estimate
    difference: Difference
    verdict: Verdict
    series: tuple[Cell, ...]
    scale: str | None


def headlines(store: Warehouse, filters: Filters) -> tuple[Headline, ...]:
    """NPS, CSAT, CES and the complaint rate per 1,000 orders, in this order, each present even without data."""
    window = week_window(store, filters)
    return tuple(
        Headline(
            c.metric, c.estimate, c.previous, c.difference, c.difference.verdict, _series(store, c, window), c.scale
        )
        for c in headline_changes(store, filters)
    )


def headline_changes(store: Warehouse, filters: Filters) -> tuple[Change, ...]:
    """The headline metrics without their weekly series, in the order of `headlines`."""
    before = filters.previous()
    return (*(_change(store, metric, filters, before) for metric in _ASKED), _rate_change(store, filters, before))


def metric_table(
    store: Warehouse, metric: MetricName, by: str | Sequence[str], filters: Filters
) -> tuple[Cell, ...]:
    """A metric by one or more keys (which may include "dimension"), fit for display: see `metrics.suppressed`."""
    keys = [by] if isinstance(by, str) else list(by)
    found = metrics.cells(histogram_of(store, metric, keys, filters), keys, metric=metric)
    return metrics.suppressed(found)


def histogram_of(store: Warehouse, metric: MetricName, keys: Sequence[str], filters: Filters) -> pd.DataFrame:
    """The histogram that a metric counts; mean scores are of satisfaction questions."""
    if metric in ("nps", "ces"):
        return store.histogram([k for k in keys if k != "dimension"], filters, metric=metric)
    return satisfaction(store, keys, filters)


def _change(store: Warehouse, metric: MetricName, filters: Filters, before: Filters | None) -> Change:
    now = histogram_of(store, metric, (), filters)
    earlier = histogram_of(store, metric, (), before) if before else now.iloc[:0]
    return Change(
        metric, metrics.estimate(metric, now), metrics.estimate(metric, earlier),
        _judged(compare.difference(now, earlier, metric=metric), known=len(earlier) > 0),
        metrics.main_scale(metrics.one_scale(now, metric)),
    )


def _rate_change(store: Warehouse, filters: Filters, before: Filters | None) -> Change:
    now = complaints.events_and_orders(store, filters)
    earlier = complaints.events_and_orders(store, before) if before else (0, 0)
    difference = _judged(compare.rate_difference(now, earlier), known=earlier[1] > 0)
    return Change("complaint_rate", metrics.rate(*now), metrics.rate(*earlier), difference, None)


def _judged(difference: Difference, *, known: bool) -> Difference:
    return difference if known else replace(difference, verdict="no_previous")


def _series(store: Warehouse, change: Change, window: Filters) -> tuple[Cell, ...]:
    if change.metric == "complaint_rate":
        return tuple(Cell({"week": week.week}, week.rate) for week in complaints.complaint_weeks(store, window))
    rows = histogram_of(store, change.metric, ["week"], window)
    weekly = metrics.cells(rows, ["week"], metric=change.metric)
    return by_week(weekly, weeks_between(window), change.estimate.unit)
