"""The product's words: one TOML file per language, for the screen, the errors and the findings alike.

A new language is a new file beside `zh-CN.toml` with the same keys.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

DEFAULT_LANGUAGE = "zh-CN"


@cache
def languages() -> tuple[str, ...]:
    """The languages that have a file, the default first."""
    files = (entry.name for entry in resources.files(__package__).iterdir())
    names = sorted(name.removesuffix(".toml") for name in files if name.endswith(".toml"))
    return (DEFAULT_LANGUAGE, *(n for n in names if n != DEFAULT_LANGUAGE))


@cache
def words(language: str = DEFAULT_LANGUAGE) -> dict[str, str]:
    """All sentences of a language, flat: {"errors.empty_file": "…"}."""
    text = resources.files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return dict(_flat(tomllib.loads(text)))


def say(key: str, /, *, language: str = DEFAULT_LANGUAGE, **values: object) -> str:
    """The sentence `key` with `values` filled in; an unknown key raises KeyError (tests walk all keys)."""
    return words(language)[key].format(**values)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that is yet to be said, in whatever language its reader asks for."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def said(self, language: str = DEFAULT_LANGUAGE) -> str:
        """The words; values that are sentences themselves are said in the same language."""
        known = {k: v.said(language) if isinstance(v, Sentence) else v for k, v in self.values.items()}
        return say(self.key, language=language, **known)


def _flat(tree: dict, prefix: str = ""):
    for name, node in tree.items():
        if isinstance(node, dict):
            yield from _flat(node, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", node
