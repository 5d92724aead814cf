"""What happened outside the answers: told once here, drawn on every trend."""

from __future__ import annotations

from datetime import date

import streamlit as st

from analysis.errors import XinshengError
from analysis.i18n import say
from analysis.schema import EVENT_KINDS
from dashboard import author, components, data, formatting, loop
from dashboard.charts.marks import Mark


def marks() -> tuple[Mark, ...]:
    """All events, and all actions that were not dropped, as a chart draws them."""
    plans = (action.plan for action in loop.actions() if action.plan.status != "dropped")
    return (*happened(), *(Mark(plan.start, plan.settled, plan.what, "action") for plan in plans))


def happened() -> tuple[Mark, ...]:
    """All events, for a chart that names the action it is about itself."""
    return tuple(Mark(event.start, event.end, event.name) for event in data.ask_store("events"))


def card() -> None:
    """The events there are, each with its removal, and a line to tell a new one."""
    with components.card(say("screen.events.title"), say("screen.events.rule"), key="events"):
        known = data.ask_store("events")
        if not known:
            components.quiet_note(say("screen.events.none"))
        author.line()
        for event in known:
            with st.container(horizontal=True, vertical_alignment="center", key=f"event-{event.number}"):
                facts = say("screen.events.line", kind=say(f"events.{event.kind}"), days=_days(event.start, event.end))
                components.batch_line(number="", name=event.name, facts=facts)
                if st.button(say("screen.events.remove"), key=f"event-gone-{event.number}"):
                    _tell(lambda number=event.number: data.warehouse().remove_event(number, who=author.name()))
        _form()


def _days(start: date, end: date) -> str:
    return formatting.long_day(start) if start == end else formatting.period(start, end)


def _form() -> None:
    row = {"horizontal": True, "vertical_alignment": "bottom", "gap": "small"}
    with st.form("event", border=False, clear_on_submit=True), st.container(**row):
        name = st.text_input(say("screen.events.name"), key="event-name", width=320)
        kind = st.selectbox(
            say("screen.events.kind"), EVENT_KINDS, key="event-kind", width=200,
            format_func=lambda value: say(f"events.{value}"),
        )
        last = (data.period() or (None, date.today()))[1]
        days = st.date_input(
            say("screen.events.days"), value=(last, last), format="YYYY-MM-DD", key="event-days", width=260
        )
        told = st.form_submit_button(say("screen.events.add"), type="primary")
    if told and days:
        who = author.name()
        _tell(lambda: data.warehouse().add_event(name, kind=kind, start=days[0], end=days[-1], who=who))


def _tell(change) -> None:
    try:
        change()
    except XinshengError as error:
        components.refusal(say("screen.events.failed"), say(error.key, **error.values))
        return
    st.rerun()
