"""Long work that says how far it has come and can be stopped between its steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from analysis.errors import Stopped

# What an import does, in this order.
Stage = Literal["reading", "checking", "masking", "storing", "gathering", "writing"]
STAGES: tuple[Stage, ...] = ("reading", "checking", "masking", "storing")
# And what a report does.
REPORT_STAGES: tuple[Stage, ...] = ("gathering", "writing")

Tell = Callable[[Stage, int, int], None]  # the stage, what is done of it, of how much
Stop = Callable[[], bool]                 # whether the work shall stop


@dataclass(frozen=True, slots=True)
class Watch:
    """Whoever looks on: `tell` hears of every step, `stop` is asked before it. Both may be missing."""

    tell: Tell | None = None
    stop: Stop | None = None

    def step(self, stage: Stage, done: int, total: int) -> None:
        """Say that `done` of `total` parts of a stage are behind; raises Stopped where the work shall stop."""
        self.check()
        if self.tell:
            self.tell(stage, done, total)

    def check(self) -> None:
        """Raises Stopped where the work shall stop."""
        if self.stopped():
            raise Stopped("errors.stopped")

    def stopped(self) -> bool:
        """Whether the work shall stop."""
        return self.stop is not None and self.stop()


UNWATCHED = Watch()
