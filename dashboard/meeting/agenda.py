"""What the meeting goes through, in order, made from the findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from analysis.briefing import WeakSpot
from analysis.i18n import say
from analysis.schema import Filters
from dashboard import attention, data, service, titles
from dashboard.filters import DEFAULT_PERIOD, Selection, period_days
from dashboard.meeting import decision

Kind = Literal["actions", "numbers", "changed", "weak", "promises", "close"]
SHOWN_SPOTS = 3  # a meeting decides on few things
# What is new against the period before; further findings hold on from week to week.
CHANGES = frozenset({"issue", "week", "change", "complaints", "effect"})
NOT_TOLD = frozenset({"weak", "driver"})  # they have screens of their own, or ask for nothing


@dataclass(frozen=True, slots=True)
class Item:
    """One screen: its kind, and the weak spot that it is about."""

    kind: Kind
    spot: WeakSpot | None = None

    @property
    def name(self) -> str:
        """What the screen is called in the agenda."""
        return titles.place(self.spot.cell.keys) if self.spot else say(f"screen.meeting.item_{self.kind}")


def selection() -> Selection:
    """The weeks that the meeting speaks of: the usual period up to the newest data, without filters."""
    last = (data.period() or (date.today(), date.today()))[1]
    return Selection(Filters.of(*period_days(DEFAULT_PERIOD, last)), DEFAULT_PERIOD, last)


def items(chosen: Selection) -> tuple[Item, ...]:
    """The screens in their order: earlier decisions, what is, promises; those with nothing to say are left out."""
    spots: Sequence[WeakSpot] = attention.weak_spots(chosen.filters)[:SHOWN_SPOTS]
    promised = any(k.share.floored().shown for k in service.board(chosen.filters).kept)
    return (
        *([Item("actions")] if decision.earlier() else []), Item("numbers"), Item("changed"),
        *(Item("weak", spot) for spot in spots), *([Item("promises")] if promised else []), Item("close"),
    )
