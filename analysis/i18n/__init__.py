"""The product's words: one TOML file per language, for the screen, the errors and the findings alike.

A new language is a new file beside `zh-CN.toml` with the same keys. Traditional Chinese is made from simplified by
OpenCC; its file holds only the terms and sentences that Taiwan says otherwise.

Whoever asks for a sentence hears the language that is spoken: the innermost `speaking`, else what the screen's
visitor chose (`overheard_by`), else that of the environment or `DEFAULT_LANGUAGE`.
"""

from __future__ import annotations

import os
import re
import string
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

DEFAULT_LANGUAGE = "zh-CN"
VARIABLE = "XINSHENG_LANG"
# Language by what it is made from and the OpenCC configuration that makes it.
_CONVERTED = {"zh-TW": (DEFAULT_LANGUAGE, "s2twp")}
_SEPARATOR = "\x1e"  # between sentences that are converted together
_TERMS = "terms"    # the table of a converted language that holds what its field says otherwise
_SPECIAL = re.compile(r"\{\w+:[^{}?]*\?")  # a blank whose form str.format does not know

_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)
_listeners: list[Callable[[], str | None]] = []


@cache
def languages() -> tuple[str, ...]:
    """The languages there are: the default first, then those made from it, then the others by name."""
    files = (entry.name for entry in resources.files(__package__).iterdir())
    names = {name.removesuffix(".toml") for name in files if name.endswith(".toml")}
    return tuple(sorted(names, key=lambda name: (name != DEFAULT_LANGUAGE, name not in _CONVERTED, name)))


class Verbatim(str):
    """What a customer said, or a name of the customer's own: in no language said otherwise, whatever it equals."""

    __slots__ = ()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within it, sentences are said in `language`, one of `languages()`; KeyError for another. In this thread only."""
    if language not in languages():
        raise KeyError(language)
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def overheard_by(listener: Callable[[], str | None]) -> None:
    """Let the screen say which language its visitor speaks; None where nobody looks at it. The same one counts once."""
    if listener not in _listeners:
        _listeners.append(listener)


def spoken() -> str:
    """The language that is spoken now."""
    chosen = _spoken.get()
    if chosen is not None:
        return chosen
    for listener in _listeners:
        heard = listener()
        if heard in languages():
            return heard
    return default_language()


def default_language() -> str:
    """What is spoken to whom nobody asked: the language that XINSHENG_LANG names, else `DEFAULT_LANGUAGE`."""
    named = os.environ.get(VARIABLE, "")
    return named if named in languages() else DEFAULT_LANGUAGE


def words(language: str | None = None) -> Mapping[str, str]:
    """All sentences of a language (None: the one spoken), flat: {"errors.empty_file": "…"}."""
    return _words(language or spoken())


@cache
def _words(language: str) -> Mapping[str, str]:
    text = resources.files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    tree = tomllib.loads(text)
    if language not in _CONVERTED:
        return dict(_flat(tree))
    source, way = _CONVERTED[language]
    terms = tree.pop(_TERMS)
    return _converted(_words(source), way, terms) | dict(_flat(tree))


@cache
def _names(language: str) -> Mapping[str, str]:
    """The standard names that a language calls otherwise."""
    known = {key.removeprefix("names."): word for key, word in _words(language).items() if key.startswith("names.")}
    return {name: word for name, word in known.items() if name != word}


def _converted(sentences: Mapping[str, str], way: str, terms: Mapping[str, str]) -> dict[str, str]:
    """The sentences in the other script, then its own terms, of which the longest that fits counts."""
    from opencc import OpenCC  # its dictionaries are only needed here

    said = OpenCC(way).convert(_SEPARATOR.join(sentences.values()))
    term = re.compile("|".join(map(re.escape, sorted(terms, key=len, reverse=True))))
    said = term.sub(lambda found: terms[found[0]], said)
    return dict(zip(sentences, said.split(_SEPARATOR), strict=True))


def say(key: str, /, *, language: str | None = None, **values: object) -> str:
    """The sentence `key` with `values` filled in; an unknown key raises KeyError (tests walk all keys).

    A value that is a `Sentence` is said in the same language, a standard name is what that language calls it
    (`named`), a tuple or list becomes the names it holds, one after the other. Besides Python's own forms a blank
    may ask for `{n:?answer|answers}` (the word for that many), `{n:.0f?point|points}` (for as many as that form
    shows), `{name:?lower}` and `{name:?capital}` (the first letter).
    """
    language = language or spoken()
    sentence = _words(language)[key]
    known = {name: _said(value, language) for name, value in values.items()}
    return _FORMS.vformat(sentence, (), known) if _SPECIAL.search(sentence) else sentence.format(**known)


def named(name: str, language: str | None = None) -> str:
    """What a language (None: the one spoken) calls a standard name of the vocabulary; any other stays as it is."""
    return name if isinstance(name, Verbatim) else _names(language or spoken()).get(name, name)


def listed(names: Sequence[object]) -> str:
    """Names one after the other, as a list within a sentence."""
    return _listed(names, spoken())


def clauses(parts: Sequence[str]) -> str:
    """Parts of a sentence, one after the other, begun with a capital letter."""
    return _capital(say("lists.clauses").join(parts))


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that is yet to be said, in whatever language its reader asks for."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def said(self, language: str | None = None) -> str:
        """The words, in the language spoken where None is given; values that are sentences are said in the same."""
        return say(self.key, language=language, **self.values)


def _said(value: object, language: str) -> object:
    if isinstance(value, Sentence):
        return value.said(language)
    if isinstance(value, str):
        return named(value, language)
    return _listed(value, language) if isinstance(value, tuple | list) else value


def _listed(names: Sequence[object], language: str) -> str:
    return _words(language)["lists.names"].join(str(_said(name, language)) for name in names)


class _Forms(string.Formatter):
    """Python's forms and ours, which have a question mark."""

    def format_field(self, value: object, form: str) -> str:
        shown, ours, words_ = form.partition("?")
        if not ours:
            return super().format_field(value, form)
        one, several, many = words_.partition("|")
        if several:
            return one if super().format_field(value, shown) == "1" else many
        return {"lower": _lower, "capital": _capital}[one](str(value))


_FORMS = _Forms()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower(text: str) -> str:
    """With a small first letter, but "NPS" and "W47" stay as they are."""
    return text if text[1:2].isupper() or text[1:2].isdigit() else text[:1].lower() + text[1:]


def _flat(tree: dict, prefix: str = ""):
    for name, node in tree.items():
        if isinstance(node, dict):
            yield from _flat(node, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", node
