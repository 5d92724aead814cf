"""The actions there are, each with its state, what became of it, and what waits for a decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from analysis.actions import Action, Plan, Status
from analysis.briefing.effect import ActionEffect
from analysis.briefing.effect_findings import Reminder
from analysis.i18n import listed, named, say
from dashboard import components, formatting, loop
from dashboard.agreed import form
from dashboard.components import Chip
from dashboard.theme import Tone

STATES: dict[Status, Tone] = {"running": "brand", "done": "good", "planned": "neutral", "dropped": "neutral"}
ORDER: tuple[Status, ...] = ("running", "planned", "done", "dropped")
NAMED_STORES = 3


def card(effects: Sequence[ActionEffect], reminders: Sequence[Reminder]) -> None:
    """All actions, those at work first; the button for a new one."""
    known = loop.actions()
    found = {effect.action.number: effect for effect in effects}
    waits = {reminder.action.number: reminder.sentence.said() for reminder in reminders}
    with components.card(title(known), say("screen.actions.list_rule"), key="action-list"):
        if st.button(say("screen.actions.new"), key="action-new", icon=":material/add:"):
            form.begin()
            st.rerun()
        if not known:
            components.quiet_note(say("screen.actions.none"))
        for action in sorted(known, key=lambda a: (ORDER.index(a.plan.status), a.plan.due, a.number)):
            _row(action, found.get(action.number), waits)


def title(known: Sequence[Action]) -> str:
    """How many there are."""
    if not known:
        return say("screen.actions.list_none")
    return say("screen.actions.list_count", count=len(known))


def _row(action: Action, effect: ActionEffect | None, waits: Mapping[int, str]) -> None:
    plan = action.plan
    result = say(f"effect.verdict.{effect.verdict}") if effect and effect.verdict else ""
    lines = [facts(plan)] + ([waits[action.number]] if action.number in waits else [])

    def beside() -> None:
        if st.button(say("screen.actions.change"), key=f"action-change-{action.number}", type="tertiary"):
            form.begin(action)
            st.rerun()

    components.finding_row(
        kind=Chip(say(f"action.status.{plan.status}"), "attention" if action.number in waits else STATES[plan.status]),
        certainty=result,
        title=say("screen.actions.row", number=action.number, what=plan.what), key=f"action-{action.number}",
        evidence=formatting.unbroken(" · ".join(lines)), beside=beside,
    )


def facts(plan: Plan) -> str:
    """By whom, when, where, and what it is to reach."""
    place = " · ".join(named(value) for _, value in plan.scope)
    days = f"{formatting.day(plan.start)}{formatting.DASH}{formatting.day(plan.settled)}"
    parts = [plan.owner, days, place, stores(plan)]
    if plan.target is not None:
        metric = say(f"action.metric.{plan.metric}")
        parts.append(say("screen.actions.aims", metric=metric, target=f"{plan.target:g}"))
    return " · ".join(part for part in parts if part)


def stores(plan: Plan) -> str:
    """The stores by name where they are few, else their number."""
    if not plan.stores:
        return say("action.everywhere")
    if len(plan.stores) <= NAMED_STORES:
        return listed(plan.stores)
    return say("screen.actions.stores_count", count=len(plan.stores))
