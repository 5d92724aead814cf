"""The tone of a period as a whole, against the one before, and dimension by dimension."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analysis import compare, metrics
from analysis.compare import Difference
from analysis.estimate import FLOOR_SCORED, Estimate
from analysis.schema import Filters

if TYPE_CHECKING:
    from analysis.store import Warehouse

CLEAR_TONES = ("positive", "neutral", "negative")

# Comments whose dimensions are counted, the newest ones: enough for shares within a percentage point.
ASPECT_COMMENTS = 20_000


@dataclass(frozen=True, slots=True)
class Tone:
    """Shares of positive and negative comments among those with a clear tone, and the change of the negative share.

    `difference` is now - before; without a period before, or comments in it, its verdict is "no_previous".
    `comments` counts all, `uncertain` those without a clear tone and `unread` those still to be read.
    """

    positive: Estimate
    negative: Estimate
    previous: Estimate
    difference: Difference
    comments: int
    uncertain: int
    unread: int


@dataclass(frozen=True, slots=True)
class AspectTone:
    """How many comments speak of a dimension badly, neutrally and well, and the share of bad ones among them.

    A comment that does both counts on both sides.
    """

    dimension: str
    negative: int
    neutral: int
    positive: int
    share: Estimate


def tone(store: Warehouse, filters: Filters) -> Tone:
    """The tone of the period and its change; estimates are raw, missing without comments."""
    now, before = _counts(store, filters), filters.previous()
    earlier = _counts(store, before) if before else Counter()
    positive, negative = (metrics.share(*_share_of(now, name)) for name in ("positive", "negative"))
    previous = metrics.share(*_share_of(earlier, "negative"))
    difference = compare.share_difference(_share_of(now, "negative"), _share_of(earlier, "negative"))
    if previous.n == 0:
        difference = replace(difference, verdict="no_previous")
    unread = now.pop("unread", 0)
    return Tone(positive, negative, previous, difference, unread + now.total(), now["uncertain"], unread)


def aspect_tones(store: Warehouse, filters: Filters) -> tuple[AspectTone, ...]:
    """Dimensions that comments speak of, the most complained about first; rarely mentioned ones are left out."""
    rows = store.comments(filters, limit=ASPECT_COMMENTS)
    spoken = Counter(
        pair for aspects in rows["aspects"] if isinstance(aspects, str) for pair in _dimension_tones(aspects)
    )
    found = [_aspect_tone(dimension, spoken) for dimension in {dimension for dimension, _ in spoken}]
    kept = [aspect for aspect in found if aspect.share.n >= FLOOR_SCORED]
    return tuple(sorted(kept, key=lambda aspect: (-aspect.negative, aspect.dimension)))


def _counts(store: Warehouse, filters: Filters) -> Counter[str]:
    rows = store.counts("comments", ["polarity"], filters)
    return Counter({name or "unread": int(n) for name, n in zip(rows["polarity"], rows["count"], strict=True)})


def _share_of(counts: Counter[str], polarity: str) -> tuple[int, int]:
    return counts[polarity], sum(counts[name] for name in CLEAR_TONES)


def _dimension_tones(aspects: str) -> set[tuple[str, str]]:
    return {(aspect["dimension"], aspect["polarity"]) for aspect in json.loads(aspects)}


def _aspect_tone(dimension: str, spoken: Counter[tuple[str, str]]) -> AspectTone:
    negative, neutral, positive = (spoken[dimension, name] for name in ("negative", "neutral", "positive"))
    return AspectTone(dimension, negative, neutral, positive, metrics.share(negative, negative + neutral + positive))
