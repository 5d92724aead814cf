"""Comments cut into clauses, each with its place in the original text and whether it answers with a "but"."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from analysis.text.folding import Folded

_ENDS = "。！？!?\n\r"
_MARKS = _ENDS + "，；、;~～…\t"
# A point or comma between digits belongs to a number: 3.5, 1,000.
_BREAK = rf"[{_MARKS}]+|(?<!\d)[.,]+|[.,]+(?!\d)"
# What follows a contrast word outweighs what stands before it; both scripts, since places are counted in the original.
# Words that merely contain one are left whole: 不但, 非但, 但愿, 但凡, 只不过, 再好不过, 不过如此, 不过分, 不过关.
_CONTRAST = (
    r"但是|(?<![不非])但(?![愿願凡])|(?<![只好])不[过過](?![如分关關敏期来來])|可是|然而|可惜|(?<=[，。！？；,!?;])就是(?![这這那说說我因])"
)
_BOUNDARY = re.compile(f"(?P<contrast>{_CONTRAST})|(?:{_BREAK})")
_MARKED = re.compile(r"[却卻](?![步])")  # 却 follows its subject, so it marks a clause and does not cut it
_EDGE = _MARKS + ".,  　"


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
    cuts, words, ends = _boundaries(folded)
    stops = np.append(cuts[1:], len(folded.joined))[: len(cuts)]
    spans = [_trimmed(folded.joined, word, stop) for word, stop in zip(words, stops, strict=True)]
    start, end = np.array(spans, dtype=np.int64).reshape(-1, 2).T
    first = np.searchsorted(folded.place, cuts)
    contrast = words > cuts
    contrast[np.searchsorted(cuts, [m.start() for m in _MARKED.finditer(folded.joined)], side="right") - 1] = True
    filled = np.searchsorted(folded.place, end) > np.searchsorted(folded.place, start)
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
    clause = np.searchsorted(clauses.first, np.arange(folded.codes.size), side="right") - 1
    foreign = np.append(clauses.text, -1)[clause] != folded.text
    clause[foreign] = -1
    return clause


def _boundaries(folded: Folded) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where clauses begin, where their words begin (behind a contrast word), and whether a sentence begins there."""
    found: dict[int, tuple[int, bool]] = {}
    for match in _BOUNDARY.finditer(folded.joined):
        if match["contrast"]:
            found[match.start()] = (match.end(), False)
        else:
            ends = any(mark in _ENDS or mark == "." for mark in match[0])
            found[match.end()] = (match.end(), ends)
    found |= {start: (found.get(start, (start,))[0], True) for start in folded.starts.tolist()}
    cuts = sorted(cut for cut in found if cut < len(folded.joined))
    words, ends = zip(*(found[cut] for cut in cuts), strict=True) if cuts else ((), ())
    return np.array(cuts, dtype=np.int64), np.array(words, dtype=np.int64), np.array(ends, dtype=bool)


def _trimmed(joined: str, start: int, stop: int) -> tuple[int, int]:
    piece = joined[start:stop]
    bare = piece.lstrip(_EDGE)
    return stop - len(bare), stop - len(bare) + len(bare.rstrip(_EDGE))


def _carried(contrast: np.ndarray, filled: np.ndarray, text: np.ndarray) -> np.ndarray:
    """A contrast word with nothing behind it but punctuation marks the next clause of its text."""
    carried = contrast.copy()
    for index in np.flatnonzero(contrast[:-1] & ~filled[:-1]):
        carried[index + 1] |= text[index + 1] == text[index]
    return carried
