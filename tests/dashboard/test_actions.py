"""行动与目标: an action from a finding, what the other changed, targets, and a record that was tampered with."""

from __future__ import annotations

import json
from datetime import date, timedelta

import numpy as np
import pytest

from analysis.actions import Goal, Plan
from analysis.estimate import Estimate
from analysis.i18n import say
from analysis.store import Warehouse
from dashboard import behind
from dashboard.charts.base import mark_id
from dashboard.charts.lines import Point, time_line
from dashboard.charts.marks import Mark
from tests.dashboard.conftest import chart_specs, shown_html
from tests.store.hand_made import batch

FIRST = date(2026, 3, 2)
WEEKS = 24
ASKED = {"服务态度": 4, "商品质量": 4, "价格": 4, "排队等候": 2}  # the last one is the weak spot


def chain_rows(first: date = FIRST) -> list[dict]:
    rng = np.random.default_rng(20260302)
    rows = []
    for person in range(WEEKS * 7 * 3):
        day = first + timedelta(days=person // 3)
        place = {"response_id": f"r{person}", "day": day, "store": f"店{person % 6}", "touchpoint": "门店"}
        rows += [
            {**place, "dimension": name, "metric": "csat", "scale": "1-5",
             "score": float(np.clip(usual + rng.integers(-1, 2), 1, 5))}
            for name, usual in ASKED.items()
        ]
        asked = {"dimension": "推荐意愿", "metric": "nps", "scale": "0-10"}
        rows.append({**place, **asked, "score": float(8 + person % 3)})
    return rows


def fill(store: Warehouse, *, first: date = FIRST) -> Warehouse:
    """Six stores and four questions at one touchpoint, the last of which is the weak spot."""
    rows = chain_rows(first)
    store.add(batch("survey", {"answers": rows}, contents=list(range(len(rows)))))
    return store


@pytest.fixture
def store(empty_store):
    return fill(empty_store)


def pressed(app, key: str):
    return next(button for button in app.button if button.key and button.key.startswith(key)).click().run()


def labelled(app, label: str):
    return next(button for button in app.button if button.label == label).click().run()


def test_from_a_finding_to_the_list_and_back_with_a_conflict(open_app, store) -> None:
    app = open_app(store)
    app = pressed(app, "act-now-1").switch_page("dashboard/pages/actions.py").run()
    assert say("screen.actions.form_new") in shown_html(app)
    assert app.selectbox(key="act-dimension-1").value == "排队等候"
    assert app.number_input(key="act-target-1").value > 50
    labelled(app, say("screen.actions.save"))
    assert say("screen.actions.not_saved") in shown_html(app)
    assert store.actions() == ()
    app.text_input(key="act-what-1").set_value("高峰加开 <b>收银台</b>")
    app.text_input(key="act-owner-1").set_value("王敏")
    labelled(app, say("screen.actions.save"))
    assert say("errors.author", limit=40) in shown_html(app)  # nobody saves without a name; the form keeps its fields
    app.text_input(key="author").set_value("李雷").run()
    labelled(app, say("screen.actions.save"))
    (kept,) = store.actions()
    assert (kept.plan.owner, kept.who, kept.plan.origin.kind) == ("王敏", "李雷", "weak")
    assert "高峰加开 &lt;b&gt;收银台" in shown_html(app)
    assert "<b>收银台" not in shown_html(app)

    app = pressed(app, "action-change-1")
    store.change_action(1, Plan(**{**as_fields(kept.plan), "owner": "赵强"}), who="韩梅梅", seen=1)
    app.text_input(key="act-what-2").set_value("高峰加开两个收银台")
    labelled(app, say("screen.actions.save"))
    said = shown_html(app)
    assert "韩梅梅" in said
    assert "王敏 → 赵强" in said
    assert store.actions()[0].plan.owner == "赵强"
    pressed(app, "keep-mine")
    labelled(app, say("screen.actions.save"))
    assert (store.actions()[0].plan.what, store.actions()[0].version) == ("高峰加开两个收银台", 3)


def as_fields(plan: Plan) -> dict:
    return {name: getattr(plan, name) for name in Plan.__slots__}


def test_the_page_says_what_worked_what_waits_and_how_targets_stand(open_app, store) -> None:
    low = FIRST + timedelta(weeks=10)
    place = (("touchpoint", "门店"), ("dimension", "排队等候"))
    store.open_action(Plan("加开收银台", "王敏", low, low, status="running", scope=place, stores=("店0", "店1", "店2")),
                      who="李雷")
    store.open_action(Plan("贴指示牌", "赵强", date(2026, 3, 2), date(2026, 3, 9)), who="李雷")
    store.set_target(Goal("csat", 20.0, scope=(("touchpoint", "门店"),)), who="李雷")
    store.set_target(Goal("csat", 20.0, (("touchpoint", "门店"),), FIRST, date(2099, 1, 1)), who="李雷")
    app = open_app(store, page="dashboard/pages/actions.py")
    said = shown_html(app)
    running = say("screen.targets.running", count=1)
    assert say("screen.targets.title", of=6, met=1, not_met=0, open=4) + running in said
    assert say("screen.trail.title", count=4) in said
    assert "3 家店比没做的 3 家" in said
    assert say("screen.actions.answer_none") not in said
    charts = chart_specs(app)
    assert any("加开收银台" in chart and say("screen.actions.without") in chart for chart in charts)
    so_far = say("target.so_far", status=say("target.status.met"))
    assert any(say("target.status.met") in chart and so_far in chart for chart in charts)
    marks = {name for spec in charts for trace in json.loads(spec)["data"] for name in trace.get("ids") or ()}
    week = min(name for name in marks if name.startswith("2026-"))
    assert mark_id("without", week) in marks, "the places without the action are other answers"
    target = next(name for name in marks if name.startswith(say("action.metric.csat")) and "2099" not in name)
    for chart, mark in (("effect-chart", week), ("effect-chart", mark_id("without", week)), ("targets-chart", target)):
        app.session_state[behind.ASKED] = (chart, mark)
        assert say("screen.behind.no_comments") in shown_html(app.run()), chart
        assert not app.exception
    assert app.selectbox(key="action").value == "1"
    app.text_input(key="author").set_value("李雷").run()
    labelled(pressed(app, "action-change-2"), say("screen.actions.save"))
    assert app.selectbox(key="action").value == "2", "what was saved is shown"
    store._rows("UPDATE audit SET who = '别人' WHERE number = 1")
    said = shown_html(app.run())
    assert say("screen.trail.broken") in said
    assert say("screen.trail.title_broken", count=5) in said


def test_an_action_is_another_mark_than_an_event() -> None:
    weeks = [FIRST + timedelta(weeks=i) for i in range(4)]
    points = [Point(week, Estimate(0.3, 0.2, 0.4, 90, "share")) for week in weeks]
    marks = [Mark(weeks[1], weeks[1], "促销"), Mark(weeks[2], weeks[3], "培训", "action")]
    figure = time_line(points, marks=marks)
    event, action = figure.layout.shapes
    assert event.line.dash != action.line.dash
    assert [a.text.startswith("▸") for a in figure.layout.annotations] == [False, True]


