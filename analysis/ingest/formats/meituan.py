"""美团 reviews with marks for what each speaks of: one text, stars, and a column per aspect with -2 to 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.ingest.formats import headings
from analysis.ingest.formats.protocol import CERTAIN, NO, Hint, Reshaped, Rows

if TYPE_CHECKING:
    from analysis.ingest.tables import RawTable

NAME = "meituan"

_SIGNATURE = frozenset({"reviewbody", "star"})
_HINTS = {
    **headings.hints_of(("index", "id"), Hint("id")),
    **headings.hints_of(("star",), Hint("stars")),
    **headings.hints_of(("reviewbody",), Hint("comment")),
}
_ASPECT_VALUES = frozenset({"-2", "-1", "0", "1"})
_ASPECT = Hint("ignore", "mapping.aspect_mark")


def recognise(rows: Rows) -> float:
    """The text and the stars under their names."""
    return CERTAIN if headings.plain_names(rows[0]) >= _SIGNATURE else NO


def reshape(table: RawTable) -> Reshaped:
    """Marks of aspects are another reader's judgement, not a customer's score."""
    hints = headings.named(table.header, _HINTS)
    for i in range(len(table.header)):
        if i not in hints and headings.distinct(table.cells(i)) <= _ASPECT_VALUES:
            hints[i] = _ASPECT
    return Reshaped(table, "review", hints)
