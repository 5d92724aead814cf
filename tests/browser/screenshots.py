"""Pictures of the running app with the sample data: `make screenshots`.

Every page for the README and every card that docs/guide.md speaks of; with `make screenshots ALL=FOLDER` every page at
two sizes, in both themes and all languages instead, to be looked through.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import product
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from analysis import pipeline
from analysis.i18n import languages
from analysis.store import Warehouse
from streamlit_app import PAGES
from tests.browser import chromium
from tests.browser.conftest import ROOT, WAIT_MS, served, settled
from tests.browser.sample_year import told

FOLDER = ROOT / "docs" / "images"
COLOURS = 256
SIZES = ((1440, 900), (1920, 1080))
# Every chart is there and as wide as its place: charts are drawn anew at a new size.
DRAWN = """() => [...document.querySelectorAll('[data-testid=stPlotlyChart]')].every(place => {
    const drawn = place.querySelector('.main-svg');
    return drawn && Math.abs(drawn.getBoundingClientRect().width - place.getBoundingClientRect().width) < 2;
})"""
RESTING_MS = 500  # what is drawn last moves letters a little
# Cards of docs/guide.md: the picture's name, and where the card of which key stands.
GUIDE: Mapping[str, tuple[str, str]] = {
    "needs": ("voice?voice-view=needs", "needs"),
    "contrast": ("voice?voice-view=words", "contrast"),
    "emerging": ("voice", "emerging"),
    "waits": ("drivers?period=year", "wait-"),
    "hotspots": ("complaints?period=year", "hotspots"),
    "bots": ("complaints?period=weeks12", "bots"),
    "promises": ("complaints", "promises"),
    "first-contact": ("complaints?period=weeks12", "first-contact"),
    "open-cases": ("complaints", "open-cases"),
    "journey": ("touchpoints", "journey"),
    "journey-words": ("touchpoints?period=weeks12", "journey-words"),
    "balance": ("touchpoints?period=weeks12", "balance"),
    "alike": ("touchpoints?period=weeks12", "alike"),
    "gaps": ("touchpoints?period=weeks12", "gaps"),
    "promise-parts": ("complaints?period=weeks12", "promise-parts"),
    "quotes": ("touchpoints", "quotes"),
    "cause": ("", "cause"),
    "weak": ("", "weak"),
    "star": ("staff", "star"),
    "staff-order": ("staff?period=year", "staff-order"),
    "segments": ("customers?period=weeks12", "segments"),
    "tags": ("customers", "tags"),
    "call-backs": ("customers", "call-backs"),
    "effect": ("actions?period=year", "effect"),
    "targets": ("actions", "targets"),
}


def pages(browser: Browser, url: str) -> None:
    """One picture a page, as high as the page."""
    for name, first in PAGES:
        with opened(browser, f"{url}/{'' if first else name}", size=SIZES[name == "meeting"]) as page:
            if name != "meeting":
                whole_page(page)
            page.screenshot(path=FOLDER / f"{name}.png")
        _lighten(FOLDER / f"{name}.png")
        print(f"  {name}", flush=True)


def cards(browser: Browser, url: str) -> None:
    """One picture a card of the guide."""
    (FOLDER / "guide").mkdir(parents=True, exist_ok=True)
    for name, (place, key) in GUIDE.items():
        with opened(browser, f"{url}/{place}") as page:
            whole_page(page)
            page.locator(f'[class*="st-key-card-{key}"]').first.screenshot(path=FOLDER / "guide" / f"{name}.png")
        _lighten(FOLDER / "guide" / f"{name}.png")
        print(f"  guide/{name}", flush=True)


def everything(browser: Browser, url: str, folder: Path) -> None:
    """Every page at all sizes, in both themes and all languages."""
    folder.mkdir(parents=True, exist_ok=True)
    for theme in ("light", "dark"):
        with visitor(browser, theme=theme) as page:
            for language, (name, first) in product(languages(), PAGES):
                visit(page, f"{url}/{'' if first else name}?lang={language}")
                for width, height in SIZES:
                    resized(page, width, height)
                    if name != "meeting":
                        whole_page(page)
                    page.screenshot(path=folder / f"{name}-{width}-{theme}-{language}.png")
                print(f"  {name} {theme} {language}", flush=True)


def _lighten(path: Path) -> None:
    """A third of the bytes: few colours are enough for flat cards."""
    with Image.open(path) as taken:
        few = taken.convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


@contextmanager
def opened(browser: Browser, address: str, *, size: tuple[int, int] = SIZES[0]) -> Iterator[Page]:
    """A page of its own that stands complete."""
    with visitor(browser) as page:
        visit(page, address, size=size)
        yield page


@contextmanager
def visitor(browser: Browser, *, theme: str = "light") -> Iterator[Page]:
    """Somebody with one tab, who asks for no motion."""
    context = browser.new_context(locale="zh-CN", color_scheme=theme, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(WAIT_MS * 2)
    yield page
    context.close()


def visit(page: Page, address: str, *, size: tuple[int, int] = SIZES[0]) -> None:
    """Go there and wait until all stands."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(address)
    page.wait_for_selector("h1")
    settled(page)
    resized(page, *size)


def whole_page(page: Page) -> None:
    """Makes the window as high as the page's content, so that nothing is cut off."""
    content, width, height = page.evaluate(
        "[document.querySelector('.stMainBlockContainer').scrollHeight, innerWidth, innerHeight]"
    )
    resized(page, width, max(height, content + 60))


def resized(page: Page, width: int, height: int) -> None:
    """Makes the window so large and waits until the charts are drawn for it."""
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_timeout(RESTING_MS)
    page.wait_for_function(DRAWN)
    page.wait_for_timeout(RESTING_MS)


def main() -> None:
    """Fill a store with the sample, start the app on it, and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="every page, size, theme and language, into FOLDER")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "store.duckdb"
        with Warehouse.open(path) as store:
            pipeline.load_sample(store)
            pipeline.score_pending(store)
            told(store)
        browser = playwright.chromium.launch(
            executable_path=chromium.installed(), headless=True, args=chromium.launch_arguments()
        )
        with served(path) as url:
            if wanted.all:
                everything(browser, url, wanted.all)
            else:
                pages(browser, url)
                cards(browser, url)
        browser.close()


if __name__ == "__main__":
    main()
