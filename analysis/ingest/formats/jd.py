"""京东 reviews under the names that the shop's own pages give their fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.ingest.formats import headings
from analysis.ingest.formats.headings import PERSONAL
from analysis.ingest.formats.protocol import CERTAIN, NO, Hint, Reshaped, Rows

if TYPE_CHECKING:
    from analysis.ingest.tables import RawTable

NAME = "jd"

_SIGNATURE = frozenset({"content", "creationtime", "score"})
_HINTS = {
    **headings.hints_of(("id",), Hint("id")),
    **headings.hints_of(("creationTime",), Hint("time")),
    **headings.hints_of(("score",), Hint("stars")),
    **headings.hints_of(("content",), Hint("comment")),
    **headings.hints_of(("afterContent", "afterUserComment"), Hint("follow_up")),
    **headings.hints_of(("afterTime", "afterCreationTime"), Hint("follow_up_time")),
    **headings.hints_of(("userLevelName",), Hint("tier")),
    **headings.hints_of(("nickname", "userImage", "userImageUrl"), PERSONAL),
    **headings.hints_of(
        ("guid", "referenceId", "referenceName", "referenceTime", "productColor", "productSize", "usefulVoteCount",
         "replyCount", "userClient", "userClientShow", "isMobile", "days", "afterDays", "status"),
        Hint("ignore", "mapping.shop_meta"),
    ),
}


def recognise(rows: Rows) -> float:
    """Text, time and score under the page's names."""
    return CERTAIN if headings.plain_names(rows[0]) >= _SIGNATURE else NO


def reshape(table: RawTable) -> Reshaped:
    """As it is."""
    return Reshaped(table, "review", headings.named(table.header, _HINTS))
