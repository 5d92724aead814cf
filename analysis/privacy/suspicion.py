"""Which of many texts can hold anything personal at all: one pass of a linear-time pattern over all of them."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import compute as pc

from analysis.privacy.finding import KINDS
from analysis.privacy.names import trigger_pattern

_DIGIT = r"[0-9０-９零〇一二三四五六七八九幺壹贰貳叁參肆伍陆陸柒捌玖lIoO①-⑨⓪𝟎-𝟿]"
_BETWEEN = "[ \\t\\-.·_()/－—–\u3000\u200b-\u200f\u2060\ufeff]{0,2}"
_NUMBERS = rf"(?:{_DIGIT}{_BETWEEN}){{7}}"
_ACCOUNTS = (
    r"[@＠﹫]|[Qq] ?[Qq]|Ｑ|扣扣|企鹅|企鵝|秋秋|球球|[Qq][号號群:：\d]|艾特|[Aa][Tt]"
    r"|微 ?信|[薇威徽]信|[VvＶ][信XxＸ]|[WwＷ][XxＸEe]|[加+➕][VvＶ微薇威]|[Vv] ?[:：]"
)
_PLATES = (
    r"[京津沪滬渝冀豫云雲辽遼黑湘皖鲁魯新苏蘇浙赣贛鄂桂甘晋晉蒙陕陝吉闽閩贵貴粤粵青藏川宁寧琼瓊]"
    r" ?[A-HJ-Za-hj-zＡ-Ｚａ-ｚ]"
)
_PLACES = r"[0-9０-９一二三四五六七八九十零〇A-Za-z] ?(?:[号號弄栋棟幢座室户戶]|单元|單元|樓室)"


# Phones, identity numbers and e-mails alone, as ids are searched for them. Their numbers begin at a boundary or behind
# a word that may touch them, and no phone that nothing calls one has less than nine digits: `A20260001` needs no look.
_STANDING_FREE = ("phone", "id_card", "email")
_SIGNS = "[^0-9A-Za-z]{0,4}"
_FREE_NUMBERS = (
    rf"(?:^|[^0-9A-Za-z]|[Tt][Ee][Ll]|hone|[VvWw][Xx]|QQ|[Vv][Ii][Ss][Aa])(?:{_DIGIT}{_SIGNS}){{9}}"
    rf"|(?:\p{{Han}}|[Tt][Ee][Ll]).*(?:{_DIGIT}{_SIGNS}){{7}}"
)
_FREE_EMAILS = r"[@＠﹫]|艾特|[^0-9A-Za-z][AaＡａ][TtＴｔ]"


def suspect(texts: pd.Series, *, kinds: Collection[str] = KINDS) -> np.ndarray:
    """Whether each text could hold personal data of `kinds`; False for missing ones. Errs towards True."""
    free = set(kinds) <= set(_STANDING_FREE)
    # Asked of Arrow itself: pandas takes a pattern apart at every call, and this is a long one.
    found = pc.match_substring_regex(pa.array(texts, pa.large_string()), _free_pattern() if free else _pattern())
    return pc.fill_null(found, False).to_numpy(zero_copy_only=False)


@cache
def _pattern() -> str:
    return "|".join((_NUMBERS, _ACCOUNTS, _PLATES, _PLACES, trigger_pattern()))


def _free_pattern() -> str:
    return f"{_FREE_NUMBERS}|{_FREE_EMAILS}"
