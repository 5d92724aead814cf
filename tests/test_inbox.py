"""The watched folder: what is known goes in, what is not waits, what is hostile harms nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from argparse import Namespace
from pathlib import Path

import pytest

from analysis import inbox as rooms
from analysis import pipeline
from analysis.cli.inbox_command import hand_over
from analysis.errors import StoreBusy
from analysis.inbox import Inbox, inbox_path
from analysis.store import Warehouse
from tests.ingest import exports
from tests.ingest.files import in_process  # noqa: F401

SURVEY = "提交时间,推荐意愿\n2026-03-01,9\n2026-03-02,3\n"


@pytest.fixture(autouse=True)
def _fast(in_process) -> None:  # noqa: F811
    """Files are read in this process."""


@pytest.fixture
def store():
    with Warehouse.open(":memory:") as opened:
        yield opened


@pytest.fixture
def inbox(tmp_path) -> Inbox:
    (tmp_path / "inbox").mkdir()
    return Inbox(tmp_path / "inbox")


def lay(inbox: Inbox, name: str, content: str | bytes = SURVEY, *, age: float = 60) -> Path:
    """A file that was last written to `age` seconds ago."""
    path = inbox.folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    then = time.time() - age
    os.utime(path, (then, then))
    return path


def polled(inbox: Inbox, store: Warehouse) -> list[rooms.Handled]:
    """Two looks: the first sees a file, the second finds it unchanged."""
    return inbox.poll(store) + inbox.poll(store)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def confirm(store: Warehouse, content: str = SURVEY) -> None:
    """A person confirms the mapping of such files once."""
    found = pipeline.inspect_file(store, content.encode(), file_name="x.csv")
    pipeline.import_file(store, content.encode(), file_name="x.csv", mapping=found.mapping)


def test_a_file_with_known_columns_goes_in_and_moves_to_done(store, inbox):
    confirm(store)
    lay(inbox, "四月.csv", SURVEY.replace("03-0", "04-0"))
    (handled,) = polled(inbox, store)
    assert (handled.report.batch, handled.report.imported) == (2, 2)
    assert names(inbox.folder / "done") == ["000002_四月.csv"]
    assert polled(inbox, store) == []


def test_an_export_of_a_known_tool_goes_in_without_anybody(store, inbox):
    lay(inbox, "导出.csv", exports.tencent_survey())
    (handled,) = polled(inbox, store)
    assert handled.report.imported > 0


def test_unknown_columns_wait_until_somebody_has_confirmed_them(store, inbox):
    lay(inbox, "三月.csv")
    lay(inbox, "四月.csv", SURVEY.replace("03-0", "04-0"))
    assert all(handled.waits for handled in polled(inbox, store))
    assert [waiting.name for waiting in inbox.waiting()] == ["三月.csv", "四月.csv"]
    assert polled(inbox, store) == [], "it is not looked at again and again"
    first = inbox.waiting()[0]
    found = pipeline.inspect_file(store, first.read(), file_name=first.name)
    report = pipeline.import_inspected(store, found, mapping=found.mapping)
    inbox.done(found.file_hash, report.batch)
    (handled,) = polled(inbox, store)
    assert (handled.name, handled.report.imported) == ("四月.csv", 2)
    assert inbox.waiting() == ()
    assert names(inbox.folder / "done") == ["000001_三月.csv", "000002_四月.csv"]


def test_a_refused_file_lies_aside_with_a_text_that_says_why(store, inbox):
    lay(inbox, "网页.csv", "<!doctype html><html></html>")
    (handled,) = polled(inbox, store)
    assert "HTML" in handled.refused
    assert names(inbox.folder / "refused") == ["网页.csv", "网页.csv.txt"]
    assert "HTML" in (inbox.folder / "refused" / "网页.csv.txt").read_text(encoding="utf-8")
    assert store.is_empty()


def test_a_file_written_to_a_moment_ago_is_left(store, inbox, monkeypatch):
    confirm(store)
    lay(inbox, "新.csv", SURVEY.replace("03-0", "04-0"), age=0)
    monkeypatch.setattr(rooms, "SETTLED_SECONDS", 600)
    assert polled(inbox, store) == []
    monkeypatch.setattr(rooms, "SETTLED_SECONDS", 0)
    assert len(polled(inbox, store)) == 1


def test_a_file_that_is_still_written_to_is_left(store, inbox):
    confirm(store)
    path = lay(inbox, "长.csv", SURVEY.replace("03-0", "05-0"))
    inbox.poll(store)
    lay(inbox, "长.csv", SURVEY.replace("03-0", "05-0") + "2026-05-03,8\n")
    assert inbox.poll(store) == [], "it grew since the last look"
    assert path.exists()
    for name in ("下载.csv.crdownload", "~$表.xlsx", ".隐藏.csv", "半.part"):
        lay(inbox, name)
    handled = polled(inbox, store)
    assert [one.name for one in handled] == ["长.csv"]
    assert handled[0].report.rows_read == 3


def test_links_pipes_and_folders_are_not_read(store, inbox, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text(SURVEY, encoding="utf-8")
    os.symlink(secret, inbox.folder / "链接.csv")
    os.mkfifo(inbox.folder / "管道.csv")
    (inbox.folder / "文件夹.csv").mkdir()
    then = time.time() - 60
    os.utime(inbox.folder / "链接.csv", (then, then), follow_symlinks=False)
    os.utime(inbox.folder / "管道.csv", (then, then))
    handled = polled(inbox, store)
    assert [one.name for one in handled if one.refused] == ["管道.csv", "链接.csv"]
    assert secret.read_text(encoding="utf-8") == SURVEY
    assert (inbox.folder / "文件夹.csv").is_dir()
    assert store.is_empty()


@pytest.mark.parametrize(
    "name", ["a\nb.csv", "\u202evsc.exe.csv", "长" * 80 + ".csv", "=cmd|x.csv", "-rf.csv", b"\xff\xfe.csv", "..csv.csv"]
)
def test_hostile_names(store, inbox, name):
    confirm(store)
    path = os.fsdecode(name) if isinstance(name, bytes) else name
    if path.startswith("."):
        path = "x" + path
    lay(inbox, path, SURVEY.replace("03-0", "04-0"))
    (handled,) = polled(inbox, store)
    assert handled.report.imported == 2
    assert not set(handled.name) & set("\n\r\u202e")
    assert len(names(inbox.folder / "done")) == 1
    assert all(parent.name == "done" for parent in [next((inbox.folder / "done").iterdir()).parent])


def test_the_same_name_twice_overwrites_nothing(store, inbox):
    confirm(store)
    for month in ("04-0", "05-0"):
        lay(inbox, "月报.csv", SURVEY.replace("03-0", month))
        polled(inbox, store)
        lay(inbox, "坏.csv", b"")
        polled(inbox, store)
    assert names(inbox.folder / "done") == ["000002_月报.csv", "000003_月报.csv"]
    assert names(inbox.folder / "refused") == ["坏-2.csv", "坏-2.csv.txt", "坏.csv", "坏.csv.txt"]


def test_two_processes_do_not_take_the_same_file(store, inbox):
    confirm(store)
    lay(inbox, "四月.csv", SURVEY.replace("03-0", "04-0"))
    hold = "import fcntl, sys\nf = open(sys.argv[1], 'w')\nfcntl.flock(f, fcntl.LOCK_EX)\nprint(1, flush=True)\n"
    holder = subprocess.Popen(
        [sys.executable, "-c", hold + "sys.stdin.read()", str(inbox.folder / ".lock")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )
    try:
        assert holder.stdout.readline() == "1\n"
        assert polled(inbox, store) == []
    finally:
        holder.communicate()
    assert len(polled(inbox, store)) == 1


def test_a_file_read_again_after_a_crash_counts_once(store, inbox, monkeypatch):
    confirm(store)
    lay(inbox, "四月.csv", SURVEY.replace("03-0", "04-0"))

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Inbox, "_move", crash)
        with pytest.raises(KeyboardInterrupt):
            polled(inbox, store)
    (handled,) = polled(Inbox(inbox.folder), store)
    assert (handled.report.imported, handled.report.duplicates) == (0, 2)
    assert store.totals()["answers"] == 4


def test_a_folder_that_is_not_there_holds_nothing(store, tmp_path):
    assert Inbox(tmp_path / "keiner").poll(store) == []
    assert not (tmp_path / "keiner").exists()


# -- handing over


def options(store: Path, *files: Path, **given: object) -> Namespace:
    none = dict.fromkeys(("kind", "mapping", "date", "encoding", "dry_run", "score"))
    return Namespace(**{**none, "store": store, "files": list(files), **given})


def test_while_the_app_holds_the_store_a_file_goes_to_its_inbox(tmp_path):
    file = tmp_path / "三月.csv"
    file.write_text(SURVEY, encoding="utf-8")
    busy = StoreBusy("errors.store_busy", owner="python -m streamlit run streamlit_app.py", pid=1, path="x")
    outcome = hand_over(options(tmp_path / "x.duckdb", file), busy)
    assert (tmp_path / "inbox" / "三月.csv").read_text(encoding="utf-8") == SURVEY
    assert "三月.csv" in outcome.text
    assert not outcome.failures
    assert names(tmp_path / "inbox") == ["三月.csv"], "no draft is left"


@pytest.mark.parametrize(("owner", "given"), [("python other.py", {}), ("streamlit", {"dry_run": True})])
def test_nothing_is_handed_over_where_it_would_be_lost(tmp_path, owner, given):
    file = tmp_path / "三月.csv"
    file.write_text(SURVEY, encoding="utf-8")
    with pytest.raises(StoreBusy):
        hand_over(options(tmp_path / "x.duckdb", file, **given), StoreBusy("errors.store_busy", owner=owner))
    assert not (tmp_path / "inbox").exists()


def test_where_the_inbox_is(monkeypatch, tmp_path):
    monkeypatch.delenv("XINSHENG_INBOX", raising=False)
    assert inbox_path(store=tmp_path / "x.duckdb") == tmp_path / "inbox"
    monkeypatch.setenv("XINSHENG_INBOX", str(tmp_path / "da"))
    assert inbox_path(store=tmp_path / "x.duckdb") == tmp_path / "da"
    assert inbox_path(tmp_path / "dort") == tmp_path / "dort"
