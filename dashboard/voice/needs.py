"""What customers ask for: dimension by need, with their own words."""

from __future__ import annotations

import streamlit as st

from analysis.briefing.needs import NeedCell, NeedMap
from analysis.i18n import named, say
from analysis.text.needs import kinds_of_needs
from dashboard import address, comments, components, formatting, numbers, quotes
from dashboard.charts.base import mark_id, plain
from dashboard.charts.needs import need_heat
from dashboard.filters import Selection
from dashboard.formatting import literal

LISTED = 10
CHOSEN, CHART, MARKS = "need-cell", "need-chart", "need-marks"


def view(selection: Selection) -> None:
    """The map, the list of the largest needs, and the comments of one."""
    with st.spinner(say("screen.needs.reading")):
        found = comments.needs(selection.filters)
    left, right = st.columns([3, 2], gap="small")
    with left:
        map_card(found, selection)
    with right:
        quote_card(found)
    if found.cells:
        list_card(found)


def map_card(found: NeedMap, selection: Selection) -> None:
    """Comments by dimension and need."""
    title = say("screen.needs.none")
    if found.cells:
        top = found.cells[0]
        key = "title" if top.dimension else "title_free"
        title = say(f"screen.needs.{key}", need=_need(top.need), dimension=_dimension(top.dimension),
                    count=f"{top.count:,}")
    rule = say("screen.needs.rule", asking=f"{found.asking:,}", searched=f"{found.searched:,}")
    with components.card(title, rule, key="needs"):
        if not found.cells:
            components.quiet_note(say("screen.needs.none_body"))
            return
        at = {(cell.dimension, cell.need): cell for cell in found.cells}
        rows = list(dict.fromkeys(cell.dimension for cell in found.cells))
        rows.sort(key=lambda name: (name is None, -sum(c.count for c in found.cells if c.dimension == name)))
        columns = [need for need in (*kinds_of_needs(), "") if any(cell.need == need for cell in found.cells)]
        grid = [[at.get((row, column)) for column in columns] for row in rows]
        figure = need_heat(
            [[cell.count if cell else None for cell in line] for line in grid],
            [[_hover(cell) if cell else "" for cell in line] for line in grid],
            rows=[_dimension(row) for row in rows], columns=[_need(column) for column in columns],
        )
        st.session_state[MARKS] = {mark_id(i, j): _place(at[row, column]) for i, row in enumerate(rows)
                                   for j, column in enumerate(columns) if (row, column) in at}
        components.chart(figure, key=CHART, alt=title, picked=_picked)
        lines = [({"dimension": _dimension(c.dimension), say("screen.needs.need"): _need(c.need)}, c.share)
                 for c in found.cells]
        numbers.menu(numbers.table(lines), card="needs", days=selection.days)


def list_card(found: NeedMap) -> None:
    """The largest needs as a table, each with one wish in the customer's words."""
    header = [say(f"screen.needs.column_{name}") for name in ("dimension", "need", "count", "share", "said")]
    rows = [
        [
            _dimension(cell.dimension), _need(cell.need), f"{cell.count:,}",
            formatting.value(cell.share.floored(), places=0), cell.quotes[0].passages[0],
        ]
        for cell in found.cells[:LISTED]
    ]
    with components.card(say("screen.needs.list"), say("screen.needs.list_rule"), key="need-list"):
        components.text_table(header, rows, label=say("screen.needs.list"), numeric=frozenset({2, 3}))


def quote_card(found: NeedMap) -> None:
    """The comments of the chosen cell with the wish in colour."""
    with components.card(say("screen.needs.quotes"), say("screen.words.quotes_rule"), key="need-quotes"):
        if not found.cells:
            components.quiet_note(say("screen.words.quotes_none"))
            return
        cells = {_place(cell): cell for cell in found.cells}
        cell = cells[address.kept(CHOSEN, list(cells), default=next(iter(cells)), words=None, draw=lambda: st.selectbox(
            say("screen.needs.which"), list(cells), key=CHOSEN, label_visibility="collapsed",
            format_func=lambda at: _option_words(cells[at]),
        ))]
        components.quiet_note(say("screen.needs.facts", count=f"{cell.count:,}", evidence=_share_words(cell)))
        quotes.wish_list(cell.quotes, empty=say("screen.words.quotes_none"))


def _picked() -> None:
    """The cell that was clicked becomes the chosen one."""
    cell = st.session_state.get(MARKS, {}).get(components.picked_mark(CHART))
    if cell:
        st.session_state[CHOSEN] = cell


def _place(cell: NeedCell) -> str:
    return mark_id(cell.dimension or "", cell.need)


def _option_words(cell: NeedCell) -> str:
    return literal(say("screen.needs.option", dimension=_dimension(cell.dimension), need=_need(cell.need)))


def _share_words(cell: NeedCell) -> str:
    share = cell.share.floored()
    return f"{formatting.value(share)} · {formatting.evidence(share)}" if share.shown else formatting.value(share)


def _hover(cell: NeedCell) -> str:
    place = f"{_dimension(cell.dimension)} · {_need(cell.need)}"
    return f"<b>{plain(place)}</b><br>{plain(_share_words(cell))}"


def _dimension(name: str | None) -> str:
    return named(name) if name else say("screen.needs.no_dimension")


def _need(name: str) -> str:
    return named(name) if name else say("screen.needs.other")
