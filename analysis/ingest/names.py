"""Column names as exports write them, to roles and kinds: the tables of `columns.toml`."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from analysis.schema import KINDS, Kind
from analysis.taxonomy import fold

_NUMBERING = re.compile(r"^\s*(?:[qQ]?\d{1,3}\s*[、.．:：]|[qQ]\d{1,3}\b[、.．:： ]*|第\d{1,3}题[:：]?)\s*")
_MARKS = re.compile(
    r"[(（\[【]\s*(?:必填|必答|选填|选答|单选题?|多选题?|量表题?|填空题?|打分题?|评分题|矩阵\w{0,4}|自动)\s*[)）\]】]|\*$"
)
_TRAILING_MARKS = re.compile(r"[\s:：?？。*]+$")


@dataclass(frozen=True, slots=True)
class Alias:
    """A known column name: the role it stands for and the kinds of file it speaks for."""

    role: str
    kinds: tuple[Kind, ...]


def cleaned(header: str) -> str:
    """A header without question number, required mark and trailing punctuation.

    >>> cleaned("3、您对服务态度满意吗？（必填）")
    '您对服务态度满意吗'
    """
    text = _MARKS.sub("", unicodedata.normalize("NFKC", header).strip().replace("\n", " "))
    return _TRAILING_MARKS.sub("", _NUMBERING.sub("", text, count=1)).strip()


def aliases(header: str) -> tuple[Alias, ...]:
    """What a header is known as; empty for an unknown one."""
    table = _aliases()
    return table.get(fold(header)) or table.get(fold(cleaned(header))) or ()


def alias_in(header: str, kind: Kind) -> Alias | None:
    """What a header is known as in a file of one kind: names that speak for the kind come first."""
    found = [alias for alias in aliases(header) if not alias.kinds or kind in alias.kinds]
    return max(found, key=lambda alias: bool(alias.kinds), default=None)


def kind_votes(headers: Sequence[str]) -> dict[Kind, int]:
    """How many headers speak for each kind of file and for no other."""
    votes = dict.fromkeys(KINDS, 0)
    for header in headers:
        spoken = {kind for alias in aliases(header) for kind in alias.kinds}
        for kind in spoken:
            votes[kind] += 1
    return votes


@cache
def words(group: str) -> tuple[str, ...]:
    """A group of `[wording]`, folded, longest first."""
    return tuple(sorted(map(fold, _tree()["wording"][group]), key=len, reverse=True))


def mentions(header: str, group: str) -> bool:
    """Whether a header contains a word of a wording group; English words count as whole words."""
    return _word_pattern(group).search(fold(header)) is not None or _english_in(header, group)


def is_named(header: str, group: str) -> bool:
    """Whether a header, cleaned, equals a word of a wording group."""
    return fold(cleaned(header)) in words(group)


def is_tagged(header: str, group: str) -> bool:
    """Whether a cleaned header ends in a word of a wording group."""
    return fold(cleaned(header)).endswith(words(group))


@cache
def _word_pattern(group: str) -> re.Pattern:
    hanzi = [re.escape(word) for word in words(group) if not word.isascii() or not word.isalpha()]
    return re.compile("|".join(hanzi) or r"(?!)")


def _english_in(header: str, group: str) -> bool:
    # A name like dish_recommendation is one word: only running text is read as a question.
    tokens = re.findall(r"(?<!\w)[a-z]+(?!\w)", unicodedata.normalize("NFKC", header).lower(), re.ASCII)
    whole, beginnings = _english_words(group)
    return any(token in whole or token.startswith(beginnings) for token in tokens)


@cache
def _english_words(group: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """The English words of a group, and those of them long enough to be recognised by their beginning."""
    english = [word for word in words(group) if word.isascii() and word.isalpha()]
    return frozenset(english), tuple(word for word in english if len(word) > 3)


@cache
def _aliases() -> dict[str, tuple[Alias, ...]]:
    table: dict[str, list[Alias]] = {}
    for row in _tree()["column"]:
        for name in row["aliases"]:
            table.setdefault(fold(name), []).append(Alias(row["role"], tuple(row.get("kinds", ()))))
    return {name: tuple(found) for name, found in table.items()}


@cache
def _tree() -> dict:
    return tomllib.loads(resources.files(__package__).joinpath("columns.toml").read_text(encoding="utf-8"))
