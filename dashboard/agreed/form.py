"""The form of an action: new, from a finding, or a next version of one that stands."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from analysis.actions import (
    ANSWER_METRICS,
    COMPLAINT_METRICS,
    LONGEST_NAME,
    LONGEST_TEXT,
    STATUSES,
    Action,
    Plan,
    scope_of,
)
from analysis.errors import Outdated, XinshengError
from analysis.i18n import say
from dashboard import author, cards, components, data, formatting, loop
from dashboard.agreed import verdict
from dashboard.formatting import literal

EDITED = "action-edited"      # the number of the action that is changed, 0 for a new one, None for no form
_SEEN = "action-seen"         # the version its author has in view
_TURN = "action-turn"         # tells the fields of one form from those of the next
_CONFLICT = "action-conflict"  # what somebody else changed meanwhile: the words, and the version that stands
_PLACES = ("touchpoint", "dimension", "channel", "region", "tier")


def begin(action: Action | None = None) -> None:
    """Open the form, empty or with an action."""
    st.session_state[EDITED] = action.number if action else 0
    st.session_state[_SEEN] = action.version if action else 0
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
    st.session_state[_CONFLICT] = None
    st.session_state["action-plan"] = action.plan if action else loop.blank()


def take_draft() -> None:
    """Open the form with what a finding suggested, once."""
    draft = st.session_state.pop(cards.ACTION_DRAFT, None)
    if draft is not None:
        begin()
        st.session_state["action-plan"] = draft


def close() -> None:
    """Put the form away."""
    st.session_state[EDITED] = None
    st.session_state[_CONFLICT] = None


def card() -> None:
    """The open form; nothing where none is open."""
    number = st.session_state.get(EDITED)
    if number is None:
        return
    plan: Plan = st.session_state["action-plan"]
    title = say("screen.actions.form_change", number=number) if number else say("screen.actions.form_new")
    rule = say("screen.actions.form_from", title=plan.origin.title) if plan.origin else say("screen.actions.form_rule")
    with components.card(title, rule, key="action-form"):
        _conflict(number)
        turn = st.session_state[_TURN]
        with st.form(f"action-{turn}", border=False):
            told = _fields(plan, turn, new=not number)
            with st.container(horizontal=True, gap="small"):
                kept = st.form_submit_button(say("screen.actions.save"), type="primary")
                left = st.form_submit_button(say("screen.actions.close"))
    if left:
        close()
        st.rerun()
    if kept:
        _save(number, told)


def _fields(plan: Plan, turn: int, *, new: bool) -> Plan:
    """All fields, filled with the plan; what stands in them after."""
    what = st.text_input(say("action.field.what"), plan.what, key=f"act-what-{turn}", max_chars=LONGEST_TEXT,
                         placeholder=say("screen.actions.what_example"))
    one, two, three, four = st.columns(4, gap="small")
    owner = one.text_input(say("action.field.owner"), plan.owner, key=f"act-owner-{turn}", max_chars=LONGEST_NAME)
    start = two.date_input(say("action.field.start"), plan.start, format="YYYY-MM-DD", key=f"act-start-{turn}")
    due = three.date_input(say("action.field.due"), plan.due, format="YYYY-MM-DD", key=f"act-due-{turn}",
                           help=say("screen.actions.due_help"))
    status = four.selectbox(say("action.field.status"), STATUSES, STATUSES.index(plan.status), key=f"act-status-{turn}",
                            format_func=lambda name: say(f"action.status.{name}"))
    scope = _scope(plan, turn)
    metric, target = _measure(plan, scope, turn)
    stores = st.multiselect(
        say("action.field.stores"), _offered("store", plan.stores), list(plan.stores), key=f"act-stores-{turn}",
        placeholder=say("action.everywhere"), format_func=literal, help=say("screen.actions.stores_help"),
    )
    finished = plan.finished if new else st.date_input(
        say("action.field.finished"), plan.finished, format="YYYY-MM-DD", key=f"act-finished-{turn}", width=240,
    )
    return replace(plan, what=what, owner=owner, start=start, due=due, status=status, scope=scope, metric=metric,
                   target=target, stores=tuple(stores), finished=finished)


def _scope(plan: Plan, turn: int) -> tuple[tuple[str, str], ...]:
    named = dict(plan.scope)
    for column, key in zip(st.columns(4, gap="small"), (*_PLACES[:3], "category"), strict=True):
        options = [None, *_offered(key, (named[key],) if key in named else ())]
        named[key] = column.selectbox(
            say(f"keys.{key}"), options, options.index(named.get(key)), key=f"act-{key}-{turn}",
            format_func=lambda value: literal(value) if value else say("action.everything"),
        )
    return scope_of(named)


def _measure(plan: Plan, scope: tuple[tuple[str, str], ...], turn: int) -> tuple[str, float | None]:
    one, two, _ = st.columns([1, 1, 2], gap="small")
    metrics = (*ANSWER_METRICS, *COMPLAINT_METRICS)
    metric = one.selectbox(say("action.field.metric"), metrics, metrics.index(plan.metric), key=f"act-metric-{turn}",
                           format_func=lambda name: say(f"action.metric.{name}"))
    target = two.number_input(say("action.field.target"), value=plan.target, key=f"act-target-{turn}", step=1.0,
                              placeholder=say("action.nothing"))
    return metric, target


def _offered(key: str, chosen: tuple[str, ...]) -> list[str]:
    """The values that occur in the data, and what the plan names even where it does not occur any more."""
    values = data.ask_store("values", key, "tickets") if key == "category" else data.values(key)
    return sorted({*values, *chosen})


def _save(number: int, plan: Plan) -> None:
    try:
        kept = loop.save(plan, who=author.name(), number=number, seen=st.session_state[_SEEN])
    except Outdated as error:
        st.session_state[_CONFLICT] = (say(error.key, **error.values), error.values["version"])
        st.rerun()
    except XinshengError as error:
        components.refusal(say("screen.actions.not_saved"), say(error.key, **error.values))
        return
    close()
    verdict.show(kept.number)
    st.toast(say("screen.actions.saved", what=formatting.literal(kept.plan.what), version=kept.version))
    st.rerun()


def _conflict(number: int) -> None:
    """What somebody else saved meanwhile, and the two ways on: their version, or one's own over it, now seen."""
    found = st.session_state.get(_CONFLICT)
    if not found:
        return
    words, version = found
    components.refusal(say("screen.actions.not_saved"), words)
    with st.container(horizontal=True, gap="small"):
        if st.button(say("screen.actions.take_theirs"), key="take-theirs"):
            begin(next(action for action in loop.actions() if action.number == number))
            st.rerun()
        if st.button(say("screen.actions.keep_mine"), key="keep-mine"):
            st.session_state[_SEEN], st.session_state[_CONFLICT] = version, None
            st.rerun()
