"""Comments cut into clauses, each with its place in the original text and whether it answers with a "but"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np

from analysis.text.folding import Folded

_ENDS = "。！？!?\n\r"
_MARKS = _ENDS + "，；、;~～…\t"
_POINTS = ".,"  # between two digits a point or comma belongs to a number: 3.5, 1,000
# What follows a contrast word outweighs what stands before it; both scripts, since places are counted in the original.
# Words that merely contain one are left whole: 不但, 非但, 但愿, 但凡, 只不过, 再好不过, 不过如此, 不过分, 不过关.
# Each alternative begins with its own character, which lets the search skip all others.
_CONTRAST = re.compile(
    r"但是|但(?<![不非].)(?![愿願凡])|不(?<![只好].)[過过](?![如分关關敏期来來])|可是|然而|可惜"
    r"|就(?<=[，。！？；,!?;].)是(?![这這那说說我因])"
)
_MARKED = re.compile(r"[却卻](?![步])")  # 却 follows its subject, so it marks a clause and does not cut it
# What came of it (结果, 现在), after what was expected or once the case in the same sentence (本来以为, 以前).
_OUTCOME = re.compile("结果|結果|没想到|沒想到|现在|現在|如今|后来|後來|其实|其實|实际|實際|到头来|到頭來")
_EXPECTED = re.compile(r"以[为為前]|原[先本]|本[来來]|起初|[一刚剛][开開]始|看[着著]|看起[来來]|看上去")
_COMMAS = "，,；;"
_OUTCOME_WITHIN, _EXPECTED_WITHIN = 3, 40  # characters from the comma to the outcome's word, back to the expectation
# A line break that an export has written out, with one backslash or more; folding leaves it as it stands.
_WRITTEN_BREAK = re.compile(r"\\+[nrt](?![A-Za-z])")
_SPACES = " \u3000\xa0"
# A space between Chinese characters stands for a comma (质量不错 发货很快) where both sides are long enough to say
# something; between single words (服务 很 好) it only sets them apart.
_WORTH_A_SPACE = 4
_FIRST_HANZI = 0x3400
# What a character does to clauses, as bits.
_CUTS, _POINT, _CLOSES, _DIGIT, _EDGE, _SPACE = 1, 2, 4, 8, 16, 32
_DIGITS = (range(0x10000), range(0x1D7CE, 0x1D800))  # blocks that hold decimal digits: the basic plane, mathematics


@dataclass(frozen=True, slots=True)
class Clauses:
    """The clauses of many texts, those without any character left out; arrays of equal length, in order.

    `text`: index of the text; `start`, `end`: place in `Folded.joined`, punctuation at the edges and a leading contrast
    word left out of the span; `first`: index of its first folded character, where the clause before it ends;
    `contrast`: whether it follows or holds a contrast word; `sentence`: a running number of its sentence.
    """

    text: np.ndarray
    start: np.ndarray
    end: np.ndarray
    first: np.ndarray
    contrast: np.ndarray
    sentence: np.ndarray

    def __len__(self) -> int:
        return len(self.text)


def cut_clauses(folded: Folded) -> Clauses:
    """The clauses of each text; a text without any letter, digit or sign between its punctuation has none.

    >>> from analysis.text.folding import fold_texts
    >>> folded = fold_texts(["客服態度很好但是物流太慢！"])
    >>> [folded.joined[a:b] for a, b in zip(*(lambda c: (c.start, c.end))(cut_clauses(folded)))]
    ['客服態度很好', '物流太慢']
    """
    kinds = _kinds()[folded.raw]
    for start, end in _written_breaks(folded.joined):
        kinds[start:end] = _CUTS | _EDGE | _CLOSES
    cuts, words, ends = _boundaries(folded, kinds)
    start, end = _trimmed(kinds, words, np.append(cuts[1:], len(kinds))[: len(cuts)])
    before = _number_before(folded.place, len(kinds))
    first = before[cuts]
    contrast = words > cuts
    marked = [match.start() for match in _MARKED.finditer(folded.joined)]
    marked += _outcomes(folded.joined)
    contrast[np.searchsorted(cuts, marked, side="right") - 1] = True
    filled = before[end] > before[start]
    text = np.searchsorted(folded.starts, cuts, side="right") - 1
    return Clauses(
        text[filled],
        start[filled],
        end[filled],
        first[filled],
        _carried(contrast, filled, text)[filled],
        np.cumsum(ends)[filled],
    )


def clause_of_characters(folded: Folded, clauses: Clauses) -> np.ndarray:
    """The clause of each character; punctuation belongs to the clause before it in its text, -1 where there is none."""
    bounds = np.append(clauses.first, folded.codes.size)
    clause = np.repeat(np.arange(-1, len(clauses)), np.diff(bounds, prepend=0))
    foreign = np.append(clauses.text, -1)[clause] != folded.text
    clause[foreign] = -1
    return clause


def _boundaries(folded: Folded, kinds: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where clauses begin, where their words begin (behind a contrast word), and whether a sentence begins there."""
    digit = np.pad((kinds & _DIGIT) > 0, 1)
    breaks = (kinds & _CUTS) > 0
    breaks |= ((kinds & _POINT) > 0) & ~(digit[:-2] & digit[2:])
    breaks[_spaces_for_commas(folded.raw, kinds, breaks)] = True
    runs = np.flatnonzero(np.diff(breaks, prepend=False, append=False)).reshape(-1, 2)
    closed = np.append(0, np.cumsum((kinds & _CLOSES) > 0))
    contrasts = [match.span() for match in _CONTRAST.finditer(folded.joined)]
    turned = np.array(contrasts, dtype=np.int64).reshape(-1, 2)
    cuts = np.unique(np.concatenate([runs[:, 1], turned[:, 0], folded.starts]))
    cuts = cuts[cuts < len(kinds)]
    words, ends = cuts.copy(), np.zeros(len(cuts), dtype=bool)
    known = runs[runs[:, 1] < len(kinds)]
    ends[np.searchsorted(cuts, known[:, 1])] = closed[known[:, 1]] > closed[known[:, 0]]
    at = np.searchsorted(cuts, turned[:, 0])
    words[at], ends[at] = turned[:, 1], False
    ends[np.searchsorted(cuts, folded.starts[folded.starts < len(kinds)])] = True
    return cuts, words, ends


def _written_breaks(joined: str) -> list[tuple[int, int]]:
    return [match.span() for match in _WRITTEN_BREAK.finditer(joined)] if "\\" in joined else []


def _spaces_for_commas(raw: np.ndarray, kinds: np.ndarray, breaks: np.ndarray) -> np.ndarray:
    """Places of the spaces that part two clauses, each run of spaces by its first."""
    space = (kinds & _SPACE) > 0
    runs = np.flatnonzero(np.diff(space, prepend=False, append=False)).reshape(-1, 2)
    runs = runs[(runs[:, 0] > 0) & (runs[:, 1] < len(raw))]
    runs = runs[(raw[runs[:, 0] - 1] >= _FIRST_HANZI) & (raw[runs[:, 1]] >= _FIRST_HANZI)]
    apart = np.concatenate([[-1], np.flatnonzero(breaks | space), [len(raw)]])
    before = runs[:, 0] - 1 - apart[np.searchsorted(apart, runs[:, 0]) - 1]
    after = apart[np.searchsorted(apart, runs[:, 1])] - runs[:, 1]
    return runs[(before >= _WORTH_A_SPACE) & (after >= _WORTH_A_SPACE), 0]


def _trimmed(kinds: np.ndarray, words: np.ndarray, stops: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The spans from `words` to `stops` without punctuation and spaces at either edge."""
    inner = np.flatnonzero((kinds & _EDGE) == 0)
    before = _number_before(inner, len(kinds))
    first, after = before[words], before[stops]
    start = np.minimum(np.append(inner, len(kinds))[first], stops)
    return start, np.where(after > first, np.append(0, inner + 1)[after], start)


def _outcomes(joined: str) -> list[int]:
    """Where clauses begin that say what came of what an earlier clause of the sentence expected or remembers."""
    found = []
    for match in _OUTCOME.finditer(joined):
        comma = max(joined.rfind(mark, match.start() - _OUTCOME_WITHIN, match.start()) for mark in _COMMAS)
        before = joined[max(comma - _EXPECTED_WITHIN, 0) : max(comma, 0)]
        if _EXPECTED.search(before, max(map(before.rfind, _ENDS)) + 1):
            found.append(comma + 1)
    return found


def _number_before(places: np.ndarray, size: int) -> np.ndarray:
    """How many of the places (in order, each once) lie before each of 0 to `size`."""
    taken = np.zeros(size + 1, dtype=np.int64)
    taken[places + 1] = 1
    return np.cumsum(taken)


@cache
def _kinds() -> np.ndarray:
    """What each code point does to clauses: the bits above; made at first use."""
    table = np.zeros(0x110000, dtype=np.uint8)
    table[[point for block in _DIGITS for point in block if chr(point).isdecimal()]] = _DIGIT
    for characters, kind in ((_MARKS, _CUTS | _EDGE), (_POINTS, _POINT | _EDGE), (_SPACES, _EDGE | _SPACE)):
        table[[*map(ord, characters)]] |= kind
    table[[*map(ord, _ENDS + ".")]] |= _CLOSES
    return table


def _carried(contrast: np.ndarray, filled: np.ndarray, text: np.ndarray) -> np.ndarray:
    """A contrast word with nothing behind it but punctuation marks the next clause of its text."""
    carried = contrast.copy()
    for index in np.flatnonzero(contrast[:-1] & ~filled[:-1]):
        carried[index + 1] |= text[index + 1] == text[index]
    return carried
