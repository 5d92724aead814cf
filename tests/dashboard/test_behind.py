"""A number opens its words and cases, by the mark and by the keyboard; small groups are led to from nowhere."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import openpyxl
import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from analysis.i18n import say
from analysis.schema import Filters, Scope
from analysis.store import Warehouse
from dashboard import behind, data
from tests.dashboard.conftest import PATIENCE_SECONDS, chart_specs, shown_html
from tests.store.made_sheets import LONG, SOLVED, UNSOLVED, WAITING, fill

CELL = f"自助结账 · {WAITING}"


def cards() -> None:
    """The weak cells and the causes of a page, without the page."""
    from analysis.schema import Filters
    from dashboard import behind, data, numbers
    from dashboard.charts.touchpoints import place, weak_dimension_chart
    from dashboard.complaints.causes import cause_card
    from dashboard.filters import Selection

    filters = Filters.of(*data.period())
    report = data.weak_dimensions(filters)
    behind.chart(
        weak_dimension_chart(report),
        [behind.group(place(c.keys), place(c.keys), c.estimate, c.keys, filters) for c in report.cells],
        key="weak-chart", alt="", frame=numbers.table((c.keys, c.estimate) for c in report.cells), card="weak",
        days=data.period(),
    )
    cause_card(data.complaint_causes(filters), Selection(filters, "custom", filters.end))


@pytest.fixture
def app(empty_store: Warehouse, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    fill(empty_store)
    st.cache_resource.clear()
    monkeypatch.setattr(data.Warehouse, "open", lambda *_: empty_store)
    yield AppTest.from_function(cards, default_timeout=PATIENCE_SECONDS).run()
    st.cache_resource.clear()


def test_numbers_open_from_the_keyboard_and_small_groups_have_no_way_in(app: AppTest) -> None:
    assert CELL in {name for spec in chart_specs(app) for t in json.loads(spec)["data"] for name in t.get("ids") or ()}
    app.session_state["popover-weak"] = True
    groups = app.run().selectbox(key="weak-chart-group")
    assert (groups.value, CELL in groups.options) == (None, True)
    assert not [name for name in groups.options if "小程序" in name], "three people are no group"
    assert f'<table aria-label="{say("screen.numbers.weak")}"' in shown_html(app)
    html = shown_html(groups.set_value(CELL).run())
    assert not app.exception
    assert say("screen.behind.comments", count="12") in html
    assert html.count(f'<mark class="xs-attention">{LONG}</mark>') == behind.PER_PAGE
    assert app.session_state["popover-weak"] is False, "the menu gives way to what was chosen"
    assert app.session_state["weak-chart-group"] is None, "the next choice may be the same"
    app.session_state[behind.ASKED] = ("weak-chart", f"小程序 · {SOLVED}")  # as a forged click would
    html = shown_html(app.run())
    assert not app.exception
    assert say("screen.behind.comments", count="3") not in html
    app.session_state[behind.ASKED] = ("cause-chart", "物流")
    html = shown_html(app.run())
    cases = html[html.index(say("screen.behind.cases", count="12")) :]
    assert "1.5" in cases
    assert "退款" not in cases


def test_the_file_holds_what_the_screen_shows(empty_store: Warehouse, monkeypatch) -> None:
    fill(empty_store)
    monkeypatch.setattr(behind.data, "warehouse", lambda: empty_store)
    book = openpyxl.load_workbook(io.BytesIO(behind.workbook(Scope(Filters(), dimensions=(SOLVED,)))))
    comments, cases = (pd.DataFrame(sheet.values) for sheet in book.worksheets)
    assert (len(comments), len(cases)) == (7 + 1, 14 + 1)
    assert UNSOLVED in set(comments.iloc[1:, -1])
    hidden = openpyxl.load_workbook(io.BytesIO(behind.workbook(Scope(Filters.of(channel="小程序")))))
    assert [sheet.max_row for sheet in hidden.worksheets] == [1, 1]
