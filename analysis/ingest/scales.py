"""Answers as people and tools write them, to scores: numbers, stars and the words on answer scales."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

import numpy as np
import pandas as pd

from analysis.schema import SCALES
from analysis.taxonomy import fold

# A label stands inside a short cell ("5-非常满意", "非常满意(5分)"), never inside a sentence.
_LABEL_SLACK = 6
MIN_LABEL_SHARE = 0.6

_HANZI_NUMBERS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_NUMBER = re.compile(
    r"([+-]?\d{1,6}(?:\.\d{1,6})?)\s*(?:分|颗星|星级|星|级|points?|pts?|stars?|%|/\s*(?:5|7|10|100))?", re.I
)
_HALF = re.compile(r"([1-4])星半")
_HANZI = re.compile(r"([一二两三四五六七八九十])(?:颗)?(?:星级|星|分)")
_STARS = re.compile(r"([⭐★🌟]️?){1,5}([☆✩]️?)*")
# "10 非常可能": the end points of a numbered scale often carry their label.
_ANCHORED = re.compile(
    r"(\d{1,2})\s*分?[\s\-—:(.、]*(?:非常|完全|极|十分|很|一定|肯定|绝对|不|可能|愿意|满意|推荐|中立|一般)[^\d]{0,12}"
)
_OPTION_LETTER = re.compile(r"^(?:[a-z]|\d{1,2})[.、:)]\s*(?=\D)")


@dataclass(frozen=True)
class LabelSet:
    """The words of one answer scale with their scores."""

    scale: str
    words: Mapping[str, int]
    effort: bool = False
    requires: tuple[tuple[str, str], ...] = ()
    longest_first: tuple[str, ...] = field(default=())

    def score(self, folded: str) -> int | None:
        """The score of a cell: the label itself, else the longest label inside a short cell."""
        if folded in self.words:
            return self.words[folded]
        for word in self.longest_first:
            if len(word) > 1 and word in folded and len(folded) <= len(word) + _LABEL_SLACK:
                return self.words[word]
        return None

    def applies(self, folded: set[str]) -> bool:
        """Whether labels are present that only this set tells apart."""
        return not self.requires or any(set(pair) <= folded for pair in self.requires)


@dataclass(frozen=True, slots=True)
class Scores:
    """One column read: scores (NaN where there is none), and which cells hold no or no possible answer."""

    scores: np.ndarray
    missing: np.ndarray
    unreadable: np.ndarray
    off_scale: np.ndarray


@cache
def label_sets() -> tuple[LabelSet, ...]:
    """The label sets of `labels.toml`, in file order."""
    sets = []
    for row in _tree()["set"]:
        words = {fold(word): score for word, score in row["words"].items()}
        requires = tuple((fold(a), fold(b)) for a, b in row.get("requires", ()))
        longest = tuple(sorted(words, key=len, reverse=True))
        sets.append(LabelSet(row["scale"], words, row.get("effort", False), requires, longest))
    return tuple(sets)


@cache
def _missing_words() -> dict[str, str]:
    return {fold(word): kind for kind, words in _tree()["missing"].items() for word in words}


@cache
def _longest_missing_word() -> int:
    return max(map(len, _missing_words()))


@cache
def _tree() -> dict:
    return tomllib.loads(resources.files(__package__).joinpath("labels.toml").read_text(encoding="utf-8"))


def is_missing(cell: str) -> bool:
    """Whether a cell of a question holds no opinion: blank, skipped, not applicable, don't know."""
    return missing_kind(cell) is not None


def missing_kind(cell: str) -> str | None:
    """Why a cell of a question holds no opinion, a key under `missing.`; None where it holds one.

    >>> missing_kind(" "), missing_kind("(跳过)"), missing_kind("-2"), missing_kind("3")
    ('blank', 'skipped', 'unanswered', None)
    """
    bare = "".join(cell.split())
    if len(bare) > _longest_missing_word():  # folding is slow, and a column of comments has a hundred thousand
        return None
    folded = fold(bare)
    return _missing_words().get(folded) if folded else "blank"


def find_label_set(counts: Mapping[str, int]) -> tuple[LabelSet | None, float]:
    """The set that reads most answers of a column (cell text -> how often), and the share it reads.

    Numbers and missing answers are left out of the share; (None, 0.0) where no cell is a label.
    """
    answers = {_label_text(cell): 0 for cell in counts if not is_missing(cell) and _plain_number(cell) is None}
    for cell, n in counts.items():
        if (text := _label_text(cell)) in answers:
            answers[text] += n
    total = sum(answers.values())
    if not total:
        return None, 0.0
    best, best_rank = None, (0.0, 0, False)
    for labels in label_sets():
        if not labels.applies(set(answers)):
            continue
        read = sum(n for text, n in answers.items() if labels.score(text) is not None)
        exact = sum(n for text, n in answers.items() if text in labels.words)
        rank = (read / total, exact, bool(labels.requires))
        if rank > best_rank:
            best, best_rank = labels, rank
    return best, best_rank[0]


def number(cell: str) -> float | None:
    """The number in a cell that states one: `9`, `９`, `9分`, `4星`, `⭐⭐⭐⭐`, `10 非常可能`; else None.

    >>> [number(c) for c in ("９", "9分", "4星半", "五星", "⭐⭐⭐", "1e309", "挺好")]
    [9.0, 9.0, 4.5, 5.0, 3.0, None, None]
    """
    stated = _plain_number(cell)
    if stated is None and (match := _ANCHORED.fullmatch(unicodedata.normalize("NFKC", cell).strip())):
        return float(match[1])
    return stated


def _plain_number(cell: str) -> float | None:
    text = unicodedata.normalize("NFKC", cell).strip()
    if match := _NUMBER.fullmatch(text):
        return float(match[1])
    if match := _HALF.fullmatch(text):
        return int(match[1]) + 0.5
    if match := _HANZI.fullmatch(text):
        return float(_HANZI_NUMBERS[match[1]])
    if _STARS.fullmatch(text):
        return float(sum(text.count(star) for star in "⭐★🌟"))
    return None


def read_scores(cells: pd.Series, *, scale: str, reverse: bool = False) -> Scores:
    """A column of cells on `scale`. `reverse` turns codes that run from best to worst.

    Labels are read as one set per column. A cell is missing, or scored, or unreadable, or off the scale.
    """
    codes, distinct = pd.factorize(cells, use_na_sentinel=True)
    texts = [str(text) for text in distinct]
    counts = dict(zip(texts, np.bincount(codes[codes >= 0], minlength=len(texts)).tolist(), strict=True))
    labels = _set_on(scale, counts)
    missing = np.array([*(is_missing(text) for text in texts), True])
    by_words = _by_words(counts)
    scores = np.array([*(_score(text, labels, by_words) for text in texts), np.nan])
    scores[missing] = np.nan
    unreadable = np.isnan(scores) & ~missing
    off_scale = ~np.isnan(scores) & ~holds(scale, scores)
    scores[off_scale] = np.nan
    if reverse:
        scores = SCALES[scale].low + SCALES[scale].high - scores
    return Scores(scores[codes], missing[codes], unreadable[codes], off_scale[codes])


def holds(scale: str, scores: np.ndarray) -> np.ndarray:
    """Which scores are possible answers on the scale (NaN is not): `Scale.holds` for arrays."""
    ends = SCALES[scale]
    steps = scores / ends.step
    return (scores >= ends.low) & (scores <= ends.high) & (steps == np.floor(steps))


def _set_on(scale: str, counts: Mapping[str, int]) -> LabelSet | None:
    labels, _ = find_label_set(counts)
    if labels is None or labels.scale == scale:
        return labels
    on_scale = [s for s in label_sets() if s.scale == scale and s.applies(set(map(fold, counts)))]

    def read(candidate: LabelSet) -> int:
        return sum(n for cell, n in counts.items() if candidate.score(_label_text(cell)) is not None)

    return max(on_scale, key=read, default=None)


def _by_words(counts: Mapping[str, int]) -> bool:
    """Whether most answers of a column are words: then the number in `1、不满意` only numbers the option."""
    answers = {cell: n for cell, n in counts.items() if not is_missing(cell)}
    worded = sum(n for cell, n in answers.items() if _plain_number(cell) is None)
    return 2 * worded > sum(answers.values())


def _score(cell: str, labels: LabelSet | None, by_words: bool) -> float:
    label = labels.score(_label_text(cell)) if labels else None
    stated = number(cell) if not by_words or label is None else _plain_number(cell)
    for value in (stated, label):
        if value is not None:
            return float(value)
    return np.nan


def _label_text(cell: str) -> str:
    return _OPTION_LETTER.sub("", fold(cell))
