"""Everything that may deserve attention in a period, put to one test together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.briefing.cards import headline_changes
from analysis.briefing.complaints import complaint_causes
from analysis.briefing.journey import touchpoint_changes
from analysis.briefing.periods import satisfaction
from analysis.briefing.weakness import dimension_gaps, particular, store_gaps, touchpoint_gaps
from analysis.estimate import FLOOR_RANKED
from analysis.findings import Candidate, Finding, cause_candidate, change_candidate, ranked, weak_candidates
from analysis.i18n import DEFAULT_LANGUAGE
from analysis.schema import Filters

if TYPE_CHECKING:
    from analysis.store import Warehouse


def findings(store: Warehouse, filters: Filters, *, language: str = DEFAULT_LANGUAGE) -> tuple[Finding, ...]:
    """Weak dimensions, weak stores, reliable changes and shifted causes of complaint; empty if nothing stands out.

    Changes are tested only where the period has one before it. A dimension that is weak only through a
    touchpoint named already is not named again.
    """
    rows = particular(satisfaction(store, ["touchpoint"], filters))
    gaps = [*touchpoint_gaps(rows), *dimension_gaps(rows), *store_gaps(store, filters)]
    changes = _changes(store, filters, language) if filters.previous() else []
    return _without_echoes(ranked([*weak_candidates(gaps, language=language), *changes], language=language))


def _changes(store: Warehouse, filters: Filters, language: str) -> list[Candidate]:
    found = [
        change_candidate(
            h.metric, h.estimate, h.difference, previous=h.previous, scope={"metric": h.metric}, language=language
        )
        for h in headline_changes(store, filters)
        if h.previous.n
    ]
    found += [
        change_candidate("touchpoint", now, step, previous=previous, scope={"touchpoint": name}, language=language)
        for name, (now, previous, step) in touchpoint_changes(store, filters).items()
        if min(now.n, previous.n) >= FLOOR_RANKED
    ]
    found += [
        cause_candidate(
            c.category, c.estimate, c.difference, previous=c.previous, count_change=c.rate_change, language=language
        )
        for c in complaint_causes(store, filters)
        if c.previous.n
    ]
    return found


def _without_echoes(found: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings without a dimension whose weakness a touchpoint's finding tells already, ranks closed up."""
    told = {f.scope["dimension"] for f in found if f.kind == "weak" and "touchpoint" in f.scope}
    kept = [
        f for f in found
        if f.kind != "weak" or "touchpoint" in f.scope or f.scope["dimension"] not in told
    ]
    return tuple(f.at(rank) for rank, f in enumerate(kept, start=1))
