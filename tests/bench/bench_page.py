"""How soon the overview shows NPS with its interval, beside an empty Streamlit page on the same machine.

Run by `make bench-page`. Each turn starts both servers anew, so nothing is warm but the disk.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser import chromium
from tests.browser.conftest import ROOT, served

TURNS = 5
LIMIT_MS = 120_000
TARGET_SECONDS = 10
EMPTY_APP = "import streamlit as st\nst.title('95% 区间')\n"


def seconds_to_number(browser: Browser, url: str) -> float:
    """Seconds from asking for the page until its first interval stands."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    begun = time.perf_counter()
    page.goto(url)
    page.get_by_text("95% 区间").first.wait_for(timeout=LIMIT_MS)
    seconds = time.perf_counter() - begun
    context.close()
    return seconds


def one_turn(browser: Browser, store: Path, empty: Path) -> tuple[float, float, float]:
    """First visit and second visit of the overview, and the first visit of an empty page."""
    with served(store) as url:
        first, second = (seconds_to_number(browser, url) for _ in range(2))
    with served(store, app=empty) as url:
        bare = seconds_to_number(browser, url)
    return first, second, bare


def main() -> None:
    """Print medians, ranges and the ratio to the empty page."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        store, empty = Path(folder) / "store.duckdb", Path(folder) / "empty.py"
        empty.write_text(EMPTY_APP, encoding="utf-8")
        subprocess.run([sys.executable, "-m", "analysis", "demo", "--store", str(store)], cwd=ROOT, check=True)
        browser = playwright.chromium.launch(
            executable_path=chromium.installed(), headless=True, args=chromium.launch_arguments()
        )
        turns = [one_turn(browser, store, empty) for _ in range(TURNS)]
        browser.close()
    for name, values in zip(("first visit", "second visit", "empty page"), zip(*turns, strict=True), strict=True):
        print(f"{name:13} {statistics.median(values):5.1f} s   ({min(values):.1f} - {max(values):.1f})")
    ratio = statistics.median(first / bare for first, _, bare in turns)
    print(f"first visit / empty page: {ratio:.1f}   (target for the first visit: {TARGET_SECONDS} s)")


if __name__ == "__main__":
    main()
