"""A statement that runs long ends when its caller no longer wants it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from analysis.errors import Stopped
from analysis.watching import Watch

_LOOK_SECONDS = 0.1  # between two looks whether the work shall stop


@contextmanager
def interruptible(cursor: duckdb.DuckDBPyConnection, watch: Watch) -> Iterator[None]:
    """While inside, `watch` stopping interrupts what the cursor runs, and Stopped is raised.

    At the end of the block nobody interrupts any more: what follows, say a COMMIT, runs whole.
    """
    if watch.stop is None:
        yield
        return
    over = threading.Event()

    def look_on() -> None:
        while not over.wait(_LOOK_SECONDS):
            if watch.stopped():
                cursor.interrupt()

    looker = threading.Thread(target=look_on, name="stop-of-import", daemon=True)
    looker.start()
    try:
        yield
    except duckdb.InterruptException as error:
        raise Stopped("errors.stopped") from error
    finally:
        over.set()
        looker.join()
    watch.check()
