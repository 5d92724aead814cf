"""A folder that is watched: a file whose columns are known goes in by itself, any other waits for a person.

A file is taken up once it has stopped growing, and moved only after the store has it: whatever happens in
between, it is read again, and what was in already counts as a duplicate.
"""

from __future__ import annotations

import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from analysis import pipeline
from analysis.errors import FileRefused, MappingIncomplete, OutputFailed
from analysis.i18n import say
from analysis.ingest import Inspection, safe_name
from analysis.records import ImportReport
from analysis.store import Warehouse, store_path

try:
    import fcntl
except ImportError:  # no such locks on Windows; the store has one owner there too
    fcntl = None

INBOX_VARIABLE = "XINSHENG_INBOX"
DONE, REFUSED = "done", "refused"
POLL_SECONDS = 3.0
SETTLED_SECONDS = 2.0  # a file that was not written to for so long is complete
MAX_BYTES = 200 * 1024 * 1024  # as for an upload
# What browsers, spreadsheets and copying programs write while they are at it.
_UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".download", ".filepart")
_LOCKS = ("~$", ".")
_NAME_BYTES = 200  # of at most 255 that file systems allow; the rest is for the batch's number


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that only a person can decide on: its name on disk and as it may be shown, its hash, and what is open."""

    path: Path
    name: str
    file_hash: str
    why: str

    def read(self) -> bytes:
        """The file's bytes; empty where it is gone or has become something else than a file."""
        try:
            return _content(self.path)
        except (FileRefused, OSError):
            return b""


@dataclass(frozen=True, slots=True)
class Handled:
    """What became of one file: its account, or why it was refused or waits."""

    name: str
    report: ImportReport | None = None
    refused: str = ""
    waits: str = ""


def inbox_path(path: str | Path | None = None, *, store: str | Path | None = None) -> Path:
    """Where the inbox is: `path`, else the environment's XINSHENG_INBOX, else `inbox` beside the store's file."""
    chosen = path or os.environ.get(INBOX_VARIABLE)
    return Path(chosen).expanduser().absolute() if chosen else Path(store_path(store)).parent / "inbox"


class Inbox:
    """One folder. Make one per process: it remembers what it has looked at."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen: dict[Path, tuple[int, int]] = {}
        self._waiting: dict[Path, tuple[tuple[int, int, int], Waiting]] = {}

    def put(self, source: Path) -> Path:
        """Copy a file into the folder, under its own name or one like it; it appears there as a whole.

        Raises OutputFailed where that is not possible.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            draft = self.folder / f".{os.getpid()}-{time.monotonic_ns()}"
            shutil.copyfile(source, draft)
            target = _free(self.folder / _short(source.name))
            os.replace(draft, target)
        except OSError as error:
            raise OutputFailed("errors.output_failed", path=self.folder, detail=error.strerror) from error
        return target

    def waiting(self) -> tuple[Waiting, ...]:
        """The files that wait for a person, as of the last poll, by name."""
        found = [waiting for _, waiting in list(self._waiting.values()) if waiting.path.is_file()]
        return tuple(sorted(found, key=lambda waiting: waiting.name))

    def poll(self, store: Warehouse) -> list[Handled]:
        """Take up what has settled since the last poll; nothing while another process does."""
        with self._alone() as alone:
            return [self._handle(store, path) for path in self._settled(len(store.batches()))] if alone else []

    def done(self, file_hash: str, batch: int | None) -> None:
        """A waiting file went in by a person's hand: it leaves the folder."""
        for path, (_, waiting) in list(self._waiting.items()):
            if waiting.file_hash == file_hash and path.is_file():
                self._move(path, DONE, f"{batch or 0:06d}_")
                self._waiting.pop(path, None)

    # -- looking

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Whether nobody else works on the folder while inside; False too where there is no folder."""
        if not self.folder.is_dir():
            yield False
            return
        lock = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
        try:
            if fcntl:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    yield False
                    return
            yield True
        finally:
            os.close(lock)

    def _settled(self, ledger: int) -> list[Path]:
        """Files that have not changed since the last look and are not known to wait."""
        before, self._seen = self._seen, {}
        settled = []
        for entry in sorted(os.scandir(self.folder), key=lambda entry: entry.name):
            path, found = Path(entry.path), entry.stat(follow_symlinks=False)
            if entry.name.startswith(_LOCKS) or entry.name.lower().endswith(_UNFINISHED) or stat.S_ISDIR(found.st_mode):
                continue
            self._seen[path] = now = (found.st_size, found.st_mtime_ns)
            kept = self._waiting.get(path)
            # An import may have brought the mapping that a waiting file needs: the ledger's length says so.
            known = kept is not None and kept[0] == (*now, ledger)
            if before.get(path) == now and abs(time.time() - found.st_mtime) >= SETTLED_SECONDS and not known:
                settled.append(path)
        self._waiting = {path: kept for path, kept in self._waiting.items() if path in self._seen}
        return settled

    # -- deciding

    def _handle(self, store: Warehouse, path: Path) -> Handled:
        name = safe_name(path.name)
        try:
            content = _content(path)
            inspection = pipeline.inspect_file(store, content, file_name=path.name)
            why = _what_is_open(inspection) or _may_repeat(store, inspection)
            report = None if why else pipeline.import_inspected(store, inspection)
        except MappingIncomplete as error:
            why, report = say(error.key, **{"file": name, **error.values}), None
        except FileRefused as error:
            return self._refuse(path, name, say(error.key, **{"file": name, **error.values}))
        except FileNotFoundError:  # taken away meanwhile
            return Handled(name)
        except OSError as error:
            return self._refuse(path, name, say("errors.inbox_unreadable", file=name, detail=error.strerror))
        if report is None:
            waiting = Waiting(path, name, inspection.file_hash, why)
            self._waiting[path] = ((*self._seen[path], len(store.batches())), waiting)
            return Handled(name, waits=why)
        # A file that grew while it was read stays, and its rest comes in with the next poll.
        if _state(path) == self._seen[path]:
            self._move(path, DONE, f"{report.batch:06d}_")
        return Handled(name, report=report)

    def _refuse(self, path: Path, name: str, why: str) -> Handled:
        moved = self._move(path, REFUSED)
        moved.with_name(_short(moved.name, 4) + ".txt").write_text(why + "\n", encoding="utf-8")
        return Handled(name, refused=why)

    def _move(self, path: Path, folder: str, prefix: str = "") -> Path:
        (self.folder / folder).mkdir(exist_ok=True)
        target = _free(self.folder / folder / (prefix + _short(path.name)))
        os.rename(path, target)  # of a link the link itself
        return target


def watch(inbox: Inbox, store: Warehouse, *, told: Callable[[Handled], None], stop: Callable[[], bool]) -> None:
    """Poll until `stop` says so; `told` hears what became of every file. An error of the store ends it."""
    while not stop():
        for handled in inbox.poll(store):
            told(handled)
        _sleep(POLL_SECONDS, stop)


def once(inbox: Inbox, store: Warehouse) -> list[Handled]:
    """Take up what lies in the folder now; files that are still being written to are left."""
    found = inbox.poll(store)
    time.sleep(SETTLED_SECONDS)
    return found + inbox.poll(store)


def _what_is_open(inspection: Inspection) -> str:
    """What only a person can tell of a file; nothing where its mapping is known."""
    asked = [column for column in inspection.mapping.columns if column.question]
    if asked:
        return say(asked[0].question, column=asked[0].header)
    return "" if inspection.template or inspection.tool or inspection.correction else say("inbox.unknown_columns")


def _may_repeat(store: Warehouse, inspection: Inspection) -> str:
    """That a file may hold answers that are in already in another form; nothing where that cannot be, or is sure."""
    found = pipeline.rehearse(store, inspection).notices if inspection.form else ()
    doubts = [say(f"notices.{n.name}", **n.values) for n in found if n.name == "maybe_same_answers"]
    return doubts[0] if doubts else ""


def _content(path: Path) -> bytes:
    """A file's bytes. Links are not followed; what is no regular file is refused."""
    if path.is_symlink():
        raise FileRefused("errors.inbox_link")
    # Without blocking: a pipe under a file's name would wait for its writer.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with open(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise FileRefused("errors.inbox_link")
        if found.st_size > MAX_BYTES:
            size, limit = (f"{size / 2**20:.0f}" for size in (found.st_size, MAX_BYTES))
            raise FileRefused("errors.file_too_large", size=size, limit=limit)
        return file.read()


def _state(path: Path) -> tuple[int, int] | None:
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _short(name: str, spare: int = 0) -> str:
    """A file name that leaves room for a prefix: the middle of a long one goes, its ending stays."""
    raw = os.fsencode(name)
    if len(raw) <= _NAME_BYTES - spare:
        return name
    stem, suffix = os.path.splitext(name)
    kept = os.fsencode(stem)[: _NAME_BYTES - spare - len(os.fsencode(suffix[:20]))]
    return kept.decode("utf-8", errors="ignore") + suffix[:20]


def _free(path: Path) -> Path:
    """The path, or one with a number behind its stem where it is taken."""
    free, number = path, 1
    while os.path.lexists(free):
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free


def _sleep(seconds: float, stop: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and not stop():
        time.sleep(min(0.2, seconds))

