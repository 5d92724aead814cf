"""腾讯问卷: every line ends with a separator, options carry letters, and the tool may judge answers invalid."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.ingest.formats import headings
from analysis.ingest.formats.headings import ATTRIBUTE, META, PERSONAL
from analysis.ingest.formats.protocol import CERTAIN, NO, Hint, Reshaped, RowMark, Rows

if TYPE_CHECKING:
    from analysis.ingest.tables import RawTable

NAME = "tencent_survey"

_SIGNATURE = frozenset({"编号", "开始答题时间", "结束答题时间"})
_VERDICT = "清洗数据结果"
_INVALID = frozenset({"无效"})
_HINTS = {
    **headings.hints_of(
        (
            "开始答题时间", "答题时长", "语言", _VERDICT, "智能清洗数据无效概率", "用户类型", "UA",
            "Referrer", "地理位置国家和地区", "地理位置省", "地理位置市", "中奖时间", "中奖金额", "审核状态",
        ),
        META,
    ),
    **headings.hints_of(("自定义字段",), ATTRIBUTE),
    **headings.hints_of(("昵称", "IP"), PERSONAL),
}
_BLANK = re.compile(r"_填空\d*")


def recognise(rows: Rows) -> float:
    """Beginning and end of answering are named as no other tool names them."""
    return CERTAIN if headings.plain_names(rows[0]) >= _SIGNATURE else NO


def reshape(table: RawTable) -> Reshaped:
    """Without the blank last column; answers that the tool calls invalid can be left out."""
    table = headings.without_blank_end(table)
    hints = headings.named(table.header, _HINTS)
    for i, name in enumerate(table.header):
        found = headings.numbered(name)
        part = headings.stem_and_option(found.text) if found else None
        if part and not _BLANK.fullmatch(part[1]):
            ticked = len(headings.distinct(table.cells(i))) <= 1
            hints[i] = headings.tick(part[0], part[1]) if ticked else Hint(row=part[1])
    return Reshaped(table, "survey", hints, _marks(table))


def _marks(table: RawTable) -> tuple[RowMark, ...]:
    column = next((i for i, name in enumerate(table.header) if headings.plain(name) == _VERDICT), None)
    invalid = headings.rows_where(table, column, _INVALID) if column is not None else frozenset()
    return (RowMark("marked_invalid", column, invalid),) if invalid else ()
