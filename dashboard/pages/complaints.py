"""投诉: are promises kept, how many complaints there are, what they are about, and how they are handled."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from analysis.briefing import Cause
from analysis.briefing.promises import Board
from analysis.i18n import say
from dashboard import components, data, formatting, service
from dashboard.complaints import causes, handling, promises, told
from dashboard.filters import Selection, filter_bar


def page() -> None:
    """Volume, causes, one cause over time, and the complaints themselves."""
    if data.is_empty():
        components.empty_state(say("screen.complaints.empty"), say("screen.complaints.empty_body"))
        with st.container(horizontal=True, horizontal_alignment="center"):
            st.page_link("dashboard/pages/data.py", label=say("screen.complaints.upload"))
        return
    head = st.container()
    selection = filter_bar()
    found = data.complaint_causes(selection.filters)
    board = service.board(selection.filters)
    with head:
        counted = answer(selection, found)
        kept = promises.answer(board, selection)
        notes = [str(counted.striptags()) if kept else "", base_line(selection)]
        components.page_headline(kept or counted, " · ".join(filter(None, notes)))
    if board.tickets:
        promise_rows(board, selection)
    left, right = st.columns([3, 2], gap="small")
    with left:
        causes.volume_card(selection)
    with right:
        causes.cause_card(found, selection)
    left, right = st.columns([3, 2], gap="small")
    with left:
        causes.course_card(found, selection)
    with right:
        causes.list_card(selection, causes.chosen_cause(found))
    if board.tickets:
        handling_rows(selection)
        told.card()


def promise_rows(board: Board, selection: Selection) -> None:
    """Promises with what is open; then one promise by group and over time."""
    left, right = st.columns([3, 2], gap="small")
    with left:
        promises.promise_card(board, selection)
    with right:
        promises.open_card(board)
    left, right = st.columns([3, 2], gap="small")
    with left:
        promises.parts_card(board, selection)
    with right:
        promises.course_card(board, selection)


def handling_rows(selection: Selection) -> None:
    """Where complaints pile up; first contacts; bots against people."""
    left, right = st.columns([3, 2], gap="small")
    with left:
        handling.hotspot_card(selection)
    with right:
        handling.first_contact_card(selection)
    handling.bot_card(selection)


def answer(selection: Selection, found: Sequence[Cause]) -> Markup:
    """The first line: how many, whether the rate changed, and the cause to look at."""
    count = data.totals(selection.filters)["tickets"]
    if not count:
        return components.emphasised("screen.complaints.answer_none", period=selection.period_name)
    rate = causes.rate(selection)
    if rate.estimate.floored().shown:
        change = say(f"screen.complaints.change_{rate.verdict}", before=selection.compared_to)
        volume = components.emphasised(
            "screen.complaints.answer_rate", period=selection.period_name, count=f"{count:,}",
            rate=formatting.value(rate.estimate), change=change,
        )
    else:
        volume = components.emphasised(
            "screen.complaints.answer_count", period=selection.period_name, count=f"{count:,}"
        )
    return volume + causes.ending(causes.cause_to_see(found))


def base_line(selection: Selection) -> str:
    """The second line: period, orders behind the rate, its interval, freshness."""
    rate = causes.rate(selection).estimate.floored()
    count = data.totals(selection.filters)["tickets"]
    parts = [selection.period_words, say("screen.common.tickets", count=f"{count:,}")]
    if rate.shown:
        parts += [
            say("screen.complaints.rate_interval", interval=formatting.interval(rate)),
            say("screen.common.orders", count=f"{rate.n:,}"),
        ]
    return " · ".join([*parts, say("screen.common.fresh", day=formatting.day(selection.fresh))])


page()
