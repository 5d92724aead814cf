"""The headline numbers, the findings, and what to know of the data: sections that speak of the week as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from analysis import briefing, formatting
from analysis.briefing import Headline
from analysis.estimate import Estimate
from analysis.findings import Finding
from analysis.i18n import clauses, say
from analysis.report import wording
from analysis.report.content import WeekContent
from analysis.report.parts import Card, Course, Line, Point, Section, Table, Told, legible, number, table
from analysis.report.weeks import LATELY_WEEKS

LOWER_IS_BETTER = frozenset({"complaint_rate"})
EVIDENCE_LINES = 3


def answer(content: WeekContent) -> str:
    """The report's sentence: the headline metric, its verdict, and the weak spot of the week or of the last weeks."""
    now, before = wording.weakest(content.weak), wording.weakest(content.weak_lately)
    weak = now or before
    silent = "even" if content.weak.tested or content.weak_lately.tested else "few"
    ending = silent if weak is None else "lately" if now is None else "weak"
    if now and before and now.keys == before.keys:
        ending = "still"
    period = say("screen.filters.this_week")
    for headline in content.headlines[:2]:
        if headline.estimate.floored().shown:
            return say(
                f"screen.overview.answer_{ending}", period=period, value=wording.value(headline.estimate),
                emphasis=wording.place(weak.keys, key="screen.common.of") if weak else "", weeks=LATELY_WEEKS,
                metric=say(f"screen.overview.short_{headline.metric}"),
                verdict=say(f"screen.overview.verdict_{headline.verdict}", before=say("screen.filters.before_week")),
            )
    return say("screen.overview.answer_none", period=period)


def base(content: WeekContent) -> list[str]:
    """How much the week's numbers rest on, and how fresh the data is."""
    counts = [wording.counted(name, content.totals[name]) for name in ("responses", "comments", "tickets")]
    return [*counts, say("screen.common.fresh", day=formatting.day(content.fresh))]


def headline_section(content: WeekContent) -> Section:
    """NPS, CSAT, CES and the complaint rate: now, before, the change, and twelve weeks."""
    return Section(
        "headlines", say("report.headlines.name"), answer(content), wording.source(content.week, *base(content)),
        rule=say("report.headlines.rule", weeks=LATELY_WEEKS), cards=tuple(map(_card, content.headlines)),
        tables=(_headline_table(content.headlines), _week_table(content.headlines)),
    )


def _card(headline: Headline) -> Card:
    found = headline.estimate.floored()
    label = say(f"screen.overview.label_{headline.metric}")
    return Card(
        label, formatting.value(found), " · ".join([_evidence(headline.metric, found), *_easy_words(headline)]),
        wording.change(headline.difference, before=say("screen.filters.before_week")) if found.shown else "",
        wording.direction(headline.difference, lower_is_better=headline.metric in LOWER_IS_BETTER),
        Course(label, (Line(label, tuple(
            Point(formatting.week(cell.keys["week"]), number(cell.estimate)) for cell in headline.series
        )),)),
        shown=found.shown,
    )


def _easy_words(headline: Headline) -> list[str]:
    """The share that found it easy, for the card of effort."""
    if headline.easy is None or not headline.easy.floored().shown:
        return []
    easy = headline.easy.floored()
    return [say("screen.overview.easy", value=formatting.value(easy), interval=formatting.interval(easy))]


def _evidence(metric: str, found: Estimate) -> str:
    if metric not in LOWER_IS_BETTER:
        return formatting.evidence(found)
    if not found.shown:
        return say("report.headlines.no_orders")
    interval = say("screen.common.interval", interval=formatting.interval(found))
    return f"{interval} · {say('screen.common.orders', count=f'{found.n:,}')}"


def _headline_table(headlines: Sequence[Headline]) -> Table:
    metric, which, verdict = say("keys.metric"), say("report.column.which"), say("report.column.verdict")
    lines = []
    for h in headlines:
        judged = say(f"verdicts.{h.verdict}")
        name = say(f"metrics.{h.metric}")
        numbers = {"week": h.estimate, "before": h.previous, "change": h.difference.estimate}
        lines += [
            ({metric: name, which: say(f"report.which.{part}"), verdict: judged if part == "change" else None}, found)
            for part, found in numbers.items()
        ]
        if h.easy is not None:
            lines.append(({metric: name, which: say("report.which.easy"), verdict: None}, h.easy))
    return table(say("report.headlines.name"), lines, places=2)


def _week_table(headlines: Sequence[Headline]) -> Table:
    lines = [
        ({say("keys.week"): cell.keys["week"], say("keys.metric"): say(f"metrics.{h.metric}")}, cell.estimate)
        for h in headlines for cell in h.series
    ]
    return table(say("report.headlines.weeks"), lines, places=2)


def finding_section(content: WeekContent) -> Section:
    """What deserves attention: the week's own findings, then those of the last weeks that still stand."""
    found = [*((f, False) for f in content.findings), *((f, True) for f in content.standing)]
    count = len(content.findings)
    period = say("screen.filters.this_week")
    which = "count" if count else "none" if content.tested else "few"
    title = say(f"screen.overview.findings_{which}", period=period, count=count)
    if content.standing:
        title = say("report.findings.and_standing", title=title, count=len(content.standing), weeks=LATELY_WEEKS)
    return Section(
        "findings", say("report.findings.name"), title, wording.source(content.week, *base(content)),
        rule=say("screen.overview.findings_rule"), told=tuple(_told(f, standing) for f, standing in found),
        tables=(_finding_table(found),) if found else (),
        empty="" if found else say(f"findings.{'none' if content.tested else 'few'}"),
    )


def _told(finding: Finding, standing: bool) -> Told:
    return Told(
        say(f"findings.kinds.{finding.kind}"), legible(finding.title), finding.certainty,
        tuple(formatting.unbroken(legible(line)) for line in finding.evidence[:EVIDENCE_LINES]), finding.tone, standing,
    )


def _finding_table(found: Sequence[tuple[Finding, bool]]) -> Table:
    names = ("rank", "kind", "title", "certainty", "value", "low", "high", "n", "evidence")
    header = [say(f"cli.finding.{name}") for name in names]
    rows = []
    for rank, (finding, standing) in enumerate(found, start=1):
        record = finding.estimate.floored().as_record()
        period = say("report.which.lately", weeks=LATELY_WEEKS) if standing else say("report.which.week")
        rows.append((
            rank, say(f"findings.kinds.{finding.kind}"), legible(finding.title), finding.certainty,
            *(record[name] for name in ("value", "low", "high", "n")), legible(clauses(finding.evidence)), period,
        ))
    return Table(say("report.findings.name"), (*header, say("report.column.which")), tuple(rows),
                 dict.fromkeys(header[4:7], 2))


def quality_section(content: WeekContent, others: Sequence[Section]) -> Section:
    """What was withheld, which answers are doubtful, what weights do, and what comments remain unread."""
    notes = [
        say("report.about.withheld_rule"), *_withheld(others), *_flags(content), *_weights(content), *_reading(content),
        *(say("report.quality.event", name=legible(event.name), days=_days(event)) for event in content.quality.events),
    ]
    tables = ()
    if content.quality.weighted:
        tables = (_weighted_table(content),)
    return Section(
        "quality", say("report.quality.name"), say("report.quality.title"),
        wording.source(content.week, *base(content)), notes=tuple(notes), tables=tables,
    )


def _withheld(sections: Sequence[Section]) -> list[str]:
    found = [(part.name, part.withheld) for section in sections for part in section.tables if part.withheld]
    if not found:
        return [say("report.quality.nothing_withheld")]
    parts = [say("report.quality.part", name=name, n=n) for name, n in found]
    return [say("report.quality.withheld", parts=parts)]


def _flags(content: WeekContent) -> list[str]:
    flagged = content.quality.flagged
    parts = [say("flags.part", name=say(f"flags.{flag}"), count=f"{n:,}") for flag, n in flagged.items() if n]
    return [say("report.quality.flagged", parts=parts) if parts else say("report.quality.no_flags")]


def _weights(content: WeekContent) -> list[str]:
    weighted = content.quality.weighted
    if not weighted:
        return [say("report.quality.unweighted")]
    words = dict.fromkeys(briefing.weighting_words(found) for found in weighted.values())
    return [say("report.quality.weighted", words=legible(words_)) for words_ in words]


def _weighted_table(content: WeekContent) -> Table:
    metric, which = say("keys.metric"), say("report.column.which")
    lines = []
    for name, found in content.quality.weighted.items():
        cells = {"weighted": found.cells, "unweighted": found.plain}
        lines += [
            ({metric: say(f"metrics.{name}"), which: say(f"report.which.{kind}")}, cell.estimate)
            for kind, part in cells.items() for cell in part
        ]
    return table(say("report.quality.weights"), lines, places=2)


def _reading(content: WeekContent) -> list[str]:
    quality = content.quality
    return [
        *([say("report.quality.unread", n=f"{quality.unread:,}")] if quality.unread else []),
        *([say("report.quality.uncertain", n=f"{quality.uncertain:,}")] if quality.uncertain else []),
    ]


def _days(event) -> str:
    if event.start == event.end:
        return formatting.long_day(event.start)
    return formatting.period(event.start, event.end)
