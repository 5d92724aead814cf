"""The weekly report is made on the page 数据 and taken home, in a real Chromium."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from analysis.store import Warehouse
from tests.browser.conftest import served
from tests.store.made_sheets import fill

pytestmark = pytest.mark.browser


def test_a_report_ends_and_downloads(tmp_path: Path, open_page: Callable[[str], Page]) -> None:
    file = tmp_path / "store.duckdb"
    with Warehouse.open(file) as store:
        fill(store)
    with served(file) as url:
        page = open_page(f"{url}/data")
        page.locator(".st-key-report-make button").click()
        download = page.locator(".st-key-report-download button")
        download.wait_for()
        with page.expect_download() as taken:
            download.click()
        content = Path(taken.value.path()).read_text(encoding="utf-8")
    assert taken.value.suggested_filename == "客户声音周报_2026-W10.html"
    assert "在线客服" in content
    assert content.rstrip().endswith("</html>")
