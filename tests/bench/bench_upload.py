"""A million survey rows through the page, and the memory that the server and its reader take: `make bench-upload`.

The file is that of `bench_import`; here a visitor drops it in a real Chromium and confirms. Memory is read from Linux'
/proc every fifth of a second: resident pages of the server, of the process that reads the file, and of both together.
Options: `--rows N`, `--folder DIR` (the file is kept there and used again).
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.bench.bench_import import MOST_MEGABYTES, ROWS, made
from tests.browser import chromium
from tests.browser.conftest import served

LIMIT_MS = 600_000
BETWEEN_SECONDS = 0.2


@dataclass(slots=True)
class Peak:
    """The most megabytes seen at once."""

    server: float = 0.0
    reader: float = 0.0
    together: float = 0.0


def main() -> None:
    """Import the file through the page and print what it took."""
    options = _options()
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = options.folder or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        path = made(folder, "csv", options.rows)
        browser = playwright.chromium.launch(
            executable_path=chromium.installed(), headless=True, args=chromium.launch_arguments()
        )
        with served(Path(name) / "store.duckdb") as url, _watched() as peak:
            page = browser.new_page(locale="zh-CN")
            page.set_default_timeout(LIMIT_MS)
            page.goto(f"{url}/data")
            page.wait_for_selector("h1")
            before = peak.server
            started = time.perf_counter()
            _import(page, path)
            seconds, peak = time.perf_counter() - started, replace(peak)  # comments are read from here on
        browser.close()
    size = f"{options.rows:,} rows, CSV, {path.stat().st_size / 1e6:.0f} MB"
    print(f"\n{size}, dropped on the page and confirmed: {seconds:.1f} s")
    print(f"  server {before:,.0f} MB before, {peak.server:,.0f} MB at most; reader {peak.reader:,.0f} MB; "
          f"together {peak.together:,.0f} MB")
    verdict = "met" if peak.together <= MOST_MEGABYTES else "MISSED"
    print(f"  together at most {MOST_MEGABYTES:,} MB: {verdict}")


def _import(page: Page, path: Path) -> None:
    expect.set_options(timeout=LIMIT_MS)
    page.locator('input[type="file"]').set_input_files(path)
    expect(page.locator(".st-key-card-check h2").first).to_have_text(f"核对 {path.name}")
    button = page.get_by_role("button", name="导入", exact=True)
    expect(button).to_be_enabled()
    button.click()
    expect(page.locator(".st-key-card-account-0 h2").first).to_contain_text("已导入")


@contextmanager
def _watched() -> Iterator[Peak]:
    """The memory of the server that this process has started, and of its children, while the body runs."""
    peak, over = Peak(), threading.Event()
    watcher = threading.Thread(target=_watch, args=(peak, over))
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()


def _watch(peak: Peak, over: threading.Event) -> None:
    while not over.wait(BETWEEN_SECONDS):
        parents = _resident()
        servers = [pid for pid, (_, _, command) in parents.items() if "streamlit" in command]
        own = sum(parents[pid][1] for pid in servers)
        readers = sum(size for parent, size, _ in parents.values() if parent in servers)
        peak.server, peak.reader = max(peak.server, own), max(peak.reader, readers)
        peak.together = max(peak.together, own + readers)


def _resident() -> dict[int, tuple[int, float, str]]:
    """Parent, resident megabytes and command of every process of the servers started here."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines() if ":" in line)
            command = (folder / "cmdline").read_text().replace("\0", " ")
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended meanwhile
        size = float(status.get("VmRSS", "0 kB").split()[0]) / 1024
        found[int(folder.name)] = (int(status["PPid"]), size, command)
    own = threading.main_thread().native_id
    return {
        pid: line for pid, line in found.items()
        if line[0] == own or found.get(line[0], (0, 0, ""))[0] == own
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--folder", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
