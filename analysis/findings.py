"""What deserves attention, ranked: each finding with its evidence and how sure it is.

All tests behind one list are adjusted together (Benjamini-Hochberg), so that of the findings shown at most one
in ten is expected to be a false lead. An empty list means that nothing stands out, which is an answer too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from analysis import compare
from analysis.compare import FALSE_LEADS, MIN_GAP, Certainty, Difference, WeakCell
from analysis.estimate import Estimate
from analysis.i18n import DEFAULT_LANGUAGE, say

FindingKind = Literal["weak", "store", "change", "complaints"]
Tone = Literal["attention", "good"]

# The smallest change against the previous period that is worth a meeting's time, in inside units: two
# points of 0-100, their likeness on the 1-7 and the -100..100 scale, and a tenth of a rate. A large base
# makes far smaller changes certain, not important.
SMALLEST_CHANGE = {"nps": 0.03, "share": 0.02, "score": 2.0, "ces": 0.12}
SMALLEST_RATE_CHANGE = 0.10


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that deserves attention.

    `title` and `evidence` are sentences, `scope` says where ({"touchpoint": …, "dimension": …}), `estimate` is
    the number it is about. `certainty` is a word of the language file, `certainty_key` its key under
    `certainty.`; `tone` says whether it asks for action or is good news; `rank` counts from 1.
    """

    kind: FindingKind
    title: str
    scope: Mapping[str, object]
    estimate: Estimate
    certainty: str
    evidence: tuple[str, ...]
    rank: int
    tone: Tone
    certainty_key: Certainty
    p_adjusted: float

    def at(self, rank: int) -> Finding:
        """The same finding at another rank."""
        return replace(self, rank=rank)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One test that may become a finding.

    `stands` decides at the adjusted p-value whether it holds. `weight` is the near limit of the effect in
    multiples of the smallest effect that matters, which orders findings of equal certainty.
    """

    kind: FindingKind
    scope: Mapping[str, object]
    estimate: Estimate
    p_value: float
    weight: float
    tone: Tone
    title: str
    evidence: tuple[str, ...]
    stands: Callable[[float], bool] = field(repr=False)


def ranked(
    candidates: Sequence[Candidate], *, q: float = FALSE_LEADS, language: str = DEFAULT_LANGUAGE
) -> tuple[Finding, ...]:
    """The candidates that hold after adjusting all of them together, weak dimensions first.

    Within a kind the more certain come first, then those with the larger effect at its near limit.
    """
    adjusted = compare.adjusted([c.p_value for c in candidates]).tolist()
    holding = [(c, p) for c, p in zip(candidates, adjusted, strict=True) if p <= q and c.stands(p)]
    words = [word for _, word in compare.CERTAINTY_LIMITS]
    holding.sort(key=lambda pair: (pair[0].kind != "weak", words.index(compare.certainty(pair[1])), -pair[0].weight))
    return tuple(_finding(c, p, rank, language) for rank, (c, p) in enumerate(holding, start=1))


def weak_candidates(
    cells: Iterable[WeakCell], *, min_gap: float = MIN_GAP, language: str = DEFAULT_LANGUAGE
) -> list[Candidate]:
    """Screened cells as candidates for weaknesses; a cell above the rest counts as a test without result.

    Cells keyed by `store` become findings of the kind "store", all others of the kind "weak".
    """
    return [_weak_candidate(cell, min_gap, language) for cell in cells]


def change_candidate(
    metric: str,
    now: Estimate,
    change: Difference,
    *,
    previous: Estimate,
    scope: Mapping[str, object],
    language: str = DEFAULT_LANGUAGE,
) -> Candidate:
    """A metric's change against the previous period as a candidate.

    `metric` names the sentence: nps, csat, ces, complaint_rate, or touchpoint for a mean of one touchpoint.
    """
    step = change.estimate
    smallest = SMALLEST_CHANGE.get(step.unit, SMALLEST_RATE_CHANGE * max(previous.value, 0.0))
    rising, harmful = step.value > 0, (step.value > 0) == (metric == "complaint_rate")
    factor = 100 if step.unit in ("nps", "share") else 1
    values = {"change": abs(step.value) * factor, **{k: v for k, v in scope.items() if k == "touchpoint"}}
    return Candidate(
        kind="change", scope=dict(scope), estimate=now, p_value=change.p_value,
        weight=_near(step) / smallest if smallest else 0.0, tone="attention" if harmful else "good",
        title=say(f"findings.change.{metric}_{'rise' if rising else 'fall'}", language=language, **values),
        evidence=(
            _said("findings.evidence.now", now, language),
            _said("findings.evidence.previous", previous, language),
            _said("findings.evidence.change", step, language),
        ),
        stands=lambda _p: change.verdict in ("reliable_rise", "reliable_fall") and abs(step.value) >= smallest,
    )


def cause_candidate(
    cause: str,
    now: Estimate,
    change: Difference,
    *,
    previous: Estimate,
    count_change: Difference,
    language: str = DEFAULT_LANGUAGE,
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
        weight=_near(step) / SMALLEST_CHANGE["share"], tone="attention" if rising else "good",
        title=say(f"findings.complaints.{'rise' if rising else 'fall'}", language=language, **values),
        evidence=(
            _said("findings.evidence.now", now, language),
            _said("findings.evidence.previous", previous, language),
            _said("findings.evidence.change", step, language),
        ),
        stands=lambda _p: (
            change.verdict in ("reliable_rise", "reliable_fall")
            and count_change.verdict == change.verdict
            and abs(step.value) >= SMALLEST_CHANGE["share"]
        ),
    )


def _weak_candidate(cell: WeakCell, min_gap: float, language: str) -> Candidate:
    by_store = "store" in cell.keys
    sentence = "store" if by_store else "cell" if "touchpoint" in cell.keys else "dimension"
    low = cell.gap.value <= 0
    return Candidate(
        kind="store" if by_store else "weak", scope=dict(cell.keys), estimate=cell.estimate,
        p_value=1.0 if not low and not math.isnan(cell.p_value) else cell.p_value,
        weight=_near(cell.gap) / min_gap, tone="attention",
        title=say(f"findings.weak.{sentence}", language=language, gap=abs(cell.gap.value), **cell.keys),
        evidence=(
            _said("findings.evidence.now", cell.estimate, language),
            _said("findings.evidence.rest", cell.rest, language),
            _said("findings.evidence.gap", cell.gap, language),
        ),
        stands=lambda p: compare.flag_of(cell, p, min_gap=min_gap) == "weak",
    )


def _finding(candidate: Candidate, p: float, rank: int, language: str) -> Finding:
    key = compare.certainty(p)
    tested = say("findings.evidence.p_small" if p < 0.001 else "findings.evidence.p", language=language, p=p)
    return Finding(
        kind=candidate.kind, title=candidate.title, scope=candidate.scope, estimate=candidate.estimate,
        certainty=say(f"certainty.{key}", language=language), evidence=(*candidate.evidence, tested), rank=rank,
        tone=candidate.tone, certainty_key=key, p_adjusted=p,
    )


def _near(number: Estimate) -> float:
    """The size of a difference at the limit nearer to 0; 0 where the interval holds 0 or is missing."""
    if math.isnan(number.low):
        return 0.0
    return max(number.low, -number.high, 0.0)


def _said(key: str, number: Estimate, language: str) -> str:
    """A sentence about an estimate, in the units people read."""
    factor = 100 if number.unit in ("nps", "share") else 1
    parts = {name: getattr(number, name) * factor for name in ("value", "low", "high")}
    if math.isnan(number.low):
        return say(f"{key}_without_interval", language=language, value=parts["value"], n=number.n)
    return say(key, language=language, n=number.n, **parts)
