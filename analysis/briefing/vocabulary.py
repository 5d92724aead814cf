"""What a dimension's added terms would find, before they are kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analysis import own
from analysis.briefing.voice import Quote, quote_of
from analysis.taxonomy import Addition, Taxonomy, extended, fold, taxonomy
from analysis.text.aspects import find_mentions
from analysis.text.clauses import cut_clauses
from analysis.text.folding import fold_texts
from analysis.text.scoring import MAX_CHARACTERS

if TYPE_CHECKING:
    from analysis.store import Warehouse

MOST_COMMENTS = 5_000  # comments looked through, the newest ones: a second or two


@dataclass(frozen=True, slots=True)
class Preview:
    """Of `searched` comments `hits` would speak of the dimension, `before` do already; quotes of those that are new.

    `moved`: terms that another dimension has now, with its name.
    """

    addition: Addition
    searched: int
    hits: int
    before: int
    moved: tuple[tuple[str, str], ...]
    quotes: tuple[Quote, ...]


def preview(store: Warehouse, addition: Addition, *, quotes: int = 5) -> Preview:
    """What an addition would find in the newest comments; nothing is kept."""
    current = extended(taxonomy(), own.additions_of(store))
    rows = store.comments(limit=MOST_COMMENTS).drop_duplicates("text").to_dict("records")
    texts = [row["text"] for row in rows]
    before = _speaking(texts, current, addition.name)
    after = _speaking(texts, extended(current, [addition]), addition.name)
    said = [replace(quote_of(rows[i], None), passages=(after[i],)) for i in after if i not in before][:quotes]
    held = {fold(term): d.name for d in current.dimensions if d.name != addition.name for term in d.terms}
    moved = tuple((term, held[fold(term)]) for term in addition.terms if fold(term) in held)
    return Preview(addition, len(rows), len(after), len(before), moved, tuple(said))


def _speaking(texts: list[str], vocabulary: Taxonomy, name: str) -> dict[int, str]:
    """The texts that speak of a dimension, each with the first clause that does."""
    folded = fold_texts([text[:MAX_CHARACTERS] for text in texts])
    clauses = cut_clauses(folded)
    found: dict[int, str] = {}
    for mention in find_mentions(folded, clauses, vocabulary=vocabulary):
        if mention.dimension == name:
            place = mention.clause
            written = folded.joined[clauses.start[place] : clauses.end[place]]
            found.setdefault(int(clauses.text[place]), written)
    return dict(sorted(found.items()))
