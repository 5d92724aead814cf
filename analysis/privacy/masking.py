"""Texts with everything personal replaced by what it was, and how often that happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

import numpy as np
import pandas as pd

from analysis.privacy.finding import KINDS, Found, find
from analysis.privacy.suspicion import suspect

# What stands in place of each kind. Text analysis knows these signs by their brackets and reads past them.
SIGNS = {
    "phone": "[电话]", "id_card": "[证件号]", "passport": "[证件号]", "bank_card": "[银行卡]", "email": "[邮箱]",
    "wechat": "[微信号]", "qq": "[QQ号]", "plate": "[车牌]", "order": "[单号]", "address": "[地址]", "name": "[姓名]",
}
# What a label may not hold. The name of a store may be an address, a person in charge has a name, and a file number
# may look like an order: those are what the label is for.
ON_LABELS: tuple[str, ...] = tuple(kind for kind in KINDS if kind not in ("address", "name", "order"))


def mask(texts: pd.Series, *, kinds: Collection[str] = KINDS) -> tuple[pd.Series, dict[str, int]]:
    """The texts with personal data of `kinds` replaced, and how many of each kind there were.

    Same index and length; missing texts stay missing. Each distinct text is read once, and only where
    something in it could be personal.

    >>> mask(pd.Series(["打138 1234 5678找我，等了138分钟"]))[0].iloc[0]
    '打[电话]找我，等了138分钟'
    """
    texts = texts.astype("str")
    places = np.flatnonzero(suspect(texts, kinds=kinds))
    if not len(places):
        return texts, {}
    codes, distinct = pd.factorize(texts.iloc[places].to_numpy(object))
    results = [_masked(text, kinds) for text in distinct]
    counts: Counter[str] = Counter()
    for (_, found), times in zip(results, np.bincount(codes).tolist(), strict=True):
        for kind in found:
            counts[kind] += times
    if not counts:
        return texts, {}
    masked = texts.copy()
    masked.iloc[places] = np.array([text for text, _ in results], object)[codes]
    return masked, dict(counts)


def mask_text(text: str, *, kinds: Collection[str] = KINDS) -> str:
    """One text as `mask` gives it back.

    >>> mask_text("王女士的订单.xlsx")
    '[姓名]女士的订单.xlsx'
    """
    return _masked(text, kinds)[0]


def _masked(text: str, kinds: Collection[str]) -> tuple[str, list[str]]:
    found = find(text, kinds=kinds)
    return _cut(text, found), [piece.kind for piece in found]


def _cut(text: str, found: list[Found]) -> str:
    parts, end = [], 0
    for piece in found:
        parts += [text[end:piece.start], SIGNS[piece.kind]]
        end = piece.end
    return "".join([*parts, text[end:]])
