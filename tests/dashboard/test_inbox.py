"""The inbox on the data page: a waiting file is opened with one click and goes through the usual steps."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from streamlit.testing.v1 import AppTest

from analysis.i18n import say
from analysis.inbox import Handled, Inbox
from analysis.store import Warehouse
from dashboard import data
from dashboard.inbox import Watcher
from tests.dashboard.conftest import shown_html

SURVEY = "提交时间,推荐意愿\n2026-03-01,9\n2026-03-02,3\n"
DATA = "dashboard/pages/data.py"


def test_a_waiting_file_is_opened_with_one_click_and_moves_to_done(
    open_app: Callable[[Warehouse], AppTest], empty_store: Warehouse, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setenv("XINSHENG_INBOX", str(tmp_path))
    monkeypatch.setattr("dashboard.upload.run.GRACE_SECONDS", 60)  # the page waits for the work
    path = tmp_path / "三月.csv"
    path.write_text(SURVEY, encoding="utf-8")
    os.utime(path, (time.time() - 60,) * 2)
    app = open_app(empty_store, page=DATA)
    inbox = data._watcher().inbox
    assert [one.waits != "" for one in inbox.poll(empty_store) + inbox.poll(empty_store)] == [True]
    app.run()
    assert say("screen.data.inbox_title", count=1) in shown_html(app)
    next(b for b in app.button if b.label == say("screen.data.inbox_open")).click().run()
    assert say("screen.data.check_title", file="三月.csv") in shown_html(app)
    next(b for b in app.button if b.label == say("screen.data.import")).click().run()
    assert not app.exception
    assert say("screen.data.account_title", file="三月.csv", imported="2") in shown_html(app)
    assert [done.name for done in (tmp_path / "done").iterdir()] == ["000001_三月.csv"]
    assert inbox.waiting() == ()


def test_an_import_from_the_inbox_begins_the_reading_of_comments(tmp_path: Path) -> None:
    told = threading.Event()

    def follow(tell: Callable[[Handled], None], stop: Callable[[], bool]) -> None:
        tell(Handled("一.csv", refused="x"))
        assert not told.is_set()
        tell(Handled("二.csv", report=object()))
        while not stop():
            time.sleep(0.01)

    watcher = Watcher(Inbox(tmp_path), follow=follow, imported=told.set)
    watcher.start()
    watcher.start()
    assert told.wait(10)
    assert [thread.name for thread in threading.enumerate()].count("watching-inbox") == 1
    watcher.stop()
