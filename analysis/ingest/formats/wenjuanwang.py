"""问卷网: an archive of answers in words, answers in codes, and the book that gives the codes their words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from analysis.ingest.formats import headings
from analysis.ingest.formats.headings import ATTRIBUTE, META, PERSONAL
from analysis.ingest.formats.protocol import CERTAIN, LIKELY, NO, Hint, Reshaped, Rows

if TYPE_CHECKING:
    from analysis.ingest.tables import RawTable

NAME = "wenjuanwang"

# Members of the archive, by their names in lower case.
IN_WORDS, IN_CODES, CODE_BOOK = "all_data_readable.csv", "all_data_original.csv", "code.csv"

_BEGUN, _DONE, _TOOK = ("开始时间", "start"), ("结束时间", "finish"), "答题时长"
_CODED = re.compile(r"[Qq]\d{1,3}(?:_[A-Za-z]{0,4}\d{1,3})?")
_HINTS = {
    **headings.hints_of((*_BEGUN, _TOOK, "序号", "来源", "UA"), META),
    **headings.hints_of(("自定义字段", "自定义字段1"), ATTRIBUTE),
    **headings.hints_of(_DONE, Hint("time")),
    **headings.hints_of(("IP", "IP地址", "昵称", "微信昵称"), PERSONAL),
}
_SEVERAL = ("多选题", "排序题")


def recognise(rows: Rows) -> float:
    """Beginning and end in its own words, and either the time it took or numbered questions."""
    names = headings.plain_names(rows[0])
    if not (names & {*_BEGUN} and names & {*_DONE}):
        return NO
    if any(_CODED.fullmatch(cell.strip()) or headings.numbered(cell) for cell in rows[0]):
        return CERTAIN
    return LIKELY if _TOOK in names else NO


def reshape(table: RawTable) -> Reshaped:
    """Matrix rows stand behind the last underscore of their header."""
    table = headings.without_blank_end(table)
    hints = headings.named(table.header, _HINTS)
    header = list(table.header)
    for i, name in enumerate(table.header):
        stem, found, row = name.rpartition("_")
        if i in hints or not found or not stem:
            continue
        if len(headings.distinct(table.cells(i)) - {"0"}) <= 1:
            question = headings.numbered(stem)
            hints[i] = headings.tick(question.text if question else stem, row)
        else:
            header[i], hints[i] = f"{stem}—{row}", Hint(row=row)
    return Reshaped(headings.renamed(table, header), "survey", hints)


def decoded(rows: Iterator[tuple[int, object]], book: Iterable[list[str]]) -> Iterator[tuple[int, object]]:
    """Numbered rows of codes, header first, with questions and options in words as the code book has them.

    Rows of another width, and lines that are no rows, come back as they are.
    """
    questions, options, several = _read_book(book)
    number, codes = next(rows, (1, []))
    if not isinstance(codes, list):
        codes = []
    keys = [code.split("_")[0] for code in codes]
    header = []
    for code, key in zip(codes, keys, strict=True):
        part = f"_{several.get(code, code.rpartition('_')[2])}" if code != key and key in questions else ""
        header.append(f"{questions.get(key, code)}{part}")
    yield number, header
    for number, row in rows:
        if isinstance(row, list) and len(row) == len(codes):
            row = [options.get((key, cell.strip()), cell) for key, cell in zip(keys, row, strict=True)]
        yield number, row


def _read_book(book: Iterable[list[str]]) -> tuple[dict[str, str], dict[tuple[str, str], str], dict[str, str]]:
    """Questions by key, option words by key and code, and option words by the column of a multiple choice."""
    questions: dict[str, str] = {}
    options: dict[tuple[str, str], str] = {}
    several: dict[str, str] = {}
    key = sort = ""
    for line in book:
        first, second, third = [*map(str.strip, line), "", "", ""][:3]
        if first:
            key, sort = first, third
            questions[key] = f"{key[1:]}、{second}"
        elif third and sort in _SEVERAL:
            several[f"{key}_A{second}"] = third
        elif third:
            options[key, second] = third
    return questions, options, several
