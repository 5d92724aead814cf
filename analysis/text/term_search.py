"""Terms of a fixed list found in an array of code points: every place at once, the longest term first.

A regular expression of hundreds of words asks for each of them at each character. Here all stretches of one length are
hashed together and looked up in one table; only what the table knows is compared in full.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_ROOM = 64  # entries of a table for each term: it fits the processor's cache, and one stretch in 64 is compared in vain
_CHARACTER, _NEXT = np.uint32(0x9E3779B1), np.uint32(0x85EBCA77)  # as for n-grams


class TermSearch:
    """Finds `terms`, none of them empty or twice, as `re.finditer` finds their alternation, the longest tried first."""

    def __init__(self, terms: Sequence[str]) -> None:
        self.lengths = np.array([len(term) for term in terms], dtype=np.int64)
        self._codes = np.zeros((len(terms), int(self.lengths.max())), dtype=np.uint32)
        for index, term in enumerate(terms):
            self._codes[index, : len(term)] = [*map(ord, term)]
        self._tables = {int(length): self._table(int(length)) for length in np.unique(self.lengths)}

    def find(self, codes: np.ndarray, piece: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where terms begin and which they are (index); none lies in two pieces, overlaps another or is in piece -1.

        `codes`: code points; `piece`: a number for each, in rising order, that tells stretches of text apart.
        """
        longest = np.full(len(codes), -1, dtype=np.int64)
        base = codes.astype(np.uint32) * _CHARACTER
        hashes = base
        for length in range(1, int(self.lengths.max()) + 1):
            if length > 1:
                hashes = hashes[: max(len(base) - length + 1, 0)] * _NEXT + base[length - 1 :]
            if length in self._tables:
                starts, terms = self._matches(codes, piece, hashes, length)
                longest[starts] = terms
        found = np.flatnonzero(longest >= 0)
        return self._apart(found, longest[found])

    def _matches(self, codes: np.ndarray, piece: np.ndarray, hashes: np.ndarray, length: int) -> tuple:
        ids, order, shift = self._tables[length]
        bucket = order[hashes >> shift]
        starts = np.flatnonzero(bucket != 0)
        inside = (piece[starts] == piece[starts + length - 1]) & (piece[starts] >= 0)
        starts = starts[inside]
        slots = bucket[starts]
        hits, terms = [], []
        # Terms that share a bucket stand one after the other.
        while len(starts):
            term = ids[slots]
            same = (codes[starts[:, None] + np.arange(length)] == self._codes[term, :length]).all(axis=1)
            hits.append(starts[same])
            terms.append(term[same])
            more = ~same & (ids[slots + 1] >= 0)
            starts, slots = starts[more], slots[more] + 1
        empty = np.zeros(0, dtype=np.int64)
        return np.concatenate([empty, *hits]), np.concatenate([empty, *terms])

    def _table(self, length: int) -> tuple[np.ndarray, np.ndarray, np.uint32]:
        """Terms of one length by bucket, each bucket closed by -1; where a bucket begins, 0 for an empty one.

        A hash shifted right by the third is its bucket.
        """
        members = np.flatnonzero(self.lengths == length)
        bits = (_ROOM * len(members)).bit_length()
        shift = np.uint32(32 - bits)
        hashes = np.zeros(len(members), dtype=np.uint32)
        for column in range(length):
            hashes = hashes * _NEXT + self._codes[members, column] * _CHARACTER
        order = np.zeros(1 << bits, dtype=np.uint16)
        ids: list[int] = [-1]
        for bucket in np.unique(hashes >> shift).tolist():
            order[bucket] = len(ids)
            ids += [*members[hashes >> shift == bucket].tolist(), -1]
        return np.array(ids, dtype=np.int64), order, shift

    def _apart(self, starts: np.ndarray, terms: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """From left to right, without those that begin inside the one before."""
        stops = starts + self.lengths[terms]
        reach = np.maximum.accumulate(stops)
        kept = np.ones(len(starts), dtype=bool)
        kept[1:] = starts[1:] >= reach[:-1]  # free of all before them; only the others have to be gone through
        others = np.flatnonzero(~kept)
        begins, ends = starts[others].tolist(), stops[others].tolist()
        befores = stops[others - 1].tolist()
        last, end = -2, -1
        for number, begin, stop, before in zip(others.tolist(), begins, ends, befores, strict=True):
            if number != last + 1:
                end = before
            last = number
            if begin >= end:
                kept[number] = True
                end = stop
        return starts[kept], terms[kept]
