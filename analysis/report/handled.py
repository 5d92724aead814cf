"""What was promised and what was done: sections on promises, and on actions with their effect."""

from __future__ import annotations

from collections.abc import Sequence

from analysis import formatting
from analysis.briefing.effect import ActionEffect
from analysis.briefing.promises import Board, Kept, promise_words
from analysis.estimate import FLOOR_SHOWN, Estimate
from analysis.i18n import listed, say
from analysis.report import wording
from analysis.report.content import WeekContent
from analysis.report.parts import Bars, Point, Section, Table, Told, Tone, label, legible, number, table

_VERDICT_TONES: dict[str | None, Tone] = {"better": "good", "worse": "attention", "none": "attention"}
# Verdicts that the title names, each with the words that do.
_OUTCOMES = (("better", "answer_better"), ("worse", "answer_worse"), ("none", "answer_ineffective"))


# ---- promises


def promise_section(content: WeekContent) -> Section:
    """Every promise with the share kept among the week's cases, and what is still open of them."""
    board, name = content.promises, say("report.promises.name")
    source = wording.source(content.week, wording.counted("tickets", board.tickets))
    told = [kept for kept in board.kept if kept.share.n and not kept.silent]
    shown = [kept for kept in told if kept.share.floored().shown]
    tables = (_promise_table(told),) if told else ()
    if not shown:
        return Section("promises", name, say("screen.promises.none"), source, tables=tables,
                       empty=say("report.promises.empty"))
    worst = min(shown, key=lambda kept: kept.share.value)
    title = say("screen.promises.title", promise=_words(worst), limit=formatting.duration(worst.promise.minutes),
                share=wording.value(worst.share))
    points = tuple(Point(_named(kept), number(kept.share), _promise_tone(kept, worst), _until(kept)) for kept in shown)
    return Section(
        "promises", name, title, source, rule=say("screen.promises.rule", clock=_clock(board)),
        charts=(Bars(say("report.promises.chart"), points),), notes=tuple(_promise_notes(board)), tables=tables,
    )


def _clock(board: Board) -> str:
    return say("screen.promises.clock", now=f"{board.now:%Y-%m-%d %H:%M}") if board.now else ""


def _promise_tone(kept: Kept, worst: Kept) -> Tone:
    if not kept.share.ranked:
        return "thin"
    return "attention" if kept is worst else "context"


def _until(kept: Kept) -> str:
    ninety = kept.ninety.floored()
    return say("screen.promises.until", time=formatting.duration(ninety.value)) if ninety.shown else ""


def _promise_notes(board: Board) -> list[str]:
    """Cases that are open, and promises that nobody can judge."""
    total, late = sum(w.count for w in board.waiting), sum(w.late for w in board.waiting)
    notes = []
    if total >= FLOOR_SHOWN:
        notes.append(say("screen.promises.open", count=f"{total:,}", late=f"{late:,}"))
    silent = [kept for kept in board.kept if kept.silent and kept.share.n]
    notes += [say("screen.promises.silent", promise=_named(k), why=say(f"promises.silent.{k.silent}")) for k in silent]
    return notes


def _promise_table(told: Sequence[Kept]) -> Table:
    promise, limit = say("screen.promises.promise"), say("report.promises.limit")
    half, ninety = say("report.promises.half"), say("report.promises.ninety")
    lines = [
        ({promise: _words(k), limit: formatting.duration(k.promise.minutes), half: _time(k.half),
          ninety: _time(k.ninety)}, k.share)
        for k in told
    ]
    return table(say("report.promises.name"), lines)


def _time(found: Estimate) -> str | None:
    shown = found.floored()
    return formatting.duration(shown.value) if shown.shown else None


def _words(kept: Kept) -> str:
    return str(legible(promise_words(kept.promise)))


def _named(kept: Kept) -> str:
    return say("screen.promises.named", promise=_words(kept), limit=formatting.duration(kept.promise.minutes))


# ---- actions


def action_section(content: WeekContent) -> Section:
    """What was decided, by whom and until when, and what became of it by the end of the week."""
    effects, name = content.actions, say("report.actions.name")
    source = wording.source(content.week, say("report.actions.by", day=formatting.long_day(content.week.end)))
    if not effects:
        return Section("actions", name, say("screen.actions.list_none"), source, empty=say("report.actions.empty"))
    return Section(
        "actions", name, _action_title(effects), source, rule=say("report.actions.rule"),
        told=tuple(map(_told, effects)), tables=(_action_table(effects),),
    )


def _action_title(effects: Sequence[ActionEffect]) -> str:
    running = sum(effect.action.plan.status == "running" for effect in effects)
    said = say("screen.actions.answer_running", running=running, count=len(effects))
    for verdict, key in _OUTCOMES:
        names = [legible(e.action.plan.what) for e in effects if e.verdict == verdict]
        if names:
            said += say(f"screen.actions.{key}", emphasis=listed(names))
    return said + say("screen.actions.answer_end")


def _told(effect: ActionEffect) -> Told:
    plan = effect.action.plan
    verdict = say(f"effect.verdict.{effect.verdict}") if effect.verdict else ""
    days = f"{formatting.day(plan.start)}{formatting.DASH}{formatting.day(plan.settled)}"
    facts = " · ".join(str(legible(part)) for part in (plan.owner, days) if part)
    return Told(
        say(f"action.status.{plan.status}"), str(legible(plan.what)), verdict,
        (formatting.unbroken(str(legible(effect.sentence.said()))), facts),
        _VERDICT_TONES.get(effect.verdict, "context"), False,
    )


def _action_table(effects: Sequence[ActionEffect]) -> Table:
    names = ("what", "owner", "place", "start", "due", "status", "metric", "verdict", "said")
    columns = {name: say(f"report.actions.{name}") for name in names}
    lines = []
    for effect in effects:
        plan = effect.action.plan
        cells = {
            "what": plan.what, "owner": plan.owner, "place": " · ".join(str(label(v)) for _, v in plan.scope),
            "start": plan.start, "due": plan.due, "status": say(f"action.status.{plan.status}"),
            "metric": say(f"action.metric.{plan.metric}"),
            "verdict": say(f"effect.verdict.{effect.verdict}") if effect.verdict else None,
            "said": effect.sentence.said(),
        }
        found = effect.step.estimate if effect.step else Estimate.missing(effect.before.unit)
        lines.append(({columns[key]: cell for key, cell in cells.items()}, found))
    return table(say("report.actions.name"), lines)
