"""One piece of long work in a thread of its own: the page stays alive, shows how far it is, and may stop it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import streamlit as st

from analysis.errors import Stopped
from analysis.records import ImportReport
from analysis.watching import STAGES, Stage, Watch

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Advance:
    """How far work has come: its stage, and the done share of all its stages, which never falls back."""

    stage: Stage
    done: float


class Work(Generic[Result]):
    """Runs `task` once, from the moment it is made; the task is handed a Watch to report to.

    `stages` are those that the task goes through, in their order: each counts as an equal part of the whole.
    """

    def __init__(self, task: Callable[[Watch], Result], *, stages: tuple[Stage, ...] = STAGES) -> None:
        self._stages = stages
        self._advance = Advance(stages[0], 0.0)
        self._stop = threading.Event()
        self._result: Result | None = None
        self._error: Exception | None = None
        self._ended: float | None = None
        self._thread = threading.Thread(target=self._run, args=(task,), name="work-of-a-page", daemon=True)
        self._thread.start()

    @property
    def advance(self) -> Advance:
        """How far it is now."""
        return self._advance

    @property
    def running(self) -> bool:
        """Whether it still goes on; after `cancel` until the work has noticed."""
        return self._thread.is_alive()

    @property
    def ended_for(self) -> float:
        """The seconds since it ended; 0 while it goes on."""
        return 0.0 if self._ended is None else time.monotonic() - self._ended

    def cancel(self) -> None:
        """Ask the work to stop; work that ended already stays done."""
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked the work to stop."""
        return self._stop.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait for the end, at most so long; whether it has ended."""
        self._thread.join(seconds)
        return not self.running

    def result(self) -> Result | None:
        """What the task returned, None where it was stopped; raises what the task raised. Only after the end."""
        if isinstance(self._error, Stopped):
            return None
        if self._error is not None:
            raise self._error
        return self._result

    def _run(self, task: Callable[[Watch], Result]) -> None:
        try:
            self._result = task(Watch(self._tell, self._stop.is_set))
        except Exception as error:  # raised again where the result is asked for
            self._error = error
        self._ended = time.monotonic()

    def _tell(self, stage: Stage, done: int, total: int) -> None:
        share = (self._stages.index(stage) + done / max(total, 1)) / len(self._stages)
        if share >= self._advance.done:
            self._advance = Advance(stage, share)


class Desk(Generic[Result]):
    """Work whose outcome nobody has taken yet, with its name, whichever visit began it; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lying: dict[Work[Result], str] = {}

    def put(self, name: str, work: Work[Result]) -> None:
        """Lay work down that has begun."""
        with self._lock:
            self._lying[work] = name

    def take(self, work: Work[Result]) -> bool:
        """Take work away, to say what came of it; whether it still lay there."""
        with self._lock:
            return self._lying.pop(work, None) is not None

    def lying(self) -> dict[Work[Result], str]:
        """All of it, the oldest first."""
        with self._lock:
            return dict(self._lying)


@st.cache_resource(show_spinner=False)
def imports_begun() -> Desk[ImportReport]:
    """The imports that have begun in this process, until somebody has said what came of them."""
    return Desk()
