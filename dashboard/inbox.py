"""The inbox is watched in the background while the app holds the store."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from analysis.errors import XinshengError, log_failure
from analysis.inbox import Handled, Inbox, Waiting

Follow = Callable[[Callable[[Handled], None], Callable[[], bool]], None]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class InboxFile:
    """A waiting file in the form in which the upload steps know files."""

    file_id: str
    name: str
    waiting: Waiting

    def getvalue(self) -> bytes:
        """The file's bytes; none where it has been taken away meanwhile, which is refused as an empty file."""
        return self.waiting.read()


class Watcher:
    """Follows an inbox in a thread of its own; `start` may be called at any time.

    `follow` polls until its second argument says stop and tells its first what became of every file; `imported` is
    called when one went in.
    """

    def __init__(self, inbox: Inbox, *, follow: Follow, imported: Callable[[], object]) -> None:
        self.inbox, self._follow, self._imported = inbox, follow, imported
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopped = threading.Event()

    def start(self) -> None:
        """Begin to watch where nobody does. After a failure of the store watching stays off."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="watching-inbox", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End watching; returns once the thread has ended."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def files(self) -> tuple[InboxFile, ...]:
        """The files that wait for a person."""
        return tuple(InboxFile(f"inbox-{w.file_hash}", w.name, w) for w in self.inbox.waiting())

    def _watch(self) -> None:
        try:
            self._follow(self._told, self._stopped.is_set)
        except (XinshengError, OSError) as error:
            log_failure(log, "Watching the inbox stopped", error)

    def _told(self, handled: Handled) -> None:
        if handled.report:
            self._imported()
