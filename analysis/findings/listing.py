"""One list of findings over all chapters, false discoveries controlled over the whole of it.

Every test of every chapter enters one Benjamini-Hochberg adjustment [1], so that of the findings shown at most one in
ten is expected to be a false lead. Its guarantee asks for tests that are independent or positively dependent [2];
those of one list overlap (a store's answers are also its touchpoint's) and are two-sided in part, for which the
adjustment has been found to hold its level by theory and simulation [3]. The correction for arbitrary dependence [2]
would divide the level by ln(m), about six here, for dependences that answers do not show; docs/statistics.md has the
rate in a simulated year of nothing.

The list is read every week. Fifty-two looks at a level of one in ten would name something false five times a year, so
tests of "no difference at all" enter with a fifth of the weight [4], which brings that to one. Tests of a difference
beyond a margin keep their weight: where nothing differs they stay far from it; so do tests whose data were fixed in
advance, as another look at them sees nothing new. Among weeks of control charts those of many stores together weigh
more than those of single stores, with the same sum [4].

References
----------
1. Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate.
2. Benjamini, Y. and Yekutieli, D. (2001). The control of the false discovery rate in multiple testing under dependency.
3. Reiner-Benaim, A. (2007). FDR control by the BH procedure for two-sided correlated tests.
4. Genovese, C. R., Roeder, K. and Wasserman, L. (2006). False discovery control with p-value weighting: weights that
   are 1 on average or less keep the level.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from analysis import compare
from analysis.compare import FALSE_LEADS, Certainty
from analysis.estimate import Estimate
from analysis.i18n import Sentence, say

FindingKind = Literal["weak", "store", "tipping", "issue", "week", "change", "complaints", "driver", "effect"]
Tone = Literal["attention", "good"]
Method = Literal[
    "paired", "welch", "two_witnesses", "wild_bootstrap", "familywise", "control_chart", "period_test", "coefficient",
    "difference_in_differences", "interrupted_series",
]

# The order of chapters among equally sure findings: what to act on first.
CHAPTERS: tuple[FindingKind, ...] = (
    "weak", "store", "effect", "tipping", "issue", "week", "change", "complaints", "driver",
)
# The factor on p-values of tests without a margin, as the list is looked at again every week.
LOOKED_AT_AGAIN = 5.0
# How much more a week of many stores together weighs than a week of one: single stores are most of the tests, and few
# of their weeks hold answers enough to prove anything. Weights average 1 over the list, which keeps its level [4].
WIDE = 5.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that deserves attention.

    `headline` and `reasons` are sentences, `scope` says where ({"touchpoint": …, "dimension": …}), `estimate` is
    the number it is about. `certainty_key` is the word's key under `certainty.`; `tone` says whether it asks for action
    or is good news; `rank` counts from 1. `p_value` is that of its own test by `method` (NaN unknown), `p_adjusted` the
    one over the whole list. Its words are in the language spoken where they are read.
    """

    kind: FindingKind
    headline: Sentence
    scope: Mapping[str, object]
    estimate: Estimate
    reasons: tuple[Sentence, ...]
    rank: int
    tone: Tone
    certainty_key: Certainty
    p_adjusted: float
    p_value: float = math.nan
    method: Method = "period_test"

    @property
    def title(self) -> str:
        """What was found."""
        return self.headline.said()

    @property
    def evidence(self) -> tuple[str, ...]:
        """What it rests on, sentence by sentence."""
        return tuple(reason.said() for reason in self.reasons)

    @property
    def certainty(self) -> str:
        """How sure it is, in a word."""
        return say(f"certainty.{self.certainty_key}")

    def at(self, rank: int) -> Finding:
        """The same finding at another rank."""
        return replace(self, rank=rank)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One test that may become a finding.

    `stands` decides at the adjusted p-value whether it holds. `weight` is the near limit of the effect in
    multiples of the smallest effect that matters, which orders findings of equal certainty. `margin` says that the test
    is against a smallest difference, not against none; `once` that its data were fixed in advance and no longer change.
    """

    kind: FindingKind
    scope: Mapping[str, object]
    estimate: Estimate
    p_value: float
    weight: float
    tone: Tone
    headline: Sentence
    reasons: tuple[Sentence, ...]
    stands: Callable[[float], bool] = field(repr=False)
    method: Method = "period_test"
    margin: bool = False
    once: bool = False


def ranked(candidates: Sequence[Candidate], *, q: float = FALSE_LEADS) -> tuple[Finding, ...]:
    """The candidates that hold after adjusting all of them together, weak dimensions first.

    Further on the more certain come first, then the chapters in their order, then the larger effect at its near limit.
    """
    adjusted = compare.adjusted(_weighted(candidates)).tolist()
    holding = [(c, p) for c, p in zip(candidates, adjusted, strict=True) if p <= q and c.stands(p)]
    holding.sort(key=_order)
    return tuple(_finding(c, p, rank) for rank, (c, p) in enumerate(holding, start=1))


def _weighted(candidates: Sequence[Candidate]) -> list[float]:
    """p-values with the weights of their tests: see `LOOKED_AT_AGAIN` and `WIDE`."""
    weeks = [_width(c) for c in candidates if c.kind == "week" and not math.isnan(c.p_value)]
    usual = sum(weeks) / len(weeks) if weeks else 1.0
    return [_weighed(c, usual) for c in candidates]


def _weighed(candidate: Candidate, usual: float) -> float:
    if candidate.margin or candidate.once or math.isnan(candidate.p_value):
        return candidate.p_value
    weight = _width(candidate) / usual if candidate.kind == "week" else 1.0
    return min(1.0, LOOKED_AT_AGAIN * candidate.p_value / weight)


def _width(candidate: Candidate) -> float:
    return 1.0 if "store" in candidate.scope else WIDE


def _order(pair: tuple[Candidate, float]) -> tuple:
    found, p = pair
    words = [word for _, word in compare.CERTAINTY_LIMITS]
    return found.kind != "weak", words.index(compare.certainty(p)), CHAPTERS.index(found.kind), -found.weight


def _finding(candidate: Candidate, p: float, rank: int) -> Finding:
    tested = Sentence("findings.evidence.p_small" if p < 0.001 else "findings.evidence.p", {"p": p})
    method = Sentence(f"findings.method.{candidate.method}")
    return Finding(
        kind=candidate.kind, headline=candidate.headline, scope=candidate.scope, estimate=candidate.estimate,
        reasons=(*candidate.reasons, Sentence("findings.evidence.tested", {"tested": tested, "method": method})),
        rank=rank, tone=candidate.tone, certainty_key=compare.certainty(p), p_adjusted=p, p_value=candidate.p_value,
        method=candidate.method,
    )
