"""The same numbers if the answers came from each kind of customer in its known share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from analysis import metrics, weighting
from analysis.briefing.cards import histogram_of
from analysis.briefing.guard import given_away
from analysis.estimate import Cell, Estimate
from analysis.i18n import clauses, say, words
from analysis.metrics import MetricName
from analysis.schema import Filters
from analysis.weighting import HIGH_DESIGN_EFFECT, StrataWeights, WeightingRefused

if TYPE_CHECKING:
    from analysis.store import Warehouse


@dataclass(frozen=True, slots=True)
class Weighted:
    """A metric by `keys`, weighted and as it is, cell by cell in the same order.

    `margins` are the keys whose shares are known. `strata` tells what the weights cost; `cells` are empty and
    `refused` says why where the answers cannot be weighted to the shares. Estimates are raw.
    """

    margins: tuple[str, ...]
    cells: tuple[Cell, ...]
    plain: tuple[Cell, ...]
    strata: StrataWeights | None
    refused: WeightingRefused | None = None

    @property
    def costly(self) -> bool:
        """Whether weighting costs at least half of what the answers say."""
        return self.strata is not None and self.strata.design_effect > HIGH_DESIGN_EFFECT


def weighted_metric(
    store: Warehouse, filters: Filters, *, metric: MetricName, keys: Sequence[str] = ()
) -> Weighted | None:
    """The metric by `keys`, weighted to the known shares of customers; None where no shares are known.

    Weights come from all people who answered in the period, whatever else is filtered: shares are known of
    all customers, not of those of one store.
    """
    known = store.population()
    if not known:
        return None
    margins = tuple(known)
    rows = histogram_of(store, metric, [*keys, *margins], filters)
    plain = metrics.cells(rows.groupby(
        [*dict.fromkeys((*keys, "dimension")), "scale", "score"], dropna=False, observed=True, as_index=False
    )["count"].sum(), keys, metric=metric)
    try:
        weights, strata = _weights(store, filters, known)
    except WeightingRefused as refused:
        return Weighted(margins, (), plain, None, refused)
    away = given_away(store, filters, [cell.keys for cell in plain], base=metric)
    carried = rows.merge(weights, on=list(margins), how="left").fillna({"weight": 1.0})
    cells = weighting.weighted_cells(carried, keys, metric=metric, margins=margins)
    return Weighted(margins, _covered(cells, away), _covered(plain, away), strata)


def _covered(cells: Sequence[Cell], away: Sequence[bool]) -> tuple[Cell, ...]:
    return tuple(
        replace(cell, estimate=Estimate.missing(cell.estimate.unit, n=cell.estimate.n, why="hidden")) if gone else cell
        for cell, gone in zip(cells, away, strict=True)
    )


def weighted_headlines(store: Warehouse, filters: Filters) -> dict[MetricName, Weighted]:
    """NPS, CSAT and CES over all answers with weights; empty where no shares are known."""
    found = {metric: weighted_metric(store, filters, metric=metric) for metric in ("nps", "csat", "ces")}
    return {metric: weighted for metric, weighted in found.items() if weighted}


def weighting_state(store: Warehouse, filters: Filters) -> Weighted | None:
    """What weighting the answers of the period would cost; None where no shares are known, and without answers."""
    known = store.population()
    if not known:
        return None
    try:
        strata = _weights(store, filters, known)[1]
    except WeightingRefused as refused:
        return Weighted(tuple(known), (), (), None, refused)
    return Weighted(tuple(known), (), (), strata) if strata.people else None


def margin_names(margins: tuple[str, ...]) -> tuple[str, ...]:
    """What the keys that are weighted by are called."""
    return tuple(map(_named, margins))


def weighting_words(weighted: Weighted) -> str:
    """What was weighted and what it costs, in a sentence or two; the reason where it could not be done."""
    if weighted.refused:
        values = weighted.refused.values
        return say(weighted.refused.key, **{name: _named(value) for name, value in values.items()})
    strata = weighted.strata
    margins = tuple(map(_named, weighted.margins))
    parts = [
        say("weighting.words", margins=margins, n=strata.people, effective=round(strata.n_effective),
            effect=strata.design_effect)
    ]
    parts += [say("weighting.trimmed", trimmed=strata.trimmed, limit=weighting.TRIM_AT)] if strata.trimmed else []
    parts += [say("weighting.unknown", unknown=strata.unknown)] if strata.unknown else []
    parts += [say("weighting.costly")] if weighted.costly else []
    return clauses(parts)


def _named(key: object) -> object:
    if isinstance(key, tuple):
        return tuple(map(_named, key))
    return say(f"keys.{key}") if f"keys.{key}" in words() else key


def _weights(
    store: Warehouse, filters: Filters, known: dict[str, dict[str, float]]
) -> tuple[pd.DataFrame, StrataWeights]:
    """A weight for each stratum of the people who answered in the period."""
    margins = list(known)
    everyone = Filters(filters.start, filters.end, without=filters.without)
    people = metrics.people(store.histogram(margins, everyone), margins).rename("people").reset_index()
    strata = weighting.rake_strata(people, known)
    return people[margins].assign(weight=strata.values), strata
