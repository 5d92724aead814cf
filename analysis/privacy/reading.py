"""A text as the patterns read it: plain signs in place of look-alikes, and the way back to what was written.

Full-width and ringed signs, traditional script and dashes of all kinds stand as plain ones, invisible characters are
gone. Two copies of one length: in `digits`, Chinese numerals and the letters people write for digits are digits too.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from analysis.taxonomy import to_simplified

# Zero-width and direction marks, soft hyphens, variation selectors: they part a number without being seen.
_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
_ALIKE = {
    **dict.fromkeys("‐‑‒–—―−﹣", "-"), **dict.fromkeys("•・‧∙", "·"),
    "。": ".", "．": ".", "➕": "+", "【": "[", "】": "]",
}
_HANZI_DIGITS = str.maketrans("零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "001234567891123456789")
# Letters written for digits, only where digits stand beside them: l38l2345678.
_LETTER_ONE = re.compile(r"(?<![A-Za-z])[lI](?=[3-9][\dlIOo]{6})|(?<=\d)[lI](?=[\dlIOo])")
_LETTER_ZERO = re.compile(r"(?<=\d)[oO](?=[\dlIOo])")
_NUMBER = re.compile(r"(?:\d[^\d]{0,2}){5}")  # no number of a person is shorter
_STYLED = range(0x1D400, 0x1D800)  # bold, double-struck and other letters and digits of mathematics


@dataclass(frozen=True, slots=True)
class Reading:
    """`plain` and `digits` have one length; `places` gives the index in the text of each of their characters and,
    last, the text's length; None where nothing was invisible and indices are the same.
    """

    plain: str
    digits: str
    places: tuple[int, ...] | None
    has_number: bool

    def original(self, start: int, end: int) -> tuple[int, int]:
        """A span of the copies as a span of the text; invisible characters inside it belong to it."""
        if self.places is None:
            return start, end
        return self.places[start], self.places[end - 1] + 1


def read(text: str) -> Reading:
    """The copies of a text.

    >>> read("ｌ３８\u200b一二三四5678")
    Reading(plain='l38一二三四5678', digits='13812345678', places=(0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11), has_number=True)
    """
    places = None
    if _INVISIBLE.search(text):
        kept = [i for i, character in enumerate(text) if not _INVISIBLE.match(character)]
        places = (*kept, len(text))
        text = "".join(text[i] for i in kept)
    plain = text if text.isascii() else text.translate(_table())
    digits = _LETTER_ZERO.sub("0", _LETTER_ONE.sub("1", plain.translate(_HANZI_DIGITS)))
    return Reading(plain, digits, places, _NUMBER.search(digits) is not None)


@cache
def _table() -> dict[int, str]:
    """Each character that stands for another single one."""
    points = [p for p in (*range(0x80, 0xD800), *range(0xE000, 0x10000), *_STYLED) if chr(p).isprintable()]
    forms = [unicodedata.normalize("NFKC", chr(p)) for p in points]
    forms = [form if len(form) == 1 and form.isprintable() else chr(p) for p, form in zip(points, forms, strict=True)]
    simplified = to_simplified("\n".join(forms)).split("\n")
    table = {p: form for p, form in zip(points, simplified, strict=True) if len(form) == 1 and form != chr(p)}
    return table | {ord(sign): plain for sign, plain in _ALIKE.items()} | {0x3000: " ", 0xA0: " "}


def in_any_form(word: str) -> str:
    """A pattern for a word in whatever characters read as it: 店长 is also 店長."""
    return "".join(f"[{forms}]" if len(forms := written_as(sign)) > 1 else re.escape(sign) for sign in word)


def written_as(sign: str) -> str:
    """The characters that read as one plain character, itself first."""
    return sign + _inverse().get(sign, "")


@cache
def _inverse() -> dict[str, str]:
    forms: dict[str, str] = {}
    for point, plain in _table().items():
        forms[plain] = forms.get(plain, "") + chr(point)
    return forms
