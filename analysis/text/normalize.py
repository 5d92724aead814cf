"""The form of a text that is matched and segmented; the text as written stays beside it as evidence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from analysis.taxonomy import to_simplified

# Half surrogate pairs cannot be encoded and control characters mean nothing; both occur in damaged exports.
_UNREADABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2028\u2029\ufeff\ud800-\udfff]")


def plain(texts: Sequence[str]) -> list[str]:
    """Each text in NFKC, simplified script and lower case, runs of space and control characters as one space.

    >>> plain(["ＡＰＰ　老是閃退", "", "物\\n流"])
    ['app 老是闪退', '', '物 流']
    """
    # One conversion for all: no text holds a line break by now, and a call costs more than its characters.
    joined = "\n".join(" ".join(_UNREADABLE.sub(" ", unicodedata.normalize("NFKC", text)).split()) for text in texts)
    return to_simplified(joined).lower().split("\n") if texts else []
