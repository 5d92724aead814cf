"""Comments are read in the background, while the pages already work.

A daemon thread hands texts to one child process of low priority, because reading is pure computing
and would hold the interpreter that serves the pages. One reader per store and process.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from analysis.errors import log_failure
from analysis.text import DEFAULT_ENGINE, score

CHUNK = 2_000     # texts per save: about a second of reading
NICENESS = 10     # the pages come first

log = logging.getLogger(__name__)


class Store(Protocol):
    """What the reader needs of the store."""

    def pending_count(self) -> tuple[int, int]:
        """Unread and all distinct texts."""

    def pending_texts(self, limit: int) -> pd.DataFrame:
        """Up to `limit` unread texts: text_hash, text."""

    def save_scores(self, scores: pd.DataFrame) -> None:
        """Keep what was read."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How many distinct texts are read, of how many, and whether reading goes on."""

    read: int
    total: int
    running: bool


class Reader:
    """Reads a store's unread texts in the background; `start` may be called at any time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._failed = False

    def start(self) -> Progress:
        """Begin reading where texts wait and nobody reads; say how far it has come.

        After a failure reading stays off until the process starts anew: the pages go on without it.
        """
        with self._lock:
            pending, total = self._store.pending_count()
            if pending and not self._running() and not self._failed:
                self._thread = threading.Thread(target=self._read_all, name="reading-comments", daemon=True)
                self._thread.start()
            return Progress(total - pending, total, bool(pending) and self._running())

    def _running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _read_all(self) -> None:
        spawned = multiprocessing.get_context("spawn")
        try:
            with ProcessPoolExecutor(1, mp_context=spawned, initializer=os.nice, initargs=(NICENESS,)) as pool:
                while len(texts := self._store.pending_texts(CHUNK)):
                    read = pool.submit(score, texts["text"].tolist(), engine=DEFAULT_ENGINE).result()
                    self._store.save_scores(read.assign(text_hash=texts["text_hash"].to_numpy(), engine=DEFAULT_ENGINE))
        except Exception as error:
            self._failed = True
            log_failure(log, "Reading comments stopped", error)
