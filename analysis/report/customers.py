"""Who the customers are: how many carry which tag, and whether those groups recommend the house less than others."""

from __future__ import annotations

from collections.abc import Sequence

from analysis import formatting
from analysis.briefing.customers import Segment, TagCount
from analysis.i18n import listed, named, say
from analysis.report import wording
from analysis.report.content import WeekContent
from analysis.report.parts import Bars, Chart, Point, Section, Table, Tone, number, table
from analysis.report.weeks import LATELY_WEEKS

_TONES: dict[str, Tone] = {"weak": "attention", "strong": "good"}


def customer_section(content: WeekContent) -> Section:
    """The tags as they stand by the last day known, and the NPS of those who carry them over twelve weeks."""
    tags, name = content.tags, say("report.customers.name")
    if not tags:
        source = wording.source(content.lately)
        return Section("customers", name, say("screen.customers.none_title"), source,
                       empty=say("report.customers.empty"))
    known = max(tag.estimate.n for tag in tags)
    source = say("screen.customers.base", known=f"{known:,}", day=formatting.long_day(content.known_day))
    return Section(
        "customers", name, _title(content.segments) or listed([_count_words(tag) for tag in tags]), source,
        rule=say("report.customers.rule", weeks=LATELY_WEEKS), charts=tuple(_charts(tags, content.segments)),
        notes=(say("screen.customers.tags_overlap"),), tables=(_tag_table(tags), *_segment_table(content.segments)),
    )


def _title(segments: Sequence[Segment]) -> str:
    """Which tags reliably differ from everybody else; empty where none does."""
    low, high = ([_group(s) for s in segments if s.standing == side] for side in ("weak", "strong"))
    metric = say("screen.customers.metric_nps")
    if low and high:
        return say("screen.customers.segments_both", metric=metric, low=listed(low), high=listed(high))
    if low or high:
        return say(f"screen.customers.segments_{'low' if low else 'high'}", metric=metric, names=listed(low or high))
    return ""


def _charts(tags: Sequence[TagCount], segments: Sequence[Segment]) -> list[Chart]:
    charts: list[Chart] = []
    if any(tag.estimate.floored().shown for tag in tags):
        points = tuple(Point(named(t.tag), number(t.estimate), note=_people(t)) for t in tags)
        charts.append(Bars(say("report.customers.tags"), points))
    shown = [s for s in segments if s.cell.estimate.floored().shown]
    if shown:
        points = tuple(Point(_group(s), number(s.cell.estimate), _tone(s)) for s in shown)
        charts.append(Bars(say("report.customers.nps", weeks=LATELY_WEEKS), points))
    return charts


def _tone(segment: Segment) -> Tone:
    return _TONES.get(segment.standing, "context") if segment.cell.estimate.ranked else "thin"


def _group(segment: Segment) -> str:
    value = segment.cell.keys["tag"]
    return say("screen.customers.untagged") if value is None else named(str(value))


def _count_words(tag: TagCount) -> str:
    count = formatting.withheld(tag.estimate) if tag.estimate.withheld else f"{tag.customers:,}"
    return say("screen.customers.tag_count", tag=named(tag.tag), count=count)


def _people(tag: TagCount) -> str:
    return "" if tag.estimate.withheld else say("screen.customers.people", count=f"{tag.customers:,}")


def _tag_table(tags: Sequence[TagCount]) -> Table:
    people = say("report.customers.count")
    lines = [({say("keys.tag"): t.tag, people: None if t.estimate.withheld else t.customers}, t.estimate) for t in tags]
    return table(say("report.customers.tags"), lines)


def _segment_table(segments: Sequence[Segment]) -> tuple[Table, ...]:
    flag = say("report.column.flag")
    lines = [
        ({say("keys.tag"): _group(s), flag: say(f"report.flag.{s.standing}") if s.standing in _TONES else None},
         s.cell.estimate)
        for s in segments
    ]
    return (table(say("report.customers.table"), lines),) if lines else ()
