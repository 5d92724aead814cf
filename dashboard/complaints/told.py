"""What a company promises: seen and changed here, judged on this page."""

from __future__ import annotations

import streamlit as st

from analysis.briefing.promises import promise_words
from analysis.errors import XinshengError
from analysis.i18n import say, words
from analysis.schema import TICKET_STEPS, Promise
from dashboard import author, components, formatting, service
from dashboard.formatting import literal

_SHOWN = "told-shown"  # the promises as they stood when the visitor last saw the page
UNITS: dict[str, float] = {"seconds": 1 / 60, "minutes": 1.0, "hours": 60.0, "days": 1440.0}


def card() -> None:
    """The promises in force; one is changed or given up, an own one is added, the usual ones come back."""
    with components.card(say("screen.told.title"), say("screen.told.rule"), key="told-promises"):
        promises = service.promises()
        components.text_table(
            [say(f"cli.promise.{name}") for name in ("says", "step", "limit", "about")],
            [[promise_words(p), say(f"promises.steps.{p.step}"), formatting.duration(p.minutes), _about(p)]
             for p in promises],
            label=say("screen.told.title"),
        )
        author.line()
        shown = st.session_state.get(_SHOWN, promises)
        with st.container(horizontal=True, key="told-controls"):
            with st.popover(say("screen.told.change")):
                _change(promises)
            with st.popover(say("screen.told.add")):
                _add()
            if st.button(say("screen.told.reset"), key="promises-reset"):
                _tell(lambda: service.reset_promises(who=author.name(), seen=shown))
    st.session_state[_SHOWN] = promises


def _change(promises: tuple[Promise, ...]) -> None:
    known = {p.name: p for p in promises}
    if not known:
        components.quiet_note(say("screen.told.none"))
        return
    name = st.selectbox(
        say("screen.promises.promise"), list(known), key="told-name", format_func=lambda n: literal(_name(known, n))
    )
    promise = known[name]
    unit = formatting.unit_of(promise.minutes)
    # What was shown when the change began: a change by somebody else meanwhile is refused, not overwritten.
    seen = st.session_state.setdefault("told-seen", {})
    seen.setdefault(name, promise.minutes)
    amount, size = _limit(f"told-{name}", promise.minutes / UNITS[unit], unit)
    with st.container(horizontal=True):
        if st.button(say("screen.told.keep"), key="promise-keep", type="primary"):
            changed = Promise(name, promise.step, amount * size, promise.key, promise.values)
            _tell(lambda: service.set_promise(changed, who=author.name(), seen=seen.get(name)))
        if st.button(say("screen.told.drop"), key="promise-drop"):
            _tell(lambda: service.drop_promise(name, who=author.name(), seen=seen.get(name)))


def _add() -> None:
    name = st.text_input(say("cli.promise.name"), key="new-promise", max_chars=40)
    step = st.selectbox(
        say("cli.promise.step"), TICKET_STEPS, key="new-step", format_func=lambda s: say(f"promises.steps.{s}")
    )
    amount, size = _limit("new", 1.0, "hours")
    keys = ("", "channel", "store", "category", "priority", "tier")
    key = st.selectbox(say("cli.promise.about"), keys, key="new-key", format_func=_key_words)
    values = st.text_input(say("screen.told.values"), key="new-values", disabled=not key)
    if st.button(say("screen.told.add_it"), key="promise-add", type="primary"):
        wanted = tuple(filter(None, (v.strip() for v in values.replace("，", ",").replace("、", ",").split(","))))
        new = Promise(name, step, amount * size, key if wanted else "", wanted)
        _tell(lambda: service.set_promise(new, who=author.name(), seen=None))


def _limit(key: str, amount: float, unit: str) -> tuple[float, float]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        given = st.number_input(
            say("cli.promise.limit"), min_value=0.0, value=float(round(amount, 4)), key=f"{key}-amount"
        )
        names = list(UNITS)
        chosen = st.selectbox(
            say("screen.told.unit"), names, index=names.index(unit), key=f"{key}-unit", label_visibility="collapsed",
            format_func=lambda u: say(f"screen.told.unit_{u}"), width=110,
        )
    return float(given), UNITS[chosen]


def _name(known: dict[str, Promise], name: str) -> str:
    return promise_words(known[name]) if name in known else name


def _key_words(key: str) -> str:
    if not key:
        return say("cli.promise.everything")
    return say(f"keys.{key}") if f"keys.{key}" in words() else key


def _about(promise: Promise) -> str:
    if not promise.key:
        return say("cli.promise.everything")
    return say("promises.of_some", key=_key_words(promise.key), values=promise.values)


def _tell(change) -> None:
    try:
        change()
    except XinshengError as error:
        components.refusal(say("screen.told.failed"), say(error.key, **error.values))
        return
    finally:
        st.session_state.pop("told-seen", None)  # whoever was refused has been told the limit that holds now
    st.rerun()
