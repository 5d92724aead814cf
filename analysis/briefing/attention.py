"""Everything that may deserve attention in a period, put to one test together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from analysis.actions import Action
from analysis.briefing.cards import headline_changes
from analysis.briefing.complaints import complaint_causes
from analysis.briefing.effect_findings import effect_tests
from analysis.briefing.emerging import emerging_issues
from analysis.briefing.importance import driver_report
from analysis.briefing.journey import touchpoint_changes
from analysis.briefing.priorities import WeakSpot, spots_of
from analysis.briefing.rankings import ranking
from analysis.briefing.waiting import wait_curves
from analysis.briefing.weakness import store_gaps, weak_dimensions
from analysis.briefing.weekly import judged_period, judged_weeks
from analysis.estimate import FLOOR_RANKED
from analysis.findings import (
    Candidate,
    Finding,
    cause_candidate,
    change_candidate,
    driver_candidates,
    issue_candidate,
    ranked,
    store_candidate,
    tipping_candidate,
    weak_candidates,
    week_candidate,
)
from analysis.i18n import Sentence
from analysis.schema import Filters

if TYPE_CHECKING:
    from analysis.store import Warehouse

# Answers a question of this package about filters: `question(store, filters)`, or what was kept of it.
Ask = Callable[[Callable[..., Any], Filters], Any]

# A period of a week or less has single weeks for its changes, and those are judged by their control limits alone.
_DAYS_OF_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Digest:
    """The list of findings, and the weak spots among them with their priority and witnesses.

    `tested` is how many tests the answers sufficed for: without any, an empty list says nothing of the service.
    """

    findings: tuple[Finding, ...]
    spots: tuple[WeakSpot, ...]
    tested: int = 0


def findings(store: Warehouse, filters: Filters) -> tuple[Finding, ...]:
    """What stands out in all chapters, one list; empty if nothing does. See `digest`."""
    return digest(store, filters).findings


def digest(
    store: Warehouse, filters: Filters, *, ask: Ask | None = None, actions: tuple[Action, ...] | None = None
) -> Digest:
    """What stands out in all chapters, and what is known of its weak spots, from one computation.

    Weak dimensions, stores off the others, waits that break satisfaction, new issues, weeks beyond their control
    limits, changes against the period before where there is one, shifted causes of complaint, what goes with
    satisfaction, and the effects of `actions` (None: the store's), unless filters narrow the answers down. What
    another finding tells already is not told again.

    A page that asks the same of two periods passes its kept answers as `ask`: new weeks and new issues are those of the
    period's end, whatever its beginning.
    """
    ask = ask or (lambda question, about: question(store, about))
    report, drivers = ask(weak_dimensions, filters), ask(driver_report, filters)
    tests = [
        *weak_candidates((*report.cells, *report.dimensions)), *_stores(store, filters, ask),
        *(tipping_candidate(c.touchpoint, c.dimension, c.tipping, p_value=c.p_value)
          for c in ask(wait_curves, filters)),
        *(issue_candidate(i.phrase, recent=i.recent, before=i.before, share=i.weeks[-1][2], p_familywise=i.p_familywise)
          for i in ask(emerging_issues, replace(filters, start=None))),
        *(week_candidate(w.keys, w.metric, w.week, w.now, usual=w.usual, p_value=w.p_value, beyond=w.beyond)
          for w in ask(judged_weeks, judged_period(store, filters))),
        *_changes(store, filters, ask), *driver_candidates(drivers),
        *_effects(store, filters, ask, actions),
    ]
    found = _without_echoes(ranked(tests))
    spots = spots_of(store, filters, report, drivers)
    told = {_place(spot.cell.keys): spot for spot in spots}
    witnessed = (_witnessed(f, told.get(_place(f.scope))) if f.kind == "weak" else f for f in found)
    return Digest(tuple(witnessed), spots, sum(test.p_value == test.p_value for test in tests))


def _stores(store: Warehouse, filters: Filters, ask: Ask) -> list[Candidate]:
    found = ask(ranking, filters)
    units = {unit.name: unit for unit in found.units}
    of = sum(unit.place_low is not None for unit in found.units)
    tests = []
    for cell in store_gaps(store, filters):
        unit = units.get(str(cell.keys["store"]))
        if unit is not None:
            place = None if unit.place_low is None else (unit.place_low, unit.place_high, of)
            tests.append(store_candidate(cell, p_value=unit.p_value, low=unit.gap < 0, place=place))
    return tests


def _changes(store: Warehouse, filters: Filters, ask: Ask) -> list[Candidate]:
    before = filters.previous()
    if before is None or (filters.end - filters.start).days < _DAYS_OF_A_WEEK:
        return []
    found = [
        change_candidate(h.metric, h.estimate, h.difference, previous=h.previous, scope={"metric": h.metric})
        for h in ask(headline_changes, filters)
        if h.previous.n
    ]
    found += [
        change_candidate("touchpoint", now, step, previous=previous, scope={"touchpoint": name})
        for name, (now, previous, step) in ask(touchpoint_changes, filters).items()
        if min(now.n, previous.n) >= FLOOR_RANKED
    ]
    found += [
        cause_candidate(c.category, c.estimate, c.difference, previous=c.previous, count_change=c.rate_change)
        for c in ask(complaint_causes, filters)
        if c.previous.n
    ]
    return found


def _effects(
    store: Warehouse, filters: Filters, ask: Ask, actions: tuple[Action, ...] | None
) -> Sequence[Candidate]:
    if actions is not None:
        return effect_tests(store, filters, actions)
    # An action is judged by all data up to the period's end, whenever that began.
    return ask(effect_tests, replace(filters, start=None))


def _without_echoes(found: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings without those that another one tells, ranks closed up.

    A dimension that is weak through a touchpoint named already, and further charts that show the same question's week
    going the same way: the surest one stays.
    """
    places = {f.scope["dimension"] for f in found if f.kind == "weak" and "touchpoint" in f.scope}
    surest: dict[tuple, Finding] = {}
    for f in found:
        key = _course(f)
        if f.kind == "week" and (key not in surest or f.p_value < surest[key].p_value):
            surest[key] = f
    kept = [
        f for f in found
        if not (f.kind == "weak" and "touchpoint" not in f.scope and f.scope["dimension"] in places)
        and not (f.kind == "week" and surest[_course(f)] is not f)
    ]
    return tuple(f.at(rank) for rank, f in enumerate(kept, start=1))


def _course(finding: Finding) -> tuple:
    scope = finding.scope
    return finding.kind, scope.get("metric"), scope.get("dimension"), scope.get("week"), finding.tone


def _place(keys) -> tuple:
    return keys.get("touchpoint"), keys.get("dimension")


def _witnessed(finding: Finding, spot: WeakSpot | None) -> Finding:
    """A weakness with its priority and what comments and complaints say of it, before how it was tested."""
    if spot is None:
        return finding
    weighed = () if not spot.priority.shown else (
        Sentence("findings.evidence.priority", {
            "gap": -spot.cell.gap.value, "share": spot.importance.value, "value": spot.priority.value,
            "low": spot.priority.low, "high": spot.priority.high,
        }),
    )
    said = tuple(w.evidence for w in spot.witnesses[1:])
    return replace(finding, reasons=(*finding.reasons[:-1], *weighed, *said, finding.reasons[-1]))
