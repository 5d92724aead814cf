"""投诉: rates where orders are known, counts where not, causes, and the texts behind them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from analysis import pipeline
from analysis.i18n import say
from analysis.store import Warehouse
from tests.dashboard.conftest import chart_specs, shown_html
from tests.dashboard.test_pages import failed

COMPLAINTS = "dashboard/pages/complaints.py"
OpenApp = Callable[[Warehouse], AppTest]
SUNDAY = date(2026, 11, 22)


def tickets(causes: dict[str, int], *, end: date = SUNDAY) -> bytes:
    """A complaint file with this many tickets per cause, spread over the four weeks up to `end`."""
    lines = ["工单编号,受理时间,投诉类别,投诉渠道,投诉描述"]
    for cause, count in causes.items():
        lines += [
            f"T{end:%m%d}{cause}{i},{end - timedelta(days=i % 28)} 10:00,{cause},APP,关于{cause}的第{i}件，请尽快处理"
            for i in range(count)
        ]
    return "\n".join(lines).encode()


def orders() -> bytes:
    days = [SUNDAY - timedelta(days=i) for i in range(84)]
    return "\n".join(["日期,渠道,订单量", *(f"{day},APP,1000" for day in days)]).encode()


@pytest.fixture
def complaint_store(empty_store: Warehouse) -> Warehouse:
    pipeline.import_file(empty_store, tickets({"配送延误": 90, "服务态度": 60}), file_name="c.csv", kind="complaint")
    return empty_store


@pytest.fixture
def rate_store(complaint_store: Warehouse) -> Warehouse:
    before = tickets({"配送延误": 20, "服务态度": 120}, end=SUNDAY - timedelta(days=28))
    pipeline.import_file(complaint_store, before, file_name="before.csv", kind="complaint")
    pipeline.import_file(complaint_store, orders(), file_name="orders.csv", kind="volume")
    return complaint_store


def complaints(open_app: OpenApp, store: Warehouse, period: str = "weeks4") -> AppTest:
    app = open_app(store, page=COMPLAINTS)
    if any(control.key == "period" for control in app.segmented_control):
        app.segmented_control(key="period").set_value(period).run()
    return app


def test_without_data_the_page_says_what_to_do(open_app: OpenApp, empty_store: Warehouse) -> None:
    app = complaints(open_app, empty_store)
    assert not failed(app)
    assert not chart_specs(app)
    assert say("screen.complaints.empty_body") in shown_html(app)


def test_answers_without_complaints(open_app: OpenApp, one_row_store: Warehouse) -> None:
    app = complaints(open_app, one_row_store)
    assert not failed(app)
    assert not chart_specs(app)
    assert say("screen.complaints.answer_none", period="近 4 周") in shown_html(app)


def test_without_orders_counts_stand_instead_of_rates(open_app: OpenApp, complaint_store: Warehouse) -> None:
    app = complaints(open_app, complaint_store)
    assert not failed(app)
    html = shown_html(app)
    assert say("screen.complaints.answer_count", period="近 4 周", count="150") in html
    assert say("screen.complaints.counts_rule") in html


def test_with_orders_the_rate_has_an_interval(open_app: OpenApp, rate_store: Warehouse) -> None:
    app = complaints(open_app, rate_store)
    assert not failed(app)
    head = shown_html(app).split('class="xs-head"')[1].split("</p>")[0]
    assert "每千单 5.36 件" in head  # 150 complaints for 28,000 orders
    assert "4.53\u2009–\u20096.29" in head  # exact Poisson limits: 126.96 and 176.02 of 28


def test_a_cause_that_rose_is_named_and_chosen(open_app: OpenApp, rate_store: Warehouse) -> None:
    app = complaints(open_app, rate_store)
    assert '<span class="xs-attention">配送延误</span>' in shown_html(app)
    assert app.selectbox(key="cause").value == "配送延误"
    assert say("screen.complaints.found", count="90") in shown_html(app)
    app.selectbox(key="cause").set_value("服务态度").run()
    assert not failed(app)
    assert say("screen.complaints.found", count="60") in shown_html(app)
    app.segmented_control(key="complaint-which").set_value("all").run()
    assert say("screen.complaints.found", count="150") in shown_html(app)


def test_the_sample(open_app: OpenApp, sample_store: Warehouse) -> None:
    app = complaints(open_app, sample_store, "weeks12")
    assert not failed(app)
    assert len(chart_specs(app)) == 7  # promises, one by group, its course, first contacts; volume, causes, one cause
    assert "每千单" in shown_html(app)
