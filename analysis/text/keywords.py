"""The words that set one group of comments apart from another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from analysis.text.tokens import words_of

COLUMNS = ("term", "z", "p_adjusted", "docs_a", "docs_b")
MIN_TEXTS = 20  # on each side; below that the normal approximation of z does not hold
# Strength of the prior in documents, shared in proportion to pooled frequency (Monroe, Colaresi and Quinn 2008).
PRIOR_STRENGTH = 10.0


def keywords(texts_a: Sequence[str], texts_b: Sequence[str], *, min_docs: int = 5, top: int = 30) -> pd.DataFrame:
    """Words that distinguish texts a (z > 0) from texts b (z < 0), the most typical of a first.

    Weighted log-odds with an informative Dirichlet prior, on the number of texts that hold a word, so that one
    text cannot make a keyword. At most `top` words a direction; words in fewer than `min_docs` texts of both
    groups together are left out. `p_adjusted` is two-sided, Benjamini-Hochberg over the words that remain.
    Missing and empty texts do not count; fewer than 20 texts on a side give a frame without rows.

    Source: Monroe, Colaresi and Quinn 2008, Fightin' Words, Political Analysis 16.
    """
    a, b = _present(texts_a), _present(texts_b)
    if min(len(a), len(b)) < MIN_TEXTS:
        return _frame([], [], [], [], [])
    docs_a, docs_b = _documents(a), _documents(b)
    terms = sorted({*docs_a, *docs_b})
    if not terms:
        return _frame([], [], [], [], [])
    y_a, y_b = (np.array([docs[term] for term in terms], dtype=float) for docs in (docs_a, docs_b))
    z = log_odds(y_a, y_b)
    kept = np.flatnonzero((y_a + y_b >= min_docs) & np.isfinite(z))
    table = _frame(np.array(terms)[kept], z[kept], _adjusted(z[kept]), y_a[kept], y_b[kept])
    return _both_ends(table.sort_values(["z", "term"], ascending=[False, True]), top)


def log_odds(y_a: np.ndarray, y_b: np.ndarray, *, prior_strength: float = PRIOR_STRENGTH) -> np.ndarray:
    """z of each word's difference in log-odds between groups a and b; every word must occur in one of them.

    d = ln[(yA + p)/(nA + p0 - yA - p)] - ln[(yB + p)/(nB + p0 - yB - p)], z = d / sqrt(1/(yA + p) + 1/(yB + p)),
    where the prior p is p0 times the word's share of all counts, and n is the sum of a group's counts.
    NaN where the vocabulary is a single word, for which nothing can be compared.

    >>> log_odds(np.array([30., 18]), np.array([6., 40])).round(2).tolist()
    [5.2, -7.5]
    """
    pooled = y_a + y_b
    prior = prior_strength * pooled / pooled.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        odds_a, odds_b = ((y + prior) / (y.sum() + prior_strength - y - prior) for y in (y_a, y_b))
        difference = np.log(odds_a) - np.log(odds_b)
        return difference / np.sqrt(1 / (y_a + prior) + 1 / (y_b + prior))


def _present(texts: Iterable[str | None]) -> list[str]:
    return [text for text in texts if isinstance(text, str) and text.strip()]


def _documents(texts: list[str]) -> Counter[str]:
    return Counter(word for text in texts for word in words_of(text))


def _adjusted(z: np.ndarray) -> np.ndarray:
    from scipy.special import ndtr  # scipy is slow to load and only this needs it
    from scipy.stats import false_discovery_control

    return false_discovery_control(2 * ndtr(-np.abs(z))) if len(z) else z


def _both_ends(table: pd.DataFrame, top: int) -> pd.DataFrame:
    ends = pd.concat([table[table["z"] > 0].head(top), table[table["z"] < 0].tail(top)])
    return ends.reset_index(drop=True)


def _frame(*columns: Sequence) -> pd.DataFrame:
    table = pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))
    return table.astype({"term": "str", "z": float, "p_adjusted": float, "docs_a": int, "docs_b": int})
