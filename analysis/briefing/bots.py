"""Bots against people: who replied first, how fast, how satisfied the customers were, how much was handed over."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from analysis import metrics, service
from analysis.briefing.cases import prepared, says, timed, waits_of
from analysis.briefing.promises import HALF, NEARLY_ALL
from analysis.estimate import Estimate
from analysis.schema import Filters
from analysis.taxonomy import fold

if TYPE_CHECKING:
    from analysis.store import Warehouse

BOT_WORDS = ("机器人", "智能客服", "智能助手", "虚拟客服", "ai客服", "chatbot", "robot", "virtual agent", "bot")
HANDED_WORDS = ("转人工", "转接", "转交", "handover", "handed over", "escalat", "transfer")
SATISFIED_WORDS = ("满意", "好评", "satisfied")
RATING_WORDS = (*SATISFIED_WORDS, "评分", "评价", "打分", "rating", "score")
POINTS = frozenset("12345")
SATISFIED_POINTS = frozenset("45")  # the two best of five, as for CSAT
UNRATED_WORDS = ("未评", "未填", "未回访", "暂无", "unrated", "not rated")
# Columns that may say who replied: those a company names freely, then the usual ones.
_USUAL_COLUMNS = ("staff", "channel")

Who = Literal["bot", "handed", "person"]
WHO: tuple[Who, ...] = ("bot", "handed", "person")


@dataclass(frozen=True, slots=True)
class Side:
    """Cases that a bot settled, that it handed over, or that people took from the start (all raw).

    `share` is of all cases whose column says who replied, `half` and `ninety` the minutes until the first reply,
    `satisfied` the share of the rated cases that were rated satisfied.
    """

    who: Who
    share: Estimate
    half: Estimate
    ninety: Estimate
    satisfied: Estimate


@dataclass(frozen=True, slots=True)
class Bots:
    """Bots against people; `column` decides who is a bot and `rated_by` who is satisfied (None: no column does).

    Both are looked at in the `channels` in which a bot replied, as nobody asks a bot at the counter. `reached` is the
    share of cases that a bot took first, `handed` the share of those that it handed over. `p_value` asks whether cases
    that a bot took first are replied to as fast as the others (log-rank); NaN where it cannot.
    """

    column: str | None
    rated_by: str | None
    channels: tuple[str, ...]
    reached: Estimate
    handed: Estimate
    sides: tuple[Side, ...]
    p_value: float


NO_BOTS = Bots(None, None, (), Estimate.missing("share"), Estimate.missing("share"), (), math.nan)


def bots(store: Warehouse, filters: Filters) -> Bots:
    """Bots against people among the tickets of the period; NO_BOTS where no column names a bot."""
    names, now = store.attributes(), store.last_moment()
    column = next((c for c in (*names, *_USUAL_COLUMNS) if _names(store, c, BOT_WORDS)), None)
    if column is None or now is None:
        return NO_BOTS
    rated_by = next((c for c in names if c != column and _rates(store, c)), None)
    asked = [c for c in (column, rated_by) if c in names]
    cases = prepared(store.cases(filters, attributes=asked))
    reached = cases[column].map(_who, na_action="ignore").isin(["bot", "handed"])
    channels = tuple(sorted(cases.loc[reached, "channel"].dropna().unique()))
    cases = cases[cases["channel"].isin(channels) | cases["channel"].isna()]
    who = cases[column].map(_who, na_action="ignore")
    lines = timed(cases, "first_reply", now=now)
    satisfied = cases[rated_by].map(_satisfied, na_action="ignore") if rated_by else pd.Series(None, index=cases.index)
    first = who.isin(["bot", "handed"])
    return Bots(
        column, rated_by, channels, metrics.share(int(first.sum()), int(who.notna().sum())),
        metrics.share(int((who == "handed").sum()), int(first.sum())),
        tuple(_side(name, who, lines, satisfied) for name in WHO if (who == name).any()),
        service.log_rank(waits_of(lines[first]), waits_of(lines[who == "person"])),
    )


def _side(name: Who, who: pd.Series, lines: pd.DataFrame, satisfied: pd.Series) -> Side:
    ours = who == name
    waits = waits_of(lines[ours])
    rated = satisfied[ours].dropna().astype(bool)
    return Side(
        name, metrics.share(int(ours.sum()), int(who.notna().sum())), service.quantile(waits, HALF),
        service.quantile(waits, NEARLY_ALL), metrics.share(int(rated.sum()), len(rated)),
    )


def _names(store: Warehouse, column: str, words: Sequence[str]) -> bool:
    return any(says(value, tuple(words)) for value in store.values(column, table="tickets"))


def _rates(store: Warehouse, column: str) -> bool:
    """Whether a column says how satisfied customers were: in words, or in points under a name that says so."""
    in_points = says(column, RATING_WORDS) and POINTS.issuperset(store.values(column, table="tickets"))
    return in_points or _names(store, column, SATISFIED_WORDS)


def _who(value: str) -> Who:
    if not says(value, BOT_WORDS):
        return "person"
    return "handed" if says(value, HANDED_WORDS) else "bot"


def _satisfied(value: str) -> bool | None:
    if any(fold(word) in fold(value) for word in UNRATED_WORDS):
        return None
    return value in SATISFIED_POINTS or says(value, SATISFIED_WORDS)
