"""What the pages ask about the one list of findings and its weak spots. Everything goes through `dashboard.data`."""

from __future__ import annotations

from analysis import briefing
from analysis.schema import Filters
from dashboard import data


def digest(store: object, filters: Filters) -> briefing.Digest:
    """`briefing.digest` from the answers that are kept already, and keeping those that other periods share."""
    return briefing.digest(store, filters, ask=data.ask)


def findings(filters: Filters) -> tuple:
    """What deserves attention, most important first."""
    return data.ask(digest, filters).findings


def tested(filters: Filters) -> bool:
    """Whether the answers sufficed for any test, so that finding nothing means something."""
    return data.ask(digest, filters).tested > 0


def weak_spots(filters: Filters) -> tuple[briefing.WeakSpot, ...]:
    """The weak cells with their priority, and whether comments and complaints say the same."""
    return data.ask(digest, filters).spots
