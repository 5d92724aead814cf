"""What customers say: the tone of their comments, the words that mark it, and their own sentences."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from analysis import metrics, text
from analysis.briefing.periods import at_least_weeks, weeks_between
from analysis.estimate import Estimate
from analysis.metrics import plain
from analysis.schema import Filters

if TYPE_CHECKING:
    from analysis.store import Warehouse

# Comments that a keyword contrast reads on each side, the newest ones: more change the words little and
# cost seconds of segmentation.
CONTRAST_TEXTS = 2_000


@dataclass(frozen=True, slots=True)
class ToneWeek:
    """The comments of one week: shares of positive and negative ones among those with a clear tone.

    `uncertain` comments are counted beside the shares, not in them; so are those still `unread`.
    """

    week: date
    positive: Estimate
    negative: Estimate
    uncertain: int
    unread: int


@dataclass(frozen=True, slots=True)
class Quote:
    """One comment in the customer's own words, masked, with the passages that speak of the dimension asked for."""

    text: str
    day: date | None
    source: str | None
    channel: str | None
    store: str | None
    tier: str | None
    polarity: str | None
    passages: tuple[str, ...]


def tone_weeks(store: Warehouse, filters: Filters) -> tuple[ToneWeek, ...]:
    """Tone per week, at least twelve weeks up to the period's end."""
    window = at_least_weeks(store, filters)
    rows = store.counts("comments", ["week", "polarity"], window)
    rows["polarity"] = rows["polarity"].astype(object).where(rows["polarity"].notna(), "unread")
    table = rows.pivot_table(index="week", columns="polarity", values="count", aggfunc="sum", fill_value=0)
    weeks = weeks_between(window)
    table = table.reindex(index=weeks, columns=["positive", "neutral", "negative", "uncertain", "unread"], fill_value=0)
    n = table[["positive", "neutral", "negative"]].sum(axis=1)
    positive, negative = (metrics.shares(table[tone], n) for tone in ("positive", "negative"))
    rest = zip(table["uncertain"].astype(int), table["unread"].astype(int), strict=True)
    return tuple(
        ToneWeek(week, up, down, uncertain, unread)
        for week, up, down, (uncertain, unread) in zip(weeks, positive, negative, rest, strict=True)
    )


def keyword_contrast(store: Warehouse, filters: Filters, *, top: int = 30) -> pd.DataFrame:
    """Words that set praise (z > 0) apart from complaint (z < 0), as `analysis.text.keywords` gives them."""
    praise, complaint = (
        store.texts(filters, polarity=tone, limit=CONTRAST_TEXTS)["text"].tolist() for tone in ("positive", "negative")
    )
    return text.keywords(praise, complaint, top=top)


def quotes(
    store: Warehouse,
    filters: Filters,
    *,
    dimension: str | None = None,
    polarity: str | None = None,
    source: str | None = None,
    search: str | None = None,
    limit: int = 3,
    offset: int = 0,
) -> tuple[Quote, ...]:
    """The newest comments, of a dimension, a tone, a source and with a piece of text if asked for."""
    rows = store.comments(
        filters, dimension=dimension, polarity=polarity, source=source, search=search, limit=limit, offset=offset
    )
    return tuple(quote_of(row, dimension) for row in rows.to_dict("records"))


def quote_of(row: dict, dimension: str | None) -> Quote:
    """A line of `Warehouse.comments` as a quote.

    A passage that counts shares the tone of its comment: it is what made the verdict.
    """
    aspects = json.loads(row["aspects"]) if isinstance(row.get("aspects"), str) else []
    passages = [
        aspect["evidence"]
        for aspect in aspects
        if aspect.get("evidence") and dimension in (None, aspect["dimension"]) and aspect["polarity"] == row["polarity"]
    ]
    known = {name: plain(row.get(name)) for name in ("day", "source", "channel", "store", "tier", "polarity")}
    return Quote(text=row["text"], passages=tuple(dict.fromkeys(passages)), **known)
