"""Are promises kept: each promise over all its cases and part by part, and the cases that are open now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

import pandas as pd

from analysis import compare, metrics, service
from analysis.briefing.cases import (
    UNRECORDED,
    concerned,
    ends_recorded,
    left_out,
    prepared,
    silence,
    stage,
    timed,
    waits_of,
)
from analysis.briefing.guard import given_away
from analysis.errors import UnknownName
from analysis.estimate import Cell, Estimate
from analysis.i18n import say, words
from analysis.intervals import LEVEL
from analysis.schema import CUSTOMER_FILE_KEYS, ENTITY_KEYS, PEOPLE_KEYS, TICKET_STEPS, Filters, Promise

if TYPE_CHECKING:
    from analysis.store import Warehouse

# Besides these, what the customer file says and attributes of the tickets.
CASE_KEYS: tuple[str, ...] = (*ENTITY_KEYS, "category", "priority", "hour", "week", "month")
HALF, NEARLY_ALL = 0.5, 0.9
MEAN_SPAN = 3  # the mean wait is taken up to so many times the promised minutes
MOMENTS = 60  # steps of the course that a chart draws
# Ages of open cases in hours: the usual promises, then days.
AGE_LIMITS: tuple[float, ...] = (1, 4, 24, 72, 168)


@dataclass(frozen=True, slots=True)
class Kept:
    """How one promise is kept by one group of cases.

    `share` counts open cases up to their age, `closed_only` forgets them; `half` and `ninety` are the minutes by which
    so many are done, `mean` the mean minutes up to `MEAN_SPAN` times the promise. Of the `waiting` cases, `late` ones
    are past it already. `left_out` counts cases by why they cannot be judged; `silent` says why none can (words under
    `promises.silent`).
    """

    promise: Promise
    keys: dict[str, object]
    share: Estimate
    closed_only: Estimate
    half: Estimate
    ninety: Estimate
    mean: Estimate
    waiting: int
    late: int
    cancelled: int
    left_out: dict[str, int]
    silent: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Open cases of one stage and age: `step` is what they wait for, `age` counts the limits of AGE_LIMITS passed."""

    step: str
    age: int
    count: int
    late: int


@dataclass(frozen=True, slots=True)
class OpenCase:
    """One open case: what it waits for, for how many minutes it is open, and where it belongs."""

    ticket_id: str
    step: str
    minutes: float
    category: str | None
    channel: str | None
    store: str | None
    priority: str | None
    late: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """How many cases are done after so many minutes: open ones counted, and what finished cases alone would say."""

    minutes: float
    done: Estimate
    closed_only: Estimate


@dataclass(frozen=True, slots=True)
class Board:
    """Promises and open cases at `now`, the last moment that the data name. `now` is None without tickets.

    `recorded` is whether the tickets say at all which of them are over.
    """

    now: datetime | None
    kept: tuple[Kept, ...]
    waiting: tuple[Waiting, ...]
    oldest: tuple[OpenCase, ...]
    tickets: int
    recorded: bool = True


def board(store: Warehouse, filters: Filters, *, oldest: int = 8) -> Board:
    """All promises in force over the tickets that arrived in the period, and which of those are open."""
    now = store.last_moment()
    promises = store.promises()
    cases = prepared(store.cases(filters, attributes=_attributes(store, promises)))
    if now is None:
        return Board(None, (), (), (), 0)
    steps = _steps(cases, promises, now)
    kept = tuple(judged(ours, promise, steps[promise.step]) for promise, ours in _about(cases, promises))
    waiting, longest = _waiting(cases, promises, now, oldest)
    return Board(now, kept, waiting, longest, len(cases), cases.empty or ends_recorded(cases))


def kept_by(store: Warehouse, filters: Filters, *, key: str, promise: str = "") -> tuple[Kept, ...]:
    """Each promise (or the one named) by a key, fit for display: small groups are hidden, largest groups first.

    Hours, weeks and months stay in their order. Raises UnknownName for a key that tickets do not have.
    """
    now, known = store.last_moment(), (*CUSTOMER_FILE_KEYS, *store.attributes())
    if key not in CASE_KEYS and key not in known:
        raise UnknownName("errors.unknown_key", name=key, known=(*CASE_KEYS, *known))
    promises = [p for p in store.promises() if promise in ("", p.name)]
    wanted = tuple(dict.fromkeys((*_attributes(store, promises), *((key,) if key in known else ()))))
    cases = with_key(prepared(store.cases(filters, attributes=wanted)), key)
    steps = _steps(cases, promises, now) if now else {}
    found: list[Kept] = []
    for one, ours in _about(cases, promises) if now else ():
        silent = silence(ours, one)
        groups = ours.dropna(subset=[key]).groupby(key, sort=True)
        named = [({key: metrics.plain(value)}, part) for value, part in groups]
        parts = [judged(part, one, steps[one.step], keys=keys, silent=silent) for keys, part in named]
        found += fit(_ordered(parts, key))
    return _guarded(store, filters, found, key)


def _guarded(store: Warehouse, filters: Filters, parts: Sequence[Kept], key: str) -> tuple[Kept, ...]:
    """The groups, those covered whose tickets would give a few people away (see `guard.given_away`)."""
    if key not in (*ENTITY_KEYS, *CUSTOMER_FILE_KEYS, *store.attributes()):
        return tuple(parts)
    groups = list(dict.fromkeys(part.keys[key] for part in parts))
    away = given_away(store, filters, [{key: group} for group in groups], base="tickets")
    gone = {group for group, hidden in zip(groups, away, strict=True) if hidden}
    covered = Estimate.missing("share", why="hidden")
    return tuple(_covered(part, covered) if part.keys[key] in gone else part for part in parts)


def course(store: Warehouse, filters: Filters, *, promise: str) -> tuple[Moment, ...]:
    """The share done by time for one promise, in `MOMENTS` steps up to `MEAN_SPAN` times its limit.

    Moments that no case is old enough for are left out; nothing for an unknown promise, or one that cannot be judged.
    """
    now = store.last_moment()
    one = next((p for p in store.promises() if p.name == promise), None)
    if one is None or now is None:
        return ()
    cases = concerned(prepared(store.cases(filters, attributes=_attributes(store, (one,)))), one)
    if cases.empty or silence(cases, one):
        return ()
    waits = waits_of(timed(cases, one.step, now=now))
    along = service.curve(waits)
    steps = [one.minutes * MEAN_SPAN * (i + 1) / MOMENTS for i in range(MOMENTS)]
    found = [Moment(t, service.kept(waits, t, along=along), service.closed_only(waits, t)) for t in steps]
    return tuple(moment for moment in found if moment.done.floored().shown)


def lowest(parts: Sequence[Kept]) -> Kept | None:
    """The group that keeps its promise reliably less often than the others together, the worst; None where none does.

    Shares with open cases counted are compared as shares of their cases; adjusted over all groups (Benjamini-Hochberg).
    """
    ranked = [part for part in parts if part.share.ranked]
    whole = sum(part.share.value * part.share.n for part in ranked), sum(part.share.n for part in ranked)
    against = [
        compare.share_difference((own, part.share.n), (whole[0] - own, whole[1] - part.share.n))
        for part in ranked for own in (part.share.value * part.share.n,)
    ]
    adjusted = compare.adjusted([found.p_value for found in against])
    low = [
        part for part, found, p in zip(ranked, against, adjusted, strict=True)
        if p < 1 - LEVEL and found.verdict == "reliable_fall"
    ]
    return min(low, key=lambda part: part.share.value, default=None)


def judged(
    cases: pd.DataFrame, promise: Promise, lines: pd.DataFrame, *, keys: dict[str, object] | None = None,
    silent: str | None = None,
) -> Kept:
    """One promise over the cases it is about, from the lines of `cases.timed` for its step.

    `silent` says why it cannot be judged at all, None that this is to be looked up.
    """
    ours = lines.loc[cases.index]
    waits, limit = waits_of(ours), promise.minutes
    silent = silence(cases, promise) if silent is None else silent
    late = (waits.outcome == service.OPEN) & (waits.minutes > limit)
    counts = waits.count(service.OPEN), int(late.sum()), waits.count(service.CANCELLED), left_out(ours)
    if silent:
        if silent == UNRECORDED:  # what no file records is not waited for
            counts = (0, 0, 0, counts[3])
        share, time = Estimate.missing("share", n=len(cases)), Estimate.missing("minutes")
        return Kept(promise, keys or {}, share, share, time, time, time, *counts, silent)
    along = service.curve(waits)
    return Kept(
        promise, keys or {}, service.kept(waits, limit, along=along), service.closed_only(waits, limit),
        service.quantile(waits, HALF, along=along), service.quantile(waits, NEARLY_ALL, along=along),
        service.restricted_mean(waits, MEAN_SPAN * limit, along=along)[0], *counts,
    )


def promise_words(promise: Promise) -> str:
    """What a promise is called in the language spoken; a company's own by its own name."""
    key = f"promises.names.{promise.name}"
    return say(key) if key in words() else promise.name


def fit(parts: Sequence[Kept]) -> list[Kept]:
    """Groups as they may be displayed; what tells of a hidden group's size or times is hidden with it."""
    shown = metrics.suppressed([Cell(dict(part.keys), part.share) for part in parts])
    return [_covered(part, cell.estimate) for part, cell in zip(parts, shown, strict=True)]


def with_key(cases: pd.DataFrame, key: str) -> pd.DataFrame:
    """Prepared cases with a column of that name: the start of the week or month where that is asked for."""
    if key not in ("week", "month"):
        return cases
    spans = cases["created"].dt.to_period("W-SUN" if key == "week" else "M")
    return cases.assign(**{key: spans.dt.start_time.dt.date})


def _covered(part: Kept, share: Estimate) -> Kept:
    times = {name: getattr(part, name).floored() for name in ("closed_only", "half", "ninety", "mean")}
    if share.withheld != "hidden":
        return replace(part, share=share, **times)
    hidden = {name: Estimate.missing(found.unit, why="hidden") for name, found in times.items()}
    return replace(part, share=share, **hidden, waiting=0, late=0, cancelled=0, left_out={})


def _steps(cases: pd.DataFrame, promises: Sequence[Promise], now: datetime) -> dict[str, pd.DataFrame]:
    return {step: timed(cases, step, now=now) for step in {promise.step for promise in promises}}


def _about(cases: pd.DataFrame, promises: Sequence[Promise]) -> list[tuple[Promise, pd.DataFrame]]:
    return [(promise, concerned(cases, promise)) for promise in promises]


def _ordered(parts: list[Kept], key: str) -> list[Kept]:
    return parts if key in ("hour", "week", "month") else sorted(parts, key=lambda part: -part.share.n)


def _attributes(store: Warehouse, promises: Sequence[Promise]) -> tuple[str, ...]:
    known = {*PEOPLE_KEYS, *store.attributes()}
    return tuple(dict.fromkeys(p.key for p in promises if p.key in known))


def _waiting(
    cases: pd.DataFrame, promises: Sequence[Promise], now: datetime, oldest: int
) -> tuple[tuple[Waiting, ...], tuple[OpenCase, ...]]:
    """Open cases by stage and age, and the oldest ones; late by the promise to all about their stage."""
    limits = {p.step: p.minutes for p in reversed(promises) if not p.key}
    waiting = cases.assign(step=stage(cases)).dropna(subset=["step"])
    minutes = (pd.Timestamp(now) - waiting["created"]).dt.total_seconds() / 60
    late = minutes > waiting["step"].map(limits).astype(float)
    waiting = waiting.assign(minutes=minutes, late=late, age=sum((minutes > 60 * limit) for limit in AGE_LIMITS))
    groups = waiting.groupby(["step", "age"])["late"].agg(["size", "sum"])
    found = [Waiting(step, int(age), int(n), int(k)) for (step, age), n, k in groups.itertuples(name=None)]
    longest = waiting.sort_values("minutes", ascending=False, kind="stable").head(oldest)
    columns = ["ticket_id", "step", "minutes", "category", "channel", "store", "priority", "late"]
    listed = tuple(OpenCase(*line) for line in longest[columns].itertuples(index=False))
    return tuple(sorted(found, key=lambda w: (TICKET_STEPS.index(w.step), w.age))), listed
