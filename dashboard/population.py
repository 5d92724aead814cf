"""Telling what share of the customers is of which kind, so that the headline numbers stand weighted too."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from analysis.errors import XinshengError
from analysis.i18n import say, words
from analysis.schema import CUSTOMER_KEYS
from dashboard import components, data
from dashboard.formatting import literal

VALUES_LISTED = 30  # more shares than this nobody types in
COLUMNS = 5


def card() -> None:
    """One key at a time: a number for each of its values, kept or forgotten by a button."""
    offered = _offered()
    if not offered:
        return
    known: Mapping[str, Mapping[str, float]] = data.ask_store("population")
    with components.card(say("screen.population.title"), say("screen.population.rule"), key="population"):
        key = st.segmented_control(
            say("screen.population.key"), list(offered), default=next(iter(offered)), required=True,
            key="population-key", format_func=_name, label_visibility="collapsed",
        )
        _form(key, offered[key], known.get(key, {}))
        components.quiet_note(_state(known))


def _offered() -> dict[str, tuple[str, ...]]:
    """The keys a customer has, each with its values; none where a key has one value only, or too many."""
    keys = {key: tuple(data.values(key)) for key in CUSTOMER_KEYS} | dict(data.attributes())
    return {key: values for key, values in keys.items() if 2 <= len(values) <= VALUES_LISTED}


def _form(key: str, values: tuple[str, ...], known: Mapping[str, float]) -> None:
    with st.form(f"population-{key}", border=False):
        columns = st.columns(COLUMNS, gap="small")
        for place, value in enumerate(values):
            columns[place % COLUMNS].number_input(
                literal(value), min_value=0.0, max_value=100.0, step=1.0, format="%.1f",
                value=100 * known.get(value, 0.0), key=f"share-{key}-{value}",
            )
        with st.container(horizontal=True, gap="small"):
            kept = st.form_submit_button(say("screen.population.keep"), type="primary")
            forgotten = st.form_submit_button(say("screen.population.forget"), disabled=not known)
    if kept or forgotten:
        _keep(key, {value: st.session_state[f"share-{key}-{value}"] for value in values} if kept else {})


def _keep(key: str, shares: Mapping[str, float]) -> None:
    try:
        data.warehouse().set_population(key, shares)
    except XinshengError as error:
        components.refusal(say("screen.population.failed"), say(error.key, **{**error.values, "name": _name(key)}))
        return
    for value in shares:
        st.session_state.pop(f"share-{key}-{value}", None)
    st.rerun()


def _state(known: Mapping[str, Mapping[str, float]]) -> str:
    if not known:
        return say("screen.population.none")
    told = [
        say("lists.about", name=_name(key), what=[f"{value} {100 * share:.1f}%" for value, share in shares.items()])
        for key, shares in known.items()
    ]
    return say("screen.population.known", shares=say("lists.clauses").join(told))


def _name(key: str) -> str:
    return say(f"keys.{key}") if f"keys.{key}" in words() else literal(key)
