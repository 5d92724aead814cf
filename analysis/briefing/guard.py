"""What must not be shown because, beside what else can be asked, it would give a small group of people away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Literal

from analysis import metrics
from analysis.briefing.cards import histogram_of
from analysis.disclosure import hidden_cells
from analysis.errors import XinshengError
from analysis.estimate import FLOOR_SHOWN, Cell, Estimate
from analysis.metrics import MetricName
from analysis.schema import CUSTOMER_FILE_KEYS, ENTITY_KEYS, Filters

if TYPE_CHECKING:
    from analysis.store import Warehouse

# What a filter by one of these says of a person; channels and stores say where an answer was given.
PERSONAL_KEYS = frozenset({"tier", *CUSTOMER_FILE_KEYS})
Base = Literal["nps", "csat", "ces", "score", "tickets"]
_BASES: tuple[Base, ...] = ("nps", "csat", "ces")
_TAG = "tag"  # a customer may carry several, so that tags do not add up to everybody

Held = dict[str, tuple[str, ...]]
Keys = Mapping[str, object]


class Telling(XinshengError):
    """The filters asked for would give a small group away."""


def telling(store: Warehouse, filters: Filters) -> bool:
    """Whether numbers under these filters, beside those under fewer filters, would give away fewer than the floor.

    Guarded are the bases of NPS, satisfaction as a whole and effort, over all values and combinations of the keys
    that the filters name, in the same period (see `disclosure.hidden_cells`). Filters that say nothing of the person
    give nothing away. Several tags at once are guarded as one group.
    """
    chosen, free = _split(store, filters)
    if not _personal(store) & chosen.keys():
        return False
    return any(_gives_away(_hidden(store, free, chosen, base), chosen) for base in _BASES)


def refuse_telling(store: Warehouse, filters: Filters) -> None:
    """Raise Telling for filters under which nothing may be shown (see `telling`)."""
    if telling(store, filters):
        raise Telling("errors.telling", floor=FLOOR_SHOWN)


def guarded(store: Warehouse, filters: Filters, cells: Sequence[Cell], *, base: Base) -> tuple[Cell, ...]:
    """Cells of a table as they may be displayed: see `metrics.suppressed` and `given_away`."""
    away = given_away(store, filters, [cell.keys for cell in cells], base=base)
    return tuple(
        _covered(cell) if gone else cell for cell, gone in zip(metrics.suppressed(cells), away, strict=True)
    )


def given_away(store: Warehouse, filters: Filters, cells: Sequence[Keys], *, base: Base) -> list[bool]:
    """Of each cell of a table whether it would give a small group away; `cells` are their keys, all of the same names.

    A cell is what a filter by its keys, beside `filters`, would show, so it is guarded as such a filter is (see
    `telling`), with the answers to `base`, or the tickets, as people. Weeks and dimensions are not crossed.
    """
    chosen, free = _split(store, filters)
    names = [key for key in (cells[0] if cells else ()) if key in _crossed(store)]
    if not _personal(store) & {*chosen, *names}:
        return [False] * len(cells)
    tags = {keys[_TAG] for keys in cells} if _TAG in names else {None}
    hidden = {tag: _hidden(store, free, _held(chosen, names, tag), base) for tag in tags}
    return [_is_away(keys, chosen, names, hidden) for keys in cells]


def _is_away(keys: Keys, chosen: Held, names: Sequence[str], hidden: dict) -> bool:
    tag = keys[_TAG] if _TAG in names else None
    if _TAG in chosen and tag is not None and (tag,) != chosen[_TAG]:
        return True  # how many carry both tags
    own = {key: ("" if keys[key] is None else str(keys[key]),) for key in names if key != _TAG}
    return _gives_away(hidden[tag], _held(chosen, names, tag) | own)


def _held(chosen: Held, names: Sequence[str], tag: object) -> Held:
    """The keys that are crossed, each with what the filters allow; any value of a key that only the table has."""
    own = {key: () for key in names if key != _TAG and key not in chosen}
    return {**chosen, **own, **({_TAG: (str(tag),)} if tag is not None else {})}


def _covered(cell: Cell) -> Cell:
    estimate = cell.estimate
    hidden = Estimate.missing(estimate.unit, n=estimate.n, why="hidden")
    return replace(cell, estimate=hidden) if estimate.n else cell


def _personal(store: Warehouse) -> frozenset[str]:
    return PERSONAL_KEYS | set(store.attributes())


def _crossed(store: Warehouse) -> frozenset[str]:
    return _personal(store) | set(ENTITY_KEYS)


def _split(store: Warehouse, filters: Filters) -> tuple[Held, Filters]:
    """The restrictions that are crossed with others, and the filters without them."""
    crossed = _crossed(store)
    chosen = {key: values for key, values in filters.where if values and key in crossed}
    return chosen, replace(filters, where=tuple(pair for pair in filters.where if pair[0] not in chosen))


def _gives_away(hidden: frozenset[tuple], chosen: Held) -> bool:
    """Whether one of the cells that are asked for is hidden."""
    asked = list(product(*(chosen[key] for key in sorted(chosen) if key != _TAG)))
    return any(((*cell, True) if _TAG in chosen else cell) in hidden for cell in asked)


def _hidden(store: Warehouse, free: Filters, chosen: Held, base: Base) -> frozenset[tuple]:
    """The hidden cells over the keys, sorted, and whether a tag is carried, where tags are chosen."""
    keys = sorted(key for key in chosen if key != _TAG)
    counts = _bases(store, base, keys, free)
    if _TAG in chosen:
        tagged = _bases(store, base, keys, free.narrowed(tag=chosen[_TAG]))
        counts = {
            (*cell, held): tagged.get(cell, 0) if held else n - tagged.get(cell, 0)
            for cell, n in counts.items() for held in (True, False)
        }
    # Nobody can ask for those without a tag; they are the total less those with it.
    return hidden_cells(counts, unshown=lambda cell: _TAG in chosen and cell[-1] is False)


def _bases(store: Warehouse, base: Base, keys: list[str], filters: Filters) -> dict[tuple, float]:
    """Answers or tickets per combination of values, 0 where there are none; missing values are one of their own."""
    rows = store.counts("tickets", keys, filters) if base == "tickets" else histogram_of(store, base, keys, filters)
    if not keys:
        return {(): float(rows["count"].sum())} if len(rows) else {}
    rows = rows.assign(**{key: rows[key].astype(object).where(rows[key].notna(), "") for key in keys})
    held = rows.groupby(keys, observed=True)["count"].sum()
    found = {cell if isinstance(cell, tuple) else (cell,): float(n) for cell, n in held.items()}
    return {cell: found.get(cell, 0.0) for cell in product(*(sorted(rows[key].unique()) for key in keys))}


def metric_table(
    store: Warehouse, metric: MetricName, by: str | Sequence[str], filters: Filters
) -> tuple[Cell, ...]:
    """A metric by one or more keys (which may include "dimension"), fit for display: see `guarded`."""
    keys = [by] if isinstance(by, str) else list(by)
    found = metrics.cells(histogram_of(store, metric, keys, filters), keys, metric=metric)
    return guarded(store, filters, found, base=metric)


def easy_table(store: Warehouse, shown: Sequence[Cell], filters: Filters) -> tuple[Cell, ...]:
    """The share of effort answers from 5 to 7 for each cell of a CES `metric_table`, withheld where its mean is."""
    if not shown:
        return ()
    keys = list(shown[0].keys)
    easy = metrics.easy_cells(histogram_of(store, "ces", keys, filters), keys)
    return tuple(
        own if cell.estimate.shown else Cell(cell.keys, _no_share(cell)) for cell, own in zip(shown, easy, strict=True)
    )


def _no_share(cell: Cell) -> Estimate:
    return Estimate.missing("share", why=cell.estimate.withheld or "no_data")
