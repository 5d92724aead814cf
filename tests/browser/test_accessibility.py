"""No serious fault of accessibility on any page, found by axe in a real Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from streamlit_app import PAGES
from tests.browser.conftest import served, settled
from tests.conftest import copy

pytestmark = pytest.mark.browser

SERIOUS = {"serious", "critical"}
# What Streamlit's own widgets bring: rule and tag. The letters of a shortcut beside a button are paler than its words.
OF_STREAMLIT = {("color-contrast", "<kbd")}


@pytest.fixture(scope="module")
def app(read_sample_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(copy(read_sample_file, tmp_path_factory.mktemp("axe"))) as url:
        yield url


@pytest.mark.parametrize("name", ["" if first else name for name, first in PAGES])
def test_no_serious_fault(app: str, open_page: Callable[[str], Page], name: str) -> None:
    page = open_page(f"{app}/{name}")
    page.wait_for_selector("h1")
    settled(page)
    found = Axe().run(page).response["violations"]
    faults = [
        f"{fault['id']}: {node['html'][:200]}"
        for fault in found if fault["impact"] in SERIOUS
        for node in fault["nodes"]
        if (fault["id"], node["html"].split()[0]) not in OF_STREAMLIT
    ]
    assert faults == []
