"""Formbricks: response columns, then questions as "1. headline" or "2. matrix - row", then the person's attributes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.ingest.formats import headings
from analysis.ingest.formats.headings import ATTRIBUTE, META
from analysis.ingest.formats.protocol import CERTAIN, NO, Hint, Reshaped, RowMark, Rows

if TYPE_CHECKING:
    from analysis.ingest.tables import RawTable

NAME = "formbricks"

_SIGNATURE = frozenset({"responseid", "timestamp", "finished", "surveyid"})
_HINTS = {
    **headings.hints_of(("No.", "Finished", "Quotas", "Survey ID", "Formbricks ID (internal)", "Tags", "Notes"), META),
    **headings.hints_of(("Response ID",), Hint("id")),
    **headings.hints_of(("Timestamp",), Hint("time")),
    **headings.hints_of(("User ID",), Hint("customer_id")),
}
_ATTRIBUTE = "person."
_JOINED = "; "


def recognise(rows: Rows) -> float:
    """The tool's own columns."""
    return CERTAIN if headings.plain_names(rows[0]) >= _SIGNATURE else NO


def reshape(table: RawTable) -> Reshaped:
    """Attributes of the person under their own names; answers that were not finished count, and can be left out."""
    hints = headings.named(table.header, _HINTS)
    for i, name in enumerate(table.header):
        found = headings.numbered(name)
        parts = headings.stem_and_row(found.text) if found else None
        if name.startswith(_ATTRIBUTE):
            hints[i] = replace(ATTRIBUTE, name=name.removeprefix(_ATTRIBUTE))
        elif parts:
            hints[i] = Hint(row=parts[1])
        elif found and headings.is_joined(table.cells(i), _JOINED):
            hints[i] = Hint("choice", "mapping.multi_select", separator=_JOINED)
    finished = next(i for i, name in enumerate(table.header) if headings.plain(name) == "finished")
    open_rows = headings.rows_where(table, finished, frozenset({"no"}))
    marks = (RowMark("unfinished", finished, open_rows, leave_out=False),) if open_rows else ()
    return Reshaped(table, "survey", hints, marks)
