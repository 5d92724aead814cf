"""What deserves attention, ranked: each finding with its evidence and how sure it is.

An empty list means that nothing stands out, which is an answer too.
"""

from analysis.findings.candidates import (
    SMALLEST_CHANGE,
    cause_candidate,
    change_candidate,
    store_candidate,
    weak_candidates,
)
from analysis.findings.chapters import driver_candidates, issue_candidate, tipping_candidate, week_candidate
from analysis.findings.listing import LOOKED_AT_AGAIN, Candidate, Finding, FindingKind, ranked
from analysis.findings.loop import effect_candidate

__all__ = [
    "LOOKED_AT_AGAIN",
    "SMALLEST_CHANGE",
    "Candidate",
    "Finding",
    "FindingKind",
    "cause_candidate",
    "change_candidate",
    "driver_candidates",
    "effect_candidate",
    "issue_candidate",
    "ranked",
    "store_candidate",
    "tipping_candidate",
    "weak_candidates",
    "week_candidate",
]
