"""Actions and targets on the command line."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from datetime import date

from analysis import formatting
from analysis.actions import Action, Goal, Plan, Target, place_of, scope_of
from analysis.briefing.effect import ActionEffect, action_effects
from analysis.briefing.effect_findings import reminders
from analysis.briefing.targets import TargetResult, standing, target_results
from analysis.cli.commands import weighting_line
from analysis.cli.showing import Outcome, plain, text_table
from analysis.errors import PlanRefused, UnknownName
from analysis.i18n import say
from analysis.schema import Filters
from analysis.store import Warehouse

_CHANGEABLE = ("what", "owner", "start", "due", "finished", "status", "metric", "target")


def tell_actions(options: Namespace) -> Outcome:
    """Open or change an action where one is named; then all there are, each with what became of it."""
    with Warehouse.open(options.store) as store:
        if options.add:
            store.open_action(_opened(options), who=options.who or "")
        elif options.change:
            _change(store, options)
        effects = action_effects(store)
        dropped = [a for a in store.actions() if a.plan.status == "dropped"]
    waiting = {r.action.number: r.sentence for r in reminders(effects, date.today())}
    found = {e.action.number: e for e in effects}
    known = sorted([*(e.action for e in effects), *dropped], key=lambda action: action.number)
    data = [_action_data(a, found.get(a.number)) for a in known]
    begun = [e for e in effects if e.state != "planned"]
    lines = [say("cli.agreed.effect", number=e.action.number) + e.sentence.said() for e in begun]
    lines += [say("cli.agreed.reminder", number=number, said=s) for number, s in waiting.items()]
    if not known:
        return Outcome([], say("cli.agreed.no_actions"))
    return Outcome(data, "\n".join([_action_table(known), *lines]))


def tell_targets(options: Namespace) -> Outcome:
    """Set or drop a target where one is named; then all that count, each with what was measured."""
    filters = Filters(options.start, options.end)
    with Warehouse.open(options.store) as store:
        if options.set or options.drop:
            _set_target(store, options)
        results = target_results(store, filters=filters)
        weighting = weighting_line(store)
    rows = [_target_line(r) for r in results]
    names = ("number", "metric", "scope", "start", "end", "goal", "value", "interval", "status")
    header = [say(f"cli.agreed.{name}") for name in names]
    return Outcome([_target_data(r) for r in results], f"{text_table(header, rows)}\n{weighting}")


def _target_line(result: TargetResult) -> list[object]:
    goal, estimate = result.target.goal, result.estimate.floored()
    place = say("cli.agreed.place", place=place_of(goal.scope))
    places = 0 if estimate.unit == "seconds" else 1
    return [
        result.target.number or None, say(f"action.metric.{goal.metric}"), place, plain(goal.start), plain(goal.end),
        f"{goal.value:g}", formatting.value(estimate, places=places), formatting.interval(estimate, places=places),
        result.words,
    ]


def _opened(options: Namespace) -> Plan:
    if options.due is None:
        raise PlanRefused("errors.action_without_due")
    scope = scope_of(dict(options.where))
    usual = "complaint_share" if "category" in dict(scope) else "score"
    return Plan(
        options.add, options.owner or options.who or "", options.start or options.due, options.due,
        status=options.status or "planned", scope=scope, stores=options.stores or (),
        metric=options.metric or usual, target=options.target, finished=options.finished,
    )


def _change(store: Warehouse, options: Namespace) -> None:
    action = next((a for a in store.actions() if a.number == options.change), None)
    if action is None:
        raise UnknownName("errors.action_unknown", number=options.change, known="")
    given = {name: getattr(options, name, None) for name in _CHANGEABLE}
    told = {name: value for name, value in given.items() if value is not None}
    told |= {"scope": scope_of(dict(options.where))} if options.where else {}
    told |= {"stores": options.stores} if options.stores else {}
    seen = options.seen or action.version
    store.change_action(action.number, replace(action.plan, **told), who=options.who or "", seen=seen)


def _set_target(store: Warehouse, options: Namespace) -> None:
    metric, value = options.set if options.set else (options.drop, None)
    about = metric, scope_of(dict(options.where)), options.goal_start, options.goal_end
    twin = next((t for t in store.targets() if _about(t.goal) == about), None)
    default = next((t for t in standing(()) if _about(t.goal) == about), None)
    before = twin or default
    if value is None and before is None:
        raise UnknownName("errors.target_unknown", name=metric, known="")
    goal = Goal(metric, value, *about[1:]) if value is not None else replace(before.goal, dropped=True)
    number, seen = (twin.number, twin.version) if twin else (0, 0)
    store.set_target(goal, who=options.who or "", number=number, seen=seen)


def _about(goal: Goal) -> tuple:
    return goal.metric, goal.scope, goal.start, goal.end


def _action_table(known: list[Action]) -> str:
    header = [say(f"cli.agreed.{name}") for name in ("number", "version", "status", "what", "owner", "start", "due")]
    rows = [
        [a.number, a.version, say(f"action.status.{a.plan.status}"), a.plan.what, a.plan.owner,
         a.plan.start.isoformat(), a.plan.due.isoformat()]
        for a in known
    ]
    return text_table(header, rows)


def _action_data(action: Action, effect: ActionEffect | None) -> dict[str, object]:
    judged = None if effect is None else {
        "state": effect.state, "verdict": effect.verdict, "method": effect.method, "said": effect.sentence.said(),
        "estimate": plain(effect.step.estimate) if effect.step else None,
        "p": plain(effect.step.p_value) if effect.step else None,
        "warnings": [warning.said() for warning in effect.warnings], "ready": plain(effect.ready),
    }
    content = action.plan.as_content()
    return {"number": action.number, "version": action.version, **content, "who": action.who, "at": action.at,
            "effect": judged}


def _target_data(result: TargetResult) -> dict[str, object]:
    target: Target = result.target
    return {"number": target.number, "version": target.version, **target.goal.as_content(),
            "estimate": plain(result.estimate), "status": result.status,
            "so_far": result.so_far, "weighted": False}
