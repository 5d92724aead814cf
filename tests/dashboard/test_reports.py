"""The weekly report on the page 数据: chosen, made in the background, or refused in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from streamlit.testing.v1 import AppTest

from analysis.i18n import say
from analysis.store import Warehouse
from analysis.watching import REPORT_STAGES
from dashboard import reports
from tests.dashboard.conftest import PATIENCE_SECONDS, shown_html


def test_a_week_that_could_point_at_people_has_no_report(
    open_app: Callable[[Warehouse], AppTest], one_row_store: Warehouse
) -> None:
    app = open_app(one_row_store)
    app.switch_page("dashboard/pages/data.py").run()
    assert app.selectbox(key="report-week").value == date(2026, 3, 2)
    app.button(key="report-make").click().run()
    app.session_state["report-work"].wait(PATIENCE_SECONDS)
    app.run()
    assert not app.exception
    assert say("report.refused.too_few", week="2026-W10", least=5) in shown_html(app)
    assert [button.key for button in app.get("download_button") if "report" in (button.key or "")] == []


def test_a_report_can_be_stopped(one_row_store: Warehouse, monkeypatch) -> None:
    def endless(_, __, *, watch) -> None:
        while True:
            watch.step("gathering", 1, 2)

    monkeypatch.setattr(reports.report, "week_content", endless)
    work = reports.making(one_row_store, date(2026, 3, 2), "html", language="en")
    work.cancel()
    assert work.wait(PATIENCE_SECONDS)
    assert work.result() is None
    assert work.advance.stage in REPORT_STAGES
