"""Tick columns of an unknown tool, one per option: which of them belong to one question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

import pandas as pd

from analysis.ingest.formats import headings
from analysis.ingest.mapping import ColumnMapping
from analysis.ingest.names import cleaned
from analysis.ingest.scales import is_missing, number
from analysis.ingest.tables import RawTable

TICK = "mapping.tick"
_NAMED_OPTIONS = 2  # options that stand for a question whose own words are not in the file


def with_questions(columns: Sequence[ColumnMapping], table: RawTable) -> list[ColumnMapping]:
    """The columns, those of ticks put together to questions; a tick column that stands alone stays left out.

    Ticks under a common stem (`渠道:门店`, `渠道:APP`) are a question. So are columns that hold their own option
    number, as long as the numbers rise: a smaller one begins the next question.
    """
    ticks = [column for column in columns if column.role == "ignore" and column.why == TICK]
    found: dict[int, ColumnMapping] = {}
    for group in [*_by_stem(ticks), *_by_number(ticks, table)]:
        found |= {column.index: column for column in group if column.index not in found}
    return [found.get(column.index, column) for column in columns]


def _by_stem(ticks: list[ColumnMapping]) -> list[list[ColumnMapping]]:
    parts = {column.index: _stem(column.header) for column in ticks}
    runs = groupby(ticks, key=lambda column: parts[column.index] and parts[column.index][0])
    groups = [(stem, list(run)) for stem, run in runs if stem]
    return [
        [_choice(column, stem, parts[column.index][1]) for column in group]
        for stem, group in groups if len(group) > 1
    ]


def _stem(header: str) -> tuple[str, str] | None:
    return headings.stem_and_row(cleaned(header)) or headings.stem_and_option(cleaned(header))


def _by_number(ticks: list[ColumnMapping], table: RawTable) -> list[list[ColumnMapping]]:
    groups: list[list[ColumnMapping]] = []
    last = 0.0
    for column in ticks:
        own = _own_number(table.cells(column.index))
        if own is None:
            last = 0.0
        elif groups and last and own > last:
            groups[-1].append(column)
            last = own
        else:
            groups.append([column])
            last = own
    return [_named(group) for group in groups if len(group) > 1]


def _named(group: list[ColumnMapping]) -> list[ColumnMapping]:
    names = [cleaned(column.header) or column.header for column in group]
    title = "/".join(names[:_NAMED_OPTIONS]) + ("…" if len(names) > _NAMED_OPTIONS else "")
    return [_choice(column, title, name) for column, name in zip(group, names, strict=True)]


def _own_number(cells: pd.Series) -> float | None:
    """The number that stands for the tick, or None in a column of 0 and 1 or of nothing but blanks."""
    values = {number(str(text)) for text in cells.str.strip().unique() if not is_missing(str(text))} - {-1.0}
    return next(iter(values)) if len(values) == 1 and values != {0.0} else None


def _choice(column: ColumnMapping, question: str, option: str) -> ColumnMapping:
    return replace(column, role="choice", confidence=0.8, why="mapping.tick_column", name=question, option=option)
