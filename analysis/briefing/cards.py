"""The headline numbers: now, before, the change and its verdict, and the last weeks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import pandas as pd

from analysis import compare, metrics
from analysis.briefing import complaints
from analysis.briefing.periods import by_week, of_satisfaction, satisfaction, week_window, weeks_between
from analysis.compare import Difference, Verdict, planning
from analysis.compare.groups import nps_groups
from analysis.compare.planning import Reach
from analysis.estimate import Cell, Estimate
from analysis.metrics import MetricName
from analysis.schema import Filters

if TYPE_CHECKING:
    from analysis.briefing.promises import Kept
    from analysis.store import Warehouse

HeadlineMetric = Literal["nps", "csat", "ces", "complaint_rate", "fcr", "closed"]
_ASKED: tuple[MetricName, ...] = ("nps", "csat", "ces")


@dataclass(frozen=True, slots=True)
class Change:
    """A headline metric in this period and the one before; see `Headline`."""

    metric: HeadlineMetric
    estimate: Estimate
    previous: Estimate
    difference: Difference
    scale: str | None
    easy: Estimate | None = None
    reach: Reach | None = None


@dataclass(frozen=True, slots=True)
class Headline:
    """One headline metric: this period, the one before, their difference, and one cell a week.

    Without a previous period `previous` and `difference` are missing and the verdict is "no_previous".
    `verdict` is a key under `verdicts.` in the language file. `scale` is the answer scale counted, None for
    the complaint rate. Estimates are raw: floor them for display. `easy` is CES's share of answers 5 to 7; `reach` is
    what as many answers as in the smaller period can show, of NPS and CSAT; `kept` is how a promise is kept.
    """

    metric: HeadlineMetric
    estimate: Estimate
    previous: Estimate
    difference: Difference
    verdict: Verdict
    series: tuple[Cell, ...]
    scale: str | None
    easy: Estimate | None = None
    reach: Reach | None = None
    kept: Kept | None = None


def headlines(
    store: Warehouse, filters: Filters, *, changes: tuple[Change, ...] | None = None
) -> tuple[Headline, ...]:
    """NPS, CSAT, CES and the complaint rate per 1,000 orders, in this order, each present even without data.

    `changes` are those of `headline_changes` for the same filters, where they are known already.
    """
    window = week_window(store, filters)
    weekly = _histograms(store, ["week"], window)
    return tuple(
        Headline(
            c.metric, c.estimate, c.previous, c.difference, c.difference.verdict,
            _rate_series(store, window) if c.metric == "complaint_rate" else _series(weekly[c.metric], c, window),
            c.scale, c.easy, c.reach,
        )
        for c in changes or headline_changes(store, filters)
    )


def headline_changes(store: Warehouse, filters: Filters) -> tuple[Change, ...]:
    """The headline metrics without their weekly series, in the order of `headlines`."""
    before = filters.previous()
    now = _histograms(store, [], filters)
    earlier = _histograms(store, [], before) if before else {name: rows.iloc[:0] for name, rows in now.items()}
    return (*(_change(name, now[name], earlier[name]) for name in _ASKED), _rate_change(store, filters, before))


def histogram_of(store: Warehouse, metric: MetricName, keys: Sequence[str], filters: Filters) -> pd.DataFrame:
    """The histogram that a metric counts; mean scores are of satisfaction questions."""
    if metric in ("nps", "ces"):
        return store.histogram([k for k in keys if k != "dimension"], filters, metric=metric)
    return satisfaction(store, keys, filters)


def _histograms(store: Warehouse, keys: Sequence[str], filters: Filters) -> dict[MetricName, pd.DataFrame]:
    """What `histogram_of` gives for each metric that a survey asks, by a single query."""
    rows = store.histogram([*keys, "metric"], filters)
    parts = {name: rows[rows["metric"] == name] for name in _ASKED}
    return parts | {"csat": of_satisfaction(parts["csat"], keys, filters)}


def _change(metric: MetricName, now: pd.DataFrame, earlier: pd.DataFrame) -> Change:
    found, before = metrics.estimate(metric, now), metrics.estimate(metric, earlier)
    easy = metrics.easy_cells(now, ()) if metric == "ces" else ()
    return Change(
        metric, found, before, _judged(compare.difference(now, earlier, metric=metric), known=len(earlier) > 0),
        metrics.main_scale(metrics.one_scale(now, metric)), easy[0].estimate if easy else None,
        reach_of(metric, now, min(found.n, before.n or found.n)),
    )


def reach(store: Warehouse, metric: MetricName, filters: Filters) -> Reach | None:
    """What the answers of the filters can show (see `planning.reach`), of NPS and CSAT; None below the floors."""
    rows = histogram_of(store, metric, [], filters)
    found = metrics.estimate(metric, rows).floored()
    return reach_of(metric, rows, found.n) if found.shown else None


def reach_of(metric: MetricName, now: pd.DataFrame, n: int) -> Reach | None:
    """What n answers like these can show; only for shares and differences of shares."""
    if metric == "nps":
        down, middle, up = nps_groups(now)
        return planning.reach(planning.nps_variance(down, up, down + middle + up), n)
    if metric != "csat":
        return None
    top, people = metrics.satisfied(metrics.one_scale(now, metric))
    # Several answers of one person count as one.
    return planning.reach(top / people * (1 - top / people), min(n, people)) if people else None


def _rate_change(store: Warehouse, filters: Filters, before: Filters | None) -> Change:
    now, earlier = complaints.events_and_orders(store, filters, before)
    difference = _judged(compare.rate_difference(now, earlier), known=earlier[1] > 0)
    return Change("complaint_rate", metrics.rate(*now), metrics.rate(*earlier), difference, None)


def _judged(difference: Difference, *, known: bool) -> Difference:
    return difference if known else replace(difference, verdict="no_previous")


def _series(rows: pd.DataFrame, change: Change, window: Filters) -> tuple[Cell, ...]:
    weekly = metrics.cells(rows, ["week"], metric=change.metric)
    return by_week(weekly, weeks_between(window), change.estimate.unit)


def _rate_series(store: Warehouse, window: Filters) -> tuple[Cell, ...]:
    return tuple(Cell({"week": week.week}, week.rate) for week in complaints.complaint_weeks(store, window))
