"""What every chart shares: safe labels, room for Chinese labels, axes that need no legend."""

from __future__ import annotations

import html
import textwrap
import unicodedata
from collections.abc import Iterable

import plotly.graph_objects as go

from analysis.i18n import named

LABEL_SIZE = 13
LATIN = 0.55  # the width of a letter, where a full-width character is 1
CELL_SIZE = 34  # pixels
GAP = 14  # pixels between a row's label and the plot


def plain(text: object) -> str:
    """A name as chart text, a standard name in the visitor's language: Plotly would take `<b>` and `<a>` for markup.

    >>> plain("A<b>店</b>")
    'A&lt;b&gt;店&lt;/b&gt;'
    """
    return html.escape(named(text) if isinstance(text, str) else str(text), quote=False)


def shortened(text: str, *, width: int = 14) -> str:
    """A name of at most `width` full-width characters; longer ones end in an ellipsis.

    >>> shortened("一二三四五", width=3)
    '一二…'
    """
    text = named(text)
    if label_width(text) <= width:
        return text
    kept, used = "", 1.0
    for character in text:
        used += _em(character)
        if used > width:
            break
        kept += character
    return kept + "…"


def in_lines(text: str, *, width: float) -> list[str]:
    """A name in at most two lines of about `width` full-width characters, parted at its spaces and hyphens.

    >>> in_lines("Self-checkout", width=5), in_lines("会员服务中心柜台", width=5)
    (['Self-', 'checkout'], ['会员服务中', '心柜台'])
    """
    text = named(text)
    taken = label_width(text)
    if taken <= width:
        return [text]
    full = taken > len(text) * (1 + LATIN) / 2  # hardly a letter: no words to keep whole
    return textwrap.wrap(text, round(width * len(text) / taken), break_long_words=full, max_lines=2, placeholder="…")


def mark_id(*parts: object) -> str:
    """The id of a mark that stands for several things together, as a click gives it back.

    >>> mark_id("配送", "47 周")
    '配送|47 周'
    """
    return "|".join(map(str, parts))


def safe_ids(names: Iterable[str]) -> list[str]:
    """Ids of marks as a figure holds them: a name may be markup, which nothing is to take for such."""
    return [html.escape(str(name), quote=False) for name in names]


def label_width(text: str) -> float:
    """The width of a name in full-width characters."""
    return sum(_em(character) for character in text)


def label_room(labels: Iterable[str], *, size: int = LABEL_SIZE) -> int:
    """Pixels that the longest label needs beside the plot."""
    return round(max((label_width(label) for label in labels), default=0) * size) + GAP


def clickable() -> dict[str, object]:
    """A mark that fills most of a table's cell without being seen."""
    return {"symbol": "square", "size": CELL_SIZE, "color": "rgba(0,0,0,0)", "line": {"width": 0}}


def empty_figure(height: int) -> go.Figure:
    """A figure of fixed height without axes, to draw into."""
    figure = go.Figure()
    figure.update_layout(height=height)
    return figure


def _em(character: str) -> float:
    return 1.0 if unicodedata.east_asian_width(character) in "WFA" else LATIN
