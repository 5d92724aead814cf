"""驱动: what goes with satisfaction, where to act first, and how long customers wait before they mind."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from analysis import briefing
from analysis.briefing import WaitCurve
from analysis.drivers import Asymmetry, Driver, DriverReport, quadrants
from analysis.estimate import Estimate
from analysis.i18n import clauses, named, say
from analysis.schema import Filters
from dashboard import behind, cards, components, data, formatting, numbers, titles
from dashboard.charts import asymmetry, importance, waiting
from dashboard.filters import Selection, filter_bar

# Shorter periods hold too few people who answered the same questions.
LEAST_WEEKS = 26
Line = tuple[dict[str, object], Estimate]
QUADRANT_HEIGHT, WAIT_HEIGHT = 660, 300


def page() -> None:
    """Importance against performance, the parts of R squared, and waiting."""
    if data.is_empty():
        cards.nothing_yet()
        return
    head = st.container()
    selection = filter_bar()
    filters = selection.at_least_weeks(LEAST_WEEKS)
    report = data.driver_report(filters)
    with head:
        components.page_headline(answer(report), base_line(report, selection))
    if report.refused or report.weak:
        with components.card(say("screen.drivers.title_none"), key="refused"):
            components.quiet_note(say(f"drivers.refused.{report.refused}", n=report.n) if report.refused
                                  else say("drivers.weak"))
    else:
        driver_cards(report, filters)
        names = tuple(driver.dimension for driver in report.drivers)
        found = data.ask(briefing.asymmetries, filters, target=report.target, dimensions=names)
        asymmetry_card(found, report, filters)
    wait_cards(data.wait_curves(filters), filters)


def driver_cards(report: DriverReport, filters: Filters) -> None:
    """The two views of the same dimensions, and what to know before believing them."""
    days = (filters.start, filters.end)
    left, right = st.columns([3, 2], gap="small")
    groups = _groups(report, filters)
    title = quadrant_title(report)
    with left, components.card(title, say("screen.drivers.quadrant_rule"), key="quadrant"):
        behind.chart(
            importance.quadrant_chart(report.drivers, height=QUADRANT_HEIGHT), groups, key="quadrant-chart", alt=title,
            frame=numbers.table(quadrant_lines(report)), card="quadrant", days=days,
        )
    title = parts_title(report)
    with right, components.card(title, say("screen.drivers.parts_rule"), key="parts"):
        behind.chart(
            importance.importance_chart(report.drivers), groups, key="parts-chart", alt=title,
            frame=numbers.table(part_lines(report)), card="parts", days=days,
        )
        for note in notes(report):
            components.quiet_note(note)


def asymmetry_card(found: tuple[Asymmetry, ...], report: DriverReport, filters: Filters) -> None:
    """What each dimension costs where it is bad and earns where it is good."""
    title = asymmetry_title(found)
    with components.card(title, say("screen.drivers.asymmetry_rule", target=report.target), key="asymmetry"):
        behind.chart(
            asymmetry.asymmetry_chart(found), _groups(report, filters), key="asymmetry-chart", alt=title,
            frame=numbers.table(asymmetry_lines(found)), card="asymmetry", days=(filters.start, filters.end),
        )


def _groups(report: DriverReport, filters: Filters) -> list[behind.Group]:
    """Whoever rated a dimension, by its name."""
    return [
        behind.group(d.dimension, named(d.dimension), d.performance or d.as_estimate, keys, filters)
        for d in report.drivers for keys in ({"dimension": d.dimension},)
    ]


def asymmetry_title(found: tuple[Asymmetry, ...]) -> str:
    """The dimensions that are needed, those that delight, or that the answers do not tell them apart."""
    parts = []
    for kind in ("must_be", "attractive", "performance"):
        names = [a.dimension for a in found if a.kind == kind]
        parts += [say(f"screen.drivers.asymmetry_{kind}", names=names)] if names else []
    return clauses(parts) if parts else say("screen.drivers.asymmetry_none")


def asymmetry_lines(found: tuple[Asymmetry, ...]) -> list[Line]:
    """Penalty, reward, their contrast and the bend of each dimension, and what it is called."""
    return [
        ({"dimension": a.dimension, say("screen.drivers.kind"): say(f"drivers.kind.{a.kind}"),
          say("screen.drivers.measure"): say(f"screen.drivers.{name}")}, getattr(a, name))
        for a in found for name in (*asymmetry.SIDES, "contrast", "bend")
    ]


def quadrant_lines(report: DriverReport) -> list[Line]:
    """Each dimension's importance and performance, with its quadrant."""
    lines: list[Line] = []
    for driver, quadrant in zip(report.drivers, quadrants(report.drivers), strict=True):
        keys = {"dimension": driver.dimension, say("screen.drivers.quadrant"): say(f"drivers.quadrant.{quadrant}")}
        measures = {"importance": driver.as_estimate, "performance": driver.performance}
        lines += [({**keys, say("screen.drivers.measure"): say(f"screen.drivers.{name}")}, estimate)
                  for name, estimate in measures.items() if estimate]
    return lines


def part_lines(report: DriverReport) -> list[Line]:
    """Each dimension's part of R squared, and whether it is certain."""
    word = say("screen.drivers.verdict")
    return [({"dimension": d.dimension, word: say(f"drivers.verdict.{d.verdict}")}, d.as_estimate)
            for d in report.drivers]


def wait_cards(curves: tuple[WaitCurve, ...], filters: Filters) -> None:
    """One card a touchpoint with waiting times."""
    days = (filters.start, filters.end)
    for start in range(0, len(curves), 2):
        for column, curve in zip(st.columns(2, gap="small"), curves[start : start + 2], strict=False):
            key = f"wait-{start}-{curve.touchpoint}"
            with column, components.card(wait_title(curve), wait_rule(curve), key=key):
                lines = [({"wait_minutes": minute}, estimate) for minute, estimate in curve.minutes]
                behind.chart(
                    waiting.wait_chart(curve, height=WAIT_HEIGHT), _minute_groups(curve, filters), key=f"{key}-chart",
                    alt=wait_title(curve), frame=numbers.table(lines), card="waiting", days=days, part=place(curve),
                )


def _minute_groups(curve: WaitCurve, filters: Filters) -> list[behind.Group]:
    return [
        behind.group(
            str(minute), say("screen.drivers.waited", place=named(curve.touchpoint), minute=minute), estimate,
            {"touchpoint": curve.touchpoint, "wait_minutes": minute}, filters,
        )
        for minute, estimate in curve.minutes
    ]


def answer(report: DriverReport) -> Markup:
    """The page's first line: what to improve first, or that the answers do not say."""
    first = to_improve(report)
    if report.refused or report.weak:
        return components.emphasised("screen.drivers.answer_none")
    if first:
        return components.emphasised("screen.drivers.answer_act", emphasis=first.dimension, target=report.target,
                                     share=formatting.value(first.performance))
    return components.emphasised("screen.drivers.answer_top", emphasis=report.drivers[0].dimension, tone="brand",
                                 target=report.target)


def base_line(report: DriverReport, selection: Selection) -> str:
    """The second line: the period at least looked at, people, freshness."""
    people = [say("screen.drivers.people", n=f"{report.n:,}")] if report.drivers else []
    fresh = say("screen.common.fresh", day=formatting.day(selection.fresh))
    return " · ".join([say("screen.drivers.period", weeks=LEAST_WEEKS), *people, fresh])


def to_improve(report: DriverReport) -> Driver | None:
    """The most important dimension that reliably lies in the quadrant to act on."""
    placed = zip(report.drivers, quadrants(report.drivers), strict=True)
    return next((driver for driver, quadrant in placed if quadrant == "act_now"), None)


def quadrant_title(report: DriverReport) -> str:
    """What the chart shows: the dimensions to act on, or that none is certain."""
    placed = zip(report.drivers, quadrants(report.drivers), strict=True)
    names = [driver.dimension for driver, quadrant in placed if quadrant == "act_now"]
    if not names:
        return say("screen.drivers.quadrant_none")
    return say("screen.drivers.quadrant_title", names=names)


def parts_title(report: DriverReport) -> str:
    """How much is explained: within people first where the whole is pieced together from different ones."""
    r2 = formatting.value(explained(report))
    if report.pieced:
        return say("screen.drivers.parts_pieced", target=report.target, r2=r2, among=formatting.value(report.among))
    return say("screen.drivers.parts_title", target=report.target, r2=r2)


def explained(report: DriverReport) -> Estimate:
    """R squared as an estimate."""
    return Estimate(report.r_squared, report.low, report.high, report.n, "share")


def notes(report: DriverReport) -> list[str]:
    """What to know before believing the order."""
    found = [say("drivers.one_factor")] if report.one_factor else []
    found += [briefing.pieced_words(report)] if report.pieced else []
    warned = {
        f"{name}s": tuple(d.dimension for d in report.drivers if name in d.warnings)
        for name in ("overlap", "suppressor", "pieced")
    }
    left_out = {name: getattr(report, name) for name in ("dropped", "merged", "apart")}
    found += [say(f"drivers.{name}", names=names) for name, names in (left_out | warned).items() if names]
    return [*found, say("drivers.not_cause")]


def wait_title(curve: WaitCurve) -> str:
    """Where satisfaction breaks, as a range; or that it does not."""
    found = curve.tipping
    if not found.named:
        return say(f"screen.drivers.wait_{found.why or found.shape}", place=place(curve))
    low, high = (formatting.number(x, places=1) for x in (found.low, found.high))
    return say(f"screen.drivers.wait_{found.shape}", place=place(curve), low=low, high=high,
               slope=formatting.number(abs(found.slope_after), places=1))


def place(curve: WaitCurve) -> str:
    """The touchpoint and what was asked of it."""
    return titles.place({"touchpoint": curve.touchpoint, "dimension": curve.dimension})


def wait_rule(curve: WaitCurve) -> str:
    """What the curve rests on."""
    return say("screen.drivers.wait_rule", n=f"{curve.tipping.n:,}")


page()
