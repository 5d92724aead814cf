"""Targets against what was measured: met, not met, or not to be told yet."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from analysis import intervals, metrics
from analysis.actions import LOWER_IS_BETTER, OF_CUSTOMERS, Goal, Target
from analysis.briefing.cards import histogram_of
from analysis.briefing.channels import channel_consistency
from analysis.briefing.complaints import events_and_orders
from analysis.briefing.customers import high_value_at_risk
from analysis.briefing.resolution import resolution
from analysis.estimate import Estimate
from analysis.i18n import say
from analysis.schema import EVERYTHING, Filters

if TYPE_CHECKING:
    from analysis.store import Warehouse

# What the guides to service in retail ask for; each counts until somebody sets another in its place.
DEFAULTS: tuple[Goal, ...] = (
    Goal("csat", 90.0), Goal("fcr", 85.0), Goal("consistency", 95.0), Goal("wait", 30.0),
)
_SECONDS = 60.0  # of a minute: waits are told in minutes and promised in seconds

Verdict = Literal["met", "not_met", "undecided", "not_enough"]
Status = Literal["met", "not_met", "undecided", "not_enough", "running"]
Measure = Callable[["Warehouse", Filters], Estimate]


@dataclass(frozen=True, slots=True)
class TargetResult:
    """A target, what was measured in its scope and period, and how the two stand; `goal` is in inside units.

    While the target's own days run on beyond the data, its status is "running", and `so_far` is how it stands by now.
    """

    target: Target
    estimate: Estimate
    goal: float
    so_far: Verdict
    running: bool = False

    @property
    def status(self) -> Status:
        """The verdict, once it can be one."""
        return "running" if self.running else self.so_far

    @property
    def words(self) -> str:
        """The status as people read it."""
        verdict = say(f"target.status.{self.so_far}")
        return say("target.so_far", status=verdict) if self.running else verdict

    @property
    def lower_is_better(self) -> bool:
        """Whether the value is to stay below."""
        return self.target.goal.metric in LOWER_IS_BETTER


def target_results(
    store: Warehouse, targets: Sequence[Target] | None = None, filters: Filters = EVERYTHING
) -> tuple[TargetResult, ...]:
    """Every target that counts (None: those of the store, defaults included), measured in its scope and days."""
    known = standing(store.targets()) if targets is None else targets
    return tuple(_result(store, target, filters) for target in known)


def aim_at(targets: Sequence[Target], metric: str, estimate: Estimate, filters: Filters) -> TargetResult | None:
    """How a metric measured over the filters stands to the target for it everywhere, None without one.

    A target for certain days goes before the one for all, where all days of the filters are among its own.
    """
    known = [t for t in targets if t.goal.metric == metric and not t.goal.scope and _spans(t.goal, filters)]
    target = max(known, key=lambda t: t.goal.dated, default=None)
    return _against(target, estimate) if target else None


def standing(told: Sequence[Target]) -> tuple[Target, ...]:
    """The targets that count: the defaults that nobody replaced or dropped, then those that were set.

    A target for certain days stands beside the default, which counts on other days too.
    """
    replaced = {(t.goal.metric, t.goal.scope) for t in told if not t.goal.dated}
    untouched = (Target(0, 0, goal) for goal in DEFAULTS if (goal.metric, goal.scope) not in replaced)
    return (*untouched, *(t for t in told if not t.goal.dropped))


def status_of(estimate: Estimate, goal: float, *, lower_is_better: bool = False) -> Verdict:
    """Met only if the whole interval is on the right side of `goal`, not met if it is on the wrong one.

    Between the two the data cannot tell ("undecided"); below `FLOOR_RANKED` answers nothing is said.

    >>> status_of(Estimate(0.92, 0.905, 0.93, 900, "share"), 0.9)
    'met'
    >>> status_of(Estimate(0.92, 0.89, 0.94, 300, "share"), 0.9)
    'undecided'
    """
    if not estimate.ranked or math.isnan(estimate.low) or math.isnan(estimate.high):
        return "not_enough"
    low, high = estimate.low, estimate.high
    if lower_is_better:
        low, high, goal = -high, -low, -goal
    return "met" if low >= goal else "not_met" if high < goal else "undecided"


def inside(goal: Goal, unit: str) -> float:
    """The goal's value in the unit that estimates have inside."""
    return goal.value / 100 if unit in ("nps", "share") else goal.value


def wait_seconds(store: Warehouse, filters: Filters) -> Estimate:
    """The mean wait in seconds of those whose answer says how long they waited.

    One person answers several questions: the question with most such answers counts, so that everybody counts once.
    """
    rows = store.histogram(["wait_minutes"], filters).dropna(subset=["wait_minutes"])
    if rows.empty:
        return Estimate.missing("seconds")
    asked = rows.groupby("dimension")["count"].sum().idxmax()
    rows = rows[rows["dimension"] == asked]
    n, x = rows["count"].to_numpy(float), rows["wait_minutes"].to_numpy(float) * _SECONDS
    total = n.sum()
    mean = float((n * x).sum() / total)
    variance = float((n * (x - mean) ** 2).sum() / (total - 1)) if total > 1 else math.nan
    low, high = (float(limit) for limit in intervals.t_mean(np.array(mean), np.array(variance), np.array(total)))
    return Estimate(mean, max(low, 0.0), high, int(total), "seconds")


def _answered(metric: str) -> Measure:
    return lambda store, filters: metrics.estimate(metric, histogram_of(store, metric, (), filters))


def _complaint_rate(store: Warehouse, filters: Filters) -> Estimate:
    (events, orders), = events_and_orders(store, filters)
    return metrics.rate(events, orders)


# Which question to the store measures a metric; a target for one without is shown as not measured.
MEASURED_BY: Mapping[str, Measure] = {
    **{metric: _answered(metric) for metric in ("csat", "nps", "ces", "score")},
    "complaint_rate": _complaint_rate,
    "wait": wait_seconds,
    "fcr": lambda store, filters: resolution(store, filters).first.share,
    "consistency": lambda store, filters: channel_consistency(store, filters).estimate,
    OF_CUSTOMERS: lambda store, _: high_value_at_risk(store),
}
UNMEASURED = Estimate.missing("share")


def _result(store: Warehouse, target: Target, filters: Filters) -> TargetResult:
    goal = target.goal
    measure = MEASURED_BY.get(goal.metric)
    span = replace(filters, start=goal.start, end=goal.end) if goal.dated else filters
    estimate = measure(store, span.narrowed(**dict(goal.scope))) if measure else UNMEASURED
    return replace(_against(target, estimate), running=_runs(goal, store))


def _against(target: Target, estimate: Estimate) -> TargetResult:
    value = inside(target.goal, estimate.unit)
    verdict = status_of(estimate, value, lower_is_better=target.goal.metric in LOWER_IS_BETTER)
    return TargetResult(target, estimate, value, verdict)


def _spans(goal: Goal, filters: Filters) -> bool:
    """Whether all days of the filters are days of the goal."""
    begun = goal.start is None or (filters.start is not None and goal.start <= filters.start)
    return begun and (goal.end is None or (filters.end is not None and goal.end >= filters.end))


def _runs(goal: Goal, store: Warehouse) -> bool:
    """Whether a target's own days have begun in the data and go on beyond their last day, or have no end."""
    known = store.period() if goal.dated else None
    if known is None:
        return False
    return (goal.start is None or goal.start <= known[1]) and (goal.end is None or goal.end > known[1])
