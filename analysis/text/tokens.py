"""Comments cut into the words that keywords are made of."""

from __future__ import annotations

import logging
import re
import tomllib
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from analysis.privacy import private_directory
from analysis.text.normalize import plain

if TYPE_CHECKING:
    import jieba

MAX_CHARACTERS = 2_000  # jieba needs 0.5 kB a character; a comment's words have appeared long before that
_WORD = re.compile(r"[\u3400-\u9fff]{2,}")
_PART = re.compile(r"[\u3400-\u9fff]+")
# jieba cuts what stands between marks on its own, so a part that comes again, as short ones do, is cut once.
_BLOCKS = re.compile(r"([\u4e00-\u9fd5a-zA-Z0-9+#&._%\-]+)")
_LONGEST_PHRASE = 4  # words
_NEGATIONS = {"不": "不", "没": "没", "没有": "没", "未": "未", "无": "无", "别": "别"}
_TEXTS_KEPT = 32_768
# Words of the general dictionary that service comments do not mean: "三天才到" speaks of days, not of genius.
_MISREAD = ("天才",)


@lru_cache(maxsize=_TEXTS_KEPT)
def words_of(text: str) -> frozenset[str]:
    """The distinct words of a comment in simplified script: two Chinese characters or more, no stop word, no mask.

    A negation and the word it turns are one word: 没有解决 and 没解决 are both "没解决", never "解决".
    """
    return frozenset(filter(_is_content, _joined_words(text)))


@lru_cache(maxsize=_TEXTS_KEPT)
def phrases_of(text: str) -> frozenset[str]:
    """The distinct phrases of a comment in simplified script: `words_of`, and up to four neighbouring words as one.

    A phrase begins with a word of its own right and runs within one clause.
    """
    words = _cut(text)
    found = {word for word in _with_negations(words) if _is_content(word)}
    for start, word in enumerate(words):
        if not _WORD.fullmatch(word) or word in _stop_words():
            continue
        phrase = word
        for following in words[start + 1 : start + _LONGEST_PHRASE]:
            if not _PART.fullmatch(following):
                break
            phrase += following
            found.add(phrase)
    return frozenset(found)


@lru_cache(maxsize=_TEXTS_KEPT)
def terms_of(text: str) -> frozenset[str]:
    """The distinct words of a comment and its phrases that can stand alone, in simplified script.

    A phrase is two to four neighbouring words of one clause; it begins with a word of its own right and ends with one
    or with a tone: 物流太慢, but not 物流太. Negations are joined as in `words_of`.
    """
    words = _joined_words(text)
    found = {word for word in words if _is_content(word)}
    for start, word in enumerate(words):
        phrase = word if _is_content(word) else ""
        for following in words[start + 1 : start + _LONGEST_PHRASE] if phrase else ():
            if not _PART.fullmatch(following):
                break
            phrase += following
            if _is_content(following) or following in _one_character_tones():
                found.add(phrase)
    return frozenset(found)


def phrases_only(text: str) -> frozenset[str]:
    """The phrases among `terms_of`, without the single words."""
    return terms_of(text) - words_of(text)


def content_words(text: str) -> list[str]:
    """The words of a comment that `words_of` keeps, in their order and as often as they occur."""
    return [word for word in _joined_words(text) if _is_content(word)]


@lru_cache(maxsize=_TEXTS_KEPT)
def _joined_words(text: str) -> tuple[str, ...]:
    """All words and marks of a comment in their order, negations joined with what they turn."""
    return tuple(_with_negations(_cut(text)))


def _cut(text: str) -> list[str]:
    (form,) = plain([text[:MAX_CHARACTERS]])
    return [word for part in _BLOCKS.split(form) if part for word in _cut_block(part)]


@lru_cache(maxsize=_TEXTS_KEPT)
def _cut_block(part: str) -> tuple[str, ...]:
    return tuple(_cutter().lcut(part))


def _is_content(word: str) -> bool:
    return _WORD.fullmatch(word) is not None and word not in _stop_words()


def _with_negations(words: list[str]) -> list[str]:
    phrases: list[str] = []
    negation = ""
    for word in words:
        if negation and (len(word) > 1 or word in _one_character_tones()):
            phrases.append(negation + word)
            negation = ""
            continue
        negation = _NEGATIONS.get(word, "")
        if not negation:
            phrases.append(word)
    return phrases


@cache
def _cutter() -> jieba.Tokenizer:
    import jieba  # 1 s with its dictionary: only once words are asked for

    jieba.setLogLevel(logging.WARNING)
    cutter = jieba.Tokenizer()
    cutter.tmp_dir = str(private_directory())
    for word in _lines("domain_words.txt"):
        cutter.add_word(word)
    for word in _MISREAD:
        cutter.del_word(word)
    return cutter


@cache
def _stop_words() -> frozenset[str]:
    return frozenset(_lines("stopwords.txt"))


@cache
def _one_character_tones() -> frozenset[str]:
    tree = tomllib.loads(_resource("polar_terms.toml"))
    return frozenset(word for word in (*tree["positive"], *tree["negative"]) if len(word) == 1)


def _lines(name: str) -> list[str]:
    return [line for line in _resource(name).splitlines() if line and not line.startswith("#")]


def _resource(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
