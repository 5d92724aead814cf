"""Confidence intervals for counts, vectorised: every function takes numbers or arrays and returns (low, high)."""

from analysis.intervals.exact_nps import EXACT_BELOW, FEW_UNLIKE, nps
from analysis.intervals.formulas import (
    LEVEL,
    PSEUDO_ANSWERS,
    adjusted_nps,
    checked_counts,
    critical_value,
    garwood,
    mover,
    nps_adjusted_wald,
    nps_score,
    t_mean,
    wilson,
)

__all__ = [
    "EXACT_BELOW",
    "FEW_UNLIKE",
    "LEVEL",
    "PSEUDO_ANSWERS",
    "adjusted_nps",
    "checked_counts",
    "critical_value",
    "garwood",
    "mover",
    "nps",
    "nps_adjusted_wald",
    "nps_score",
    "t_mean",
    "wilson",
]
