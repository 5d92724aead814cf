"""How many people chose which option of a question of several, and in which place they ranked it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from analysis import metrics
from analysis.briefing.guard import guarded
from analysis.errors import UnknownName
from analysis.estimate import Cell, Estimate
from analysis.metrics import plain
from analysis.schema import Filters

if TYPE_CHECKING:
    from analysis.store import Warehouse


@dataclass(frozen=True, slots=True)
class ChoiceShare:
    """One option: the share of those who saw the question that chose it, 0 to 1.

    `mean_place` is its mean place among those who ranked it, 1 the first; None where the question is no
    ranking and where the share is withheld.
    """

    keys: dict[str, object]
    question: str
    option: str
    estimate: Estimate
    mean_place: float | None


def choice_shares(
    store: Warehouse, filters: Filters, *, by: Sequence[str] = (), question: str | None = None
) -> tuple[ChoiceShare, ...]:
    """Every option of every question (or of one), by keys, the most chosen first, fit for display.

    Shares come with Wilson's interval. Raises UnknownName for a question that is not in the store.
    """
    if question is not None and question not in (known := store.values("question", "choices")):
        raise UnknownName("errors.unknown_question", name=question, known=tuple(known) or "—")
    rows = store.choices(by, filters, question=question)
    names = [*by, "question", "option"]
    placed = rows.assign(placed=rows["count"] * rows["place"])
    options = placed.groupby(names, dropna=False, sort=False).agg(
        count=("count", "sum"), base=("base", "first"), placed=("placed", lambda s: s.sum(min_count=1))
    ).reset_index()
    estimates = metrics.shares(options["count"], options["base"])
    cells = [
        Cell({name: plain(value) for name, value in line.items()}, estimate)
        for line, estimate in zip(options[names].to_dict("records"), estimates, strict=True)
    ]
    means = (options["placed"] / options["count"]).tolist()
    shown = guarded(store, filters, cells, base="csat")
    return tuple(_share(cell, mean) for cell, mean in zip(shown, means, strict=True))


def _share(cell: Cell, mean: float) -> ChoiceShare:
    keys = dict(cell.keys)
    question, option = keys.pop("question"), keys.pop("option")
    known = cell.estimate.shown and not pd.isna(mean)
    return ChoiceShare(keys, question, option, cell.estimate, round(float(mean), 2) if known else None)
