"""From an empty product to the first own finding: in under two minutes, with few clicks, in a real Chromium."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import go_to, served, settled
from tests.browser.test_every_page import PAGES
from tests.ingest.exports import LABELS, csv_text

pytestmark = pytest.mark.browser

MOST_CLICKS = 8
MOST_SECONDS = 120
PEOPLE = 160
# Counts what a hand does: clicks that a script makes are not trusted.
COUNT_CLICKS = """
    document.addEventListener('click', event => {
        if (event.isTrusted) sessionStorage.clicks = Number(sessionStorage.clicks ?? 0) + 1;
    }, true);
"""


@pytest.fixture(scope="module")
def empty_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("first") / "store.duckdb") as url:
        yield url


def own_survey() -> bytes:
    """As 问卷星 exports it: three questions about particular things, one of them answered far worse."""
    header = [
        "序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP", "1、您有多大可能把我们推荐给朋友",
        "2、整体满意度", "3、门店—服务态度", "4、在线客服—问题解决彻底性", "5、配送—响应速度", "6、您还有什么建议",
    ]
    rows = [
        [
            str(n + 1), f"2026/11/{2 + n % 19} 12:{n % 60:02}:00", f"{60 + n}秒", "手机提交", "直接访问",
            f"10.0.0.{n % 200}(浙江-杭州)", str(10 - n % 4), LABELS[n % 2], LABELS[n % 3 // 2], LABELS[2 + n % 3],
            LABELS[n % 2], f"问了{n % 7 + 2}次客服才解决" if n % 2 else "店员热情",
        ]
        for n in range(PEOPLE)
    ]
    return csv_text([header, *rows]).encode("utf-8-sig")


def test_an_empty_product_says_what_to_do(empty_app: str, open_page) -> None:
    page = open_page(empty_app)
    expect(page.get_by_role("button", name="用示例数据试一试")).to_be_visible()
    page.get_by_role("button", name="上传我的文件").click()
    expect(page.locator('input[type="file"]')).to_be_attached()
    for path in PAGES:
        go_to(page, path)
        expect(page.locator("h1, h2").first).to_be_visible()
        expect(page.get_by_text("这一页没能显示")).to_have_count(0)


def test_a_new_user_reaches_a_finding_of_their_own(empty_app: str, open_page: Callable[[str], Page]) -> None:
    page = open_page(empty_app)
    page.add_init_script(COUNT_CLICKS)
    page.reload()
    settled(page)
    sentences = page.locator(".xs-welcome li")
    expect(sentences).to_have_count(3)
    begun = time.monotonic()

    page.get_by_role("button", name="上传我的文件").click()
    with page.expect_file_chooser() as chooser:
        page.locator('[data-testid="stFileUploaderDropzone"] button').click()
    chooser.value.set_files({"name": "满意度调查.csv", "mimeType": "text/csv", "buffer": own_survey()})
    page.get_by_role("button", name="导入", exact=True).click()
    page.get_by_role("link", name="到总览看结果").click()
    expect(page.locator("h1")).to_contain_text("在线客服的问题解决彻底性")
    expect(page.locator(".st-key-card-found .xs-finding").first).to_contain_text("问题解决彻底性")

    assert time.monotonic() - begun < MOST_SECONDS
    assert 0 < int(page.evaluate("sessionStorage.clicks")) <= MOST_CLICKS
    on_a_phone(page)


def on_a_phone(page: Page) -> None:
    """The overview in a narrow window: nothing beside anything, and nothing to scroll sideways."""
    page.set_viewport_size({"width": 390, "height": 844})
    settled(page)
    assert page.locator('[data-testid="stMain"]').evaluate("main => main.scrollWidth <= main.clientWidth")
    cards = page.locator('[class*="st-key-metric-"], [class*="st-key-card-"]').locator("visible=true")
    boxes = [box for box in (card.bounding_box() for card in cards.all()) if box]
    assert len(boxes) > 4
    assert all(below["y"] >= above["y"] + above["height"] for above, below in pairwise(boxes))


def test_the_tour_leads_over_the_pages_and_can_be_left(empty_app: str, open_page: Callable[[str], Page]) -> None:
    page = open_page(f"{empty_app}/data")
    page.locator(".st-key-help button").first.click()
    expect(page.get_by_text("95% 区间", exact=True).locator("visible=true")).to_be_visible()
    page.get_by_role("button", name="开始导览").click()
    step = page.locator(".st-key-tour")
    expect(step).to_contain_text("导览 1 / 5")
    for number in (2, 3):
        page.get_by_role("button", name="下一步").click()
        expect(step).to_contain_text(f"导览 {number} / 5")
    expect(page).to_have_url(f"{empty_app}/touchpoints?tour=evidence")
    settled(page)
    shared = open_page(page.url)
    expect(shared.locator(".st-key-tour")).to_contain_text("导览 3 / 5")
    shared.get_by_role("button", name="跳过导览").click()
    expect(shared.locator(".st-key-tour")).to_have_count(0)
    expect(shared).to_have_url(f"{empty_app}/touchpoints")
