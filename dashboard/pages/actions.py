"""行动与目标: what was decided, whether it worked, and how the targets stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st
from markupsafe import Markup

from analysis.briefing.effect import ActionEffect
from analysis.briefing.effect_findings import Reminder
from analysis.i18n import listed, say
from dashboard import author, cards, components, data, formatting, loop
from dashboard.agreed import form, goals, listing, trail, verdict
from dashboard.filters import Selection, filter_bar
from dashboard.theme import Tone

# Verdicts that are told in the first line.
OUTCOMES: tuple[tuple[str, str, Tone], ...] = (
    ("better", "answer_better", "good"), ("worse", "answer_worse", "attention"),
    ("none", "answer_ineffective", "attention"),
)


def page() -> None:
    """The answer, the form where one is open, the actions beside the effect of one, targets, and the trail."""
    if data.is_empty():
        cards.nothing_yet()
        return
    head = st.container()
    selection = filter_bar()
    form.take_draft()
    effects = loop.effects(selection.filters)
    waiting = loop.waiting(effects, date.today())
    with head:
        components.page_headline(answer(effects, waiting), base_line(selection))
    author.line()
    with st.container():  # its place stays when the form goes, so that nothing below it is drawn twice
        form.card()
    left, right = st.columns([2, 3], gap="small")
    with left:
        listing.card(effects, waiting)
    with right:
        verdict.card(effects)
    goals.card(loop.results(selection.filters), selection)
    trail.card()


def answer(effects: Sequence[ActionEffect], waiting: Sequence[Reminder]) -> Markup:
    """The first line: how many actions run, which were proven to work or not, and how many wait."""
    if not effects:
        return components.emphasised("screen.actions.answer_none")
    running = sum(effect.action.plan.status == "running" for effect in effects)
    said = components.emphasised("screen.actions.answer_running", running=running, count=len(effects))
    for verdict_, key, tone in OUTCOMES:
        names = [e.action.plan.what for e in effects if e.verdict == verdict_]
        if names:
            said += components.emphasised(f"screen.actions.{key}", emphasis=listed(names), tone=tone)
    if waiting:
        said += components.emphasised("screen.actions.answer_waiting", emphasis=str(len(waiting)))
    return said + components.emphasised("screen.actions.answer_end")


def base_line(selection: Selection) -> str:
    """The second line: what effects rest on, what targets rest on, freshness."""
    fresh = say("screen.common.fresh", day=formatting.day(selection.fresh))
    return " · ".join([say("screen.actions.base"), say("screen.actions.base_targets",
                       period=selection.period_words), fresh])


page()
