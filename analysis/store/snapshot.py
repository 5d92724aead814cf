"""Reading a store that another process owns: its files, copied as they stood at one moment."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from analysis.errors import StoreBusy
from analysis.store.warehouse import Warehouse

# The data, what was written since they were last brought together, and the key of the pseudonyms.
_FILES = ("", ".wal", ".key")
_ATTEMPTS, _PAUSE_SECONDS = 20, 0.5


@contextmanager
def open_or_copy(path: str | Path | None = None) -> Iterator[Warehouse]:
    """The store; where another process owns it, a copy that is gone afterwards. Only for reading: a copy keeps nothing.

    DuckDB recovers from a crash at any moment, so files that did not change while they were copied are a sound store.
    They are copied beside the store, readable by its owner only. Raises StoreBusy where they changed at every attempt.
    """
    try:
        store = Warehouse.open(path)
    except StoreBusy as busy:
        owned = Path(str(busy.values["path"]))
        with TemporaryDirectory(dir=owned.parent, prefix=".reading-") as folder:
            if not any(_copied(owned, Path(folder)) for _ in range(_ATTEMPTS)):
                raise
            with Warehouse.open(Path(folder) / owned.name) as copy:
                yield copy
        return
    with store:
        yield store


def _copied(owned: Path, folder: Path) -> bool:
    """Copy the store's files; whether they stood still meanwhile. Waits a little where they did not."""
    before = _stamps(owned)
    for ending in _FILES:
        part, copy = Path(f"{owned}{ending}"), folder / f"{owned.name}{ending}"
        copy.unlink(missing_ok=True)
        with suppress(FileNotFoundError):  # a log may go at any moment; its stamp tells
            shutil.copyfile(part, copy)
    if _stamps(owned) == before:
        return True
    time.sleep(_PAUSE_SECONDS)
    return False


def _stamps(owned: Path) -> list[tuple[int, int] | None]:
    """When each file changed last, and its size; None for one that is not there."""
    return [_stamp(Path(f"{owned}{ending}")) for ending in _FILES]


def _stamp(part: Path) -> tuple[int, int] | None:
    try:
        found = part.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size
