"""The tour: what one sees first, one thing a step, on the page that it is about. It stands in the address."""

from __future__ import annotations

import streamlit as st

from analysis.i18n import say
from dashboard import address, components

KEY = "tour"
OFF = "off"
# Each step with the page it speaks of.
STEPS = {
    "answer": "overview", "numbers": "overview", "evidence": "touchpoints", "voice": "voice", "action": "actions",
}
_PLACES = tuple(STEPS)


def begin() -> None:
    """From the next run on the tour is at its first step."""
    st.session_state[KEY] = _PLACES[0]


def offer() -> None:
    """The button that begins it, wherever one is."""
    if st.button(say("tour.begin"), key="tour-begin", icon=":material/tour:", width="stretch"):
        _go(_PLACES[0])


def card() -> None:
    """The step one is at, and the ways on, back and out; nothing while the tour is off."""
    step = address.kept(KEY, (OFF, *_PLACES), default=OFF, words=None, draw=lambda: st.session_state[KEY])
    if step == OFF:
        return
    at = _PLACES.index(step)
    with st.container(key="tour"):
        components.tour_step(
            say("tour.step", step=at + 1, of=len(_PLACES)), say(f"tour.{step}"), say(f"tour.{step}_body")
        )
        with st.container(horizontal=True, gap="small", key="tour-ways"):
            _ways(at)


def _ways(at: int) -> None:
    last = at == len(_PLACES) - 1
    if not last and st.button(say("tour.next"), key="tour-next", type="primary"):
        _go(_PLACES[at + 1])
    if at and st.button(say("tour.back"), key="tour-back"):
        _go(_PLACES[at - 1])
    st.button(
        say("tour.done" if last else "tour.skip"), key="tour-end", type="primary" if last else "tertiary",
        on_click=_end,
    )


def _end() -> None:
    st.session_state[KEY] = OFF


def _go(step: str) -> None:
    st.session_state[KEY] = step
    st.switch_page(f"dashboard/pages/{STEPS[step]}.py")
