"""Weak cells, stores, and changes against the period before as candidates for the list."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

from analysis import compare
from analysis.compare import MIN_GAP, PLACE_LEVEL, WEAKEST, Difference, WeakCell
from analysis.estimate import Estimate
from analysis.findings.listing import Candidate
from analysis.i18n import Sentence

# The smallest change against the previous period that is worth a meeting's time, in inside units: two
# points of 0-100, their likeness on the 1-7 and the -100..100 scale, and a tenth of a rate. A large base
# makes far smaller changes certain, not important.
SMALLEST_CHANGE = {"nps": 0.03, "share": 0.02, "score": 2.0, "ces": 0.12}
SMALLEST_RATE_CHANGE = 0.10


def weak_candidates(cells: Iterable[WeakCell], *, min_gap: float = MIN_GAP) -> list[Candidate]:
    """Screened cells as candidates for weaknesses; a cell above the rest counts as a test without result.

    Cells keyed by `store` become findings of the kind "store", all others of the kind "weak".
    """
    return [_weak_candidate(cell, min_gap) for cell in cells]


def store_candidate(
    cell: WeakCell, *, p_value: float, low: bool, place: tuple[int, int, int] | None, min_gap: float = MIN_GAP
) -> Candidate:
    """A store's overall satisfaction against the other stores', held by two witnesses.

    Its mean lies more than `min_gap` below theirs, and its share of satisfied customers lies off theirs beyond the
    spread that all stores share: `p_value` is that of the second test, `low` its direction; the larger p-value counts.
    `place` is (best, worst, of).
    """
    found = _weak_candidate(cell, min_gap)
    said = () if place is None else (
        Sentence("findings.evidence.place", {"low": place[0], "high": place[1], "of": place[2]}),
    )
    p = max(found.p_value, p_value) if low else (found.p_value if math.isnan(found.p_value) else 1.0)
    return replace(
        found, p_value=p, method="two_witnesses", reasons=(*found.reasons, *said),
        stands=lambda q: low and found.stands(q),
    )


def change_candidate(
    metric: str, now: Estimate, change: Difference, *, previous: Estimate, scope: Mapping[str, object]
) -> Candidate:
    """A metric's change against the previous period as a candidate.

    `metric` names the sentence: nps, csat, ces, complaint_rate, or touchpoint for a mean of one touchpoint.
    """
    step = change.estimate
    smallest = smallest_change(step, previous)
    rising, harmful = step.value > 0, (step.value > 0) == (metric == "complaint_rate")
    values = {"change": abs(displayed(step)), **{k: v for k, v in scope.items() if k == "touchpoint"}}
    return Candidate(
        kind="change", scope=dict(scope), estimate=now, p_value=change.p_value,
        weight=near(step) / smallest if smallest else 0.0, tone="attention" if harmful else "good",
        headline=Sentence(f"findings.change.{metric}_{'rise' if rising else 'fall'}", values),
        reasons=(stated("now", now), stated("previous", previous), stated("change", step)),
        stands=lambda _p: change.verdict in ("reliable_rise", "reliable_fall") and abs(step.value) >= smallest,
    )


def cause_candidate(
    cause: str, now: Estimate, change: Difference, *, previous: Estimate, count_change: Difference
) -> Candidate:
    """The changed share of one cause among the complaints as a candidate.

    Shares add up to one, so a cause that shrinks lifts all others. `count_change` is the change of the
    cause's own rate; unless it goes the same way reliably, the cause itself did not change.
    """
    step = change.estimate
    rising = step.value > 0
    values = {"cause": cause, "before": previous.value, "now": now.value}
    return Candidate(
        kind="complaints", scope={"category": cause}, estimate=now, p_value=change.p_value,
        weight=near(step) / SMALLEST_CHANGE["share"], tone="attention" if rising else "good",
        headline=Sentence(f"findings.complaints.{'rise' if rising else 'fall'}", values),
        reasons=(stated("now", now), stated("previous", previous), stated("change", step)),
        stands=lambda _p: (
            change.verdict in ("reliable_rise", "reliable_fall")
            and count_change.verdict == change.verdict
            and abs(step.value) >= SMALLEST_CHANGE["share"]
        ),
    )


def smallest_change(step: Estimate, before: Estimate) -> float:
    """The smallest step of this unit that is worth naming; of a rate a part of what it was."""
    return SMALLEST_CHANGE.get(step.unit, SMALLEST_RATE_CHANGE * max(before.value, 0.0))


def near(number: Estimate) -> float:
    """The size of a difference at the limit nearer to 0; 0 where the interval holds 0 or is missing."""
    if math.isnan(number.low):
        return 0.0
    return max(number.low, -number.high, 0.0)


def displayed(number: Estimate) -> float:
    """The value in the units people read."""
    return number.value * _factor(number)


def stated(name: str, number: Estimate) -> Sentence:
    """A sentence about an estimate, in the units people read; `name` is its key under `findings.evidence.`."""
    parts = {part: getattr(number, part) * _factor(number) for part in ("value", "low", "high")}
    if math.isnan(number.low):
        return Sentence(f"findings.evidence.{name}_without_interval", {"value": parts["value"], "n": number.n})
    return Sentence(f"findings.evidence.{name}", {"n": number.n, **parts})


def _factor(number: Estimate) -> float:
    return 100.0 if number.unit in ("nps", "share") else 1.0


def _weak_candidate(cell: WeakCell, min_gap: float) -> Candidate:
    by_store = "store" in cell.keys
    sentence = "store" if by_store else "cell" if "touchpoint" in cell.keys else "dimension"
    low = cell.gap.value <= 0
    return Candidate(
        kind="store" if by_store else "weak", scope=dict(cell.keys), estimate=cell.estimate,
        p_value=1.0 if not low and not math.isnan(cell.p_value) else cell.p_value,
        weight=near(cell.gap) / min_gap, tone="attention",
        headline=Sentence(f"findings.weak.{sentence}", {"gap": abs(cell.gap.value), **cell.keys}),
        reasons=(
            stated("now", cell.estimate), stated("gap", cell.gap),
            stated("own_rest" if cell.paired else "rest", cell.rest), *_firmness(cell),
        ),
        stands=lambda p: compare.flag_of(cell, p, min_gap=min_gap) == "weak",
        method="paired" if cell.paired else "welch", margin=True,
    )


def _firmness(cell: WeakCell) -> tuple[Sentence, ...]:
    places = cell.places
    if places is None:
        return ()
    values = {"share": places.among_weakest, "weakest": WEAKEST, "low": places.low, "high": places.high,
              "of": places.of, "level": PLACE_LEVEL}
    return (Sentence("findings.evidence.places", values),)
