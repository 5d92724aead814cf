"""The themes of a period's comments: how large each is, how sure that is, its tone, its change, and who says it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis import compare, metrics
from analysis.briefing.voice import Quote, quote_of
from analysis.compare import Difference
from analysis.estimate import Estimate
from analysis.intervals import LEVEL
from analysis.schema import Filters
from analysis.text import themes as grouping
from analysis.text.themes import Passage

if TYPE_CHECKING:
    from analysis.store import Warehouse

# Comments read of each period, the newest ones: enough for shares within a percentage point.
MOST_COMMENTS = 10_000
MOST_THEMES = 15


@dataclass(frozen=True, slots=True)
class CommentTheme:
    """A theme among the comments of one tone.

    `name` is made of phrases; `count` comments of that tone speak of it, `share` of all of that tone; `negative` is the
    share of complaints among all passages on the theme, whatever their tone; `difference` is now - before of `share`,
    called reliable only if that holds among all themes compared.
    """

    name: str
    dimension: str | None
    count: int
    share: Estimate
    negative: Estimate
    difference: Difference
    quotes: tuple[Quote, ...]


def themes(
    store: Warehouse, filters: Filters, *, polarity: str = "negative", quotes: int = 5
) -> tuple[CommentTheme, ...]:
    """What comments of a tone are about, the largest theme first; without the small ones. No read comments give none.

    A comment speaks of a theme where a passage of the comment's own tone does. The newest comments are read. A period
    with an open end has no change.
    """
    now, before = _read(store, filters), _read(store, filters.previous())
    own = [i for i in range(len(now.passages)) if now.speaks(i, polarity)]
    passages = [now.passages[i] for i in own]
    everything = [*now.passages, *before.passages]
    labels = grouping.labels_of(everything, fitted_on=passages)
    found = grouping.group(passages, labels=labels[own])[:MOST_THEMES]
    current, earlier = labels[: len(now.passages)], labels[len(now.passages) :]
    totals = now.total(polarity), before.total(polarity)
    lines = []
    for theme in found:
        past = len({before.passages[i].comment for i in np.flatnonzero(earlier == theme.label)
                    if before.speaks(int(i), polarity)})
        shares = (len(theme.comments), totals[0]), (past, totals[1])
        inside = [now.tones[i] for i in np.flatnonzero(current == theme.label)]
        difference = compare.share_difference(*shares)
        if not totals[1]:
            difference = replace(difference, verdict="no_previous")
        said = _quotes(now, [passages[i] for i in theme.passages], quotes)
        lines.append(
            CommentTheme(
                "、".join(theme.phrases), theme.dimension, len(theme.comments), metrics.share(*shares[0]),
                metrics.share(inside.count("negative"), len(inside)), difference, said,
            )
        )
    together = compare.adjusted([line.difference.p_value for line in lines])
    return tuple(_corrected(line, p) for line, p in zip(lines, together, strict=True))


@dataclass(frozen=True, slots=True)
class _Comments:
    """The read comments of a period, and what they say passage by passage with the passage's tone."""

    rows: list[dict]
    passages: list[Passage]
    tones: list[str]

    def speaks(self, place: int, polarity: str) -> bool:
        """Whether a passage and its comment as a whole have this tone: a grumble amid praise makes no theme."""
        return self.tones[place] == polarity == self.rows[self.passages[place].comment]["polarity"]

    def total(self, polarity: str) -> int:
        """How many comments have this tone."""
        return sum(row["polarity"] == polarity for row in self.rows)


def _read(store: Warehouse, filters: Filters | None) -> _Comments:
    rows = pd.DataFrame() if filters is None else store.comments(filters, limit=MOST_COMMENTS)
    known = [row for row in rows.to_dict("records") if isinstance(row["polarity"], str)]
    pairs = [pair for number, row in enumerate(known) for pair in _passages(number, row)]
    return _Comments(known, [passage for passage, _ in pairs], [tone for _, tone in pairs])


def _passages(number: int, row: dict) -> Iterator[tuple[Passage, str]]:
    """The clauses that speak of dimensions; where none has the tone of the comment, the comment as a whole too."""
    aspects = [aspect for aspect in json.loads(row["aspects"] or "[]") if aspect["evidence"]]
    for aspect in aspects:
        yield Passage(number, aspect["evidence"], aspect["dimension"]), aspect["polarity"]
    if all(aspect["polarity"] != row["polarity"] for aspect in aspects):
        yield Passage(number, row["text"], None), row["polarity"]


def _quotes(now: _Comments, passages: list[Passage], limit: int) -> tuple[Quote, ...]:
    """The newest comments of a theme, each text once, with the passage that brought them there."""
    found: dict[str, Quote] = {}
    for passage in passages:
        quote = quote_of(now.rows[passage.comment], passage.dimension)
        if len(found) == limit:
            break
        if quote.text not in found:
            found[quote.text] = replace(quote, passages=(passage.text,) if passage.dimension else ())
    return tuple(found.values())


def _corrected(theme: CommentTheme, p_adjusted: float) -> CommentTheme:
    if p_adjusted < 1 - LEVEL or not theme.difference.verdict.startswith("reliable"):
        return theme
    return replace(theme, difference=replace(theme.difference, verdict="no_reliable_change"))
