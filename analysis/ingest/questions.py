"""What a survey question asks: its dimension, metric and touchpoint, read from its wording."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from analysis.ingest.names import cleaned, is_tagged, mentions, words
from analysis.taxonomy import Dimension, fold, taxonomy

_PARTS = re.compile(r"\s*(?:[—–]+|\s-+\s|-+(?=[^\x00-\x7f])|[:：|/／_])\s*")
# A header that speaks to the customer is a question; other headers are the dimension's own name.
_ADDRESSING = re.compile(r"您|你|请|吗|如何|怎么|多大|how |would you|please|rate ", re.I)
_MIN_INSIDE = 3  # letters an alias needs to be recognised inside a longer name
_RANGE = re.compile(r"[(（\[]?\s*(\d{1,2})\s*(?:分)?\s*[-~—–至到]\s*(\d{1,3})\s*(?:分|星|级)?\s*[)）\]]?")
_PARENTHESIS = re.compile(r"[(（\[【][^)）\]】]{0,40}[)）\]】]")


@dataclass(frozen=True, slots=True)
class Question:
    """A header read as a question. `known`: the dimension stands in the taxonomy."""

    dimension: str
    metric: str
    touchpoint: str | None
    known: bool
    judges: bool
    recommends: bool
    effort: bool
    hard: bool
    range: str | None


def question(header: str) -> Question:
    """The question behind a header: known dimension and touchpoint where they are named in it.

    >>> q = question("自助结账—排队等候"); q.touchpoint, q.dimension
    ('自助结账', '排队等候')
    """
    text = cleaned(header)
    bare = _PARENTHESIS.sub("", text).strip() or text
    touchpoint, asked = _split(bare)
    dimension, rest = _find_dimension(asked)
    if touchpoint is None and rest:
        touchpoint = _touchpoint_in(rest)
    recommends = mentions(text, "recommend") and (dimension is None or dimension.metric == "nps")
    effort = mentions(text, "effort") and (dimension is None or dimension.metric == "ces")
    if dimension is None and (recommends or effort):
        dimension = _standard("nps" if recommends else "ces")
    return Question(
        dimension=dimension.name if dimension else _own_name(asked, touchpoint),
        metric=dimension.metric if dimension else "csat",
        touchpoint=touchpoint,
        known=dimension is not None,
        judges=mentions(text, "judgement") or is_tagged(bare, "quality"),
        recommends=recommends,
        effort=effort,
        hard=effort and mentions(text.replace("不费力", ""), "effort_hard"),
        range=_stated_range(text),
    )


def _split(text: str) -> tuple[str | None, str]:
    """Touchpoint and what is asked, for headers of two parts; a matrix stem is dropped for its row."""
    parts = [part for part in _PARTS.split(text, maxsplit=1) if part]
    if len(parts) != 2:
        return None, text
    touchpoint = taxonomy().touchpoint(parts[0])
    if touchpoint:
        return touchpoint, parts[1]
    inside = _touchpoint_in(fold(parts[0]))
    if inside or _ADDRESSING.search(parts[0]):
        return inside, parts[1]
    return None, text


def _find_dimension(text: str) -> tuple[Dimension | None, str]:
    """The dimension a text names, and what stands around the name (folded)."""
    exact = taxonomy().dimension(text) or taxonomy().dimension(_without_filler(text))
    if exact:
        return exact, ""
    folded, asking = fold(text), bool(_ADDRESSING.search(text))
    for alias, name in _inside_aliases():
        if alias not in folded or (alias.isascii() and not asking):
            continue
        dimension = taxonomy().dimension(name)
        rest = folded.replace(alias, "", 1)
        if dimension.overall and not asking and _touchpoint_in(rest) is None:
            return None, rest  # 手机上网整体满意度 is a total of its own, under its own name
        return dimension, rest
    if asking and (short := _without_filler(text)) != folded:
        return _in_short_question(text, short)
    return None, folded


def _in_short_question(text: str, short: str) -> tuple[Dimension | None, str]:
    """The dimension of a question of which only `short` is left without its wording."""
    touchpoint = _touchpoint_in(short)
    dimension = taxonomy().dimension(short.replace(fold(touchpoint), "", 1)) if touchpoint else None
    # 收银员态度: a short name counts at the end, unless its dimension belongs to one place only.
    ending = taxonomy().dimension(short[-2:]) if short[-2:] not in words("whole_only") else None
    if dimension is None and ending is not None and ending.touchpoint is None:
        dimension = ending
    if dimension is None and mentions(text, "judgement"):
        about_all = short in ("", *words("whole")) or taxonomy().touchpoint(short)
        dimension = next(d for d in taxonomy().dimensions if d.overall) if about_all else None
    return dimension, short


@cache
def _inside_aliases() -> tuple[tuple[str, str], ...]:
    """(alias, dimension) long enough to be found inside a longer name, longest first."""
    pairs = [(fold(alias), d.name) for d in taxonomy().dimensions for alias in (d.name, *d.aliases)]
    usable = [(alias, name) for alias, name in pairs if len(alias) >= _MIN_INSIDE and alias not in words("whole_only")]
    return tuple(sorted(usable, key=lambda pair: len(pair[0]), reverse=True))


def _without_filler(text: str) -> str:
    folded = fold(text)
    for word in words("filler"):
        folded = folded.replace(word, "")
    return folded.strip("()（）?？,，。.")


def _touchpoint_in(folded: str) -> str | None:
    """The touchpoint whose longest name stands in a text."""
    names = sorted(
        ((fold(alias), t.name) for t in taxonomy().touchpoints for alias in (t.name, *t.aliases)),
        key=lambda pair: len(pair[0]), reverse=True,
    )
    return next((name for alias, name in names if alias in folded), None)


def _standard(metric: str) -> Dimension:
    return next(d for d in taxonomy().dimensions if d.metric == metric)


def _own_name(text: str, touchpoint: str | None) -> str:
    """An unknown dimension's name: the header, or the noun inside a question's wording."""
    if not _ADDRESSING.search(text):
        return text
    return _without_filler(text) or text


def _stated_range(text: str) -> str | None:
    match = _RANGE.search(text)
    return f"{int(match[1])}-{int(match[2])}" if match else None
