"""Which dimensions clauses speak of, by the terms of the taxonomy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np

from analysis.taxonomy import Taxonomy, taxonomy
from analysis.text.clauses import Clauses, clause_of_characters
from analysis.text.folding import Folded, fold_texts

_HANZI = re.compile(r"[\u4e00-\u9fff]")
_GAP = "…"  # in a term: up to four characters that are no punctuation
_GAP_PATTERN = r"[^\n,.!?;:~…]{0,4}?"
_SEPARATOR = ord("\n")  # folding leaves no line break, so no term reaches over the end of a text


@dataclass(frozen=True, slots=True)
class Mention:
    """A clause, by its index, that speaks of a dimension."""

    clause: int
    dimension: str


def find_mentions(folded: Folded, clauses: Clauses, *, vocabulary: Taxonomy | None = None) -> list[Mention]:
    """The dimensions that each clause names, in the order of mention, each once a clause.

    Longer terms win over shorter ones inside them. A term of one character (慢, 贵, 懂) is vague: it counts only where
    the clause has no longer term, so that "客服回复慢" is not about delivery.
    """
    lexicon = _lexicon(vocabulary or taxonomy())
    breaks = np.searchsorted(folded.text, np.arange(1, len(folded.starts)))
    line = np.insert(folded.codes, breaks, _SEPARATOR).astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
    owner = np.insert(clause_of_characters(folded, clauses), breaks, -1).tolist()
    found: dict[int, list[str]] = {}
    for match in lexicon.pattern.finditer(line):
        found.setdefault(owner[match.start()], []).append(match[0])
    found.pop(-1, None)
    return [Mention(clause, name) for clause, terms in found.items() for name in lexicon.dimensions(terms)]


def dimensions_of(clause: str) -> tuple[str, ...]:
    """The dimensions that a clause names.

    >>> dimensions_of("客服回复慢"), dimensions_of("真慢")
    (('响应速度',), ('物流时效',))
    """
    lexicon = _lexicon(taxonomy())
    return lexicon.dimensions(lexicon.pattern.findall("".join(map(chr, fold_texts([clause]).codes))))


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """Which dimension each literal term speaks of, and each term with a gap; `pattern` finds all of them."""

    literal: dict[str, str]
    gapped: tuple[tuple[re.Pattern[str], str], ...]
    pattern: re.Pattern[str]

    def dimensions(self, terms: list[str]) -> tuple[str, ...]:
        clear = [term for term in terms if len(term) > 1]
        return tuple(dict.fromkeys(self._dimension(term) for term in clear or terms))

    def _dimension(self, term: str) -> str:
        known = self.literal.get(term)
        return known or next(name for pattern, name in self.gapped if pattern.fullmatch(term))


@cache
def _lexicon(vocabulary: Taxonomy) -> _Lexicon:
    dimension: dict[str, str] = {}
    for entry in vocabulary.dimensions:
        for term in (*entry.terms, entry.name, *entry.aliases) if entry.terms else ():
            if _HANZI.search(term):
                dimension.setdefault(_folded(term), entry.name)
    ordered = sorted(dimension, key=len, reverse=True)
    sources = {term: re.escape(term).replace(_GAP, _GAP_PATTERN) for term in ordered}
    gapped = tuple((re.compile(sources[term]), dimension[term]) for term in ordered if _GAP in term)
    literal = {term: name for term, name in dimension.items() if _GAP not in term}
    return _Lexicon(literal, gapped, re.compile("|".join(sources.values())))


def _folded(term: str) -> str:
    return _GAP.join("".join(map(chr, fold_texts([part]).codes)) for part in term.split(_GAP))
