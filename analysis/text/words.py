"""Words of a list in folded texts, the longest first from left to right (forward maximum matching).

Cutting with a dictionary's frequencies agrees better with readers but costs more than all reading of tone; what is
learned from words gains as much without (model/MODEL_CARD.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.text.ngrams import mixed
from analysis.text.term_search import TermSearch

LONGEST = 4
PAIR_BITS = 21
_WORD = np.uint32(0x7FEB352D)  # sets a word apart from the character whose code point is its number


@dataclass(frozen=True, slots=True)
class Found:
    """The words of texts: where each begins in the array of characters, and which it is."""

    starts: np.ndarray
    words: np.ndarray


class WordList:
    """Words of two to four characters, by their code points (words × 4, 0 behind the last)."""

    def __init__(self, points: np.ndarray) -> None:
        self.points = points
        self.lengths = (points > 0).sum(axis=1)
        self.first_row = np.cumsum(self.lengths) - self.lengths  # of the characters of all words, one after the other

    @classmethod
    def of(cls, words: list[str]) -> WordList:
        """The list of these words, none of them twice.

        >>> WordList.of(["客服", "没人"]).lengths.tolist()
        [2, 2]
        """
        points = np.zeros((len(words), LONGEST), dtype=np.uint32)
        for index, word in enumerate(words):
            points[index, : len(word)] = [*map(ord, word)]
        return cls(points)

    def find(self, codes: np.ndarray, text: np.ndarray) -> Found:
        """The words in an array of code points; none reaches from one `text` into the next."""
        return Found(*self._search.find(codes, text))

    def rows(self, found: Found, size: int) -> np.ndarray:
        """For each of `size` characters which of the words' characters it is (`first_row`), -1 outside of words."""
        rows = np.full(size, -1, dtype=np.int32)
        lengths, first = self.lengths[found.words], self.first_row[found.words]
        for place in range(LONGEST):
            long = lengths > place
            rows[found.starts[long] + place] = first[long] + place
        return rows

    @cached_property
    def _search(self) -> TermSearch:
        words = ["".join(map(chr, row[row > 0].tolist())) for row in self.points]
        return TermSearch(words)


def hashed_words(
    codes: np.ndarray, text: np.ndarray, found: Found, lengths: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Features of words: where each begins and its hash; first words and lone characters, then pairs of neighbours."""
    begins = np.ones(len(codes), dtype=bool)
    spans = lengths[found.words]
    for place in range(1, LONGEST):
        begins[found.starts[spans > place] + place] = False
    names = codes.astype(np.uint32)
    names[found.starts] = found.words.astype(np.uint32) * _WORD + np.uint32(1)
    at = np.flatnonzero(begins)
    names = names[at]
    yield at, mixed(names * np.uint32(0x9E3779B1), PAIR_BITS)
    together = text[at[:-1]] == text[at[1:]]
    head = names[:-1] * np.uint32(0x9E3779B1)
    pairs = (head ^ (head >> np.uint32(15))) * np.uint32(0x85EBCA77) + names[1:] * np.uint32(0x9E3779B1)
    yield at[:-1][together], mixed(pairs, PAIR_BITS)[together]
