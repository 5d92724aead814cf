"""Comments of one tone grouped into themes that keep their shape from one sample to the next.

What a passage speaks of by the terms of the taxonomy needs no clustering: its dimension is its group, whatever the
other comments say. Only passages that name no dimension are grouped by their words (TF-IDF and non-negative matrix
factorisation, begun from the singular vectors, so that nothing is drawn at random). A theme is named by the phrases
that set its passages apart from the others.

References
----------
1. Lee, D. and Seung, H. (1999). Learning the parts of objects by non-negative matrix factorization. Nature 401.
2. Boutsidis, C. and Gallopoulos, E. (2008). SVD based initialization: a head start for NMF. Pattern Recognition 41.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.text.keywords import distinct_terms, holding, share_log_odds
from analysis.text.tokens import terms_of, words_of

OTHER_THEMES = 4       # groups among the passages that name no dimension
MIN_PASSAGES = 60      # fewer passages without a dimension are left as they are: groups of them would be chance
MIN_SIZE = 10          # comments that make a theme (estimate.FLOOR_SCORED)
NAME_PHRASES = 2       # phrases in a name
_NAMING_DOCS = 3       # passages that must hold a phrase which names their theme
_TYPICAL = 1.5         # log-odds over their error from which a phrase names its theme before any word, as it says more
_ITERATIONS = 300


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of comment number `comment`, and the dimension it speaks of by the taxonomy, if any."""

    comment: int
    text: str
    dimension: str | None


@dataclass(frozen=True, slots=True)
class Theme:
    """A group of comments: its label, its phrases, the most typical first, the dimension it belongs to if any.

    `passages` are places in the list that was grouped, `comments` the numbers of their comments, each once, rising.
    """

    label: str
    phrases: tuple[str, ...]
    dimension: str | None
    passages: tuple[int, ...]
    comments: tuple[int, ...]


def group(
    passages: Sequence[Passage], *, labels: np.ndarray | None = None, least: int = MIN_SIZE
) -> tuple[Theme, ...]:
    """Themes of at least `least` comments, the largest first; the same for the same passages in any order of theirs.

    A passage is in one theme at most, a comment in as many as its passages. No passages give no themes. `labels` as
    `labels_of` gives them. Names tell themes apart by log-odds of shares (`keywords.share_log_odds`) of all passages.
    """
    labels = labels_of(passages) if labels is None else labels
    places = {label: np.flatnonzero(labels == label) for label in sorted(set(labels) - {""})}
    comments = {label: np.unique([passages[i].comment for i in at]) for label, at in places.items()}
    large = [label for label in places if len(comments[label]) >= least]
    terms = holding([p.text for p in passages], terms_of)
    found = [
        Theme(
            label, _phrases(places[label], terms, len(passages)), passages[places[label][0]].dimension,
            tuple(places[label].tolist()), tuple(comments[label].tolist()),
        )
        for label in large
    ]
    return tuple(sorted((t for t in found if t.phrases), key=lambda t: (-len(t.comments), t.phrases)))


def labels_of(passages: Sequence[Passage], *, fitted_on: Sequence[Passage] | None = None) -> np.ndarray:
    """The group of each passage: a dimension, "#0", "#1" … for those without one, "" for what fits nowhere.

    Groups without a dimension are found in `fitted_on`, else in the passages themselves.
    """
    labels = np.array([p.dimension or "" for p in passages], dtype=object)
    free = np.flatnonzero(labels == "")
    source = sorted(p.text for p in (passages if fitted_on is None else fitted_on) if p.dimension is None)
    if len(source) >= MIN_PASSAGES and len(free):
        labels[free] = _clustered([passages[i].text for i in free], source)
    return labels


def _clustered(texts: list[str], source: list[str]) -> list[str]:
    from sklearn.decomposition import NMF
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.feature_extraction.text import TfidfVectorizer

    reader = TfidfVectorizer(analyzer=lambda text: sorted(words_of(text)), min_df=5, max_df=0.5)
    try:
        known = reader.fit_transform(source)
    except ValueError:  # no word in enough passages
        return [""] * len(texts)
    parts = min(OTHER_THEMES, min(known.shape) - 1)
    if parts < 1:
        return [""] * len(texts)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a good grouping need not be the last digit's
        factors = NMF(parts, init="nndsvd", max_iter=_ITERATIONS).fit(known)
        weights = factors.transform(reader.transform(texts))
    return [f"#{row.argmax()}" if row.max() > 0 else "" for row in weights]


def _phrases(inside: np.ndarray, terms: dict[str, np.ndarray], total: int) -> tuple[str, ...]:
    """The phrases that mark some passages among all, words where there is no phrase."""
    counts = {term: np.isin(at, inside, assume_unique=True).sum() for term, at in terms.items() if len(at) >= 2}
    names = sorted(term for term, count in counts.items() if count >= min(_NAMING_DOCS, len(inside)))
    if not names:
        return ()
    own = np.array([counts[name] for name in names], dtype=float)
    rest = np.array([len(terms[name]) for name in names]) - own
    # A theme alone has nothing to differ from: what is said most names it.
    z = share_log_odds(own, rest, len(inside), total - len(inside)) if total > len(inside) else own
    strongest = [i for i in np.lexsort((names, -z)) if z[i] > 0]
    phrases = [names[i] for i in strongest if z[i] >= _TYPICAL and names[i] not in words_of(names[i])]
    words = [names[i] for i in strongest if names[i] in words_of(names[i])]
    return tuple(distinct_terms([*phrases, *words][: 20 * NAME_PHRASES], terms)[:NAME_PHRASES])
