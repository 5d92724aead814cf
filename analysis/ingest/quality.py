"""Doubts about survey answers: rules that flag a row and leave it in.

Careless answers are told by what they share, not by what they say, so each rule has innocent matches
too (whoever liked everything gave fives throughout). Hence flags, which a reader may filter out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.ingest.fingerprint import Fingerprint
from analysis.schema import SCALES

# Long-string index (Johnson 2005; Meade and Craig 2012): the whole of a scale's questions is one string.
STRAIGHT_QUESTIONS = 5
# Speeders: Greszki, Meyer and Schoen 2015 compare cut-offs of 30, 40 and 50 % of the median time.
FAST_SHARE = 0.30
# The median of fewer times says nothing about the questionnaire.
FAST_TIMES = 5
# Answers of one source that agree in one or two questions agree by chance.
SAME_ANSWERS = 3

_UNITS = (("h", 3600.0), ("m", 60.0), ("s", 1.0))
_DURATION = re.compile(
    r"(?:(?P<h>\d{1,4})\s*(?:小时|时|h(?:ours?)?))?\s*"
    r"(?:(?P<m>\d{1,6})\s*(?:分钟|分|m(?:in(?:utes?|s)?)?|'|′))?\s*"
    r"(?:(?P<s>\d{1,9}(?:\.\d{1,6})?)\s*(?:秒钟|秒|s(?:ec(?:onds?|s)?)?|\"|″)?)?",
    re.I,
)
_CLOCK = re.compile(r"(?:(?P<h>\d{1,4}):)?(?P<m>\d{1,2}):(?P<s>\d{1,2}(?:\.\d{1,6})?)")


def seconds(text: str) -> float:
    """A time of answering in seconds; NaN where none can be read.

    >>> [seconds(text) for text in ("83", "10秒", "1分20秒", "00:01:23", "很快")]
    [83.0, 10.0, 80.0, 83.0, nan]
    """
    found = _CLOCK.fullmatch(text) or _DURATION.fullmatch(text)
    if found is None or not any(found.groupdict().values()):
        return float("nan")
    return sum(float(found[name] or 0) * unit for name, unit in _UNITS)


def straight_lining(questions: Sequence[tuple[str, bool, np.ndarray]], rows: int) -> np.ndarray:
    """Rows with one and the same answer to all answered questions of a scale, at least STRAIGHT_QUESTIONS of them.

    A question is (scale, whether its scores are turned, scores with NaN for none). Turned scores are compared
    as they were ticked: who always ticks the same place answers a turned question with another score.
    """
    flagged = np.zeros(rows, bool)
    for scale in {name for name, _, _ in questions}:
        ends = SCALES[scale].low + SCALES[scale].high
        columns = [ends - scores if turned else scores for name, turned, scores in questions if name == scale]
        if len(columns) < STRAIGHT_QUESTIONS:
            continue
        low, high, answered = np.full(rows, np.inf), np.full(rows, -np.inf), np.zeros(rows, np.int64)
        for scores in columns:
            low, high = np.fmin(low, scores), np.fmax(high, scores)
            answered += ~np.isnan(scores)
        flagged |= (answered >= STRAIGHT_QUESTIONS) & (low == high)
    return flagged


def too_fast(times: np.ndarray) -> np.ndarray:
    """Rows answered in less than FAST_SHARE of the median time of all; none where too few times are known."""
    known = ~np.isnan(times)
    if known.sum() < FAST_TIMES:
        return np.zeros(len(times), bool)
    return times < FAST_SHARE * np.median(times[known])


def same_source(source: np.ndarray, said: Sequence[pd.Series | np.ndarray], order: Sequence[np.ndarray]) -> np.ndarray:
    """Rows that repeat an earlier row of the same source (-1: unknown) answer by answer, texts included.

    At least SAME_ANSWERS parts of `said` must be filled. Which row was earlier follows from `order`, most
    telling key first.
    """
    flagged = np.zeros(len(source), bool)
    known = pd.Series(source).where(source >= 0)
    several = np.flatnonzero((known.duplicated(keep=False) & known.notna()).to_numpy(bool))
    if not len(several):
        return flagged
    fingerprint, answered = Fingerprint(len(several), "same source"), np.zeros(len(several), np.int64)
    for number, part in enumerate(said):
        cells = pd.Series(part).reset_index(drop=True).iloc[several].reset_index(drop=True)
        fingerprint.add(str(number), cells)
        answered += (cells.notna() & (cells != "")).to_numpy(bool)
    rows = pd.DataFrame({"at": several, "source": source[several], "said": fingerprint.said()})
    for number, key in enumerate(order):
        rows[f"key{number}"] = np.asarray(key)[several]
    rows = rows[answered >= SAME_ANSWERS].sort_values([f"key{number}" for number in range(len(order))], kind="stable")
    flagged[rows.loc[rows.duplicated(["source", "said"]), "at"].to_numpy(np.int64)] = True
    return flagged
