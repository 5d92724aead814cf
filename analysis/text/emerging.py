"""What customers begin to speak of: phrases that were rare and are not any more.

References
----------
1. Kleinberg, J. (2002). Bursty and hierarchical structure in streams.
2. Przyborowski, J. and Wilenski, H. (1940). Homogeneity of results in testing samples from Poisson series.
3. Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.text.tokens import phrases_of

# Of the phrases announced in one look, this share may be false ones [3].
FALSE_ALARMS = 0.05
# A phrase is looked at with this many texts in all, and announced with this many in the recent weeks.
MIN_TEXTS = 5
# Fewer than three times as often is a change of mood, not a new issue.
MIN_RATIO = 3.0
# Two phrases of which this part of the texts is the same are one issue.
SAME_ISSUE = 0.5
# The bursting state speaks of a phrase twice as often, and each step into it costs gamma ln(batches) [1].
BURST_RATIO, BURST_GAMMA = 2.0, 1.0
_SURE = 0.99999


@dataclass(frozen=True, slots=True)
class EmergingPhrase:
    """A phrase that came up: texts that hold it recently and before, how much more often, and how sure that is.

    `counts` are its texts per batch in the order of the batches, `ratio` is infinite where it never occurred before;
    `texts` are the positions of the texts that hold it, recent ones last. `p_familywise` is the p-value times the
    number of phrases looked at: that of the best among so many (Bonferroni), for lists that hold other tests too.
    """

    phrase: str
    recent: int
    before: int
    ratio: float
    p_adjusted: float
    counts: tuple[int, ...]
    texts: tuple[int, ...]
    p_familywise: float


@dataclass(frozen=True, slots=True)
class Bursts:
    """For each batch 0 (as usual) or 1 (bursting), and the cost of that reading of the series."""

    states: tuple[int, ...]
    cost: float


def bursts(
    relevant: ArrayLike, total: ArrayLike, *, ratio: float = BURST_RATIO, gamma: float = BURST_GAMMA
) -> Bursts:
    """Kleinberg's two states over batches with r relevant of d texts [1], beginning in the usual one.

    Nothing relevant gives no burst; batches without texts say nothing and cost nothing.
    """
    from scipy.stats import binom

    r, d = np.asarray(relevant, float), np.asarray(total, float)
    if not len(r) or r.sum() == 0:
        return Bursts((0,) * len(r), 0.0)
    usual = min(r.sum() / d.sum(), _SURE)
    costs = -np.array([binom.logpmf(r, d, share) for share in (usual, min(ratio * usual, _SURE))])
    step = gamma * math.log(len(r))
    best, came_from = np.array([costs[0, 0], costs[1, 0] + step]), []
    for i in range(1, len(r)):
        ways = np.array([[best[0], best[1]], [best[0] + step, best[1]]])
        came_from.append(ways.argmin(axis=1))
        best = ways.min(axis=1) + costs[:, i]
    state = int(best.argmin())
    states = [state]
    for choice in reversed(came_from):
        state = int(choice[state])
        states.append(state)
    return Bursts(tuple(reversed(states)), float(best.min()))


def emerging(
    texts: Sequence[str], batches: Sequence[int], *, recent: int, q: float = FALSE_ALARMS
) -> tuple[EmergingPhrase, ...]:
    """Phrases much more frequent in the last `recent` batches than before, the surest first.

    `batches` numbers each text's batch (week) from 0. Every phrase of `MIN_TEXTS` texts or more is tested: given all
    its texts, those in the recent batches are binomial if nothing changed [2]; all tests are adjusted together [3].
    Announced is what is at least `MIN_RATIO` times as frequent and still bursting in the last batch [1]. Phrases
    of the same texts are one, under the longest name. No texts, or none before, give nothing.
    """
    batch = np.asarray(batches, int)
    if not len(texts) or batch.max() < recent:
        return ()
    late = batch > batch.max() - recent
    holding = _holding(texts)
    names = list(holding)
    found = np.array([late[holding[name]].sum() for name in names], float)
    size = np.array([len(holding[name]) for name in names], float)
    if not names or late.all() or not late.any():
        return ()
    p_values = _p_values(found, size, late.mean())
    adjusted = _adjusted(p_values)
    ratios = _ratios(found, size - found, late)
    totals = np.bincount(batch)
    loud = [
        i for i in np.argsort(adjusted, kind="stable")
        if adjusted[i] <= q and found[i] >= MIN_TEXTS and ratios[i] >= MIN_RATIO
        and bursts(np.bincount(batch[holding[names[i]]], minlength=len(totals)), totals).states[-1]
    ]
    return tuple(
        EmergingPhrase(
            names[i], int(found[i]), int(size[i] - found[i]), float(ratios[i]), float(adjusted[i]),
            tuple(np.bincount(batch[holding[names[i]]], minlength=len(totals)).tolist()),
            tuple(holding[names[i]].tolist()), min(1.0, float(p_values[i]) * len(names)),
        )
        for i in _one_each(loud, names, holding)
    )


def _holding(texts: Sequence[str]) -> dict[str, NDArray[np.int_]]:
    """For each phrase of enough texts the positions of those that hold it."""
    places: dict[str, list[int]] = defaultdict(list)
    for position, text in enumerate(texts):
        for phrase in phrases_of(text):
            places[phrase].append(position)
    return {name: np.array(at) for name, at in places.items() if len(at) >= MIN_TEXTS}


def _p_values(found: NDArray, size: NDArray, share: float) -> NDArray[np.float64]:
    from scipy.stats import binom

    return binom.sf(found - 1, size, share)


def _adjusted(p_values: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.stats import false_discovery_control

    return false_discovery_control(p_values)


def _ratios(found: NDArray, before: NDArray, late: NDArray) -> NDArray[np.float64]:
    with np.errstate(divide="ignore"):
        return (found / late.sum()) / (before / (~late).sum())


def _one_each(loud: list[int], names: list[str], holding: dict[str, NDArray[np.int_]]) -> list[int]:
    """One phrase for each issue: the longest of those that share their texts."""
    issues: list[list[int]] = []
    for i in loud:
        own = set(holding[names[i]].tolist())
        for issue in issues:
            first = set(holding[names[issue[0]]].tolist())
            if len(own & first) >= SAME_ISSUE * min(len(own), len(first)):
                issue.append(i)
                break
        else:
            issues.append([i])
    return [_name_of(issue, names, holding) for issue in issues]


def _name_of(issue: list[int], names: list[str], holding: dict[str, NDArray[np.int_]]) -> int:
    """The longest phrase that is nearly as frequent as the surest one."""
    enough = [i for i in issue if len(holding[names[i]]) >= SAME_ISSUE * len(holding[names[issue[0]]])]
    return max(enough, key=lambda i: (len(names[i]), -issue.index(i)))
