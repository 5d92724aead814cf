"""Whether an action worked: before and after, where it was done and where it was not.

Weeks count as wholes. Before are the last `BASELINE_WEEKS` weeks that ended before the action began, after the first
`JUDGED_WEEKS` that began once it was in place; what lies between, while it was carried out, counts on neither side.

Where an action was opened from a finding, its baseline ends before the days in which that was found: what was chosen
for looking bad gets better by itself (see `analysis.effects`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

import numpy as np
import scipy

from analysis import effects
from analysis.actions import COMPLAINT_METRICS, Action, Plan
from analysis.briefing import effect_series
from analysis.briefing.effect_series import Series, answer_series, complaint_series
from analysis.briefing.periods import last_day, monday
from analysis.effects import Unit
from analysis.estimate import FLOOR_RANKED, Cell, Estimate
from analysis.i18n import Sentence
from analysis.intervals import LEVEL
from analysis.schema import EVERYTHING, Filters

if TYPE_CHECKING:
    from analysis.store import Warehouse

BASELINE_WEEKS = 26  # half a year is recent enough to be the same business
# An effect is judged for good on these weeks, fixed in advance: more of them would make a new test every week.
JUDGED_WEEKS = 12
LEAST_WEEKS = effects.POINTS_A_SIDE  # from here on there is a first impression
# The smallest effect that an action is worth its trouble for, in inside units: the margin of a weak cell, its likeness
# on other scales, and a fifth of a rate. An interval within it on both sides is proof that there is none.
SMALLEST_EFFECT = {"score": 5.0, "share": 0.05, "nps": 0.10, "ces": 0.3}
SMALLEST_RATIO = 0.20
# Findings that choose a place because it looked bad. With comparison that cancels out, unless stores were chosen.
_CHOSEN_LOW = ("weak", "store", "complaints", "change", "week")

State = Literal["planned", "waiting", "too_few", "judged"]
Verdict = Literal["better", "worse", "none", "unclear"]
Method = Literal["compared", "series", "rate"]


@dataclass(frozen=True, slots=True)
class Step:
    """The effect of an action, with what it rests on.

    `estimate` is in the metric's unit; of a rate it is the relative change, a share. `p_value` is that of "no effect",
    `absence_p` that of "an effect beyond the smallest worth having". `stores` are those with and without the action.
    """

    estimate: Estimate
    p_value: float
    absence_p: float
    stores: tuple[int, int] = (0, 0)
    permutation_p: float = math.nan
    provable: bool = True


@dataclass(frozen=True, slots=True)
class ActionEffect:
    """What became of an action.

    `before` and `after` are where it was done, `compared` the same two elsewhere (None without comparison). `ready` is
    the day on which there will be answers enough, where they do not yet suffice. `treated` and `untouched` are
    the course for a chart, `elsewhere` the stores of the latter. `sentence` says it all in one, `warnings` what to
    know about it.
    """

    action: Action
    state: State
    method: Method
    verdict: Verdict | None
    step: Step | None
    before: Estimate
    after: Estimate
    compared: tuple[Estimate, Estimate] | None
    weeks: tuple[int, int]
    treated: tuple[Cell, ...]
    untouched: tuple[Cell, ...]
    sentence: Sentence
    warnings: tuple[Sentence, ...] = ()
    ready: date | None = None
    elsewhere: tuple[str, ...] = ()


def action_effects(
    store: Warehouse, actions: Sequence[Action] | None = None, filters: Filters = EVERYTHING
) -> tuple[ActionEffect, ...]:
    """The effect of every action that was not dropped, in their order; see `action_effect`."""
    known = store.actions() if actions is None else tuple(actions)
    standing = [a for a in known if a.plan.status != "dropped"]
    return tuple(action_effect(store, a, filters, others=tuple(standing)) for a in standing)


def judged_by_now(actions: Sequence[Action], last: date) -> tuple[Action, ...]:
    """The actions whose weeks to be judged by are all over by `last`."""
    weeks = timedelta(weeks=JUDGED_WEEKS) - timedelta(days=1)
    return tuple(a for a in actions if a.plan.runs and _first_after(a.plan) + weeks <= last)


def action_effect(
    store: Warehouse, action: Action, filters: Filters = EVERYTHING, *, others: Sequence[Action] = ()
) -> ActionEffect:
    """What became of one action, by the data up to the end of `filters`.

    Stores of `others` that were at work in the same place meanwhile are left out of the comparison.
    """
    plan = action.plan
    rivals = [o for o in others if o.number != action.number and _same_place(o.plan, plan)]
    busy = frozenset(name for o in rivals for name in o.plan.stores)
    last = last_day(store, filters) or plan.start
    span = replace(filters, start=_first_before(plan), end=last, where=())
    if plan.metric in COMPLAINT_METRICS:
        found = complaint_series(store, plan, span)
    else:
        found = answer_series(store, plan, span, left_out=busy)
    found = _between(found, plan, last)
    warnings = (*_overlaps(plan, rivals), *_events(store, plan, found))
    return _judged(action, found, last, warnings)


def _judged(action: Action, found: Series, last: date, warnings: tuple[Sentence, ...]) -> ActionEffect:
    plan, weeks = action.plan, (len(found.before), len(found.after))
    before, after = found.pooled(treated=True)
    compared = found.pooled(treated=False) if found.compared else None
    blank = ActionEffect(
        action, "judged", found.method, None, None, before, after, compared, weeks, found.cells(treated=True),
        found.cells(treated=False) if found.compared else (), Sentence("effect.planned"), warnings,
        elsewhere=found.elsewhere,
    )
    if not plan.runs:
        return replace(blank, state="planned", warnings=())
    if weeks[0] < LEAST_WEEKS:
        return replace(blank, state="too_few", sentence=Sentence("effect.no_baseline", {"weeks": LEAST_WEEKS}))
    ready = _ready(plan, found, last)
    if ready is not None:
        said = Sentence("effect.waiting", {"weeks": weeks[1], "least": LEAST_WEEKS, "day": ready.isoformat()})
        return replace(blank, state="waiting", sentence=said, ready=ready)
    step = _step(found)
    if step is None:
        return replace(blank, state="too_few", sentence=Sentence("effect.too_few"))
    verdict = verdict_of(step, found.method, lower_is_better=found.lower_is_better)
    return replace(
        blank, verdict=verdict, step=step, sentence=_sentence(plan, found, step, verdict, (before, after)),
        warnings=(*_doubts(plan, found, step), *warnings),
    )


# -- which weeks


def _first_before(plan: Plan) -> date:
    return monday(plan.start) - timedelta(weeks=2 * BASELINE_WEEKS)


def _first_after(plan: Plan) -> date:
    """The Monday of the first whole week in which the action was in place."""
    return monday(plan.settled + timedelta(days=6))


def _baseline_end(plan: Plan) -> date:
    """The day by which the baseline has ended: before the action, and before what led to it was seen."""
    seen = plan.origin.start if plan.origin else None
    return min(plan.start, seen) if seen else plan.start


def _between(found: Series, plan: Plan, last: date) -> Series:
    """The series with its weeks sorted into before and after; a week counts if it is whole."""
    week = timedelta(days=6)
    whole = [w for w in found.weeks if w + week <= last]
    before = [w for w in whole if w + week < _baseline_end(plan)]
    if len(before) < LEAST_WEEKS:
        before = [w for w in whole if w + week < plan.start]
    after = [w for w in whole if w >= _first_after(plan)]
    return found.over(tuple(before[-BASELINE_WEEKS:]), tuple(after[:JUDGED_WEEKS]))


def _ready(plan: Plan, found: Series, last: date) -> date | None:
    """When weeks and answers after the action will suffice at the pace of late; None where they do."""
    enough = _first_after(plan) + timedelta(weeks=LEAST_WEEKS)
    if len(found.after) < LEAST_WEEKS:
        return max(enough, last + timedelta(days=1))
    n = min(found.sizes)
    if n >= FLOOR_RANKED:
        return None
    pace = max(n / len(found.after), 0.25)
    return last + timedelta(weeks=math.ceil((FLOOR_RANKED - n) / pace))


# -- the test


def _step(found: Series) -> Step | None:
    if found.method == "compared":
        return compared_step(found.units(), found.unit)
    after = np.array([w in set(found.after) for w in (*found.before, *found.after)])
    time = [(w - found.before[0]).days / 7 for w in (*found.before, *found.after)]
    if found.method == "rate":
        events, exposure = found.totals((*found.before, *found.after))
        known = exposure > 0
        broken = effects.rate_break(events[known], exposure[known], after[known], time=np.array(time)[known])
        return broken and _of_break(broken, int(events.sum()), "share")
    broken = effects.mean_break(found.means((*found.before, *found.after)), after, time=time)
    return broken and _of_break(broken, found.sizes[0] + found.n_before, found.unit)


def compared_step(units: Sequence[Unit], unit: str) -> Step | None:
    """Difference in differences as a step; None where a side has no store with answers in both periods."""
    found = effects.effect(units)
    if math.isnan(found.effect):
        return None
    smallest = SMALLEST_EFFECT[unit]
    df = found.treated + found.compared - (1 if found.method == "clustered" else 2)
    absent = math.nan
    if found.se > 0:
        absent = max(float(scipy.stats.t.sf((smallest + side * found.effect) / found.se, df)) for side in (-1, 1))
    # With few stores the interval leans on their changes being normal; the permutation does not.
    p = found.p_value if found.method == "clustered" else np.nanmax([found.p_value, found.permutation_p])
    estimate = Estimate(float(found.effect), float(found.low), float(found.high), found.n, unit)
    return Step(
        estimate, float(p), absent, (found.treated, found.compared), found.permutation_p, found.provable,
    )


def _of_break(broken: effects.Break, n: int, unit: str) -> Step:
    z = float(scipy.stats.norm.ppf((1 + LEVEL) / 2))
    if broken.kind == "rate_ratio" and broken.step == 0:  # nothing is left: no chance that the change was small
        gone = Estimate(-1.0, -1.0, broken.high - 1, n, "share")
        return Step(gone, broken.p_value, math.nan)
    if broken.kind == "difference":
        se, smallest = (broken.high - broken.low) / (2 * z), SMALLEST_EFFECT[unit]
        limits, at = (-smallest, smallest), broken.step
        estimate = Estimate(broken.step, broken.low, broken.high, n, unit)
    else:
        se, at = (math.log(broken.high) - math.log(broken.low)) / (2 * z), math.log(broken.step)
        limits = (math.log(1 - SMALLEST_RATIO), math.log(1 + SMALLEST_RATIO))
        estimate = Estimate(broken.step - 1, broken.low - 1, broken.high - 1, n, "share")
    sides = (at - limits[0], limits[1] - at)
    absent = max(scipy.stats.norm.sf(side / se) for side in sides) if se > 0 else math.nan
    return Step(estimate, broken.p_value, float(absent))


def verdict_of(step: Step, method: Method, *, lower_is_better: bool) -> Verdict:
    """Whether it helped: "better" or "worse" where the test and the interval say so, "none" where the interval lies
    within the smallest effect worth having, else "unclear"."""
    number = step.estimate
    if step.p_value < 1 - LEVEL and (number.low > 0 or number.high < 0):
        return "better" if (number.value > 0) != lower_is_better else "worse"
    smallest = SMALLEST_RATIO if method == "rate" else SMALLEST_EFFECT[number.unit]
    return "none" if -smallest < number.low and number.high < smallest else "unclear"


# -- what is said


def _sentence(
    plan: Plan, found: Series, step: Step, verdict: Verdict, values: tuple[Estimate, Estimate]
) -> Sentence:
    number, factor = step.estimate, effect_series.factor(step.estimate)
    course = "rise" if number.value > 0 else "fall"
    limits = {"low": number.low * factor, "high": number.high * factor}
    sides = {name: e.value * effect_series.factor(e) for name, e in zip(("before", "after"), values, strict=True)}
    place = effect_series.place(plan.scope)
    said = {
        "place": place, "size": abs(number.value * factor), **limits, **sides,
        "unit": Sentence(f"effect.unit.{number.unit}"), "treated": step.stores[0], "compared": step.stores[1],
        "side": Sentence(f"effect.side.{found.unit}") if found.method == "rate" else "",
        "verdict": Sentence(f"effect.verdict.{verdict}"), "metric": Sentence(f"action.metric.{plan.metric}"),
    }
    shown = "" if math.isnan(number.low) else "_known"
    return Sentence(f"effect.{found.method}.{course}{shown}", said)


def _doubts(plan: Plan, found: Series, step: Step) -> tuple[Sentence, ...]:
    """What to know about the effect itself."""
    said = []
    if not step.provable:
        said.append(Sentence("effect.warning.few_stores", {"treated": step.stores[0], "compared": step.stores[1]}))
    if found.method != "compared":
        said.append(Sentence("effect.warning.no_comparison"))
    if len(found.after) < JUDGED_WEEKS:
        said.append(Sentence("effect.warning.early", {"weeks": len(found.after), "of": JUDGED_WEEKS}))
    said += _regression(plan, found) + _course_before(found)
    return tuple(said)


def _regression(plan: Plan, found: Series) -> list[Sentence]:
    """What was chosen because it was bad: how far the baseline guards against its getting better by itself."""
    if not _chosen_bad(plan, found):
        return []
    seen = plan.origin.start if plan.origin else None
    older = seen is not None and found.before and found.before[-1] + timedelta(days=6) < seen
    return [Sentence("effect.warning.older_baseline" if older else "effect.warning.regression")]


def _chosen_bad(plan: Plan, found: Series) -> bool:
    if plan.origin and (plan.origin.kind == "store" or (not found.compared and plan.origin.kind in _CHOSEN_LOW)):
        return True
    units = [unit for unit in found.units() if unit.before.n]
    sides = [[unit.before.mean for unit in units if unit.treated == side] for side in (True, False)]
    if min(map(len, sides)) < 2:
        return False
    test = scipy.stats.ttest_ind(*sides, equal_var=False)
    return bool(test.statistic < 0 and test.pvalue < 1 - LEVEL)


def _course_before(found: Series) -> list[Sentence]:
    """Whether both sides already went apart before the action, by the same test on the halves of the baseline."""
    if found.method != "compared":
        return []
    half = len(found.before) // 2
    early = found.over(found.before[:half], found.before[half:])
    step = compared_step(early.units(), found.unit)
    if step is None or not step.p_value < 1 - LEVEL:
        return []
    return [Sentence("effect.warning.course", {"size": step.estimate.value * effect_series.factor(step.estimate)})]


def _overlaps(plan: Plan, rivals: Sequence[Action]) -> tuple[Sentence, ...]:
    own = set(plan.stores)
    meeting = [o.plan.what for o in rivals if not own or not o.plan.stores or own & set(o.plan.stores)]
    return (Sentence("effect.warning.overlap", {"names": tuple(meeting)}),) if meeting else ()


def _events(store: Warehouse, plan: Plan, found: Series) -> tuple[Sentence, ...]:
    """Without comparison, what else happened since it began cannot be told from the action."""
    if found.method == "compared" or not found.after:
        return ()
    last = found.after[-1] + timedelta(days=6)
    names = tuple(e.name for e in store.events() if e.end >= plan.start and e.start <= last)
    return (Sentence("effect.warning.events", {"names": names}),) if names else ()


def _same_place(one: Plan, other: Plan) -> bool:
    """Whether two actions were at work in the same place at the same time."""
    places = [{k: v for k, v in p.scope if k in ("touchpoint", "dimension", "category")} for p in (one, other)]
    shared = places[0].keys() & places[1].keys()
    meet = one.start <= other.settled + timedelta(weeks=JUDGED_WEEKS) and one.settled >= other.start
    return bool(shared) and all(places[0][k] == places[1][k] for k in shared) and meet and one.runs
