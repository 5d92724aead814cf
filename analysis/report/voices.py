"""What was complained about, and how customers speak: sections on complaints and on comments."""

from __future__ import annotations

from collections.abc import Sequence

from analysis import formatting
from analysis.briefing import Cause, ComplaintWeek, Quote
from analysis.estimate import FLOOR_SHOWN
from analysis.i18n import say
from analysis.report import wording
from analysis.report.content import WeekContent
from analysis.report.parts import Bars, Chart, Course, Line, Point, Section, Table, label, legible, number, table
from analysis.report.weeks import LATELY_WEEKS

MOST_BARS = 9  # causes and dimensions drawn; the table has all


# ---- complaints


def complaint_section(content: WeekContent) -> Section:
    """The complaint rate over twelve weeks and the week's causes, each with its change."""
    name, count = say("report.complaints.name"), content.totals["tickets"]
    rate = next(h for h in content.headlines if h.metric == "complaint_rate")
    orders = say("screen.common.orders", count=f"{rate.estimate.n:,}") if rate.estimate.floored().shown else ""
    source = wording.source(content.week, wording.counted("tickets", count), orders)
    tables = _complaint_tables(content)
    charts = tuple(_complaint_charts(content))
    if not count and not charts:
        return Section("complaints", name, say("screen.complaints.answer_none", period=say("screen.filters.this_week")),
                       source, empty=say("screen.complaints.counts_none"), tables=tables)
    return Section(
        "complaints", name, _complaint_title(content, count), source,
        rule=say("report.complaints.rule", weeks=LATELY_WEEKS), charts=charts, tables=tables,
    )


def _complaint_title(content: WeekContent, count: int) -> str:
    rate = next(h for h in content.headlines if h.metric == "complaint_rate")
    period, before = say("screen.filters.this_week"), say("screen.filters.before_week")
    if count < FLOOR_SHOWN:
        return say("report.complaints.few", period=period, least=FLOOR_SHOWN)
    if rate.estimate.floored().shown:
        title = say("screen.complaints.answer_rate", period=period, count=f"{count:,}",
                    rate=wording.value(rate.estimate),
                    change=say(f"screen.complaints.change_{rate.verdict}", before=before))
    else:
        title = say("screen.complaints.answer_count", period=period, count=f"{count:,}")
    rose = next((c for c in content.causes if c.difference.verdict == "reliable_rise"), None)
    top = rose or next(iter(content.causes), None)
    if top is None:
        return title
    return title + say(f"screen.complaints.ending_{'rise' if rose else 'top'}", emphasis=label(top.category))


def _complaint_charts(content: WeekContent) -> list[Chart]:
    weeks, causes = content.complaint_weeks, content.causes
    charts: list[Chart] = []
    if any(w.rate.floored().shown for w in weeks):
        name = say("report.complaints.rate")
        points = tuple(Point(formatting.week(w.week), number(w.rate)) for w in weeks)
        charts.append(Course(name, (Line(name, points),), from_zero=True))
    if any(c.estimate.floored().shown for c in causes):
        points = tuple(
            Point(label(c.category), number(c.estimate),
                  wording.direction(c.difference, lower_is_better=True), _cause_note(c))
            for c in causes[:MOST_BARS]
        )
        charts.append(Bars(say("report.complaints.causes"), points))
    return charts


def _cause_note(cause: Cause) -> str:
    return say("report.complaints.count", count=f"{cause.count:,}")


def _complaint_tables(content: WeekContent) -> tuple[Table, ...]:
    return tuple(t for t in (_week_table(content.complaint_weeks), _cause_table(content.causes)) if t.rows)


def _week_table(weeks: Sequence[ComplaintWeek]) -> Table:
    count = say("screen.numbers.complaints")
    lines = [({say("keys.week"): w.week, count: w.count if _tellable(w.count) else None}, w.rate) for w in weeks]
    return table(say("report.complaints.rate"), lines, places=2)


def _tellable(count: int) -> bool:
    """Nobody, or so many that none of them can be known."""
    return count == 0 or count >= FLOOR_SHOWN


def _cause_table(causes: Sequence[Cause]) -> Table:
    cause, count, before = say("screen.complaints.cause"), say("screen.numbers.complaints"), say("report.column.before")
    change, verdict = say("report.column.change"), say("report.column.verdict")
    lines = []
    for found in causes:
        apart, known = found.difference.estimate.floored().as_record()["value"], found.estimate.floored().shown
        lines.append(({
            cause: found.category, count: found.count if known else None,
            before: found.previous.floored().as_record()["value"], change: apart,
            verdict: say(f"verdicts.{found.difference.verdict}") if known else None,
        }, found.estimate))
    made = table(say("report.complaints.causes"), lines)
    return Table(made.name, made.columns, made.rows, {**made.places, before: 1, change: 1})


# ---- comments


def voice_section(content: WeekContent) -> Section:
    """The tone of comments over twelve weeks, what they complain about, and their own words."""
    name, tone = say("report.voice.name"), content.tone
    source = wording.source(content.week, wording.counted("comments", tone.comments))
    quotes = tuple(map(wording.said, (*content.complaints_said, *content.praise_said)))
    tables = _voice_tables(content)
    if not tone.comments:
        return Section("voice", name, _voice_title(content), source, empty=say("report.voice.empty"), tables=tables)
    return Section(
        "voice", name, _voice_title(content), source, rule=say("report.voice.rule", weeks=LATELY_WEEKS),
        charts=tuple(_voice_charts(content)), quotes=quotes, notes=(say("report.voice.masked"),), tables=tables,
    )


def _voice_title(content: WeekContent) -> str:
    tone, period = content.tone, say("screen.filters.this_week")
    share = tone.negative.floored()
    if tone.unread and not share.shown:
        return say("screen.voice.answer_unread")
    if not share.shown:
        return say("screen.voice.answer_none", period=period)
    change = say(f"screen.voice.change_{tone.difference.verdict}", before=say("screen.filters.before_week"))
    return say("screen.voice.answer", period=period, share=formatting.value(share), change=change)


def _voice_charts(content: WeekContent) -> list[Chart]:
    charts: list[Chart] = []
    weeks = content.tone_weeks
    if any(w.negative.floored().shown for w in weeks):
        lines = (
            Line(say("screen.polarity.negative"), tuple(Point(formatting.week(w.week), number(w.negative, places=0))
                                                        for w in weeks), "attention"),
            Line(say("screen.polarity.positive"), tuple(Point(formatting.week(w.week), number(w.positive, places=0))
                                                        for w in weeks), "good"),
        )
        charts.append(Course(say("report.voice.tone"), lines, from_zero=True))
    worst = sorted(content.aspects, key=lambda a: -a.share.value)[:MOST_BARS]
    if worst:
        points = tuple(
            Point(label(a.dimension), number(a.share, places=0)) for a in worst
        )
        charts.append(Bars(say("report.voice.aspects", weeks=LATELY_WEEKS), points))
    return charts


def _voice_tables(content: WeekContent) -> tuple[Table, ...]:
    week, polarity = say("keys.week"), say("screen.voice.tone")
    tones = [
        ({week: w.week, polarity: say(f"screen.polarity.{side}")}, getattr(w, side))
        for w in content.tone_weeks for side in ("negative", "positive")
    ]
    aspects = [({say("keys.dimension"): a.dimension}, a.share) for a in content.aspects]
    found = (
        table(say("report.voice.tone"), tones), table(say("report.voice.aspect_table"), aspects),
        _quote_table((*content.complaints_said, *content.praise_said)),
    )
    return tuple(part for part in found if part.rows)


def _quote_table(quotes: Sequence[Quote]) -> Table:
    columns = ("said", "tone", "day", "channel", "store")
    rows = tuple(
        (legible(q.text), say(f"screen.polarity.{q.polarity}"), q.day, legible(q.channel), legible(q.store))
        for q in quotes
    )
    return Table(say("report.voice.quotes"), tuple(say(f"report.quote.{name}") for name in columns), rows, {})
