"""Overview and touchpoints without data, with a single row, and with the sample."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from analysis.errors import StoreBusy
from analysis.i18n import say
from analysis.store import Warehouse
from dashboard import attention, data, formatting
from streamlit_app import PAGES
from tests.dashboard.conftest import chart_specs, shown_html

TOUCHPOINTS = "dashboard/pages/touchpoints.py"
OpenApp = Callable[[Warehouse], AppTest]


def failed(app: AppTest) -> bool:
    """Whether the page ended in an error, in Streamlit's words or in ours."""
    return bool(app.exception) or say("screen.common.failed") in shown_html(app)


def test_empty_overview_offers_sample_and_upload(open_app: OpenApp, empty_store: Warehouse) -> None:
    app = open_app(empty_store)
    assert not failed(app)
    assert all(say(f"screen.overview.welcome_{part}") in shown_html(app) for part in ("what", "do", "get"))
    assert [b.label for b in app.button] == [say("screen.overview.try_sample"), say("screen.overview.upload")]


def test_without_data_every_page_has_one_heading(open_app: OpenApp, empty_store: Warehouse) -> None:
    app = open_app(empty_store)
    for name, _ in PAGES:
        app.switch_page(f"dashboard/pages/{name}.py").run()
        assert not failed(app), name
        assert shown_html(app).count("<h1") == 1, name


def test_empty_touchpoints_lead_to_the_first_steps(open_app: OpenApp, empty_store: Warehouse) -> None:
    app = open_app(empty_store, page=TOUCHPOINTS)
    assert not failed(app)
    assert say("screen.overview.empty") in shown_html(app)


def test_one_answer_sheet_is_hidden_and_not_zero(open_app: OpenApp, one_row_store: Warehouse) -> None:
    app = open_app(one_row_store)
    assert not failed(app)
    html = shown_html(app)
    assert say("withheld.hidden") in html
    assert say("screen.overview.answer_none", period=say("screen.filters.this_weeks4")) in html
    assert "xs-attention" not in html.split("</style>")[-1]


def test_one_answer_sheet_on_touchpoints(open_app: OpenApp, one_row_store: Warehouse) -> None:
    app = open_app(one_row_store, page=TOUCHPOINTS)
    assert not failed(app)
    assert say("screen.touchpoints.answer_none", period=say("screen.filters.this_weeks4")) in shown_html(app)


def test_overview_names_the_planted_weak_spot(open_app: OpenApp, sample_store: Warehouse) -> None:
    app = open_app(sample_store)
    app.segmented_control(key="period").set_value("weeks12").run()
    assert not failed(app)
    assert '<span class="xs-attention">在线客服的问题解决彻底性</span>' in shown_html(app)
    assert len(chart_specs(app)) == 3


def test_what_deserves_attention_is_tested_after_the_charts_stand(
    open_app: OpenApp, sample_store: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, row, testing = open_app(sample_store), '<div class="xs-finding', say("screen.overview.findings_testing")
    assert row in shown_html(app)
    assert testing not in shown_html(app)
    monkeypatch.setattr(attention, "known", lambda *_: False)
    app.run()
    assert row not in shown_html(app)
    assert testing in shown_html(app)
    assert len(chart_specs(app)) == 3


def test_headline_number_stands_with_interval_and_base(open_app: OpenApp, sample_store: Warehouse) -> None:
    html = shown_html(open_app(sample_store))
    card = html[html.index(say("screen.overview.label_nps")) :]
    assert "95% 区间" in card[:400]
    assert formatting.base(1_537) in card[:400]
    assert say("verdicts.no_reliable_change") in html


def test_how_cases_were_handled_stands_among_the_headlines(open_app: OpenApp, sample_store: Warehouse) -> None:
    html = shown_html(open_app(sample_store))
    cards = {part.split("</h2>")[0]: part for part in html.split('<div class="xs-metric"><h2>')[1:]}
    assert len(cards) == 6
    fcr, closed = cards[say("screen.overview.label_fcr")], cards[say("screen.overview.label_closed", limit="24 小时")]
    assert say("screen.overview.aim_not_met", goal="≥ 85%") in fcr
    assert say("screen.overview.still_open", count="11") in closed
    assert say("screen.overview.aim_not_met", goal="") not in closed


def test_without_tickets_four_headlines_stand(open_app: OpenApp, one_row_store: Warehouse) -> None:
    assert shown_html(open_app(one_row_store)).count('<div class="xs-metric">') == 4


def test_touchpoints_of_the_sample(open_app: OpenApp, sample_store: Warehouse) -> None:
    app = open_app(sample_store, page=TOUCHPOINTS)
    assert not failed(app)
    specs = chart_specs(app)
    assert len(specs) == 7
    assert any("自助结账" in spec for spec in specs)


def test_filters_narrow_the_answers(open_app: OpenApp, sample_store: Warehouse) -> None:
    app = open_app(sample_store)
    before = shown_html(app)
    app.button_group(key="channel").set_value(["电话客服"]).run()
    assert not failed(app)
    assert "渠道：电话客服" in [b.label for b in app.button]
    assert shown_html(app) != before
    app.button(key="clear-filters").click().run()
    assert shown_html(app) == before


UNKNOWN_VALUES = {"period": "不存在", "channel": "不存在的渠道", "days": "x"}


def test_unknown_values_in_the_address_are_ignored(open_app: OpenApp, one_row_store: Warehouse) -> None:
    app = open_app(one_row_store)
    for name, value in UNKNOWN_VALUES.items():
        app.query_params.clear()
        app.query_params[name] = value
        assert not failed(app.run()), name


def test_a_busy_store_names_its_owner(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch, empty_store: Warehouse
) -> None:
    app = open_app(empty_store)

    def busy(*_: object) -> Warehouse:
        raise StoreBusy("errors.store_busy", owner="python", pid=4711, path="x.duckdb")

    data.warehouse.clear()
    monkeypatch.setattr(data.Warehouse, "open", busy)
    html = shown_html(app.run())
    assert say("screen.common.store_refused") in html
    assert "4711" in html


def test_an_unexpected_error_is_said_in_chinese_and_without_details(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch, empty_store: Warehouse, caplog: pytest.LogCaptureFixture
) -> None:
    words = "张三 13800000000"

    def broken() -> bool:
        raise RuntimeError(words)

    monkeypatch.setattr(data, "is_empty", broken)
    app = open_app(empty_store)
    assert failed(app)
    assert not app.exception
    assert "张三" not in shown_html(app)
    assert "A page failed: RuntimeError" in caplog.text
    assert "in broken" in caplog.text
    assert "张三" not in caplog.text
