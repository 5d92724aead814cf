"""问卷星: meta columns, then numbered questions; only the first column of a matrix carries its stem."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from analysis.ingest.formats import headings
from analysis.ingest.formats.headings import META, PERSONAL
from analysis.ingest.formats.protocol import CERTAIN, LIKELY, NO, Hint, Reshaped, Rows
from analysis.schema import ExportForm

if TYPE_CHECKING:
    import pandas as pd

    from analysis.ingest.tables import RawTable

NAME = "wenjuanxing"

_SIGNATURE = frozenset({"序号", "提交答卷时间", "所用时间"})
_FIRST_META = {"序号", "提交答卷时间"}
_OLD_MATRIX = re.compile(r"\s*第\s*(\d{1,3})\s*题\s*[(（](.*)[)）]\s*[:：]?\s*")
_OPTION = re.compile(r"[(（](.*)[)）]\s*[:：]?")
TEXT = "0"
_FORMS = {"文本": TEXT, "分数": "1", "序号": "2"}
_NUMBERED_FORM = re.compile(r"(\d{4,}_\d{1,6})_([012])\.(?:csv|xlsx?)", re.I)
_NAMED_FORM = re.compile(r"(.*?)按(?:选项)?(文本|分数|序号).*\.(?:csv|xlsx?)", re.I)
_CHOICES, _ORDER = "┋", "→"
_CODED = re.compile(rf"\d{{1,3}}(?:\.0)?(?:[{_CHOICES}{_ORDER}]\d{{1,3}})*")  # positions of options
_SKIPPED = frozenset({"(跳过)", "（跳过）", "(空)", "（空）", "-2", "-3", "-2.0", "-3.0"})
_HINTS = {
    **headings.hints_of(("所用时间", "来源", "来源详情", "总分", "uid", "经纬度"), META),
    **headings.hints_of(("来自IP", "IP"), PERSONAL),
}
_MULTI = Hint("choice", "mapping.multi_select", separator=_CHOICES)
_RANKING = Hint("choice", "mapping.ranking", separator=_ORDER, order=True)
_MIN_RANKED = 3        # columns and rows that a ranking must have to be told from a matrix
_RANKED_SHARE = 0.95   # of rows in which no position occurs twice
_RANK_SAMPLE = 500


def form_of(file_name: str) -> tuple[str, str] | None:
    """Which download of one survey a file is, by its name: what they share of their names, and the form.

    >>> form_of("123456_7_0.xls"), form_of("123456_按序号.xlsx")
    (('123456_7', '0'), ('123456_', '2'))
    """
    if found := _NUMBERED_FORM.fullmatch(file_name):
        return found[1], found[2]
    found = _NAMED_FORM.fullmatch(file_name)
    return (found[1], _FORMS[found[2]]) if found else None


def recognise(rows: Rows) -> float:
    """序号, 提交答卷时间 and 所用时间 side by side; without the last, numbered questions must follow."""
    names = headings.plain_names(rows[0])
    if names >= _SIGNATURE:
        return CERTAIN
    asks = any(headings.numbered(cell) or _OLD_MATRIX.fullmatch(cell) for cell in rows[0])
    return LIKELY if asks and names >= _FIRST_META else NO


def reshape(table: RawTable) -> Reshaped:
    """Stems carried through their groups, skipped answers blank, options and orders told from scores."""
    table = headings.without_blank_end(table)
    numbers = [_number(name) for name in table.header]
    header, rows = _with_stems(headings.without_repeats(table.header), numbers)
    asked = [i for i, number in enumerate(numbers) if number is not None]
    frame, cleared = _answered(table.frame, asked)
    table = replace(table, header=tuple(header), frame=frame)
    hints = headings.named(header, _HINTS)
    hints |= {i: _question(table, i, rows.get(i, "")) for i in asked}
    for group in _groups(numbers):
        if set().union(*(headings.distinct(table.cells(i)) for i in group)) == {"0", "1"}:
            hints |= {i: headings.tick(*_option(header[i], numbers[i], rows.get(i))) for i in group}
        if len(group) >= _MIN_RANKED and _is_ranking(table.frame.iloc[:_RANK_SAMPLE, group]):
            hints |= {i: _place(*_option(header[i], numbers[i], rows.get(i))) for i in group}
    return Reshaped(table, "survey", hints, cleared=cleared, form=_form(table, numbers))


def _form(table: RawTable, numbers: list[int | None]) -> ExportForm:
    """The forms of one survey agree in the numbers of its questions; a question of several options may have one
    column in the one and one per option in the other.
    """
    asked = sorted({number for number in numbers if number is not None})
    of = {number: [i for i, own in enumerate(numbers) if own == number] for number in asked}
    coded = {number for number, columns in of.items() if _is_coded(table, columns)}
    return ExportForm(f"{NAME}:{','.join(map(str, asked))}", frozenset(coded))


def _is_coded(table: RawTable, columns: list[int]) -> bool:
    values = {value for i in columns for value in table.cells(i).str.strip().unique()} - {""}
    return bool(values) and all(_CODED.fullmatch(value) for value in values)


def _number(name: str) -> int | None:
    if old := _OLD_MATRIX.fullmatch(name):
        return int(old[1])
    found = headings.numbered(name)
    return found.number if found else None


def _groups(numbers: list[int | None]) -> list[list[int]]:
    """Neighbouring columns of one question."""
    runs = groupby(range(len(numbers)), key=numbers.__getitem__)
    return [group for number, run in runs if number is not None and len(group := list(run)) > 1]


def _with_stems(header: list[str], numbers: list[int | None]) -> tuple[list[str], dict[int, str]]:
    """Headers in which every row of a matrix has its stem, and the row's label by column."""
    rows: dict[int, str] = {}
    for i, name in enumerate(header):
        if old := _OLD_MATRIX.fullmatch(name):
            header[i], rows[i] = f"第{old[1]}题：{old[2]}", old[2]
    for group in _groups(numbers):
        first = headings.numbered(header[group[0]])
        parts = headings.stem_and_row(first.text) if first else None
        if parts is None:
            continue
        for i in group:
            found = headings.numbered(header[i])
            if found is None:
                continue
            own = headings.stem_and_row(found.text)
            rows[i] = own[1] if own else found.text
            header[i] = f"{found.number}{found.sign}{parts[0]}—{rows[i]}"
    return header, rows


def _answered(frame: pd.DataFrame, asked: list[int]) -> tuple[pd.DataFrame, dict[int, dict[str, int]]]:
    """Questions that were skipped are blank, whatever code stands there; and how often which code stood there."""
    answered, cleared = frame.copy(deep=False), {}
    for i in asked:
        cells = frame.iloc[:, i]
        skipped = cells.str.strip().isin(_SKIPPED)
        if skipped.any():
            answered.isetitem(i, cells.mask(skipped, ""))
            cleared[i] = cells[skipped].str.strip().value_counts().to_dict()
    return answered, cleared


def _question(table: RawTable, index: int, row: str) -> Hint:
    values = headings.distinct(table.cells(index))
    if any(_CHOICES in value for value in values):
        return _MULTI
    if values and sum(_ORDER in value for value in values) > len(values) / 2:
        return _RANKING
    found = headings.numbered(table.header[index])
    if found and _OPTION.fullmatch(found.text) and values <= {"0", "1"}:
        return headings.tick(*_option(table.header[index], found.number, None))
    return Hint(row=row, coded=True)


def _option(name: str, number: int, row: str | None) -> tuple[str, str]:
    """Question and option of one column of a group. A group without a stem is called by its number."""
    found = headings.numbered(name)
    parts = headings.stem_and_row(found.text) if found else None
    if parts:
        return parts
    text = row or (found.text if found else name)
    option = _OPTION.fullmatch(text)
    return f"Q{number}", option[1] if option else text


def _place(question: str, option: str) -> Hint:
    return Hint("choice", "mapping.ranking", name=question, option=option, order=True)


def _is_ranking(group: pd.DataFrame) -> bool:
    """Whether the columns hold positions: small whole numbers, none of them twice in a row of the file."""
    filled = group.apply(lambda cells: cells.str.strip()).replace("", None)
    known = filled.stack().dropna()
    positions = {str(n) for n in range(1, group.shape[1] + 1)}
    counts = filled.notna().sum(axis=1)
    several = counts >= _MIN_RANKED
    if not set(known.unique()) <= positions or several.sum() < _MIN_RANKED:
        return False
    return bool((filled.nunique(axis=1) == counts)[several].mean() >= _RANKED_SHARE)
