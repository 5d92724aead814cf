"""Comments are read in the background, while the pages already work.

A daemon thread hands texts to one child process of low priority, because reading is pure computing
and would hold the interpreter that serves the pages. One reader per store and process.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass

from analysis import pipeline
from analysis.errors import log_failure
from analysis.own import reading_of
from analysis.text import DEFAULT_ENGINE

NICENESS = 10     # the pages come first

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many distinct texts are read, of how many, and whether reading goes on."""

    read: int
    total: int
    running: bool


class Reader:
    """Reads a store's unread texts in the background; `start` may be called at any time."""

    def __init__(self, store: pipeline.Unread) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._failed = False

    def start(self) -> Progress:
        """Begin reading where texts wait and nobody reads; say how far it has come.

        After a failure reading stays off until the process starts anew: the pages go on without it.
        """
        with self._lock:
            pending, total = self._store.pending_count(reading_of(self._store).called(DEFAULT_ENGINE))
            if pending and not self._running() and not self._failed:
                self._thread = threading.Thread(target=self._read_all, name="reading-comments", daemon=True)
                self._thread.start()
            return Progress(total - pending, total, bool(pending) and self._running())

    def _running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _read_all(self) -> None:
        try:
            pipeline.score_pending(self._store, workers=1, niceness=NICENESS)
        except Exception as error:
            self._failed = True
            log_failure(log, "Reading comments stopped", error)
