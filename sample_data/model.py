"""How satisfied people are: true levels with what is planted, and the answers they give."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plan
from chain import ASKED, DIMENSIONS, stores
from scipy.stats import norm

PERSON_SD, ANSWER_SD = 0.6, 0.86  # in steps of the 1-5 scale; answers of one person correlate at about 0.33
_TOTAL_SD = float(np.hypot(PERSON_SD, ANSWER_SD))
_USUAL = 80.0  # the level from which satisfaction as a whole is counted

# How much each quality weighs in satisfaction as a whole; what was not asked does not count.
WEIGHTS = dict.fromkeys(DIMENSIONS, 0.10) | {
    "问题解决彻底性": 0.40,
    "服务态度": 0.15,
    "商品质量": 0.15,
    "被重视感": 0.16,
    "停车": 0.03,
}
_OVERALL_LEVEL, _OVERALL_NOISE = 4.26, 0.50
_NPS_LEVEL, _NPS_GAIN, _NPS_NOISE = 8.38, 1.75, 1.35
_CES_LEVEL, _CES_GAIN, _CES_NOISE = 5.65, 0.95, 0.85
_CHANNEL_GOODWILL = {
    "在线客服": 0.22
}  # people forgive a free channel a little: only its weak dimension should stand out
_STORE_SPREAD = 1.0  # points; ordinary stores are nearly alike

_GRID = np.linspace(-2.0, 9.0, 1101)
_LEVELS = 25.0 * sum(norm.sf((k + 0.5 - _GRID) / _TOTAL_SD) for k in (1, 2, 3, 4))


def latent(level: np.ndarray | float) -> np.ndarray:
    """The mean of the hidden scale whose rounded, clipped 1-5 answers average `level` of 100."""
    return np.interp(level, _LEVELS, _GRID)


def levels(rng: np.random.Generator, contacts: pd.DataFrame, *, ask_all: bool = False) -> pd.DataFrame:
    """True level of 100 of each quality for each contact; NaN where it is not asked."""
    table = pd.DataFrame(np.nan, index=contacts.index, columns=list(DIMENSIONS))
    asked = rng.random(table.shape)
    for channel, questions in ASKED.items():
        here = (contacts["channel"] == channel).to_numpy()
        for dimension, (level, share) in questions.items():
            chosen = here & (ask_all | (asked[:, DIMENSIONS.index(dimension)] < share))
            table.loc[chosen, dimension] = float(level)
    table["排队等候"] = table["排队等候"].where(contacts["wait"].notna())
    table.loc[(contacts["channel"] == "门店") & contacts["wait"].notna(), "排队等候"] = ASKED["门店"]["排队等候"][0]
    table["个性化"] = table["个性化"].where(contacts["tier"] != "非会员")
    _plant(table, contacts)
    return table


def _plant(table: pd.DataFrame, contacts: pd.DataFrame) -> None:
    day, store, in_store = contacts["day"], contacts["store"], contacts["channel"] == "门店"
    treated = {s.name for s in stores() if s.treated}
    lifted = (contacts["channel"] == plan.WEAK_CHANNEL) & store.isin(treated)
    lift = np.array([plan.LIFT_POINTS * plan.progress(d, plan.LIFT_START, plan.LIFT_END) for d in day])
    table[plan.WEAK_DIMENSION] += np.where(lifted, lift, 0.0)
    table["排队等候"] -= plan.WAIT_SLOPE * (contacts["wait"] - plan.WAIT_KINK).clip(lower=0).fillna(0)
    table.loc[day.between(plan.STORM_START, plan.STORM_END), "物流时效"] -= plan.STORM_POINTS
    gold = (contacts["tier"] == "金卡") & table["个性化"].notna()
    gain = (plan.GOLD_AFTER - plan.GOLD_BEFORE) * np.array(
        [plan.progress(d, plan.GOLD_START, plan.GOLD_END) for d in day]
    )
    table["个性化"] = np.where(gold, plan.GOLD_BEFORE + gain, table["个性化"])
    spread = np.random.default_rng([plan.SEED, 99]).normal(0, _STORE_SPREAD, len(stores()))
    own_level = {s.name: shift for s, shift in zip(stores(), spread - spread.mean(), strict=True)}
    own_level |= dict.fromkeys(plan.BAD_STORES, -plan.BAD_POINTS)
    table.loc[in_store] = table.loc[in_store].add(store[in_store].map(own_level), axis=0)


def answers(rng: np.random.Generator, contacts: pd.DataFrame, level: pd.DataFrame) -> pd.DataFrame:
    """What people tick: each quality 1-5, plus `overall` 1-5, `nps` 0-10 and `ces` 1-7; NaN where not asked."""
    n = len(level)
    mood = rng.normal(0, PERSON_SD, n)[:, None]
    felt = latent(level.to_numpy()) + mood + rng.normal(0, ANSWER_SD, level.shape)
    weight = np.array([WEIGHTS[d] for d in level.columns]) * level.notna().to_numpy()
    balance = np.nansum(weight * (felt - latent(_USUAL)), axis=1) / np.maximum(weight.sum(axis=1), 1e-9)
    balance += contacts["channel"].map(_CHANNEL_GOODWILL).fillna(0.0).to_numpy()
    table = pd.DataFrame(np.clip(np.round(felt), 1, 5), index=level.index, columns=level.columns)
    table["overall"] = np.clip(np.round(_OVERALL_LEVEL + balance + rng.normal(0, _OVERALL_NOISE, n)), 1, 5)
    table["nps"] = np.clip(np.round(_NPS_LEVEL + _NPS_GAIN * balance + rng.normal(0, _NPS_NOISE, n)), 0, 10)
    table["ces"] = np.clip(np.round(_CES_LEVEL + _CES_GAIN * balance + rng.normal(0, _CES_NOISE, n)), 1, 7)
    return table
