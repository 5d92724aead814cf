"""Cards on promises: which are kept, by whom, how fast cases are done, and what is open now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st
from markupsafe import Markup

from analysis.briefing.promises import AGE_LIMITS, Board, Kept, Moment, Waiting, lowest, promise_words
from analysis.estimate import Estimate
from analysis.i18n import named, say, words
from analysis.schema import TICKET_STEPS, Scope
from dashboard import address, behind, components, formatting, numbers, service
from dashboard.charts.dots import Dot, dot_plot
from dashboard.charts.lines import Point, time_line
from dashboard.charts.promises import done_by_time
from dashboard.filters import Selection
from dashboard.formatting import literal

SHOWN_GROUPS = 12
CHART_HEIGHT = 330
ROW, WIDE_ROW = 34, 60  # pixels: few groups fill the card beside the curve
OVER_TIME = ("week",)
PLACES = frozenset({"channel", "store", "category", "tier", "region"})  # keys that say of which cases a promise is
CHANNEL = "channel"  # by which a promise is looked at first


def answer(board: Board, selection: Selection) -> Markup | None:
    """The page's first line: how the promise to close is kept, which is kept least, and what is late; None without."""
    judged = [k for k in board.kept if k.share.floored().shown]
    if not judged:
        return None
    main = next((k for k in judged if k.promise.step == "closed"), judged[0])
    worst = min(judged, key=lambda k: k.share.value)
    late = sum(w.late for w in board.waiting)
    ending = say("screen.promises.answer_late", count=f"{late:,}") if late else ""
    if worst.promise.name == main.promise.name:
        emphasis, text = formatting.value(main.share), "answer_worst_itself"
    else:
        emphasis, text = promise_words(worst.promise), "answer"
    return components.emphasised(
        f"screen.promises.{text}", emphasis=emphasis, period=selection.period_name, promise=promise_words(main.promise),
        limit=formatting.duration(main.promise.minutes), share=formatting.value(main.share, places=0),
        worst_limit=formatting.duration(worst.promise.minutes), worst=formatting.value(worst.share, places=0),
        late=ending,
    )


def promise_card(board: Board, selection: Selection) -> None:
    """Every promise: the share kept, until when nine of ten are done."""
    judged = [k for k in board.kept if k.share.floored().shown]
    worst = min(judged, key=lambda k: k.share.value, default=None)
    title = say("screen.promises.none")
    if worst:
        title = say("screen.promises.title", promise=promise_words(worst.promise),
                    limit=formatting.duration(worst.promise.minutes), share=formatting.value(worst.share))
    clock = say("screen.promises.clock", now=f"{board.now:%Y-%m-%d %H:%M}") if board.now else ""
    with components.card(title, say("screen.promises.rule", clock=clock), key="promises"):
        told = [k for k in board.kept if k.share.n and not k.silent]
        if not told:
            components.quiet_note(say("screen.promises.none_body"))
        else:
            lines = [({say("screen.promises.promise"): _named(k)}, e) for k in told for e in (k.share,)]
            behind.chart(
                dot_plot([_dot(k, worst) for k in told]), [_promise_group(k, selection) for k in told],
                key="promises-chart", alt=title, frame=numbers.table(lines), card="promises", days=selection.days,
            )
            components.quiet_note(_flattered(judged))
        for note in _notes(board.kept):
            components.quiet_note(note)


def open_card(board: Board) -> None:
    """Open cases by stage and age, and the oldest."""
    total, late = sum(w.count for w in board.waiting), sum(w.late for w in board.waiting)
    title = say("screen.promises.open" if total else "screen.promises.open_none", count=f"{total:,}", late=f"{late:,}")
    if not board.recorded:
        title = say("screen.promises.open_unknown")
    with components.card(title, say("screen.promises.open_rule"), key="open-cases"):
        if not board.recorded:
            components.quiet_note(say("screen.promises.open_unknown_body"))
            return
        if not total:
            components.quiet_note(say("screen.promises.open_none_body"))
            return
        ages = sorted({w.age for w in board.waiting})
        steps = [s for s in TICKET_STEPS if any(w.step == s for w in board.waiting)]
        header = [say("screen.promises.stage"), say("screen.promises.late"), *map(_age, ages)]
        rows = [[say(f"promises.stages.{s}"), *_counts(board.waiting, s, ages)] for s in steps]
        components.text_table(header, rows, label=title, numeric=frozenset(range(1, len(header))))
        components.section_label(say("screen.promises.oldest"))
        components.text_table(
            [say(f"screen.promises.case_{name}") for name in ("id", "waits", "age", "about")],
            [
                [c.ticket_id, say(f"promises.stages.{c.step}"), formatting.duration(c.minutes),
                 " · ".join(filter(None, (c.category, c.store or c.channel)))]
                for c in board.oldest[:5]
            ],
            label=say("screen.promises.oldest"), numeric=frozenset({2}),
        )


def parts_card(board: Board, selection: Selection) -> None:
    """One promise by channel, store, cause, priority, hour of day or week."""
    slot = st.container()
    kept, key = _chosen(board)
    parts = service.kept_by(selection.filters, key=key, promise=kept.promise.name) if kept else ()
    name = _key_words(key)
    low = lowest(parts)
    title = say("screen.promises.parts_few" if kept else "screen.promises.parts_unjudged", key=name)
    if kept and any(p.share.ranked for p in parts):
        title = say("screen.promises.parts_even", key=name, promise=promise_words(kept.promise))
    if low:
        title = say("screen.promises.parts_low", group=_group(low, key), promise=promise_words(low.promise),
                    share=formatting.value(low.share), limit=formatting.duration(low.promise.minutes))
    with slot, components.card(title, say("screen.promises.parts_rule"), key="promise-parts"):
        _controls(board)
        shown = [p for p in parts if p.share.withheld != "no_data"]
        if not any(p.share.shown for p in shown):
            components.quiet_note(say("screen.promises.parts_none" if kept else "screen.promises.parts_unjudged_body"))
            return
        frame = numbers.table(({name: _group(p, key)}, p.share) for p in shown)
        behind.chart(
            _parts_chart(shown, key, kept, low), [_part_group(p, key, selection) for p in shown],
            key="promise-parts-chart", alt=title, frame=frame, card="promise-parts", days=selection.days,
        )
        if key not in OVER_TIME and len(shown) > SHOWN_GROUPS:
            components.quiet_note(say("screen.promises.parts_more", count=len(shown) - SHOWN_GROUPS))


def course_card(board: Board, selection: Selection) -> None:
    """The share done by time, with open cases and without."""
    kept, _ = _chosen(board)
    moments = service.course(selection.filters, promise=kept.promise.name) if kept else ()
    title = say("screen.promises.course_none")
    if kept and moments:
        half, ninety = kept.half.floored(), kept.ninety.floored()
        named = "course" if ninety.shown else "course_half" if half.shown else "course_open"
        title = say(f"screen.promises.{named}", promise=promise_words(kept.promise), half=formatting.time(half),
                    ninety=formatting.time(ninety))
    with components.card(title, say("screen.promises.course_rule"), key="promise-course"):
        if not moments:
            components.quiet_note(say("screen.promises.course_none_body"))
            return
        figure = done_by_time(moments, limit=kept.promise.minutes, height=CHART_HEIGHT)
        frame = numbers.table(({say("screen.promises.after"): formatting.duration(m.minutes)}, m.done) for m in moments)
        behind.chart(
            figure, _slower(kept, moments, selection), key="promise-course-chart", alt=title, frame=frame,
            card="promise-course", days=selection.days,
        )
        components.quiet_note(_times(kept))


def _chosen(board: Board) -> tuple[Kept | None, str]:
    """The promise and the key that the visitor picked, else the promise to close and the channel."""
    judged, first = [k for k in board.kept if k.share.n and not k.silent], _usual(board)
    names = [k.promise.name for k in judged]
    name = address.begin("promise", names, default=first.promise.name) if first else None
    key = address.begin("promise-key", service.case_keys(), default=CHANNEL)
    return next((k for k in judged if k.promise.name == name), first), key


def _usual(board: Board) -> Kept | None:
    judged = [k for k in board.kept if k.share.n and not k.silent]
    return next((k for k in judged if k.promise.step == "closed"), judged[0] if judged else None)


def _controls(board: Board) -> None:
    names = {k.promise.name: _named(k) for k in board.kept if k.share.n and not k.silent}
    keys, first = service.case_keys(), _usual(board)
    with st.container(horizontal=True, vertical_alignment="center", key="promise-controls"):
        if first:
            address.kept("promise", list(names), default=first.promise.name, words=None, draw=lambda: st.selectbox(
                say("screen.promises.promise"), list(names), key="promise", width=250, label_visibility="collapsed",
                format_func=lambda name: literal(names.get(name, name)),
            ))
        address.kept("promise-key", keys, default=CHANNEL, words=None, draw=lambda: st.selectbox(
            say("screen.promises.by"), keys, key="promise-key", width=160, label_visibility="collapsed",
            format_func=lambda name: literal(_key_words(name)),
        ))


def _parts_chart(parts: Sequence[Kept], key: str, kept: Kept, low: Kept | None):
    if key in OVER_TIME:
        points = [Point(p.keys[key], p.share, formatting.week(p.keys[key])) for p in parts]
        return time_line(points, suffix="%", from_zero=True, height=CHART_HEIGHT)
    whole = formatting.displayed(kept.share.value, "share") if kept.share.shown else None
    dots = [
        Dot(_group(p, key), p.share, _standing(p, p is low), _until(p.ninety)) for p in parts[: _most(key)]
    ]
    return dot_plot(dots, reference=whole, row=max(ROW, min(WIDE_ROW, CHART_HEIGHT // len(dots))))


def _promise_group(kept: Kept, selection: Selection) -> behind.Group:
    """The cases that a promise is about; what only words of a priority tell is not looked up."""
    promise = kept.promise
    told = promise.key in PLACES or not promise.key
    scope = Scope(selection.filters.narrowed(**{promise.key: promise.values} if promise.key and told else {}))
    said = formatting.value(kept.share.floored())
    return behind.counted(_named(kept), _named(kept), kept.share.n if told else 0, scope, said=said)


def _slower(kept: Kept, moments: Sequence[Moment], selection: Selection) -> list[behind.Group]:
    """Behind each moment the cases that were not done by then."""
    whole = _promise_group(kept, selection)
    return [
        behind.counted(
            str(m.minutes), say("screen.promises.slower", promise=promise_words(kept.promise),
                                time=formatting.duration(m.minutes)),
            round((1 - m.done.value) * whole.n), replace(whole.scope, slower=(kept.promise.step, m.minutes)),
            said=say("screen.promises.done_by", share=formatting.value(m.done)),
        )
        for m in moments
    ]


def _part_group(part: Kept, key: str, selection: Selection) -> behind.Group:
    value = part.keys[key]
    mark = str(value) if key in OVER_TIME else _group(part, key)
    hours = (int(value), int(value) + 1) if key == "hour" else None
    scope = replace(behind.scope_of({} if hours else {key: value}, selection.filters), hours=hours)
    return behind.counted(mark, _group(part, key), part.share.n, scope, said=formatting.value(part.share))


def _most(key: str) -> int:
    return 24 if key == "hour" else SHOWN_GROUPS


def _standing(part: Kept, low: bool) -> str:
    return "weak" if low else "context" if part.share.ranked else "thin"


def _dot(kept: Kept, worst: Kept | None) -> Dot:
    standing = "weak" if kept is worst else "context" if kept.share.ranked else "thin"
    return Dot(_named(kept), kept.share.floored(), standing, _until(kept.ninety))


def _named(kept: Kept) -> str:
    promise = kept.promise
    return say("screen.promises.named", promise=promise_words(promise), limit=formatting.duration(promise.minutes))


def _until(ninety: Estimate) -> str:
    ninety = ninety.floored()
    return say("screen.promises.until", time=formatting.duration(ninety.value)) if ninety.shown else ""


def _flattered(judged: Sequence[Kept]) -> str:
    """By how much a count of finished cases alone would be off, for the promise where it is most."""
    off = [(k.closed_only.value - k.share.value, k) for k in judged if k.closed_only.floored().shown]
    if not off or (most := max(off, key=lambda pair: pair[0]))[0] < 0.0005:
        return say("screen.promises.not_flattered")
    gap, kept = most
    return say(
        "screen.promises.flattered", promise=promise_words(kept.promise), share=formatting.value(kept.closed_only),
        gap=formatting.number(100 * gap, places=1), waiting=f"{kept.waiting:,}",
    )


def _notes(kept: Sequence[Kept]) -> list[str]:
    """Promises that cannot be judged, and cases that are left out, by why."""
    silent = [
        say("screen.promises.silent", promise=_named(k), why=say(f"promises.silent.{k.silent}"))
        for k in kept if k.silent and k.share.n
    ]
    most = {why: max(k.left_out.get(why, 0) for k in kept) for k in kept for why in k.left_out}
    parts = [say("screen.promises.left_part", why=say(f"promises.left_out.{w}"), count=n) for w, n in most.items()]
    return [*silent, *([say("screen.promises.left_out", parts=parts)] if parts else [])]


def _times(kept: Kept) -> str:
    half, ninety = kept.half.floored(), kept.ninety.floored()
    parts = [
        say(f"screen.promises.{name}_time", time=formatting.time(found), interval=formatting.time_interval(found))
        for name, found in (("half", half), ("ninety", ninety)) if found.shown and formatting.time_interval(found)
    ]
    counts = say("screen.promises.counts", n=f"{kept.share.n:,}", waiting=f"{kept.waiting:,}",
                 cancelled=f"{kept.cancelled:,}")
    return " · ".join([*parts, counts])


def _counts(waiting: Sequence[Waiting], step: str, ages: Sequence[int]) -> list[str]:
    found = {w.age: w for w in waiting if w.step == step}
    late = sum(w.late for w in found.values())
    return [str(late) if late else "", *(str(found[age].count) if age in found else "" for age in ages)]


def _age(age: int) -> str:
    if age == 0:
        return say("screen.promises.age_first", limit=formatting.duration(60 * AGE_LIMITS[0]))
    if age == len(AGE_LIMITS):
        return say("screen.promises.age_last", limit=formatting.duration(60 * AGE_LIMITS[-1]))
    limits = [60 * AGE_LIMITS[i] for i in (age - 1, age)]
    first, last = map(formatting.duration, limits)
    if len(set(map(formatting.unit_of, limits))) == 1:
        first = first.partition(" ")[0]  # "1–4 小时": the unit once
    return say("screen.promises.age", first=first, last=last)


def _group(part: Kept, key: str) -> str:
    value = part.keys[key]
    if key == "hour":
        return say("durations.hours_of_day", first=int(value), last=int(value) + 1)
    return formatting.week(value) if key == "week" else named(str(value))


def _key_words(key: str) -> str:
    return say(f"keys.{key}") if f"keys.{key}" in words() else key

