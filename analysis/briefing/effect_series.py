"""The weeks of what an action was to change: where it was done and elsewhere, before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis import metrics
from analysis.actions import LOWER_IS_BETTER, Plan, Scope, place_of
from analysis.briefing import complaints
from analysis.briefing.cards import histogram_of
from analysis.briefing.periods import monday
from analysis.effects import Moment, Unit
from analysis.estimate import FLOOR_RANKED, Cell, Estimate
from analysis.i18n import Sentence
from analysis.metrics import UNITS
from analysis.schema import NPS_PASSIVE_MIN, NPS_PROMOTER_MIN, SCALES, Filters

if TYPE_CHECKING:
    from analysis.store import Warehouse

_NOBODY = Moment.of([])
# What of a scope a sentence tells, the first two that it has.
_TELLING = ("touchpoint", "dimension", "category", "channel", "region", "tier")
STEPS = (1, 2, 4)  # weeks that a point of the chart may hold, so that half of the points rest on enough answers


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Weeks of a plan's metric; `before` and `after` are those that count, once `over` has said which.

    `rows` are a histogram by store and week with a column `treated` (True, False, None: left out of the comparison),
    or for complaints one line a week with `events` and `exposure`.
    """

    plan: Plan
    rows: pd.DataFrame
    weeks: tuple[date, ...]
    method: Literal["compared", "series", "rate"]
    before: tuple[date, ...] = ()
    after: tuple[date, ...] = ()

    def over(self, before: Sequence[date], after: Sequence[date]) -> Self:
        """The same series with these weeks to count."""
        return replace(self, before=tuple(before), after=tuple(after))

    @property
    def compared(self) -> bool:
        """Whether there are stores to compare with."""
        return self.method == "compared"

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """The stores that it is compared with; none of complaints."""
        return tuple(sorted(self._part(False, self.weeks)["store"].unique())) if self.compared else ()

    @property
    def unit(self) -> str:
        """The unit of the metric, as `Estimate` names them."""
        if self.method != "rate":
            return UNITS[self.plan.metric]
        return "share" if self.plan.metric == "complaint_share" else "per_thousand"

    @property
    def lower_is_better(self) -> bool:
        """Whether a fall is what was wanted."""
        return self.plan.metric in LOWER_IS_BETTER

    @property
    def sizes(self) -> tuple[int, ...]:
        """The number of answers (complaints, orders) after the action, on each side that is compared."""
        return tuple(int(self._base(self._part(side, self.after))) for side in self._sides)

    @property
    def n_before(self) -> int:
        """The number of answers before, where the action was done."""
        return int(self._base(self._part(True, self.before)))

    @property
    def _sides(self) -> tuple[bool, ...]:
        return (True, False) if self.compared else (True,)

    def pooled(self, *, treated: bool) -> tuple[Estimate, Estimate]:
        """Before and after as wholes, on one side."""
        return tuple(self._estimate(self._part(treated, weeks)) for weeks in (self.before, self.after))

    def cells(self, *, treated: bool) -> tuple[Cell, ...]:
        """The course for a chart: points of one, two or four weeks, none of which mixes before, meanwhile and after."""
        step = self._step()
        part = self._part(treated, self.weeks)
        named = part.assign(point=part["week"].map(lambda week: self._point(week, step)))
        if self.method != "rate":
            found = metrics.cells(named, ["point"], metric=self.plan.metric)
            return tuple(Cell({"week": cell.keys["point"], "weeks": step}, cell.estimate) for cell in found)
        return tuple(
            Cell({"week": point, "weeks": step}, self._estimate(rows)) for point, rows in named.groupby("point")
        )

    def units(self) -> list[Unit]:
        """Every store that counts, with its answers before and after; none for complaints."""
        if self.method == "rate":
            return []
        rows = self.rows[self.rows["store"].notna() & self.rows["treated"].notna()]
        sides = {True: [], False: []} if rows.empty else rows.groupby("treated")["store"].unique()
        before, after = (_moments(rows, weeks, self.plan.metric, "store") for weeks in (self.before, self.after))
        return [
            Unit(str(name), before.get(name, _NOBODY), after.get(name, _NOBODY), side)
            for side, names in sides.items() for name in sorted(names)
        ]

    def means(self, weeks: Sequence[date]) -> NDArray[np.float64]:
        """The mean of each week where the action was done, in the metric's unit; NaN without answers."""
        found = _moments(self._part(True, weeks), weeks, self.plan.metric, "week")
        return np.array([found.get(week, _NOBODY).mean for week in weeks])

    def totals(self, weeks: Sequence[date]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Events and exposure of each week of a series of complaints."""
        found = self.rows.set_index("week").reindex(list(weeks), fill_value=0)
        return found["events"].to_numpy(float), found["exposure"].to_numpy(float)

    def _part(self, treated: bool, weeks: Sequence[date]) -> pd.DataFrame:
        here = self.rows["week"].isin(list(weeks))
        return self.rows[here if self.method == "rate" else here & (self.rows["treated"] == treated)]

    def _base(self, part: pd.DataFrame) -> float:
        return part["exposure" if self.method == "rate" else "count"].sum()

    def _estimate(self, part: pd.DataFrame) -> Estimate:
        if self.method != "rate":
            return metrics.estimate(self.plan.metric, part)
        measure = metrics.share if self.unit == "share" else metrics.rate
        return measure(float(part["events"].sum()), float(part["exposure"].sum()))

    def _step(self) -> int:
        if self.method == "rate":
            return 1
        weekly = self.rows[self.rows["treated"].notna()].groupby(["treated", "week"])["count"].sum()
        usual = weekly.groupby(level=0).median().min() if len(weekly) else 0
        return next((step for step in STEPS if step * usual >= FLOOR_RANKED), STEPS[-1])

    def _point(self, week: date, step: int) -> date:
        """The first week of the point that a week belongs to; points begin anew with the action and once it stands."""
        begun, stands = monday(self.plan.start), monday(self.plan.settled + timedelta(days=6))
        anchor = stands if week >= stands else begun
        return anchor + timedelta(weeks=(week - anchor).days // 7 // step * step)


def answer_series(store: Warehouse, plan: Plan, span: Filters, *, left_out: frozenset[str]) -> Series:
    """The answers of the plan's scope; stores in `left_out` that are not its own count on neither side."""
    filters = span.narrowed(**dict(plan.scope))
    rows = metrics.one_scale(histogram_of(store, plan.metric, ("store", "week"), filters), plan.metric)
    own = set(plan.stores)
    side = {name: True if not own or name in own else None if name in left_out else False
            for name in rows["store"].dropna().unique()}
    treated = [side.get(name) if isinstance(name, str) else (None if own else True) for name in rows["store"]]
    rows = rows.assign(treated=pd.Series(treated, index=rows.index, dtype=object))
    compared = bool(own) and any(value is False for value in side.values())
    return Series(plan, rows, tuple(sorted(rows["week"].unique())), "compared" if compared else "series")


def complaint_series(store: Warehouse, plan: Plan, span: Filters) -> Series:
    """The complaints of the plan's cause, against all complaints of known cause or against orders."""
    where = {key: value for key, value in plan.scope if key != "category"}
    filters = span.narrowed(**where, **({"store": plan.stores} if plan.stores else {}))
    rows = store.counts("tickets", ["week", "category"], filters).dropna()
    own = rows[rows["category"] == dict(plan.scope)["category"]].groupby("week")["count"].sum()
    if plan.metric == "complaint_share":
        exposure = rows.groupby("week")["count"].sum()
    else:
        days = complaints.daily(store, filters)
        exposure = days.groupby([monday(day) for day in days["day"]])["orders"].sum()
    table = pd.DataFrame({"events": own, "exposure": exposure}).fillna(0.0)
    table = table[table["exposure"] > 0].rename_axis("week").reset_index()
    return Series(plan, table, tuple(sorted(table["week"])), "rate")


def factor(estimate: Estimate) -> float:
    """What turns an estimate's inside unit into the one people read."""
    return 100.0 if estimate.unit in ("nps", "share") else 1.0


def place(scope: Scope) -> str | Sentence:
    """The scope as a sentence takes it, the most telling names only."""
    named = dict(scope)
    told = [(key, named[key]) for key in _TELLING if key in named]
    return place_of(tuple(told[:2]))


def _values(rows: pd.DataFrame, metric: str) -> NDArray[np.float64]:
    """What one answer of each row counts in the metric's inside unit."""
    score = rows["score"].to_numpy(float)
    if metric == "nps":
        return (score >= NPS_PROMOTER_MIN).astype(float) - (score < NPS_PASSIVE_MIN)
    if metric == "ces":
        return score
    low, high, top = (rows["scale"].map(lambda s, end=end: getattr(SCALES[s], end)).to_numpy(float)
                      for end in ("low", "high", "top_min"))
    return (score >= top).astype(float) if metric == "csat" else 100 * (score - low) / (high - low)


def _moments(rows: pd.DataFrame, weeks: Sequence[date], metric: str, key: str) -> dict[object, Moment]:
    """The answers of these weeks by `key`, which may be "store" or "week"."""
    part = rows[rows["week"].isin(list(weeks))]
    value, n = _values(part, metric), part["count"].to_numpy(float)
    sums = pd.DataFrame({"key": part[key].to_numpy(), "n": n, "total": n * value, "squares": n * value**2})
    return {
        name: Moment(count, total / count, max(squares - total**2 / count, 0.0))
        for name, count, total, squares in sums.groupby("key").sum().itertuples()
    }
