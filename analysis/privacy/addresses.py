"""Where somebody lives or gets parcels: addresses down to a door. A city, a district or a shop's name stays.

House numbers, buildings, units and rooms are found first; the names of road, estate and district are read backwards
from there. The stretch that is looked at has a fixed length, so the time is linear in the text's length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from analysis.privacy.reading import Reading

Spans = Iterator[tuple[int, int]]

_LOOK_BACK = 40   # characters before the first number in which road, district, city and province stand
_BETWEEN = 12     # characters between two parts of one address: 18号科技园A栋
_NUMERAL = r"(?:\d{1,5}(?:-\d{1,4}){0,2}|[一二三四五六七八九十百零〇]{1,5})"
# A part with its kind: house number, building, unit, floor, room. 2号线 and 1201房间 are none.
_PART = re.compile(
    rf"(?<![0-9A-Za-z一二三四五六七八九十百零〇-])(?:{_NUMERAL}|[A-Za-z]\d?) ?"
    r"(?:(?P<building>号楼|栋|幢|座)|(?P<unit>单元)|(?P<floor>层|楼)"
    r"|(?P<number>号院|号(?![线口门店桌台位码机馆]|地铁)|弄)|(?P<room>室|房(?!间)))"
)
_BARE_ROOM = re.compile(r" ?-?\d{2,4}(?:室|房(?!间)|号|(?![0-9A-Za-z年月日元块分个人次点楼层户多余几]))")
_DASHED = re.compile(r"\d{1,3}(?:-\d{1,3})?-\d{3,4}(?![0-9-])")
_AFTER_NUMBER = re.compile(r"之[一二三四五六七八九\d]{1,2}")
_BREAK = re.compile(r"[\s,，.;；:：!！?？、/|\[\]()（）\"'“”\n]")
# What stands between a sentence and the address in it; the last such word ends the look back.
_LEAD = re.compile(
    r"[\s,，.;；:：!！?？、/|\[\]()（）\"'“”]|我们?家?|住在?|家住|家在|位于|在|到|寄[回到给往]?|送[到去至]?|地址[是为]?|户籍[是为]?|去了?|来自?|从|是|给|把|请|了|的|为|系|买|租|本人|反映|地点|问|号|年|月|日"
)
_ROAD = re.compile(
    r"(?:路|街|大道|大街|道|巷|胡同|里|条|段|小区|花园|苑|公寓|城|家园|新村|大厦|广场|庄园|府|中心|园|湾|庭|郡|墅|坊|村|屯|组|期|区|院|庙|桥)"
    r"(?:[东西南北中][一二三四五六七八九十]?段?|[一二三四五六七八九十]段)?$"
)
_ADMIN = re.compile(r"[\u4e00-\u9fff](?:省|市|自治区|自治州|区|县|旗|镇|乡|街道|村|社区)")
_HOME = re.compile(r"地址|住|家|寄|送|收货|收件|户籍|籍贯|居住")
_SHOP = re.compile(r"店|门市|营业厅|网点")
_HANZI = re.compile(r"[\u4e00-\u9fff]")
_HOME_CONTEXT = 8


@dataclass(frozen=True, slots=True)
class _Chain:
    """Parts that stand together: where they begin and end, and which kinds there are."""

    start: int
    end: int
    kinds: frozenset[str]


def addresses(reading: Reading) -> Spans:
    """Addresses: two of building, unit and room; a road or estate with a number and one of these; or a road with a
    number that a district or a word such as 地址 and 住 makes somebody's.
    """
    text = reading.plain
    reached = 0
    for chain in _chains(text):
        start = _beginning(text, max(reached, chain.start - _LOOK_BACK), chain.start)
        if chain.start >= reached and _is_home(text, start, chain):
            yield start, chain.end
            reached = chain.end


def _chains(text: str) -> Iterator[_Chain]:
    chain: _Chain | None = None
    for match in _PART.finditer(text):
        end, kinds = _extended(text, match)
        if chain and _joined(text, chain.end, match.start()):
            chain = _Chain(chain.start, end, chain.kinds | kinds)
            continue
        if chain:
            yield chain
        chain = _Chain(match.start(), end, kinds)
    if chain:
        yield chain


def _extended(text: str, match: re.Match) -> tuple[int, frozenset[str]]:
    """The end of a part with a bare room number behind it: 2单元1201."""
    kinds, end = frozenset({match.lastgroup}), match.end()
    further = _AFTER_NUMBER.match(text, end)
    end = further.end() if further else end
    room = _BARE_ROOM.match(text, end) if match.lastgroup in ("building", "unit") else None
    return (room.end(), kinds | {"room"}) if room else (end, kinds)


def _joined(text: str, end: int, start: int) -> bool:
    return 0 <= start - end <= _BETWEEN and not _BREAK.search(text, end, start) and not _LEAD.search(text, end, start)


def _beginning(text: str, low: int, first: int) -> int:
    """Where the names before the first number begin; there itself where they name no road, estate or district."""
    start = low
    for match in _LEAD.finditer(text, low, first):
        start = match.end()
    names = text[start:first]
    return start if _ROAD.search(names.rstrip()) or _ADMIN.search(names) else first


def _is_home(text: str, start: int, chain: _Chain) -> bool:
    names = text[start:chain.start]
    inner = len(chain.kinds & {"building", "unit", "room"})
    if inner >= 2:
        return True
    placed = bool(_ROAD.search(names.rstrip()))
    numbered = "number" in chain.kinds
    if placed and numbered and (inner or "floor" in chain.kinds):
        return True
    if not (placed and numbered) or _SHOP.match(text, chain.end):
        return False
    at_home = _HOME.search(text, max(0, start - _HOME_CONTEXT), chain.start)
    return bool(_ADMIN.search(names) or at_home)
