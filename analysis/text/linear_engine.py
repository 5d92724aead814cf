"""The project's own reading of tone: weights for hashed n-grams and words, and small networks where those hesitate.

A text's log-odds are the sum of its n-grams' weights over its length: the root of the sum of the squares of what each
n-gram tells (its naive Bayes ratio), so that neither many n-grams nor a few telling ones make it sure of itself. Words
and pairs of words are added up in the same way beside them. Where clauses answer each other with a "but", those after
it weigh more than those before. A text that is left in doubt is read by networks (`analysis.text.network`) as well.
Weights come from `analysis.text.training`; model/MODEL_CARD.md says from what and how well they read.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from importlib import resources
from pathlib import Path
from typing import BinaryIO

import numpy as np

from analysis.text.clauses import Clauses, clause_of_characters
from analysis.text.engines import Tone
from analysis.text.events import event_tones
from analysis.text.folding import Folded, points_table
from analysis.text.network import Network
from analysis.text.ngrams import hashed_grams, starts_inside
from analysis.text.polarity import term_balance
from analysis.text.words import Found, WordList, hashed_words

MODEL_FILE, NETWORK_FILE = "model/sentiment.npz", "model/network.npz"
# Before a "but" a clause counts 1 - 0.15, after it 1 + 0.15. On reviews held out no contrast at all and this much read
# equally well, twice as much costs 0.1 points of macro-F1: what a reviewer ends with is not always the verdict.
CONTRAST_SHIFT = 0.15
# What a polar term adds: the mean over a text's clauses counts this much, more in a text of few clauses, where few
# n-grams speak, and most in a clause that is read alone. Reviews read as well without; short sentences need it.
TERM_WEIGHT = 0.4
TERM_WEIGHT_ALONE = 1.0
TERM_WEIGHT_CLAUSE = 2.0
# In a text too short for the networks: n-grams and words say the same thing twice there, and neither knows 没有不好.
TERM_WEIGHT_SHORT = 3.0
# What an event adds to the odds of a short text without a polar term, and to those of the clause that tells it. Reviews
# of goods complain where they do not judge, so praise needs as much as this to be seen; blame is half seen already: of
# such reviews one in three praises, of those with a cue of blame one in ten.
EVENT_PRAISE, EVENT_BLAME = 5.0, 2.0
EVENT_CHARACTERS = 30
# Character n-grams and words each read the text; of the sum of their log-odds this share counts.
READING_SHARE = 0.625
# The networks read a text whose n-grams and terms sum to less than this on either side: one in eleven reviews, two in
# five of shorter comments; of their log-odds this share counts. In cross-validation limits of 1 to 9 call the same
# sides; the wider the limit, the better the probabilities and the slower the reading.
DOUBT = 1.25
NETWORK_SHARE = 0.5
# Shorter texts are mostly set phrases, which n-grams and terms hold whole; the networks learned from reviews.
NETWORK_LEAST = 8
STEPS = 127  # of a weight on either side
LEAST_SQUARE = 1e-3  # of a length: where no n-gram is known, or none tells anything
_MIN_HANZI = 2  # 嗯, 哦: too short to have a tone unless the sign itself is one
_HANZI_FROM, _HANZI_TO = 0x3400, 0x9FFF
# A text in the middle is neutral where no clause leans, uncertain where one does.
_LEANING = 0.75


@dataclass(frozen=True, slots=True)
class LinearModel:
    """The arrays of the model file.

    `roots`: int8 by n-gram hash, 127 times the signed square root of the weight's share of `largest`, the greatest
    weight; `square_roots` and `largest_square` the same of what it adds to the square of a text's length; `intercept`
    in log-odds; `slope` and `shift` calibrate the sum
    (Platt 1999), `clause_slope` and `clause_shift` that of a clause; `bounds`: below the first a text is negative, from
    the second on positive; `clause_bounds` the same of clauses; `signs`: folded code points that have a tone alone.
    `words`: code points of words (`WordList`); `word_roots` and what follows: the same as above, of words and pairs of
    them.
    """

    roots: np.ndarray
    largest: float
    square_roots: np.ndarray
    largest_square: float
    intercept: float
    slope: float
    shift: float
    clause_slope: float
    clause_shift: float
    bounds: tuple[float, float]
    clause_bounds: tuple[float, float]
    signs: np.ndarray
    words: np.ndarray
    word_roots: np.ndarray
    word_largest: float
    word_square_roots: np.ndarray
    word_largest_square: float
    word_intercept: float

    def save(self, path: Path) -> None:
        """Write the arrays, compressed."""
        np.savez_compressed(path, **{field.name: np.asarray(getattr(self, field.name)) for field in fields(self)})

    @classmethod
    def load(cls, file: BinaryIO) -> LinearModel:
        """Read what `save` wrote: arrays only, nothing in the file is run."""
        arrays = np.load(file, allow_pickle=False)
        values = {field.name: arrays[field.name] for field in fields(cls)}
        pairs = ("bounds", "clause_bounds")
        numbers = {name: float(array) for name, array in values.items() if array.ndim == 0}
        return cls(**(values | numbers | {name: tuple(values[name].tolist()) for name in pairs}))


class LinearEngine:
    """Reads tone by a `LinearModel` and, where it is in doubt, by a `Network`; without one, by the weights alone."""

    def __init__(self, model: LinearModel, network: Network | None = None) -> None:
        self.model, self.network = model, network
        self._bits = int(model.roots.size).bit_length() - 1
        self._grams = _table(model.roots, model.largest, model.square_roots, model.largest_square)
        self._words = WordList(model.words)
        self._signs = points_table(model.signs)
        self._word_grams = _table(
            model.word_roots, model.word_largest, model.word_square_roots, model.word_largest_square
        )

    @classmethod
    def load(cls) -> LinearEngine:
        """The engine with the files that come with the package."""
        package = resources.files(__package__)
        with package.joinpath(MODEL_FILE).open("rb") as model, package.joinpath(NETWORK_FILE).open("rb") as network:
            return cls(LinearModel.load(model), Network.load(network))

    def read(self, folded: Folded, clauses: Clauses) -> Tone:
        """The tone of each text and clause; see `Tone`."""
        model = self.model
        odds, clause_odds = self.log_odds(folded, clauses)
        readable, clause_readable = self._readable(folded, clauses)
        chances = _chance(model.slope * odds + model.shift, readable)
        clause_chances = _chance(model.clause_slope * clause_odds + model.clause_shift, clause_readable)
        names = _named(chances, model.bounds)
        plain = _single(clauses, len(names))
        names[plain] = _named(chances, model.clause_bounds)[plain]
        leaning = np.abs(np.nan_to_num(clause_chances, nan=0.5) - 0.5) >= _LEANING - 0.5
        leans = np.bincount(clauses.text[leaning], minlength=len(names)) > 0
        names[(names == "neutral") & leans] = "uncertain"
        return Tone(chances, names, clause_chances, _named(clause_chances, model.clause_bounds))

    def log_odds(self, folded: Folded, clauses: Clauses) -> tuple[np.ndarray, np.ndarray]:
        """Uncalibrated log-odds of each text and of each clause."""
        clause = clause_of_characters(folded, clauses)
        text_ends = np.cumsum(np.bincount(folded.text, minlength=len(folded.starts)))[folded.text]
        # Characters before a text's first clause have the clause -1 and come first: sorted within each text only.
        clause_ends = np.append(clauses.first[1:], len(folded.codes))[clause] if len(clauses) else text_ends
        whole, alone = _Sums(folded.codes.size), _Sums(folded.codes.size)
        for grams in hashed_grams(folded.codes, bits=self._bits):
            found = self._grams.take(grams.hashes)
            whole.add(found, starts_inside(text_ends, grams.span))
            alone.add(found, starts_inside(np.minimum(clause_ends, text_ends), grams.span))
        weights = contrast_weights(clauses)
        shifted = np.append(weights, 1.0)[clause]
        tones = np.sign(term_balance(folded.codes, clause, len(clauses)))
        found = self._words.find(folded.codes, folded.text)
        texts = self._odds(*whole.by(folded.text, len(folded.starts), scale=shifted))
        texts = READING_SHARE * (texts + self._said_by_words(folded, found, shifted))
        long = np.bincount(folded.text, minlength=len(texts)) >= NETWORK_LEAST
        texts += _said_by_terms(tones * weights, clauses.text, long)
        if self.network:
            rows = self._words.rows(found, folded.codes.size)
            texts += NETWORK_SHARE * self.network.log_odds(folded, long & (np.abs(texts) < DOUBT), rows)
        told = _told(folded, clauses, tones)
        texts += _last_told(told, clauses.text, len(texts))
        return texts, self._odds(*alone.by(clause, len(clauses))) + TERM_WEIGHT_CLAUSE * tones + told

    def _said_by_words(self, folded: Folded, found: Found, scale: np.ndarray) -> np.ndarray:
        sums = _Sums(folded.codes.size)
        for at, hashes in hashed_words(folded.codes, folded.text, found, self._words.lengths):
            sums.add_at(self._word_grams.take(hashes), at)
        totals, lengths = sums.by(folded.text, len(folded.starts), scale=scale)
        return totals / lengths + self.model.word_intercept

    def _odds(self, totals: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        return totals / lengths + self.model.intercept

    def _readable(self, folded: Folded, clauses: Clauses) -> tuple[np.ndarray, np.ndarray]:
        """Which texts and clauses hold two Chinese characters, or a sign that has a tone by itself."""
        worth = ((folded.codes >= _HANZI_FROM) & (folded.codes <= _HANZI_TO)).astype(np.int64)
        worth[self._signs[folded.codes]] = _MIN_HANZI
        clause = clause_of_characters(folded, clauses)
        texts = np.bincount(folded.text, weights=worth, minlength=len(folded.starts))
        owned = np.bincount(clause + 1, weights=worth, minlength=len(clauses) + 1)[1:]
        return texts >= _MIN_HANZI, owned >= _MIN_HANZI


class _Sums:
    """Weights of n-grams, and what they add to the square of a length, by the character they start at."""

    def __init__(self, size: int) -> None:
        self._sums = np.zeros(size, dtype=np.complex64)

    def add(self, found: np.ndarray, valid: np.ndarray) -> None:
        """What stands in a table for the n-grams that start at each character from the first on, where `valid`."""
        held = self._sums[: len(found)]
        np.add(held, found, out=held, where=valid)

    def add_at(self, found: np.ndarray, places: np.ndarray) -> None:
        """The same for those that start at `places`, none of them twice."""
        self._sums[places] += found

    def by(self, owner: np.ndarray, size: int, *, scale: np.ndarray | float = 1.0) -> tuple[np.ndarray, np.ndarray]:
        """Sums and lengths by owner; -1 owns nothing that is returned."""
        totals = np.bincount(owner + 1, weights=self._sums.real * scale, minlength=size + 1)
        squares = np.bincount(owner + 1, weights=self._sums.imag, minlength=size + 1)
        return totals[1:], np.sqrt(np.maximum(squares[1:], LEAST_SQUARE))


def _table(roots: np.ndarray, largest: float, square_roots: np.ndarray, largest_square: float) -> np.ndarray:
    """Weights as real, squares as imaginary parts: both are looked up at once."""
    return _in_full(roots, largest) + 1j * _in_full(square_roots, largest_square)


def _in_full(roots: np.ndarray, largest: float) -> np.ndarray:
    roots = roots.astype(np.float32)
    return roots * np.abs(roots) * np.float32(largest / STEPS**2)


def _single(clauses: Clauses, size: int) -> np.ndarray:
    """Texts in which nothing is left to disagree: of one clause, or of two of which the second answers with a "but"."""
    number = np.bincount(clauses.text, minlength=size)
    last = np.append(clauses.text[1:] != clauses.text[:-1], True)[: len(clauses)]
    answered = np.bincount(clauses.text[last & clauses.contrast], minlength=size) > 0
    return (number == 1) | ((number == 2) & answered)


def contrast_weights(clauses: Clauses) -> np.ndarray:
    """How much each clause counts in its text: less before a contrast of its sentence, more from there on."""
    weights = np.ones(len(clauses))
    turns = np.flatnonzero(clauses.contrast)
    sentences, first = np.unique(clauses.sentence[turns], return_index=True)
    at = np.searchsorted(sentences, clauses.sentence)
    at_known = np.minimum(at, max(len(sentences) - 1, 0))
    if len(sentences):
        turned = sentences[at_known] == clauses.sentence
        after = np.arange(len(clauses)) >= turns[first][at_known]
        weights[turned] += np.where(after, CONTRAST_SHIFT, -CONTRAST_SHIFT)[turned]
    return weights


def _said_by_terms(tones: np.ndarray, owner: np.ndarray, long: np.ndarray) -> np.ndarray:
    number = np.maximum(np.bincount(owner, minlength=len(long)), 1)
    alone = np.where(long, TERM_WEIGHT_ALONE, TERM_WEIGHT_SHORT)
    weight = TERM_WEIGHT + (alone - TERM_WEIGHT) / number
    return weight * np.bincount(owner, weights=tones, minlength=len(long)) / number


def _told(folded: Folded, clauses: Clauses, tones: np.ndarray) -> np.ndarray:
    """What the events that clauses tell add to them, in short texts where no term judges."""
    size = np.bincount(folded.text, minlength=len(folded.starts))
    judged = np.bincount(clauses.text[tones != 0], minlength=len(size)) > 0
    told = event_tones(folded, clauses, ((size <= EVENT_CHARACTERS) & ~judged)[clauses.text])
    return np.where(told > 0, EVENT_PRAISE, EVENT_BLAME) * told


def _last_told(told: np.ndarray, owner: np.ndarray, size: int) -> np.ndarray:
    """What the last clause that tells of an event says of its text: how it came out in the end."""
    texts = np.zeros(size)
    texts[owner[told != 0]] = told[told != 0]
    return texts


def _chance(odds: np.ndarray, readable: np.ndarray) -> np.ndarray:
    return np.where(readable, 1.0 / (1.0 + np.exp(-odds)), np.nan)


def _named(chances: np.ndarray, bounds: tuple[float, float]) -> np.ndarray:
    negative_below, positive_from = bounds
    names = np.full(len(chances), "neutral", dtype=object)
    names[chances >= positive_from] = "positive"
    names[chances < negative_below] = "negative"
    names[np.isnan(chances)] = "uncertain"
    return names
