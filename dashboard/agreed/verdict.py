"""What became of one action: one sentence, one chart, and what to know about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import streamlit as st

from analysis.briefing.effect import ActionEffect
from analysis.estimate import Cell, Estimate
from analysis.i18n import say
from analysis.schema import Filters
from dashboard import address, behind, components, events, formatting, numbers
from dashboard.charts.effect import effect_chart, span_of, untouched_mark

HEIGHT = 320
CHOSEN = "action"  # the number of the action whose effect is shown, in the address too


def card(effects: Sequence[ActionEffect]) -> None:
    """An action to choose and what became of it; nothing without actions."""
    if not effects:
        return
    effect = _chosen(effects)
    said = formatting.unbroken(effect.sentence.said())
    with components.card(said, say(f"screen.actions.rule_{effect.method}"), key="effect"):
        _choice(effects)
        if any(cell.estimate.floored().shown for cell in effect.treated):
            behind.chart(
                effect_chart(effect, height=HEIGHT, marks=events.happened()), groups(effect), key="effect-chart",
                alt=said, frame=numbers.table(_lines(effect)), card="effect", days=_days(effect),
            )
        else:
            components.quiet_note(say("screen.actions.no_answers"))
        for line in [*sides(effect), *(warning.said() for warning in effect.warnings)]:
            components.quiet_note(formatting.unbroken(line))


def show(number: int) -> None:
    """Show what became of this action when the card is drawn next."""
    address.choose(CHOSEN, str(number))


def _days(effect: ActionEffect) -> tuple[date, date]:
    return effect.treated[0].keys["week"], _end(effect.treated[-1])


def _end(cell: Cell) -> date:
    return cell.keys["week"] + timedelta(weeks=cell.keys["weeks"], days=-1)


def groups(effect: ActionEffect) -> list[behind.Group]:
    """What stands behind the points of the places with the action, and of those without."""
    plan = effect.action.plan
    sides = ((effect.treated, plan.stores, str, plan.what),
             (effect.untouched, effect.elsewhere, untouched_mark, say("screen.actions.without")))
    return [
        behind.group(
            mark(cell.keys["week"]), f"{name} · {span_of(cell)}", cell.estimate, dict(plan.scope),
            replace(Filters.of(store=stores), start=cell.keys["week"], end=_end(cell)),
        )
        for cells, stores, mark, name in sides for cell in cells
    ]


def _chosen(effects: Sequence[ActionEffect]) -> ActionEffect:
    """The action that was chosen, else the first that has something to say."""
    known = {str(effect.action.number): effect for effect in effects}
    return known[address.begin(CHOSEN, list(known), default=_usual(effects))]


def _usual(effects: Sequence[ActionEffect]) -> str:
    return str(next((e for e in effects if e.state == "judged"), effects[0]).action.number)


def _choice(effects: Sequence[ActionEffect]) -> None:
    names = {str(effect.action.number): effect.action.plan.what for effect in effects}
    address.kept(CHOSEN, list(names), default=_usual(effects), words=None, draw=lambda: st.selectbox(
        say("screen.actions.choose"), list(names), key=CHOSEN, label_visibility="collapsed", width=420,
        format_func=lambda number: say("screen.actions.row", number=number, what=formatting.literal(names[number])),
    ))


def sides(effect: ActionEffect) -> list[str]:
    """Before and after with intervals, a line for each side; the weeks they rest on."""
    lines = [say("screen.actions.side_with", **_pair(effect.before, effect.after))]
    if effect.compared:
        lines.append(say("screen.actions.side_without", **_pair(*effect.compared)))
    return [*lines, say("screen.actions.weeks", before=effect.weeks[0], after=effect.weeks[1])]


def _pair(before: Estimate, after: Estimate) -> dict[str, str]:
    return {name: formatting.hover(e.floored()) for name, e in (("before", before), ("after", after))}


def _lines(effect: ActionEffect):
    """The numbers behind the card: the step, the four corners, and every point of the chart."""
    side, part, week = (say(f"screen.actions.{name}") for name in ("side", "part", "week"))
    if effect.step:
        yield {side: say("screen.actions.step"), part: "", week: None}, effect.step.estimate
    corners = [("with", effect.before, effect.after)]
    corners += [("without", *effect.compared)] if effect.compared else []
    for name, before, after in corners:
        for moment, estimate in (("before", before), ("after", after)):
            yield {side: say(f"screen.actions.{name}"), part: say(f"screen.actions.{moment}"), week: None}, estimate
    for name, cells in (("with", effect.treated), ("without", effect.untouched)):
        for cell in cells:
            yield {side: say(f"screen.actions.{name}"), part: "", week: cell.keys["week"]}, cell.estimate
