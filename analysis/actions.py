"""What people agree on: actions with owner and due day, and targets; each change of them is kept with its author."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from functools import reduce
from typing import Literal, Self

from analysis.errors import PlanRefused
from analysis.i18n import Sentence, words

Status = Literal["planned", "running", "done", "dropped"]
STATUSES: tuple[Status, ...] = ("planned", "running", "done", "dropped")

# What an action or a target may be about: a place among the answers, or a cause of complaints.
SCOPE_KEYS: tuple[str, ...] = ("touchpoint", "dimension", "channel", "store", "region", "tier", "staff", "category")
# What an action is judged by: `score` is the mean on 0-100; of complaints their share or their rate by orders.
ANSWER_METRICS: tuple[str, ...] = ("score", "csat", "nps", "ces")
COMPLAINT_METRICS: tuple[str, ...] = ("complaint_share", "complaint_rate")
ACTION_METRICS: tuple[str, ...] = (*ANSWER_METRICS, *COMPLAINT_METRICS)
# What a target may be set for.
OF_CUSTOMERS = "at_risk"  # the share of high-value customers at risk: of the customer file, in no place and period
TARGET_METRICS: tuple[str, ...] = (
    "csat", "nps", "ces", "score", "complaint_rate", "wait", "fcr", "consistency", OF_CUSTOMERS,
)
LOWER_IS_BETTER = frozenset({"complaint_share", "complaint_rate", "wait", OF_CUSTOMERS})

LONGEST_TEXT = 200  # characters of what is to be done: it stands in a list
LONGEST_NAME = 40   # characters of a person's name


Scope = tuple[tuple[str, str], ...]


def scope_of(pairs: Mapping[str, object]) -> Scope:
    """The pairs that say where, in the order of `SCOPE_KEYS`; others and empty ones are left out."""
    return tuple((key, str(pairs[key])) for key in SCOPE_KEYS if pairs.get(key) not in (None, ""))

# Fields whose values have words of their own, and the table that holds them.
_WORDS = {"kind": "events.", "step": "promises.steps.", "name": "promises.names.", "key": "keys."}


@dataclass(frozen=True, slots=True)
class Origin:
    """The finding that an action was opened from: its kind and title, and the days it was seen in."""

    kind: str
    title: str
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done, by whom, from when, where, and what for.

    It is carried out from `start` to `due`, or to `finished` once that is known. No `stores` means everywhere. `target`
    is a value of `metric` in the units people read (points, percent), None for none.
    """

    what: str
    owner: str
    start: date
    due: date
    status: Status = "planned"
    scope: Scope = ()
    stores: tuple[str, ...] = ()
    metric: str = "score"
    target: float | None = None
    finished: date | None = None
    origin: Origin | None = None

    @property
    def settled(self) -> date:
        """The day from which on it is fully in place: what comes after can show its effect."""
        return self.finished or self.due

    @property
    def runs(self) -> bool:
        """Whether it was begun and not given up."""
        return self.status in ("running", "done")

    def checked(self) -> Self:
        """The plan with its texts tidied; raises PlanRefused for one that cannot be kept."""
        what, owner = (" ".join(text.split()) for text in (self.what, self.owner))
        if not 0 < len(what) <= LONGEST_TEXT:
            raise PlanRefused("errors.action_what", limit=LONGEST_TEXT)
        if not 0 < len(owner) <= LONGEST_NAME:
            raise PlanRefused("errors.action_owner", limit=LONGEST_NAME)
        if self.settled < self.start or self.due < self.start:
            raise PlanRefused("errors.action_days", start=self.start, due=min(self.due, self.settled))
        _known(self.status, STATUSES)
        _known(self.metric, ACTION_METRICS)
        if (self.metric in COMPLAINT_METRICS) != ("category" in dict(self.scope)):
            raise PlanRefused("errors.action_metric", metric=Sentence(f"action.metric.{self.metric}"))
        stores = tuple(sorted(set(self.stores)))
        return replace(self, what=what, owner=owner, stores=stores, scope=_checked_scope(self.scope),
                       target=_finite(self.target))

    def as_content(self) -> dict[str, object]:
        """Plain data for JSON, from which `of_content` makes the same plan."""
        return _plain(asdict(self) | {"scope": dict(self.scope), "stores": list(self.stores)})

    @classmethod
    def of_content(cls, content: Mapping[str, object]) -> Plan:
        """A plan from what `as_content` gave."""
        given = dict(content)
        origin = given.pop("origin", None)
        days = {name: _day(given.pop(name, None)) for name in ("start", "due", "finished")}
        told = None if origin is None else Origin(
            origin["kind"], origin["title"], _day(origin["start"]), _day(origin["end"])
        )
        scope, stores = scope_of(given.pop("scope")), tuple(given.pop("stores"))
        return cls(**given, **days, scope=scope, stores=stores, origin=told)


@dataclass(frozen=True, slots=True)
class Goal:
    """A value that a metric is to reach in a scope, in the units people read.

    `start` and `end` bound the days that count, whatever period is looked at; where one is open, so is that side. A
    goal with neither is measured in the period that is looked at. A `dropped` goal counts no more, also where it
    stands in the place of a default.
    """

    metric: str
    value: float
    scope: Scope = ()
    start: date | None = None
    end: date | None = None
    dropped: bool = False

    @property
    def dated(self) -> bool:
        """Whether it has days of its own."""
        return bool(self.start or self.end)

    def checked(self) -> Self:
        """The goal itself; raises PlanRefused for one that cannot be kept."""
        _known(self.metric, TARGET_METRICS)
        if _finite(self.value) is None:
            raise PlanRefused("errors.target_value")
        if self.start and self.end and self.end < self.start:
            raise PlanRefused("errors.action_days", start=self.start, due=self.end)
        if self.metric == OF_CUSTOMERS and (self.scope or self.dated):
            raise PlanRefused("errors.target_of_customers", metric=Sentence(f"action.metric.{self.metric}"))
        return replace(self, scope=_checked_scope(self.scope))

    def as_content(self) -> dict[str, object]:
        """Plain data for JSON, from which `of_content` makes the same goal."""
        return _plain(asdict(self) | {"scope": dict(self.scope)})

    @classmethod
    def of_content(cls, content: Mapping[str, object]) -> Goal:
        """A goal from what `as_content` gave."""
        given = dict(content)
        days = {name: _day(given.pop(name, None)) for name in ("start", "end")}
        return cls(**given | {"scope": scope_of(given["scope"])}, **days)


@dataclass(frozen=True, slots=True)
class Action:
    """A plan as it stands: its number, how often it was saved, and who saved it last, when (ISO text)."""

    number: int
    version: int
    plan: Plan
    who: str
    at: str


@dataclass(frozen=True, slots=True)
class Target:
    """A goal as it stands; see `Action`. A default that nobody touched has number and version 0."""

    number: int
    version: int
    goal: Goal
    who: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One field that changed, both values as a sentence takes them; None before the first version."""

    field: str
    before: object
    after: object

    @property
    def sentence(self) -> Sentence:
        """What changed, with both values."""
        name = Sentence(f"action.field.{self.field}")
        if self.before is None:
            return Sentence("action.first", {"field": name, "after": self.after})
        return Sentence("action.change", {"field": name, "before": self.before, "after": self.after})


def changes(before: object | None, after: object) -> tuple[Change, ...]:
    """The fields in which two versions of a dataclass differ, in their order; of a first one all that say something."""
    pairs = [(f.name, getattr(before, f.name) if before else None, getattr(after, f.name)) for f in fields(after)]
    return tuple(
        Change(name, words_of(name, old) if before else None, words_of(name, new))
        for name, old, new in pairs
        if old != new and not (before is None and new in (None, (), False, ""))
    )


def words_of(field: str, value: object) -> object:
    """A field's value as a sentence takes it: a text, a list of names, or a sentence of its own."""
    if field == "scope":
        return place_of(value or ())
    if field == "stores":
        return tuple(value) if value else Sentence("action.everywhere")
    if value in (None, False, "", ()):
        return Sentence("action.nothing")
    if field in _WORDS:
        key = _WORDS[field] + str(value)
        return Sentence(key) if key in words() else str(value)
    if field in ("status", "metric"):
        return Sentence(f"action.{field}.{value}")
    if isinstance(value, Origin):
        return value.title
    if isinstance(value, float):
        return f"{value:g}"
    return Sentence("action.yes") if value is True else str(value)


def place_of(scope: Scope) -> str | Sentence:
    """The scope as a sentence takes it: "在线客服 · 问题解决彻底性", or that it is everything."""
    names = [value for _, value in scope]
    return reduce(_beside, names) if names else Sentence("action.everything")


def _beside(first: str | Sentence, second: str) -> Sentence:
    return Sentence("action.place", {"first": first, "second": second})  # each said in the reader's language


def _checked_scope(scope: Scope) -> Scope:
    for key, value in scope:
        _known(key, SCOPE_KEYS)
        if not str(value).strip():
            raise PlanRefused("errors.scope_empty", name=Sentence(f"keys.{key}"))
    return scope_of(dict(scope))


def _known(name: str, known: tuple[str, ...]) -> None:
    if name not in known:
        raise PlanRefused("errors.unknown_key", name=name, known=known)


def _finite(value: float | None) -> float | None:
    if value is not None and not math.isfinite(value):
        raise PlanRefused("errors.target_value")
    return None if value is None else float(value)


def _plain(content: dict[str, object]) -> dict[str, object]:
    """Days as ISO text, nested data alike."""
    return {
        name: _plain(value) if isinstance(value, dict) else value.isoformat() if isinstance(value, date) else value
        for name, value in content.items()
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
