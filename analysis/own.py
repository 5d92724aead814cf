"""What a company has of its own beside its store: added dimensions and terms, and a correction of the tone.

Two JSON files beside the store's file; a store in memory keeps them in memory.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol
from weakref import WeakKeyDictionary

from analysis.errors import BadTaxonomy
from analysis.store import IN_MEMORY
from analysis.taxonomy import Addition, extended, fold, taxonomy
from analysis.text import Reading
from analysis.text.adjustment import Adjustment

MAX_NAME, MAX_TERM = 20, 12  # characters; longer ones are sentences
_HANZI = re.compile(r"[\u4e00-\u9fff]")
_SEPARATORS = re.compile(r"[\s,，、;；]+")
_TAXONOMY, _TONE = "taxonomy", "tone"


class Place(Protocol):
    """A store by its path."""

    path: str


_in_memory: WeakKeyDictionary[Place, dict[str, object]] = WeakKeyDictionary()


def reading_of(store: Place) -> Reading:
    """How comments of this store are read: by the common taxonomy and the plain engine where nothing was added."""
    added = additions_of(store)
    adjustment, used = adjustment_of(store)
    return Reading(extended(taxonomy(), added) if added else None, adjustment if used else None)


def additions_of(store: Place) -> tuple[Addition, ...]:
    """The dimensions and terms added for this store, in the order of adding. Raises BadTaxonomy for a damaged file."""
    tree = _load(store, _TAXONOMY)
    try:
        return tuple(Addition(str(entry["name"]), tuple(map(str, entry["terms"]))) for entry in tree or ())
    except (TypeError, KeyError) as error:
        raise BadTaxonomy("errors.taxonomy_damaged", path=f"{store.path}.{_TAXONOMY}.json") from error


def add_terms(store: Place, addition: Addition) -> tuple[Addition, ...]:
    """Keep an addition; terms for a name that was added to before join the others. Returns all additions."""
    kept = {entry.name: entry for entry in additions_of(store)}
    moved = {fold(term) for term in addition.terms}
    others = {
        name: Addition(name, tuple(term for term in entry.terms if fold(term) not in moved))
        for name, entry in kept.items()
    }
    earlier = others.get(addition.name, Addition(addition.name, ()))
    others[addition.name] = Addition(addition.name, (*earlier.terms, *addition.terms))
    return _keep(store, [entry for entry in others.values() if entry.terms])


def remove_terms(store: Place, name: str) -> tuple[Addition, ...]:
    """Take back all that was added under a name. Raises BadTaxonomy where nothing was. Returns what is left."""
    kept = additions_of(store)
    if name not in {entry.name for entry in kept}:
        raise BadTaxonomy("errors.taxonomy_unknown", name=name, known=tuple(entry.name for entry in kept) or "—")
    return _keep(store, [entry for entry in kept if entry.name != name])


def checked(name: str, terms: str | Sequence[str]) -> Addition:
    """An addition from what a person wrote; terms are parted by commas, 、 or spaces. A name's alias becomes the name.

    Raises BadTaxonomy: no name, no term, a name over 20 or a term over 12 characters, a term of one character or
    without Chinese.
    """
    title = "".join(name.split())
    parts = _SEPARATORS.split(terms) if isinstance(terms, str) else terms
    words = tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
    if not title or not words:
        raise BadTaxonomy("errors.taxonomy_empty")
    if len(title) > MAX_NAME:
        raise BadTaxonomy("errors.taxonomy_name", name=title, limit=MAX_NAME)
    for word in words:
        if not 2 <= len(word) <= MAX_TERM or not _HANZI.search(word):
            raise BadTaxonomy("errors.taxonomy_term", term=word, limit=MAX_TERM)
    known = taxonomy().dimension(title)
    return Addition(known.name if known else title, words)


def adjustment_of(store: Place) -> tuple[Adjustment | None, bool]:
    """The correction of the tone that was fitted for this store, and whether it is used."""
    tree = _load(store, _TONE)
    if not tree:
        return None, False
    try:
        shifts = tuple((str(name), float(shift)) for name, shift in tree["dimensions"])
        bounds = (float(tree["bounds"][0]), float(tree["bounds"][1]))
        return Adjustment(float(tree["slope"]), float(tree["shift"]), shifts, bounds), bool(tree["used"])
    except (TypeError, KeyError, ValueError, IndexError) as error:
        raise BadTaxonomy("errors.taxonomy_damaged", path=f"{store.path}.{_TONE}.json") from error


def keep_adjustment(store: Place, adjustment: Adjustment, *, used: bool) -> None:
    """Keep a correction of the tone, used or switched off."""
    _save(store, _TONE, {
        "slope": adjustment.slope, "shift": adjustment.shift, "dimensions": [*map(list, adjustment.dimensions)],
        "bounds": [*adjustment.bounds], "used": used,
    })


def _keep(store: Place, additions: Sequence[Addition]) -> tuple[Addition, ...]:
    _save(store, _TAXONOMY, [{"name": entry.name, "terms": [*entry.terms]} for entry in additions])
    return tuple(additions)


def _load(store: Place, name: str) -> object:
    if store.path == IN_MEMORY:
        return _in_memory.get(store, {}).get(name)
    path = Path(f"{store.path}.{name}.json")
    try:
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
    except (OSError, ValueError) as error:
        raise BadTaxonomy("errors.taxonomy_damaged", path=path) from error


def _save(store: Place, name: str, tree: object) -> None:
    if store.path == IN_MEMORY:
        _in_memory.setdefault(store, {})[name] = tree
        return
    path = Path(f"{store.path}.{name}.json")
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(tree, ensure_ascii=False, indent=1), encoding="utf-8")
    os.replace(draft, path)
