"""Commands for what needs more than counts: drivers."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from analysis import briefing
from analysis.cli.commands import weighting_line, written
from analysis.cli.showing import Outcome, plain, text_table
from analysis.drivers import Asymmetry, Driver, DriverReport
from analysis.estimate import Estimate
from analysis.formatting import interval, value
from analysis.i18n import clauses, say
from analysis.schema import Filters
from analysis.store import Warehouse

DRIVER_COLUMNS = ("dimension", "importance", "low", "high", "performance", "sign", "verdict")


def show_drivers(options: Namespace) -> Outcome:
    """What goes with satisfaction, R squared first."""
    with Warehouse.open(options.store) as store:
        filters = Filters(options.start, options.end)
        report = briefing.driver_report(store, filters, target=options.target)
        names = tuple(driver.dimension for driver in report.drivers)
        sides = () if report.weak else briefing.asymmetries(store, filters, target=report.target, dimensions=names)
        weighting = weighting_line(store)
    data = {
        "target": report.target, "r2": plain(report.r_squared), "n": report.n,
        "r2_within_people": plain(report.among) if report.among else None, "pieced": report.pieced,
        "drivers": [_driver_data(driver) for driver in report.drivers],
        "method": report.method, "refused": report.refused, "dropped": list(report.dropped),
        "apart": list(report.apart), "merged": list(report.merged), "weak": report.weak,
        "one_factor": report.one_factor, "asymmetry": plain(sides), "weighted": False,
    }
    header = [say(f"cli.driver.{name}") for name in DRIVER_COLUMNS]
    rows = [_driver_line(driver) for driver in report.drivers]
    if options.out:
        return written(data, header, rows, options.out, title=say("cli.driver.title", target=report.target))
    # Of what explains too little there is no order to show; the numbers are in JSON.
    tables = [text_table(header, rows)] if rows and not report.weak else []
    end = [weighting] if rows else []
    return Outcome(data, "\n".join([*_driver_words(report), *tables, *_asymmetry_words(sides), *end]))


def _driver_data(driver: Driver) -> dict[str, object]:
    """Importance in units of R squared, so that all add up to it; performance in percent."""
    return {
        "dimension": driver.dimension, "importance": driver.importance, "low": plain(driver.low),
        "high": plain(driver.high), "performance": plain(driver.performance.as_record()["value"]), "sign": driver.sign,
        "verdict": driver.verdict, "warnings": list(driver.warnings), "n": driver.n,
    }


def _driver_line(driver: Driver) -> list[object]:
    shares = [f"{100 * value:.1f}" for value in (driver.importance, driver.low, driver.high)]
    performance = driver.performance.floored().as_record()["value"]
    words = [say(f"drivers.verdict.{driver.verdict}"), *(say(f"drivers.warning.{w}") for w in driver.warnings)]
    sign = "+" if driver.sign > 0 else "-"
    return [driver.dimension, *shares, "" if performance is None else f"{performance:.1f}", sign, clauses(words)]


def _asymmetry_words(found: Sequence[Asymmetry]) -> list[str]:
    """What each dimension costs where bad and earns where good, as a table under its rule."""
    if not found:
        return []
    header = [say(f"cli.driver.{name}") for name in ("dimension", "penalty", "reward", "kind")]
    rows = [[a.dimension, _points(a.penalty), _points(a.reward), say(f"drivers.kind.{a.kind}")] for a in found]
    return ["", say("cli.driver.sides"), text_table(header, rows)]


def _points(estimate: Estimate) -> str:
    estimate = estimate.floored()
    return f"{value(estimate, places=1)} ({interval(estimate, places=1)})" if estimate.shown else value(estimate)


def _driver_words(report: DriverReport) -> list[str]:
    if report.refused:
        return [say(f"drivers.refused.{report.refused}", n=report.n)]
    words = [say("drivers.explained", target=report.target, r2=100 * report.r_squared, low=100 * report.low,
                 high=100 * report.high, n=report.n)]
    words += [briefing.pieced_words(report)] if report.pieced else []
    words += [say("drivers.weak")] if report.weak else []
    words += [say("drivers.one_factor")] if report.one_factor else []
    for name in ("dropped", "merged", "apart"):
        left = getattr(report, name)
        words += [say(f"drivers.{name}", names=left)] if left else []
    return words
