"""Which of many texts can hold anything personal at all: one pass of a linear-time pattern over all of them."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

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


def suspect(texts: pd.Series) -> np.ndarray:
    """Whether each text could hold personal data; False for missing ones. Errs towards True."""
    return texts.str.contains(_pattern(), regex=True).fillna(False).to_numpy(bool)


@cache
def _pattern() -> str:
    return "|".join((_NUMBERS, _ACCOUNTS, _PLATES, _PLACES, trigger_pattern()))
