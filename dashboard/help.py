"""Help in the corner of the window, the same on every page: what the terms mean, and the tour."""

from __future__ import annotations

import streamlit as st

from analysis.i18n import say
from dashboard import glossary, tour


@st.fragment
def control() -> None:
    """A quiet button that opens it; what is inside is drawn only then, and the page is left alone."""
    box = st.popover(
        say("glossary.open"), key="help", type="tertiary", icon=":material/help:", help=say("glossary.open_help"),
        on_change="rerun",
    )
    if box.open:
        with box:
            tour.offer()
            glossary.panel()
