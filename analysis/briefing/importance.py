"""What goes with satisfaction as a whole, from the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analysis import drivers, metrics
from analysis.drivers import Asymmetry, DriverReport, PairMoments
from analysis.errors import UnknownName
from analysis.estimate import Estimate
from analysis.i18n import say
from analysis.schema import SCALES, Filters
from analysis.taxonomy import taxonomy

if TYPE_CHECKING:
    from analysis.store import Warehouse

# A dimension asked of fewer people than this share of the most asked one was not "skipped": it is another survey's.
_ASKED_AT_LEAST = 0.05


def driver_report(store: Warehouse, filters: Filters, *, target: str | None = None) -> DriverReport:
    """The dimensions that go with `target` (None: satisfaction as a whole, else the recommendation question).

    Each dimension counts on the scale that most of its answers used, and brings its satisfied share as performance.
    Raises UnknownName for a target that was not asked. Dimensions hardly anybody was asked about take no part.
    """
    rows = _on_main_scales(store.histogram(["metric"], filters))
    asked = rows.groupby("dimension")["count"].sum().sort_values(ascending=False)
    recommendation = set(rows.loc[rows["metric"] == "nps", "dimension"])
    goal = target or _default_target(asked, recommendation)
    if goal is None or goal not in asked.index:
        if target:
            raise UnknownName("errors.unknown_key", name=target, known=tuple(asked.index) or "—")
        return drivers.drivers(PairMoments.of_answers(pd.DataFrame({"—": []})))
    common = asked[asked >= _ASKED_AT_LEAST * asked.iloc[0]].index
    names = [n for n in common if n != goal and n not in recommendation and not taxonomy().is_overall(n)]
    scales = dict(zip(rows["dimension"], rows["scale"], strict=True))
    questions = [(name, scales[name]) for name in (*sorted(names), goal)]
    moments = PairMoments.of_pairs(store.pairs(questions, filters), [name for name, _ in questions])
    return drivers.drivers(moments, performance=_performance(rows))


def pieced_words(report: DriverReport) -> str:
    """That R squared joins people who were asked other things, and what each person's own answers explain."""
    among = {name: 100 * getattr(report.among, name) for name in ("value", "low", "high")}
    return say("drivers.pieced", r2=100 * report.r_squared, n=report.among.n, **among)


def asymmetries(
    store: Warehouse, filters: Filters, *, target: str, dimensions: tuple[str, ...]
) -> tuple[Asymmetry, ...]:
    """What low and what high answers to `dimensions` go with in `target`, in points of 0-100; none without dimensions.

    `dimensions` are those of a `driver_report`, which were asked of the same people.
    """
    rows = _on_main_scales(store.histogram([], filters))
    scales = dict(zip(rows["dimension"], rows["scale"], strict=True))
    if not dimensions or target not in scales:
        return ()
    products = store.sides([(name, scales[name]) for name in (*dimensions, target)], filters)
    scale = SCALES[scales[target]]
    return drivers.asymmetries(products, dimensions, points=100 / (scale.high - scale.low))


def _performance(rows: pd.DataFrame) -> dict[str, Estimate]:
    """By dimension the satisfied share; of an effort question the share that found it easy."""
    found = {str(cell.keys["dimension"]): cell.estimate for cell in metrics.cells(rows, ["dimension"], metric="csat")}
    effort = (rows["metric"] == "ces") & (rows["scale"] == metrics.CES_SCALE)
    easy = {
        str(name): metrics.easy_share(part.groupby("score")["count"].sum())
        for name, part in rows[effort].groupby("dimension") if (part["count"].sum() == found[str(name)].n)
    }
    return found | easy


def _default_target(asked: pd.Series, recommendation: set[str]) -> str | None:
    whole = [name for name in asked.index if taxonomy().is_overall(name)]
    return next(iter([*whole, *(name for name in asked.index if name in recommendation)]), None)


def _on_main_scales(histogram: pd.DataFrame) -> pd.DataFrame:
    counts = histogram.groupby(["dimension", "scale"], as_index=False)["count"].sum()
    main = counts.sort_values("count", ascending=False).drop_duplicates("dimension")[["dimension", "scale"]]
    return histogram.merge(main, on=["dimension", "scale"])
