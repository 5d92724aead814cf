"""腾讯文档收集表: two columns that the tool fills by itself, then the questions with a mark for required ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.ingest.formats import headings
from analysis.ingest.formats.headings import PERSONAL
from analysis.ingest.formats.protocol import CERTAIN, NO, Reshaped, Rows

if TYPE_CHECKING:
    from analysis.ingest.tables import RawTable

NAME = "tencent_form"

_HINTS = headings.hints_of(("提交者(自动)", "提交者", "填写人(自动)"), PERSONAL)


def recognise(rows: Rows) -> float:
    """The time of submission is marked as automatic."""
    return CERTAIN if "提交时间(自动)" in headings.plain_names(rows[0]) else NO


def reshape(table: RawTable) -> Reshaped:
    """As it is; whoever submitted stays out."""
    table = headings.without_blank_end(table)
    return Reshaped(table, "survey", headings.named(table.header, _HINTS))
