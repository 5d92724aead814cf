"""The last weeks against their control limits: by question, over all and by region, store and touchpoint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis import intervals, metrics, trends
from analysis.briefing.complaints import weekly
from analysis.briefing.periods import last_day, monday, weeks_between
from analysis.estimate import FLOOR_RANKED, FLOOR_SCORED, Estimate
from analysis.metrics import UNITS
from analysis.schema import NPS_PASSIVE_MIN, NPS_PROMOTER_MIN, SCALES, Filters

if TYPE_CHECKING:
    from analysis.store import Warehouse

# The newest weeks of a period are news, and the year before them says what weeks are like.
JUDGED_WEEKS, BASELINE_WEEKS = 4, 52
_Z = intervals.critical_value()
# Keys by which each satisfaction question has charts of its own, besides the one of all answers.
PLACES: tuple[str, ...] = ("region", "store", "touchpoint")


@dataclass(frozen=True, slots=True)
class JudgedWeek:
    """One week of one chart: its value, the usual one with the limits of that week, and the chance of lying so far off.

    `keys` name the question (`dimension`) and the place, if any. `beyond` says that the week lies beyond its limits and
    that the baseline is long enough to announce it.
    """

    keys: Mapping[str, object]
    metric: str
    week: date
    now: Estimate
    usual: Estimate
    p_value: float
    beyond: bool


@dataclass(frozen=True, slots=True)
class Series:
    """Charts of one metric, a line each: values per week with the errors that chance gives them, and the answers.

    Arrays have the shape (charts, weeks); values and errors are NaN where there are too few answers.
    """

    keys: tuple[Mapping[str, object], ...]
    metric: str
    values: np.ndarray
    errors: np.ndarray
    n: np.ndarray


def judged_weeks(store: Warehouse, filters: Filters) -> tuple[JudgedWeek, ...]:
    """The last whole weeks of the period, at most `JUDGED_WEEKS`, in every chart with answers enough to judge them.

    Charts are of each satisfaction question, over all and in each region, store and touchpoint, of NPS, CES and the
    complaint rate. The baseline is up to `BASELINE_WEEKS` weeks before, whatever the period's beginning; with fewer
    than `trends.BASELINE_WEEKS` of them nothing is judged.
    """
    window, judged = _window(store, filters)
    if window is None:
        return ()
    weeks = weeks_between(window)
    return tuple(
        found for series in _all_series(store, window, weeks) for found in judge(series, weeks, judged)
    )


def judged_period(store: Warehouse, filters: Filters) -> Filters:
    """The weeks of the filters that are judged: periods that end with the same ones have the same news."""
    window, judged = _window(store, filters)
    return filters if window is None else replace(window, start=window.end - timedelta(weeks=judged, days=-1))


def _window(store: Warehouse, filters: Filters) -> tuple[Filters | None, int]:
    end, period = last_day(store, filters), store.period()
    if end is None or period is None:
        return None, 0
    after = monday(end + timedelta(days=1))  # the first day that belongs to no whole week
    start = monday(max(filters.start or period[0], period[0]) + timedelta(days=6))
    judged = min((after - start).days // 7, JUDGED_WEEKS)
    first = max(after - timedelta(weeks=judged + BASELINE_WEEKS), monday(period[0]))
    if judged < 1 or (after - first).days // 7 < judged + trends.BASELINE_WEEKS:
        return None, 0
    return replace(filters, start=first, end=after - timedelta(days=1)), judged


def _all_series(store: Warehouse, window: Filters, weeks: list[date]) -> Iterator[Series]:
    for place in ((), *((key,) for key in PLACES)):
        rows = store.histogram([*place, "week"], window, metric="csat").dropna(subset=[*place, "week"])
        yield _means(metrics.one_scale(rows, "score", ["dimension"]), [*place, "dimension"], "csat", weeks)
    for metric in ("nps", "ces"):
        rows = metrics.one_scale(store.histogram(["week"], window, metric=metric), metric)
        yield _means(_coded(rows) if metric == "nps" else rows, [], metric, weeks)
    yield _rates(store, window)


def _means(rows: pd.DataFrame, keys: list[str], metric: str, weeks: list[date]) -> Series:
    """One chart for each combination of keys, means on 0-100 in the end told in the metric's unit."""
    low, span = (metrics.of_scales(rows["scale"], what) for what in (_low, _span))
    points = 100 * (rows["score"].to_numpy(float) - low) / span
    count = rows["count"].to_numpy(float)
    names = rows[keys].assign(_=0)
    place = names.groupby([*keys, "_"], observed=True, sort=False).ngroup().to_numpy()
    at = pd.Index(weeks).get_indexer(rows["week"])
    n, total, squares = (np.zeros((place.max(initial=-1) + 1, len(weeks))) for _ in range(3))
    for into, part in ((n, count), (total, count * points), (squares, count * points**2)):
        np.add.at(into, (place[at >= 0], at[at >= 0]), part[at >= 0])
    labels = names.assign(at=place).drop_duplicates("at").sort_values("at")[keys].to_dict("records") if len(n) else []
    found = tuple({k: metrics.plain(v) for k, v in label.items()} for label in labels)
    return series_of(found, metric, n, total, squares)


def series_of(
    keys: Sequence[Mapping[str, object]], metric: str, n: np.ndarray, total: np.ndarray, squares: np.ndarray
) -> Series:
    """Charts of means with the error that the spread of answers within the weeks of a chart gives them.

    `n`, `total` and `squares`, of shape (charts, weeks), count answers and sum their points on 0-100 and the squares.
    """
    low, factor = {"nps": (-1.0, 2 / 100), "ces": (1.0, 6 / 100)}.get(metric, (0.0, 1.0))
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / n
        within = np.nansum(squares - n * mean**2, axis=1) / np.maximum(np.where(n > 1, n - 1, 0.0).sum(axis=1), 1.0)
        held = n >= FLOOR_SCORED
        values = np.where(held, low + factor * mean, np.nan)
        errors = np.where(held, factor * np.sqrt(np.maximum(within, 0.0))[:, None] / np.sqrt(n), np.nan)
    return Series(tuple(keys), metric, values, errors, n)


def _coded(rows: pd.DataFrame) -> pd.DataFrame:
    """Answers of 0-10 as detractor, passive or promoter: the ends and the middle of the scale."""
    score = np.select([rows["score"] >= NPS_PROMOTER_MIN, rows["score"] >= NPS_PASSIVE_MIN], [10.0, 5.0], 0.0)
    return rows.assign(score=score)


def _rates(store: Warehouse, window: Filters) -> Series:
    """Complaints per 1,000 orders, with the error of a Poisson count at the usual rate."""
    sums = weekly(store, window)
    events, orders = (sums[name].to_numpy(float)[None] for name in ("events", "orders"))
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(orders > 0, 1000 * events / orders, np.nan)
        usual = 1000 * events.sum() / orders.sum()
        errors = np.where(orders > 0, np.sqrt(usual * 1000 / orders), np.nan)
    return Series(({},), "complaint_rate", value, errors, orders)


def judge(series: Series, weeks: Sequence[date], judged: int) -> Iterator[JudgedWeek]:
    """The last `judged` weeks of each chart against its weeks before; nothing while those are too few."""
    first = len(weeks) - judged
    limits = trends.mean_limits(series.values, series.errors, baseline=first)
    chance = limits.chance
    unit = "score" if series.metric == "csat" else UNITS.get(series.metric, "per_thousand")
    known = (series.n >= FLOOR_RANKED) & ~np.isnan(chance) & (limits.baseline >= trends.BASELINE_WEEKS)[:, None]
    known[:, :first] = False
    lines = zip(
        *np.nonzero(known),
        *(part[known].tolist() for part in (series.values, _Z * series.errors, limits.half, series.n, chance)),
        strict=True,
    )
    for i, week, value, margin, half, n, p in lines:
        centre = float(limits.centre[i])
        yield JudgedWeek(
            series.keys[i], series.metric, weeks[week], Estimate(value, value - margin, value + margin, int(n), unit),
            Estimate(centre, centre - half, centre + half, int(n), unit), p, abs(value - centre) > half,
        )


def _low(scale: str) -> float:
    return SCALES[scale].low


def _span(scale: str) -> float:
    return SCALES[scale].high - SCALES[scale].low
