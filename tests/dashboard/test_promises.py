"""投诉: promises first, with what is open, who keeps them least, and where they are changed."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analysis.i18n import say
from analysis.schema import Promise
from analysis.store import Warehouse
from dashboard import behind
from tests.dashboard.conftest import chart_specs, shown_html
from tests.dashboard.test_pages import failed
from tests.store.hand_made import batch

COMPLAINTS = "dashboard/pages/complaints.py"
OpenApp = Callable[[Warehouse], AppTest]


def ticket(number: int, channel: str, hours: float | None) -> dict:
    created = pd.Timestamp("2026-03-02 10:00:05") + pd.Timedelta(hours=number % 60)
    closed = {} if hours is None else {"closed": created + pd.Timedelta(hours=hours), "status": "已办结"}
    return {
        "ticket_id": f"T{number}", "created": created, "first_reply": created + pd.Timedelta(minutes=5),
        "plan": created + pd.Timedelta(hours=1), "channel": channel, "category": "物流", "store": "甲店",
        "priority": "普通", "contacts": 1.0, "reopened": False, "customer_id": f"C{number}", "status": "处理中",
        **closed,
    }


@pytest.fixture
def promise_store(empty_store: Warehouse) -> Warehouse:
    """APP closes in time, the hotline in two days; ten tickets have waited for a week."""
    tickets = [ticket(i, "APP", 6) for i in range(60)] + [ticket(100 + i, "电话客服", 48) for i in range(60)]
    tickets += [ticket(240 + i, "APP", None) | {"created": pd.Timestamp("2026-02-26 09:00:05")} for i in range(10)]
    n = len(tickets)
    who = ["智能客服", "人工客服"] * (n // 2)
    held = batch("complaint", {"tickets": tickets}, contents=list(range(n)), identities=list(range(n)))
    held.others["attributes"] = pd.DataFrame({"row": range(2, n + 2), "name": "首次应答", "value": who})
    empty_store.add(held)
    return empty_store


def test_promises_stand_first_and_are_changed_where_they_are_judged(open_app: OpenApp, promise_store) -> None:
    app = open_app(promise_store, page=COMPLAINTS)
    assert not failed(app)
    html = shown_html(app)
    head = html.split('class="xs-head"')[1].split("</p>")[0]
    assert "24 小时内办结的占 46%" in head  # 60 of 130, ten of them still open
    assert "现有 10 件已超时" in head
    assert say("screen.promises.open", count="10", late="10") in html
    assert "高估 3.8 个百分点" in html
    assert "电话客服的办结兑现最低" in html
    assert "机器人先接 50.0%" in html
    assert say("screen.hotspots.none") in html
    assert any("承诺 24 小时" in chart for chart in chart_specs(app))
    app.session_state[behind.ASKED] = ("promise-course-chart", "1440.0")
    assert say("screen.behind.cases", count="70") in shown_html(app.run()), "60 took two days, ten still wait"
    app.selectbox(key="promise-key").set_value("hour")
    app.selectbox(key="told-name").set_value("closed").run()
    app.text_input(key="author").set_value("李雷")
    app.number_input(key="told-closed-amount").set_value(72.0)
    app.button(key="promise-keep").click().run()
    assert not failed(app)
    assert {p.name: p.minutes for p in promise_store.promises()}["closed"] == 72 * 60
    assert "3 天内办结的占 92%" in shown_html(app)
    assert say("keys.hour") in shown_html(app)
    app.session_state[behind.ASKED] = ("promise-parts-chart", say("durations.hours_of_day", first=10, last=11))
    assert say("screen.behind.cases", count="6") in shown_html(app.run()), "three a day of each channel came in at 10"
    promise_store.set_promise(Promise("closed", "closed", 99.0), who="韩梅梅", seen=72 * 60)  # somebody else, meanwhile
    app.number_input(key="told-closed-amount").set_value(5.0)
    app.button(key="promise-keep").click().run()
    assert not failed(app)
    assert say("screen.told.failed") in shown_html(app)
    assert {p.name: p.minutes for p in promise_store.promises()}["closed"] == 99.0


def test_tickets_without_times_say_so(open_app: OpenApp, empty_store: Warehouse) -> None:
    tickets = [
        {"ticket_id": f"T{i}", "created": pd.Timestamp("2026-03-02 10:00:05"), "category": "物流", "channel": "APP"}
        for i in range(40)
    ]
    empty_store.add(batch("complaint", {"tickets": tickets}, contents=list(range(40)), identities=list(range(40))))
    app = open_app(empty_store, page=COMPLAINTS)
    assert not failed(app)
    html = shown_html(app)
    assert say("screen.promises.none_body") in html
    assert say("screen.bots.none_body") in html
    assert say("screen.promises.open_unknown") in html, "nobody says that all of them are closed"
    assert say("screen.promises.parts_unjudged_body") in html
    assert "没有对应的订单量" in html
