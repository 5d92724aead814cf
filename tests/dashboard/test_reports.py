"""The weekly report on the page 数据: chosen, made in the background, or refused in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from analysis.i18n import say
from analysis.store import Warehouse
from analysis.watching import REPORT_STAGES
from dashboard import data, reports
from tests.dashboard.conftest import PATIENCE_SECONDS, shown_html


@pytest.fixture
def card(one_row_store: Warehouse, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The card alone, on a store that holds one answer sheet."""

    def script() -> None:
        from dashboard import reports

        reports.card()

    st.cache_resource.clear()
    monkeypatch.setattr(data.Warehouse, "open", lambda *_: one_row_store)
    yield AppTest.from_function(script, default_timeout=PATIENCE_SECONDS).run()
    st.cache_resource.clear()


def test_a_week_that_could_point_at_people_has_no_report(card: AppTest) -> None:
    assert card.selectbox(key="report-week").value == date(2026, 3, 2)
    card.button(key="report-make").click().run()
    card.session_state["report-work"].wait(PATIENCE_SECONDS)
    card.run()
    assert not card.exception
    assert say("report.refused.too_few", week="2026-W10", least=5) in shown_html(card)
    assert not card.get("download_button")


def test_a_made_report_is_offered_under_its_name(card: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    made = reports.ReportFile("客户声音周报_2026-W10.html", b"<html>", "text/html", date(2026, 3, 2))
    monkeypatch.setattr(reports, "making", lambda *_, **__: reports.Work(lambda _: made, stages=REPORT_STAGES))
    card.button(key="report-make").click().run()
    card.session_state["report-work"].wait(PATIENCE_SECONDS)
    card.run()
    assert not card.exception
    assert made.name in shown_html(card)
    assert len(card.get("download_button")) == 1


def test_a_report_can_be_stopped(one_row_store: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(_, __, *, watch) -> None:
        while True:
            watch.step("gathering", 1, 2)

    monkeypatch.setattr(reports.report, "week_content", endless)
    work = reports.making(one_row_store, date(2026, 3, 2), "html", language="en")
    work.cancel()
    assert work.wait(PATIENCE_SECONDS)
    assert work.result() is None
    assert work.advance.stage in REPORT_STAGES
