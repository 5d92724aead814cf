"""Under which name changes are kept: asked once a visit, as there are no accounts."""

from __future__ import annotations

import streamlit as st

from analysis.actions import LONGEST_NAME
from analysis.i18n import say

_KEPT = "author-name"  # outlives the widget, which Streamlit forgets on other pages


def name() -> str:
    """The name that was given; empty before."""
    return st.session_state.get(_KEPT, "")


def line() -> None:
    """Where the name is given."""
    given = st.text_input(
        say("screen.actions.who"), value=name(), key="author", max_chars=LONGEST_NAME, width=240,
        placeholder=say("screen.actions.who_example"), help=say("screen.actions.who_help"),
    )
    st.session_state[_KEPT] = " ".join(given.split())
