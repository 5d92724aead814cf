"""What the meeting decides, written down where the finding is: an action of its own from then on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal

import streamlit as st

from analysis.actions import Action, Origin, Plan, scope_of
from analysis.errors import XinshengError
from analysis.i18n import say
from dashboard import components, data, formatting
from dashboard.filters import Selection
from dashboard.formatting import literal

DECIDED = "meeting-decided"  # the numbers of this meeting's actions, each with its screen
WEEKS_TO_DO_IT = 4  # until when a decision is carried out, unless 行动与目标 says otherwise


def form(name: str, keys: Mapping[str, object], selection: Selection) -> None:
    """A line to say what is done, by whom and where; below it what was decided about this place already."""
    before = decided(name)
    turn = f"{name}-{len(before)}"  # a decision that was kept leaves the line empty, one that was refused stands there
    with st.form(f"decide-{turn}", border=False):
        what = _line("what", turn, example=say("screen.meeting.what_example"))
        with st.container(horizontal=True, gap="small"):
            owner = _line("owner", turn, example=say("screen.meeting.owner"), width=200)
            stores = st.multiselect(
                say("screen.meeting.stores"), data.values("store"), key=f"decide-stores-{turn}",
                placeholder=say("screen.meeting.stores"), label_visibility="collapsed", format_func=literal,
            )
            told = st.form_submit_button(say("screen.meeting.keep"), type="primary")
    if told:
        _keep(name, _plan(name, keys, selection, what=what, owner=owner, stores=tuple(stores)))
    for action in before:
        shown(action)


def _line(field: str, turn: str, *, example: str, width: int | Literal["stretch"] = "stretch") -> str:
    return st.text_input(
        say(f"screen.meeting.{field}"), key=f"decide-{field}-{turn}", placeholder=example,
        label_visibility="collapsed", width=width,
    )


def decided(name: str = "") -> tuple[Action, ...]:
    """What this meeting decided: all, or what was decided on the screen of that name."""
    kept: dict[int, str] = st.session_state.get(DECIDED, {})
    return tuple(a for a in data.warehouse().actions() if a.number in kept and name in ("", kept[a.number]))


def shown(action: Action) -> None:
    """One decision: what, by whom and until when."""
    words = say("screen.meeting.decided", owner=action.plan.owner, due=formatting.day(action.plan.due))
    components.stage_decision(action.plan.what, words)


def earlier() -> frozenset[int]:
    """The numbers of the actions that stood before this meeting: its own are told at its end."""
    return frozenset(a.number for a in data.warehouse().actions()) - st.session_state.get(DECIDED, {}).keys()


def _plan(
    name: str, keys: Mapping[str, object], selection: Selection, *, what: str, owner: str, stores: tuple[str, ...]
) -> Plan:
    today = date.today()
    first, last = selection.days
    return Plan(
        what, owner, start=today, due=today + timedelta(weeks=WEEKS_TO_DO_IT), scope=scope_of(keys), stores=stores,
        origin=Origin("weak", name, first, last),
    )


def _keep(name: str, plan: Plan) -> None:
    try:
        action = data.warehouse().open_action(plan, who=say("screen.meeting.recorder"))
    except XinshengError as error:
        components.refusal(say("screen.meeting.not_kept"), say(error.key, **error.values))
        return
    st.session_state.setdefault(DECIDED, {})[action.number] = name
    st.rerun()
