"""Questions of several options: in one cell, as one column per option, or as an order; and how they are read.

Whoever saw a question gets a line without an option, so that shares have their base.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from analysis import privacy
from analysis.ingest.mapping import ColumnMapping
from analysis.ingest.names import cleaned
from analysis.ingest.scales import is_missing, number
from analysis.ingest.source import Source

SEPARATORS = ("┋", "→", ";", "；", "|")  # what tools write between the options of one cell, whatever the tool
_NOT_TICKED = frozenset({"0", "0.0", "-1", "-1.0", "否", "no", "false", "未选", "未选中"})
_SEEN_ONLY = "(空)"                      # the question was shown and nothing was ticked
_LETTER = re.compile(r"[A-Z]{1,2}[.、]\s*(?=\S)")
_FILLED_IN = re.compile(r"\s*〖.*?〗\s*")  # what somebody wrote beside 其他
_ALWAYS_TOGETHER = 3  # times that two parts must stand side by side, and never apart, to be one option with a comma


@dataclass(frozen=True, slots=True)
class _Told:
    """What one column says: which rows saw the question, and the options chosen with their places."""

    seen: np.ndarray
    at: np.ndarray
    option: list[str]
    place: np.ndarray


def question_name(column: ColumnMapping) -> str:
    """What a question of several options is called: its columns share the name."""
    return column.name or cleaned(column.header) or column.header


def choice_lines(source: Source, shared: pd.DataFrame) -> pd.DataFrame:
    """The lines of the table `choices`, with the position of their row in `at`; `shared` holds day and keys by row.

    No column of the role gives a frame without lines.
    """
    questions: dict[str, list[_Told]] = {}
    for column in source.mapping.having("choice"):
        questions.setdefault(question_name(column), []).append(_told(source, column))
    parts = [_lines_of(name, told) for name, told in questions.items()]
    lines = pd.concat([_lines_of("", []), *parts], ignore_index=True)
    facts = shared.take(lines["at"].to_numpy()).reset_index(drop=True)
    return pd.concat([lines, facts], axis=1)


def _lines_of(name: str, told: list[_Told]) -> pd.DataFrame:
    saw = np.flatnonzero(np.logical_or.reduce([t.seen for t in told])) if told else np.empty(0, np.int64)
    base = pd.DataFrame({"at": saw, "option": pd.Series([None] * len(saw), dtype="str"), "place": np.nan})
    chosen = [pd.DataFrame({"at": t.at, "option": pd.array(t.option, dtype="str"), "place": t.place}) for t in told]
    lines = pd.concat([base, *chosen], ignore_index=True).drop_duplicates(["at", "option"])
    return lines.assign(question=name).astype({"at": "int64", "option": "str", "place": "Int64", "question": "str"})


def _told(source: Source, column: ColumnMapping) -> _Told:
    codes, distinct = pd.factorize(source.cells(column))
    texts = [str(text) for text in distinct]
    if column.option is None:
        return _from_joined(source, column, codes, texts)
    return _from_places(column, codes, texts) if column.order else _from_ticks(column, codes, texts)


def _from_ticks(column: ColumnMapping, codes: np.ndarray, texts: Sequence[str]) -> _Told:
    seen = np.array([*(not is_missing(text) or text == _SEEN_ONLY for text in texts), False])
    ticked = seen & np.array([*(text.lower() not in _NOT_TICKED and text != _SEEN_ONLY for text in texts), False])
    at = np.flatnonzero(ticked[codes])
    return _Told(seen[codes], at, [column.option] * len(at), np.full(len(at), np.nan))


def _from_places(column: ColumnMapping, codes: np.ndarray, texts: Sequence[str]) -> _Told:
    stated = [None if is_missing(text) else number(text) for text in texts]
    places = np.array([*(np.nan if n is None or n < 1 else n for n in stated), np.nan])
    at = np.flatnonzero(~np.isnan(places[codes]))
    seen = np.array([*(n is not None for n in stated), False])
    return _Told(seen[codes], at, [column.option] * len(at), places[codes][at])


def _from_joined(source: Source, column: ColumnMapping, codes: np.ndarray, texts: Sequence[str]) -> _Told:
    separator = column.separator or next((s for s in SEPARATORS if any(s in text for text in texts)), "")
    cells = [() if is_missing(text) else split(text, separator) for text in texts]
    if separator.strip() == ",":
        counts = np.bincount(codes[codes >= 0], minlength=len(texts)).tolist()
        cells = with_commas(cells, counts, separator)
    masked, found = privacy.mask(pd.Series([part for cell in cells for part in cell], dtype="str"))
    source.masked.update(found)
    names = iter(masked)
    options = [[next(names) for _ in cell] for cell in cells]
    seen = np.array([*(bool(cell) or text == _SEEN_ONLY for cell, text in zip(cells, texts, strict=True)), False])
    sizes = np.array([*map(len, options), 0])[codes]
    chosen = [options[code] for code in codes.tolist() if code >= 0]
    places = [place for cell in chosen for place in range(1, len(cell) + 1)] if column.order else []
    at = np.repeat(np.arange(len(codes)), sizes)
    place = np.array(places, float) if column.order else np.full(len(at), np.nan)
    return _Told(seen[codes], at, [option for cell in chosen for option in cell], place)


def split(cell: str, separator: str) -> tuple[str, ...]:
    """The options in a cell, without their letters and without what was filled in beside them.

    >>> split("A.门店┋其他〖路边〗", "┋")
    ('门店', '其他')
    """
    parts = cell.split(separator) if separator else [cell]
    tidy = [_LETTER.sub("", _FILLED_IN.sub("", part).strip(), count=1) for part in parts]
    return tuple(dict.fromkeys(part for part in tidy if part))


def with_commas(
    cells: Sequence[tuple[str, ...]], counts: Iterable[int], separator: str
) -> list[tuple[str, ...]]:
    """Cells in which parts that only ever stand side by side are one option, as an option may hold the separator."""
    alone: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for cell, times in zip(cells, counts, strict=True):
        alone.update(dict.fromkeys(cell, times))
        pairs.update(dict.fromkeys(pairwise(cell), times))
    bound = {
        pair for pair, times in pairs.items() if times >= _ALWAYS_TOGETHER and alone[pair[0]] == alone[pair[1]] == times
    }
    # In a ranking-like list where everybody chose everything, nothing tells parts from options.
    if len({part for pair in bound for part in pair}) == len(alone):
        return list(cells)
    return [_bound(cell, bound, separator) for cell in cells]


def _bound(cell: tuple[str, ...], bound: set[tuple[str, str]], separator: str) -> tuple[str, ...]:
    options: list[str] = []
    previous = None
    for part in cell:
        if (previous, part) in bound:
            options[-1] += f"{separator}{part}"
        else:
            options.append(part)
        previous = part
    return tuple(options)
