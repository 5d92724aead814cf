"""On 客户: filter a tag, take the call-back list as a file, and open one customer's story."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import settled

pytestmark = pytest.mark.browser


def test_a_filtered_call_back_list_is_exported_and_a_story_opened(
    sample_app: str, open_page: Callable[[str], Page]
) -> None:
    page = open_page(f"{sample_app}/customers")
    page.locator(".st-key-popover-tag button").first.click()
    page.get_by_role("button", name="高价值", exact=True).click()
    page.keyboard.press("Escape")
    settled(page)
    assert "tag=" in page.url
    title = page.locator(".st-key-card-call-backs h2")
    expect(title).to_contain_text("位待回访")
    count = int(re.match(r"([\d,]+)", title.inner_text())[1].replace(",", ""))
    page.locator(".st-key-popover-call-backs button").first.click()
    with page.expect_download() as download:
        page.locator(".st-key-file-call-backs\\.csv button, .st-key-file-call-backs-csv button").first.click()
    text = Path(download.value.path()).read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == count > 0
    assert all("高价值" in row["标签"] for row in rows)
    page.keyboard.press("Escape")
    chosen = next(row for row in rows if row["最近答卷"])
    box = page.locator(".st-key-customer-id input")
    box.fill(chosen["客户代号"])
    box.press("Enter")
    settled(page)
    story = page.locator(".st-key-card-story")
    expect(story).to_contain_text(chosen["最近答卷"])
    days = story.locator("time").all_inner_texts()
    assert days == sorted(days)
    assert chosen["客户代号"] not in page.url
