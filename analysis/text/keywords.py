"""The words that set one group of comments apart from another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from analysis.text.tokens import phrases_only, terms_of, words_of

Units = Literal["words", "terms", "phrases"]
UNITS: Mapping[Units, Callable[[str], frozenset[str]]] = {
    "words": words_of, "terms": terms_of, "phrases": phrases_only,
}

COLUMNS = ("term", "z", "p_adjusted", "docs_a", "docs_b")
MIN_TEXTS = 20  # on each side; below that the normal approximation of z does not hold
# Strength of the prior in documents, shared in proportion to pooled frequency (Monroe, Colaresi and Quinn 2008).
PRIOR_STRENGTH = 10.0
# The prior of shares: a tenth as strong as the data, and half a text more, so that a term that one side never uses is
# not taken for unsure.
PRIOR_PART, PRIOR_TEXTS = 0.1, 0.5
_LOOKED_AT = 4  # terms looked at for each that is shown, as some say the same
# Two terms of which this part of the texts is the same say the same thing.
SAME_TEXTS = 0.5


def keywords(
    texts_a: Sequence[str], texts_b: Sequence[str], *, units: Units = "words", min_docs: int = 5, top: int = 30
) -> pd.DataFrame:
    """Words that distinguish texts a (z > 0) from texts b (z < 0), the most typical of a first.

    Weighted log-odds with an informative Dirichlet prior, on the number of texts that hold a word, so that one
    text cannot make a keyword. At most `top` words a direction; words in fewer than `min_docs` texts of both
    groups together are left out. `p_adjusted` is two-sided, Benjamini-Hochberg over the words that remain.
    `units` "terms" looks at words and phrases, "phrases" at phrases alone: of those that stand in the same texts one
    is kept, and it is shares of texts that are compared (`share_log_odds`), as one more phrase in a text makes no other
    rarer; z orders them, p is that of the exact binomial test of a term's texts, given how many hold it.
    Missing and empty texts do not count; fewer than 20 texts on a side give a frame without rows.

    Source: Monroe, Colaresi and Quinn 2008, Fightin' Words, Political Analysis 16.
    """
    a, b = present(texts_a), present(texts_b)
    if min(len(a), len(b)) < MIN_TEXTS:
        return _frame([], [], [], [], [])
    places = holding([*a, *b], UNITS[units])
    many = {term: at for term, at in places.items() if len(at) >= min_docs}
    terms = sorted(places if units == "words" else many)
    if not terms:
        return _frame([], [], [], [], [])
    y_a = np.array([np.searchsorted(places[term], len(a)) for term in terms], dtype=float)
    y_b = np.array([len(places[term]) for term in terms]) - y_a
    if units == "words":
        z = log_odds(y_a, y_b)
        p = _two_sided(z)
    else:
        z, p = share_log_odds(y_a, y_b, len(a), len(b)), _exact(y_a, y_b, len(a) / (len(a) + len(b)))
    kept = np.flatnonzero((y_a + y_b >= min_docs) & np.isfinite(z))
    table = _frame(np.array(terms)[kept], z[kept], _adjusted(p[kept]), y_a[kept], y_b[kept])
    if units != "words":
        table = _distinct(table, places, top)
    return _both_ends(table.sort_values(["z", "term"], ascending=[False, True]), top)


def _distinct(table: pd.DataFrame, places: Mapping[str, np.ndarray], top: int) -> pd.DataFrame:
    """The strongest terms of both directions, one of those that stand in the same texts."""
    kept: list[str] = []
    for side in (table["z"] > 0, table["z"] < 0):
        found = table[side].assign(strength=table["z"].abs(), length=table["term"].str.len())
        strongest = found.sort_values(["strength", "length", "term"], ascending=[False, False, True])
        kept += distinct_terms(strongest["term"].head(_LOOKED_AT * top), places)
    return table[table["term"].isin(kept)]


def holding(texts: Sequence[str], terms: Callable[[str], Iterable[str]]) -> dict[str, np.ndarray]:
    """For each term the positions of the texts that hold it, in rising order."""
    places: dict[str, list[int]] = defaultdict(list)
    for position, text in enumerate(texts):
        for term in terms(text):
            places[term].append(position)
    return {term: np.array(at) for term, at in places.items()}


def distinct_terms(ordered: Iterable[str], places: Mapping[str, np.ndarray]) -> list[str]:
    """Of terms that are part of each other and stand in the same texts one each, in the order given.

    The longest is kept that occurs at least half as often as the first of them: 退款 gives way to 退款太慢 where most
    who say the one say the other.
    """
    groups: list[list[str]] = []
    for term in ordered:
        group = next((group for group in groups if _same(term, group[0], places)), None)
        if group is None:
            groups.append([term])
        else:
            group.append(term)
    names = [
        max((t for t in group if len(places[t]) >= SAME_TEXTS * len(places[group[0]])), key=lambda t: (len(t), t))
        for group in groups
    ]
    # Two words may have led to groups of their own before the phrase that holds both came up.
    return [name for name in names if not any(name in other != name and _same(name, other, places) for other in names)]


def _same(term: str, other: str, places: Mapping[str, np.ndarray]) -> bool:
    if term not in other and other not in term:
        return False
    shared = np.intersect1d(places[term], places[other], assume_unique=True).size
    return shared >= SAME_TEXTS * min(len(places[term]), len(places[other]))


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


def share_log_odds(y_a: np.ndarray, y_b: np.ndarray, n_a: int, n_b: int) -> np.ndarray:
    """z of each term's difference in log-odds of standing in a text, between groups of n_a and n_b texts.

    d = ln[(yA + p)/(nA - yA + q)] - ln[(yB + p)/(nB - yB + q)] over its standard error, with the prior p = m s + 0.5
    and q = m (1 - s) + 0.5 texts, s being the term's share of all texts and m a tenth of their number.

    >>> share_log_odds(np.array([30., 18]), np.array([6., 40]), 100, 100).round(2).tolist()
    [3.79, -3.13]
    """
    share, texts = (y_a + y_b) / (n_a + n_b), PRIOR_PART * (n_a + n_b)
    p, q = texts * share + PRIOR_TEXTS, texts * (1 - share) + PRIOR_TEXTS
    cells = (y_a + p, n_a - y_a + q, y_b + p, n_b - y_b + q)
    difference = np.log(cells[0] / cells[1]) - np.log(cells[2] / cells[3])
    return difference / np.sqrt(sum(1 / cell for cell in cells))


def present(texts: Iterable[str | None]) -> list[str]:
    """The texts that say something."""
    return [text for text in texts if isinstance(text, str) and text.strip()]


def _two_sided(z: np.ndarray) -> np.ndarray:
    from scipy.special import ndtr  # scipy is slow to load and only this needs it

    return 2 * ndtr(-np.abs(z))


def _exact(y_a: np.ndarray, y_b: np.ndarray, share: float) -> np.ndarray:
    """Twice the smaller tail of the binomial: of the texts that hold a term, `share` are of group a if nothing differs.

    Unlike z it does not go blind where one group never uses a term.
    """
    from scipy.stats import binom

    total = y_a + y_b
    return np.minimum(1.0, 2 * np.minimum(binom.cdf(y_a, total, share), binom.sf(y_a - 1, total, share)))


def _adjusted(p: np.ndarray) -> np.ndarray:
    from scipy.stats import false_discovery_control

    return false_discovery_control(p) if len(p) else p


def _both_ends(table: pd.DataFrame, top: int) -> pd.DataFrame:
    ends = pd.concat([table[table["z"] > 0].head(top), table[table["z"] < 0].tail(top)])
    return ends.reset_index(drop=True)


def _frame(*columns: Sequence) -> pd.DataFrame:
    table = pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))
    return table.astype({"term": "str", "z": float, "p_adjusted": float, "docs_a": int, "docs_b": int})
