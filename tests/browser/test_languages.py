"""A visitor changes the language: everything speaks it at once, and goes on speaking it from page to page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from analysis import pipeline
from analysis.store import Warehouse
from tests.browser.conftest import served, settled

pytestmark = pytest.mark.browser

REVIEWS = "评价编号,评价时间,渠道,评分,评价内容\n" + "".join(
    f"P{n},2026-11-{n + 1:02},APP,5,店员热情（第{n}次）\n" for n in range(14)
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    file: Path = tmp_path_factory.mktemp("languages") / "store.duckdb"
    with Warehouse.open(file) as store:
        pipeline.import_file(store, REVIEWS.encode(), file_name="reviews.csv")
    with served(file) as url:
        yield url


def test_the_language_stays_and_links_mean_the_same_in_all(app: str, open_page: Callable[[str], Page]) -> None:
    page = open_page(f"{app}/voice?period=近 12 周")  # as links were before the screen had languages
    expect(page.locator("h1")).to_contain_text("近 12 周")
    page.get_by_text("English", exact=True).click()
    expect(page.locator("h1")).to_contain_text("The last 12 weeks")
    expect(page).to_have_url(f"{app}/voice?period=weeks12&lang=en")
    settled(page)
    page.get_by_role("button", name="Page 2").click()  # a part of the page that is drawn by itself
    settled(page)
    expect(page.get_by_text("14 comments", exact=True)).to_be_visible()
    page.get_by_role("link", name="Stores").click()
    expect(page.locator("h1")).to_contain_text("fewer than two have enough responses")
    page.get_by_text("繁體", exact=True).click()
    expect(page.locator("h1")).to_contain_text("門市")
    link = page.url
    page.close()
    expect(open_page(link).locator("h1")).to_contain_text("門市")
