"""Where the header stands: titles and notes above it are not data."""

from __future__ import annotations

import re
from collections.abc import Sequence

LOOK_AHEAD = 50        # rows looked at to learn how wide the table is
_MAX_TITLE_ROWS = 20
_MIN_WIDTH_SHARE = 0.6  # a header names most columns; a title fills one or two cells
_VALUE = re.compile(r"\s*-?[\d.,:/%\-\s]+\s*")


def header_position(rows: Sequence[Sequence[str]]) -> int | None:
    """Index of the header among the first rows, or None where every row is blank.

    The header is the first row that fills most of the table's width with words. A table of one
    column begins with its first row that is not blank.
    """
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows]
    widest = max(filled, default=0)
    if widest == 0:
        return None
    needed = max(1, _MIN_WIDTH_SHARE * widest)
    wide = [i for i, count in enumerate(filled[:_MAX_TITLE_ROWS]) if count >= needed]
    if not wide:
        return next(i for i, count in enumerate(filled) if count)
    worded = [i for i in wide if _is_worded(rows[i])]
    return worded[0] if worded else wide[0]


def _is_worded(row: Sequence[str]) -> bool:
    cells = [cell for cell in row if cell.strip()]
    return sum(_VALUE.fullmatch(cell) is None for cell in cells) > len(cells) / 2
