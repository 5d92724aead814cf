"""Drivers with their intervals and warnings, from pair moments.

"Goes with" is all that can be said: no answer sheet shows what would happen if a dimension were improved.

References
----------
1. Groemping, U. (2006). Relative importance for linear regression in R: the package relaimpo.
2. Efron, B. and Tibshirani, R. J. (1993). An Introduction to the Bootstrap. Resampled here are random groups of
   customers, so that one person's answers stay together and the cost does not grow with their number.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import scipy
from numpy.typing import NDArray

from analysis.drivers.importance import LMG_PREDICTORS, importance, standardised_beta, variance_inflation
from analysis.drivers.moments import PairMoments
from analysis.estimate import FLOOR_SHOWN, Estimate

# Fewer people than this, or than ten a dimension, carry no driver analysis.
FEWEST_ANSWERS = 100
ANSWERS_PER_DIMENSION = 10
# Fewer random groups of customers than this hold only a handful of customers, however often they answered.
FEWEST_BLOCKS = 20
# Below this the questions explain little of satisfaction and no ranking of them is shown.
WEAK_R_SQUARED = 0.10
# Above these, dimensions overlap so much that their parts cannot be told apart.
HIGH_INFLATION = 5.0
ONE_FACTOR = 0.70
DRAWS, DRIVER_LEVEL = 500, 0.90
# A shuffled column's part of R squared stays below this quantile of its chance distribution.
_NOISE_QUANTILE = 0.95
_SEED = 19800101
_COPY = 1e-9  # correlations this close to 1 or -1 are those of one question

DriverVerdict = Literal["goes_with", "not_enough_evidence"]
DriverWarning = Literal["suppressor", "pieced", "overlap"]
Refusal = Literal["too_few", "very_few", "repeats", "constant_outcome", "inconsistent", "no_dimensions"]


@dataclass(frozen=True, slots=True)
class Driver:
    """One dimension's part of R squared with its `DRIVER_LEVEL` limits, and its own performance.

    `importance` is in units of R squared: all drivers' sum to it. `correlation` is with the outcome, `sign` that of
    the coefficient beside what else each person answered; `n` people answered both. `performance` is None where it was
    not given. `p_value` is that of such a coefficient of 0, from its spread over the resamples. "suppressor": the sign
    is not that of the correlation; "pieced": only the correlations pieced together from different people say so.
    """

    dimension: str
    importance: float
    low: float
    high: float
    n: int
    correlation: float
    sign: int
    inflation: float
    verdict: DriverVerdict
    warnings: tuple[DriverWarning, ...]
    performance: Estimate | None = None
    p_value: float = math.nan

    @property
    def as_estimate(self) -> Estimate:
        """The importance with its limits, as a share."""
        return Estimate(self.importance, self.low, self.high, self.n, "share")


@dataclass(frozen=True, slots=True)
class DriverReport:
    """What goes with the target, the most important first, and what to know before believing it.

    `refused` says why there are no drivers. `weak`: together they explain less than `WEAK_R_SQUARED`. `one_factor`:
    the dimensions move as one, so that their order means little. `among` is R squared within people: what the answers
    that each person gave explain. `dropped` had equal answers throughout; `merged` say
    the same as another question, or as the target, and count once; `apart` were asked of other people than the rest, as
    questions of another touchpoint are, and need an analysis of their own.
    """

    target: str
    r_squared: float
    low: float
    high: float
    n: int
    drivers: tuple[Driver, ...]
    method: Literal["lmg", "johnson"]
    dropped: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    one_factor: bool = False
    refused: Refusal | None = None
    among: Estimate | None = None

    @property
    def pieced(self) -> bool:
        """Whether R squared is more than people's own answers explain, as it joins those who were asked other things.

        Where a dimension weighs more with those who were asked less, the parts of all of them together overshoot.
        """
        return self.among is not None and self.among.high < self.low - _COPY

    @property
    def weak(self) -> bool:
        """Whether the dimensions explain too little to be ranked."""
        return not self.refused and self.r_squared < WEAK_R_SQUARED


def drivers(
    moments: PairMoments, *, performance: Mapping[str, Estimate] | None = None, draws: int = DRAWS,
    level: float = DRIVER_LEVEL,
) -> DriverReport:
    """The dimensions' parts of R squared of the last question of `moments` [1], with percentile limits [2].

    A dimension that was skipped counts for the people who answered it; nothing is filled in. Dimensions without
    spread, and those whose answers are exactly in step with another question's, are dropped and named, as are those
    that too few people answered together with the others: `FEWEST_ANSWERS`, and `ANSWERS_PER_DIMENSION` for each
    dimension. Refused where none is left, where a handful of customers gave all answers (`FEWEST_BLOCKS`), and where
    the pairs contradict each other (no positive definite matrix).
    """
    target = moments.names[-1]
    answered = moments.n.sum(axis=0)[:, -1]
    if 0 < answered[-1] < FEWEST_ANSWERS:
        # Of so few nothing else is said: that all answered the same, say, would be what each of them answered.
        return _refused(target, "too_few", (), n=int(answered[:-1].max(initial=0)))
    if answered[-1] and moments.blocks < FEWEST_BLOCKS:
        return _refused(target, "repeats", ())
    kept, dropped = _with_spread(moments)
    if kept is None:
        return _refused(target, "constant_outcome", dropped)
    if len(kept.names) == 1:
        return _refused(target, "no_dimensions", dropped)
    most = int(kept.n.sum(axis=0)[:-1, -1].max())
    kept, apart = _asked_together(kept)
    if len(kept.names) == 1:
        return _refused(target, "too_few", dropped, n=most)
    kept, merged = _without_copies(kept)
    if len(kept.names) == 1:
        return _refused(target, "inconsistent", dropped, n=most)
    n, whole = kept.n.sum(axis=0), kept.correlations()
    if not _definite(whole):
        return _refused(target, "inconsistent", dropped, n=int(n.min()))
    found = _report(kept, whole, n, performance or {}, draws, level)
    return replace(found, dropped=dropped, apart=apart, merged=merged)


def _report(
    kept: PairMoments, whole: NDArray, n: NDArray, performance: Mapping[str, Estimate], draws: int, level: float
) -> DriverReport:
    parts, beta, inflation = importance(whole), standardised_beta(whole), variance_inflation(whole)
    drawn, among, coefficients = _resampled(kept, draws)
    attained, own = kept.among_people()
    with np.errstate(invalid="ignore", divide="ignore"):
        p_values = 2 * scipy.stats.norm.sf(np.abs(own) / coefficients.std(axis=0, ddof=1))
    tails = [(1 - level) / 2, (1 + level) / 2]
    low, high = np.quantile(drawn, tails, axis=0)
    found = [
        _driver(
            name, *map(float, (parts[i], low[i], high[i], n[i, -1], whole[i, -1], beta[i], own[i], inflation[i])),
            unexplained=1 - float(parts.sum()), performance=performance.get(name), p_value=float(p_values[i]),
        )
        for i, name in enumerate(kept.names[:-1])
    ]
    r_low, r_high = np.quantile(drawn.sum(axis=1), tails)
    share = float(np.linalg.eigvalsh(whole[:-1, :-1])[-1]) / len(found)
    return DriverReport(
        kept.names[-1], float(parts.sum()), float(r_low), float(r_high), int(n.min()),
        tuple(sorted(found, key=lambda d: -d.importance)), "lmg" if len(found) <= LMG_PREDICTORS else "johnson",
        one_factor=len(found) > 2 and share > ONE_FACTOR,
        among=Estimate(float(attained), *map(float, np.quantile(among, tails)), int(n[-1, -1]), "share"),
    )


def _driver(
    name: str, part: float, low: float, high: float, n: float, r: float, beta: float, own: float, inflation: float, *,
    unexplained: float, performance: Estimate | None, p_value: float,
) -> Driver:
    noise = float(scipy.stats.chi2.ppf(_NOISE_QUANTILE, 1)) * unexplained / n
    warnings: tuple[DriverWarning, ...] = ("suppressor",) if r * own < 0 else ("pieced",) if r * beta < 0 else ()
    if inflation > HIGH_INFLATION:
        warnings = (*warnings, "overlap")
    verdict: DriverVerdict = "goes_with" if low > noise else "not_enough_evidence"
    sign = int(math.copysign(1, own))
    return Driver(name, part, low, high, int(n), r, sign, inflation, verdict, warnings, performance, p_value)


def _resampled(
    moments: PairMoments, draws: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Importance, R squared within people and its slopes in each resample of the blocks, up to `draws` of each.

    Resamples without an answer are left out.
    """
    blocks = moments.blocks
    counts = np.random.default_rng(_SEED).multinomial(blocks, np.full(blocks, 1 / blocks), size=draws)
    correlations = moments.correlations(counts.astype(float))
    sound = np.array([_definite(matrix) for matrix in correlations])
    return importance(correlations[sound]), *moments.among_people(counts[sound].astype(float))


def _with_spread(moments: PairMoments) -> tuple[PairMoments | None, tuple[str, ...]]:
    """The questions whose answers differ, and the names of the others; None where the outcome is among those."""
    own = np.diagonal(moments.correlations())
    dropped = tuple(name for name, r in zip(moments.names, own, strict=True) if math.isnan(r))
    if moments.names[-1] in dropped:
        return None, dropped
    return moments.keeping([name for name in moments.names if name not in dropped]), dropped


def _asked_together(moments: PairMoments) -> tuple[PairMoments, tuple[str, ...]]:
    """Dimensions of which every pair was answered by people enough, and the names of the others.

    Again and again the dimension goes that has the most scarce pairs, of these the least answered.
    """
    names = list(moments.names)
    while len(names) > 1:
        n = moments.keeping(names).n.sum(axis=0)
        scarce = (n < max(FEWEST_ANSWERS, ANSWERS_PER_DIMENSION * (len(names) - 1))).sum(axis=0)[:-1]
        if not scarce.any():
            break
        worst = min(range(len(scarce)), key=lambda i: (-scarce[i], n[i, -1]))
        names.pop(worst)
    return moments.keeping(names), tuple(name for name in moments.names if name not in names)


def _without_copies(moments: PairMoments) -> tuple[PairMoments, tuple[str, ...]]:
    """The questions without those that go exactly with an earlier one or with the target, and the names of these.

    Of two questions that are one no share of R squared belongs to either.
    """
    r = np.abs(moments.correlations()) > 1 - _COPY
    last = len(moments.names) - 1
    copies = [i for i in range(last) if r[i, last] or r[i, :i].any()]
    names = [name for i, name in enumerate(moments.names) if i not in copies]
    return moments.keeping(names), tuple(moments.names[i] for i in copies)


def _definite(matrix: NDArray[np.float64]) -> bool:
    return bool(np.isfinite(matrix).all()) and float(np.linalg.eigvalsh(matrix)[0]) > 1e-9


def _refused(target: str, why: Refusal, dropped: tuple[str, ...], *, n: int = 0) -> DriverReport:
    if n < FLOOR_SHOWN:
        # How few they are could point at somebody.
        n, why = 0, "very_few" if why == "too_few" else why
    return DriverReport(target, math.nan, math.nan, math.nan, n, (), "lmg", dropped, refused=why)
