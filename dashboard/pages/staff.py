"""员工: the star of the month, everybody's place fairly to small numbers, and what customers say of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd
import streamlit as st
from markupsafe import Markup

from analysis.briefing import Ranking
from analysis.briefing.staff import Employee, Stars
from analysis.estimate import Estimate
from analysis.i18n import listed, say
from dashboard import address, behind, cards, components, customers, data, formatting, numbers, quotes
from dashboard.charts.rankings import likely_chart
from dashboard.filters import Selection, filter_bar
from dashboard.formatting import literal

MONTH = "star-month"
LEAST_WEEKS = 26
BEST = 10  # a monthly list that people read
SHOWN_QUOTES = 4


def page() -> None:
    """Star of the month, the first ten, everybody as a table, and one employee's comments."""
    if data.is_empty():
        cards.nothing_yet()
        return
    head = st.container()
    selection = filter_bar()
    filters = selection.at_least_weeks(LEAST_WEEKS)
    ranking, people = customers.employees(filters)
    months = customers.months()
    if not people or not months:
        with head:
            components.page_headline(say("screen.staff.answer_none"))
        with components.card(say("screen.staff.none_title"), key="no-staff"):
            components.quiet_note(say("screen.staff.none_body"))
        return
    month = date.fromisoformat(address.begin(MONTH, _names(months), default=months[0].isoformat()))
    found = customers.stars(selection.filters, month=month)
    with head:
        components.page_headline(answer(found), base_line(people, selection))
    left, right = st.columns([2, 3], gap="small")
    with left:
        _star_card(found, months, selection)
        _quotes_card(people, selection)
    with right:
        _order_card(ranking, selection)
    _table_card(people, selection)


def answer(found: Stars) -> Markup:
    """The page's first line: the star of the month, or why there is none."""
    month = span_name(found)
    if found.names:
        return components.emphasised("screen.staff.answer", emphasis=listed(found.names), tone="good", month=month)
    return components.emphasised(f"screen.staff.answer_{found.why}", month=month)


def base_line(people: Sequence[Employee], selection: Selection) -> str:
    """The second line: how many are compared, and how fresh the data are."""
    placed = sum(person.ranked.place_low is not None for person in people)
    counts = say("screen.staff.counts", placed=placed, others=len(people) - placed, weeks=LEAST_WEEKS)
    return " · ".join([counts, say("screen.common.fresh", day=formatting.day(selection.fresh))])


def month_name(month: date) -> str:
    """"2026 年 10 月"."""
    return say("screen.staff.month_of", year=month.year, month=say(f"months.{month.month}"))


def span_name(found: Stars) -> str:
    """The month that was judged, or that it was three; why, the card's rule says."""
    last = month_name(found.month)
    return say("screen.staff.quarter", last=last) if found.quarter else last


def _names(months: Sequence[date]) -> list[str]:
    return [month.isoformat() for month in months]


def star_title(found: Stars) -> str:
    """The star with the evidence, or that there is none."""
    if not found.names or found.best is None:
        quarter = "_quarter" if found.quarter else ""
        return say(f"screen.staff.star_{found.why}{quarter}", compared=found.compared)
    return say(
        "screen.staff.star", names=listed(found.names), value=formatting.value(found.best.likely),
        interval=formatting.interval(found.best.likely), mean=formatting.number(100 * found.mean, places=1),
    )


def _star_card(found: Stars, months: Sequence[date], selection: Selection) -> None:
    with components.card(star_title(found), say("screen.staff.star_rule"), key="star"):
        address.kept(MONTH, _names(months), default=months[0].isoformat(), words=None, draw=lambda: st.selectbox(
            say("screen.staff.month"), _names(months), key=MONTH, width=220, label_visibility="collapsed",
            format_func=lambda name: month_name(date.fromisoformat(name)),
        ))
        best = found.best
        lines = [({"staff": best.name}, best.likely)] if best else []
        numbers.menu(numbers.table(lines), card="star", days=(found.since, found.month))


def _order_card(ranking: Ranking, selection: Selection) -> None:
    placed = [unit for unit in ranking.units if unit.place_low is not None]
    if not placed:
        with components.card(say("screen.staff.order_none"), key="staff-order"):
            components.quiet_note(say("screen.staff.order_few"))
        return
    title = say(
        "screen.staff.order" if ranking.worth_ranking else "screen.staff.order_alike",
        count=min(BEST, len(placed)), share=formatting.number(100 * ranking.reliability),
    )
    with components.card(title, say("screen.staff.order_rule", weeks=LEAST_WEEKS), key="staff-order"):
        filters = selection.at_least_weeks(LEAST_WEEKS)
        lines = [({"staff": unit.name}, unit.likely) for unit in placed]
        behind.chart(
            likely_chart(placed[:BEST]),
            [behind.group(u.name, u.name, u.estimate, {"staff": u.name}, filters) for u in placed],
            key="staff-order-chart", alt=title, frame=numbers.table(lines), card="staff-order", days=selection.days,
        )
        components.quiet_note(say("screen.stores.unadjusted"))


def _table_card(people: Sequence[Employee], selection: Selection) -> None:
    with components.card(say("screen.staff.table", count=len(people)), say("screen.staff.table_rule"), key="staff"):
        st.dataframe(table(people), hide_index=True, width="stretch", height=380, key="staff-table")
        measures = {"nps": "nps", "praise": "praise", "satisfied": "ranked"}
        lines = [
            ({"staff": person.name, "metric": say(f"screen.staff.column_{name}")}, _measure(person, name))
            for person in people for name in measures
        ]
        numbers.menu(numbers.table(lines), card="staff", days=selection.days)


def _measure(person: Employee, name: str) -> Estimate:
    return person.ranked.estimate if name == "satisfied" else getattr(person, name)


def table(people: Sequence[Employee]) -> pd.DataFrame:
    """Everybody with each number, its interval and n; what must not be shown says why."""
    lines = [
        {
            say("keys.staff"): person.name,
            **{say(f"screen.staff.column_{name}"): _cell(_measure(person, name).floored())
               for name in ("satisfied", "nps", "praise")},
            say("screen.staff.column_place"): _place(person),
        }
        for person in people
    ]
    return pd.DataFrame(lines)


def _cell(estimate: Estimate) -> str:
    if not estimate.shown:
        return formatting.withheld(estimate)
    shown = say("screen.common.with_limits", value=formatting.value(estimate), limits=formatting.interval(estimate))
    return f"{shown} {formatting.base(estimate.n)}"


def _place(person: Employee) -> str:
    low, high = person.ranked.place_low, person.ranked.place_high
    return "" if low is None else f"{low}–{high}"


def _quotes_card(people: Sequence[Employee], selection: Selection) -> None:
    with components.card(say("screen.staff.quotes"), say("screen.staff.quotes_rule"), key="staff-quotes"):
        names = [person.name for person in people]
        name = address.kept("staff-name", names, default=names[0], words=None, draw=lambda: st.selectbox(
            say("keys.staff"), names, key="staff-name", label_visibility="collapsed", width=220, format_func=literal,
        ))
        filters = selection.at_least_weeks(LEAST_WEEKS).narrowed(staff=name)
        found = data.quotes(filters, limit=SHOWN_QUOTES)
        quotes.comment_list(found, empty=say("screen.staff.quotes_empty"))


page()
