"""What a column's cells look like: the evidence for what a column is taken for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.ingest.scales import MIN_LABEL_SHARE, find_label_set, holds, is_missing, number

SAMPLE_ROWS = 20_000
_MAX_DISTINCT_ANSWERS = 200   # a question has few possible answers; free text and measurements have many
_MIN_NUMBER_SHARE = 0.5       # below it, the numbers are the exception
_CLEAR_SHARE = 0.95           # so much of a column must lie on a scale before a larger scale is considered
_OBSERVED = ("1-5", "1-7", "1-10", "0-10")  # from small to large; the other scales need a word in the header
_SHOWN_ANSWERS = 12
LARGE = 30                    # answers that would have used more of a longer scale
_FIGURES = re.compile(r"[\d\s.,%/:\-+]*")


@dataclass(frozen=True, slots=True)
class Profile:
    """Counts over a column's cells, missing ones apart. `scale` is the one the values fit, if any."""

    answers: int
    distinct: int
    number_share: float
    label_share: float
    label_scale: str | None
    label_effort: bool
    scale: str | None
    fit: float
    low: float
    high: float
    whole: bool
    tick: bool
    six_steps: bool
    text_share: float

    @property
    def is_scored(self) -> bool:
        """Whether the cells can be answers on a scale."""
        return self.label_scale is not None or self.scale is not None


def profile(cells: pd.Series) -> Profile:
    """The profile of a column from its first SAMPLE_ROWS cells; an empty column has no answers."""
    counts = cells.head(SAMPLE_ROWS).str.strip().value_counts()
    texts = {str(text): int(n) for text, n in counts.items()}
    answers = {text: n for text, n in texts.items() if text and not is_missing(text)}
    total = sum(answers.values())
    few = 0 < len(answers) <= _MAX_DISTINCT_ANSWERS
    numbers = {text: value for text in answers if few and (value := number(text)) is not None}
    number_share = sum(answers[text] for text in numbers) / total if total else 0.0
    labels, label_share = find_label_set(answers) if few else (None, 0.0)
    labelled = labels is not None and label_share >= MIN_LABEL_SHARE and _mostly_words(answers)
    values = np.array(list(numbers.values()))
    weights = np.array([answers[text] for text in numbers])
    scale, fit = _observed_scale(values, weights) if number_share >= _MIN_NUMBER_SHARE else (None, 0.0)
    return Profile(
        answers=total,
        distinct=len(answers),
        number_share=number_share,
        label_share=label_share if labelled else 0.0,
        label_scale=labels.scale if labelled else None,
        label_effort=labelled and labels.effort,
        scale=scale,
        fit=fit,
        low=float(values.min()) if len(values) else np.nan,
        high=float(values.max()) if len(values) else np.nan,
        whole=bool(len(values)) and bool(np.all(values == np.floor(values))),
        tick=_is_tick(texts),
        six_steps=labelled and bool(labels.requires),
        text_share=_text_share(answers, total),
    )


def distribution(cells: pd.Series) -> tuple[tuple[str, int], ...]:
    """How often each answer of a column occurs, missing ones apart, at most _SHOWN_ANSWERS; numbers in their order."""
    counts = {str(text): int(n) for text, n in cells.str.strip().value_counts().items()}
    answers = [(text, n) for text, n in counts.items() if text and not is_missing(text)][:_SHOWN_ANSWERS]
    values = [number(text) for text, _ in answers]
    if None in values:
        return tuple(answers)
    return tuple(answer for _, answer in sorted(zip(values, answers, strict=True)))


def _mostly_words(answers: Mapping[str, int]) -> bool:
    figures = sum(n for text, n in answers.items() if _FIGURES.fullmatch(text))
    return figures < _MIN_NUMBER_SHARE * sum(answers.values())


def _observed_scale(values: np.ndarray, weights: np.ndarray) -> tuple[str | None, float]:
    """The smallest scale that holds nearly all values, else the one that holds most, and that share."""
    if not len(values):
        return None, 0.0
    shares = {scale: float(weights[holds(scale, values)].sum() / weights.sum()) for scale in (*_OBSERVED, "stars")}
    if shares["stars"] >= _CLEAR_SHARE and shares["1-5"] < _CLEAR_SHARE and shares["1-10"] < _CLEAR_SHARE:
        return "stars", shares["stars"]
    clear = next((scale for scale in _OBSERVED if shares[scale] >= _CLEAR_SHARE), None)
    best = clear or max(_OBSERVED, key=shares.__getitem__)
    return (best, shares[best]) if shares[best] > 0.5 else (None, shares[best])


def _is_tick(texts: Mapping[str, int]) -> bool:
    """A tick column holds its own option number, or a sign for "not ticked": -1, 0 beside 1, or nothing."""
    values: set[float] = set()
    for text in filter(None, texts):
        if (value := number(text)) is None or len(values | {value}) > 2:  # most columns show it in their first cells
            return False
        values.add(value)
    if not values:
        return False
    rows, blank = sum(texts.values()), texts.get("", 0)
    return -1.0 in values or values == {0.0, 1.0} or (len(values) == 1 and rows >= LARGE and blank > rows / 2)


def _text_share(answers: Mapping[str, int], total: int) -> float:
    """Share of cells that hold words rather than figures."""
    if not total:
        return 0.0
    return sum(n for text, n in answers.items() if not _FIGURES.fullmatch(text)) / total
