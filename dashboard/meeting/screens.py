"""The screens of the meeting, each drawn from what the pages show."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import streamlit as st

from analysis import briefing
from analysis.briefing import Spotlight, WeakSpot
from analysis.briefing.effect import ActionEffect
from analysis.briefing.promises import Kept, promise_words
from analysis.estimate import Estimate
from analysis.findings import Finding
from analysis.i18n import clauses, say
from dashboard import (
    attention,
    behind,
    cards,
    components,
    data,
    events,
    formatting,
    headlines,
    loop,
    quotes,
    service,
    titles,
)
from dashboard.agreed import verdict
from dashboard.charts.effect import effect_chart
from dashboard.charts.spotlight import SIZE, spotlight_chart
from dashboard.complaints import promises
from dashboard.components import Chip, StageNumber
from dashboard.filters import Selection
from dashboard.meeting import clock, decision
from dashboard.meeting.agenda import CHANGES, NOT_TOLD, Item, Kind
from dashboard.theme import Tone

SHOWN_FINDINGS = 5
SHOWN_PROMISES = 4
CHART_HEIGHT = 640  # of 1,080 pixels, so that nothing scrolls
DRAWN_EFFECTS = 2   # so many have room for a chart under them
EFFECT_HEIGHT = 400


def draw(item: Item, selection: Selection) -> None:
    """One screen of the agenda."""
    _DRAWN[item.kind](item, selection)


def _actions(_: Item, selection: Selection) -> None:
    known = decision.earlier()
    effects = [e for e in loop.effects(selection.filters) if e.action.number in known]
    effects.sort(key=lambda e: (e.verdict is None, e.action.plan.due))
    proven = [e for e in effects if e.verdict in ("better", "worse", "none")]
    title = say("screen.meeting.actions", count=len(effects), proven=len(proven))
    components.stage_title(title, say("screen.meeting.actions_rule"))
    components.stage_findings(
        [
            (_state(e), _agreed(e), e.action.plan.what, formatting.unbroken(e.sentence.said()))
            for e in effects[:SHOWN_FINDINGS]
        ]
    )
    drawn = [e for e in effects if any(cell.estimate.floored().shown for cell in e.treated)]
    if drawn and len(effects) <= DRAWN_EFFECTS:
        with st.container(key="meeting-courses"):
            _courses(drawn)


def _courses(effects: Sequence[ActionEffect]) -> None:
    """How each went, side by side."""
    for place, effect in zip(st.columns(len(effects), gap="large"), effects, strict=True):
        with place:
            components.stage_heading(effect.action.plan.what)
            figure = effect_chart(effect, height=EFFECT_HEIGHT, marks=events.happened(), letters=SIZE)
            behind.marks(
                figure, verdict.groups(effect), key=f"meeting-effect-{effect.action.number}",
                alt=effect.sentence.said(),
            )


def _state(effect: ActionEffect) -> Chip:
    if effect.verdict is None:
        return Chip(say(f"action.status.{effect.action.plan.status}"))
    tones: dict[str, Tone] = {"better": "good", "worse": "attention", "none": "attention", "unclear": "neutral"}
    return Chip(say(f"effect.verdict.{effect.verdict}"), tones[effect.verdict])


def _agreed(effect: ActionEffect) -> str:
    plan = effect.action.plan
    return say("screen.meeting.decided", owner=plan.owner, due=formatting.day(plan.settled))


def _numbers(_: Item, selection: Selection) -> None:
    found, report = data.headlines(selection.filters), data.weak_dimensions(selection.filters)
    lately = data.weak_dimensions(selection.at_least_weeks(titles.SERIES_WEEKS))
    answer = titles.overview_answer(found, report, lately, selection)
    components.stage_title(answer, titles.base_line(data.totals(selection.filters), selection))
    components.stage_numbers([_number(headlines.facts_of(h, selection)) for h in found])


def _number(facts: headlines.HeadlineFacts) -> StageNumber:
    return StageNumber(facts.label, facts.value, facts.evidence, facts.chip, facts.series, facts.caption)


def _changed(_: Item, selection: Selection) -> None:
    told = [f for f in attention.findings(selection.filters) if f.kind not in NOT_TOLD]
    found = [f for f in told if f.kind in CHANGES]
    silent = "unchanged" if attention.tested(selection.filters) else "untested"
    title = say("screen.meeting.changed", count=len(found)) if found else say(f"screen.meeting.{silent}")
    components.stage_title(title, say("screen.meeting.changed_rule", before=selection.compared_to))
    components.stage_findings(_rows(found[:SHOWN_FINDINGS]))
    standing = [f for f in told if f.kind not in CHANGES][: SHOWN_FINDINGS - len(found[:SHOWN_FINDINGS])]
    if standing:
        components.stage_label(say("screen.meeting.standing"))
        components.stage_findings(_rows(standing))


def _rows(found: Sequence[Finding]) -> list[tuple[Chip, str, str, str]]:
    return [
        (
            Chip(say(f"findings.kinds.{f.kind}"), f.tone), f.certainty, formatting.unbroken(f.title),
            formatting.unbroken(f.evidence[0]),
        )
        for f in found
    ]


def _weak(item: Item, selection: Selection) -> None:
    spot = item.spot
    keys = tuple((key, str(value)) for key, value in spot.cell.keys.items())
    found = data.ask(briefing.spotlight, selection.filters, keys=keys)
    title = components.emphasised(
        "screen.meeting.weak", emphasis=item.name, gap=formatting.number(abs(spot.cell.gap.value))
    )
    components.stage_title(title, _standing(spot))
    left, right = st.columns([11, 9], gap="large")
    with left:
        figure = spotlight_chart(
            found, own=item.name, rest=say("screen.meeting.rest"), height=CHART_HEIGHT, marks=events.marks()
        )
        groups = [
            behind.group(str(week.week), f"{item.name} · {formatting.week_of(week.week)}", week.own,
                         {**spot.cell.keys, "week": week.week}, selection.filters)
            for week in found.weeks
        ]
        behind.marks(figure, groups, key=f"meeting-chart-{item.name}", alt=f"{item.name} {_standing(spot)}")
    with right:
        components.stage_heading(say("screen.meeting.quotes"))
        quotes.comment_list(cards.spot_words(spot, selection), empty=say("screen.touchpoints.quotes_empty"))
        components.stage_heading(say("screen.meeting.decide"))
        decision.form(item.name, spot.cell.keys, selection)
        components.quiet_note(_when(found))


def _standing(spot: WeakSpot) -> str:
    """Where the spot stands, how firmly, and who else says so."""
    cell = spot.cell
    parts = [say("screen.meeting.score", value=formatting.value(cell.estimate, places=1),
                 interval=formatting.interval(cell.estimate, places=1), base=formatting.base(cell.estimate.n))]
    if cell.places is not None:
        parts.append(say("screen.meeting.place", share=f"{cell.places.among_weakest:.0%}", weakest=titles.WEAKEST))
    agree = [say(f"witness.source.{w.source}") for w in spot.witnesses if w.says == "agrees"]
    if agree:
        parts.append(say("screen.meeting.agree", sources=say("screen.meeting.and").join(agree)))
    return formatting.unbroken(clauses(parts))


def _when(found: Spotlight) -> str:
    lift = formatting.number(found.lift)
    if found.weeks_needed is None:
        return say("screen.meeting.too_long", lift=lift)
    return say("screen.meeting.shows_after", lift=lift, weeks=found.weeks_needed)


def _promises(_: Item, selection: Selection) -> None:
    board = service.board(selection.filters)
    clock_words = say("screen.promises.clock", now=f"{board.now:%Y-%m-%d %H:%M}") if board.now else ""
    components.stage_title(promises.answer(board, selection), say("screen.promises.rule", clock=clock_words))
    judged = sorted((k for k in board.kept if k.share.floored().shown), key=lambda k: k.share.value)[:SHOWN_PROMISES]
    weeks = service.kept_by(selection.at_least_weeks(titles.SERIES_WEEKS), key="week", promise="")
    components.stage_numbers([_promise(k, [w.share for w in weeks if w.promise == k.promise]) for k in judged])


def _promise(kept: Kept, weeks: Sequence[Estimate]) -> StageNumber:
    """A promise over its weeks, where most of them have cases enough to be shown."""
    limit = formatting.duration(kept.promise.minutes)
    late = Chip(say("screen.meeting.late", count=f"{kept.late:,}"), "attention") if kept.late else None
    label = say("screen.meeting.promise", name=promise_words(kept.promise), limit=limit)
    series = [headlines.spark_point(share.floored()) for share in weeks]
    if 2 * sum(point.value is not None for point in series) <= len(series):
        series = []
    caption = say("screen.overview.spark", weeks=len(series)) if series else ""
    return StageNumber(label, formatting.value(kept.share), formatting.evidence(kept.share), late, series, caption)


def _close(_: Item, selection: Selection) -> None:
    spent = st.session_state[clock.STATE].until(time.monotonic())
    found = decision.decided()
    title = say("screen.meeting.close", count=len(found)) if found else say("screen.meeting.close_none")
    components.stage_title(title, say("screen.meeting.close_rule", total=clock.written(sum(spent.values()))))
    left, right = st.columns([11, 9], gap="large")
    with left:
        components.stage_heading(say("screen.meeting.decisions"))
        for action in found:
            decision.shown(action)
        if not found:
            components.quiet_note(say("screen.meeting.decided_none"))
    with right:
        components.stage_heading(say("screen.meeting.times"))
        components.stage_times([(name, clock.written(seconds)) for name, seconds in spent.items()])


_DRAWN: dict[Kind, Callable[[Item, Selection], None]] = {
    "actions": _actions, "numbers": _numbers, "changed": _changed, "weak": _weak, "promises": _promises,
    "close": _close,
}
