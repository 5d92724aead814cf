"""What low and high answers go with: sums for regressions on them, block by block, over people read in parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis.store.pairs import score_name

if TYPE_CHECKING:
    import pyarrow as pa

# What stands of each question in a person's line: whether the answer was low, high, or missing; and how far it lies
# below and above the middle of its scale, in halves of the scale.
SIDES = ("low", "high", "missing", "below", "above")
# Answers this far from the middle of their scale, in halves of it, are low or high: 1-2 and 4-5 of 1-5, 0-3 and 7-10 of
# 0-10. Both lie equally far from the middle.
_FAR = 0.25


def side_products(people: Iterable[pa.RecordBatch], scales: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
    """Sums of products of all columns with each other, over the people of each block who answered the last question.

    Columns: 1; `SIDES` of each question but the last; the score of the last. Shape (blocks, columns, columns); nobody
    gives no blocks. `people` are lines of `pairs.people_query`, `scales` the ends of the questions' scales.
    """
    sums: dict[str, NDArray[np.float64]] = {}
    for part in filter(len, people):
        named = part.column("block").dictionary_encode()
        names, block = named.dictionary.to_pylist(), named.indices.to_numpy(zero_copy_only=False)
        scores = [part.column(score_name(i)).to_numpy(zero_copy_only=False) for i in range(len(scales))]
        asked = ~np.isnan(scores[-1])
        table = _columns([score[asked] for score in scores], scales)
        order = np.argsort(block[asked], kind="stable")
        ends = np.cumsum(np.bincount(block[asked], minlength=len(names)))[:-1]
        for name, lines in zip(names, np.split(order, ends), strict=True):
            if len(lines):
                sums[name] = sums.get(name, 0.0) + table[lines].T @ table[lines]
    size = 2 + len(SIDES) * (len(scales) - 1)
    return np.stack(list(sums.values())) if sums else np.zeros((0, size, size))


def _columns(scores: Sequence[NDArray[np.float64]], scales: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
    columns = [np.ones(len(scores[-1]))]
    for score, (low, high) in zip(scores[:-1], scales, strict=False):
        missing = np.isnan(score)
        place = np.where(missing, 0.0, (2 * score - low - high) / (high - low))
        columns += [place <= -_FAR, place >= _FAR, missing, np.minimum(place, 0.0), np.maximum(place, 0.0)]
    return np.column_stack([*columns, scores[-1]]).astype(float)
