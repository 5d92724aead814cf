"""What 投诉 asks beyond counts: promises, first contacts, hotspots, bots. Everything goes through `dashboard.data`."""

from __future__ import annotations

from analysis.briefing import bots as briefing_bots
from analysis.briefing import handled as briefing_handled
from analysis.briefing import hotspots as briefing_hotspots
from analysis.briefing import promises as briefing_promises
from analysis.briefing import resolution as briefing_resolution
from analysis.briefing.bots import Bots
from analysis.briefing.cards import Headline, HeadlineMetric
from analysis.briefing.hotspots import Hotspots
from analysis.briefing.promises import Board, Kept, Moment
from analysis.briefing.resolution import Resolution
from analysis.schema import CUSTOMER_FILE_KEYS, EVERYTHING, Filters, Promise
from dashboard import data


def board(filters: Filters) -> Board:
    """All promises over the tickets of the period, and which are open."""
    return data.ask(briefing_promises.board, filters)


def kept_by(filters: Filters, *, key: str, promise: str) -> tuple[Kept, ...]:
    """One promise by a key, fit for display."""
    return data.ask(briefing_promises.kept_by, filters, key=key, promise=promise)


def course(filters: Filters, *, promise: str) -> tuple[Moment, ...]:
    """The share done by time for one promise."""
    return data.ask(briefing_promises.course, filters, promise=promise)


def resolution(filters: Filters) -> Resolution:
    """First-contact resolution and reopening."""
    return data.ask(briefing_resolution.resolution, filters)


def handled(filters: Filters) -> tuple[Headline, ...]:
    """First-contact resolution and the promise to close as headline numbers."""
    return data.ask(briefing_handled.handled, filters)


def handled_metrics() -> tuple[HeadlineMetric, ...]:
    """Which of the two there are."""
    return data.ask(briefing_handled.handled_metrics, EVERYTHING)


def hotspots(filters: Filters) -> Hotspots:
    """Where complaints pile up."""
    return data.ask(briefing_hotspots.hotspots, filters)


def bots(filters: Filters) -> Bots:
    """Bots against people."""
    return data.ask(briefing_bots.bots, filters)


def promises() -> tuple[Promise, ...]:
    """The promises in force."""
    return data.ask_store("promises")


def case_keys() -> tuple[str, ...]:
    """By what a promise can be looked at: the usual keys, what the customer file says, attributes of the tickets."""
    usual = ("channel", "store", "category", "priority", "hour", "week", "tier", "region")
    told = (key for key in CUSTOMER_FILE_KEYS if data.values(key))
    return (*usual, *told, *(name for name, values in data.attributes() if values))


def set_promise(promise: Promise, *, who: str, seen: float | None) -> None:
    """Keep a promise; raises PromiseRefused (none, or changed by somebody else), PlanRefused without a name."""
    data.warehouse().set_promise(promise, who=who, seen=seen)


def drop_promise(name: str, *, who: str, seen: float | None) -> None:
    """Give a promise up; raises as `set_promise`."""
    data.warehouse().drop_promise(name, who=who, seen=seen)


def reset_promises(*, who: str, seen: tuple[Promise, ...]) -> None:
    """Go back to the usual promises; raises as `set_promise`."""
    data.warehouse().reset_promises(who=who, seen=seen)

