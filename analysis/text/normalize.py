"""The form of a text that is matched and segmented; the text as written stays beside it as evidence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from analysis.taxonomy import to_simplified

# Half surrogate pairs cannot be encoded and control characters mean nothing; both occur in damaged exports.
_UNREADABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2028\u2029\ufeff\ud800-\udfff]")
_MASK = re.compile(r"\[[^\[\]]{1,10}\]")  # what stands for personal data ([电话]), and emoticons written out ([微笑])


def plain(texts: Sequence[str]) -> list[str]:
    """Each text in NFKC, simplified script and lower case, without masks; spaces and control characters as one space.

    >>> plain(["ＡＰＰ　老是閃退", "", "打[电话]沒人接"])
    ['app 老是闪退', '', '打 没人接']
    """
    # One conversion for all: no text holds a line break by now, and a call costs more than its characters.
    joined = "\n".join(_cleaned(unicodedata.normalize("NFKC", text)) for text in texts)
    return to_simplified(joined).lower().split("\n") if texts else []


def _cleaned(text: str) -> str:
    return " ".join(_UNREADABLE.sub(" ", _MASK.sub(" ", text)).split())
