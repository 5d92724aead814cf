"""Comments cut into clauses, each with its place in the original text and whether it answers with a "but"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.text.normalize import plain

# A point or comma between digits belongs to a number: 3.5, 1,000.
_BREAK = r"[，。！？；、!?;~～…\n\r\t]+|(?<!\d)[.,]+|[.,]+(?!\d)"
# What follows a contrast word outweighs what stands before it; both scripts, since places are counted in the original.
# Words that merely contain one are left whole: 不但, 非但, 但愿, 但凡, 只不过, 再好不过, 不过如此, 不过分, 不过关.
_CONTRAST = (
    r"但是|(?<![不非])但(?![愿願凡])|(?<![只好])不[过過](?![如分关關敏期来來])|可是|然而|可惜|(?<=[，。！？；,!?;])就是(?![这這那说說我因])"
)
_MARKED = re.compile(r"[却卻](?![步])")  # 却 follows its subject, so it marks a clause and does not cut it
_BOUNDARY = re.compile(f"(?P<contrast>{_CONTRAST})|(?:{_BREAK})")


@dataclass(frozen=True, slots=True)
class Clause:
    """`text` is the original from `start` on; `plain` its form for matching (`normalize.plain`)."""

    text: str
    plain: str
    start: int
    contrast: bool


def split_clauses(texts: Sequence[str]) -> list[tuple[Clause, ...]]:
    """The clauses of each text; a text without any letter, digit or sign between its punctuation has none.

    >>> [c.plain for c in split_clauses(["客服態度很好但是物流太慢！"])[0]]
    ['客服态度很好', '物流太慢']
    """
    spans = [tuple(_spans(text)) for text in texts]
    forms = iter(plain([text for row in spans for text, _, _ in row]))
    return [tuple(Clause(text, next(forms), start, contrast) for text, start, contrast in row) for row in spans]


def _spans(text: str):
    start, contrast = 0, False
    for boundary in (*_BOUNDARY.finditer(text), None):
        end = boundary.start() if boundary else len(text)
        piece = text[start:end]
        if piece.strip():
            lead = len(piece) - len(piece.lstrip())
            yield piece.strip(), start + lead, contrast or bool(_MARKED.search(piece))
            contrast = False
        if boundary:
            start = boundary.end()
            contrast = contrast or boundary["contrast"] is not None
