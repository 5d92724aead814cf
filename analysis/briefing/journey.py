"""Touchpoints, weeks, and stages of the journey."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from analysis import compare, metrics
from analysis.briefing.cards import histogram_of
from analysis.briefing.periods import SERIES_WEEKS, satisfaction, week_window
from analysis.briefing.weakness import weak_dimensions
from analysis.compare import NO_ANSWERS, Difference, Flag, Moments, Verdict, WeakCell
from analysis.estimate import Estimate
from analysis.schema import STAGES, Filters
from analysis.taxonomy import Touchpoint, taxonomy

if TYPE_CHECKING:
    from analysis.store import Warehouse


@dataclass(frozen=True, slots=True)
class TouchpointWeek:
    """Mean satisfaction (0-100) at one touchpoint in one week.

    `deviation` is its distance in points from the touchpoint's own mean over all weeks shown. `flag` says
    whether the week stands out from the touchpoint's other weeks, adjusted over the whole table.
    """

    keys: dict[str, object]
    estimate: Estimate
    deviation: float
    flag: Flag | None
    p_adjusted: float

    @property
    def touchpoint(self) -> str:
        """The touchpoint's name."""
        return str(self.keys["touchpoint"])

    @property
    def week(self) -> date:
        """The Monday of the week."""
        return self.keys["week"]


@dataclass(frozen=True, slots=True)
class TouchpointScore:
    """One touchpoint: mean on 0-100 (`estimate`), top-two box, NPS and CES, and the change of the mean.

    Metrics that were not asked there are missing. `verdict` is as in `Headline`.
    """

    keys: dict[str, object]
    estimate: Estimate
    csat: Estimate
    nps: Estimate
    ces: Estimate
    previous: Estimate
    difference: Difference
    verdict: Verdict
    stage: str | None
    phase: str | None

    @property
    def touchpoint(self) -> str:
        """The touchpoint's name."""
        return str(self.keys["touchpoint"])


@dataclass(frozen=True, slots=True)
class StageScore:
    """One stage of the journey: mean on 0-100, its scale, and what stands out there, worst and best first.

    The stage 推荐 is the mean of the recommendation question, the others are means of satisfaction questions.
    """

    keys: dict[str, object]
    estimate: Estimate
    scale: str | None
    pains: tuple[WeakCell, ...]
    delights: tuple[WeakCell, ...]

    @property
    def stage(self) -> str:
        """The stage's name."""
        return str(self.keys["stage"])


def touchpoint_weeks(store: Warehouse, filters: Filters, weeks: int = SERIES_WEEKS) -> tuple[TouchpointWeek, ...]:
    """Every touchpoint with answers × the last `weeks` weeks that have any, in the order of the taxonomy."""
    window = week_window(store, filters, weeks)
    rows = satisfaction(store, ["touchpoint", "week"], window)
    rows = metrics.one_scale(rows.dropna(subset=["touchpoint"]), "score")
    own = {cell.keys["touchpoint"]: cell.estimate.value for cell in metrics.cells(rows, ["touchpoint"], metric="score")}
    judged = compare.flagged(compare.cell_gaps(rows, ["touchpoint", "week"], within=["touchpoint"]))
    found = [
        TouchpointWeek(
            cell.keys, cell.estimate, cell.estimate.value - own[cell.keys["touchpoint"]], cell.flag, cell.p_adjusted
        )
        for cell in judged
    ]
    return tuple(sorted(found, key=lambda cell: (_place(cell.touchpoint), cell.week)))


def touchpoint_scores(store: Warehouse, filters: Filters) -> tuple[TouchpointScore, ...]:
    """Every touchpoint with answers, lowest mean first; unscored bases last, where no order tells their means."""
    changes = touchpoint_changes(store, filters)
    tables = {
        metric: _by_touchpoint(histogram_of(store, metric, ["touchpoint"], filters), metric)
        for metric in ("csat", "nps", "ces")
    }
    names = {*changes, *(name for table in tables.values() for name in table)}
    found = [_touchpoint_score(name, tables, changes.get(name, _NO_CHANGE)) for name in names]
    return tuple(sorted(found, key=_lowest_first))


def touchpoint_changes(store: Warehouse, filters: Filters) -> dict[str, tuple[Estimate, Estimate, Difference]]:
    """Per touchpoint the mean now, the mean before, and their difference, both on the scale of this period."""
    before = filters.previous()
    now = satisfaction(store, ["touchpoint"], filters)
    earlier = satisfaction(store, ["touchpoint"], before) if before else now.iloc[:0]
    scale = metrics.main_scale(now)
    sides = [rows[rows["scale"] == scale].dropna(subset=["touchpoint"]) for rows in (now, earlier)]
    after, previous = (compare.moments_by(rows, "touchpoint") for rows in sides)
    return {str(name): _change(own, previous.get((name,), NO_ANSWERS)) for (name,), own in after.items()}


def stage_scores(store: Warehouse, filters: Filters) -> tuple[StageScore, ...]:
    """All six stages in order; a stage that no question touches has a missing estimate.

    A question belongs to its dimension's stage, else to that of its touchpoint, so that satisfaction as a
    whole counts where it was asked.
    """
    rows = satisfaction(store, ["touchpoint"], filters)
    rows = rows.assign(stage=[stage_of(d, t) for d, t in zip(rows["dimension"], rows["touchpoint"], strict=True)])
    rows = metrics.one_scale(rows, "score")
    known = {cell.keys["stage"]: cell.estimate for cell in metrics.cells(rows, ["stage"], metric="score")}
    scales = dict.fromkeys(known, metrics.main_scale(rows))
    if STAGES[-1] not in known:
        advocacy = store.histogram([], filters, metric="nps")
        known[STAGES[-1]] = metrics.estimate("score", advocacy)
        scales[STAGES[-1]] = metrics.main_scale(advocacy)
    cells = weak_dimensions(store, filters).cells
    return tuple(_stage_score(stage, known, scales, cells) for stage in STAGES)


def stage_of(dimension: str, touchpoint: str | None) -> str | None:
    """The journey stage of a question: its dimension's, else its touchpoint's, else None."""
    words = taxonomy()
    known = words.dimension(dimension)
    if known and known.stage:
        return known.stage
    place = _touchpoint(touchpoint)
    return place.stage if place else None


def _by_touchpoint(rows: pd.DataFrame, metric: metrics.MetricName) -> dict[str, Estimate]:
    cells = metrics.cells(rows.dropna(subset=["touchpoint"]), ["touchpoint"], metric=metric)
    return {str(cell.keys["touchpoint"]): cell.estimate for cell in cells}


def _change(now: Moments, earlier: Moments) -> tuple[Estimate, Estimate, Difference]:
    return (*(compare.mean_estimate(side) for side in (now, earlier)), compare.mean_difference(now, earlier))


_NO_CHANGE = _change(NO_ANSWERS, NO_ANSWERS)


def _touchpoint_score(
    name: str, tables: dict[str, dict[str, Estimate]], step: tuple[Estimate, Estimate, Difference]
) -> TouchpointScore:
    now, previous, change = step
    numbers = {m: table.get(name, Estimate.missing(metrics.UNITS[m])) for m, table in tables.items()}
    place = _touchpoint(name)
    return TouchpointScore(
        {"touchpoint": name}, now, numbers["csat"], numbers["nps"], numbers["ces"], previous, change,
        "no_previous" if previous.n == 0 else change.verdict,
        stage=place.stage if place else None, phase=place.phase if place else None,
    )


def _stage_score(
    stage: str, known: dict[str, Estimate], scales: dict[str, str | None], cells: Sequence[WeakCell]
) -> StageScore:
    own = [c for c in cells if stage_of(str(c.keys["dimension"]), c.keys.get("touchpoint")) == stage]
    return StageScore(
        {"stage": stage}, known.get(stage, Estimate.missing("score")), scales.get(stage),
        pains=tuple(c for c in own if c.flag == "weak"),
        delights=tuple(reversed([c for c in own if c.flag == "strong"])),
    )


def _touchpoint(name: str | None) -> Touchpoint | None:
    return next((place for place in taxonomy().touchpoints if place.name == name), None)


def _lowest_first(score: TouchpointScore) -> tuple:
    shown = score.estimate.floored().shown
    return not shown, score.estimate.value if shown else 0.0, _place(score.touchpoint)


def _place(name: str) -> tuple[int, str]:
    """Where a touchpoint stands in the taxonomy; unknown ones follow by name."""
    names = [place.name for place in taxonomy().touchpoints]
    return (names.index(name) if name in names else len(names), name)
