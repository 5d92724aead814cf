"""What a week's report says, gathered once: the writers lay it out and compute nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from analysis import briefing, metrics
from analysis.briefing import (
    Cause,
    ComplaintWeek,
    Headline,
    Quote,
    Ranking,
    ToneWeek,
    TouchpointScore,
    TouchpointWeek,
    WeakReport,
    WeakSpot,
    Weighted,
    customers,
    tones,
)
from analysis.briefing.attention import Ask
from analysis.briefing.customers import Segment, TagCount
from analysis.briefing.effect import ActionEffect, action_effects
from analysis.briefing.promises import Board, board
from analysis.briefing.tones import AspectTone, Tone
from analysis.drivers import DriverReport
from analysis.errors import ReportRefused
from analysis.estimate import FLOOR_SHOWN
from analysis.findings import Finding
from analysis.report import weeks
from analysis.schema import EVERYTHING, Filters
from analysis.watching import UNWATCHED, Watch

if TYPE_CHECKING:
    from analysis.store import Warehouse

QUOTES = 4            # of each tone
_QUOTES_READ = 5      # times as many are looked through for those in which a passage tells the tone
STANDING_FINDINGS = 8  # findings of the last weeks that are told beside the week's own


@dataclass(frozen=True, slots=True)
class Quality:
    """What to know of the data behind the numbers.

    `flagged` counts, per flag, the week's answer sheets that carry it and still count. `weighted` holds the weighted
    headline numbers, empty where no shares of customers are known. `unread` and `uncertain` are comments of the week.
    """

    flagged: Mapping[str, int]
    weighted: Mapping[str, Weighted]
    unread: int
    uncertain: int
    events: tuple


@dataclass(frozen=True, slots=True)
class WeekContent:
    """One week as the board reads it; every part is what `analysis.briefing` gives for the filters named beside it.

    `week` are the seven days, `lately` the twelve weeks that end with them. Of the week: totals, headlines, findings,
    touchpoints, causes, tone, quotes and promises. Of the twelve weeks: standing findings, touchpoint weeks, drivers,
    stores, complaint weeks, tone weeks, aspects and the NPS of tags (`segments`). Actions are judged by all data up to
    the week's end, tags by all there is up to `known_day`. The weak dimensions are those of `weak_of`: the week where
    it shows any, else the twelve weeks; `weak_said` complains of the weakest of them. Estimates are raw, but for
    touchpoint weeks and segments, which are fit for display. `tested` is how many tests the answers of both
    sufficed for.
    """

    week: Filters
    lately: Filters
    fresh: date
    totals: Mapping[str, int]
    headlines: tuple[Headline, ...]
    findings: tuple[Finding, ...]
    standing: tuple[Finding, ...]
    tested: int
    weak: WeakReport
    weak_lately: WeakReport
    weak_of: Filters
    spots: tuple[WeakSpot, ...]
    touchpoints: tuple[TouchpointScore, ...]
    touchpoint_weeks: tuple[TouchpointWeek, ...]
    drivers: DriverReport
    stores: Ranking
    complaint_weeks: tuple[ComplaintWeek, ...]
    causes: tuple[Cause, ...]
    tone: Tone
    tone_weeks: tuple[ToneWeek, ...]
    aspects: tuple[AspectTone, ...]
    weak_said: tuple[Quote, ...]
    complaints_said: tuple[Quote, ...]
    praise_said: tuple[Quote, ...]
    promises: Board
    actions: tuple[ActionEffect, ...]
    tags: tuple[TagCount, ...]
    segments: tuple[Segment, ...]
    known_day: date
    quality: Quality

    @property
    def monday(self) -> date:
        """The first day of the week."""
        return self.week.start

    @property
    def weak_shown(self) -> WeakReport:
        """The report on weak dimensions that speaks: see `weak_of`."""
        return self.weak if self.weak_of == self.week else self.weak_lately


def week_content(store: Warehouse, monday: date | None = None, *, watch: Watch = UNWATCHED) -> WeekContent:
    """Everything a report on the ISO week of `monday` says (None: the last whole week of the data).

    Raises ReportRefused for an empty store, and for a week with fewer than `FLOOR_SHOWN` answer sheets, comments and
    complaints each; Stopped where `watch` says so.
    """
    monday = weeks.last_whole_week(store) if monday is None else monday
    week, lately = weeks.of_week(monday), weeks.lately(monday)
    totals = store.totals(week)
    if not any(totals[name] for name in ("responses", "comments", "tickets")):
        raise weeks.no_data(store, monday)
    if max(totals[name] for name in ("responses", "comments", "tickets")) < FLOOR_SHOWN:
        raise ReportRefused("report.refused.too_few", week=weeks.week_name(monday), least=FLOOR_SHOWN)
    voices, ask = _voices(store), _keeping(store)
    parts = _gathered(watch, {
        "headlines": lambda: briefing.headlines(store, week),
        "digest": lambda: briefing.digest(store, week, ask=ask),
        "digest_lately": lambda: briefing.digest(store, lately, ask=ask),
        "weak": lambda: ask(briefing.weak_dimensions, week),
        "weak_lately": lambda: ask(briefing.weak_dimensions, lately),
        "touchpoints": lambda: briefing.touchpoint_scores(store, week),
        "touchpoint_weeks": lambda: metrics.suppressed(
            briefing.touchpoint_weeks(store, lately, weeks=weeks.LATELY_WEEKS)),
        "drivers": lambda: ask(briefing.driver_report, lately),
        "stores": lambda: ask(briefing.ranking, lately),
        "complaint_weeks": lambda: briefing.complaint_weeks(store, lately),
        "causes": lambda: ask(briefing.complaint_causes, week),
        "tone": lambda: tones.tone(store, voices(week)),
        "tone_weeks": lambda: briefing.tone_weeks(store, voices(lately)),
        "aspects": lambda: tones.aspect_tones(store, voices(lately)),
        "complaints_said": lambda: _telling_quotes(store, voices(week), "negative"),
        "praise_said": lambda: _telling_quotes(store, voices(week), "positive"),
        "promises": lambda: board(store, week, oldest=0),
        "actions": lambda: action_effects(store, filters=Filters(end=week.end)),
        "tags": lambda: customers.tag_counts(store, EVERYTHING),
        "segments": lambda: customers.segments(store, lately, metric="nps", key="tag"),
    })
    if not parts["tags"]:
        parts["segments"] = ()
    now, further = parts.pop("digest"), parts.pop("digest_lately")
    weak_of = week if parts["weak"].weak else lately
    return WeekContent(
        week=week, lately=lately, fresh=store.period()[1], known_day=store.last_known_day(), totals=totals,
        findings=now.findings, standing=_standing(now.findings, further.findings),
        tested=now.tested + further.tested, weak_of=weak_of,
        weak_said=_said_of(store, voices(weak_of), parts["weak" if weak_of == week else "weak_lately"]),
        spots=now.spots if weak_of == week else further.spots, quality=_quality(store, week, parts["tone"]), **parts,
    )


def _gathered(watch: Watch, questions: Mapping[str, Callable[[], object]]) -> dict[str, object]:
    answers = {}
    for done, (name, question) in enumerate(questions.items()):
        watch.step("gathering", done, len(questions))
        answers[name] = question()
    return answers


def _keeping(store: Warehouse) -> Ask:
    """Questions of one report: what two chapters, or both periods' findings, ask alike is worked out once."""
    known: dict[tuple, object] = {}

    def ask(question: Callable, about: Filters) -> object:
        if (question, about) not in known:
            known[question, about] = question(store, about)
        return known[question, about]

    return ask


def _voices(store: Warehouse) -> Callable[[Filters], Filters]:
    """What customers said unasked for redress: complaints are negative by nature and would say nothing of the tone."""
    sources = tuple(s for s in store.values("source", "comments") if s != "complaint")
    return lambda filters: filters.narrowed(source=sources) if sources else filters


def _said_of(store: Warehouse, filters: Filters, report: WeakReport) -> tuple[Quote, ...]:
    """Complaints about the weakest cell, at its touchpoint where it has one; none where nothing is weak."""
    if not report.weak:
        return ()
    keys = report.weak[0].keys
    place = {"touchpoint": str(keys["touchpoint"])} if keys.get("touchpoint") else {}
    return _telling_quotes(store, filters.narrowed(**place), "negative", dimension=str(keys["dimension"]))


def _telling_quotes(
    store: Warehouse, filters: Filters, polarity: str, *, dimension: str | None = None
) -> tuple[Quote, ...]:
    """Recent comments of a tone in different words, those first in which a passage shows it."""
    found = briefing.quotes(store, filters, dimension=dimension, polarity=polarity, limit=QUOTES * _QUOTES_READ)
    different: dict[str, Quote] = {}
    for quote in found:
        different.setdefault(quote.text, quote)
    return tuple(sorted(different.values(), key=lambda quote: not quote.passages)[:QUOTES])


def _standing(found: tuple[Finding, ...], lately: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Findings of the last weeks that the week does not tell itself."""
    told = [(finding.kind, finding.scope) for finding in found]
    return tuple(f for f in lately if (f.kind, f.scope) not in told)[:STANDING_FINDINGS]


def _quality(store: Warehouse, week: Filters, tone: Tone) -> Quality:
    flags = tuple(store.flags())
    flagged = dict(store.left_out(replace(week, without=flags)).flags) if flags else {}
    events = tuple(e for e in store.events() if e.start <= week.end and e.end >= week.start)
    return Quality(flagged, briefing.weighted_headlines(store, week), tone.unread, tone.uncertain, events)
