"""Targets: whether they are met, by the interval, and a line to set them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from analysis.actions import OF_CUSTOMERS, TARGET_METRICS, Goal, scope_of
from analysis.briefing.targets import TargetResult
from analysis.errors import XinshengError
from analysis.i18n import say
from dashboard import author, behind, components, data, loop, numbers
from dashboard.charts.bullets import bullet_chart, goal_words, name_of
from dashboard.filters import Selection
from dashboard.formatting import literal

_SEEN = "targets-seen"  # {what a target is for: its version}, as they stood when the visitor last saw the page
_PLACES = ("touchpoint", "channel", "store")


def card(results: Sequence[TargetResult], selection: Selection) -> None:
    """The bullets of the period and the form."""
    seen = st.session_state.get(_SEEN, {})
    with components.card(title(results), say("screen.targets.rule", period=selection.period_words), key="targets"):
        if results:
            lines = [({say("action.field.metric"): name_of(r), say("action.field.target"): goal_words(r),
                       say("screen.targets.status"): r.words}, r.estimate) for r in results]
            # Who is at risk is told by the call-back list, not by words and cases of a period.
            groups = [_group(r, selection) for r in results if r.target.goal.metric != OF_CUSTOMERS]
            behind.chart(
                bullet_chart(results), groups, key="targets-chart", alt=title(results),
                frame=numbers.table(lines), card="targets", days=selection.days,
            )
        _form(seen)
    st.session_state[_SEEN] = {_what(t.goal): t.version for t in data.warehouse().targets()}


def _group(result: TargetResult, selection: Selection) -> behind.Group:
    """The answers, words and cases that a target is measured on."""
    goal, filters = result.target.goal, selection.filters
    days = replace(filters, start=goal.start, end=goal.end) if goal.dated else filters
    return behind.group(name_of(result), name_of(result), result.estimate, dict(goal.scope), days)


def title(results: Sequence[TargetResult]) -> str:
    """How many are met, missed, not to be told, and still running."""
    counts = {status: sum(r.status == status for r in results) for status in ("met", "not_met", "running")}
    open_ = len(results) - sum(counts.values())
    running = say("screen.targets.running", count=counts.pop("running")) if counts["running"] else ""
    return say("screen.targets.title", of=len(results), **counts, open=open_) + running


def _form(seen: dict[tuple, int]) -> None:
    with st.popover(say("screen.targets.set"), key="target-popover", icon=":material/edit:"):
        with st.form("target", border=False, clear_on_submit=False):
            metric = st.selectbox(say("action.field.metric"), TARGET_METRICS, key="target-metric",
                                  format_func=lambda name: say(f"action.metric.{name}"))
            value = st.number_input(say("screen.targets.value"), value=90.0, step=1.0, key="target-value")
            named = {key: _place(key) for key in _PLACES}
            start, end = (
                st.date_input(say(f"screen.targets.{side}"), value=None, format="YYYY-MM-DD", key=f"target-{side}",
                              help=say("screen.targets.days_help"))
                for side in ("start", "end")
            )
            kept = st.form_submit_button(say("screen.targets.keep"), type="primary")
            dropped = st.form_submit_button(say("screen.targets.drop"))
        if kept or dropped:
            _save(Goal(metric, value, scope_of(named), start, end, dropped=bool(dropped)), seen)


def _place(key: str) -> str | None:
    return st.selectbox(
        say(f"keys.{key}"), [None, *data.values(key)], key=f"target-{key}",
        format_func=lambda name: literal(name) if name else say("action.everything"),
    )


def _save(goal: Goal, seen: dict[tuple, int]) -> None:
    try:
        loop.set_target(goal, who=author.name(), seen=seen.get(_what(goal), 0))
    except XinshengError as error:
        components.refusal(say("screen.actions.not_saved"), say(error.key, **error.values))
        return
    st.rerun()


def _what(goal: Goal) -> tuple:
    return goal.metric, goal.scope, goal.start, goal.end
