"""Cells against what the same people say elsewhere, and how firmly a cell holds its place among the weakest.

Whoever is generous is so in every answer. The gap between a person's answer and the mean of the person's further
answers is free of that, and of a cell's people being harder to please than others. All of it comes from sums over
random groups of customers, so that the cost does not grow with the number of answers.

References
----------
1. Liang, K.-Y. and Zeger, S. L. (1986). Longitudinal data analysis using generalized linear models. The error of a mean
   from the totals of groups: answers of one customer may go together.
2. Efron, B. and Tibshirani, R. J. (1993). An Introduction to the Bootstrap, chapter 13. Resampled are whole groups.
3. Goldstein, H. and Spiegelhalter, D. J. (1996). League tables and their limitations: a place has an interval too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from analysis import metrics
from analysis.compare.screening import MIN_GAP, Places, WeakCell
from analysis.estimate import FLOOR_RANKED, Estimate
from analysis.intervals import LEVEL
from analysis.schema import SCALES

# Below this share of answers that have a partner the pairs speak for a part of the cell only.
MOSTLY_PAIRED = 0.5
# Thirty customers at random fall into fewer of the store's 256 groups once in a million times; a cell in fewer is what
# a handful of customers said again and again.
FEWEST_BLOCKS = 20
# How often the groups are drawn anew, the level of the interval of places, and how many cells are "the weakest".
PLACE_DRAWS, PLACE_LEVEL, WEAKEST = 1_000, 0.90, 3
_SEED = 19960101
_SUMS = ("n", "total", "pairs", "own", "rest")

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BlockSums:
    """Sums over the answers of one cell, one entry a block of customers, scores on 0-100.

    `n` answers and their `total`; of those whose person answered elsewhere too, `pairs` counts them, `own` sums them
    and `rest` sums the means of the person's further answers.
    """

    n: Array
    total: Array
    pairs: Array
    own: Array
    rest: Array

    def __add__(self, other: BlockSums) -> BlockSums:
        """Both cells together."""
        return BlockSums(*(getattr(self, name) + getattr(other, name) for name in _SUMS))


def block_sums(frame: pd.DataFrame, keys: Sequence[str]) -> dict[tuple, BlockSums]:
    """The sums of each cell of `keys` and scale, by (*keys, scale), from a frame of the store's `cells`.

    Rows of which a key is unknown are left out. All cells share the order of blocks.
    """
    blocks = np.sort(frame["block"].unique())
    low, factor = (metrics.of_scales(frame["scale"], what) for what in (_low, _points))
    on_100 = frame.assign(**{
        name: (frame[name] - low * frame[count]) * factor
        for name, count in (("total", "n"), ("own", "pairs"), ("rest", "pairs"))
    })
    by = [*keys, "scale"]
    known = on_100.assign(at=np.searchsorted(blocks, frame["block"])).dropna(subset=by)
    cell = known.groupby(by, observed=True).ngroup().to_numpy()
    names = known[by].assign(cell=cell).drop_duplicates("cell").sort_values("cell")[by].itertuples(index=False)
    sums = np.zeros((len(_SUMS), cell.max(initial=-1) + 1, len(blocks)))
    for into, name in zip(sums, _SUMS, strict=True):
        np.add.at(into, (cell, known["at"].to_numpy()), known[name].to_numpy(float))
    return {tuple(map(metrics.plain, own)): BlockSums(*sums[:, i]) for i, own in enumerate(names)}


def paired(
    found: Sequence[WeakCell], sums: Mapping[tuple, BlockSums], *, min_gap: float = MIN_GAP, level: float = LEVEL
) -> tuple[WeakCell, ...]:
    """The same cells, judged within people wherever most of a cell's answers have a partner; not yet adjusted.

    The gap is then the mean difference between an answer and the mean of the same person's further answers, `rest` the
    mean of those, and the errors come from the totals of the blocks [1]. A cell with fewer than `FLOOR_RANKED` pairs,
    or mostly without, keeps its comparison with everybody else. One low answer lifts all others of its person above
    their rest, so a cell is strong only if everybody's answers say so too. A cell whose answers fall into fewer than
    `FEWEST_BLOCKS` groups, many answers of few customers, has no test.
    """
    return tuple(_paired_cell(cell, sums.get(_key(cell)), min_gap=min_gap, level=level) for cell in found)


def placed(
    found: Sequence[WeakCell], sums: Mapping[tuple, BlockSums], *, draws: int = PLACE_DRAWS, level: float = PLACE_LEVEL
) -> tuple[WeakCell, ...]:
    """The same cells with the limits of their place, 1 the weakest, in resamples of the blocks of customers [2, 3].

    Only cells that can be ranked have a place. Without any, or with fewer than two blocks, nothing is placed.
    """
    ranked = [i for i, cell in enumerate(found) if cell.estimate.ranked and _key(cell) in sums]
    blocks = len(next(iter(sums.values())).n) if sums else 0
    if not ranked or blocks < 2:
        return tuple(found)
    weights = np.random.default_rng(_SEED).multinomial(blocks, np.full(blocks, 1 / blocks), size=draws).astype(float)
    wholes = _wholes(sums)
    gaps = np.column_stack([_drawn_gap(found[i], sums[_key(found[i])], wholes, weights) for i in ranked])
    # A resample that holds nobody of a cell says nothing of it: the cell stands last there.
    places = np.nan_to_num(gaps, nan=np.inf).argsort(axis=1, kind="stable").argsort(axis=1) + 1
    low, high = np.quantile(places, [(1 - level) / 2, (1 + level) / 2], axis=0, method="nearest")
    among = (places <= WEAKEST).mean(axis=0)
    judged = list(found)
    for column, i in enumerate(ranked):
        standing = Places(int(low[column]), int(high[column]), float(among[column]), len(ranked))
        judged[i] = replace(found[i], places=standing)
    return tuple(judged)


def _paired_cell(cell: WeakCell, own: BlockSums | None, *, min_gap: float, level: float) -> WeakCell:
    if own is not None and (own.n > 0).sum() < FEWEST_BLOCKS:
        return replace(cell, p_value=math.nan)
    if own is None or own.pairs.sum() < max(FLOOR_RANKED, MOSTLY_PAIRED * own.n.sum()):
        return cell
    n = int(own.pairs.sum())
    gap, se, df = _mean_by_blocks(own.own - own.rest, own.pairs)
    rest, rest_se, _ = _mean_by_blocks(own.rest, own.pairs)
    if not se > 0:
        return cell
    t = float(special.stdtrit(df, (1 + level) / 2))
    p = float(special.stdtr(df, (min_gap - abs(gap)) / se))
    if gap > 0:
        p = max(p, cell.p_value) if cell.gap.value > 0 else 1.0
    return replace(
        cell, paired=True, gap=Estimate(gap, gap - t * se, gap + t * se, n, "score"),
        rest=Estimate(rest, max(rest - t * rest_se, 0.0), min(rest + t * rest_se, 100.0), n, "score"),
        p_value=p,
    )


def _mean_by_blocks(total: Array, n: Array) -> tuple[float, float, int]:
    """A mean, its error from the blocks' totals [1], and the degrees of freedom."""
    mean = float(total.sum() / n.sum())
    groups = int((n > 0).sum())
    if groups < 2:
        return mean, math.nan, 0
    error = math.sqrt(groups / (groups - 1) * float(((total - mean * n) ** 2).sum())) / float(n.sum())
    return mean, error, groups - 1


def _drawn_gap(cell: WeakCell, own: BlockSums, wholes: Mapping[str, BlockSums], weights: Array) -> Array:
    with np.errstate(invalid="ignore", divide="ignore"):
        if cell.paired:
            return weights @ (own.own - own.rest) / (weights @ own.pairs)
        whole = wholes[cell.scale]
        return weights @ own.total / (weights @ own.n) - weights @ (whole.total - own.total) / (
            weights @ (whole.n - own.n)
        )


def _wholes(sums: Mapping[tuple, BlockSums]) -> dict[str, BlockSums]:
    """All answers of each scale together."""
    wholes: dict[str, BlockSums] = {}
    for (*_, scale), own in sums.items():
        wholes[scale] = wholes[scale] + own if scale in wholes else own
    return wholes


def _key(cell: WeakCell) -> tuple:
    return (*cell.keys.values(), cell.scale)


def _low(scale: str) -> float:
    return SCALES[scale].low


def _points(scale: str) -> float:
    return 100 / (SCALES[scale].high - SCALES[scale].low)
