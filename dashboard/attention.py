"""What the pages ask about the one list of findings and its weak spots. Everything goes through `dashboard.data`.

Testing everything takes seconds over many answers, so pages ask for it last and may ask whether it was done already.
"""

from __future__ import annotations

import streamlit as st

from analysis import briefing
from analysis.findings import Finding
from analysis.schema import Filters
from dashboard import data

_REMEMBERED = data.KEPT_ANSWERS


def digest(store: object, filters: Filters) -> briefing.Digest:
    """`briefing.digest` from the answers that are kept already, and keeping those that other periods share."""
    return briefing.digest(store, filters, ask=data.ask)


def findings(filters: Filters) -> tuple[Finding, ...]:
    """What deserves attention, most important first."""
    return _digest(filters).findings


def tested(filters: Filters) -> bool:
    """Whether the answers sufficed for any test, so that finding nothing means something."""
    return _digest(filters).tested > 0


def weak_spots(filters: Filters) -> tuple[briefing.WeakSpot, ...]:
    """The weak cells with their priority, and whether comments and complaints say the same."""
    return _digest(filters).spots


def known(*several: Filters) -> bool:
    """Whether everything was tested under these filters already, so that asking costs nothing."""
    return {(data.revision(), filters) for filters in several} <= _tested()


def test(*several: Filters) -> None:
    """Test everything under these filters, so that asking costs nothing from here on."""
    for filters in several:
        _digest(filters)


def _digest(filters: Filters) -> briefing.Digest:
    found, done = data.ask(digest, filters), _tested()
    if len(done) >= _REMEMBERED:
        done.clear()
    done.add((data.revision(), filters))
    return found


@st.cache_resource(show_spinner=False)
def _tested() -> set[tuple[int, Filters]]:
    return set()
