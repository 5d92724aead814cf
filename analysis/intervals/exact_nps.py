"""NPS limits that hold the truth at least as often as they say, however few the answers and whatever the truth.

The score interval holds it 95 times of 100 on average; where nearly all answers are alike it can be 85. Of fewer than
`EXACT_BELOW` answers every possible sample can be counted: a supposed NPS is kept unless, for each share of passives
that goes with it, samples at least as far off by the score statistic are rarer than 1 - level. The interval is some
5 % wider for that. The limits lie in a file beside this module; `python -m analysis.intervals` makes it.

References
----------
1. Tango, T. (1998). Equivalence test and confidence interval for the difference in proportions for the
   paired-sample design. The statistic that orders the samples.
2. Chan, I. S. F. and Zhang, Z. (1999). Test-based exact confidence intervals for the difference of two binomial
   proportions. The nuisance share is the least favourable one.
3. Agresti, A. and Min, Y. (2001). On small-sample confidence intervals for parameters in discrete distributions.
   One two-sided test is inverted, which is shorter than two one-sided ones.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from analysis.intervals import few_unlike
from analysis.intervals.formulas import LEVEL, checked_counts, nps_adjusted_wald, nps_score, tango_statistic

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from analysis.intervals.formulas import Limits

# From here on counting all samples takes seconds. Where then fewer answers than this are unlike the most frequent kind,
# the limits are those of `few_unlike`; else the score interval is close enough: counted over the whole triangle of
# truths, and over all shares from 0.2 to 0.8 of answers of two kinds, it holds each at least 94 % of the time.
EXACT_BELOW = 100
FEW_UNLIKE = 50
# Limits are told in steps of a quarter of an NPS point, outwards.
STEPS = 400
_PASSIVE_SHARES = 33  # shares of passives tried for each supposed NPS, from none to all that it leaves room for
_FILE = Path(__file__).with_name("nps_limits.npz")


def nps(
    detractors: ArrayLike, passives: ArrayLike, promoters: ArrayLike, *, level: float = LEVEL, fast: bool = False
) -> Limits:
    """The interval that is shown for an NPS, -1 to 1: exact below `EXACT_BELOW` answers [2, 3].

    From there on `few_unlike.limits` where fewer than `FEW_UNLIKE` are not of the most frequent kind, else `nps_score`
    [1]. `fast` takes `nps_adjusted_wald` for both, for very long tables. Counts that are not whole, and other levels
    than `LEVEL`, have the formula at every size. No answers give NaN.
    """
    d, m, r = checked_counts(detractors, passives, promoters)
    low, high = (nps_adjusted_wald if fast else nps_score)(d, m, r, level=level)
    down, middle, up = (np.rint(x).astype(int) for x in (d, m, r))
    n = down + middle + up
    # Weighted answers of equal weights are whole but for rounding.
    whole = np.maximum.reduce([np.abs(x - np.rint(x)) for x in (d, m, r)]) < 1e-9 * np.maximum(n, 1)
    if level != LEVEL:
        return low, high
    few = (n > 0) & (n < EXACT_BELOW) & whole
    if few.any():
        steps = _table()[_places(down[few], up[few], n[few])]
        low[few], high[few] = (steps.T - STEPS) / STEPS
    alike = (n >= EXACT_BELOW) & (n - np.maximum.reduce([down, middle, up]) < FEW_UNLIKE) & whole
    if alike.any() and not fast:
        low[alike], high[alike] = few_unlike.limits(*(x[alike].astype(float) for x in (down, middle, up)), level=level)
    return low, high


def outcomes(n: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """All possible numbers of detractors and of promoters among n answers, by detractors, then promoters."""
    down, up = np.meshgrid(np.arange(n + 1.0), np.arange(n + 1.0), indexing="ij")
    possible = down + up <= n
    return down[possible], up[possible]


def exact_steps(n: int, *, level: float = LEVEL) -> NDArray[np.uint16]:
    """The limits of all `outcomes` of n answers, shape (outcomes, 2), as steps from 0 (NPS -1) to 2 `STEPS` (NPS 1)."""
    down, up = outcomes(n)
    log_ways = special.gammaln(n + 1) - sum(special.gammaln(x + 1) for x in (down, n - down - up, up))
    upper = np.array([_p_values(step / STEPS, down, up, n, log_ways) > 1 - level for step in range(STEPS + 1)])
    # A supposed NPS below 0 is the mirror image of the one above.
    own = _places(up.astype(int), down.astype(int), np.full(len(up), n))
    mirror = own - own.min()
    kept = np.concatenate([upper[:0:-1, mirror], upper])
    first, last = kept.argmax(axis=0), 2 * STEPS - kept[::-1].argmax(axis=0)
    # What lies between two steps is kept with them.
    return np.column_stack([np.maximum(first - 1, 0), np.minimum(last + 1, 2 * STEPS)]).astype(np.uint16)


def _p_values(
    supposed: float, down: NDArray, up: NDArray, n: int, log_ways: NDArray[np.float64]
) -> NDArray[np.float64]:
    """For each outcome the probability of one at least as far off, under the least favourable share of passives."""
    if supposed == 1:
        return (up == n).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        far = np.abs(np.nan_to_num(tango_statistic(supposed, down, up, np.full_like(down, n)), nan=0.0)).round(9)
    passive = (1 - supposed) * np.linspace(0, 1, _PASSIVE_SHARES)[:, None]
    shares = (1 - supposed - passive) / 2, passive, (1 + supposed - passive) / 2
    counts = down, n - down - up, up
    terms = sum(special.xlogy(count, np.maximum(share, 0.0)) for count, share in zip(counts, shares, strict=True))
    order = np.argsort(-far, kind="stable")
    tails = np.cumsum(np.exp(log_ways + terms)[:, order], axis=1).max(axis=0)
    found = np.empty(len(far))
    found[order] = tails[np.searchsorted(-far[order], -far[order], side="right") - 1]
    return found


def _places(down: NDArray[np.int_], up: NDArray[np.int_], n: NDArray[np.int_]) -> NDArray[np.int_]:
    """Where outcomes stand in the table: by answers, then in the order of `outcomes`."""
    before = (n + 2) * (n + 1) * n // 6 - 1
    return before + down * (n + 1) - down * (down - 1) // 2 + up


@cache
def _table() -> NDArray[np.int_]:
    with np.load(_FILE, allow_pickle=False) as held:
        return np.column_stack([held["low"], held["high"]]).astype(int)


def write_table() -> None:
    """Count all samples of fewer than `EXACT_BELOW` answers, some minutes, and write the file that `nps` reads."""
    low, high = np.concatenate([exact_steps(n) for n in range(1, EXACT_BELOW)]).T
    np.savez_compressed(_FILE, low=low, high=high)
