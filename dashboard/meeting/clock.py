"""How long the meeting has lasted, and how long each of its screens."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import streamlit as st

from dashboard import components

STATE = "meeting-clock"


@dataclass(slots=True)
class Clock:
    """Seconds spent on each screen; `screen` is the one that runs since `since`."""

    screen: str
    since: float
    spent: dict[str, float] = field(default_factory=dict)

    def enter(self, screen: str, *, now: float) -> None:
        """Go on to another screen, or stay where one is."""
        if screen != self.screen:
            self.spent = self.until(now)
            self.screen, self.since = screen, now

    def until(self, now: float) -> dict[str, float]:
        """Seconds per screen in the order of their first visit, the running one included."""
        return {**self.spent, self.screen: self.spent.get(self.screen, 0.0) + now - self.since}

    def total(self, now: float) -> float:
        """Seconds since the meeting began."""
        return sum(self.until(now).values())


def clock(screen: str) -> Clock:
    """This visit's clock, on that screen from now on."""
    now = time.monotonic()
    kept = st.session_state.setdefault(STATE, Clock(screen, now))
    kept.enter(screen, now=now)
    return kept


def written(seconds: float) -> str:
    """Minutes and seconds, "06:12".

    >>> written(372.4)
    '06:12'
    """
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes:02d}:{rest:02d}"


@st.fragment(run_every=1.0)
def face(place: str) -> None:
    """Where in the agenda one is, and the running time."""
    kept: Clock = st.session_state[STATE]
    components.stage_place(place, written(kept.total(time.monotonic())))
