"""The need map: what customers ask for, by dimension, with their words."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analysis import metrics
from analysis.briefing.voice import Quote, quote_of
from analysis.estimate import FLOOR_SHOWN, Estimate
from analysis.schema import Filters
from analysis.taxonomy import Taxonomy
from analysis.text import needs as wishes

if TYPE_CHECKING:
    from analysis.store import Warehouse

MOST_COMMENTS = 20_000  # comments searched, the newest ones


@dataclass(frozen=True, slots=True)
class NeedCell:
    """One kind of need about one dimension (None: no dimension named): comments that ask for it, and their share.

    `share` is of all comments that ask for anything; `quotes` are the newest, the wish being their passage.
    """

    dimension: str | None
    need: str
    count: int
    share: Estimate
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class NeedMap:
    """The cells of at least five comments, the largest first; how many comments were searched and how many ask."""

    cells: tuple[NeedCell, ...]
    searched: int
    asking: int


def needs(
    store: Warehouse, filters: Filters, *, vocabulary: Taxonomy | None = None, quotes: int = 5
) -> NeedMap:
    """What is asked for, by dimension. Reading the tone first is not needed; no comments give an empty map.

    `vocabulary`: the company's own taxonomy where it has one. A comment counts once in each of its cells. Cells of
    fewer than five comments are left out.
    """
    rows = store.comments(filters, limit=MOST_COMMENTS).to_dict("records")
    found = wishes.find_needs([row["text"] for row in rows], vocabulary=vocabulary)
    asking = len({need.text for need in found})
    cells: dict[tuple[str | None, str], dict[int, str]] = defaultdict(dict)
    for need in found:
        cells[need.dimension, need.need].setdefault(need.text, need.clause)
    large = [
        NeedCell(dimension, need, len(held), metrics.share(len(held), asking), _quotes(rows, held, quotes))
        for (dimension, need), held in cells.items() if len(held) >= FLOOR_SHOWN
    ]
    ordered = sorted(large, key=lambda cell: (-cell.count, cell.dimension or "", cell.need))
    return NeedMap(tuple(ordered), len(rows), asking)


def _quotes(rows: list[dict], held: dict[int, str], limit: int) -> tuple[Quote, ...]:
    said: dict[str, Quote] = {}
    for place, clause in held.items():
        if len(said) == limit:
            break
        quote = quote_of(rows[place], None)
        said.setdefault(quote.text, replace(quote, passages=(clause,)))
    return tuple(said.values())
