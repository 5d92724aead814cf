"""What actions came to, for the list of findings, and what about them asks for somebody's attention."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from analysis.actions import Action
from analysis.briefing.effect import (
    LEAST_WEEKS,
    SMALLEST_EFFECT,
    SMALLEST_RATIO,
    ActionEffect,
    action_effects,
    judged_by_now,
)
from analysis.briefing.periods import last_day
from analysis.findings import Candidate, effect_candidate
from analysis.i18n import Sentence
from analysis.schema import Filters

if TYPE_CHECKING:
    from analysis.store import Warehouse

# After so many weeks in place without an effect to be seen somebody should decide whether to go on.
LONG_WEEKS = 12


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something about an action that waits for a decision."""

    action: Action
    sentence: Sentence


def effect_tests(
    store: Warehouse, filters: Filters, actions: Sequence[Action] | None = None
) -> list[Candidate]:
    """The effects of the actions that can be judged by the end of the period; none under filters of place."""
    last = last_day(store, filters)
    if last is None or any(values for _, values in filters.where):
        return []
    known = judged_by_now(store.actions() if actions is None else actions, last)
    return [_candidate(found) for found in action_effects(store, known, filters) if found.state == "judged"]


def reminders(effects: Sequence[ActionEffect], today: date) -> tuple[Reminder, ...]:
    """What is overdue, not begun, or long in place without an effect, in the order of the actions."""
    found = [(effect.action, _reminder(effect, today)) for effect in effects]
    return tuple(Reminder(action, sentence) for action, sentence in found if sentence is not None)


def _reminder(effect: ActionEffect, today: date) -> Sentence | None:
    plan = effect.action.plan
    if plan.status == "planned" and plan.start < today:
        return Sentence("effect.reminder.not_begun", {"days": (today - plan.start).days})
    if plan.status == "running" and plan.finished is None and plan.due < today and effect.state != "judged":
        return Sentence("effect.reminder.overdue", {"days": (today - plan.due).days})
    if plan.runs and effect.verdict in ("unclear", "none", "worse") and effect.weeks[1] >= LONG_WEEKS:
        return Sentence(f"effect.reminder.{effect.verdict}", {"weeks": effect.weeks[1]})
    if effect.state == "waiting":
        return Sentence("effect.reminder.waiting", {"day": effect.ready.isoformat(), "least": LEAST_WEEKS})
    return None


def _candidate(found: ActionEffect) -> Candidate:
    plan, step = found.action.plan, found.step
    return effect_candidate(
        plan.what, {"action": found.action.number, **dict(plan.scope)}, step.estimate, said=found.sentence,
        verdict=found.verdict, p_value=step.p_value, absence_p=step.absence_p,
        smallest=SMALLEST_RATIO if found.method == "rate" else SMALLEST_EFFECT[step.estimate.unit],
        method="difference_in_differences" if found.method == "compared" else "interrupted_series",
    )
