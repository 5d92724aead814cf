"""Every page with the sample data: in Chinese, in the shipped font, open to all, and nobody outside is asked."""

from __future__ import annotations

import re
from urllib.parse import urlparse

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from streamlit_app import PAGES as ALL_PAGES
from tests.browser.conftest import settled

pytestmark = pytest.mark.browser

PAGES = tuple("" if first else name for name, first in ALL_PAGES if name != "meeting")
SERIOUS = {"serious", "critical"}
# What Streamlit's own widgets bring: rule and tag. The letters of a shortcut beside a button are paler than its words.
OF_STREAMLIT = {("color-contrast", "<kbd")}
# Names of measures and formats that Chinese readers know in Latin letters, and a link of Streamlit that only
# the keyboard reaches ("Skip to main content").
TERMS_LEFT_IN_LATIN = {
    "CSAT", "XLSX", "Garwood", "Wilson", "Skip", "main", "content", "English", "Kaplan", "Meier", "PPTX", "HTML",
    "PageUp", "PageDown",  # keys
}


def opened(visits: BrowserContext, url: str) -> tuple[Page, list[str]]:
    """The page once it stands, and whom it asked outside."""
    page, outside = visits.new_page(), []
    page.on("request", lambda r: outside.append(r.url) if urlparse(r.url).hostname not in (None, "127.0.0.1") else None)
    page.goto(url)
    expect(page.locator("h1")).to_be_visible()
    settled(page)
    return page, outside


def english_words(page: Page) -> set[str]:
    """Latin words of four letters and more that a reader sees, file names and digests left out."""
    seen = page.evaluate(
        """() => {
            const words = [];
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                const box = walker.currentNode.parentElement;
                const hidden = !box.checkVisibility({visibilityProperty: true}) || box.closest('style, script')
                    || parseFloat(getComputedStyle(box).fontSize) < 2 || box.closest('[data-testid="stIconMaterial"]');
                if (!hidden) words.push(walker.currentNode.textContent);
            }
            return words.join(' ');
        }"""
    )
    return set(re.findall(r"[A-Za-z]{4,}", re.sub(r"\S+\.(?:csv|xlsx)|\b[0-9a-f]{16}\b", " ", seen)))


def serious_faults(page: Page) -> list[str]:
    """What keeps people out, as axe finds it."""
    found = Axe().run(page).response["violations"]
    return [
        f"{fault['id']}: {node['html'][:200]}"
        for fault in found if fault["impact"] in SERIOUS
        for node in fault["nodes"]
        if (fault["id"], node["html"].split()[0]) not in OF_STREAMLIT
    ]


def cut_tables(page: Page) -> list[str]:
    """The headers of tables whose last columns would have to be scrolled for."""
    return page.evaluate(
        """() => [...document.querySelectorAll('.xs-table')]
            .filter(table => table.scrollWidth > table.clientWidth).map(table => table.querySelector('tr').innerText)"""
    )


@pytest.mark.parametrize("path", [*PAGES, "meeting"])
def test_stands_in_chinese_open_to_all_and_asks_nobody_outside(
    sample_app: str, visits: BrowserContext, path: str
) -> None:
    page, outside = opened(visits, f"{sample_app}/{path}")
    assert not outside
    expect(page.get_by_text("这一页没能显示")).to_have_count(0)
    fonts = page.evaluate("[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)")
    assert any("Noto Sans SC" in family for family in fonts), "the shipped font draws the page"
    assert cut_tables(page) == []
    assert english_words(page) <= TERMS_LEFT_IN_LATIN
    assert serious_faults(page) == []
    page.close()
