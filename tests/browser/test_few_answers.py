"""One answer in the store: every page says that it is too little, and shows no number of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from analysis import pipeline
from analysis.store import Warehouse
from tests.browser.conftest import go_to, served
from tests.browser.test_every_page import PAGES

pytestmark = pytest.mark.browser

ONE_ROW = "提交时间,渠道,推荐意愿,整体满意度,在线客服—问题解决彻底性\n2026-11-20,在线客服,9,满意,4\n"
SCORES = ("75", "80", "100", "9")  # its answers as means of 0-100, as they were given, as NPS


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    file: Path = tmp_path_factory.mktemp("few") / "store.duckdb"
    with Warehouse.open(file) as store:
        pipeline.import_file(store, ONE_ROW.encode(), file_name="one.csv")
    with served(file) as url:
        yield url


def test_no_page_shows_what_the_one_answered(app: str, open_page: Callable[[str], Page]) -> None:
    page = open_page(app)
    for path in PAGES:
        go_to(page, path)
        expect(page.locator("h1")).to_be_visible()
        expect(page.get_by_text("这一页没能显示")).to_have_count(0)
        # Numbers along an axis are nobody's answer.
        marks = page.locator("svg.main-svg g:not(.xtick, .ytick) > text, .xs-value").all_text_contents()
        assert not set(SCORES) & {mark.strip() for mark in marks}, path
