"""The service command, whether promises are kept; and the promises command, what they are."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict

from analysis import briefing
from analysis.briefing import bots as briefing_bots
from analysis.briefing import hotspots as briefing_hotspots
from analysis.briefing import promises as briefing_promises
from analysis.briefing import resolution as briefing_resolution
from analysis.briefing.bots import Bots
from analysis.briefing.hotspots import Hotspot, Hotspots
from analysis.briefing.promises import Board, Kept, promise_words
from analysis.briefing.resolution import Resolution
from analysis.cli.commands import filters_of, key_words, weighting_line, written
from analysis.cli.showing import Outcome, plain, text_table
from analysis.errors import XinshengError
from analysis.estimate import Estimate
from analysis.formatting import duration, interval, number, time, value
from analysis.i18n import say
from analysis.schema import Promise
from analysis.store import Warehouse

_COLUMNS = (
    "promise", "limit", "kept", "low", "high", "n", "closed_only", "half", "ninety", "waiting", "late", "left_out",
)
_ESTIMATES = {"low", "high", "n"}
_TOLD = ("name", "says", "step", "limit", "about")
_TIME = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+|[^\W\d_]+)", re.I)
_UNITS = {
    "s": 1 / 60, "sec": 1 / 60, "秒": 1 / 60, "min": 1, "m": 1, "分": 1, "分钟": 1, "分鐘": 1, "h": 60, "小时": 60,
    "小時": 60, "时": 60, "d": 1440, "天": 1440, "day": 1440, "days": 1440,
}


def show_service(options: Namespace) -> Outcome:
    """Promises over the period, by a key where one is named; then first contacts, hotspots and bots."""
    filters = filters_of(options)
    with Warehouse.open(options.store) as store:
        briefing.refuse_telling(store, filters)
        board = briefing_promises.board(store, filters)
        parts: tuple[Kept, ...] = ()
        if options.key:
            parts = briefing_promises.kept_by(store, filters, key=options.key, promise=options.promise)
        resolved = briefing_resolution.resolution(store, filters)
        hot = briefing_hotspots.hotspots(store, filters)
        bots = briefing_bots.bots(store, filters)
        weighting = weighting_line(store)
    kept = [k for k in board.kept if options.promise in ("", k.promise.name)]
    if options.promise and not kept and board.now:
        raise XinshengError("errors.promise_unknown", name=options.promise)
    key = options.key if parts else ""
    header = [*([key_words(key)] if key else []), *map(_heading, _COLUMNS)]
    rows = [_line(k, key) for k in parts or kept]
    data = _data(board, kept, parts, resolved, hot, bots)
    if options.out:
        return written(data, header, rows, options.out, title=say("cli.command.service"))
    if board.now is None:
        return Outcome(data, say("cli.service.none"))
    clock = say("cli.service.clock", now=f"{board.now:%Y-%m-%d %H:%M}", count=board.tickets)
    alone = [say("cli.service.no_groups", key=key_words(options.key))] if options.key and not parts else []
    lines = [clock, *alone, "", text_table(header, rows), "", *_open_lines(board), *_resolution_lines(resolved)]
    return Outcome(data, "\n".join([*lines, *_hot_lines(hot), *_bot_lines(bots), weighting]))


def tell_promises(options: Namespace) -> Outcome:
    """Change, add or give up promises; then all there are."""
    with Warehouse.open(options.store) as store:
        who = options.who or ""
        if options.reset:
            store.reset_promises(who=who, seen=store.promises())
        for name, minutes in options.set:
            _change(store, name, minutes, who=who)
        if options.add:
            store.set_promise(_new(options), who=who)
        if options.drop:
            store.drop_promise(options.drop, who=who, seen=_held(store, options.drop).minutes)
        known = store.promises()
    rows = [[p.name, promise_words(p), say(f"promises.steps.{p.step}"), duration(p.minutes), _about(p)] for p in known]
    return Outcome([plain(asdict(p)) for p in known], text_table([say(f"cli.promise.{c}") for c in _TOLD], rows))


def limit(text: str) -> float:
    """A time such as `15秒`, `2min` or `4h` in minutes."""
    found = _TIME.fullmatch(text.strip())
    unit = _UNITS.get(found[2].lower()) if found else None
    if unit is None:
        raise XinshengError("errors.promise_time", value=text)
    return float(found[1]) * unit


def named_limit(text: str) -> tuple[str, float]:
    """`NAME=TIME` as a name and minutes."""
    name, equals, time_words = text.partition("=")
    if not (equals and name.strip()):
        raise XinshengError("errors.promise_time", value=text)
    return name.strip(), limit(time_words)


def _change(store: Warehouse, name: str, minutes: float, *, who: str) -> None:
    held = _held(store, name)
    store.set_promise(Promise(name, held.step, minutes, held.key, held.values), who=who, seen=held.minutes)


def _held(store: Warehouse, name: str) -> Promise:
    held = next((p for p in store.promises() if p.name == name), None)
    if held is None:
        raise XinshengError("errors.promise_unknown", name=name)
    return held


def _new(options: Namespace) -> Promise:
    if options.step is None or options.within is None:
        raise XinshengError("errors.promise_needs")
    keys = dict.fromkeys(key for key, _ in options.where)
    if len(keys) > 1:
        raise XinshengError("errors.promise_needs")
    return Promise(options.add, options.step, options.within, next(iter(keys), ""), tuple(v for _, v in options.where))


def _about(promise: Promise) -> str:
    if not promise.key:
        return say("cli.promise.everything")
    return say("promises.of_some", key=key_words(promise.key), values=promise.values)


def _heading(column: str) -> str:
    return say(f"cli.estimate.{column}" if column in _ESTIMATES else f"cli.service.{column}")


def _line(kept: Kept, key: str) -> list[object]:
    share = kept.share.floored()
    record = share.as_record()
    group = [_group(kept.keys[key])] if key and kept.keys else []
    why = say(f"promises.silent.{kept.silent}") if kept.silent else None
    numbers = [_percent(record[name]) for name in ("value", "low", "high")]
    numbers[0] = why or (numbers[0] if share.shown else say(f"withheld.{share.withheld}"))
    closed = kept.closed_only.floored().as_record()["value"]
    return [
        *group, promise_words(kept.promise), duration(kept.promise.minutes), *numbers, record["n"], _percent(closed),
        *(None if why else time(t.floored()) for t in (kept.half, kept.ninety)), kept.waiting, kept.late,
        sum(kept.left_out.values()),
    ]


def _group(given: object) -> str:
    return f"{given:.0f}" if isinstance(given, float) else str(plain(given))


def _percent(amount: object) -> str | None:
    return None if amount is None else f"{amount:.1f}"


def _open_lines(board: Board) -> list[str]:
    if not board.waiting:
        return []
    steps = dict.fromkeys(w.step for w in board.waiting)
    parts = [
        say(
            "cli.service.open_part", step=say(f"promises.stages.{step}"),
            count=sum(w.count for w in board.waiting if w.step == step),
            late=sum(w.late for w in board.waiting if w.step == step),
        )
        for step in steps
    ]
    return [say("cli.service.open", count=sum(w.count for w in board.waiting), parts=parts)]


def _resolution_lines(found: Resolution) -> list[str]:
    first, share = found.first, found.first.share.floored()
    counts = {"undecided": first.undecided, "unknown": first.unknown}
    lines = [
        say("cli.service.first_contact", **_said(share), days=first.window_days, **counts) if share.shown
        else say("cli.service.first_contact_none", why=say(f"withheld.{share.withheld}"), **counts)
    ]
    again = found.reopened.floored()
    return [*lines, say("cli.service.reopened", **_said(again))] if again.shown else lines


def _hot_lines(found: Hotspots) -> list[str]:
    if not found.found:
        return [say("cli.service.no_hotspot", cells=found.cells) if found.cells else say("cli.service.no_cells")]
    return [_hot_line(hot) for hot in found.found]


def _hot_line(hot: Hotspot) -> str:
    first, last = hot.hours
    return say(
        "cli.service.hotspot", category=hot.category, place=hot.place, count=hot.count, usual=hot.usual,
        hours=say("durations.hours_of_day", first=first, last=last), ratio=number(hot.ratio.value, places=1),
        interval=interval(hot.ratio),
    )


def _bot_lines(found: Bots) -> list[str]:
    if found.column is None:
        return [say("cli.service.no_bots")]
    if not (reached := found.reached.floored()).shown:
        return [say("cli.service.bots_unknown", why=say(f"withheld.{reached.withheld}"))]
    whole = say("cli.service.bots", **_said(found.reached.floored()), handed=value(found.handed.floored()),
                column=key_words(found.column), channels=found.channels)
    sides = [
        say(
            "cli.service.side", who=say(f"promises.who.{side.who}"), half=time(side.half.floored()),
            ninety=time(side.ninety.floored()), satisfied=value(side.satisfied.floored()),
        )
        for side in found.sides
    ]
    return [whole, *sides]


def _said(share: Estimate) -> dict[str, object]:
    return {"value": value(share), "interval": interval(share), "n": share.n}


def _data(
    board: Board, kept: Sequence[Kept], parts: Sequence[Kept], resolved: Resolution, hot: Hotspots, bots: Bots
) -> dict[str, object]:
    return {
        "weighted": False, "now": board.now.isoformat() if board.now else None, "tickets": board.tickets,
        "promises": [_kept_data(k) for k in kept], "by": [_kept_data(k) for k in parts],
        "open": plain(board.waiting),
        "first_contact": {
            **plain(resolved.first.share), "undecided": resolved.first.undecided, "unknown": resolved.first.unknown,
            "window_days": resolved.first.window_days,
        },
        "reopened": plain(resolved.reopened),
        "hotspots": [_hot_data(h) for h in hot.found],
        "bots": {
            "column": bots.column, "rated_by": bots.rated_by, "channels": list(bots.channels),
            "reached": plain(bots.reached),
            "handed": plain(bots.handed), "p_value": plain(bots.p_value),
            "sides": [_fields(side, ("who", "share", "half", "ninety", "satisfied")) for side in bots.sides],
        },
    }


def _kept_data(kept: Kept) -> dict[str, object]:
    promise = {"promise": kept.promise.name, "step": kept.promise.step, "minutes": kept.promise.minutes}
    names = ("share", "closed_only", "half", "ninety", "mean", "waiting", "late", "cancelled", "left_out")
    return {**plain(kept.keys), **promise, **_fields(kept, names), "silent": kept.silent or None}


def _hot_data(hot: Hotspot) -> dict[str, object]:
    return _fields(hot, ("category", "place", "hours", "count", "usual", "ratio", "p_adjusted", "certainty"))


def _fields(record: object, names: Sequence[str]) -> dict[str, object]:
    return {name: plain(getattr(record, name)) for name in names}
