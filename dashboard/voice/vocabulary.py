"""Dimensions and terms of one's own: try out what they would find, keep them, take them back."""

from __future__ import annotations

import streamlit as st

from analysis.briefing.vocabulary import Preview
from analysis.errors import BadTaxonomy
from analysis.i18n import listed, named, say
from dashboard import comments, components, quotes
from dashboard.filters import Selection
from dashboard.formatting import literal

PREVIEW = "vocabulary-preview"


def view(_: Selection) -> None:
    """The form with its preview, and what was added so far."""
    left, right = st.columns([3, 2], gap="small")
    with left:
        form_card()
    with right:
        kept_card()


def form_card() -> None:
    """A dimension, known or new, and terms for it; first tried out, then kept."""
    with components.card(say("screen.vocabulary.title"), say("screen.vocabulary.rule"), key="vocabulary"):
        with st.form("vocabulary-form", border=False):
            known = [d.name for d in comments.common_dimensions()]
            added = [addition.name for addition in comments.additions() if addition.name not in known]
            name = st.selectbox(
                say("screen.vocabulary.name"), [*added, *known], index=None, accept_new_options=True,
                key="vocabulary-name", placeholder=say("screen.vocabulary.name_hint"),
                format_func=lambda name: literal(named(name)),
            )
            terms = st.text_area(
                say("screen.vocabulary.terms"), key="vocabulary-terms", height=80, max_chars=400,
                placeholder=say("screen.vocabulary.terms_hint"),
            )
            tried = st.form_submit_button(say("screen.vocabulary.try"), type="primary", key="vocabulary-try")
        if tried:
            st.session_state[PREVIEW] = _previewed(name or "", terms or "")
        found = st.session_state.get(PREVIEW)
        if isinstance(found, BadTaxonomy):
            components.refusal(say("screen.vocabulary.refused"), say(found.key, **found.values))
        elif found is not None:
            _preview(found)


def kept_card() -> None:
    """What was added, each with its way back; and the terms of a common dimension."""
    additions = comments.additions()
    with components.card(say("screen.vocabulary.kept"), say("screen.vocabulary.kept_rule"), key="vocabulary-kept"):
        if not additions:
            components.quiet_note(say("screen.vocabulary.kept_none"))
        for number, addition in enumerate(additions):
            with st.container(horizontal=True, vertical_alignment="center", key=f"vocabulary-line-{number}"):
                words = say("screen.vocabulary.line", name=addition.name, terms=addition.terms)
                components.quiet_note(words)
                st.button(say("screen.vocabulary.remove"), key=f"vocabulary-remove-{number}", on_click=_remove,
                          args=(addition.name,))
        components.section_label(say("screen.vocabulary.common"))
        shown = st.selectbox(
            say("keys.dimension"), comments.common_dimensions(), key="vocabulary-common",
            format_func=lambda dimension: named(dimension.name), label_visibility="collapsed",
        )
        components.quiet_note(listed(shown.terms))


def _preview(found: Preview) -> None:
    counts = {"name": found.addition.name, "searched": f"{found.searched:,}", "hits": f"{found.hits:,}",
              "before": f"{found.before:,}"}
    components.section_label(say("screen.vocabulary.hits", **counts))
    for term, name in found.moved:
        components.quiet_note(say("cli.own.moved", term=term, dimension=name))
    quotes.wish_list(found.quotes, empty=say("screen.vocabulary.no_hits"))
    st.button(say("screen.vocabulary.keep"), key="vocabulary-keep", type="primary", on_click=_keep)


def _previewed(name: str, terms: str) -> Preview | BadTaxonomy:
    try:
        return comments.previewed(name, terms)
    except BadTaxonomy as refused:
        return refused


def _keep() -> None:
    found = st.session_state.pop(PREVIEW)
    comments.add_terms(found.addition)
    st.session_state["vocabulary-name"], st.session_state["vocabulary-terms"] = None, ""
    st.toast(say("screen.vocabulary.kept_now", name=literal(found.addition.name)))


def _remove(name: str) -> None:
    try:
        comments.remove_terms(name)
    except BadTaxonomy as gone:
        st.toast(say(gone.key, **gone.values))
