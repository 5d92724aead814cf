"""What the pages ask about customers and staff. Everything goes through `dashboard.data`."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence

from analysis import pipeline
from analysis.briefing import customers
from analysis.briefing.customers import CallBack, Segment, Story, TagCount
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


def telling(filters: Filters) -> bool:
    """Whether these filters would give a small group away."""
    personal = any(values for _, values in filters.where)
    return personal and data.ask(customers.telling, filters)


def story(name: str) -> Story | None:
    """One customer's timeline by the id as files write it, or by the store's pseudonym; never kept in the cache."""
    store = data.warehouse()
    found = customers.story(store, pipeline.pseudonyms_of(store, [name])[0]) if name.strip() else None
    shown = _PSEUDONYM.fullmatch(name.strip())
    return customers.story(store, shown[1]) if found is None and shown else found


def own_ids(ids: Sequence[str]) -> dict[str, str]:
    """The ids that a person pasted by the store's pseudonyms; never kept."""
    return dict(zip(pipeline.pseudonyms_of(data.warehouse(), ids), ids, strict=True))


def rules() -> TagRules:
    """When a customer carries which tag."""
    return data.warehouse().tag_rules()


def keep_rules(told: TagRules) -> None:
    """Keep other rules; raises RulesRefused."""
    data.warehouse().set_tag_rules(told)


def last_known_day() -> object:
    """The day from which tags count back."""
    return data.ask_store("last_known_day")
