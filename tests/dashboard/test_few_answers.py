"""With fewer than five people in the store no page shows what any of them answered."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from analysis import pipeline
from analysis.i18n import say
from analysis.store import Warehouse
from tests.dashboard.conftest import OVERVIEW, chart_specs, shown_html
from tests.dashboard.test_pages import failed

PAGES = tuple(f"dashboard/pages/{name}.py" for name in ("overview", "touchpoints", "voice", "complaints"))
HEADER = "提交时间,渠道,门店,推荐意愿,整体满意度,在线客服—问题解决彻底性,门店—停车,办事费力程度"
BEST, WORST = "10,非常满意,5,5,7", "0,非常不满意,1,1,1"
MIXED, TURNED = "9,满意,5,1,2", "9,满意,1,5,6"  # what stands first in a sorted list stands last in the other
ONE_COMPLAINT = "工单编号,创建时间,投诉类别,门店,内容\nT1,2026-11-20 10:00,配送延误,湖滨店,送得太晚\n"
OpenApp = Callable[[Warehouse], AppTest]


def store_of(people: int, *answers: str) -> Warehouse:
    """A store of so many people, who in turn gave these answers, in turn in two channels."""
    rows = (
        f"2026-11-{17 + i % 4},{('在线客服', '门店')[i % 2]},湖滨店,{answers[i % len(answers)]}" for i in range(people)
    )
    store = Warehouse.open(":memory:")
    text = "\n".join([HEADER, *rows])
    assert pipeline.import_file(store, text.encode(), file_name="few.csv", kind="survey").imported == people
    return store


def draw(open_app: OpenApp, *stores: Warehouse, pages: tuple[str, ...] = PAGES) -> list[list[tuple]]:
    """What stands on every page, for each store; the stores are closed."""
    drawn = []
    for store in stores:
        with store:
            app = open_app(store)
            drawn.append([])
            for page in pages:
                if page != OVERVIEW:
                    app.switch_page(page).run()
                assert not failed(app)
                drawn[-1].append((shown_html(app), chart_specs(app)))
    return drawn


@pytest.mark.parametrize(
    ("people", "said", "others_said"),
    [
        (1, [BEST], [WORST]), (4, [BEST, WORST], [WORST, BEST]), (4, [MIXED], [TURNED]),
    ],
)
def test_pages_look_the_same_whatever_the_few_answered(
    open_app: OpenApp, people: int, said: list[str], others_said: list[str]
) -> None:
    one, other = draw(open_app, store_of(people, *said), store_of(people, *others_said))
    for page, (shown, differently) in zip(PAGES, zip(one, other, strict=True), strict=True):
        assert shown == differently, page


def test_enough_answers_do_show(open_app: OpenApp) -> None:
    """The comparison above can fail: enough answers make the first page differ already."""
    best, worst = draw(open_app, store_of(20, BEST), store_of(20, WORST), pages=(OVERVIEW,))
    assert best != worst


def test_too_few_is_said_and_nothing_is_called_even(open_app: OpenApp) -> None:
    store = store_of(1, BEST)
    pipeline.import_file(store, ONE_COMPLAINT.encode(), file_name="one.csv", kind="complaint")
    overview, touchpoints, voice, complaints = (html for html, _ in draw(open_app, store)[0])
    assert say("screen.overview.weak_few") in overview
    assert say("findings.few") in overview
    assert say("screen.overview.findings_few", period=say("screen.filters.this_weeks4")) in overview
    assert say("screen.touchpoints.stages_few") in touchpoints
    assert say("screen.touchpoints.gaps_few") in touchpoints
    assert say("screen.voice.emerging_few") in voice
    assert say("screen.hotspots.nothing") in complaints
    for html in (overview, touchpoints, voice, complaints):
        assert not re.search("没有(可靠|哪个环节|发现|新的|新冒)|随机波动|可能是偶然", html)
