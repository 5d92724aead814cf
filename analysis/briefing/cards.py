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
    return (*(_headline(store, metric, filters) for metric in ("nps", "csat", "ces")), _complaint_rate(store, filters))


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


def _headline(store: Warehouse, metric: MetricName, filters: Filters) -> Headline:
    now, before = histogram_of(store, metric, (), filters), filters.previous()
    earlier = histogram_of(store, metric, (), before) if before else now.iloc[:0]
    window = week_window(store, filters)
    weekly = metrics.cells(histogram_of(store, metric, ["week"], window), ["week"], metric=metric)
    estimate, previous = (metrics.estimate(metric, rows) for rows in (now, earlier))
    return _judged(
        metric, estimate, previous, compare.difference(now, earlier, metric=metric),
        series=by_week(weekly, weeks_between(window), estimate.unit),
        scale=metrics.main_scale(metrics.one_scale(now, metric)),
    )


def _complaint_rate(store: Warehouse, filters: Filters) -> Headline:
    now, before = complaints.events_and_orders(store, filters), filters.previous()
    earlier = complaints.events_and_orders(store, before) if before else (0, 0)
    series = complaints.complaint_weeks(store, week_window(store, filters))
    return _judged(
        "complaint_rate", metrics.rate(*now), metrics.rate(*earlier), compare.rate_difference(now, earlier),
        series=tuple(Cell({"week": week.week}, week.rate) for week in series), scale=None,
    )


def _judged(
    metric: HeadlineMetric, now: Estimate, previous: Estimate, change: Difference,
    *, series: tuple[Cell, ...], scale: str | None,
) -> Headline:
    if previous.n == 0:
        change = replace(change, verdict="no_previous")
    return Headline(metric, now, previous, change, change.verdict, series, scale)
