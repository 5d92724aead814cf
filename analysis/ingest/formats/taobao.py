"""淘宝 and 天猫 reviews as merchants' tools save them: a first text and a later one, each with its own date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.ingest.formats import headings
from analysis.ingest.formats.headings import PERSONAL
from analysis.ingest.formats.protocol import CERTAIN, NO, Hint, Reshaped, Rows

if TYPE_CHECKING:
    from analysis.ingest.tables import RawTable

NAME = "taobao"

# The merchants' export, and the browser extensions that serve several shops.
_SIGNATURES = (
    frozenset({"初评内容", "评价时间"}),
    frozenset({"评论内容", "追加评论", "平台"}),
)
_HINTS = {
    **headings.hints_of(("用户昵称", "买家昵称", "会员名"), PERSONAL),
    **headings.hints_of(("评论ID", "评价ID", "ID"), Hint("id")),
    **headings.hints_of(("评价时间", "日期"), Hint("time")),
    **headings.hints_of(("评分",), Hint("stars")),
    **headings.hints_of(("初评内容", "评论内容"), Hint("comment")),
    **headings.hints_of(("追评内容", "追加评论"), Hint("follow_up")),
    **headings.hints_of(("追评时间", "追加日期"), Hint("follow_up_time")),
    **headings.hints_of(("平台",), Hint("channel")),
    **headings.hints_of(("SKU", "商家回复", "有图片"), Hint("ignore", "mapping.shop_meta")),
}


def recognise(rows: Rows) -> float:
    """A first text beside a later one."""
    names = headings.plain_names(rows[0])
    return CERTAIN if any(names >= signature for signature in _SIGNATURES) else NO


def reshape(table: RawTable) -> Reshaped:
    """As it is."""
    return Reshaped(table, "review", headings.named(table.header, _HINTS))
