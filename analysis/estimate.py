"""What a number is: a value with its interval, its base and its unit."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

# Display floors (reference: disclosure practice for small cells; see README "Limits").
FLOOR_SHOWN = 5    # fewer answers than this could identify a person: the cell is hidden, n included
FLOOR_SCORED = 10  # fewer answers than this give no usable score
FLOOR_RANKED = 30  # fewer answers than this are shown as "low base" and never ranked or flagged

Unit = Literal["nps", "share", "score", "ces", "per_thousand", "count", "minutes", "seconds", "ratio"]

# Inside, shares and NPS are proportions; only a display multiplies them.
_DISPLAY: dict[str, tuple[float, str]] = {
    "nps": (100.0, "points"),
    "share": (100.0, "percent"),
    "score": (1.0, "points of 100"),
    "ces": (1.0, "points of 7"),
    "per_thousand": (1.0, "per 1000"),
    "count": (1.0, "count"),
    "minutes": (1.0, "minutes"),
    "seconds": (1.0, "seconds"),
    "ratio": (1.0, "times"),
}

# too_young: no case is as old as the promise; not_reached: so many are not done yet.
# alone: nobody else gave answers to be set against.
Withheld = Literal["no_data", "hidden", "too_few", "unranked", "alone", "too_young", "not_reached"]
Note = Literal["low_base", "no_spread"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A metric's value with its interval limits, the number of valid answers and the unit.

    `nps` runs from -1 to 1, `share` from 0 to 1, `score` from 0 to 100, `ces` from 1 to 7.
    Missing numbers are NaN, never 0. `withheld` says why a value is not given, `note` what to
    know about one that is.
    """

    value: float
    low: float
    high: float
    n: int
    unit: Unit
    withheld: Withheld | None = None
    note: Note | None = None

    @classmethod
    def missing(cls, unit: Unit, *, n: int = 0, why: Withheld = "no_data") -> Estimate:
        """An estimate without numbers, and the reason for that."""
        return cls(math.nan, math.nan, math.nan, n, unit, withheld=why)

    @property
    def shown(self) -> bool:
        """Whether there is a value to show."""
        return self.withheld is None and not math.isnan(self.value)

    @property
    def ranked(self) -> bool:
        """Whether the base is large enough to be ranked or flagged."""
        return self.shown and self.n >= FLOOR_RANKED

    def floored(self) -> Estimate:
        """The same estimate as it may be displayed: withheld below the floors, noted on a low base."""
        if self.withheld in ("no_data", "hidden", "too_few"):
            return self
        if self.n == 0:
            return Estimate.missing(self.unit)
        if self.n < FLOOR_SHOWN:
            return Estimate.missing(self.unit, n=self.n, why="hidden")
        if self.n < FLOOR_SCORED:
            return Estimate.missing(self.unit, n=self.n, why="too_few")
        if self.n < FLOOR_RANKED and self.note is None:
            return replace(self, note="low_base")
        return self

    def as_record(self) -> dict[str, object]:
        """The estimate in display units (NPS points, percent), missing numbers as None.

        The n of a hidden cell is None too: a shown count would let two filters reveal the answer.
        """
        factor, unit = _DISPLAY[self.unit]

        def number(x: float) -> float | None:
            return None if math.isnan(x) else round(x * factor, 6)

        return {
            "value": number(self.value),
            "low": number(self.low),
            "high": number(self.high),
            "n": None if self.withheld == "hidden" else self.n,
            "unit": unit,
            "withheld": self.withheld,
        }


@dataclass(frozen=True, slots=True)
class Cell:
    """One estimate and the key values it stands for, e.g. {"touchpoint": "配送", "week": date}."""

    keys: dict[str, object]
    estimate: Estimate
