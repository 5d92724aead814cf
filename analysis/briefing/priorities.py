"""What to do first among weak cells, and whether comments and complaints say the same.

References
----------
1. Goodman, L. A. (1960). On the exact variance of products.
2. Denzin, N. K. (1970). The Research Act: triangulation by sources that do not share their errors.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from analysis import compare, metrics
from analysis.briefing.importance import driver_report
from analysis.briefing.tones import ASPECT_COMMENTS
from analysis.briefing.weakness import WeakReport, weak_dimensions
from analysis.compare import WeakCell
from analysis.drivers import DRIVER_LEVEL, DriverReport
from analysis.estimate import FLOOR_SCORED, Estimate
from analysis.findings.chapters import share_of_explained
from analysis.i18n import Sentence
from analysis.intervals import LEVEL, critical_value
from analysis.schema import Filters
from analysis.taxonomy import taxonomy
from analysis.text.aspects import dimensions_of

if TYPE_CHECKING:
    from analysis.store import Warehouse

Source = Literal["ratings", "comments", "complaints"]
Says = Literal["agrees", "disagrees", "unclear", "no_data"]


@dataclass(frozen=True, slots=True)
class Witness:
    """Whether one source says that a cell is weak, and its evidence; "no_data" below the floor of a score."""

    source: Source
    says: Says
    evidence: Sentence


@dataclass(frozen=True, slots=True)
class WeakSpot:
    """A weak cell with what it matters and who says so.

    `importance` is its dimension's part of what all dimensions explain of satisfaction as a whole (0 to 1, limits at
    the drivers' level); `priority` is the gap in points times that part, in points of satisfaction weighed by
    importance. Both are missing where there is no evidence of importance. `witnesses` are ratings, comments and
    complaints, in this order.
    """

    cell: WeakCell
    importance: Estimate
    priority: Estimate
    witnesses: tuple[Witness, ...]


def weak_spots(store: Warehouse, filters: Filters) -> tuple[WeakSpot, ...]:
    """The weak cells, the one with the highest priority first, then those without one; empty where nothing is weak."""
    report = weak_dimensions(store, filters)
    return spots_of(store, filters, report, driver_report(store, filters)) if report.weak else ()


def spots_of(store: Warehouse, filters: Filters, report: WeakReport, drivers: DriverReport) -> tuple[WeakSpot, ...]:
    """As `weak_spots`, for reports that are there already."""
    if not report.weak:
        return ()
    mentions, causes = _mentions(store, filters), _causes(store, filters)
    found = []
    for cell in report.weak:
        importance = _importance(str(cell.keys["dimension"]), drivers)
        found.append(WeakSpot(
            cell, importance, priority(cell.gap, importance),
            (_by_ratings(cell), _by_comments(cell, mentions), _by_complaints(cell, causes)),
        ))
    return tuple(sorted(found, key=lambda s: (not s.priority.shown, -s.priority.value if s.priority.shown else 0.0)))


def priority(gap: Estimate, importance: Estimate) -> Estimate:
    """The gap below the rest in points times the share of importance; never below 0, missing where either is.

    Limits from the variance of a product of independent estimates [1]: se^2 = g^2 si^2 + i^2 sg^2 - sg^2 si^2.
    """
    if not (gap.shown and importance.shown) or math.isnan(gap.low):
        return Estimate.missing("score")
    below = max(-gap.value, 0.0)
    gap_error = (gap.high - gap.low) / (2 * critical_value(LEVEL))
    share_error = (importance.high - importance.low) / (2 * critical_value(DRIVER_LEVEL))
    product = gap_error**2 * share_error**2
    variance = below**2 * share_error**2 + importance.value**2 * gap_error**2 - product
    half = critical_value(LEVEL) * math.sqrt(max(variance, product))
    value = below * importance.value
    return Estimate(value, max(value - half, 0.0), value + half, min(gap.n, importance.n), "score")


def _importance(dimension: str, report: DriverReport) -> Estimate:
    driver = next((d for d in report.drivers if d.dimension == dimension), None)
    if driver is None or report.weak or driver.verdict != "goes_with":
        return Estimate.missing("share")
    return share_of_explained(driver, report)


# ---- the three sources [2]


def _by_ratings(cell: WeakCell) -> Witness:
    says: Says = "agrees" if cell.flag == "weak" else "unclear"
    return Witness("ratings", says, Sentence("witness.ratings", {"gap": -cell.gap.value, "n": cell.gap.n}))


def _mentions(store: Warehouse, filters: Filters) -> Counter[tuple[str | None, str, str]]:
    """How often comments that are no complaints spoke of a dimension: by touchpoint, dimension and tone."""
    sources = tuple(s for s in store.values("source", "comments") if s != "complaint")
    if not sources:
        return Counter()
    rows = store.comments(filters.narrowed(source=sources), limit=ASPECT_COMMENTS)
    spoken: Counter[tuple[str | None, str, str]] = Counter()
    for touchpoint, aspects in zip(rows["touchpoint"], rows["aspects"], strict=True):
        if isinstance(aspects, str):
            spoken.update({(touchpoint, a["dimension"], a["polarity"]) for a in json.loads(aspects)})
    return spoken


def _by_comments(cell: WeakCell, mentions: Counter[tuple[str | None, str, str]]) -> Witness:
    """Whether mentions of the dimension, at the touchpoint where comments know it, are bad more often than others."""
    place, name = cell.keys.get("touchpoint"), str(cell.keys["dimension"])
    here = place if any(where == place for where, _, _ in mentions) else None
    own, others = Counter(), Counter()
    for (where, dimension, tone), count in mentions.items():
        side = own if dimension == name and here in (None, where) else others
        side[tone] += count
    if min(own.total(), others.total()) < FLOOR_SCORED:
        return Witness("comments", "no_data", Sentence("witness.comments_few"))
    step = compare.share_difference((own["negative"], own.total()), (others["negative"], others.total())).estimate
    values = {"share": own["negative"] / own.total(), "n": own.total(), "rest": others["negative"] / others.total()}
    return Witness("comments", _says(step.low, step.high, 0.0), Sentence("witness.comments", values))


def _causes(store: Warehouse, filters: Filters) -> pd.DataFrame:
    """Complaints by touchpoint and the dimension of their cause: touchpoint, dimension, count."""
    rows = store.counts("tickets", ["touchpoint", "category"], filters).dropna(subset=["category"])
    rows = rows.assign(dimension=[dimension_of_cause(str(cause)) for cause in rows["category"]])
    known = rows.dropna(subset=["dimension"])
    return known.groupby(["touchpoint", "dimension"], dropna=False)["count"].sum().reset_index()


def dimension_of_cause(cause: str) -> str | None:
    """The dimension that a cause of complaint is about: by its name, else by the first term it holds; else None.

    >>> dimension_of_cause("问题未解决"), dimension_of_cause("其他")
    ('问题解决彻底性', None)
    """
    known = taxonomy().dimension(cause)
    return known.name if known else next(iter(dimensions_of(cause)), None)


def _by_complaints(cell: WeakCell, causes: pd.DataFrame) -> Witness:
    """Whether more of the complaints, at the touchpoint where tickets know it, are about it than if all were equal."""
    place, name = cell.keys.get("touchpoint"), cell.keys["dimension"]
    kinds = causes["dimension"].nunique()
    rows = causes[causes["touchpoint"] == place] if (causes["touchpoint"] == place).any() else causes
    n, own = int(rows["count"].sum()), int(rows.loc[rows["dimension"] == name, "count"].sum())
    if n < FLOOR_SCORED or kinds < 2 or name not in set(causes["dimension"]):
        return Witness("complaints", "no_data", Sentence("witness.complaints_few"))
    share = metrics.share(own, n)
    values = {"share": share.value, "n": n, "equal": 1 / kinds}
    return Witness("complaints", _says(share.low, share.high, 1 / kinds), Sentence("witness.complaints", values))


def _says(low: float, high: float, line: float) -> Says:
    return "agrees" if low > line else "disagrees" if high < line else "unclear"
