"""Where it is weak, how touchpoints went, what goes with satisfaction, and which stores stand out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta

from analysis import briefing, formatting
from analysis.briefing import Ranked, Ranking, TouchpointWeek, WeakReport
from analysis.briefing.rankings import order_words
from analysis.compare import WEAKEST, WeakCell
from analysis.drivers import Driver, DriverReport, quadrants
from analysis.estimate import Estimate
from analysis.findings.chapters import share_of_explained
from analysis.i18n import say
from analysis.rankings import FEWEST_FOR_SPREAD
from analysis.report import wording
from analysis.report.content import WeekContent
from analysis.report.parts import (
    Bars,
    Funnel,
    FunnelLine,
    Heat,
    HeatCell,
    Point,
    Section,
    Table,
    Tone,
    label,
    legible,
    number,
    table,
)
from analysis.report.weeks import LATELY_WEEKS

LOWEST, HIGHEST = 8, 3       # rows of a chart: enough to compare, few enough to read on a slide
MOST_UNITS = LOWEST + HIGHEST
SHOWN_SPOTS = 2
_FLAG_TONES: dict[str | None, Tone] = {"weak": "attention", "strong": "good"}
_STANDING_TONES: dict[str, Tone] = {
    "alarm_low": "attention", "alert_low": "attention", "alert_high": "good", "alarm_high": "good",
}
_VERDICT_TONES: dict[str, Tone] = {"reliable_fall": "attention", "reliable_rise": "good"}


# ---- weak dimensions


def weak_section(content: WeekContent) -> Section:
    """Touchpoint × dimension against the rest, with the limits of each cell's place."""
    report = content.weak_shown
    cells = [c for c in report.cells if c.estimate.floored().shown]
    source = wording.source(content.weak_of, wording.ratings([number(c.estimate) for c in cells]))
    name = say("report.weak.name")
    if not cells:
        return Section("weak", name, _weak_title(report), source, empty=say("report.weak.empty"))
    points = tuple(Point(wording.place(c.keys), number(c.estimate, places=1), _cell_tone(c), _rank(c))
                   for c in _telling(cells))
    rest = report.rest.floored().as_record()["value"]
    chart = Bars(say("report.weak.chart"), points, rest, say("report.weak.rest"))
    return Section(
        "weak", name, _weak_title(report), source, rule=say("report.weak.rule"), charts=(chart,),
        notes=tuple(_spot_notes(content)), quotes=tuple(map(wording.said, content.weak_said)),
        tables=(_weak_table(report),),
    )


def _weak_title(report: WeakReport) -> str:
    weak = wording.weakest(report)
    if weak is None:
        return say("screen.overview.weak_none" if report.tested else "screen.overview.weak_few")
    return say(
        "screen.overview.weak_title", place=wording.place(weak.keys, key="screen.common.of"),
        gap=formatting.number(abs(weak.gap.value)), certainty=say(f"certainty.{weak.certainty}"),
    )


def _telling(cells: Sequence[WeakCell]) -> list[WeakCell]:
    ranked = sorted((c for c in cells if c.estimate.ranked), key=lambda c: c.estimate.value)
    kept = ranked or sorted(cells, key=lambda c: c.estimate.value)
    return kept if len(kept) <= LOWEST + HIGHEST else kept[:LOWEST] + kept[-HIGHEST:]


def _cell_tone(cell: WeakCell) -> Tone:
    return _FLAG_TONES.get(cell.flag, "context") if cell.estimate.ranked else "thin"


def _rank(cell: WeakCell) -> str:
    if cell.places is None or not cell.estimate.ranked:
        return ""
    low, high = cell.places.low, cell.places.high
    return say("screen.overview.rank" if low == high else "screen.overview.ranks", low=low, high=high)


def _spot_notes(content: WeekContent) -> list[str]:
    """What is weak, how firmly it holds its place, and what comments and complaints say of it."""
    notes = []
    for spot in content.spots[:SHOWN_SPOTS]:
        name, places = wording.place(spot.cell.keys), spot.cell.places
        notes.append(name if places is None else say(
            "screen.overview.spot", place=name, share=f"{places.among_weakest:.0%}", weakest=WEAKEST))
        notes += [formatting.unbroken(legible(w.evidence.said())) for w in spot.witnesses]
    return notes


def _weak_table(report: WeakReport) -> Table:
    touchpoint, dimension = say("keys.touchpoint"), say("keys.dimension")
    gap, low, high = (say(f"report.column.{name}") for name in ("gap", "gap_low", "gap_high"))
    first, last, flag = (say(f"report.column.{name}") for name in ("rank_low", "rank_high", "flag"))
    lines = []
    for cell in report.cells:
        ranked = cell.estimate.ranked
        apart = cell.gap.floored().as_record()
        places = cell.places if ranked else None
        lines.append(({
            touchpoint: cell.keys.get("touchpoint"), dimension: cell.keys["dimension"],
            gap: apart["value"], low: apart["low"], high: apart["high"],
            first: places.low if places else None, last: places.high if places else None,
            flag: say(f"report.flag.{cell.flag}") if cell.flag else None,
        }, cell.estimate))
    found = table(say("report.weak.name"), lines)
    return Table(found.name, found.columns, found.rows, {**found.places, **dict.fromkeys((gap, low, high), 1)})


# ---- touchpoints


def touchpoint_section(content: WeekContent) -> Section:
    """Touchpoint × week over twelve weeks, titled by its deepest reliable fall; the week's means in the table."""
    cells, name = content.touchpoint_weeks, say("report.touchpoints.name")
    numbers = [number(c.estimate) for c in cells]
    source = wording.source(content.lately, wording.ratings(numbers))
    title, tables = _week_title(cells), _touchpoint_tables(content)
    if not any(found.value is not None for found in numbers):
        return Section("touchpoints", name, title, source, tables=tables,
                       empty=say("screen.overview.heat_empty", weeks=LATELY_WEEKS))
    return Section(
        "touchpoints", name, title, source, rule=say("report.touchpoints.rule", weeks=LATELY_WEEKS),
        charts=(_heat(cells),), tables=tables,
    )


def _week_title(cells: Sequence[TouchpointWeek]) -> str:
    falls = [c for c in cells if c.flag == "weak" and c.estimate.shown]
    if not falls:
        judged = any(c.estimate.ranked for c in cells)
        return say("screen.overview.heat_even" if judged else "screen.overview.heat_few", weeks=LATELY_WEEKS)
    worst = min(falls, key=lambda c: c.deviation)
    return say(
        "screen.overview.heat_fall", touchpoint=label(worst.touchpoint), week=worst.week.isocalendar().week,
        gap=formatting.number(abs(worst.deviation)),
    )


def _heat(cells: Sequence[TouchpointWeek]) -> Heat:
    rows = list(dict.fromkeys(c.touchpoint for c in cells))
    first, last = min(c.week for c in cells), max(c.week for c in cells)
    weeks = [first + timedelta(weeks=i) for i in range((last - first).days // 7 + 1)]
    known = {(c.touchpoint, c.week): c for c in cells}

    def cell(row: str, week) -> HeatCell | None:
        found = known.get((row, week))
        if found is None:
            return None
        ranked = found.estimate.ranked and not math.isnan(found.deviation)
        return HeatCell(number(found.estimate), found.deviation if ranked else None)

    return Heat(
        say("report.touchpoints.name"), tuple(str(label(row)) for row in rows), tuple(map(formatting.week, weeks)),
        tuple(tuple(cell(row, week) for week in weeks) for row in rows),
    )


def _touchpoint_tables(content: WeekContent) -> tuple[Table, ...]:
    touchpoint, week, verdict = say("keys.touchpoint"), say("keys.week"), say("report.column.verdict")
    change = say("report.column.change")
    weekly = [({touchpoint: c.touchpoint, week: c.week}, c.estimate) for c in content.touchpoint_weeks]
    scores = []
    for score in content.touchpoints:
        apart = score.difference.estimate.floored().as_record()["value"] if score.previous.n else None
        said = say(f"verdicts.{score.verdict}") if score.estimate.floored().shown else None
        scores.append(({touchpoint: score.touchpoint, change: apart, verdict: said}, score.estimate))
    found = table(say("report.touchpoints.scores"), scores)
    return (
        *([table(say("report.touchpoints.name"), weekly)] if weekly else []),
        *([Table(found.name, found.columns, found.rows, {**found.places, change: 1})] if scores else []),
    )


# ---- drivers


def driver_section(content: WeekContent) -> Section:
    """Which dimensions go with satisfaction, as parts of what all of them explain."""
    report, name = content.drivers, say("report.drivers.name")
    people = say("screen.drivers.people", n=f"{report.n:,}") if report.drivers else ""
    source = wording.source(content.lately, people)
    if report.refused or not report.drivers:
        why = say(f"drivers.refused.{report.refused or 'no_dimensions'}", n=report.n)
        return Section("drivers", name, say("screen.drivers.answer_none"), source, empty=why)
    if report.weak:
        return Section("drivers", name, say("screen.drivers.answer_none"), source, empty=say("drivers.weak"),
                       tables=(_driver_table(report),))
    acting = dict(zip((d.dimension for d in report.drivers), quadrants(report.drivers), strict=True))
    points = tuple(
        Point(label(d.dimension), number(d.as_estimate), _driver_tone(d, acting[d.dimension]), _performance(d))
        for d in report.drivers[:MOST_UNITS]
    )
    return Section(
        "drivers", name, _driver_title(report, acting), source, rule=_driver_rule(report),
        charts=(Bars(say("report.drivers.chart"), points),), notes=(*_driver_notes(report), say("drivers.not_cause")),
        tables=(_driver_table(report),),
    )


def _driver_title(report: DriverReport, acting: dict[str, str]) -> str:
    first = next((d for d in report.drivers if acting[d.dimension] == "act_now"), None)
    if first:
        return say("screen.drivers.answer_act", emphasis=label(first.dimension), target=label(report.target),
                   share=wording.value(first.performance))
    top = report.drivers[0]
    share = share_of_explained(top, report)
    return say("findings.driver.first", target=label(report.target), dimension=label(top.dimension),
               share=share.value)


def _driver_rule(report: DriverReport) -> str:
    return say("drivers.explained", target=label(report.target), r2=100 * report.r_squared, low=100 * report.low,
               high=100 * report.high, n=report.n)


def _driver_tone(driver: Driver, quadrant: str) -> Tone:
    if driver.verdict != "goes_with":
        return "thin"
    return {"act_now": "attention", "keep_up": "good"}.get(quadrant, "context")


def _performance(driver: Driver) -> str:
    if driver.performance is None or not driver.performance.floored().shown:
        return ""
    return say("report.drivers.performance", share=wording.value(driver.performance))


def _driver_notes(report: DriverReport) -> list[str]:
    found = [say("drivers.one_factor")] if report.one_factor else []
    found += [briefing.pieced_words(report)] if report.pieced else []
    for name in ("dropped", "merged", "apart"):
        left = getattr(report, name)
        found += [say(f"drivers.{name}", names=[label(name) for name in left])] if left else []
    return found


def _driver_table(report: DriverReport) -> Table:
    dimension, verdict = say("keys.dimension"), say("report.column.verdict")
    performance, quadrant = say("cli.driver.performance"), say("screen.drivers.quadrant")
    lines = []
    for driver, place in zip(report.drivers, quadrants(report.drivers), strict=True):
        own = driver.performance.floored().as_record()["value"] if driver.performance else None
        lines.append(({
            dimension: driver.dimension, performance: own, quadrant: say(f"drivers.quadrant.{place}"),
            verdict: say(f"drivers.verdict.{driver.verdict}"),
        }, driver.as_estimate))
    found = table(say("report.drivers.name"), lines)
    return Table(found.name, found.columns, found.rows, {**found.places, performance: 1})


# ---- stores


def store_section(content: WeekContent) -> Section:
    """The funnel of stores and their likely shares with the limits of their places."""
    ranking, name = content.stores, say("report.stores.name")
    shown = [number(u.estimate) for u in ranking.units]
    source = wording.source(content.lately, wording.ratings(shown))
    tables = (_store_table(ranking),) if ranking.units else ()
    if not ranking.limits:
        return Section("stores", name, say("screen.stores.none_title"), source, tables=tables,
                       empty=say("screen.stores.none_body"))
    placed = [u for u in ranking.units if u.place_low is not None]
    cut = len(placed) > MOST_UNITS
    kept = placed[:HIGHEST] + placed[-LOWEST:] if cut else placed
    order = say("report.stores.order_cut", high=HIGHEST, low=LOWEST) if cut else say("report.stores.order")
    likely = tuple(
        Point(legible(u.name), number(u.likely), _STANDING_TONES.get(u.standing, "context"),
              say("report.stores.place", low=u.place_low, high=u.place_high))
        for u in kept
    )
    return Section(
        "stores", name, _store_title(ranking), source, rule=_store_rule(ranking),
        charts=(_funnel(ranking, placed), Bars(order, likely, 100 * ranking.target, say("report.stores.target"))),
        notes=(order_words(ranking), say("screen.stores.unadjusted")), tables=tables,
    )


def _store_title(ranking: Ranking) -> str:
    unit = say("screen.stores.unit_store")
    low = [u for u in ranking.units if u.standing in ("alarm_low", "alert_low")]
    high = [u for u in ranking.units if u.standing in ("alarm_high", "alert_high")]
    for key, units in (("low", low), ("high", high)):
        if units:
            return say(f"screen.stores.answer_{key}", unit=unit, emphasis=[legible(u.name) for u in units[:3]])
    return say("screen.stores.answer_none", unit=unit)


def _store_rule(ranking: Ranking) -> str:
    target = formatting.number(100 * ranking.target, places=1)
    if math.isnan(ranking.phi):
        return say("report.stores.rule_few", target=target, fewest=FEWEST_FOR_SPREAD)
    return say("report.stores.rule", target=target, phi=formatting.number(ranking.phi, places=1))


def _funnel(ranking: Ranking, placed: Sequence[Ranked]) -> Funnel:
    n = tuple(line.n for line in ranking.limits)
    limits = tuple(
        FunnelLine(say(f"report.stores.{kind}_{end}"), kind, n,
                   tuple(100 * getattr(line, f"{kind}_{end}") for line in ranking.limits))
        for kind, end in (("alarm", "low"), ("alert", "low"), ("alert", "high"), ("alarm", "high"))
    )
    target = FunnelLine(say("report.stores.target"), "target", n, (100 * ranking.target,) * len(n))
    points = tuple(
        Point(legible(u.name), number(u.estimate), _STANDING_TONES.get(u.standing, "context"),
              say(f"screen.stores.standing_{u.standing}"))
        for u in placed
    )
    return Funnel(say("report.stores.funnel"), points, (target, *limits), say("screen.stores.answers"),
                  f"{say('screen.stores.share')} (%)")


def _store_table(ranking: Ranking) -> Table:
    store, standing = say("keys.store"), say("screen.stores.standing")
    first, last = say("screen.stores.place_low"), say("screen.stores.place_high")
    likely, low, high = (say(f"report.column.{name}") for name in ("likely", "likely_low", "likely_high"))
    lines = []
    for unit in ranking.units:
        drawn: Estimate = unit.likely
        record = drawn.floored().as_record()
        lines.append(({
            store: unit.name, standing: say(f"screen.stores.standing_{unit.standing}"), first: unit.place_low,
            last: unit.place_high, likely: record["value"], low: record["low"], high: record["high"],
        }, unit.estimate))
    found = table(say("report.stores.name"), lines)
    return Table(found.name, found.columns, found.rows, {**found.places, **dict.fromkeys((likely, low, high), 1)})
