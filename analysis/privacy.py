"""Personal data out of texts, and customer ids out of records, before anything is stored.

Patterns are searched in a copy of the text of the same length, in which full-width signs and
Chinese numerals stand as plain ones, so that what is found can be cut out of the original. Each
pattern begins at a boundary and has bounded repeats: the time is linear in the length of the text.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

PSEUDONYM_LENGTH = 16  # hexadecimal digits, 64 bits

_FULL_WIDTH = {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)}
_HANZI_DIGITS = dict(zip("零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "001234567891123456789", strict=True))
_WIDTH = str.maketrans(_FULL_WIDTH | {"。": ".", "　": " "})
_DIGITS = str.maketrans(_HANZI_DIGITS)
# Letters written for digits, only where digits stand beside them: l38l2345678.
_LETTER_ONE = re.compile(r"(?<![A-Za-z])[lI](?=[3-9][\dlIOo]{6})|(?<=\d)[lI](?=[\dlIOo])")
_LETTER_ZERO = re.compile(r"(?<=\d)[oO](?=[\dlIOo])")

_GAP = r"[ \t\-.·_()/\u200b-\u200f\u2060\ufeff]{0,2}"
# A serial number glued to letters is not a phone; a label such as "tel" or "vx" may touch it.
_START = r"(?:(?<![0-9A-Za-z])|(?<=[Tt][Ee][Ll])|(?<=hone)|(?<=[VvWw][Xx])|(?<=QQ))"
_END = r"(?![0-9A-Za-z])"

_PHONE = re.compile(
    rf"{_START}(?:(?:\+|00)?86{_GAP})?"
    rf"(?:1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}|1[3-9]\d{_GAP}\d{{3}}{_GAP}\d{{5}}|1[- .][3-9](?:[- .]\d){{9}}){_END}"
)
_LANDLINE = re.compile(rf"(?<![0-9A-Za-z-])0\d{{2,3}}[- ]\d{{7,8}}{_END}|\(0\d{{2,3}}\) ?\d{{7,8}}{_END}")
_ID_NUMBER = re.compile(
    rf"{_START}[1-9]\d{{5}} ?(?:19|20)\d{{2}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]) ?\d{{3}}[\dXx]{_END}"
)
_CARD = re.compile(rf"(?<![0-9A-Za-z])[2-69]\d{{3}}[ -]?\d{{4}}[ -]?\d{{4}}[ -]?\d{{4}}(?:[ -]?\d{{1,3}})?{_END}")
_EMAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64} ?@ ?[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
_QQ = re.compile(r"(?<![A-Za-z])(?:[Qq]{2}|扣扣|企鹅号)(?:号码|号)?[:\s是]{0,3}([1-9]\d{4,10})(?!\d)")
_WECHAT = re.compile(
    r"(?:微信|薇信|威信|[Vv]信|(?<![A-Za-z])(?:[VvWw][Xx]|[Ww]e[Cc]hat)|加[Vv])(?:号码|号|[Ii][Dd])?[:\s是]{1,3}([A-Za-z][-_A-Za-z0-9]{5,19})"
)

_ID_CONTEXT = re.compile(r"身份证|证件|ID")
_CARD_CONTEXT = re.compile(r"卡号|银行卡|账号|帐号")
_ORDER_CONTEXT = re.compile(r"订单|单号|运单|编号|流水|型号|条码")
_CONTEXT_LENGTH = 10
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
_ID_CHECKS = "10X98765432"

# Texts without any of these cannot hold personal data of the kinds above.
_SUSPECT = (
    r"@|＠|[Qq]{2}|扣扣|企鹅号|微信|薇信|威信|[Vv]信|[VvWw][Xx]|[Ww]e[Cc]hat|加[Vv]"
    r"|(?:[0-9０-９零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖lIoO]"
    "[ \\t\\-.·_()/－　\u200b-\u200f\u2060\ufeff]{0,2}){9}"
)


@dataclass(frozen=True, slots=True)
class _Detector:
    """A kind of personal data: its name, the mask, the pattern, and a test of what the pattern found."""

    name: str
    mask: str
    pattern: re.Pattern
    confirms: Callable[[re.Match], bool] = lambda match: True


def mask(texts: pd.Series) -> tuple[pd.Series, dict[str, int]]:
    """The texts with phone, id and card numbers, e-mail, QQ and WeChat ids replaced, and how many of each.

    Same index and length; missing texts stay missing. A number that is part of a product code or an
    order number stays.

    >>> mask(pd.Series(["打138 1234 5678找我，等了138分钟"]))[0].iloc[0]
    '打[电话]找我，等了138分钟'
    """
    texts = texts.astype("str")
    suspect = np.flatnonzero(texts.str.contains(_SUSPECT, regex=True).fillna(False).to_numpy(bool))
    if not len(suspect):
        return texts, {}
    found: Counter[str] = Counter()
    masked = texts.to_numpy(object, copy=True)
    for position in suspect:
        masked[position] = _masked(masked[position], found)
    return pd.Series(masked, index=texts.index, name=texts.name, dtype="str"), dict(found)


def pseudonym(ids: pd.Series, secret: bytes) -> pd.Series:
    """Ids as keyed hashes (HMAC-SHA-256, 16 hexadecimal digits): equal ids stay equal, nobody reads them back.

    Spaces around an id do not count; missing and blank ids are missing. The same secret gives the
    same pseudonyms in every file.
    """
    codes, distinct = pd.factorize(ids.astype("str").str.strip(), use_na_sentinel=True)
    hashed = [
        hmac.new(secret, str(name).encode(), hashlib.sha256).hexdigest()[:PSEUDONYM_LENGTH] if name else None
        for name in distinct
    ]
    return pd.Series(np.array([*hashed, None], object)[codes], index=ids.index, name=ids.name, dtype="str")


def _masked(text: str, found: Counter[str]) -> str:
    """One text with everything personal replaced; `found` counts what it was."""
    plain = text.translate(_WIDTH)
    digits = _LETTER_ZERO.sub("0", _LETTER_ONE.sub("1", plain.translate(_DIGITS)))
    spans: list[tuple[int, int, str]] = []
    for detector in _DETECTORS:
        copy = plain if detector.name in _WITH_LETTERS else digits
        for match in detector.pattern.finditer(copy):
            start, end = match.span(match.lastindex or 0)
            if detector.confirms(match) and all(end <= s or start >= e for s, e, _ in spans):
                spans.append((start, end, detector.mask))
                found[detector.name] += 1
    for start, end, sign in sorted(spans, reverse=True):
        text = text[:start] + sign + text[end:]
    return text


def _before(match: re.Match) -> str:
    return match.string[max(0, match.start() - _CONTEXT_LENGTH):match.start()]


def _is_id_number(match: re.Match) -> bool:
    """The check digit is right, or the words before say that it is an id number."""
    digits = match[0].replace(" ", "").upper()
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, digits[:17], strict=True))
    return _ID_CHECKS[total % 11] == digits[17] or bool(_ID_CONTEXT.search(_before(match)))


def _is_card(match: re.Match) -> bool:
    """The words before speak of a card, or the Luhn digit is right and they do not speak of an order."""
    before = _before(match)
    if _CARD_CONTEXT.search(before):
        return True
    digits = [int(c) for c in reversed(match[0]) if c.isdigit()]
    total = sum(d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(digits))
    return total % 10 == 0 and not _ORDER_CONTEXT.search(before)


# In this order: what an earlier detector took, a later one does not look at.
_DETECTORS = (
    _Detector("email", "[邮箱]", _EMAIL),
    _Detector("id_card", "[证件号]", _ID_NUMBER, _is_id_number),
    _Detector("bank_card", "[银行卡]", _CARD, _is_card),
    _Detector("phone", "[电话]", _PHONE),
    _Detector("phone", "[电话]", _LANDLINE),
    _Detector("wechat", "[微信号]", _WECHAT),
    _Detector("qq", "[QQ号]", _QQ),
)
_WITH_LETTERS = ("email", "wechat")
