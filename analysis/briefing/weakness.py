"""Which dimensions and which stores are weak."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from analysis import compare, metrics
from analysis.briefing.periods import satisfaction
from analysis.compare import WeakCell
from analysis.estimate import Estimate
from analysis.schema import Filters
from analysis.taxonomy import taxonomy

if TYPE_CHECKING:
    from analysis.store import Warehouse


@dataclass(frozen=True, slots=True)
class WeakReport:
    """The screening of all dimensions, adjusted together.

    `cells` are touchpoint × dimension, or the dimension alone where no touchpoint is known; `dimensions` are
    the dimensions over all their touchpoints where they have several. Both are sorted worst first. `rest` is
    the mean of everything but the weakest flagged cell (of all answers if none is flagged), `scale` the
    answer scale most of them used, `tested` the number of cells whose base allowed a test.
    """

    cells: tuple[WeakCell, ...]
    dimensions: tuple[WeakCell, ...]
    rest: Estimate
    scale: str | None
    tested: int

    @property
    def weak(self) -> tuple[WeakCell, ...]:
        """The cells flagged as weak, worst first; empty where nothing stands out."""
        return tuple(cell for cell in self.cells if cell.flag == "weak")

    @property
    def strong(self) -> tuple[WeakCell, ...]:
        """The cells flagged as strong, best first."""
        return tuple(cell for cell in reversed(self.cells) if cell.flag == "strong")


def weak_dimensions(store: Warehouse, filters: Filters) -> WeakReport:
    """Every particular satisfaction question against all others; without answers a report without cells.

    Judged within the same people wherever most of them answered further questions; places come from resampled groups
    of customers.
    """
    rows = particular(satisfaction(store, ["touchpoint"], filters))
    judged = compare.flagged(gaps(store, filters, rows))
    several = _dimensions_of_several_touchpoints(rows)
    over_all = [c for c in judged if "touchpoint" not in c.keys and c.keys["dimension"] in several]
    cells = [c for c in judged if "touchpoint" in c.keys or c.keys["dimension"] not in several]
    weakest = next((cell.rest for cell in cells if cell.flag == "weak"), None)
    return WeakReport(
        tuple(cells), tuple(over_all), weakest or metrics.estimate("score", rows), metrics.main_scale(rows),
        tested=sum(cell.p_value == cell.p_value for cell in judged),
    )


def gaps(store: Warehouse, filters: Filters, rows: pd.DataFrame) -> tuple[WeakCell, ...]:
    """Each touchpoint × dimension and each dimension of several touchpoints against the rest, not yet adjusted.

    `rows` are the particular answers of the filters.
    """
    if rows.empty:
        return ()
    names = tuple(sorted(rows["dimension"].astype(str).unique()))
    frame = store.cells(filters.narrowed(dimension=names, metric="csat"))
    found = []
    for keys, cells in ((["touchpoint", "dimension"], touchpoint_gaps(rows)), (["dimension"], dimension_gaps(rows))):
        sums = compare.block_sums(frame, keys)
        found += compare.placed(compare.paired(cells, sums), sums)
    return tuple(found)


def touchpoint_gaps(rows: pd.DataFrame) -> tuple[WeakCell, ...]:
    """Each touchpoint × dimension against the rest, not yet adjusted."""
    return compare.cell_gaps(rows, ["touchpoint", "dimension"])


def dimension_gaps(rows: pd.DataFrame) -> tuple[WeakCell, ...]:
    """Each dimension against the rest, not yet adjusted; one known at a single touchpoint is that cell already."""
    single = _dimensions_of_one_touchpoint(rows)
    return tuple(cell for cell in compare.cell_gaps(rows, ["dimension"]) if cell.keys["dimension"] not in single)


def store_gaps(store: Warehouse, filters: Filters) -> tuple[WeakCell, ...]:
    """Each store's overall satisfaction against the other stores, not yet adjusted."""
    rows = store.histogram(["store"], filters, metric="csat").dropna(subset=["store"])
    return compare.cell_gaps(rows[rows["dimension"].map(taxonomy().is_overall).astype(bool)], ["store"])


def particular(rows: pd.DataFrame) -> pd.DataFrame:
    """The answers to questions about something particular, not about satisfaction as a whole."""
    return rows[~rows["dimension"].map(taxonomy().is_overall).astype(bool)]


def _touchpoints(rows: pd.DataFrame) -> pd.Series:
    """Per dimension the number of touchpoints where it was asked, an unknown one included."""
    return rows.groupby("dimension", observed=True)["touchpoint"].nunique(dropna=False)


def _dimensions_of_several_touchpoints(rows: pd.DataFrame) -> set[str]:
    counts = _touchpoints(rows)
    return set(counts[counts > 1].index)


def _dimensions_of_one_touchpoint(rows: pd.DataFrame) -> set[str]:
    counts = _touchpoints(rows.dropna(subset=["touchpoint"]))
    return set(counts.index) - _dimensions_of_several_touchpoints(rows)
