"""NPS limits of many answers of which few are unlike the rest, where a normal statistic errs most.

Of a thousand answers of which three are no promoters, those three are what chance plays with, however many the others
are. Their number is small, so its probabilities can be added up exactly at a cost that does not grow with the answers.
A supposed NPS fixes one of the two free shares; the other is its most likely value given the answers, as in the score
statistic [1]. Limits are where the observed NPS, or one further off, has a probability of 2.5 % on its side [2].

References
----------
1. Tango, T. (1998). Equivalence test and confidence interval for the difference in proportions for the
   paired-sample design. The share left open at its restricted maximum of likelihood.
2. Lloyd, C. J. (2008). Exact p-values for discrete models obtained by estimation and maximization.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from analysis.intervals.formulas import bisect, restricted_share

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from analysis.intervals.formulas import Limits

# Halvings in the search for a limit, which end below a ten-thousandth of the interval's width.
_HALVINGS = 18


def limits(down: NDArray, middle: NDArray, up: NDArray, *, level: float) -> Limits:
    """The limits of whole counts, all of one shape (n,); meant for few answers besides the most frequent kind.

    Time grows with the square of those and not with the most frequent kind.
    """
    low, high = np.full(len(down), np.nan), np.full(len(down), np.nan)
    most = np.column_stack([down, middle, up]).argmax(axis=1)
    for kind in np.unique(most):
        at = most == kind
        counts = down[at], middle[at], up[at]
        if kind == 0:  # seen in the mirror detractors are promoters
            mirrored = _limits(*counts[::-1], level=level)
            low[at], high[at] = -mirrored[1], -mirrored[0]
        else:
            low[at], high[at] = _limits(*counts, level=level)
    return low, high


def _limits(down: NDArray, middle: NDArray, up: NDArray, *, level: float) -> Limits:
    """The same where promoters, or passives, are the most in every line."""
    n = down + middle + up
    value, tail = (up - down) / n, (1 - level) / 2
    below, above = (_beside_passives if np.all(middle >= up) else _beside_promoters)(down, middle, up)
    reach = _reach(n - np.maximum(middle, up)) / n
    low = bisect(lambda t: above(t) <= tail, np.maximum(value - reach, -1.0), value, halvings=_HALVINGS)
    high = bisect(lambda t: below(t) > tail, value, np.minimum(value + reach, 1.0), halvings=_HALVINGS)
    return low, high


def _reach(unlike: NDArray) -> NDArray:
    """Steps of NPS beyond which no limit lies, for so many unlike answers: five standard errors and more, doubled."""
    return 2 * (5 * np.sqrt(unlike + 1) + 12)


Tail = Callable[["NDArray"], "NDArray"]


def _shares(t: NDArray, down: NDArray, up: NDArray, n: NDArray) -> tuple[NDArray, NDArray, NDArray]:
    """Most likely shares of detractors, passives and promoters whose NPS is t."""
    d = np.clip(restricted_share(t, down, up, n), np.maximum(-t, 0.0), (1 - t) / 2)
    return d, np.maximum(1 - t - 2 * d, 0.0), d + t


def _beside_promoters(down: NDArray, middle: NDArray, up: NDArray) -> tuple[Tail, Tail]:
    """The probability of this NPS or a lower one, and of this or a higher one, by a supposed NPS.

    What is missing to an NPS of 100 is passives + 2 detractors. At most so many answers are no promoters, so that
    the sum over their number is finite.
    """
    n = (down + middle + up)[:, None]
    missing = (middle + 2 * down)[:, None]
    unlike = np.arange(float(missing.max()) + 1)[None, :]
    binomial = _binomial(unlike, n)

    def at_most(t: NDArray, limit: NDArray) -> NDArray:
        d, m, _ = _shares(t, down, up, n[:, 0])
        ways = np.where(unlike <= limit, binomial((d + m)[:, None]), 0.0)
        return (ways * _no_more(limit - unlike, unlike, _part(d, d + m))).sum(axis=1)

    return (lambda t: 1 - at_most(t, missing - 1)), (lambda t: at_most(t, missing))


def _beside_passives(down: NDArray, middle: NDArray, up: NDArray) -> tuple[Tail, Tail]:
    """The same where promoters and detractors are few: so many of them as matter are counted."""
    n = (down + middle + up)[:, None]
    apart = (up - down)[:, None]
    # At the furthest NPS looked at so many answers are unlike on average; hardly ever many more.
    mean = float((down + up).max() + _reach(down + up).max())
    unlike = np.arange(min(float(n.max()), mean + 8 * np.sqrt(mean) + 10) + 1)[None, :]
    binomial = _binomial(unlike, n)

    def ways(t: NDArray) -> tuple[NDArray, NDArray]:
        d, _, p = _shares(t, down, up, n[:, 0])
        return binomial((d + p)[:, None]), _part(p, d + p)

    def below(t: NDArray) -> NDArray:
        found, part = ways(t)
        return (found * _no_more(np.floor((unlike + apart) / 2), unlike, part)).sum(axis=1)

    def above(t: NDArray) -> NDArray:
        found, part = ways(t)
        return (found * (1 - _no_more(np.ceil((unlike + apart) / 2) - 1, unlike, part))).sum(axis=1)

    return below, above


def _part(share: NDArray, whole: NDArray) -> NDArray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.clip(np.where(whole > 0, share / whole, 0.5), 0, 1)[:, None]


def _binomial(k: NDArray, n: NDArray) -> Tail:
    """The probability of k of n by a share; 0 for more than n."""
    rest = np.maximum(n - k, 0)
    ways = np.where(k <= n, special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(rest + 1), -np.inf)
    return lambda share: np.exp(ways + special.xlogy(k, share) + special.xlog1py(rest, -np.minimum(share, 1.0)))


def _no_more(k: NDArray, n: NDArray, share: NDArray) -> NDArray:
    """The probability of at most k of n: 0 below 0, 1 from n on."""
    open_ = (k >= 0) & (k < n)
    found = np.where(k < 0, 0.0, 1.0)
    wide = [np.broadcast_to(x, open_.shape)[open_] for x in (k, n, share)]
    found[open_] = special.bdtr(wide[0], wide[1].astype(np.int64), wide[2])
    return found
