"""Personal numbers: phones, identity and travel documents, bank cards, plates, orders and parcels.

Every pattern begins at a boundary and repeats a bounded number of times, so the time is linear in the text's length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from stdnum import luhn
from stdnum.cn import ric

from analysis.privacy.reading import Reading

Spans = Iterator[tuple[int, int]]

_CONTEXT = 12  # characters before a number in which a word says what it is
_GAP = r"[ \t\-.·_()/]{0,2}"
# A serial number glued to letters is not a phone; a label such as "tel" or "vx" may touch it.
_START = r"(?:(?<![0-9A-Za-z])|(?<=[Tt][Ee][Ll])|(?<=hone)|(?<=[VvWw][Xx])|(?<=QQ)|(?<=[Vv][Ii][Ss][Aa]))"
_END = r"(?![0-9A-Za-z])"
_EXTENSION = r"(?:(?:转|-| ?ext\.? ?|分机)\d{1,5})?"

_MOBILE = re.compile(
    rf"{_START}(?:\(?(?:\+|00)?86\)?{_GAP})?"
    rf"(?:1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}|1[3-9]\d{_GAP}\d{{3}}{_GAP}\d{{5}}|1[- .][3-9](?:[- .]\d){{9}}){_END}"
)
# Hong Kong and Macau have eight digits behind +852 and +853, Taiwan's mobiles begin with 09 or +886 9.
_ABROAD = re.compile(
    rf"(?<![0-9A-Za-z])(?:(?:\+|00)85[23][- ]?|85[23][- ])[235689]\d{{3}}[- ]?\d{{4}}{_END}"
    rf"|(?<![0-9A-Za-z])(?:(?:\+|00)?886[- ]?9|09)\d{{2}}[- ]?\d{{3}}[- ]?\d{{3}}{_END}"
)
_LANDLINE = re.compile(
    r"(?<![0-9A-Za-z.\-])(?:\(0(?:10|2\d|[3-9]\d{2})\)|0(?:10|2\d|[3-9]\d{2}))[- ]{0,2}[2-9]\d{2,3}[- ]?\d{4}"
    rf"{_EXTENSION}{_END}"
    rf"|(?<![0-9A-Za-z.\-])(?:\(0[2-8]\) ?|0[2-8]-)\d{{3,4}}-\d{{4}}{_END}"
)
# Without an area code only where it is called a phone; hotlines (95588, 12345) are shorter.
_LOCAL = re.compile(
    r"(?:电话|座机|固话|市话|致电|总机|传真|办公室|[Tt][Ee][Ll])(?:号码|号)?[\s是为:：]{0,3}"
    rf"([2-8]\d{{2,3}}[- ]?\d{{4}}{_EXTENSION}){_END}"
)
_ID_18 = re.compile(rf"{_START}[1-9]\d{{5}}[ -]?\d{{4}}[ -]?\d{{4}}[ -]?\d{{3}}[ -]?[\dXx]{_END}")
_ID_15 = re.compile(
    rf"{_START}[1-8]\d{{5}}[ -]?\d{{2}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ -]?\d{{3}}{_END}"
)
_PASSPORT = re.compile(
    r"(?:护照|通行证|台胞证|回乡证|军官证|[Pp]assport)(?:号码|证号|编号|号| ?[Nn][Oo]\.?| ?[Nn]umber)?"
    rf"[\s是为:：#]{{0,3}}([A-Za-z]{{0,2}} ?\d{{7,10}}){_END}"
)
_CARD = re.compile(rf"{_START}(?<!\.)[2-69]\d{{3}}(?:[ -]?\d{{4}}){{3}}(?:[ -]?\d{{1,3}})?{_END}")
_CARD_CALLED = re.compile(
    r"(?:卡号|银行卡|信用卡|储蓄卡|借记卡|账号|帐号|账户|帐户|卡里)(?:号码|号)?[\s是为:：]{0,3}"
    rf"(\d(?:[ -]?\d){{11,18}}){_END}"
)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼] ?[A-HJ-Za-hj-z] ?[·.\-]? ?"
    r"([A-HJ-NP-Za-hj-np-z0-9]{4}(?:[学警挂港澳]|[A-HJ-NP-Za-hj-np-z0-9]{1,2}[学警挂]?))(?![0-9A-Za-z])"
)
_ORDER_CALLED = re.compile(
    r"(订单|单号|运单|快递|物流|流水|交易|退款|退货|快件|包裹|工单|单子|受理|投诉|报修|售后|预约|取件|发票|[Oo]rder"
    r"|顺丰|中通|圆通|申通|韵达|极兔|德邦|邮政|EMS|京东|百世)"
    r"(?:快递|快运|物流)?(编号|号码|单号|号| ?[Ii][Dd]| ?[Nn][Oo]\.?| ?[Nn]umber)?[\s是为:：#]{0,3}"
    rf"((?:[A-Za-z]{{1,4}} ?)?\d{{3,40}}(?:[- ]\d{{3,12}}){{0,6}}){_END}"
)
# Parcels by the prefix of their carrier, and the form of the Universal Postal Union (S10).
_PARCEL = re.compile(
    rf"(?<![0-9A-Za-z])(?:(?:SF|YT|ZT|ST|JT|YD|JD[A-Z]{{0,2}}|DPK|DPL)(?:[- ]?\d){{10,15}}|[A-Z]{{2}}\d{{9}}CN){_END}"
)
_LONG = re.compile(r"(?<![0-9A-Za-z./=_])\d{16,40}(?![0-9A-Za-z])")

# 订单号A和B: the numbers behind the first.
_FURTHER = re.compile(r"[\s和、,及与/]{1,3}(\d{6,30})(?![0-9A-Za-z年月日元块])")
_HOTLINE = re.compile(r"[48]00\d{7}")

_ID_WORDS = re.compile(r"身份证|证件|居民证|一代证|ID|[Ii]dentity")
_ORDER_WORDS = re.compile(r"订单|单号|运单|编号|流水|交易|快递|物流")
_PRODUCT_WORDS = re.compile(r"型号|货号|条码|条形码|序列号|版本|ISBN|IMEI|SN")
_CALLED_ORDER, _MENTIONED_ORDER = 6, 9  # digits that an order needs behind 单号, behind a bare 快递
_MIN_DISTINCT = 3        # 6666666666666666 is applause
_PLATE_DIGITS = 3


def phones(reading: Reading) -> Spans:
    """Mobile and fixed numbers of the mainland, Hong Kong, Macau and Taiwan; 400 and 95xxx lines are nobody's."""
    for copy in _copies(reading):
        for pattern in (_MOBILE, _ABROAD, _LANDLINE, _LOCAL):
            yield from (_span(match) for match in pattern.finditer(copy))


def id_numbers(reading: Reading) -> Spans:
    """Resident identity numbers of 18 digits whose check digit is right (GB 11643-1999) or which are called so,
    and the old ones of 15 where they are called so.
    """
    for copy in _copies(reading):
        for match in _ID_18.finditer(copy):
            number = re.sub(r"[ -]", "", match[0]).upper()
            if _is_day(number[6:14]) and (ric.calc_check_digit(number) == number[-1] or _before(match, _ID_WORDS)):
                yield match.span()
        yield from (match.span() for match in _ID_15.finditer(copy) if _before(match, _ID_WORDS))


def passports(reading: Reading) -> Spans:
    """Passports and travel permits, where they are called so: by themselves they look like product numbers."""
    yield from (match.span(1) for copy in _copies(reading) for match in _PASSPORT.finditer(copy))


def bank_cards(reading: Reading) -> Spans:
    """Card numbers with a right Luhn digit that nothing calls an order or a product, and those called a card."""
    for copy in _copies(reading):
        yield from (match.span(1) for match in _CARD_CALLED.finditer(copy))
        for match in _CARD.finditer(copy):
            number = re.sub(r"[ -]", "", match[0])
            otherwise_called = _before(match, _ORDER_WORDS) or _before(match, _PRODUCT_WORDS)
            if luhn.is_valid(number) and len(set(number)) > 1 and not otherwise_called:
                yield match.span()


def plates(reading: Reading) -> Spans:
    """Number plates, those of new-energy cars with one character more."""
    for match in _PLATE.finditer(reading.plain):
        if sum(character.isdigit() for character in match[1]) >= _PLATE_DIGITS:
            yield match.span()


def orders(reading: Reading) -> Spans:
    """Numbers of orders and parcels: called so, in the form of a carrier, or of 16 digits and more."""
    for copy in _copies(reading):
        for match in _ORDER_CALLED.finditer(copy):
            if _is_order(match):
                yield match.span(3)
                yield from _further(copy, match.end(3))
        for pattern in (_PARCEL, _LONG):
            for match in pattern.finditer(copy):
                if _is_varied(match[0]) and not _before(match, _PRODUCT_WORDS):
                    yield match.span()


def _further(copy: str, end: int) -> Spans:
    while match := _FURTHER.match(copy, end):
        yield match.span(1)
        end = match.end()


def _is_order(match: re.Match) -> bool:
    digits = sum(character.isdigit() for character in match[3])
    called = bool(match[2]) or match[1] == "单号" or match[3][0].isalpha()
    if digits < (_CALLED_ORDER if called else _MENTIONED_ORDER):
        return False
    return _is_varied(match[3]) and not _HOTLINE.fullmatch(match[3])


def _copies(reading: Reading) -> tuple[str, ...]:
    """As written first: in 第一13812345678 the numeral is no part of the number."""
    return (reading.plain,) if reading.plain == reading.digits else (reading.plain, reading.digits)


def _span(match: re.Match) -> tuple[int, int]:
    return match.span(match.lastindex or 0)


def _before(match: re.Match, words: re.Pattern) -> bool:
    return words.search(match.string, max(0, match.start() - _CONTEXT), match.start()) is not None


def _is_varied(number: str) -> bool:
    return len({character for character in number if character.isdigit()}) >= _MIN_DISTINCT


def _is_day(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True
