"""What the page of voices asks beyond tone: words, themes, needs. Everything goes through `dashboard.data`."""

from __future__ import annotations

from collections.abc import Hashable

from analysis import briefing
from analysis.briefing import themes as briefing_themes
from analysis.briefing.themes import CommentTheme
from analysis.schema import Filters
from dashboard import data


def contrast(filters: Filters, **options: Hashable) -> briefing.Contrast:
    """The terms of two groups of comments; options as `briefing.contrast`."""
    return data.ask(briefing.contrast, filters, **options)


def quotes_with(filters: Filters, **options: Hashable) -> tuple[briefing.Quote, ...]:
    """Comments of one side of a contrast that hold a term; options as `briefing.quotes_with`."""
    return data.ask(briefing.quotes_with, filters, **options)


def themes(filters: Filters, *, polarity: str) -> tuple[CommentTheme, ...]:
    """What the comments of a tone are about, the largest theme first."""
    return data.ask(briefing_themes.themes, filters, polarity=polarity)


def stores() -> list[str]:
    """The stores that comments name."""
    return data.ask_store("values", "store", table="comments")
