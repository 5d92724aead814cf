"""Pictures of every page of the running app with the sample data, for the README: `make screenshots`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser import chromium
from tests.browser.conftest import ROOT, WAIT_MS, served, settled

FOLDER = ROOT / "docs" / "images"
PAGES = {
    "overview": "", "touchpoints": "touchpoints", "drivers": "drivers", "voice": "voice", "complaints": "complaints",
    "stores": "stores", "data": "data",
}
WIDTH, HEIGHT = 1440, 900
READING_MS = 300_000  # until all comments of the sample are read


def whole_page(page: Page) -> None:
    """Makes the window as high as the page's content, so that nothing is cut off."""
    content = page.evaluate("document.querySelector('.stMainBlockContainer').scrollHeight")
    page.set_viewport_size({"width": WIDTH, "height": max(HEIGHT, content + 60)})
    page.wait_for_timeout(1_000)  # charts are drawn anew at the new size


def main() -> None:
    """Write one PNG per page."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        store = Path(folder) / "store.duckdb"
        demo = [sys.executable, "-m", "analysis", "demo", "--store", str(store)]
        subprocess.run(demo, cwd=ROOT, check=True)
        browser = playwright.chromium.launch(
            executable_path=chromium.installed(), headless=True, args=chromium.launch_arguments()
        )
        with served(store) as url:
            for name, path in PAGES.items():
                page = browser.new_context(locale="zh-CN", viewport={"width": WIDTH, "height": HEIGHT}).new_page()
                page.set_default_timeout(WAIT_MS)
                page.goto(f"{url}/{path}")
                settled(page)
                page.get_by_text("正在阅读评论").wait_for(state="detached", timeout=READING_MS)
                settled(page)
                whole_page(page)
                page.screenshot(path=FOLDER / f"{name}.png")
                page.context.close()
        browser.close()


if __name__ == "__main__":
    main()
