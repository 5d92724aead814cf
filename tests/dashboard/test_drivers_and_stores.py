"""驱动 and 门店: what they say on the sample, with one answer, and without any."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from analysis import pipeline
from analysis.i18n import say
from analysis.store import Warehouse
from dashboard import formatting
from dashboard.filters import FILTER_KEYS, WITHOUT
from tests.dashboard.conftest import chart_specs, shown_html
from tests.dashboard.test_pages import failed

FILTER_MENUS = {*FILTER_KEYS, WITHOUT, "attributes"}
PAGES = ("dashboard/pages/drivers.py", "dashboard/pages/stores.py")
OpenApp = Callable[[Warehouse], AppTest]


@pytest.mark.parametrize("page", PAGES)
def test_without_answers_the_first_steps_are_shown(open_app: OpenApp, empty_store: Warehouse, page: str) -> None:
    app = open_app(empty_store, page=page)
    assert not failed(app)
    assert say("screen.overview.empty") in shown_html(app)


def few(people: int, *answers: str, stores: int = 1) -> Warehouse:
    """A store of so many people, who in turn gave these answers (整体满意度, 问题解决彻底性, 等待分钟)."""
    where = "湖北"[:stores]
    rows = (
        f"2026-03-{1 + i:02},在线客服,{where[i % stores]}店,小王,{answers[i % len(answers)]}" for i in range(people)
    )
    text = "\n".join(["提交时间,渠道,门店,员工,整体满意度,在线客服—问题解决彻底性,等待分钟", *rows])
    opened = Warehouse.open(":memory:")
    assert pipeline.import_file(opened, text.encode(), file_name="few.csv", kind="survey").imported == people
    return opened


def drawn(open_app: OpenApp, store: Warehouse) -> list[tuple[str, list[str], list[str]]]:
    """What stands on both pages, and which menus of numbers."""
    with store:
        app, seen = open_app(store, page=PAGES[0]), []
        for page in PAGES:
            if page != PAGES[0]:
                app.switch_page(page).run()
            assert not failed(app)
            seen.append((shown_html(app), chart_specs(app), menus(app)))
            if page == PAGES[1]:
                app.segmented_control(key="ranked-unit").set_value("staff").run()
                assert not failed(app)
                seen.append((shown_html(app), chart_specs(app), menus(app)))
        return seen


def menus(app: AppTest) -> list[str]:
    """The cards that offer their numbers, each as a table and as files."""
    offered = (menu.proto.popover.id.partition("-popover-")[2] for menu in app.get("popover"))
    return sorted({name for name in offered if name and name not in FILTER_MENUS})


@pytest.mark.parametrize(("people", "stores", "said", "others_said"), [
    (1, 1, ["5,5,1"], ["1,1,9"]), (4, 2, ["5,5,1", "1,1,9"], ["1,5,9", "5,1,1"]),
    (5, 1, ["5,5,1"], ["1,2,9", "5,1,1"]),
])
def test_few_answers_show_nothing_of_themselves(
    open_app: OpenApp, people: int, stores: int, said: list[str], others_said: list[str]
) -> None:
    both = [few(people, *answers, stores=stores) for answers in (said, others_said)]
    one, other = (drawn(open_app, store) for store in both)
    assert one == other
    assert all(not charts and not files for _, charts, files in one)
    assert not any("可靠" in html or "正常起伏" in html for html, _, _ in one[1:])


def test_one_store_with_enough_answers_is_not_compared(open_app: OpenApp) -> None:
    html, charts, files = drawn(open_app, few(28, "5,4,1", "2,1,9"))[1]
    assert say("screen.stores.answer_few", unit=say("screen.stores.unit_store")) in html
    assert (charts, files) == ([], [])


@pytest.mark.parametrize(
    ("page", "key"), [(PAGES[0], "screen.drivers.answer_none"), (PAGES[1], "screen.stores.answer_few")]
)
def test_one_answer_gives_no_number(open_app: OpenApp, one_row_store: Warehouse, page: str, key: str) -> None:
    app = open_app(one_row_store, page=page)
    assert not failed(app)
    assert say(key, unit=say("screen.stores.unit_store")) in shown_html(app)
    assert chart_specs(app) == []


def test_the_sample_names_what_to_improve_and_where_queues_break(open_app: OpenApp, sample_store: Warehouse) -> None:
    app = open_app(sample_store, page=PAGES[0])
    assert not failed(app)
    html = shown_html(app)
    assert '<span class="xs-attention">问题解决彻底性</span>' in html
    assert "自助结账的排队等候" in html
    assert say("drivers.not_cause") in html
    # Each channel asks other things, which alone turns the sign of a question that everybody was asked.
    assert "办事省力" in next(note for note in html.split("<") if say("drivers.pieceds", names="").strip("：") in note)
    charts, offered = chart_specs(app), menus(app)
    assert len(charts) >= 3
    # The sample's satisfaction follows its dimensions in a straight line; whether two regressions agree on that for the
    # strongest of them hangs on how the store's own key puts customers into blocks.
    titles = [
        say("screen.drivers.asymmetry_performance", names=["问题解决彻底性"]), say("screen.drivers.asymmetry_none"),
    ]
    assert any(title in html for title in titles)
    assert not any(say(f"screen.drivers.asymmetry_{kind}", names="") in html for kind in ("must_be", "attractive"))
    assert len(offered) == len(charts), "each chart has its numbers"


def test_the_sample_names_the_two_bad_stores_and_draws_no_small_one(open_app: OpenApp, sample_store: Warehouse) -> None:
    app = open_app(sample_store, page=PAGES[1])
    assert not failed(app)
    assert "北苑店" in shown_html(app)
    funnel, order = chart_specs(app)
    assert "云栖小站" not in funnel
    assert "云栖小站" in order
    assert formatting.base(10) in order
    assert formatting.base(9) not in order, "the total less all others would tell of the smallest"
    assert say("withheld.company") in order
    assert say("withheld.hidden") in order
    assert formatting.base(4) not in order, "not even how many answered there"
    assert menus(app) == ["funnel", "order"]


def test_questions_that_say_the_same_are_named(open_app: OpenApp, empty_store: Warehouse) -> None:
    """环境 repeats 服务态度 word by word; 商品质量 differs from it with one customer in twenty."""
    header = "提交时间,客户编号,整体满意度,服务态度,环境,商品质量"
    own = [(1 + i // 2 % 5, 1 + (i // 2 + (i % 20 == 0)) % 5) for i in range(300)]
    lines = [f"2026-03-{1 + i % 28:02d},C{i},{1 + i % 5 if i % 3 else kind},{kind},{kind},{goods}"
             for i, (kind, goods) in enumerate(own)]
    pipeline.import_file(empty_store, "\n".join([header, *lines]).encode(), file_name="a.csv", kind="survey")
    app = open_app(empty_store, page=PAGES[0])
    assert not failed(app)
    html = shown_html(app)
    merged = next(note for note in html.split("<") if say("drivers.merged", names="") in note)
    assert "环境" in merged or "服务态度" in merged
    assert say("drivers.overlaps", names="").strip("：") in html


def test_staff_are_not_ranked_where_differences_are_chance(open_app: OpenApp, sample_store: Warehouse) -> None:
    app = open_app(sample_store, page=PAGES[1])
    app.segmented_control(key="ranked-unit").set_value("staff").run()
    assert not failed(app)
    assert say("screen.stores.answer_none", unit=say("screen.stores.unit_staff")) in shown_html(app)


def test_stores_where_everyone_is_content_do_not_fail(open_app: OpenApp, empty_store: Warehouse) -> None:
    lines = ["提交时间,门店,整体满意度", *(f"2026-03-{1 + i % 28:02d},{'甲乙丙'[i % 3]}店,5" for i in range(120))]
    pipeline.import_file(empty_store, "\n".join(lines).encode(), file_name="a.csv", kind="survey")
    app = open_app(empty_store, page=PAGES[1])
    assert not failed(app)


def test_a_store_where_all_are_content_and_one_where_nobody_is(open_app: OpenApp, empty_store: Warehouse) -> None:
    """Without any spread within stores nobody can say how much of the order is chance; the difference stands."""
    rows = (f"2026-03-{1 + i % 28:02d},{'甲乙'[i % 2]}店,{1 + 4 * (i % 2)}" for i in range(120))
    lines = ["提交时间,门店,整体满意度", *rows]
    pipeline.import_file(empty_store, "\n".join(lines).encode(), file_name="a.csv", kind="survey")
    app = open_app(empty_store, page=PAGES[1])
    html = shown_html(app)
    assert "nan" not in html
    assert say("screen.stores.order_unknown") in html
    assert '<span class="xs-attention">甲店</span>' in html
