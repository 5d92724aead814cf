"""Customers' own words, with where they were said and the passage that tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analysis.briefing import Quote
from analysis.i18n import named, say
from dashboard import components, formatting
from dashboard.theme import Tone

TONES: dict[str | None, Tone] = {"negative": "attention", "positive": "good"}


def comment_list(comments: Sequence[Quote], *, empty: str) -> None:
    """Masked comments with where and when they were said, and the passage that made their tone."""
    components.quote_list([_as_quote(comment) for comment in comments], empty=empty)


def wish_list(comments: Sequence[Quote], *, empty: str) -> None:
    """The same, with what is asked for in colour, whatever the tone of the comment."""
    components.quote_list([_told(comment, "good") for comment in comments], empty=empty)


def evidence_list(comments: Sequence[Quote], *, empty: str) -> None:
    """The same, with every passage in colour: that of a clear tone in its own, any other in the brand's."""
    components.quote_list([_told(c, TONES.get(c.polarity, "brand")) for c in comments], empty=empty)


def _told(comment: Quote, tone: Tone) -> components.Quote:
    return replace(_as_quote(comment), evidence=comment.passages[0] if comment.passages else "", tone=tone)


def _as_quote(comment: Quote) -> components.Quote:
    channel = comment.channel and named(comment.channel)
    where = (channel, comment.store, comment.day and formatting.day(comment.day), comment.tier)
    kind = [say(f"kinds.{comment.source}")] if comment.source else []
    tone = TONES.get(comment.polarity, "neutral")
    if comment.source == "complaint" and tone == "good":
        tone = "neutral"  # a friendly sentence in a complaint is not what it is about
    evidence = comment.passages[0] if comment.passages and tone != "neutral" else ""
    source = " · ".join([*(part for part in where if part), *kind])
    return components.Quote(comment.text, source, evidence=evidence, tone=tone)
