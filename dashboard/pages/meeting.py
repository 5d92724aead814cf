"""周会: the agenda on one shared screen, one finding at a time."""

from __future__ import annotations

import streamlit as st

from analysis.briefing.periods import monday
from analysis.i18n import say
from dashboard import cards, components, data, formatting
from dashboard.meeting import agenda, clock, controls, screens


def page() -> None:
    """The screen of the agenda that the address names."""
    if data.is_empty():
        cards.nothing_yet()
        return
    components.apply_stage_style()
    selection = agenda.selection()
    items = agenda.items(selection)
    at = controls.position(items)
    clock.clock(items[at].name)
    with st.container(key="meeting"):
        with st.container(key="meeting-head", horizontal=True, vertical_alignment="center"):
            components.stage_label(say("screen.meeting.head", week=formatting.week_of(monday(selection.fresh))))
            clock.face(say("screen.meeting.place_in", at=at + 1, of=len(items), name=items[at].name))
        screens.draw(items[at], selection)
        controls.foot(items, at)


page()
