"""Numbers and dates as `analysis.formatting` writes them, and texts for controls that would read them as Markdown."""

from __future__ import annotations

import re

from analysis.formatting import (
    DASH,
    JOINER,
    MINUS,
    NO_BREAK,
    PLACES,
    THIN,
    base,
    change,
    day,
    displayed,
    duration,
    evidence,
    hover,
    interval,
    long_day,
    number,
    period,
    time,
    time_interval,
    unbroken,
    unit_of,
    value,
    week,
    week_of,
    withheld,
)
from analysis.i18n import named

__all__ = [
    "DASH",
    "JOINER",
    "MINUS",
    "NO_BREAK",
    "PLACES",
    "THIN",
    "base",
    "change",
    "day",
    "displayed",
    "duration",
    "evidence",
    "hover",
    "interval",
    "literal",
    "long_day",
    "number",
    "period",
    "time",
    "time_interval",
    "unbroken",
    "unit_of",
    "value",
    "week",
    "week_of",
    "withheld",
]

# What starts something in Markdown as Streamlit reads it: code, emphasis, links, images, formulas, colours, emoji;
# and at the beginning of a text lists and headings.
_MARKDOWN = re.compile(r"[\\`*_\[\]<>$:!~|&]|^[-+#]|(?<=^\d)[.)](?= )|(?<=^\d\d)[.)](?= )")


# What Streamlit makes a link of wherever it stands, escaped or not.
_ADDRESS = re.compile(r"(?i)(?<=http)(?=s?\\:)|(?<=www)(?=\.)|(?=@)")


def literal(text: str) -> str:
    r"""A text for the label of a control, where Streamlit reads Markdown: every sign stands for itself.

    A standard name is said in the visitor's language.

    A label may hold an image, which would be fetched from wherever a file's author wished.

    >>> print(literal("![x](//a.b)"), literal("18-24 岁"), literal("1. 好"))
    \!\[x\](//a.b) 18-24 岁 1\. 好
    """
    return _ADDRESS.sub(JOINER, _MARKDOWN.sub(r"\\\g<0>", " ".join(named(text).split())))
