"""What a report is made of, whatever its format: sections with a sentence, charts, a table and quotes.

Numbers are in display units (percent, points) and may be shown: a withheld one is None, with the reason beside it.
Texts are plain; every writer escapes them for its format.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from analysis.estimate import Estimate
from analysis.formatting import PLACES
from analysis.i18n import named, say

Tone = Literal["attention", "good", "context", "brand", "thin"]
NUMBERS = ("value", "low", "high", "n", "unit", "withheld")
_UNSEEN = ("Cc", "Cf", "Cs", "Co")  # Unicode categories: controls, marks that turn the direction, half characters
_SUFFIX = {"share": "%", "per_thousand": "‰"}


@dataclass(frozen=True, slots=True)
class Number:
    """An estimate as it is shown: display units, None where withheld; `places` are the decimals worth printing."""

    value: float | None
    low: float | None
    high: float | None
    n: int | None
    places: int
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """One labelled number of a chart; `note` stands beside it, e.g. the limits of its place."""

    label: str
    number: Number
    tone: Tone = "context"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """Numbers side by side with their intervals, the first on top; `reference` is a line to compare with."""

    name: str
    points: tuple[Point, ...]
    reference: float | None = None
    reference_name: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One series of a `Course`."""

    name: str
    points: tuple[Point, ...]
    tone: Tone = "brand"


@dataclass(frozen=True, slots=True)
class Course:
    """Numbers over weeks, each with its own interval; all lines have the same labels in the same order."""

    name: str
    lines: tuple[Line, ...]
    from_zero: bool = False


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One cell of a `Heat`: the number shown, and how far it lies from its row's mean (None: not coloured)."""

    number: Number
    deviation: float | None


@dataclass(frozen=True, slots=True)
class Heat:
    """A table of numbers coloured by their distance from the row's own mean; a missing cell is None."""

    name: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[HeatCell | None, ...], ...]


@dataclass(frozen=True, slots=True)
class FunnelLine:
    """One line of a funnel: numbers of answers and the share there, in percent; the mean of all or a limit."""

    name: str
    kind: Literal["target", "alert", "alarm"]
    n: tuple[int, ...]
    share: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Funnel:
    """Units by their answers and share, the mean of all, and the limits between which a usual unit lies.

    `across` and `up` are the names of the axes.
    """

    name: str
    points: tuple[Point, ...]
    limits: tuple[FunnelLine, ...]
    across: str
    up: str


Chart = Bars | Course | Heat | Funnel


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows of plain values (text, int, float, date or None); `places` are the decimals of a column."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    places: Mapping[str, int]

    @property
    def withheld(self) -> int:
        """How many rows have a number that is there and not shown, as its base is too small."""
        word = say("cli.estimate.withheld")
        if word not in self.columns:
            return 0
        at, missing = self.columns.index(word), (None, say("withheld.no_data"))
        return sum(row[at] not in missing for row in self.rows)


@dataclass(frozen=True, slots=True)
class Said:
    """A customer's words, masked: the telling passage (empty if none), where and when they were said."""

    text: str
    passage: str
    where: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Card:
    """A headline number in words: label, value, interval and n, the change, and the weeks before as a line."""

    label: str
    value: str
    evidence: str
    change: str
    tone: Tone
    course: Course
    shown: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A finding in words: its chapter, the sentence, how sure it is, its evidence, and whether it stands longer."""

    kind: str
    title: str
    certainty: str
    evidence: tuple[str, ...]
    tone: Tone
    standing: bool


@dataclass(frozen=True, slots=True)
class Section:
    """One question of the report: `title` answers it in a sentence, `source` says period and n.

    `key` names it for the program, `name` for people (a sheet, an entry of the contents). `rule` says how to read
    the charts, `notes` what else to know. `empty` says why there is nothing to show, and is empty otherwise.
    """

    key: str
    name: str
    title: str
    source: str
    rule: str = ""
    charts: tuple[Chart, ...] = ()
    cards: tuple[Card, ...] = ()
    told: tuple[Told, ...] = ()
    quotes: tuple[Said, ...] = ()
    notes: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it is laid out: its name, the sentence that answers how the week was, the period, the sections."""

    name: str
    answer: str
    period: str
    base: str
    week: str
    language: str
    sections: tuple[Section, ...]

    def section(self, key: str) -> Section:
        """The section of that key; raises KeyError for an unknown one."""
        return {section.key: section for section in self.sections}[key]


def number(estimate: Estimate, *, places: int | None = None) -> Number:
    """An estimate as it may be shown."""
    record = estimate.floored().as_record()
    decimals = PLACES[estimate.unit] if places is None else places
    return Number(record["value"], record["low"], record["high"], record["n"], decimals, _SUFFIX.get(estimate.unit, ""))


def table(name: str, lines: Iterable[tuple[Mapping[str, object], Estimate]], *, places: int = 1) -> Table:
    """Labelled estimates with their limits, n, unit and the reason where one is withheld; all have the same labels."""
    rows, labels = [], ()
    for keys, estimate in lines:
        labels = tuple(keys)
        record = estimate.floored().as_record()
        why = record["withheld"]
        told = {
            **record, "unit": say(f"report.unit.{estimate.unit}"), "withheld": say(f"withheld.{why}") if why else None
        }
        rows.append((*map(label, keys.values()), *(told[name] for name in NUMBERS)))
    words = [say(f"cli.estimate.{name}") for name in NUMBERS]
    return Table(name, (*labels, *words), tuple(rows), dict.fromkeys(words[:3], places))


def label(value: object) -> object:
    """A name from the data as it is shown: legible, a standard one in the language spoken; numbers stay as they are."""
    return named(legible(value)) if isinstance(value, str) else value


def legible(value: object) -> object:
    """A text without characters that nobody sees: controls break a file, direction marks turn a sentence around.

    >>> legible("a\\u202eb\\x00"), legible(3)
    ('ab', 3)
    """
    if not isinstance(value, str):
        return value
    flat = " ".join(value.split())
    return "".join(sign for sign in flat if unicodedata.category(sign) not in _UNSEEN)
