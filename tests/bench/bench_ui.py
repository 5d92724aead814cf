"""How fast the screen feels over ten million answers, timed inside a real Chromium: `make bench-ui`.

Three things, each as seconds and as a multiple of what Streamlit itself takes for next to nothing in the same run:
a warm visit until the first number stands, a filter change until the last chart stands, and twenty viewers who click
every ten seconds. Visits and changes are timed by the page's own clock from the event to the last change of the
document. The viewers are live connections without a browser (twenty browsers would measure two cores drawing): from
the click to the server's word that the run has ended.

Options: `--rows N`, `--store FILE` (kept, and used again as it is), `--seconds N` of the viewers.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from analysis import pipeline
from analysis.store import Warehouse
from tests.bench.viewers import click_latencies
from tests.browser import chromium
from tests.browser.conftest import served

ROWS = 10_000_000
VISITS = 5
STORES_CLICKED = 8      # each click asks for a filter that nobody has asked for before
TRIVIAL_CLICKS = 12
VIEWER_SECONDS = 120
LIMIT_MS = 180_000
STILL_MS = 500          # nothing changes for so long: the page stands
PAINT_TARGET, CHANGE_TARGET, VIEWER_TARGET = 2.5, 1.2, 2.0
STORES = ("门店09", "门店10", "门店11", "门店12")  # that viewers look at
PERIODS = ("近 12 周", "本周", "近一年", "近 4 周")

EMPTY_APP = """
import streamlit as st
choice = st.segmented_control("", ["a", "b"], default="a", required=True, key="choice")
st.html(f"<div class='xs-metric'><p class='xs-evidence'>95% {choice}</p></div>")
"""
NUMBER = ".xs-metric .xs-evidence"
# Notes when the first number stands, when a chart or anything else last changed, and when runs end.
RECORDER = """
(() => {
    const seen = window.seen = {number: null, chart: 0, change: 0, ended: 0, asked: 0};
    const text = {childList: true, characterData: true, subtree: true};
    const state = {attributes: true, attributeFilter: ['data-test-script-state'], subtree: true};
    new MutationObserver(records => {
        const now = performance.now();
        seen.change = now;
        if (records.some(r => (r.target.closest ?? (() => null)).call(r.target, '[data-testid=stPlotlyChart]')))
            seen.chart = now;
        if (seen.number === null && document.querySelector('.xs-metric .xs-evidence')) {
            seen.number = now;
            requestAnimationFrame(() => requestAnimationFrame(() => { seen.number = performance.now(); }));
        }
    }).observe(document, text);
    new MutationObserver(records => {
        if (records.some(r => r.target.getAttribute('data-test-script-state') === 'notRunning'))
            seen.ended = performance.now();
    }).observe(document, state);
})();
"""
STANDS = f"""() => {{
    const app = document.querySelector('[data-testid=stApp]'), now = performance.now();
    return app?.getAttribute('data-test-script-state') === 'notRunning'
        && Math.max(seen.ended, seen.change) > seen.asked  // a run may be too short for its end to be noticed
        && now - seen.ended > {STILL_MS} && now - seen.change > {STILL_MS};
}}"""
CLICK = "button => { window.seen.asked = performance.now(); button.click(); }"


def main() -> None:
    """Measure and print."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        store, empty = options.store or Path(folder) / "bench.duckdb", Path(folder) / "empty.py"
        empty.write_text(EMPTY_APP, encoding="utf-8")
        _prepare(store, options.rows)
        browser = playwright.chromium.launch(
            executable_path=chromium.installed(), headless=True, args=chromium.launch_arguments()
        )
        print(f"\nthe screen over {options.rows:,} answers")
        with served(Path(folder) / "none", app=empty) as bare, served(store) as url:
            _visits(browser, url, bare)
            _changes(browser, url, bare)
            _viewers(url, bare, options.seconds)
        browser.close()


def _prepare(store: Path, rows: int) -> None:
    """Invented answers, and the sample's comments, tickets and orders so that every card has something to draw."""
    with Warehouse.open(store) as warehouse:
        if not warehouse.is_empty():
            return
        started = time.perf_counter()
        pipeline.load_sample(warehouse)
        pipeline.score_pending(warehouse)
        pipeline.make_answers(warehouse, rows)
        print(f"made {rows:,} answers in {time.perf_counter() - started:.0f} s")


def _visits(browser: Browser, url: str, bare: str) -> None:
    """The first visit fills the caches and is told apart."""
    ours, empty, whole = [], [], []
    for turn in range(VISITS + 1):
        for address, found in ((url, ours), (bare, empty)):
            with _opened(browser, address) as page:
                seen = page.evaluate("window.seen")
                found.append(seen["number"] / 1000)
                if address == url:
                    whole.append(max(seen["chart"], seen["number"]) / 1000)
        if turn == 0:
            print(f"  first visit, nothing kept: number {ours[0]:.2f} s, last chart {whole[0]:.2f} s")
    _told("warm visit until the first number", ours[1:], empty[1:], PAINT_TARGET)
    _told("warm visit until the last chart", whole[1:], empty[1:])


def _changes(browser: Browser, url: str, bare: str) -> None:
    with _opened(browser, bare) as page:
        trivial = [_changed(page, page.get_by_role("radio", name=name)) for name in "ba" * (TRIVIAL_CLICKS // 2)]
    with _opened(browser, url) as page:
        periods = [page.get_by_role("radio", name=name, exact=True) for name in PERIODS]
        new = [_changed(page, period) for period in periods[:-1]]
        again = [_changed(page, period) for period in periods[::-1]]
        page.locator(".st-key-popover-store button").first.click()
        pills = page.locator(".st-key-store button")
        pills.first.wait_for()
        new += [_changed(page, pills.nth(i)) for i in range(STORES_CLICKED)]
        again += [_changed(page, pills.nth(i)) for i in reversed(range(1, STORES_CLICKED))]
    _told("filter change, asked for the first time", new, trivial, CHANGE_TARGET)
    _told("filter change, asked for before", again, trivial, CHANGE_TARGET)


def _changed(page: Page, button) -> float:
    """Seconds from a click until the last chart stands, or the page where no chart changes."""
    button.evaluate(CLICK)
    page.wait_for_function(STANDS, timeout=LIMIT_MS)
    seen = page.evaluate("window.seen")
    stands = seen["chart"] if seen["chart"] > seen["asked"] else max(seen["ended"], seen["change"])
    return (stands - seen["asked"]) / 1000


def _viewers(url: str, bare: str, seconds: int) -> None:
    trivial = click_latencies(bare, ["choice"], viewers=1, seconds=seconds // 6, every=1.0)
    filters = [f"period={period}&store={name}" for period in ("week", "weeks4", "weeks12") for name in STORES]
    first = [click_latencies(url, [view], viewers=1, seconds=1.0, every=1.0)[0] for view in filters]
    _told("one viewer, a view for the first time", first, trivial)
    found = click_latencies(url, filters, viewers=20, seconds=seconds, every=10.0)
    _told(f"20 viewers, {len(found)} clicks on known views", found, trivial, VIEWER_TARGET, judged=_p95)


@contextmanager
def _opened(browser: Browser, url: str) -> Iterator[Page]:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    context.add_init_script(RECORDER)
    page = context.new_page()
    page.set_default_timeout(LIMIT_MS)
    page.goto(url)
    page.wait_for_selector(NUMBER)  # a server that has just begun may be still for a while before it
    page.wait_for_function(STANDS, timeout=LIMIT_MS)
    yield page
    context.close()


def _told(name: str, ours: Sequence[float], base: Sequence[float], target: float = 0.0, *, judged=statistics.median):
    middle, times = statistics.median(ours), judged(ours) / judged(base)
    words = f"  {name:<42} median {middle:5.2f} s  p95 {_p95(ours):5.2f} s  {times:4.1f} x Streamlit's own"
    verdict = "met" if judged(ours) <= target else "MISSED"
    print(f"{words}   target {target} s: {verdict}" if target else words, flush=True)


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--seconds", type=int, default=VIEWER_SECONDS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
