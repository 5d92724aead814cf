"""The terms that mark two groups of comments, by a choice of methods.

Only log-odds test a difference. TF-IDF and TextRank say what a group speaks of, and are there because people know
them: both may name the same term for both groups.

References
----------
1. Monroe, B., Colaresi, M. and Quinn, K. (2008). Fightin' Words. Political Analysis 16.
2. Sparck Jones, K. (1972). A statistical interpretation of term specificity. Journal of Documentation 28.
3. Mihalcea, R. and Tarau, P. (2004). TextRank: bringing order into texts. EMNLP.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd

from analysis.text.keywords import MIN_TEXTS, UNITS, Units, distinct_terms, holding, keywords, present
from analysis.text.tokens import content_words, words_of

Method = Literal["log_odds", "tf_idf", "text_rank"]
METHODS: tuple[Method, ...] = ("log_odds", "tf_idf", "text_rank")
COLUMNS = ("side", "term", "weight", "p_adjusted", "docs_a", "docs_b")

RELIABLE = 0.05  # adjusted p-value below which log-odds tell the groups apart
MIN_DOCS = 5     # texts that must hold a term, in both groups together
_LOOKED_AT = 8   # terms looked at for each that is shown, as some say the same
_SPAN = 5        # TextRank joins words at most this far apart, as jieba does


def typical_terms(
    texts_a: Sequence[str],
    texts_b: Sequence[str],
    *,
    method: Method = "log_odds",
    units: Units = "terms",
    top: int = 12,
) -> pd.DataFrame:
    """At most `top` terms of each group, the most typical first: `COLUMNS`, `side` being "a" or "b".

    "log_odds" gives words and phrases that tell the groups apart reliably [1], `weight` is |z|. "tf_idf" gives those
    with the largest mean TF-IDF in the group, against all texts of both [2]; "text_rank" the words with the highest
    rank in the group's graph of neighbouring words, 1 for the first [3]; neither has a `p_adjusted` (NaN).
    `units` as in `keywords`; TextRank knows words only. Fewer than 20 texts in a group give no rows.
    """
    a, b = present(texts_a), present(texts_b)
    if min(len(a), len(b)) < MIN_TEXTS:
        return _table([])
    if method == "log_odds":
        return _told_apart(a, b, units, top)
    terms = words_of if method == "text_rank" else UNITS[units]
    weights = _text_rank(a, b) if method == "text_rank" else _tf_idf(a, b, terms)
    places = holding([*a, *b], terms)
    lines = []
    for side, weight in zip("ab", weights, strict=True):
        ordered = sorted(weight, key=lambda term: (-weight[term], term))
        often = [term for term in ordered if len(places.get(term, ())) >= MIN_DOCS]
        for term in distinct_terms(often[: _LOOKED_AT * top], places)[:top]:
            docs = int(np.searchsorted(places[term], len(a)))
            lines.append((side, term, weight.get(term, 0.0), np.nan, docs, len(places[term]) - docs))
    return _table(lines)


def _told_apart(a: list[str], b: list[str], units: Units, top: int) -> pd.DataFrame:
    found = keywords(a, b, units=units, min_docs=MIN_DOCS, top=_LOOKED_AT * top)
    found = found[found["p_adjusted"] < RELIABLE]
    sides = (("a", found[found["z"] > 0]), ("b", found[found["z"] < 0].iloc[::-1]))
    return _table(
        (side, r.term, abs(r.z), r.p_adjusted, r.docs_a, r.docs_b)
        for side, rows in sides for r in rows.head(top).itertuples()
    )


def _tf_idf(
    a: list[str], b: list[str], terms: Callable[[str], frozenset[str]]
) -> tuple[dict[str, float], dict[str, float]]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    reader = TfidfVectorizer(analyzer=lambda text: sorted(terms(text)), min_df=MIN_DOCS, sublinear_tf=True)
    try:
        matrix = reader.fit_transform([*a, *b])
    except ValueError:  # no term in enough texts
        return {}, {}
    names = reader.get_feature_names_out()
    means = (np.asarray(part.mean(axis=0)).ravel() for part in (matrix[: len(a)], matrix[len(a) :]))
    first, second = (
        {name: float(weight) for name, weight in zip(names, mean, strict=True) if weight > 0} for mean in means
    )
    return first, second


def _text_rank(a: list[str], b: list[str]) -> tuple[dict[str, float], dict[str, float]]:
    with warnings.catch_warnings():
        # jieba leaves closing a file it reads to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        from jieba.analyse.textrank import UndirectWeightedGraph

    return _ranks(a, UndirectWeightedGraph), _ranks(b, UndirectWeightedGraph)


def _ranks(texts: list[str], graph_kind: Callable) -> dict[str, float]:
    joined: dict[tuple[str, str], int] = {}
    for text in texts:
        words = content_words(text)
        for start in range(len(words)):
            for first, second in combinations(words[start : start + _SPAN], 2):
                if first == words[start] and first != second:
                    joined[first, second] = joined.get((first, second), 0) + 1
    graph = graph_kind()
    for (first, second), weight in sorted(joined.items()):
        graph.addEdge(first, second, weight)
    if not joined:
        return {}
    ranks = graph.rank()
    largest = max(ranks.values())
    return {word: rank / largest for word, rank in ranks.items()}


def _table(lines: Iterable[tuple]) -> pd.DataFrame:
    table = pd.DataFrame(list(lines), columns=list(COLUMNS))
    kinds = ("str", "str", float, float, int, int)
    return table.astype(dict(zip(COLUMNS, kinds, strict=True)))
