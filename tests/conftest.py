"""What several tests share."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings
from playwright.sync_api import Browser, expect, sync_playwright

from analysis import pipeline
from analysis.store import Warehouse
from tests.browser import chromium

ROOT = Path(__file__).parent.parent
# The many processes that tests start need not compile all modules again, whatever the shell says.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# All tabs of a visitor in one process, which has read and compiled the screen's scripts once.
SHARED_TABS = "--process-per-site"
WAIT_MS = 45_000  # two shared cores: a cold page with charts may take a while

# The same examples on every machine, and no limit of time, as machines differ.
settings.register_profile("xinsheng", deadline=None, max_examples=40, derandomize=True)
settings.load_profile("xinsheng")


@pytest.fixture(scope="session")
def sample_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a store that holds the sample data, unread, made once for all workers: use a `copy`."""
    return _made_once("sample", tmp_path_factory, pipeline.load_sample)


@pytest.fixture(scope="session")
def read_sample_file(sample_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with every comment read, for pages that would read them while a test looks on: use a `copy`."""
    return _made_once("read", tmp_path_factory, pipeline.score_pending, like=sample_file)


def _made_once(
    name: str, tmp_path_factory: pytest.TempPathFactory, fill: Callable[[Warehouse], object], *,
    like: Path | None = None,
) -> Path:
    """The file of a store that the first worker fills and the others wait for."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    made, making = shared / f"{name}.duckdb", shared / f"making_{name}.duckdb"
    with FileLock(shared / f"{name}.lock"):
        if not made.exists():
            if like:
                _copy(like, making)
            with Warehouse.open(making) as store:
                fill(store)
            Path(f"{making}.key").rename(f"{made}.key")
            making.rename(made)
    return made


def copy(store: Path, folder: Path) -> Path:
    """A store of one's own with the same content, and the key of its pseudonyms."""
    return _copy(store, folder / "sample.duckdb")


def _copy(store: Path, own: Path) -> Path:
    for ending in ("", ".key"):
        shutil.copyfile(f"{store}{ending}", f"{own}{ending}")
    return own


@pytest.fixture(scope="session")
def sample_store(sample_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """A store that holds the sample data, comments unread. Tests only ask it, they do not change it."""
    with Warehouse.open(copy(sample_file, tmp_path_factory.mktemp("sample"))) as store:
        yield store


@pytest.fixture(scope="session")
def truths() -> dict:
    """What is planted in the sample data: the file's general part, and under "truths" each truth by its id."""
    tree = json.loads((ROOT / "sample_data" / "truths.json").read_text(encoding="utf-8"))
    return {**tree, "truths": {truth["id"]: truth for truth in tree["truths"]}}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One real Chromium for all tests that need one: Playwright runs once in a process."""
    path = chromium.installed()
    assert path, "no browser: run `make test`, which installs one"
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as playwright:
        arguments = [*chromium.launch_arguments(), SHARED_TABS]
        launched = playwright.chromium.launch(executable_path=path, headless=True, args=arguments)
        yield launched
        launched.close()
