"""Sentences and labels that several sections of a report share."""

from __future__ import annotations

from collections.abc import Mapping

from analysis import formatting
from analysis.briefing import Quote, WeakReport
from analysis.compare import Difference, WeakCell
from analysis.estimate import FLOOR_SHOWN, Estimate
from analysis.i18n import say
from analysis.report.parts import Number, Said, Tone, label, legible
from analysis.schema import Filters

QUOTE_TONES: Mapping[str | None, Tone] = {"negative": "attention", "positive": "good"}
SOURCE_SEPARATOR = " · "


def place(keys: Mapping[str, object], *, key: str = "screen.common.at") -> str:
    """A cell's name, "在线客服 · 问题解决彻底性"; the dimension alone where no touchpoint is known."""
    if "touchpoint" not in keys:
        return label(str(keys["dimension"]))
    return say(key, whole=label(str(keys["touchpoint"])), part=label(str(keys["dimension"])))


def weakest(report: WeakReport) -> WeakCell | None:
    """The worst cell that reliably lies below the rest, or None."""
    return next(iter(report.weak), None)


def source(filters: Filters, *base: str) -> str:
    """The line under every part: which days, and how much it rests on."""
    period = formatting.period(filters.start, filters.end)
    parts = [say("report.source", period=period), *(words for words in base if words), say("report.unweighted")]
    return SOURCE_SEPARATOR.join(parts)


def counted(name: str, count: int) -> str:
    """"有效答卷 379 份"; of fewer than `FLOOR_SHOWN` only that they are so few."""
    if 0 < count < FLOOR_SHOWN:
        return say(f"report.fewer.{name}", least=FLOOR_SHOWN)
    return say(f"screen.common.{name}", count=f"{count:,}")


def ratings(numbers: list[Number]) -> str:
    """How many answers the shown numbers rest on."""
    return say("report.ratings", n=f"{sum(number.n or 0 for number in numbers if number.value is not None):,}")


def value(found: Estimate, *, places: int | None = None) -> str:
    """An estimate as it may be displayed, in words."""
    return formatting.value(found.floored(), places=places)


def change(difference: Difference, *, before: str) -> str:
    """"较上周 +2，无可靠变化"; only the reason where nothing can be said."""
    words = say(f"verdicts.{difference.verdict}")
    if difference.verdict in ("not_enough", "no_previous") or not difference.estimate.floored().shown:
        return words
    return say("screen.common.change", before=before, change=formatting.change(difference.estimate), verdict=words)


def direction(difference: Difference, *, lower_is_better: bool = False) -> Tone:
    """The tone of a change: only a reliable one has any."""
    if not difference.verdict.startswith("reliable"):
        return "context"
    return "good" if (difference.verdict == "reliable_rise") != lower_is_better else "attention"


def said(quote: Quote) -> Said:
    """A comment with the passage that made its tone, and where and when it was said."""
    tone = QUOTE_TONES.get(quote.polarity, "context")
    where = (quote.channel, quote.store, quote.day and formatting.day(quote.day), quote.tier)
    passage = legible(quote.passages[0]) if quote.passages else ""
    text = legible(quote.text)
    known = [str(label(str(part))) for part in where if part]
    return Said(text, passage if passage in text else "", SOURCE_SEPARATOR.join(known), tone)
