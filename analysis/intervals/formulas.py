"""Intervals that have a formula.

Limits are missing (NaN) where nothing was counted. None of them collapses to zero width.

References
----------
1. Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
2. Tango, T. (1998). Equivalence test and confidence interval for the difference in proportions for the
   paired-sample design.
3. Bonett, D. G. and Price, R. M. (2012). Adjusted Wald confidence interval for a difference of binomial
   proportions based on paired data.
4. Garwood, F. (1936). Fiducial limits for the Poisson distribution.
5. Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures (MOVER).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy
from scipy import special

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Limits = tuple[NDArray[np.float64], NDArray[np.float64]]

LEVEL = 0.95

# Pseudo-answers that the adjusted Wald interval adds to detractors, passives and promoters: three in
# all, in the proportions of the triangular prior.
PSEUDO_ANSWERS = (0.75, 1.5, 0.75)

# Halvings of the bracket in the search for a score limit: 2 / 2**50 is below the rounding of a double.
_HALVINGS = 50


def critical_value(level: float = LEVEL) -> float:
    """The normal quantile z that leaves (1 - level) / 2 above it: 1.959964 at 0.95."""
    if not 0 < level < 1:
        raise ValueError(f"a confidence level lies between 0 and 1, not {level}")
    return float(special.ndtri((1 + level) / 2))


def checked_counts(*counts: ArrayLike) -> tuple[NDArray[np.float64], ...]:
    """Counts as floats of one shape; negative or non-finite ones raise ValueError."""
    arrays = np.broadcast_arrays(*(np.asarray(c, dtype=float) for c in counts))
    if any((~np.isfinite(a)).any() or (a < 0).any() for a in arrays):
        raise ValueError("counts must be finite and not negative")
    return tuple(arrays)


def wilson(successes: ArrayLike, n: ArrayLike, *, level: float = LEVEL) -> Limits:
    """Wilson's score interval [1] for a share, 0 to 1; n = 0 gives NaN.

    >>> [round(float(x), 4) for x in wilson(0, 20)]
    [0.0, 0.1611]
    """
    x, n = checked_counts(successes, n)
    if (x > n).any():
        raise ValueError("more successes than answers")
    z = critical_value(level)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = x / n
        centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    low = np.where(x == 0, 0.0, np.clip(centre - half, 0, 1))
    high = np.where(x == n, 1.0, np.clip(centre + half, 0, 1))
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)


def nps_score(detractors: ArrayLike, passives: ArrayLike, promoters: ArrayLike, *, level: float = LEVEL) -> Limits:
    """Tango's score interval [2] for promoters minus detractors, -1 to 1; no answers give NaN.

    NPS is a difference of two shares of the same people, which is the case Tango solved. The limits
    are the differences at which the score statistic reaches +z and -z, found by bisection.
    Checked against `scoreci.mp` of the R package PropCIs.
    """
    d, m, r = checked_counts(detractors, passives, promoters)
    n = d + m + r
    z = critical_value(level)
    with np.errstate(invalid="ignore", divide="ignore"):
        nps = (r - d) / n
        low = bisect(lambda t: tango_statistic(t, d, r, n) > z, np.full_like(nps, -1.0), nps)
        high = bisect(lambda t: tango_statistic(t, d, r, n) > -z, nps, np.full_like(nps, 1.0))
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)


def nps_adjusted_wald(
    detractors: ArrayLike, passives: ArrayLike, promoters: ArrayLike, *, level: float = LEVEL
) -> Limits:
    """Wald's interval on answers with `PSEUDO_ANSWERS` added [3], clipped to -1..1; no answers give NaN.

    Close to `nps_score` at a fraction of its cost: for very long tables.
    """
    d, m, r = checked_counts(detractors, passives, promoters)
    centre, variance = adjusted_nps(d, m, r)
    half = critical_value(level) * np.sqrt(variance)
    low, high = np.clip(centre - half, -1, 1), np.clip(centre + half, -1, 1)
    known = d + m + r > 0
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def adjusted_nps(detractors: ArrayLike, passives: ArrayLike, promoters: ArrayLike) -> Limits:
    """NPS of the answers with `PSEUDO_ANSWERS` added, and the variance of that estimate."""
    d, m, r = checked_counts(detractors, passives, promoters)
    n = d + m + r + sum(PSEUDO_ANSWERS)
    up, down = (r + PSEUDO_ANSWERS[2]) / n, (d + PSEUDO_ANSWERS[0]) / n
    return up - down, (up + down - (up - down) ** 2) / n


def t_mean(mean: ArrayLike, variance: ArrayLike, n: ArrayLike, *, level: float = LEVEL) -> Limits:
    """Student's interval for a mean from the sample variance (divisor n - 1).

    One answer, or answers without spread, give NaN: an interval of zero width is no answer.
    """
    mean, variance, n = np.broadcast_arrays(*(np.asarray(a, dtype=float) for a in (mean, variance, n)))
    known = (n > 1) & (variance > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        half = special.stdtrit(np.where(known, n - 1, 1), (1 + level) / 2) * np.sqrt(variance / n)
    return np.where(known, mean - half, np.nan), np.where(known, mean + half, np.nan)


def garwood(events: ArrayLike, exposure: ArrayLike, *, level: float = LEVEL) -> Limits:
    """Garwood's exact interval [4] for a Poisson rate, events per unit of exposure; no exposure gives NaN."""
    k, e = checked_counts(events, exposure)
    tail = (1 - level) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        low = np.where(k > 0, scipy.stats.chi2.ppf(tail, np.where(k > 0, 2 * k, 1)), 0.0) / (2 * e)
        high = scipy.stats.chi2.ppf(1 - tail, 2 * k + 2) / (2 * e)
    return np.where(e > 0, low, np.nan), np.where(e > 0, high, np.nan)


def mover(
    first: tuple[float, float, float], second: tuple[float, float, float]
) -> tuple[float, float]:
    """Limits of first - second from two independent (value, low, high) [5].

    On Wilson limits this is Newcombe's method 10. It keeps the small-sample behaviour of the
    intervals it is built from.
    """
    (a, a_low, a_high), (b, b_low, b_high) = first, second
    low = a - b - np.hypot(a - a_low, b_high - b)
    high = a - b + np.hypot(a_high - a, b - b_low)
    return float(low), float(high)


def tango_statistic(t: NDArray, d: NDArray, r: NDArray, n: NDArray) -> NDArray:
    """The score statistic of [2] at a supposed difference t, with detractors d, promoters r of n answers."""
    share = restricted_share(t, d, r, n)
    return (r - d - n * t) / np.sqrt(np.maximum(n * (2 * share + t * (1 - t)), 0))


def restricted_share(t: NDArray, d: NDArray, r: NDArray, n: NDArray) -> NDArray:
    """The most likely share of detractors where NPS is supposed to be t [2]; that of promoters is t more."""
    a = 2 * n
    b = -r - d + (2 * n - r + d) * t
    c = -d * t * (1 - t)
    return (np.sqrt(np.maximum(b**2 - 4 * a * c, 0)) - b) / (2 * a)


def bisect(above, low: NDArray, high: NDArray, *, halvings: int = _HALVINGS) -> NDArray:
    """Where `above` turns from true to false between `low` and `high`."""
    for _ in range(halvings):
        middle = (low + high) / 2
        right = above(middle)
        low, high = np.where(right, middle, low), np.where(right, high, middle)
    return (low + high) / 2
