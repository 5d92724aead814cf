"""Sums over pairs of questions: all that a correlation needs, however many people answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

# Columns of a frame of pair sums: over the people who answered both questions, their number, the sums of either
# question's scores and of their squares, and of the products. `block` groups people at random.
PAIR_COLUMNS = ("block", "first", "second", "n", "sum_first", "sum_second", "square_first", "square_second", "product")

# Directions with less than this part of the largest spread are taken for none.
_RANK = 1e-10


@dataclass(frozen=True, slots=True)
class PairMoments:
    """Sums over the people who answered both questions of each pair and the outcome, block by block.

    Arrays have shape (blocks, k, k): `n` people, `total[i, j]` the sum of question i over those who answered i and
    j, `square` likewise of its squares, `product` of both. `names` are the k questions; the last is the outcome.
    """

    names: tuple[str, ...]
    n: NDArray[np.float64]
    total: NDArray[np.float64]
    square: NDArray[np.float64]
    product: NDArray[np.float64]

    @classmethod
    def of_pairs(cls, frame: pd.DataFrame, names: Sequence[str]) -> PairMoments:
        """From a frame with PAIR_COLUMNS that holds each pair once, in either order; absent pairs count nobody."""
        block, blocks = pd.factorize(frame["block"], sort=True)
        i, j = (pd.Index(names).get_indexer(frame[side]) for side in ("first", "second"))
        shape = (max(len(blocks), 1), len(names), len(names))
        n, total, square, product = (np.zeros(shape) for _ in range(4))
        for into, forward, backward in (
            (n, "n", "n"), (total, "sum_first", "sum_second"),
            (square, "square_first", "square_second"), (product, "product", "product"),
        ):
            into[block, i, j] = frame[forward].to_numpy(float)
            into[block, j, i] = frame[backward].to_numpy(float)
        return cls(tuple(names), n, total, square, product)

    @classmethod
    def of_answers(cls, answers: pd.DataFrame) -> PairMoments:
        """From a table of respondents × questions, the outcome last; NaN is no answer, each row its own block."""
        x = answers.to_numpy(float)
        x = x[~np.isnan(x[:, -1])]
        held = (~np.isnan(x)).astype(float)
        x = np.nan_to_num(x)
        both = held[:, :, None] * held[:, None, :]
        return cls(
            tuple(map(str, answers.columns)), both, x[:, :, None] * both, x[:, :, None] ** 2 * both,
            x[:, :, None] * x[:, None, :],
        )

    @property
    def blocks(self) -> int:
        """How many groups of people there are to resample."""
        return len(self.n)

    def keeping(self, names: Sequence[str]) -> PairMoments:
        """Only these questions, in this order."""
        at = [self.names.index(name) for name in names]
        parts = (part[:, at][:, :, at] for part in (self.n, self.total, self.square, self.product))
        return PairMoments(tuple(names), *parts)

    def correlations(self, weights: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """Correlations over the people who answered both questions of a pair.

        Shape (k, k); with `weights` of shape (draws, blocks), how often each block counts, (draws, k, k). A question
        whose scores are all equal, or a pair that nobody answered, gives NaN.
        """
        n, total, square, product = (
            np.tensordot(np.ones(self.blocks) if weights is None else weights, part, axes=(-1, 0))
            for part in (self.n, self.total, self.square, self.product)
        )
        across = np.swapaxes(total, -1, -2)
        spread = n * square - total**2
        with np.errstate(invalid="ignore", divide="ignore"):
            found = (n * product - total * across) / np.sqrt(spread * np.swapaxes(spread, -1, -2))
        k = np.arange(len(self.names))
        found[..., k, k] = np.where(np.isnan(found[..., k, k]), np.nan, 1.0)
        return np.clip(found, -1, 1)

    def among_people(self, weights: NDArray[np.float64] | None = None) -> tuple[NDArray, NDArray]:
        """R squared of the outcome on what each person answered, and the slopes of the answers in it.

        Least squares over all people who gave the outcome: one term for each question that a person left out, one slope
        for each answer given (Cohen and Cohen 1975, missing-data dummies). R squared is what the answers explain beyond
        which questions were asked. Where everybody answered everything both are those of the correlations; where people
        were asked different things no pair of questions is put together from different people. Shapes () and (p,), with
        `weights` as for `correlations` (draws,) and (draws, p); NaN without spread.
        """
        n, total, product = (
            np.tensordot(np.ones(self.blocks) if weights is None else weights, part, axes=(-1, 0))
            for part in (self.n, self.total, self.product)
        )
        # What is left of scores (the outcome's last) once which questions were answered is taken out.
        left = product - total @ np.linalg.pinv(n, hermitian=True, rcond=_RANK) @ np.swapaxes(total, -1, -2)
        with np.errstate(invalid="ignore", divide="ignore"):
            spread = product[..., -1, -1] - total[..., -1, -1] ** 2 / n[..., -1, -1]
            scale = np.sqrt(np.maximum(np.diagonal(left, axis1=-2, axis2=-1), _RANK))
            left = left / scale[..., :, None] / scale[..., None, :]
            slopes = (np.linalg.pinv(left[..., :-1, :-1], hermitian=True, rcond=_RANK) @ left[..., :-1, -1:])[..., 0]
            explained = (slopes * left[..., :-1, -1]).sum(axis=-1) * scale[..., -1] ** 2 / spread
        return explained, slopes
