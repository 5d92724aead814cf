"""Whether numbers are weighted, said where they stand: none is but those beside the headline metrics."""

from __future__ import annotations

from datetime import date

from analysis import briefing
from analysis.i18n import say
from analysis.schema import Filters
from dashboard import data


def note() -> str:
    """The line under the filters of every page once shares of customers are known; empty before."""
    known = data.ask_store("population")
    return say("weighting.off", margins=briefing.margin_names(tuple(known))) if known else ""


def state(days: tuple[date, date] | None = None) -> str:
    """Whether a number of these days is weighted, and what the known shares would cost: effective n, design effect."""
    weighted = data.ask(briefing.weighting_state, Filters(*days)) if days else None
    if weighted is None:
        return say("formulas.unweighted")
    return say("formulas.unweighted_known", words=briefing.weighting_words(weighted))
