"""A real server and a real Chromium for what users do."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from analysis.store import Warehouse
from tests.browser.sample_year import told
from tests.conftest import WAIT_MS, copy

ROOT = Path(__file__).parent.parent.parent
SERVER_START_SECONDS = 60
HOST = "http://127.0.0.1/"
WINDOW: ViewportSize = {"width": 1440, "height": 900}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(store: Path, *, app: Path = ROOT / "streamlit_app.py") -> Iterator[str]:
    """The app on a free port with its own store; stopped by its own process id."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(app), "--server.port", str(port)]
    environment = {**os.environ, "XINSHENG_STORE": str(store)}
    log = store.with_suffix(".log").open("w")
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_until_healthy(f"http://127.0.0.1:{port}/_stcore/health", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)
        log.close()


def wait_until_healthy(url: str, server: subprocess.Popen) -> None:
    deadline = time.monotonic() + SERVER_START_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server ended while starting"
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"no answer from {url}")


@pytest.fixture(scope="session")
def sample_app(read_sample_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app with the sample's year, comments read, for tests that add no data: each revision makes all pages anew."""
    file = copy(read_sample_file, tmp_path_factory.mktemp("app"))
    with Warehouse.open(file) as store:
        told(store)
    with served(file) as url:
        yield url


@contextmanager
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """A visitor with a profile of their own, who wants no motion: without a graphics card each frame of a placeholder
    that shimmers while a chart is on its way is drawn by the processor that should make the chart."""
    context = browser.new_context(locale="zh-CN", viewport=WINDOW, reduced_motion="reduce")
    context.set_default_timeout(WAIT_MS)
    yield context
    context.close()


@pytest.fixture(scope="session")
def visits(browser: Browser) -> Iterator[BrowserContext]:
    """The visitor whose tabs the tests open; one tab stays, and with it the process that all of them share."""
    with visitor(browser) as context:
        kept = context.new_page()
        kept.route(HOST, lambda route: route.fulfill(body=""))
        kept.goto(HOST)
        yield context


@pytest.fixture
def open_page(visits: BrowserContext) -> Iterator[Callable[[str], Page]]:
    """Opens an address in a new tab and waits until the page stands; leaves nothing in the visitor's browser."""
    opened: list[Page] = []

    def open_(url: str) -> Page:
        page = visits.new_page()
        opened.append(page)
        page.goto(url)
        page.wait_for_selector("h1, h2")  # before the first run the script stands still too
        settled(page)
        return page

    yield open_
    for page in opened:
        if not page.is_closed():
            page.evaluate("localStorage.clear()")
            page.close()
    visits.clear_cookies()


def go_to(page: Page, path: str) -> None:
    """Opens another page of the app by its link, as a visitor does, and waits until it stands."""
    before = page.evaluate("location.pathname")
    page.locator(f'[data-testid="stTopNavLink"][href$="/{path}"]').first.click()
    if before != f"/{path}":
        page.wait_for_function("path => location.pathname === path", arg=f"/{path}")
    settled(page)


def settled(page: Page) -> None:
    """Waits until the script has run and the page is drawn, with what is tested after the charts."""
    page.wait_for_selector('[data-testid="stApp"][data-test-connection-state="CONNECTED"]')
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    page.wait_for_timeout(300)  # the state flips once between a click and the rerun it causes
    page.wait_for_selector(".st-key-card-found-waiting", state="detached")
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
