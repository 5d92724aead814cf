"""Two groups or periods side by side, and which cell of many really stands out."""

from analysis.compare.groups import (
    Difference,
    Verdict,
    difference,
    mean_difference,
    nps_difference,
    rate_difference,
    share_difference,
)
from analysis.compare.moments import NO_ANSWERS, Moments, mean_estimate, moments_by
from analysis.compare.screening import (
    CERTAINTY_LIMITS,
    FALSE_LEADS,
    MIN_GAP,
    Certainty,
    Flag,
    WeakCell,
    adjusted,
    cell_gaps,
    certainty,
    flag_of,
    flagged,
    weak_cells,
)

__all__ = [
    "CERTAINTY_LIMITS",
    "FALSE_LEADS",
    "MIN_GAP",
    "NO_ANSWERS",
    "Certainty",
    "Difference",
    "Flag",
    "Moments",
    "Verdict",
    "WeakCell",
    "adjusted",
    "cell_gaps",
    "certainty",
    "difference",
    "flag_of",
    "flagged",
    "mean_difference",
    "mean_estimate",
    "moments_by",
    "nps_difference",
    "rate_difference",
    "share_difference",
    "weak_cells",
]
