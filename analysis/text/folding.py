"""Many texts as one array of folded code points, each with the place it has in its text.

Folding maps single characters: NFKC where the result is one character, traditional to simplified script, lower case,
digits to 0. Spaces, control characters and masks fall away, a character repeated more than three times in a row is
kept three times. What is left is what models and terms are matched against, and places in the original stay exact.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from analysis.taxonomy import to_simplified

MAX_REPEATS = 3  # ！！！ is a signal, the fourth mark adds nothing
# Blocks above the basic plane that NFKC turns into letters, digits or ideographs of the basic plane.
_FOLDED_ABOVE = (range(0x1D400, 0x1D800), range(0x1F100, 0x1F200), range(0x2F800, 0x2FA20))
_MASK = re.compile(r"\[[^\[\]\n]{1,10}\]")  # what stands for personal data: [电话]
_INVISIBLE = frozenset({*range(0x200B, 0x2010), *range(0x2028, 0x202F), 0xFE0F, 0xFEFF, *range(0xD800, 0xE000)})
# One mark for each job, so that a habit of the keyboard is no feature; 著 for 着 is how Taiwan writes the particle.
_ALIKE = str.maketrans("。、“”＂‘’【】著妳", '.,"""\'\'[]着你')
_DIGIT = ord("0")


@dataclass(frozen=True, slots=True)
class Folded:
    """The characters of all texts that count, in order.

    `codes`: folded code points; `text`: index of the text each belongs to; `place`: its index in `joined`, the texts
    as written with one line break between them; `raw`: the code points of `joined`; `starts`: where each text begins
    in `joined`.
    """

    codes: np.ndarray
    text: np.ndarray
    place: np.ndarray
    joined: str
    raw: np.ndarray
    starts: np.ndarray


def fold_texts(texts: Sequence[str]) -> Folded:
    """Fold texts of any content; an empty text has no characters.

    >>> folded = fold_texts(["ＡＰＰ 老是閃退！！！！！", "", "打[电话]2次"])
    >>> "".join(map(chr, folded.codes)), folded.text.tolist()[-3:]
    ('app老是闪退!!!打0次', [2, 2, 2])
    """
    joined = "\n".join(texts)
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    starts = np.cumsum(lengths + 1) - (lengths + 1)
    raw = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    codes = fold_table()[raw]
    for mask in _MASK.finditer(joined):
        codes[mask.start() : mask.end()] = 0
    owner = np.repeat(np.arange(len(texts)), lengths + 1)[: len(codes)]
    place = np.flatnonzero(codes)
    codes, owner = codes[place], owner[place]
    kept = ~_repeats(codes, owner)
    return Folded(codes[kept], owner[kept], place[kept], joined, raw, starts)


def _repeats(codes: np.ndarray, owner: np.ndarray) -> np.ndarray:
    """Which characters equal the `MAX_REPEATS` before them in the same text."""
    repeated = np.zeros(len(codes), dtype=bool)
    same = (codes[1:] == codes[:-1]) & (owner[1:] == owner[:-1])
    run = same[2:] & same[1:-1] & same[:-2]
    repeated[MAX_REPEATS : MAX_REPEATS + len(run)] = run
    return repeated


def points_table(points: np.ndarray) -> np.ndarray:
    """For each code point whether it is among the points: faster to ask than a search where there are many texts."""
    table = np.zeros(0x110000, dtype=bool)
    table[points] = True
    return table


@cache
def fold_table() -> np.ndarray:
    """The folded code point of each code point, 0 for what falls away; made at first use."""
    table = np.arange(0x110000, dtype=np.uint32)
    points = [p for block in (range(0x10000), *_FOLDED_ABOVE) for p in block if p not in _INVISIBLE]
    forms = [unicodedata.normalize("NFKC", chr(p)).lower() for p in points]
    single = [form if len(form) == 1 else chr(p) for p, form in zip(points, forms, strict=True)]
    table[points] = [_folded_code(c) for c in _simplified(single)]
    table[list(_INVISIBLE)] = 0
    return table


def _simplified(characters: list[str]) -> list[str]:
    """Each character in simplified script; the marks of control characters stand aside of the conversion."""
    printed = [c if c.isprintable() else " " for c in characters]
    converted = to_simplified("\n".join(printed)).split("\n")
    return [new if old.isprintable() else old for old, new in zip(characters, converted, strict=True)]


def _folded_code(character: str) -> int:
    code = ord(character.translate(_ALIKE)[:1] or " ")
    if character.isspace() or unicodedata.category(character) in ("Cc", "Cf"):
        return 0
    return _DIGIT if character.isdecimal() else code
