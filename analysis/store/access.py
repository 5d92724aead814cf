"""How a store's file is used: many readers at once, one writer, and now and then nobody while it is written anew."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Self
from weakref import WeakSet

import duckdb
import pandas as pd

from analysis.errors import StoreDamaged
from analysis.store.opening import IN_MEMORY, connect

# The disk is full or broken, memory ran out: not a mistake in a question, and the user can act on it.
_STORE_FAILURES = (duckdb.IOException, duckdb.FatalException, duckdb.OutOfMemoryException)

_NEXT_REVISION = "UPDATE store_info SET revision = revision + 1 RETURNING revision"


def _told(error: duckdb.Error, path: str) -> Exception:
    """The error as the user can act on it; a mistake in a query stays what it is."""
    if isinstance(error, _STORE_FAILURES):
        return StoreDamaged("errors.store_failed", path=path, detail=str(error).partition("\n")[0])
    # A block whose checksum does not fit has no class of its own.
    return StoreDamaged("errors.store_damaged", path=path) if type(error) is duckdb.Error else error


class Gate:
    """Counts who uses a file, and lets a change of the file itself wait until nobody does."""

    def __init__(self) -> None:
        self.writing = threading.RLock()
        self.keeping = threading.Lock()  # one works out what is kept in memory, others wait for it
        self.members: WeakSet[Access] = WeakSet()  # the open stores of this process on the file
        self.revision = 0  # of the last change that is in; a page asks for it a hundred times
        self._condition = threading.Condition()
        self._inside = 0

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Use the file; waits while it is changed."""
        with self._condition:
            self._inside += 1
        try:
            yield
        finally:
            with self._condition:
                self._inside -= 1
                self._condition.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody uses the file meanwhile. Must not be asked for by somebody who is inside."""
        with self._condition:
            self._condition.wait_for(lambda: self._inside == 0)
            yield


@cache
def _gate_of(path: str) -> Gate:
    """The gate of a file, the same for all stores of this process that have it open."""
    return Gate()


class Access:
    """An open store's file: cursors to read and to write, for any thread."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: str) -> None:
        self.path = path
        self._connection = connection
        self._gate = Gate() if path == IN_MEMORY else _gate_of(path)
        if not self._gate.members:  # nobody here can have changed the file, another process may have
            self._gate.revision = self._row("SELECT revision FROM store_info")[0]
        self._gate.members.add(self)

    def revision(self) -> int:
        """A number that changes with every import, undo and scoring: the key of whatever is remembered."""
        return self._gate.revision

    def close(self) -> None:
        """Give the file back; a closed store answers nothing more."""
        self._gate.members.discard(self)
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._gate.inside():
            cursor = self._connection.cursor()
            try:
                yield cursor
            except duckdb.Error as error:
                told = _told(error, self.path)
                raise told from (None if told is error else error)
            finally:
                cursor.close()

    @contextmanager
    def _writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A transaction that ends with a new revision, or, on any error, as if it had not begun."""
        with self._gate.writing, self._cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                yield cursor
                revision = cursor.execute(_NEXT_REVISION).fetchall()[0][0]
            except BaseException:
                cursor.execute("ROLLBACK")
                raise
            cursor.execute("COMMIT")
            self._gate.revision = revision

    def _checkpoint(self) -> None:
        with self._gate.writing, self._cursor() as cursor:
            try:
                cursor.execute("CHECKPOINT")
            except duckdb.TransactionException:
                # A query still reads an older state. The change is safe in the log; the next checkpoint takes it.
                return

    def _changed(self, change: Callable[[str], None]) -> None:
        """Close the file for all of this process, let `change` have it, and open it again, changed or not."""
        with self._gate.writing, self._gate.alone():
            members = list(self._gate.members)
            for member in members:
                member._connection.close()
            try:
                change(self.path)
            except duckdb.Error as error:
                raise _told(error, self.path) from error
            finally:
                for member in members:
                    member._connection = connect(self.path)

    def _frame(self, query: str, values: list | dict | None = None) -> pd.DataFrame:
        with self._cursor() as cursor:
            return cursor.execute(query, values or []).df()

    def _rows(self, query: str) -> list[tuple]:
        with self._cursor() as cursor:
            return cursor.execute(query).fetchall()

    def _row(self, query: str) -> tuple:
        return self._rows(query)[0]
