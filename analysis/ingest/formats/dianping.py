"""大众点评 reviews: stars as a whole, and for environment, taste and service apart; times in milliseconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.ingest.formats import headings
from analysis.ingest.formats.protocol import CERTAIN, NO, Hint, Reshaped, Rows

if TYPE_CHECKING:
    from analysis.ingest.tables import RawTable

NAME = "dianping"

_SIGNATURE = frozenset({"rating", "rating_env", "rating_service", "comment"})
_HINTS = {
    **headings.hints_of(("userId",), Hint("customer_id")),
    **headings.hints_of(("restId",), Hint("store")),
    **headings.hints_of(("rating",), Hint("stars")),
    **headings.hints_of(("timestamp",), Hint("time")),
    **headings.hints_of(("comment",), Hint("comment")),
    **headings.hints_of(("rating_env",), Hint("score", asks="环境")),
    **headings.hints_of(("rating_flavor",), Hint("score", asks="口味")),
    **headings.hints_of(("rating_service",), Hint("score", asks="服务")),
}


def recognise(rows: Rows) -> float:
    """The partial ratings under their names."""
    return CERTAIN if headings.plain_names(rows[0]) >= _SIGNATURE else NO


def reshape(table: RawTable) -> Reshaped:
    """As it is."""
    return Reshaped(table, "review", headings.named(table.header, _HINTS))
