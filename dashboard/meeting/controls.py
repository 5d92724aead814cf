"""Forward and back by button, arrow key or a presenter's remote control; by itself on a wall."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from analysis.i18n import say
from dashboard import behind, components
from dashboard.meeting.agenda import Item

# Both stand in the address too, so that a link leads to a screen; the visit itself is what counts, as the running
# clock sends the address of a moment ago.
AT = "at"              # the screen, counted from 1
WALL = "wall"          # whether the screens change by themselves
WALL_SECONDS = 20.0
# Keys of keyboards and of presenters' remote controls, which send page up and page down.
BACK, ON = ("Left", "PageUp"), ("Right", "PageDown")


def position(items: Sequence[Item]) -> int:
    """The screen that this visit is at, from 0; at first the one that the address names."""
    given = _kept(AT, "1")
    return min(max(int(given) if given.isdecimal() else 1, 1), len(items)) - 1


def on_the_wall() -> bool:
    """Whether the screens change by themselves."""
    return _kept(WALL, "0") == "1"


def _kept(name: str, default: str) -> str:
    return st.session_state.setdefault(f"meeting-{name}", st.query_params.get(name, default))


def _keep(name: str, value: str) -> None:
    st.session_state[f"meeting-{name}"] = st.query_params[name] = value


def foot(items: Sequence[Item], at: int) -> None:
    """The way back and on, how far one is, and the ways out."""
    with st.container(key="meeting-bar"):
        components.stage_bar(at + 1, [item.name for item in items])
    with st.container(key="meeting-foot", horizontal=True, vertical_alignment="center"):
        for keys, step in ((BACK, -1), (ON, 1)):
            for n, key in enumerate(keys):
                direction = "back" if step < 0 else "on"
                st.button(
                    say(f"screen.meeting.{direction}"), key=f"meeting-{direction}-{n}", shortcut=key, type="tertiary",
                    on_click=_go, args=((at + step) % len(items) if on_the_wall() else at + step, len(items)),
                )
        st.button(
            say("screen.meeting.stay" if on_the_wall() else "screen.meeting.rotate"), key="meeting-turn",
            type="tertiary", on_click=_turn_wall,
        )
        # Where comments stand open, this key is theirs.
        leave = None if behind.stands_open() else "Esc"
        if st.button(say("screen.meeting.leave"), key="meeting-leave", shortcut=leave, type="tertiary"):
            st.switch_page("dashboard/pages/overview.py")
    if on_the_wall():
        _rotate(len(items), at)


def _go(to: int, count: int) -> None:
    behind.close()
    _keep(AT, str(min(max(to, 0), count - 1) + 1))


def _turn_wall() -> None:
    _keep(WALL, "0" if on_the_wall() else "1")


@st.fragment(run_every=WALL_SECONDS)
def _rotate(count: int, at: int) -> None:
    """Goes on to the next screen each time its pause is over; the first run belongs to the screen itself."""
    shown = st.session_state.get("meeting-shown")
    st.session_state["meeting-shown"] = at
    if shown == at and not behind.stands_open():
        _go((at + 1) % count, count)
        st.rerun()
