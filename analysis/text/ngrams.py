"""Character n-grams of folded texts as hashed features, all texts at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

ORDERS = (1, 2, 3, 4)
GAPS = (2, 3)  # pairs of characters with one or two others between them: 不…好, 没…到
HASH_BITS = 21
# Odd multipliers of the xxHash and MurmurHash3 finalisers; they spread neighbouring code points over all bits.
_CHARACTER, _NEXT, _LAST = np.uint32(0x9E3779B1), np.uint32(0x85EBCA77), np.uint32(0xC2B2AE3D)
_GAP = 0x12345677


@dataclass(frozen=True, slots=True)
class Grams:
    """The features of one kind: `hashes` by starting character, and how many characters each spans.

    The last `span` - 1 characters of the array start none, so `hashes` is that much shorter than the array.
    """

    hashes: np.ndarray
    span: int


def hashed_grams(codes: np.ndarray, *, bits: int = HASH_BITS) -> Iterator[Grams]:
    """n-grams of orders 1 to 4, then gapped pairs; hashes are below 2**bits.

    They run across the ends of texts: `starts_inside` says which of them lie within one.
    """
    base = codes.astype(np.uint32) * _CHARACTER
    running = base
    for order in ORDERS:
        if order > 1:
            head = running[: max(len(base) - order + 1, 0)]
            running = (head ^ (head >> np.uint32(15))) * _NEXT + base[order - 1 :]
        yield Grams(mixed(running, bits), order)
    for gap in GAPS:
        head = base[: max(len(base) - gap, 0)]
        pairs = (head ^ np.uint32(gap * _GAP)) * _NEXT + base[gap:]
        yield Grams(mixed(pairs, bits), gap + 1)


def starts_inside(ends: np.ndarray, span: int) -> np.ndarray:
    """Which n-grams of a span end before the piece they start in does; `ends` is the piece's end for each character."""
    size = max(len(ends) - span + 1, 0)
    return np.arange(span, size + span) <= ends[:size]


def mixed(numbers: np.ndarray, bits: int) -> np.ndarray:
    """Numbers of 32 bits spread over all hashes below 2**bits."""
    numbers = (numbers ^ (numbers >> np.uint32(16))) * _LAST
    return (numbers ^ (numbers >> np.uint32(13))) >> np.uint32(32 - bits)
