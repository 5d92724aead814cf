"""How people are reached on the net: e-mail, WeChat, QQ, however the sign is written around."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.privacy.reading import Reading

Spans = Iterator[tuple[int, int]]

_USER = r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}"
_ENDING = r"(?:com|cn|net|org|edu|gov|hk|tw|mo|io|me|cc|vip|info|top)(?![A-Za-z0-9])"
_DOT = r"(?: ?[.,·点] ?| ?[\[({]?dot[\])}]? ?)"
_EMAIL = re.compile(rf"{_USER} ?@ ?[A-Za-z0-9-]{{1,63}}(?: ?\. ?[A-Za-z0-9-]{{1,63}}){{1,4}}|"
                    rf"{_USER} ?@ ?[A-Za-z0-9-]{{1,63}}{_DOT}{_ENDING}", re.I)
# Where the sign is a word, only the great providers count: "look at taobao.com" is no address.
_PROVIDER = r"(?:163|126|139|189|188|qq|yeah|gmail|hotmail|outlook|live|sina|sohu|foxmail|yahoo|icloud|aliyun|tom|21cn)"
_SPELLED = re.compile(
    rf"{_USER}(?: ?[\[({{]at[\])}}] ?| at | ?艾特 ?){_PROVIDER}{_DOT}{_ENDING}(?:\.(?:cn|hk|tw))?", re.I
)
_IS = r"(?:号码|账号|号|[Ii][Dd]|同号)?[\s是为加:：]{0,3}"
_WECHAT_WORD = (
    r"(?:微 ?信|[薇威徽]信|[Vv]信|(?<![A-Za-z])(?:[Vv][Xx]|[Ww][Xx]|[Ww]e[Cc]hat|[Ww]eixin)"
    r"|[加+][Vv微薇威](?![Xx信])|(?<![A-Za-z])[Vv](?= ?[:：]))"
)
_WECHAT = re.compile(rf"{_WECHAT_WORD}{_IS}([A-Za-z][-_A-Za-z0-9]{{5,19}}|\d{{6,11}})(?![-_A-Za-z0-9])")
_QQ = re.compile(
    r"(?:(?<![A-Za-z])[Qq] ?[Qq]|扣扣|[秋球]{2}|企鹅|(?<![A-Za-z])[Qq](?=[号群:：]|\d{5}))(?:群|号码|账号|号)?"
    r"[\s是为加:：]{0,3}([1-9]\d{4,10})(?!\d)"
)
_WORDS_ONLY = re.compile(r"[A-Za-z]+")


def emails(reading: Reading) -> Spans:
    """E-mail addresses, with spaces, a Chinese full stop or a spelled-out sign in them."""
    if "@" in reading.plain:
        yield from (match.span() for match in _EMAIL.finditer(reading.plain))
    yield from (match.span() for match in _SPELLED.finditer(reading.plain))


def wechat_ids(reading: Reading) -> Spans:
    """What stands behind a word for WeChat and has the form of an id. A bare word ("微信 android") needs a colon."""
    for match in _WECHAT.finditer(reading.plain):
        linked = any(sign in match.string[match.start():match.start(1)] for sign in "号:：是加+") or "ID" in match[0]
        if linked or not _WORDS_ONLY.fullmatch(match[1]):
            yield match.span(1)


def qq_ids(reading: Reading) -> Spans:
    """QQ numbers, where they are called so."""
    yield from (match.span(1) for match in _QQ.finditer(reading.digits))
