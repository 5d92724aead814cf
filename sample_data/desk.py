"""How the desk served the complaints: who replied first and how fast, where queues piled up, how it was rated.

Laid over finished tickets with a generator of its own, so that what was drawn before stays as it was.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd
import plan
from chain import ORDER_CHANNELS

_STEPS = ["受理时间", "首次回复时间", "方案时间", "办结时间"]
_ONLINE = (*ORDER_CHANNELS, "在线客服")
_STUBBORN = ("问题未解决", "退换货")
# Median minutes and spread (of the logarithm) until somebody replies, where nobody has to look for an answer.
_REPLY = {"门店": (2.0, 0.6), "电话客服": (10 / 60, 0.6), **dict.fromkeys(_ONLINE, (plan.PERSON_MINUTES, 0.7))}
_BOT_REPLY, _URGENT_REPLY = (20 / 60, 0.5), (5.0, 0.6)
_EVENING, _EVENING_FACTOR = range(17, 20), 2.2  # urgent cases wait longer then
_UNSEEN = 0.12  # share that nobody saw at once: their reply stays as late as it was
_RATED = 0.55
_SATISFIED = {"人工客服": 0.78, "智能客服": 0.75, "智能客服转人工": 0.60}


def served(tickets: pd.DataFrame) -> pd.DataFrame:
    """The tickets with seconds, first replies by channel and bot, a queue hotspot, and two columns more."""
    rng = np.random.default_rng([plan.SEED, 8])
    tickets = _piled_up(rng, tickets.copy())
    seconds = pd.to_timedelta(rng.integers(0, 60, len(tickets)), unit="s")
    for step in _STEPS:
        tickets[step] = pd.to_datetime(tickets[step]) + seconds
    tickets["首次应答"] = _first_desk(rng, tickets)
    tickets["首次回复时间"] = _replies(rng, tickets)
    tickets["处理评价"] = _ratings(rng, tickets)
    return tickets


def _piled_up(rng: np.random.Generator, tickets: pd.DataFrame) -> pd.DataFrame:
    """Queue complaints of a region since a day: most are about one store's evenings."""
    since = pd.Timestamp(plan.HOTSPOT_START)
    here = (tickets["投诉类别"] == plan.HOTSPOT_CAUSE) & (tickets["区域"] == plan.HOTSPOT_REGION)
    here &= (pd.to_datetime(tickets["受理时间"]) >= since) & (rng.random(len(tickets)) < plan.HOTSPOT_SHARE)
    hours = rng.integers(17, 20, len(tickets))
    for i in tickets.index[here]:
        shift = pd.Timedelta(hours=int(hours[i]) - tickets.at[i, "受理时间"].hour)
        moved = [pd.Timestamp(tickets.at[i, step]) + shift for step in _STEPS]
        if max(m for m in moved if not pd.isna(m)) > datetime.combine(plan.LAST_DAY, datetime.min.time()):
            continue
        tickets.at[i, "门店"] = plan.HOTSPOT_STORE
        for step, moment in zip(_STEPS, moved, strict=True):
            tickets.at[i, step] = None if pd.isna(moment) else moment.to_pydatetime()
    return tickets


def _first_desk(rng: np.random.Generator, tickets: pd.DataFrame) -> np.ndarray:
    """A bot takes part of the online tickets since its launch, urgent ones aside, and hands the hard ones over."""
    n = len(tickets)
    asked = tickets["投诉渠道"].isin(_ONLINE) & (tickets["受理时间"] >= pd.Timestamp(plan.BOT_START))
    bot = asked & (tickets["优先级"] == "普通") & (rng.random(n) < plan.BOT_SHARE)
    hard = np.where(tickets["投诉类别"].isin(_STUBBORN), plan.HANDED_HARD, plan.HANDED_EASY)
    handed = bot & (rng.random(n) < hard)
    return np.select([handed, bot], ["智能客服转人工", "智能客服"], default="人工客服")


def _replies(rng: np.random.Generator, tickets: pd.DataFrame) -> pd.Series:
    """The earlier of the reply that was drawn and the desk's own; unseen tickets keep the former."""
    n = len(tickets)
    bot, urgent = tickets["首次应答"] != "人工客服", tickets["优先级"] == "紧急"
    median = tickets["投诉渠道"].map({name: m for name, (m, _) in _REPLY.items()}).to_numpy(float)
    spread = tickets["投诉渠道"].map({name: s for name, (_, s) in _REPLY.items()}).to_numpy(float)
    quick = urgent & (median > _URGENT_REPLY[0])
    median = np.select([bot, quick], [_BOT_REPLY[0], _URGENT_REPLY[0]], median)
    spread = np.select([bot, quick], [_BOT_REPLY[1], _URGENT_REPLY[1]], spread)
    slow = urgent & tickets["受理时间"].dt.hour.isin(_EVENING)
    minutes = rng.lognormal(np.log(median), spread) * np.where(slow, _EVENING_FACTOR, 1.0)
    own = tickets["受理时间"] + pd.to_timedelta(np.maximum(np.round(60 * minutes), 1), unit="s")
    unseen = ~bot & (rng.random(n) < _UNSEEN)
    before = tickets["首次回复时间"]
    return before.where(unseen | (before < own), own).where(before.notna())


def _ratings(rng: np.random.Generator, tickets: pd.DataFrame) -> np.ndarray:
    """How those who answered afterwards rate the handling; others say nothing."""
    n = len(tickets)
    share = tickets["首次应答"].map(_SATISFIED).to_numpy(float)
    draw, middle = rng.random(n), rng.random(n) < 0.5
    said = np.select([draw < share, middle], ["满意", "一般"], default="不满意")
    rated = tickets["办结时间"].notna() & (rng.random(n) < _RATED)
    return np.where(rated, said, None)
