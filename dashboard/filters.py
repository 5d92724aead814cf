"""Which records a page speaks of: one row of controls, the same on every page, kept in the URL.

Period and entity filters live in widgets bound to query parameters, so a link shows what its sender
saw and a change of page keeps the choice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import streamlit as st

from analysis.estimate import FLOOR_SHOWN
from analysis.i18n import listed, named, say
from analysis.schema import CUSTOMER_FILE_KEYS, Filters
from dashboard import address, components, customers, data, formatting, weights
from dashboard.formatting import literal

PERIODS: dict[str, int | None] = {"week": 1, "weeks4": 4, "weeks12": 12, "year": 52, "custom": None}  # ISO weeks
DEFAULT_PERIOD = "weeks4"  # a single week seldom holds answers enough to name a weak spot
FILTER_KEYS: tuple[str, ...] = ("channel", "store", "region", "tier", "tag")
# Customers may carry several tags: two at once, beside each one, would tell how many carry both.
ONE_AT_A_TIME = frozenset({"tag"})
ATTRIBUTE = "attribute-"  # begins the state key of an attribute's control: its name could be anything
VALUES_LISTED = 30        # an attribute of more values is no choice that a person reads through
WITHOUT = "without"
NAMED_VALUES = 2  # a control names this many chosen values, then only counts them


@dataclass(frozen=True, slots=True)
class Selection:
    """What the visitor chose: the filters, the period's name and the last day with data."""

    filters: Filters
    period: str
    fresh: date

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last of the chosen days."""
        return self.filters.start, self.filters.end

    @property
    def period_words(self) -> str:
        """The chosen days in words."""
        return formatting.period(self.filters.start, self.filters.end)

    @property
    def period_name(self) -> str:
        """The period's name in a sentence, "本周"."""
        return say(f"screen.filters.this_{self.period}")

    def at_least_weeks(self, weeks: int) -> Filters:
        """The same filters, begun earlier where the chosen period spans fewer than so many weeks."""
        longer = self.last_weeks(weeks)
        return longer if longer.start < self.filters.start else self.filters

    def last_weeks(self, weeks: int) -> Filters:
        """The same filters over whole ISO weeks up to the end of the chosen period."""
        monday = self.filters.end - timedelta(days=self.filters.end.weekday())
        return replace(self.filters, start=monday - timedelta(weeks=weeks - 1), end=monday + timedelta(days=6))

    @property
    def compared_to(self) -> str:
        """What a change is measured against, "上周"."""
        return say(f"screen.filters.before_{self.period}")


def filter_bar(*, keys: tuple[str, ...] = FILTER_KEYS) -> Selection:
    """Draw the row and return the selection; the store must not be empty.

    The page's headline usually stands above the row but needs its answer first: make a slot with
    `st.container()`, draw the row, then fill the slot.
    """
    first, last = data.period() or (date.today(), date.today())
    with st.container(key="filters", horizontal=True, vertical_alignment="center", gap="small"):
        period = _period_control()
        start, end = _custom_days(first, last) if period == "custom" else period_days(period, last)
        chosen = {key: _entity_control(key) for key in keys} | _attribute_control()
        without = _flag_control()
    chips, notes = st.container(), st.container()
    with chips:
        _active_chips(chosen | {WITHOUT: without})
    where = {key.removeprefix(ATTRIBUTE): values for key, values in chosen.items()}
    filters = replace(Filters.of(start, end, **where), without=without)
    if customers.telling(filters):
        components.refusal(say("screen.filters.telling"), say("screen.filters.telling_body", floor=FLOOR_SHOWN))
        st.stop()
    with notes:
        for said in filter(None, (data.left_out(filters), weights.note())):
            components.quiet_note(said)
    return Selection(filters, period, last)


def period_days(period: str, last: date) -> tuple[date, date]:
    """First and last day of a named period of whole ISO weeks, the last being the week of `last`."""
    monday = last - timedelta(days=last.weekday())
    weeks = PERIODS[period] or 1
    return monday - timedelta(weeks=weeks - 1), monday + timedelta(days=6)


def clear() -> None:
    """Forget all filters and the period."""
    st.session_state["period"] = DEFAULT_PERIOD
    for key in [*FILTER_KEYS, WITHOUT, *(key for key in st.session_state if str(key).startswith(ATTRIBUTE))]:
        st.session_state[key] = []


def _period_control() -> str:
    return address.kept(
        "period", tuple(PERIODS), default=DEFAULT_PERIOD, words=_period_words,
        draw=lambda: st.segmented_control(
            say("screen.filters.period"), list(PERIODS), required=True, key="period", format_func=_period_words,
            label_visibility="collapsed",
        ),
    )


def _custom_days(first: date, last: date) -> tuple[date, date]:
    days = st.date_input(
        say("screen.filters.days"), value=(max(first, last - timedelta(days=27)), last),
        min_value=first, max_value=last, format="YYYY-MM-DD", key="days", bind="query-params",
        label_visibility="collapsed", width=250,
    )
    # While only the first day is picked, the range ends with the data.
    return (days[0], days[-1]) if len(days) == 2 else (days[0] if days else first, last)


def _entity_control(key: str) -> tuple[str, ...]:
    options = data.values(key)
    if not options:
        return ()
    current = address.begin_several(key, options, words=_value_words)
    one = {"on_change": _newest_only, "args": (key,)} if key in ONE_AT_A_TIME else {}
    with st.popover(_label(key, current), key=f"popover-{key}"):
        chosen = address.kept_several(
            key, options, words=_value_words,
            draw=lambda: st.pills(
                say(f"keys.{key}"), options, selection_mode="multi", key=key, label_visibility="collapsed",
                format_func=_value_words, **one,
            ),
        )
    return chosen[:1] if one else chosen


def _newest_only(key: str) -> None:
    st.session_state[key] = (st.session_state[key] or [])[-1:]


def _attribute_control() -> dict[str, tuple[str, ...]]:
    """One control for all attributes that the files brought beyond the usual keys; none where they brought none."""
    offered = {f"{ATTRIBUTE}{name}": values for name, values in _attributes() if len(values) <= VALUES_LISTED}
    if not offered:
        return {}
    current = {key: address.begin_several(key, offered[key], words=_value_words) for key in offered}
    title = say("screen.filters.attributes")
    count = sum(bool(values) for values in current.values())
    label = say("screen.filters.several", name=title, count=count) if count else title
    with st.popover(label, key="popover-attributes"):
        return {
            key: address.kept_several(key, values, words=_value_words, draw=lambda key=key, values=values: st.pills(
                literal(_name(key)), values, selection_mode="multi", key=key, format_func=_value_words,
            ))
            for key, values in offered.items()
        }


def _attributes() -> list[tuple[str, tuple[str, ...]]]:
    """What files say of customers beyond the keys that have a control of their own, each with its values."""
    held = [(key, tuple(data.values(key))) for key in CUSTOMER_FILE_KEYS if key not in FILTER_KEYS]
    return [*(pair for pair in held if pair[1]), *data.attributes()]


def _flag_control() -> tuple[str, ...]:
    """The choice of flags whose answers are left out of every number; none where no answer carries one."""
    options = data.flags()
    if not options:
        return ()
    current = address.begin_several(WITHOUT, options, words=_flag_words)
    title = say("screen.filters.without")
    label = say("screen.filters.several", name=title, count=len(current)) if current else title
    with st.popover(label, key=f"popover-{WITHOUT}"):
        return address.kept_several(
            WITHOUT, options, words=_flag_words,
            draw=lambda: st.pills(
                say("screen.filters.without_label"), options, selection_mode="multi", key=WITHOUT,
                format_func=_flag_words,
            ),
        )


def _value_words(value: str, language: str | None = None) -> str:
    return literal(named(value, language))


def _period_words(name: str, language: str | None = None) -> str:
    return say(f"screen.filters.{name}", language=language)


def _flag_words(flag: str, language: str | None = None) -> str:
    return say(f"flags.{flag}", language=language)


def _name(key: str) -> str:
    """What a control's key is called; an attribute by its own name."""
    if key == WITHOUT:
        return say("screen.filters.without")
    name = key.removeprefix(ATTRIBUTE)
    return name if key.startswith(ATTRIBUTE) and name not in CUSTOMER_FILE_KEYS else say(f"keys.{name}")


def _label(key: str, chosen: tuple[str, ...]) -> str:
    name = say(f"keys.{key}")
    if not chosen:
        return say("screen.filters.all", name=name)
    if len(chosen) > NAMED_VALUES:
        return say("screen.filters.several", name=name, count=len(chosen))
    return say("screen.filters.chosen", name=name, values=literal(listed(chosen)))


def _active_chips(chosen: dict[str, tuple[str, ...]]) -> None:
    if not any(chosen.values()):
        return
    with st.container(key="active-filters", horizontal=True, vertical_alignment="center", gap="xsmall"):
        for key, values in chosen.items():
            for value in values:
                shown = _flag_words(value) if key == WITHOUT else named(value)
                label = say("screen.filters.chip", name=literal(_name(key)), value=literal(shown))
                st.button(label, key=f"drop-{key}-{value}", icon=":material/close:", icon_position="right",
                          on_click=_drop, args=(key, value))
        st.button(say("screen.filters.clear"), key="clear-filters", type="tertiary", on_click=clear)


def _drop(key: str, value: str) -> None:
    st.session_state[key] = [v for v in st.session_state.get(key) or () if v != value]
