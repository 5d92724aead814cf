"""The folders in which files are read, and what a process that was killed left in them: cells nobody has masked yet."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = "xinsheng-reading-"
_OF_PROCESS = re.compile(rf"{_PREFIX}(\d+)-\w+")
_LONGEST_SECONDS = 24 * 3600  # no reading lasts so long, whoever has the number of its process now


@contextmanager
def reading_folder() -> Iterator[Path]:
    """A folder of this process that only its user can enter (mode 0700); gone in the end with all that is in it.

    Folders of processes that were killed are cleared first.
    """
    clear()
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-") as name:
        yield Path(name)


def clear() -> int:
    """Delete the folders of this user whose process is gone; how many there were."""
    left = [folder for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*") if _is_left(folder)]
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)  # another process may be clearing it too
    return len(left)


def _is_left(folder: Path) -> bool:
    named = _OF_PROCESS.fullmatch(folder.name)
    try:
        state = folder.lstat()
    except FileNotFoundError:
        return False
    if named is None or folder.is_symlink() or (hasattr(os, "getuid") and state.st_uid != os.getuid()):
        return False
    return time.time() - state.st_mtime > _LONGEST_SECONDS or not _runs(int(named[1]))


def _runs(process: int) -> bool:
    """Whether a process of that number runs; taken for granted on Windows, where asking would end it."""
    if sys.platform == "win32":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
