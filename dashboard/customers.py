"""What the pages ask about customers, staff, channels and the journey. Everything goes through `dashboard.data`."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from datetime import date

from analysis import pipeline
from analysis.briefing import Consistency, Ranking, channel_consistency, customers, guard, staff
from analysis.briefing import balance as briefing_balance
from analysis.briefing.balance import Balance
from analysis.briefing.customers import CallBack, Segment, Story, TagCount
from analysis.briefing.staff import Employee, Stars
from analysis.estimate import Cell
from analysis.schema import EVERYTHING, Filters, TagRules
from dashboard import data

_PSEUDONYM = re.compile(r"#?([0-9a-f]{16})")


def tag_counts() -> tuple[TagCount, ...]:
    """How many customers carry which tag."""
    return data.ask(customers.tag_counts, EVERYTHING)


def segments(filters: Filters, **options: Hashable) -> tuple[Segment, ...]:
    """A metric by what customers are; options as `briefing.customers.segments`."""
    return data.ask(customers.segments, filters, **options)


def call_backs(filters: Filters) -> tuple[CallBack, ...]:
    """Whom to call back."""
    return data.ask(customers.call_backs, filters)


def consistency(filters: Filters) -> Consistency:
    """How alike the channels are."""
    return data.ask(channel_consistency, filters)


def balance(filters: Filters) -> Balance:
    """Functional against emotional value."""
    return data.ask(briefing_balance.balance, filters)


def journey_cells(filters: Filters) -> tuple[Cell, ...]:
    """Satisfaction by stage and touchpoint."""
    return data.ask(briefing_balance.journey_cells, filters)


def telling(filters: Filters) -> bool:
    """Whether these filters would give a small group away."""
    personal = any(values for _, values in filters.where)
    return personal and data.ask(guard.telling, filters)


def story(name: str) -> Story | None:
    """One customer's timeline by the id as files write it, or by the store's pseudonym; never kept in the cache."""
    store = data.warehouse()
    found = customers.story(store, pipeline.pseudonyms_of(store, [name])[0]) if name.strip() else None
    shown = _PSEUDONYM.fullmatch(name.strip())
    return customers.story(store, shown[1]) if found is None and shown else found


def own_ids(ids: Sequence[str]) -> dict[str, str]:
    """The ids that a person pasted by the store's pseudonyms; never kept."""
    return dict(zip(pipeline.pseudonyms_of(data.warehouse(), ids), ids, strict=True))


def employees(filters: Filters) -> tuple[Ranking, tuple[Employee, ...]]:
    """Everybody's place, NPS and praise."""
    return data.ask(staff.employees, filters)


def stars(filters: Filters, *, month: date) -> Stars:
    """The star of a month."""
    return data.ask(staff.stars, filters, month=month)


def months() -> tuple[date, ...]:
    """The months that a star can be named for, newest first."""
    return data.ask(_months, EVERYTHING)


def _months(store: object, _: Filters) -> tuple[date, ...]:
    return staff.months(store)


def rules() -> TagRules:
    """When a customer carries which tag."""
    return data.warehouse().tag_rules()


def rules_version() -> int:
    """How often the rules were changed."""
    return data.warehouse().tag_rules_version()


def keep_rules(told: TagRules, *, who: str, seen: int) -> None:
    """Keep other rules in place of the version `seen`; raises RulesRefused, Outdated, PlanRefused."""
    data.warehouse().set_tag_rules(told, who=who, seen=seen)


def last_known_day() -> object:
    """The day from which tags count back."""
    return data.ask_store("last_known_day")
