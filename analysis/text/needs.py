"""What customers ask for: the clauses that wish for something, what it is, and which dimension it is about.

The words that open a wish and the kinds of needs are data: needs.toml beside this file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from analysis.taxonomy import Taxonomy
from analysis.text.aspects import find_mentions
from analysis.text.clauses import cut_clauses
from analysis.text.folding import fold_texts
from analysis.text.polarity import one_of
from analysis.text.scoring import MAX_CHARACTERS

_ADVICE = re.compile("建[议議]")
OTHER = ""  # the kind of a wish whose words are of no known kind


@dataclass(frozen=True, slots=True)
class Need:
    """A wish in text number `text`: its clause as written, the dimension it is about if any, and what is asked for."""

    text: int
    clause: str
    dimension: str | None
    need: str


def kinds_of_needs() -> tuple[str, ...]:
    """The names of the kinds of needs, in the order in which they are looked for."""
    return tuple(name for name, _ in _rules().kinds)


def find_needs(texts: Sequence[str | None], *, vocabulary: Taxonomy | None = None) -> list[Need]:
    """The wishes in texts, in their order; missing and empty texts have none.

    A wish is about the dimension that its own clause names, else the last one named before it in its sentence. Wishes
    of luck ("越来越好") and advice to others ("不建议购买") are none. Only the first 2,000 characters are read.

    >>> [(n.dimension, n.need) for n in find_needs(["结账排队太久了，希望多开几个收银台", "建议大家购买"])]
    [('排队等候', '更多选择')]
    """
    cut = [text[:MAX_CHARACTERS] if isinstance(text, str) else "" for text in texts]
    wishing = [i for i, text in enumerate(cut) if _rules().quick.search(text)]
    folded = fold_texts([cut[i] for i in wishing])
    clauses = cut_clauses(folded)
    named: dict[int, str] = {}
    # "建议" is a word of 专业性 where somebody gives advice; here it asks for something else.
    neutral = fold_texts([_ADVICE.sub("希望", cut[i]) for i in wishing])
    for mention in find_mentions(neutral, cut_clauses(neutral), vocabulary=vocabulary):
        named.setdefault(mention.clause, mention.dimension)
    forms = _forms(folded, clauses)
    found = []
    for index, form in enumerate(forms):
        need = _need_in(form)
        if need is not None:
            written = folded.joined[clauses.start[index] : clauses.end[index]]
            about = _dimension(index, named, clauses.sentence)
            found.append(Need(wishing[int(clauses.text[index])], written, about, need))
    return found


def _need_in(form: str) -> str | None:
    """What a clause in plain form asks for: a kind, OTHER, or None where it asks for nothing."""
    rules = _rules()
    opening = rules.asking.search(form)
    if opening is None or rules.not_asking.search(form):
        return None
    wish = form[opening.start() :]
    return next((name for name, terms in rules.kinds if terms.search(wish)), OTHER if rules.plain.match(wish) else None)


def _dimension(index: int, named: dict[int, str], sentence: np.ndarray) -> str | None:
    for place in range(index, -1, -1):
        if sentence[place] != sentence[index]:
            return None
        if place in named:
            return named[place]
    return None


def _forms(folded, clauses) -> list[str]:
    """Each clause in the form in which terms are written: simplified script, lower case."""
    line = folded.codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
    starts = np.searchsorted(folded.place, clauses.start).tolist()
    ends = np.searchsorted(folded.place, clauses.end).tolist()
    return [line[start:end] for start, end in zip(starts, ends, strict=True)]


@dataclass(frozen=True, slots=True)
class _Rules:
    asking: re.Pattern[str]
    not_asking: re.Pattern[str]
    plain: re.Pattern[str]
    quick: re.Pattern[str]
    kinds: tuple[tuple[str, re.Pattern[str]], ...]


@cache
def _rules() -> _Rules:
    tree = tomllib.loads(resources.files(__package__).joinpath("needs.toml").read_text(encoding="utf-8"))
    # Characters of which every opening has one, in either script: most texts have none and are not read further.
    openings = "望议議能否以愿願要最待盼有该該请請求早多麻"
    return _Rules(
        re.compile("|".join(tree["asking"])), re.compile("|".join(tree["not_asking"])),
        one_of(tree["plain"]), re.compile(f"[{openings}]"),
        tuple((need["name"], one_of(need["terms"])) for need in tree["need"]),
    )
