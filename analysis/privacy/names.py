"""Names of persons, where a title, a label or a role stands beside them.

A surname alone says little, and many a surname is an ordinary word too. So a trigger is looked for first; what stands
beside it counts as a name if jieba's cut of the words agrees. Bare first names and staff nicknames (小王) stay.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import NamedTuple

from analysis.privacy.dictionary import tagger
from analysis.privacy.reading import Reading, in_any_form, written_as

Spans = Iterator[tuple[int, int]]

_AROUND = 12       # characters on each side of a trigger that jieba is shown
_CUT_SINGLY = 32   # places in one text before all of it is cut at once
_GIVEN = 2         # characters of a given name at most
_PERSON = "nr"     # jieba's tag
_HANZI = r"[\u4e00-\u9fff]"
_LINK = r"[\s是为叫:：]{0,3}"
# Words that begin with what could end a name: 王经理说 is Wang, not 王经 理说; verbs that follow a name.
_FOLLOWERS = "说的来在把给和让叫要去做打被也就都很不没有是了对向跟与及等人你我他她"


_COUNTS = "0123456789一二两三四五六七八九十几每这那"
_LEADS = "找是的叫姓系位名请向给跟对由被谢的让"
# Parts of speech that do not begin a given name: verbs, adverbs, prepositions, particles, pronouns, numbers.
_NO_GIVEN_NAME = tuple("vdpucrmqyft")


class _Word(NamedTuple):
    text: str
    tag: str
    start: int
    end: int


def names(reading: Reading) -> Spans:
    """Names beside a trigger: 王(女士), 我叫(张三), 收货人：(李四), 店长(孙丽丽), 我姓(杨)."""
    cutter = _Cutter(reading.plain)
    yield from _before_titles(cutter)
    yield from _behind_labels(cutter)
    yield from _behind_roles(cutter)
    yield from (match.span(1) for match in _called().finditer(reading.plain))


def _before_titles(cutter: _Cutter) -> Spans:
    for match in _titled().finditer(cutter.text):
        text = cutter.text
        if text.startswith(_words("brands"), match.start()) or text.startswith(_words("goods"), match.end()):
            continue
        words = cutter.around(match.start(), match.end())
        title = match.start(2)
        start = _name_ending_at(words, title)
        if start is not None and _stands_as_name(text, start, words):
            yield start, title


def _behind_labels(cutter: _Cutter) -> Spans:
    """What follows 我叫 or 姓名： is a name: two or three characters up to a boundary need no dictionary."""
    for match in _labelled().finditer(cutter.text):
        start = match.start("name")
        sure = bool(match["link"].strip()) or match[0].startswith(("我叫", "名叫"))
        whole = _whole_name().match(cutter.text, start) if sure else None
        end = whole.end() if whole else _name_from(cutter.around(match.start(), start + _GIVEN + 2), start, sure=sure)
        if end is not None and _is_person(cutter.text, start, end):
            yield start, end


def _behind_roles(cutter: _Cutter) -> Spans:
    for match in _in_role().finditer(cutter.text):
        start = match.start("name")
        end = _name_from(cutter.around(match.start(), start + _GIVEN + 2), start, sure=False)
        if end is not None and _is_person(cutter.text, start, end):
            yield start, end


def _is_person(text: str, start: int, end: int) -> bool:
    return not text.startswith(_words("no_names"), start) and not text.startswith(_words("places"), end)


def _stands_as_name(text: str, start: int, words: list[_Word]) -> bool:
    """Against 一张先生的照片, and for surnames that are chiefly words: jieba says so, or nothing leads up to them."""
    before = text[max(0, start - 1):start]
    if text.startswith(_words("no_names"), start):
        return False
    if text[start] == "张" and before and before in _COUNTS:
        return False
    tag = next((word.tag for word in words if word.start == start), "")
    apart = not before or before in _LEADS or not _is_hanzi(before)
    return apart or tag == _PERSON or text[start] not in _tree()["seldom"]


def _is_hanzi(sign: str) -> bool:
    return "\u4e00" <= sign <= "\u9fff"


def _name_ending_at(words: list[_Word], title: int) -> int | None:
    """Where the name begins that ends where the title begins; None where the words before are none."""
    inside = next((word for word in words if word.start < title < word.end), None)
    if inside is not None:  # 王老师 as one word of the dictionary
        return inside.start if title - inside.start == _surname_length(inside.text) else None
    begin: int | None = None
    for word in reversed([word for word in words if word.end <= title]):
        given = title - word.start - _surname_length(word.text)
        if given > _GIVEN or word.text[-1] in _FOLLOWERS:
            break
        if _can_begin_a_name(word) and (begin is None or word.text[0] not in _tree()["words_too"]):
            begin = word.start
    return begin


def _can_begin_a_name(word: _Word) -> bool:
    length = _surname_length(word.text)
    return bool(length) and (len(word.text) == length or word.tag == _PERSON)


def _name_from(words: list[_Word], start: int, *, sure: bool) -> int | None:
    """Where the name ends that begins at `start`. Unless it is sure that a name follows, jieba must call it one."""
    behind = [word for word in words if word.start >= start]
    if not behind or behind[0].start != start:
        return None
    first = behind[0]
    length = _surname_length(first.text)
    if not length:
        return None
    if 1 <= len(first.text) - length <= _GIVEN and (first.tag == _PERSON or sure):
        return first.end
    if len(first.text) > length:
        return None
    end = _given_name_end(behind[1:], first, sure=sure)
    alone = first.text not in _tree()["words_too"]
    return end if end > first.end and (sure or alone) else None


def _given_name_end(words: list[_Word], surname: _Word, *, sure: bool) -> int:
    """Where the words end that can be the given name behind a surname; the surname's end where there are none."""
    end = surname.end
    for word in words:
        too_long = word.end - surname.end > _GIVEN
        if too_long or word.text[0] in _FOLLOWERS or not _is_hanzi(word.text[0]):
            break
        if not sure and word.tag.startswith(_NO_GIVEN_NAME):
            break
        end = word.end
    return end


def _surname_length(text: str) -> int:
    if text.startswith(_words("compound_surnames")):
        return 2
    return int(bool(text) and text[0] in _surnames())


class _Cutter:
    """A text cut into words, around the places that are asked for; once as a whole where there are many."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._asked = 0
        self._whole: list[_Word] | None = None

    def around(self, start: int, end: int) -> list[_Word]:
        """The words around a place, with their places in the text."""
        low, high = max(0, start - _AROUND), end + _AROUND
        self._asked += 1
        if self._asked <= _CUT_SINGLY:
            return self._cut(low, high)
        if self._whole is None:
            self._whole = self._cut(0, len(self.text))
        first = bisect_left(self._whole, low, key=lambda word: word.start)
        return self._whole[first:bisect_left(self._whole, high, key=lambda word: word.start)]

    def _cut(self, low: int, high: int) -> list[_Word]:
        words = []
        for word, tag in tagger().cut(self.text[low:high]):
            words.append(_Word(word, tag, low, low + len(word)))
            low += len(word)
        return words


@cache
def _surnames() -> frozenset[str]:
    return frozenset("".join(_tree()["surnames"].split()))


@cache
def _words(group: str) -> tuple[str, ...]:
    return tuple(_tree()[group])


@cache
def _surname_class(*, common: bool) -> str:
    left_out = set(_tree()["seldom"]) if common else set()
    single = "".join(sorted(_surnames() - left_out))
    return f"(?:{'|'.join(_words('compound_surnames'))}|[{single}])"


def _any_of(group: str) -> str:
    return "|".join(sorted(_words(group), key=len, reverse=True))


@cache
def _titled() -> re.Pattern:
    return re.compile(rf"({_surname_class(common=False)}{_HANZI}{{0,{_GIVEN}}}?)({_any_of('titles')})")


@cache
def _labelled() -> re.Pattern:
    return re.compile(rf"(?:{_any_of('labels')})(?P<link>{_LINK})(?P<name>{_surname_class(common=False)}){_HANZI}")


@cache
def _in_role() -> re.Pattern:
    return re.compile(rf"(?:{_any_of('roles')}){_LINK}(?P<name>{_surname_class(common=True)}){_HANZI}")


@cache
def _whole_name() -> re.Pattern:
    surname = _surname_class(common=False)
    return re.compile(rf"{surname}{_HANZI}{{1,{_GIVEN}}}(?!{_HANZI})")


@cache
def _called() -> re.Pattern:
    return re.compile(rf"(?<!百)(?:我|免贵|经理|客服|他|她)姓({_surname_class(common=False)})(?!{_HANZI})")


@cache
def _tree() -> dict:
    return tomllib.loads(resources.files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))


def trigger_pattern() -> str:
    """What every text with such a name matches as it was written, for an engine without look-around (RE2)."""
    compounds = {name[0] for name in _words("compound_surnames")}
    surnames = "".join(map(written_as, sorted(_surnames() | compounds)))
    common = "".join(map(written_as, sorted(_surnames() - set(_tree()["seldom"]) | compounds)))

    def any_of(group: str) -> str:
        return "|".join(map(in_any_form, _words(group)))

    between = r"[\s是為为叫:：]{0,3}"
    return (
        rf"[{surnames}]\p{{Han}}{{0,{_GIVEN}}}(?:{any_of('titles')})|(?:{any_of('labels')}){between}[{surnames}]"
        rf"|(?:{any_of('roles')}){between}[{common}]|[我贵貴理服他她]姓[{surnames}]"
    )
