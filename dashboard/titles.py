"""Titles that say the finding: which sentence a page or card may claim, given its evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from analysis.briefing import (
    Cause,
    ChannelGap,
    Headline,
    StageScore,
    TouchpointScore,
    TouchpointWeek,
    WeakReport,
    WeakSpot,
)
from analysis.compare import WEAKEST, WeakCell
from analysis.estimate import Estimate
from analysis.findings import Finding
from analysis.i18n import named, say
from dashboard import formatting
from dashboard.charts.touchpoints import lowest_stage
from dashboard.components import emphasised
from dashboard.filters import Selection

SERIES_WEEKS = 12  # weeks that count as "lately"


def weakest(report: WeakReport) -> WeakCell | None:
    """The worst cell that reliably lies below the rest, or None."""
    return next(iter(report.weak), None)


def place(keys: Mapping[str, object]) -> str:
    """A cell's name in a sentence, "在线客服的问题解决彻底性"; the dimension alone where no touchpoint is known."""
    if "touchpoint" not in keys:
        return named(str(keys["dimension"]))
    return say("screen.common.of", whole=keys["touchpoint"], part=keys["dimension"])


def overview_answer(
    headlines: Sequence[Headline], report: WeakReport, lately: WeakReport, selection: Selection
) -> Markup:
    """The overview's first line: the headline metric, its verdict, and the weak spot.

    `lately` is the report of the last weeks; where it names the same spot the weakness is an old one, and
    where the period itself has too few answers to show a weak spot, it speaks instead.
    """
    now, before = weakest(report), weakest(lately)
    weak = now or before
    silent = "even" if report.tested or lately.tested else "few"
    ending = silent if weak is None else "lately" if now is None else "weak"
    if now and before and now.keys == before.keys and report is not lately:
        ending = "still"
    for headline in headlines[:2]:
        if headline.estimate.floored().shown:
            return emphasised(
                f"screen.overview.answer_{ending}", emphasis=place(weak.keys) if weak else "", weeks=SERIES_WEEKS,
                period=selection.period_name, metric=say(f"screen.overview.short_{headline.metric}"),
                value=formatting.value(headline.estimate),
                verdict=say(f"screen.overview.verdict_{headline.verdict}", before=selection.compared_to),
            )
    return emphasised("screen.overview.answer_none", period=selection.period_name)


def base_line(totals: Mapping[str, int], selection: Selection) -> str:
    """A page's second line: period, how much it rests on, and how fresh it is."""
    counts = [say(f"screen.common.{name}", count=f"{totals[name]:,}") for name in ("responses", "comments", "tickets")]
    fresh = say("screen.common.fresh", day=formatting.day(selection.fresh))
    return " · ".join([selection.period_words, *counts, fresh])


def weak_dimensions(report: WeakReport) -> str:
    """The title over the comparison of touchpoints and dimensions."""
    weak = weakest(report)
    if weak is None:
        return say("screen.overview.weak_none" if report.tested else "screen.overview.weak_few")
    return say(
        "screen.overview.weak_title", place=place(weak.keys), gap=formatting.number(abs(weak.gap.value)),
        certainty=say(f"certainty.{weak.certainty}"),
    )


def spot(found: WeakSpot) -> str:
    """A weak spot's name with how firmly it holds its place among the weakest."""
    name, places = place(found.cell.keys), found.cell.places
    if places is None:
        return name
    return say("screen.overview.spot", place=name, share=f"{places.among_weakest:.0%}", weakest=WEAKEST)


def priority(found: WeakSpot) -> str:
    """A weak spot's priority as its formula, or why there is none."""
    if not found.priority.shown:
        return say("screen.overview.priority_none")
    return say(
        "screen.overview.priority", value=formatting.value(found.priority, places=1),
        interval=formatting.interval(found.priority, places=1), gap=formatting.number(-found.cell.gap.value, places=1),
        share=formatting.value(found.importance, places=0),
    )


def weak_rule(report: WeakReport) -> str:
    """How to read the comparison."""
    return say("screen.overview.weak_rule", rest=formatting.value(report.rest, places=1))


def finding_count(findings: Sequence[Finding], selection: Selection, *, tested: bool) -> str:
    """The title over the findings; `tested` says whether the answers sufficed for any test."""
    if not findings:
        return say(f"screen.overview.findings_{'none' if tested else 'few'}", period=selection.period_name)
    return say("screen.overview.findings_count", period=selection.period_name, count=len(findings))


def new_and_standing(
    found: Sequence[Finding], lately: Sequence[Finding], *, shown: int
) -> tuple[Sequence[Finding], Sequence[Finding]]:
    """The findings to show: first the period's own, then, as room allows, further ones of the last weeks."""
    told = [(f.kind, f.scope) for f in found]
    further = [f for f in lately if (f.kind, f.scope) not in told]
    return found[:shown], further[: max(shown - len(found), 0)]


def week_course(cells: Sequence[TouchpointWeek], weeks: int) -> str:
    """The title over touchpoint × week: the deepest fall that is reliable, or that there is none."""
    falls = [c for c in cells if c.flag == "weak" and c.estimate.shown]
    if not falls:
        judged = any(c.estimate.ranked for c in cells)
        return say("screen.overview.heat_even" if judged else "screen.overview.heat_few", weeks=weeks)
    worst = min(falls, key=lambda c: c.deviation)
    return say(
        "screen.overview.heat_fall", touchpoint=worst.touchpoint, week=worst.week.isocalendar().week,
        gap=formatting.number(abs(worst.deviation)),
    )


def most_shifted(causes: Sequence[Cause]) -> Cause | None:
    """The cause whose share changed most among those with a reliable change, else the most frequent; None without."""
    reliable = [c for c in causes if c.difference.verdict in ("reliable_rise", "reliable_fall")]
    return max(reliable, key=lambda c: abs(c.difference.estimate.value), default=next(iter(causes), None))


def cause_course(cause: Cause) -> str:
    """The title over a cause's share: from the earlier to the later half, if the change is reliable."""
    course = {"reliable_rise": "rose", "reliable_fall": "fell"}.get(cause.difference.verdict, "even")
    return say(
        f"screen.overview.cause_{course}", cause=cause.category, last=formatting.value(cause.estimate, places=0),
        first=formatting.value(cause.previous, places=0),
    )


@dataclass(frozen=True, slots=True)
class Course:
    """How a series went from its first to its last shown point: fell, rose, even, one (a single point) or none."""

    name: str
    first: str = ""
    last: str = ""


def course(estimates: Sequence[Estimate], *, places: int | None = 0) -> Course:
    """Where a series began and ended; it fell or rose only if the two intervals do not touch."""
    shown = [e for e in (estimate.floored() for estimate in estimates) if e.shown]
    if not shown:
        return Course("none")
    first, last = shown[0], shown[-1]
    if len(shown) == 1:
        return Course("one", last=formatting.value(last, places=places))
    name = "fell" if last.high < first.low else "rose" if last.low > first.high else "even"
    return Course(name, formatting.value(first, places=places), formatting.value(last, places=places))


# The page 触点.


def touchpoint_answer(
    scores: Sequence[TouchpointScore], report: WeakReport, lately: WeakReport, selection: Selection
) -> Markup:
    """The touchpoints' first line: where the weak spot lies, now or lately, or that none is reliably weak."""
    if not any(s.estimate.floored().shown for s in scores):
        return emphasised("screen.touchpoints.answer_none", period=selection.period_name)
    now, before = weakest(report), weakest(lately)
    if now:
        return emphasised(
            "screen.touchpoints.answer_weak", emphasis=place(now.keys), period=selection.period_name,
            value=formatting.value(now.estimate), rest=formatting.value(now.rest),
        )
    silent = "even" if report.tested or lately.tested else "few"
    return emphasised(
        "screen.touchpoints.answer_lately" if before else f"screen.touchpoints.answer_{silent}",
        emphasis=place(before.keys) if before else "", period=selection.period_name, weeks=SERIES_WEEKS,
    )


def touchpoint_order(scores: Sequence[TouchpointScore]) -> str:
    """The title over the sorted touchpoints: the lowest and the highest."""
    ranked = [s for s in scores if s.estimate.ranked]
    if len(ranked) < 2:
        return say("screen.touchpoints.scores_few")
    low, high = ranked[0], ranked[-1]
    return say(
        "screen.touchpoints.scores_span", low=low.touchpoint, low_value=formatting.value(low.estimate),
        high=high.touchpoint, high_value=formatting.value(high.estimate),
    )


def journey(stages: Sequence[StageScore]) -> str:
    """The title over the journey: the stage that its weak spots pull down."""
    lowest = lowest_stage(stages)
    if lowest is None:
        judged = any(s.estimate.ranked for s in stages)
        return say("screen.touchpoints.stages_even" if judged else "screen.touchpoints.stages_few")
    value = next(s.estimate for s in stages if s.stage == lowest)
    return say("screen.touchpoints.stages_low", stage=lowest, value=formatting.value(value))


def channel_gap(gaps: Sequence[ChannelGap]) -> str:
    """The title over the channels: the widest reliable gap, or that there is none."""
    wide = next((g for g in gaps if g.reliable), None)
    if wide is None:
        return say("screen.touchpoints.gaps_even" if gaps else "screen.touchpoints.gaps_few")
    return say(
        "screen.touchpoints.gaps_wide", dimension=place(wide.rest.keys), low=wide.lowest.keys["channel"],
        gap=formatting.number(abs(wide.difference.estimate.value)),
    )


def score_rule(selection: Selection) -> str:
    """How to read the sorted touchpoints."""
    return say("screen.touchpoints.scores_rule", before=selection.compared_to)


def quote_rule(topic: str | None) -> str:
    """Which comments the quotes are."""
    return say("screen.touchpoints.quotes_rule", topic=topic or say("screen.touchpoints.quotes_any"))
