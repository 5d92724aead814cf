"""Google Forms: the time comes first, grids are written as "question [row]", several choices in one cell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.ingest.formats import headings
from analysis.ingest.formats.headings import PERSONAL
from analysis.ingest.formats.protocol import LIKELY, NO, Hint, Reshaped, Rows

if TYPE_CHECKING:
    from analysis.ingest.tables import RawTable

NAME = "google_forms"

_TIME = frozenset({"timestamp", "时间戳记", "時間戳記", "时间戳"})
_HINTS = {
    **headings.hints_of(_TIME, Hint("time")),
    **headings.hints_of(("Email Address", "电子邮件地址", "Username", "用户名"), PERSONAL),
}
_GRID = re.compile(r"(.+?)\s*\[([^\[\]]+)\]", re.S)
_JOINED = ", "
_MULTI = Hint("choice", "mapping.multi_select", separator=_JOINED)


def recognise(rows: Rows) -> float:
    """The first column is the time under the tool's name for it, and at least one header is a question."""
    row = rows[0]
    if len(row) < 2 or headings.plain(row[0]) not in _TIME:
        return NO
    return LIKELY if any(_is_question(name) for name in row[1:]) else NO


def _is_question(name: str) -> bool:
    return name.rstrip().endswith(("?", "？")) or "您" in name or _GRID.fullmatch(name) is not None


def reshape(table: RawTable) -> Reshaped:
    """Grid rows with their question; columns of joined options are questions of several."""
    hints = headings.named(table.header, _HINTS)
    header = list(table.header)
    for i, name in enumerate(table.header):
        grid = _GRID.fullmatch(name)
        if grid:
            header[i], hints[i] = f"{headings.one_line(grid[1])}—{grid[2]}", Hint(row=grid[2])
        elif i not in hints and headings.is_joined(table.cells(i), _JOINED):
            hints[i] = _MULTI
    return Reshaped(headings.renamed(table, header), "survey", hints)

