"""A bar is clicked and the words behind it are read, in a real Chromium."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from analysis.store import Warehouse
from tests.browser.conftest import served, settled
from tests.store.made_sheets import LONG, fill

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    file = tmp_path_factory.mktemp("behind") / "store.duckdb"
    with Warehouse.open(file) as store:
        fill(store)
    with served(file) as url:
        yield url


def click(page: Page, mark) -> None:
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    settled(page)


def test_marks_open_words_and_cases_again_and_again_and_the_keyboard_does_too(
    app: str, open_page: Callable[[str], Page]
) -> None:
    page = open_page(app)
    dialog = page.get_by_test_id("stDialog")
    dots = page.locator(".st-key-card-weak .js-plotly-plot .points path")
    for _ in range(2):  # the same mark a second time
        click(page, dots.first)
        expect(dialog).to_contain_text("自助结账 · 排队等候")
        expect(dialog.locator("mark").first).to_have_text(LONG)
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
    click(page, dots.first)
    link = page.url
    assert "behind=weak-chart" in link
    other = open_page(link.replace("lang=zh-CN", "lang=en") if "lang=" in link else f"{link}&lang=en")
    expect(other.get_by_test_id("stDialog").locator("mark").first).to_have_text(LONG)
    other.keyboard.press("Escape")
    expect(other.get_by_test_id("stDialog")).to_have_count(0)
    expect(other).not_to_have_url(re.compile("behind="))
    other.close()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    cell = page.locator(".st-key-card-weeks .js-plotly-plot .points path").first
    click(page, cell)
    expect(dialog).to_contain_text("评论")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    menu = page.locator(".st-key-popover-weak button").first
    menu.focus()
    page.keyboard.press("Enter")
    settled(page)
    expect(dialog).to_have_count(0)  # what was closed stays closed
    page.get_by_role("combobox", name="看哪一组").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    settled(page)
    expect(dialog.locator("mark").first).to_be_visible()
    complaints = open_page(f"{app}/complaints")
    click(complaints, complaints.locator(".st-key-card-causes .bars .point path").first)
    expect(complaints.get_by_test_id("stDialog")).to_contain_text("投诉个案 12 件")
