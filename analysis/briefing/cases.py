"""Tickets as cases with a clock: which step is reached, since when one waits, and which times cannot be right."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache

import numpy as np
import pandas as pd

from analysis.schema import TICKET_STEPS, Promise
from analysis.service import CANCELLED, DONE, OPEN, Waits
from analysis.taxonomy import fold

# Words of ticket systems, matched inside a status or priority unless a denial stands before them.
CANCELLED_WORDS = ("取消", "撤销", "撤诉", "撤回", "作废", "无效", "cancel", "withdrawn", "void")
FINISHED_WORDS = (
    "办结", "关闭", "结案", "完成", "已解决", "已处理", "closed", "resolved", "solved", "done", "complete",
)
URGENT_WORDS = ("紧急", "加急", "特急", "urgent", "critical", "high")
_DENIALS = ("未", "非", "不", "没", "待", "un", "not ", "non", "in")

# Why a step of a case cannot be judged; words under `promises.left_out`.
LEFT_OUT = ("impossible", "no_clock", "no_time")

# A step that no file has brought, and times without seconds under a promise of seconds; words under `promises.silent`.
UNRECORDED, NO_SECONDS = "unrecorded", "no_seconds"


def prepared(cases: pd.DataFrame) -> pd.DataFrame:
    """Cases of `Warehouse.cases` with `hour` (0 to 23, missing without a clock), `cancelled` and `finished`.

    A case is over when it has a closing time or its status says so; what was resolved counts as closed.
    """
    closed = cases["closed"].fillna(cases["resolved"])
    cancelled = cases["status"].map(lambda status: says(status, CANCELLED_WORDS)).astype(bool)
    finished = closed.notna() | cases["status"].map(lambda status: says(status, FINISHED_WORDS)).astype(bool)
    hour = cases["created"].dt.hour.where(~_clockless(cases["created"]))
    return cases.assign(closed=closed, cancelled=cancelled, finished=finished & ~cancelled, hour=hour)


def timed(cases: pd.DataFrame, step: str, *, now: datetime) -> pd.DataFrame:
    """How prepared cases waited for a step: minutes, outcome (of `service`), and why a case is left out, else "".

    Open cases are aged by `now`. A plan that was never written is made by closing. Left out are cases with a time that
    cannot be right (impossible: refused at import, before the arrival or after the end), with a date that has no time
    of day (no_clock), and those that went on without the step's time being known (no_time).
    """
    reached = cases["closed"] if step == "closed" else cases[step]
    if step == "plan":
        reached = reached.fillna(cases["closed"])
    ended = reached.where(~cases["cancelled"] | (step != "closed"))
    gone = cases["cancelled"] & ended.isna()
    moved_on = ended.isna() & ~gone & _went_on(cases, step)
    still = ended.isna() & ~gone & ~moved_on
    until = ended.where(~gone, cases["closed"]).where(~still, pd.Timestamp(now))
    minutes = (until - cases["created"]).dt.total_seconds() / 60
    impossible = (minutes < 0) | (cases["faulty"] & (until.isna() | still))
    impossible |= (ended > cases["closed"]) & (step != "closed")
    clockless = _clockless(cases["created"]) | (~still & _clockless(until))
    why = np.select([impossible, clockless, until.isna() | moved_on], LEFT_OUT, default="")
    outcome = np.select([gone, still], [CANCELLED, OPEN], default=DONE)
    return pd.DataFrame({"minutes": minutes, "outcome": outcome, "why": why}, index=cases.index)


def waits_of(lines: pd.DataFrame) -> Waits:
    """The waits of lines of `timed` that are not left out."""
    held = lines["why"] == ""
    return Waits.of(lines.loc[held, "minutes"], lines.loc[held, "outcome"])


def left_out(lines: pd.DataFrame) -> dict[str, int]:
    """How many lines of `timed` are left out, by why."""
    counts = lines["why"].value_counts()
    return {name: int(counts[name]) for name in LEFT_OUT if name in counts}


def concerned(cases: pd.DataFrame, promise: Promise) -> pd.DataFrame:
    """The cases that a promise is about; urgency is read from the words of a priority, other values as they stand."""
    if not promise.key:
        return cases
    if promise.key == "priority" and set(promise.values) & set(URGENT_WORDS):
        return cases[cases["priority"].map(lambda value: says(value, URGENT_WORDS)).astype(bool)]
    wanted = {fold(value) for value in promise.values}
    return cases[cases[promise.key].map(lambda value: value is not None and fold(str(value)) in wanted).astype(bool)]


def silence(cases: pd.DataFrame, promise: Promise) -> str:
    """Why a promise cannot be judged on these cases at all: UNRECORDED, NO_SECONDS, or nothing."""
    times = cases["closed"] if promise.step == "closed" else cases[promise.step]
    if len(cases) and times.isna().all():
        return UNRECORDED
    if promise.minutes < 1 and len(cases) and not ((times.dt.second > 0) | (cases["created"].dt.second > 0)).any():
        return NO_SECONDS
    return ""


def ends_recorded(cases: pd.DataFrame) -> bool:
    """Whether an end or a status is recorded of any case; else nobody can say which are open."""
    return not (cases["closed"].isna().all() and cases["status"].isna().all())


def stage(cases: pd.DataFrame) -> pd.Series:
    """The step that each open case waits for next; missing where a case is over. Steps nobody records are skipped.

    Where neither an end nor a status is recorded of any case, nobody can say which are open: all are missing.
    """
    waiting = pd.Series(None, index=cases.index, dtype=object)
    if not ends_recorded(cases):
        return waiting
    is_open = ~cases["finished"] & ~cases["cancelled"]
    for step in reversed(TICKET_STEPS):
        if step == "closed" or cases[step].notna().any():
            waiting = waiting.mask(is_open & cases[step].isna(), step)
    return waiting


@cache
def says(text: str | None, words: Iterable[str]) -> bool:
    """Whether a status or priority holds one of the words, and none with a denial right before it, in either script.

    >>> says("已办结", FINISHED_WORDS), says("未解决", FINISHED_WORDS), says("unresolved", FINISHED_WORDS)
    (True, False, False)
    """
    folded = fold(text) if text else ""
    before = [folded.partition(fold(word))[0] for word in words if fold(word) in folded]
    return bool(before) and not any(start.endswith(_DENIALS) for start in before)


def _went_on(cases: pd.DataFrame, step: str) -> pd.Series:
    """Whether a case is past a step: a later one is reached or the case is over."""
    later = TICKET_STEPS[TICKET_STEPS.index(step) + 1 :]
    return cases["finished"] | cases[list(later)].notna().any(axis=1)


def _clockless(times: pd.Series) -> pd.Series:
    """Dates without a time of day, which stand at midnight to the second."""
    return times.notna() & (times == times.dt.normalize())
