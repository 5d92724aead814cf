"""The words and phrases that set one group of comments apart from another, and who says them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from analysis import text
from analysis.briefing.voice import CONTRAST_TEXTS, Quote, quote_of
from analysis.schema import Filters
from analysis.text.keywords import MIN_TEXTS, UNITS, Units
from analysis.text.typical import Method

if TYPE_CHECKING:
    from analysis.store import Warehouse

Comparison = Literal["tone", "period", "store"]
COMPARISONS: tuple[Comparison, ...] = ("tone", "period", "store")


@dataclass(frozen=True, slots=True)
class TypicalTerm:
    """A word or phrase of one side, how many comments of its side and of the other hold it, and how sure that is.

    `weight` orders the terms of a side; `p_adjusted` is NaN for methods that test nothing.
    """

    term: str
    weight: float
    p_adjusted: float
    docs: int
    docs_other: int


@dataclass(frozen=True, slots=True)
class Contrast:
    """The terms of two sides and how many comments were read of each; no terms where one side has too few.

    The first side is complaint, this period or the store; the second praise, the period before or the other stores.
    """

    first: tuple[TypicalTerm, ...]
    second: tuple[TypicalTerm, ...]
    read_first: int
    read_second: int

    @property
    def enough(self) -> bool:
        """Whether both sides have comments enough to be compared."""
        return min(self.read_first, self.read_second) >= MIN_TEXTS


def contrast(
    store: Warehouse,
    filters: Filters,
    *,
    between: Comparison = "tone",
    one_store: str | None = None,
    polarity: str | None = None,
    method: Method = "log_odds",
    units: Units = "terms",
    top: int = 12,
) -> Contrast:
    """What complaint says and praise does not (and the other way round), this period and the one before, or one store
    and all others of the same period.

    `polarity` keeps comments of one tone where periods or stores are compared. The newest comments of each side are
    read. A period with an open end has none before it; a comparison without two sides has no terms.
    """
    first, second = (
        [] if side is None else store.texts(side[0], polarity=side[1], limit=CONTRAST_TEXTS)["text"].tolist()
        for side in _sides(store, filters, between, one_store, polarity)
    )
    found = text.typical_terms(first, second, method=method, units=units, top=top)
    terms = [
        tuple(
            TypicalTerm(r["term"], r["weight"], r["p_adjusted"], r[f"docs_{own}"], r[f"docs_{other}"])
            for r in found[found["side"] == own].to_dict("records")
        )
        for own, other in ("ab", "ba")
    ]
    return Contrast(*terms, len(first), len(second))


def quotes_with(
    store: Warehouse,
    filters: Filters,
    *,
    term: str,
    first: bool,
    between: Comparison = "tone",
    one_store: str | None = None,
    polarity: str | None = None,
    units: Units = "terms",
    limit: int = 5,
) -> tuple[Quote, ...]:
    """The newest comments of one side of a contrast that hold a term, as it was counted there."""
    side = _sides(store, filters, between, one_store, polarity)[0 if first else 1]
    if side is None:
        return ()
    rows = store.comments(side[0], polarity=side[1], limit=CONTRAST_TEXTS)
    holding = [term in UNITS["terms" if units == "phrases" else units](said) for said in rows["text"]]
    found = rows[holding].drop_duplicates("text").head(limit)
    return tuple(quote_of(row, None) for row in found.to_dict("records"))


Side = tuple[Filters, str | None]


def _sides(
    store: Warehouse, filters: Filters, between: Comparison, one_store: str | None, polarity: str | None
) -> tuple[Side | None, Side | None]:
    if between == "tone":
        return (filters, "negative"), (filters, "positive")
    if between == "period":
        before = filters.previous()
        return (filters, polarity), (before, polarity) if before else None
    others = tuple(name for name in store.values("store", "comments") if name != one_store)
    anywhere = replace(filters, where=tuple((key, values) for key, values in filters.where if key != "store"))
    chosen = (anywhere.narrowed(store=one_store), polarity) if one_store else None
    return chosen, (anywhere.narrowed(store=others), polarity) if others else None
