"""SnowNLP's sentiment, the same numbers at several times its speed.

SnowNLP segments with a character-based trigram model (tags b, m, e, s) and classifies the words with naive Bayes.
Its code looks up 64 tag triples for each character and copies the path it came by for each of 16 states; here the
triples of a character trigram are one cached table and the path is read back from pointers. Tests hold the two equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import log

import numpy as np

_TAGS = ("b", "m", "e", "s")
_START = ""  # SnowNLP marks what stands before a sentence by an empty character with the single tag BOS
# 65,536 tables of 64 numbers are 40 MB; reviews repeat most of their trigrams.
_TABLES_KEPT = 65_536


class SnowNlpEngine:
    """The classifier that SnowNLP ships (shop reviews, MIT licence), loaded when the first instance is made."""

    def __init__(self) -> None:
        import snownlp  # 3 s and 400 MB, so only once it is needed

        self._pieces = snownlp.seg.re_zh
        self._stop = snownlp.normal.stop
        self._segmenter = _TrigramSegmenter(snownlp.seg.segger.segger)
        bayes = snownlp.sentiment.classifier.classifier
        positive, negative = bayes.d["pos"], bayes.d["neg"]
        self._prior = log(positive.getsum()) - log(negative.getsum())
        self._unseen = log(positive.freq("")) - log(negative.freq(""))
        self._weights = {
            word: log(positive.freq(word)) - log(negative.freq(word)) for word in {*positive.d, *negative.d}
        }

    def log_odds(self, clauses: Sequence[str]) -> np.ndarray:
        """ln(P(positive) / P(negative)) of each clause in simplified script; 0.1 (the prior) where nothing is known."""
        known = {clause: self._log_odds(clause) for clause in dict.fromkeys(clauses)}
        return np.array([known[clause] for clause in clauses], dtype=float)

    def words(self, clause: str) -> list[str]:
        """The words of a clause as SnowNLP cuts them, its stop words left out."""
        words: list[str] = []
        for piece in self._pieces.split(clause):
            if self._pieces.match(piece):
                words += self._segmenter.cut(piece)
            else:
                words += piece.split()
        return [word for word in words if word not in self._stop]

    def _log_odds(self, clause: str) -> float:
        return self._prior + sum(self._weights.get(word, self._unseen) for word in self.words(clause))


class _TrigramSegmenter:
    """Viterbi search over the tags of SnowNLP's `CharacterBasedGenerativeModel`, which it reads and does not change."""

    def __init__(self, model) -> None:
        self._uni, self._bi, self._tri = model.uni.d, model.bi.d, model.tri.d
        self._total = model.uni.total
        self._shares = model.l1, model.l2, model.l3
        self._unigram = lru_cache(maxsize=None)(self._unigram)
        self._bigram = lru_cache(maxsize=_TABLES_KEPT)(self._bigram)
        self._pair = lru_cache(maxsize=_TABLES_KEPT)(self._pair)
        self._table = lru_cache(maxsize=_TABLES_KEPT)(self._table)

    def cut(self, piece: str) -> list[str]:
        """The words of an unbroken run of Chinese characters."""
        words: list[str] = []
        word = ""
        for character, tag in zip(piece, self._tags(piece), strict=True):
            if tag in "bs":
                if word:
                    words.append(word)
                word = character
            else:
                word += character
            if tag == "e":
                words.append(word)
                word = ""
        return [*words, word] if word else words

    def _tags(self, piece: str) -> list[str]:
        before, last = _START, _START
        scores = np.zeros((1, 1))  # best path into (tag of the character before, tag of this one)
        pointers: list[np.ndarray] = []
        for character in piece:
            table = self._table(before, last, character)
            if table is None:  # a character that the model never saw: SnowNLP takes the last path it has
                best = np.full((scores.shape[1], len(_TAGS)), len(scores) - 1)
                scores = np.repeat(scores[-1][:, None], len(_TAGS), axis=1)
            else:
                paths = scores[:, :, None] + table
                best = paths.argmax(axis=0)
                scores = paths.max(axis=0)
            pointers.append(best)
            before, last = last, character
        tag, previous = divmod(int(scores.T.argmax()), len(scores))
        tags = [tag]
        for best in reversed(pointers[1:]):
            tags.append(previous)
            previous, tag = int(best[previous, tag]), previous
        return [_TAGS[tag] for tag in reversed(tags)]

    def _unigram(self, character: str) -> np.ndarray:
        return np.array([self._uni.get(state, 0) for state in _states(character)], dtype=float)

    def _bigram(self, first: str, second: str) -> np.ndarray:
        return np.array([[self._bi.get((a, b), 0) for b in _states(second)] for a in _states(first)], dtype=float)

    def _pair(self, first: str, second: str) -> np.ndarray:
        """What the single character and the pair give to the chance of each tag of `second` after each of `first`."""
        l1, l2, _ = self._shares
        singles = self._unigram(first)[:, None]
        pairs = self._bigram(first, second)
        follows = np.divide(l2 * pairs, singles, out=np.zeros_like(pairs), where=singles > 0)
        return l1 * (self._unigram(second) / self._total) + follows

    def _table(self, first: str, second: str, third: str) -> np.ndarray | None:
        """Log probability of each tag of `third` after each pair of tags, or None for an unknown `third`."""
        if not self._unigram(third).any():
            return None
        before, after = self._bigram(first, second), self._bigram(second, third)
        chance = np.repeat(self._pair(second, third)[None], len(before), axis=0)
        later = list(zip(*map(list, after.nonzero()), strict=True))
        for i, j in zip(*map(list, before.nonzero()), strict=True):
            for k in [k for middle, k in later if middle == j]:
                triple = (_states(first)[i], _states(second)[j], _states(third)[k])
                chance[i, j, k] += self._shares[2] * self._tri.get(triple, 0) / before[i, j]
        with np.errstate(divide="ignore"):
            return np.log(chance)


@lru_cache(maxsize=_TABLES_KEPT)
def _states(character: str) -> tuple[tuple[str, str], ...]:
    return tuple((character, tag) for tag in _TAGS) if character else ((_START, "BOS"),)
