"""Periods are whole ISO weeks that end with the data's last week."""

from __future__ import annotations

from datetime import date

import pytest

from analysis import pipeline
from analysis.i18n import say
from analysis.schema import Filters
from dashboard.filters import Selection, period_days
from tests.dashboard.conftest import shown_html
from tests.dashboard.test_pages import failed
from tests.ingest.test_quality import export

SUNDAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("period", "start"),
    [
        ("week", date(2026, 11, 16)),
        ("weeks4", date(2026, 10, 26)),
        ("weeks12", date(2026, 8, 31)),
        ("year", date(2025, 11, 24)),
    ],
)
@pytest.mark.parametrize("last", [SUNDAY, date(2026, 11, 16), date(2026, 11, 19)])
def test_named_periods_start_on_a_monday(period: str, start: date, last: date) -> None:
    assert period_days(period, last) == (start, SUNDAY)


def test_longer_windows_keep_the_other_filters() -> None:
    chosen = Selection(Filters.of(date(2026, 11, 16), SUNDAY, channel="门店"), "week", SUNDAY)
    longer = chosen.at_least_weeks(12)
    assert (longer.start, longer.end) == (date(2026, 8, 31), SUNDAY)
    assert longer.where == chosen.filters.where


def test_a_long_period_is_not_cut() -> None:
    chosen = Selection(Filters.of(date(2025, 11, 24), SUNDAY), "year", SUNDAY)
    assert chosen.at_least_weeks(12) == chosen.filters


def test_attributes_of_the_files_are_filters(open_app, empty_store) -> None:
    rows = [f"R{n},2026-03-0{n % 5 + 2},{9 if n % 2 else 3},{'新' if n % 2 else '老'}会员" for n in range(60)]
    content = "答卷编号,提交时间,推荐意愿,会员类型\n" + "\n".join(rows)
    pipeline.import_file(empty_store, content.encode(), file_name="会员.csv")
    app = open_app(empty_store)
    assert 'xs-value">−100<' not in shown_html(app)
    app.pills(key="attribute-会员类型").set_value(["老会员"]).run()
    assert 'xs-value">−100<' in shown_html(app)
    label = say("screen.filters.chip", name="会员类型", value="老会员")
    chip = next(button for button in app.button if button.label == label)
    chip.click().run()
    assert 'xs-value">−100<' not in shown_html(app)


def test_flagged_answers_are_left_out_on_demand_and_every_page_says_so(open_app, empty_store) -> None:
    pipeline.import_file(empty_store, export().encode(), file_name="问卷.csv", kind="survey")
    said = say("flags.left_out", parts=say("flags.part", name=say("flags.straight_lining"), count="1"))
    app = open_app(empty_store)
    assert said not in shown_html(app)
    for page in ("overview", "touchpoints", "voice", "complaints"):
        if page != "overview":
            app.switch_page(f"dashboard/pages/{page}.py").run()
        app.pills(key="without").set_value(["straight_lining"]).run()
        assert not failed(app)
        assert said in shown_html(app)
    label = say("screen.filters.chip", name=say("screen.filters.without"), value=say("flags.straight_lining"))
    next(button for button in app.button if button.label == label).click().run()
    assert said not in shown_html(app)
