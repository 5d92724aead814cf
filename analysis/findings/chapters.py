"""Tipping points, single weeks, new issues and drivers as candidates for the list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from analysis.drivers import Driver, DriverReport, quadrants
from analysis.estimate import FLOOR_RANKED, Estimate
from analysis.findings.candidates import displayed, near, smallest_change, stated
from analysis.findings.listing import Candidate
from analysis.i18n import Sentence, Verbatim
from analysis.thresholds import TippingPoint


def tipping_candidate(touchpoint: str, dimension: str, found: TippingPoint, *, p_value: float) -> Candidate:
    """The wait beyond which satisfaction falls; counts as a test wherever a break was looked for."""
    range_of = {"low": found.low, "high": found.high}
    slope = {"before": found.slope_before, "after": found.slope_after}
    return Candidate(
        kind="tipping", scope={"touchpoint": touchpoint, "dimension": dimension},
        estimate=Estimate(found.at, found.low, found.high, found.n, "minutes"), p_value=p_value,
        weight=max(0.0, -found.slope_after) if found.named else 0.0, tone="attention",
        headline=Sentence("findings.tipping", {"touchpoint": touchpoint, "dimension": dimension, **range_of}),
        reasons=(
            Sentence("findings.evidence.minutes", {"at": found.at, "n": found.n, **range_of}),
            Sentence("findings.evidence.slopes", slope),
        ),
        stands=lambda _p: found.named and found.slope_after < min(found.slope_before, 0.0), method="wild_bootstrap",
    )


def week_candidate(
    keys: Mapping[str, object], metric: str, week: date, now: Estimate, *, usual: Estimate, p_value: float, beyond: bool
) -> Candidate:
    """A week that lies beyond its control limits; `usual` holds the baseline's mean and the week's limits.

    `metric` is nps, csat, ces or complaint_rate; `keys` may name a dimension and a place. A week within its limits
    counts as a test without result.
    """
    step = Estimate(now.value - usual.value, now.low - usual.value, now.high - usual.value, now.n, now.unit)
    rising = step.value > 0
    smallest = smallest_change(step, usual)
    harmful = rising == (metric == "complaint_rate")
    place = next((str(keys[name]) for name in ("store", "region", "touchpoint") if name in keys), None)
    subject = Sentence("findings.week.of", {"place": place, "dimension": keys["dimension"]}) if place else (
        keys.get("dimension") or Sentence(f"metrics.{metric}")
    )
    values = {"subject": subject, "week": week.isocalendar().week, "change": abs(displayed(step))}
    return Candidate(
        kind="week", scope={**keys, "metric": metric, "week": week}, estimate=now, p_value=p_value,
        weight=near(step) / smallest if smallest else 0.0, tone="attention" if harmful else "good",
        headline=Sentence(f"findings.week.{'rise' if rising else 'fall'}", values),
        reasons=(stated("now", now), stated("usual", usual)),
        stands=lambda _p: beyond and abs(step.value) >= smallest and now.n >= FLOOR_RANKED, method="control_chart",
    )


def issue_candidate(phrase: str, *, recent: int, before: int, share: Estimate, p_familywise: float) -> Candidate:
    """Something that customers have just begun to speak of.

    It was the best of thousands of phrases; its p-value is that of the best, so that it may stand beside single tests.
    """
    return Candidate(
        kind="issue", scope={"phrase": phrase}, estimate=share, p_value=p_familywise, weight=float(recent),
        tone="attention", headline=Sentence("findings.issue", {"phrase": Verbatim(phrase), "recent": recent}),
        reasons=(Sentence("findings.evidence.mentions", {"recent": recent, "before": before}), stated("share", share)),
        stands=lambda _p: True, method="familywise",
    )


def driver_candidates(report: DriverReport) -> list[Candidate]:
    """What goes with satisfaction as a whole: the first of all drivers, and important ones that score low.

    Nothing where the report refuses, where the dimensions explain little, or move as one.
    """
    if report.refused or report.weak or report.one_factor:
        return []
    places = quadrants(report.drivers)
    return [
        _driver_candidate(driver, report, first=i == 0 and _clear(report), act=place == "act_now")
        for i, (driver, place) in enumerate(zip(report.drivers, places, strict=True))
    ]


def _clear(report: DriverReport) -> bool:
    """Whether the first driver's part is larger than that of any other, intervals included."""
    return len(report.drivers) > 1 and report.drivers[0].low > max(d.high for d in report.drivers[1:])


def _driver_candidate(driver: Driver, report: DriverReport, *, first: bool, act: bool) -> Candidate:
    share = share_of_explained(driver, report)
    values = {"dimension": driver.dimension, "target": report.target, "share": share.value}
    low_score = () if driver.performance is None else (stated("satisfied", driver.performance),)
    return Candidate(
        kind="driver", scope={"dimension": driver.dimension, "target": report.target}, estimate=share,
        p_value=driver.p_value, weight=share.low * len(report.drivers), tone="attention" if act else "good",
        headline=Sentence(f"findings.driver.{'act' if act else 'first'}", values),
        reasons=(stated("explained", share), *low_score, _explained(report)),
        stands=lambda _p: (first or act) and driver.verdict == "goes_with", method="coefficient",
    )


def _explained(report: DriverReport) -> Sentence:
    values = {"r2": report.r_squared, "low": report.low, "high": report.high}
    if report.pieced:
        return Sentence("findings.evidence.r_squared_pieced", {**values, "among": report.among.value})
    return Sentence("findings.evidence.r_squared", values)


def share_of_explained(driver: Driver, report: DriverReport) -> Estimate:
    """A driver's part of what all drivers explain together, 0 to 1, with its limits at the drivers' level."""
    return Estimate(*(x / report.r_squared for x in (driver.importance, driver.low, driver.high)), driver.n, "share")
