"""Small networks over characters: what n-gram weights cannot add up, as which word turns which.

Each character has a vector, and so has each word of a list (`analysis.text.words`); a character in a word is read as
the sum of both. Two gated convolutions (Dauphin et al. 2017) see three characters in a row, then three that stand two
apart; each head then takes a weighted mean of what the places say, the weights being a softmax over the text.
Networks that differ in nothing but their random start answer together, by the mean of their log-odds: that evens out
what each has learned by heart. They are learned by `analysis.text.training.network`; here they only read.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache, cached_property
from pathlib import Path
from typing import BinaryIO

import numpy as np
from threadpoolctl import ThreadpoolController

from analysis.text.folding import Folded

UNKNOWN = 1  # 0 is what stands between texts
GAP = 2  # empty rows between texts: as far as a convolution reaches
# Of a longer text its beginning and end are read: they hold the verdict, and training saw no more.
HEAD, TAIL = 100, 60
STRENGTH = 4.0  # what the heads say together is multiplied by this, so that their weights stay small
ATTENTION_LIMIT = 8.0
_ROWS = 512  # characters worked on together: their vectors stay in the processor's cache
_REACH = 3  # characters to either side that a character's reading depends on


@dataclass(frozen=True, slots=True)
class _Layers:
    """One network, ready to read: what its first convolution says is looked up by character, not multiplied."""

    before: np.ndarray
    itself: np.ndarray
    after: np.ndarray
    far: np.ndarray
    far_bias: np.ndarray
    heads: np.ndarray
    bias: float

    def log_odds(self, codes: np.ndarray, rows: np.ndarray, first: np.ndarray) -> np.ndarray:
        """Log-odds of each text, whose characters stand at `rows` of `codes`, beginning with the `first` of these."""
        totals = np.add.reduceat(self._said(codes)[rows], first, axis=0)
        heads = totals.shape[1] // 2
        means = totals[:, :heads] / (totals[:, heads:] + np.float32(1e-3))
        return STRENGTH * means.sum(axis=1) + self.bias

    def _said(self, codes: np.ndarray) -> np.ndarray:
        """For each row what every head says, weighted, and the weight."""
        said = np.empty((len(codes), self.heads.shape[1]), dtype=np.float32)
        padded = np.zeros(len(codes) + 2 * _REACH, dtype=codes.dtype)
        padded[_REACH : _REACH + len(codes)] = codes
        for start in range(0, len(codes), _ROWS):
            stop = min(start + _ROWS, len(codes))
            self._read(padded[start : stop + 2 * _REACH], said[start:stop])
        return said

    def _read(self, codes: np.ndarray, said: np.ndarray) -> None:
        """What the characters say but for the `_REACH` first and last of them, which only stand beside them."""
        own = codes[1:-1]
        both = self.itself.take(own, axis=0)
        both += self.before.take(codes[:-2], axis=0)
        both += self.after.take(codes[2:], axis=0)
        near = _gated(both)
        near[own == 0] = 0.0
        size = len(said)
        around = np.concatenate([near[:size], near[GAP : GAP + size], near[2 * GAP :]], axis=1)
        both = around @ self.far
        both += self.far_bias
        hidden = _gated(both)
        hidden += near[GAP : GAP + size]
        np.matmul(hidden, self.heads, out=said)
        heads = said.shape[1] // 2
        weight = said[:, heads:]
        np.exp(np.clip(weight, -ATTENTION_LIMIT, ATTENTION_LIMIT, out=weight), out=weight)
        weight[codes[_REACH : _REACH + size] == 0] = 0.0
        said[:, :heads] *= weight


@dataclass(frozen=True)
class Network:
    """The arrays of the network file; all but the first have one entry a network.

    `vocabulary`: code points in order, the first of them character 2; `vectors`: int8 by character, in `steps` by row;
    `words`, `word_vectors`, `word_steps`: the same of words, which are rows of code points;
    `near`, `far` and biases: the two convolutions; `attention`, `saying`: one column a head; `bias` of the log-odds.
    """

    vocabulary: np.ndarray
    vectors: np.ndarray
    steps: np.ndarray
    words: np.ndarray
    word_vectors: np.ndarray
    word_steps: np.ndarray
    near: np.ndarray
    near_bias: np.ndarray
    far: np.ndarray
    far_bias: np.ndarray
    attention: np.ndarray
    saying: np.ndarray
    bias: np.ndarray

    def save(self, path: Path) -> None:
        """Write the arrays, compressed."""
        np.savez_compressed(path, **{field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def load(cls, file: BinaryIO) -> Network:
        """Read what `save` wrote: arrays only, nothing in the file is run."""
        arrays = np.load(file, allow_pickle=False)
        return cls(**{field.name: arrays[field.name] for field in fields(cls)})

    def log_odds(self, folded: Folded, chosen: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Log-odds of being positive for each text that is `chosen` (a boolean a text) and not empty; 0 elsewhere.

        `rows`: for each character which of the words' it is (`WordList.rows`).
        """
        odds = np.zeros(len(chosen))
        kept = kept_characters(folded.text, len(chosen)) & chosen[folded.text]
        text = folded.text[kept]
        if not text.size:
            return odds
        numbers = np.where(rows >= 0, rows + (len(self.vocabulary) + 2), self.numbered(folded.codes))
        codes, places = laid_out(numbers[kept], text)
        first = np.flatnonzero(np.diff(text, prepend=-1))
        with _linear_algebra().limit(limits=1, user_api="blas"):  # threads wait on each other longer than they work
            odds[text[first]] = np.mean([layers.log_odds(codes, places, first) for layers in self._layers], axis=0)
        return odds

    def numbered(self, codes: np.ndarray) -> np.ndarray:
        """The number of each code point, `UNKNOWN` for one that training hardly saw."""
        return self._numbers[np.minimum(codes, len(self._numbers) - 1)]

    @cached_property
    def _numbers(self) -> np.ndarray:
        """The number of each code point up to the last of the vocabulary, and of all that follow."""
        numbers = np.full(int(self.vocabulary.max()) + 2, UNKNOWN, dtype=np.int32)
        numbers[self.vocabulary] = np.arange(len(self.vocabulary), dtype=np.int32) + 2
        return numbers

    @cached_property
    def _layers(self) -> list[_Layers]:
        return [self._ready(index) for index in range(len(self.bias))]

    def _ready(self, index: int) -> _Layers:
        vectors = self.vectors[index] * self.steps[index]
        vectors[0] = 0.0
        words = self.word_vectors[index] * self.word_steps[index]
        inside = self.words > 0
        own = vectors[self.numbered(self.words[inside])] + words[np.nonzero(inside)[0]]
        vectors = np.concatenate([vectors, own]).astype(np.float32)
        before, itself, after = (vectors @ part for part in np.split(self.near[index], 3))
        return _Layers(
            before=before,
            itself=itself + self.near_bias[index],
            after=after,
            far=self.far[index],
            far_bias=self.far_bias[index],
            heads=np.concatenate([self.saying[index], self.attention[index]], axis=1),
            bias=float(self.bias[index]),
        )


@cache
def _linear_algebra() -> ThreadpoolController:
    return ThreadpoolController()


def kept_characters(text: np.ndarray, size: int) -> np.ndarray:
    """Which characters lie among the first `HEAD` or last `TAIL` of their text, where it is longer than both."""
    bounds = np.searchsorted(text, np.arange(size + 1))
    place = np.arange(len(text)) - bounds[text]
    left = bounds[text + 1] - np.arange(len(text))
    return (place < HEAD) | (left <= TAIL)


def laid_out(numbers: np.ndarray, text: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Character numbers with `GAP` empty rows before, between and after texts; and the row of each character."""
    rank = np.cumsum(np.diff(text, prepend=text[:1]) > 0)
    rows = np.arange(len(text)) + GAP * (rank + 1)
    laid = np.zeros(rows[-1] + 1 + GAP, dtype=np.int32)
    laid[rows] = numbers
    return laid, rows


def _gated(both: np.ndarray) -> np.ndarray:
    half = both.shape[1] // 2
    gate = np.negative(both[:, half:])
    np.exp(gate, out=gate)
    gate += 1
    return np.divide(both[:, :half], gate, out=gate)
