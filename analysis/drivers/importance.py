"""What each predictor adds to R squared, from correlations alone.

All functions take correlation matrices of shape (..., p + 1, p + 1) with the outcome in the last place, so that a
whole bootstrap is one call.

References
----------
1. Lindeman, R. H., Merenda, P. F. and Gold, R. Z. (1980). Introduction to Bivariate and Multivariate Analysis.
2. Johnson, J. W. (2000). A heuristic method for estimating the relative weight of predictor variables.
"""

from __future__ import annotations

from math import factorial

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

# LMG fits every subset of predictors; beyond this many, Johnson's weights take over.
LMG_PREDICTORS = 12


def subset_r_squared(correlations: Matrix) -> Matrix:
    """R squared of every subset of the predictors, shape (2**p, ...); bit j of an index says that j is in.

    One sweep per predictor doubles the table, with and without it, and drops its row: what remains in the end is the
    outcome's unexplained variance. The work for all subsets is that of a few full matrices.
    """
    table = np.asarray(correlations, float)[None]
    for _ in range(table.shape[-1] - 1):
        rest, row = table[..., 1:, 1:], table[..., 0, 1:]
        with np.errstate(invalid="ignore", divide="ignore"):
            swept = rest - row[..., :, None] * row[..., None, :] / table[..., :1, :1]
        table = np.concatenate([rest, swept])
    return 1 - table[..., 0, 0]


def lmg(correlations: Matrix) -> Matrix:
    """Each predictor's part of R squared, averaged over all orders of entry [1]; shape (..., p), sums to R squared.

    Parts are not negative. Two identical predictors leave no unique answer and give NaN.
    """
    p = np.asarray(correlations).shape[-1] - 1
    r_squared = subset_r_squared(correlations)
    members = np.arange(2**p)
    sizes = np.array([int(s).bit_count() for s in members])
    weights = np.array([factorial(s) * factorial(p - 1 - s) / factorial(p) for s in range(p)])
    parts = []
    for j in range(p):
        without = members[(members >> j) & 1 == 0]
        gains = r_squared[without | (1 << j)] - r_squared[without]
        parts.append(np.tensordot(weights[sizes[without]], gains, axes=(0, 0)))
    return np.stack(parts, axis=-1) if parts else np.zeros((*r_squared.shape[1:], 0))


def johnson(correlations: Matrix) -> Matrix:
    """Johnson's relative weights [2], shape (..., p): close to `lmg` at any number of predictors, sums to R squared."""
    matrix = np.asarray(correlations, float)
    values, vectors = np.linalg.eigh(matrix[..., :-1, :-1])
    roots = np.sqrt(np.maximum(values, 0))
    loadings = (vectors * roots[..., None, :]) @ np.swapaxes(vectors, -1, -2)
    beta = np.linalg.solve(loadings, matrix[..., :-1, -1][..., None])[..., 0]
    return ((loadings**2) @ (beta**2)[..., None])[..., 0]


def importance(correlations: Matrix) -> Matrix:
    """`lmg` up to `LMG_PREDICTORS` predictors, `johnson` beyond."""
    few = np.asarray(correlations).shape[-1] - 1 <= LMG_PREDICTORS
    return lmg(correlations) if few else johnson(correlations)


def standardised_beta(correlations: Matrix) -> Matrix:
    """Regression coefficients of standardised variables, shape (..., p)."""
    matrix = np.asarray(correlations, float)
    return np.linalg.solve(matrix[..., :-1, :-1], matrix[..., :-1, -1][..., None])[..., 0]


def variance_inflation(correlations: Matrix) -> Matrix:
    """How many times wider each coefficient's variance is for the predictors' overlap, shape (..., p); 1 is none."""
    return np.diagonal(np.linalg.inv(np.asarray(correlations, float)[..., :-1, :-1]), axis1=-2, axis2=-1)
