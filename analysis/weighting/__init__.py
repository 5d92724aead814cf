"""Answers weighted to the customers there are, and what that costs."""

from analysis.weighting.cells import weighted_cells, weighted_estimate
from analysis.weighting.estimates import WeightedMean, stratified_mean, weighted_mean, weighted_nps, weighted_share
from analysis.weighting.raking import (
    HIGH_DESIGN_EFFECT,
    TRIM_AT,
    StrataWeights,
    WeightingRefused,
    Weights,
    n_effective,
    rake,
    rake_strata,
    rake_table,
)

__all__ = [
    "HIGH_DESIGN_EFFECT",
    "TRIM_AT",
    "StrataWeights",
    "WeightedMean",
    "WeightingRefused",
    "Weights",
    "n_effective",
    "rake",
    "rake_strata",
    "rake_table",
    "stratified_mean",
    "weighted_cells",
    "weighted_estimate",
    "weighted_mean",
    "weighted_nps",
    "weighted_share",
]
