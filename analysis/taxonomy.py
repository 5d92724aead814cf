"""Touchpoints, channels and dimensions by their standard names, found from any name people use."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib import resources

from opencc import OpenCC


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to reach the company."""

    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """A place of contact, its stage of the customer's journey and its phase of the purchase."""

    name: str
    aliases: tuple[str, ...] = ()
    stage: str | None = None
    phase: str | None = None


@dataclass(frozen=True, slots=True)
class Dimension:
    """A quality that customers judge. `terms` are words of comments that speak of it; `waiting` bears on it or not."""

    name: str
    aliases: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    side: str | None = None
    metric: str = "csat"
    touchpoint: str | None = None
    stage: str | None = None
    overall: bool = False
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """The vocabulary of `taxonomy.toml`, in file order."""

    channels: tuple[Channel, ...]
    touchpoints: tuple[Touchpoint, ...]
    dimensions: tuple[Dimension, ...]

    def channel(self, text: str) -> str | None:
        """The standard name of a channel, or None where no name or alias equals `text`."""
        return _by_name(self.channels).get(fold(text))

    def touchpoint(self, text: str) -> str | None:
        """The standard name of a touchpoint, or None."""
        return _by_name(self.touchpoints).get(fold(text))

    def dimension(self, text: str) -> Dimension | None:
        """The dimension whose name or alias equals `text`, or None."""
        name = _by_name(self.dimensions).get(fold(text))
        return next((d for d in self.dimensions if d.name == name), None)

    def is_overall(self, dimension: str) -> bool:
        """Whether a dimension asks for satisfaction as a whole: its name is, or ends in, such a name."""
        overall = next(d for d in self.dimensions if d.overall)
        folded = fold(dimension)
        return any(folded.endswith(fold(name)) for name in (overall.name, "总体满意度", "overall satisfaction"))


@dataclass(frozen=True, slots=True)
class Addition:
    """Terms that an analyst gave a dimension; a name that no dimension has makes a new one."""

    name: str
    terms: tuple[str, ...]


def extended(base: Taxonomy, additions: Sequence[Addition]) -> Taxonomy:
    """A taxonomy with further dimensions and terms. A term added to one dimension is taken from all others."""
    dimensions = list(base.dimensions)
    for addition in additions:
        known = Taxonomy((), (), tuple(dimensions)).dimension(addition.name)
        name = known.name if known else addition.name
        if known is None:
            dimensions.append(Dimension(name, side="functional"))
        moved = {fold(term) for term in addition.terms}
        dimensions = [_with_terms(d, addition.terms if d.name == name else (), moved) for d in dimensions]
    return replace(base, dimensions=tuple(dimensions))


def _with_terms(dimension: Dimension, terms: tuple[str, ...], moved: set[str]) -> Dimension:
    kept = tuple(term for term in dimension.terms if fold(term) not in moved)
    return dimension if kept == dimension.terms and not terms else replace(dimension, terms=(*kept, *terms))


@cache
def taxonomy() -> Taxonomy:
    """The vocabulary, read once."""
    tree = tomllib.loads(resources.files("analysis").joinpath("taxonomy.toml").read_text(encoding="utf-8"))

    def rows(name: str, kind: type) -> tuple:
        return tuple(kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}) for row in tree[name])

    return Taxonomy(rows("channel", Channel), rows("touchpoint", Touchpoint), rows("dimension", Dimension))


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """A name in the form in which names are compared: NFKC, simplified script, lower case, no spaces.

    >>> fold("線上 客服") == fold("线上客服")
    True
    """
    return to_simplified("".join(unicodedata.normalize("NFKC", text).split())).lower()


def to_simplified(text: str) -> str:
    """Traditional characters to simplified ones, words untouched (OpenCC t2s)."""
    return _converter().convert(text)


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


@cache
def _by_name(entries: tuple) -> dict[str, str]:
    return {fold(alias): entry.name for entry in reversed(entries) for alias in (entry.name, *entry.aliases)}
