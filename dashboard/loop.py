"""What the pages ask and tell of actions and targets. Everything goes through `dashboard.data`.

Actions and targets themselves are never kept: what another visitor saved shows at the next run. What became of an
action is kept under the action as it stands.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from analysis.actions import ANSWER_METRICS, Action, Goal, Origin, Plan, Target, scope_of
from analysis.briefing import effect as briefing_effect
from analysis.briefing import targets as briefing_targets
from analysis.briefing.effect import ActionEffect
from analysis.briefing.effect_findings import Reminder, reminders
from analysis.briefing.targets import TargetResult
from analysis.compare import WeakCell
from analysis.findings import Finding
from analysis.schema import Filters
from dashboard import data

WEEKS_TO_DO_IT = 4  # until when an action is to be in place, unless its author says otherwise
# Findings whose values say how far the place lies below the rest: level with it is the target that is proposed.
_GAP = "gap"


def actions() -> tuple[Action, ...]:
    """All actions as they stand."""
    return data.warehouse().actions()


def effects(filters: Filters) -> tuple[ActionEffect, ...]:
    """What became of every action that was not dropped, by all data up to now whatever the period."""
    standing = tuple(a for a in actions() if a.plan.status != "dropped")
    whole = Filters(without=filters.without)
    return tuple(data.ask(_effect, whole, action=action, others=standing) for action in standing)


def waiting(found: tuple[ActionEffect, ...], today: date) -> tuple[Reminder, ...]:
    """What about the actions waits for a decision."""
    return reminders(found, today)


def save(plan: Plan, *, who: str, number: int = 0, seen: int = 0) -> Action:
    """Keep a new action, or the next version of one; raises Outdated, PlanRefused."""
    store = data.warehouse()
    return store.change_action(number, plan, who=who, seen=seen) if number else store.open_action(plan, who=who)


def targets() -> tuple[Target, ...]:
    """The targets that count, defaults included."""
    return briefing_targets.standing(data.warehouse().targets())


def results(filters: Filters) -> tuple[TargetResult, ...]:
    """Every target that counts with what was measured."""
    return data.ask(_results, filters, targets=targets())


def twin(goal: Goal) -> Target | None:
    """The target that was set for the same, dropped ones included."""
    asked = (goal.metric, goal.scope, goal.start, goal.end)
    told = data.warehouse().targets()
    return next((t for t in told if (t.goal.metric, t.goal.scope, t.goal.start, t.goal.end) == asked), None)


def set_target(goal: Goal, *, who: str, seen: int) -> Target:
    """Keep a target in place of the version `seen` (0: none was there); raises Outdated, PlanRefused."""
    known = twin(goal)
    number = known.number if known and seen else 0
    return data.warehouse().set_target(goal, who=who, number=number, seen=seen)


def trail():
    """Every change, oldest first, and what is wrong with the record of them."""
    store = data.warehouse()
    return store.trail(), store.audit_breaks()


def draft(finding: Finding, days: tuple[date, date]) -> Plan:
    """A plan as a finding suggests it: its place, its stores, and to be level with the rest."""
    scope = scope_of({key: value for key, value in finding.scope.items() if key != "store"})
    store = finding.scope.get("store")
    now = finding.estimate
    gap = finding.headline.values.get(_GAP)
    causes = "category" in dict(scope)
    metric = "complaint_share" if causes else finding.scope.get("metric", "score")
    return replace(
        blank(), scope=scope, stores=(str(store),) if store else (),
        metric=metric if metric in ANSWER_METRICS or causes else "score",
        target=float(round(now.value + float(gap))) if gap and now.unit == "score" else None,
        origin=Origin(finding.kind, finding.title, *days),
    )


def draft_of_cell(cell: WeakCell, title: str, days: tuple[date, date]) -> Plan:
    """A plan as a weak spot suggests it."""
    return replace(
        blank(), scope=scope_of(cell.keys), origin=Origin("weak", title, *days),
        target=float(round(cell.estimate.value - cell.gap.value)),
    )


def blank() -> Plan:
    """A plan that says nothing yet."""
    last = (data.period() or (None, date.today()))[1]
    start = max(date.today(), last)  # what is yet to be done cannot have changed the answers there are
    return Plan("", "", start=start, due=start + timedelta(weeks=WEEKS_TO_DO_IT))


def _effect(store, filters: Filters, *, action: Action, others: tuple[Action, ...]) -> ActionEffect:
    return briefing_effect.action_effect(store, action, filters, others=others)


def _results(store, filters: Filters, *, targets: tuple[Target, ...]) -> tuple[TargetResult, ...]:
    return briefing_targets.target_results(store, targets, filters)
