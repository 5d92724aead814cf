"""The app as a user sees it, on a store of the test's choice, without a browser."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from analysis import pipeline
from analysis.store import Warehouse
from dashboard import attention, data, scoring

ROOT = Path(__file__).parent.parent.parent
OVERVIEW = "dashboard/pages/overview.py"
PATIENCE_SECONDS = 120  # the first run imports everything, on a machine that may be busy

ONE_ROW = (
    "提交时间,客户编号,渠道,推荐意愿,整体满意度,在线客服—问题解决彻底性,意见\n"
    "2026-03-04,C1,在线客服,9,满意,4,问题解决了，谢谢\n"
)


@pytest.fixture(autouse=True)
def main_module() -> Iterator[None]:
    """AppTest leaves a script of its own as the main module, which child processes of later tests would run."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


@pytest.fixture(scope="session")
def asked() -> dict[str, Warehouse]:
    """Of which store the kept answers are, under "store"."""
    return {}


@pytest.fixture
def open_app(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, asked: dict[str, Warehouse]
) -> Iterator[Callable[[Warehouse], AppTest]]:
    """Runs a page on a store, with what a visitor has chosen there; comments stay unread: a store may be shared."""
    monkeypatch.setattr(data, "reading", lambda: scoring.Progress(0, 0, False))
    monkeypatch.setattr(attention, "known", lambda *_: True)  # no browser asks again once the charts stand
    sample = request.getfixturevalue("sample_store") if "sample_store" in request.fixturenames else None

    def open_(store: Warehouse, *, page: str = OVERVIEW, **chosen: object) -> AppTest:
        if store is not asked.get("store"):  # what was found out is kept by the store's revision, not by the store
            st.cache_resource.clear()
            asked["store"] = store
        monkeypatch.setattr(data.Warehouse, "open", lambda *_: store)
        app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=PATIENCE_SECONDS)
        app.session_state["overview-seen"] = True  # no browser needs time to draw
        for key, value in chosen.items():
            app.session_state[key] = value
        return app.switch_page(page).run()

    yield open_
    if asked.get("store") is not sample:
        st.cache_resource.clear()
        asked.clear()


@pytest.fixture
def empty_store() -> Iterator[Warehouse]:
    """A store that holds nothing."""
    with Warehouse.open(":memory:") as store:
        yield store


@pytest.fixture
def one_row_store(empty_store: Warehouse) -> Warehouse:
    """A store that holds one answer sheet."""
    pipeline.import_file(empty_store, ONE_ROW.encode(), file_name="one.csv", kind="survey")
    return empty_store


def shown_html(app: AppTest) -> str:
    """All HTML that the components drew."""
    return "\n".join(element.proto.body for element in app.get("html"))


def chart_specs(app: AppTest) -> list[str]:
    """The charts' JSON, with Chinese letters readable."""
    return [json.dumps(json.loads(e.proto.spec), ensure_ascii=False) for e in app.get("plotly_chart")]
