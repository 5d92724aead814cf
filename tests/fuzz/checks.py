"""What must hold for any file: read or refused, every row accounted for, nothing counted twice, all of it undone."""

from __future__ import annotations

import re
import resource
import signal
import string
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from unittest import mock

from analysis.errors import FileRefused, XinshengError
from analysis.i18n import say, words
from analysis.ingest import Inspection, convert, inspect
from analysis.records import RecordBatch
from analysis.store import IN_MEMORY, Warehouse
from tests.fuzz.made import Made
from tests.ingest.files import SECRET, parse_here

SECONDS = 10          # of processor time for one file, so that a busy machine changes nothing; more is a hang
_FILES_A_STORE = 200  # the names of many random files would make one store slow
_UNDONE_EVERY = 10    # so many-th file that goes in is taken out again
_CRASHES = ("errors.reader_crashed",)


class Hang(Exception):
    """A file took more than SECONDS."""


class Examiner:
    """Imports files one after the other into a store of its own, and looks at each result."""

    def __init__(self) -> None:
        self._store = Warehouse.open(IN_MEMORY)
        self._files = 0

    def examine(self, file: Made, *, own_process: bool) -> str:
        """What became of a file: "imported" or the key of the refusal. Raises whatever should not happen.

        `own_process`: read it in the child process, as an import does, rather than in this one.
        """
        self._files += 1
        if self._files % _FILES_A_STORE == 0:
            self.close()
            self._store = Warehouse.open(IN_MEMORY)
        with _limited(SECONDS), _read_here(not own_process):
            try:
                found = inspect(file.data, file_name=f"{file.seed}.csv", kind=file.kind)
                check_notices(found)
                batch = convert(found, secret=SECRET)
            except XinshengError as refusal:
                check_refusal(refusal, file)
                return refusal.key
            check_account(found, batch, file)
            check_twice(self._store, batch, undo=self._files % _UNDONE_EVERY == 0)
        return "imported"

    def close(self) -> None:
        """Give the store's memory back."""
        self._store.close()


def check_refusal(refusal: XinshengError, file: Made) -> None:
    """A refusal says why, in a whole sentence, and only a file that may be unsound is refused."""
    assert refusal.key not in _CRASHES, f"the reader ended: {refusal}"
    blanks = {name for _, name, _, _ in string.Formatter().parse(words()[refusal.key]) if name}
    assert blanks <= {"file", *refusal.values}, f"{refusal.key} lacks {blanks - {*refusal.values}}"
    assert say(refusal.key, **{"file": "", **refusal.values})
    assert file.rows is None or not isinstance(refusal, FileRefused), f"a sound file was refused: {refusal}"


def check_notices(found: Inspection) -> None:
    """Each notice has its sentence."""
    assert all(say(f"notices.{notice.name}", **notice.values) for notice in found.notices)


def check_account(found: Inspection, batch: RecordBatch, file: Made) -> None:
    """Each row that was read is imported or put aside, once, with a reason in words."""
    report = batch.report
    aside = [issue.row for issue in report.issues if issue.whole_row]
    accepted = batch.rows["row"].tolist()
    assert report.rows_read == report.imported + report.duplicates + report.quarantined
    assert sorted([*aside, *accepted]) == sorted([*found.table.frame.index, *(i.row for i in found.issues)])
    assert len({*aside, *accepted}) == len(aside) + len(accepted) == report.rows_read
    assert all(say(f"reasons.{issue.reason}", **issue.values) for issue in report.issues)
    expected = file.rows if file.rows is not None else _rows_by_lines(found, file.data)
    assert expected in (None, report.rows_read), f"{report.rows_read} rows read of {expected}"


def check_twice(store: Warehouse, batch: RecordBatch, *, undo: bool) -> None:
    """The same again adds nothing; with `undo` it does come again, both are taken out, and the numbers are as before.

    Without, it is only asked what would be added: the rehearsal compares with the same rows and costs half.
    """
    before = _answers(store) if undo else None
    first = store.add(batch)
    again = store.add(batch) if undo else store.rehearse(batch)
    assert first.rows_read == first.imported + first.duplicates + first.quarantined
    assert again.imported == 0, f"{again.imported} rows counted twice"
    assert again.duplicates == len(batch.rows)
    if undo:
        store.undo(first.batch)
        store.undo(again.batch)
        assert _answers(store) == before, "the undo left or took answers"


def _answers(store: Warehouse) -> list[tuple]:
    return sorted(store.histogram(["store", "channel", "day"]).itertuples(index=False, name=None), key=str)


def _rows_by_lines(found: Inspection, data: bytes) -> int | None:
    """The rows below the header counted in another way: by lines, where no quote can join them. None where not."""
    if not found.encoding or found.marks or found.tool:
        return None
    text = data.decode({"big5": "big5hkscs", "utf-8": "utf-8-sig"}.get(found.encoding, found.encoding))
    if '"' in text or text.lower().startswith("sep="):
        return None
    below = re.split(r"\r\n|\r|\n", text)[found.table.header_row:]
    used = _separator(found, text)
    return sum(any(cell.strip() for cell in line.split(used)) for line in below) if used else None


def _separator(found: Inspection, text: str) -> str | None:
    """The one sign that cuts the header line into its fields; None where several might."""
    line = re.split(r"\r\n|\r|\n", text)[found.table.header_row - 1]
    fitting = [sign for sign in (",", "\t", ";", "；", "|") if len(line.split(sign)) == len(found.table.header) > 1]
    return fitting[0] if len(fitting) == 1 else None


@contextmanager
def _limited(seconds: int) -> Iterator[None]:
    """Raises Hang in or after a block that takes more processor time, its child processes included."""

    def ring(_: int, frame: FrameType | None) -> None:
        where = f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame else "?"
        raise Hang(f"more than {seconds} s, at {where}")

    earlier = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - earlier
    if used > seconds:
        raise Hang(f"{used:.0f} s in the child process")


@contextmanager
def _read_here(here: bool) -> Iterator[None]:
    with mock.patch("analysis.ingest.inspection.parse", parse_here) if here else mock.MagicMock():
        yield
