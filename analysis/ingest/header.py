"""Where the header stands: titles and notes above it are not data."""

from __future__ import annotations

import re
from collections.abc import Sequence

LOOK_AHEAD = 50        # rows looked at to learn how wide the table is
_MAX_TITLE_ROWS = 20
_MIN_WIDTH_SHARE = 0.6  # a header names most columns; a title fills one or two cells
# Control characters and those that take no room or turn the writing direction: `cod.x\u202evsc` must not read as
# a CSV, and a header copied from a web page is the same header. Line ends may stand in headers.
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_VALUE = re.compile(r"[\d.,:/%\-\s]+")


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


def visible(name: str) -> str:
    """A name (a header, a file's) without the characters of it that cannot be seen."""
    return _UNSEEN.sub("", name)
