"""A browser closed, or a page reloaded, while a file goes in: whole or not at all, and the next visit hears it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from streamlit.testing.v1 import AppTest

from analysis import pipeline
from analysis.errors import StoreDamaged
from analysis.i18n import say
from analysis.store import Warehouse
from analysis.watching import Watch
from dashboard import data
from dashboard.background import Desk, Work, imports_begun
from dashboard.upload import run
from tests.dashboard.conftest import PATIENCE_SECONDS, ROOT, shown_html
from tests.dashboard.test_data import DATA, SURVEY, NobodyReads, choose, done
from tests.dashboard.test_pages import failed

OpenApp = Callable[[Warehouse], AppTest]
FILE = "问卷.csv"


@dataclass
class Held:
    """An import that stands still before it stores anything, until it is let go or stopped."""

    go: threading.Event = field(default_factory=threading.Event)
    fails: bool = False

    def import_inspected(self, *given: object, watch: Watch, **options: object) -> object:
        while not self.go.wait(0.01):
            watch.step("masking", 1, 2)
        if self.fails:
            raise StoreDamaged("errors.store_damaged", path="x")
        return IMPORT(*given, watch=watch, **options)


IMPORT = pipeline.import_inspected


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    held = Held()
    monkeypatch.setattr("analysis.pipeline.import_inspected", held.import_inspected)
    monkeypatch.setattr(run, "GRACE_SECONDS", 0.05)
    yield held
    held.go.set()
    for work in imports_begun().lying():
        work.wait(PATIENCE_SECONDS)


@pytest.fixture
def first(open_app: OpenApp, empty_store: Warehouse, held: Held, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The visit that has begun the import."""
    monkeypatch.setattr(data, "_reader", NobodyReads)
    page = choose(open_app(empty_store, page=DATA), (FILE, SURVEY.encode()))
    next(b for b in page.button if b.key.startswith("import-")).click().run()
    assert "upload-running" in page.session_state
    return page


def reloaded() -> AppTest:
    """Another visit to the same server, as a reload of the page makes one."""
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=PATIENCE_SECONDS)
    return app.switch_page(DATA).run()


def ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for the import; its visit is gone for good."""
    [work] = imports_begun().lying()
    assert work.wait(PATIENCE_SECONDS)
    monkeypatch.setattr(run, "OWNER_SECONDS", -1.0)


def test_the_next_visit_sees_it_go_on_and_gets_its_account(
    first: AppTest, held: Held, empty_store: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = reloaded()
    html = shown_html(second)
    assert say("screen.data.importing_title", file=FILE) in html
    assert say("screen.data.importing_elsewhere") in html
    assert empty_store.is_empty()
    held.go.set()
    ended(monkeypatch)
    second.run()
    assert not failed(second)
    html = shown_html(second)
    assert f"{FILE} 已导入" in html
    assert say("screen.data.importing_title", file=FILE) not in html
    assert empty_store.totals()["responses"] == 41
    assert f"{FILE} 已导入" not in shown_html(reloaded()), "it is said once; the list of imports keeps it"


@pytest.mark.parametrize("fails", [False, True])
def test_what_did_not_go_in_is_said_until_it_is_read(
    first: AppTest, held: Held, empty_store: Warehouse, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    second = reloaded()
    if fails:
        held.fails = True
        held.go.set()
    else:
        second.button(key="cancel-left-0").click().run()
    ended(monkeypatch)
    second.run()
    assert not failed(second)
    why = say("errors.store_damaged", path="x") if fails else say("errors.stopped")
    assert why in shown_html(second.run()), "it stays"
    assert empty_store.is_empty()
    assert len(empty_store.batches()) == 0
    second.button(key="close-ended-0").click().run()
    assert why not in shown_html(second)


def test_a_visit_that_is_still_there_takes_its_own_account(first: AppTest, held: Held, empty_store: Warehouse) -> None:
    second = reloaded()
    held.go.set()
    assert f"{FILE} 已导入" in shown_html(done(first))
    second.run()
    assert f"{FILE} 已导入" not in shown_html(second)
    assert say("screen.data.importing_title", file=FILE) not in shown_html(second)
    assert empty_store.totals()["responses"] == 41


def test_an_outcome_is_taken_once() -> None:
    desk, work = Desk(), Work(lambda watch: 1)
    desk.put("a", work)
    assert work.wait(PATIENCE_SECONDS)
    assert work.ended_for >= 0
    assert list(desk.lying().values()) == ["a"]
    assert [desk.take(work), desk.take(work)] == [True, False]
