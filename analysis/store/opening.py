"""Opening the store's file: its settings, its one owner, and what is said when it cannot be opened."""

from __future__ import annotations

import os
import re
from pathlib import Path

import duckdb

from analysis.errors import StoreBusy, StoreDamaged
from analysis.store.tables import OLDEST_VERSION, SCHEMA_VERSION, TABLES, additions, definitions

IN_MEMORY = ":memory:"
STORE_VARIABLE = "XINSHENG_STORE"
PROJECT_ROOT = Path(__file__).resolve().parents[2]

# Ten million answers are sorted and grouped well within this; what exceeds it spills to disk.
MEMORY_LIMIT = "2GB"
# Data come in through Python only; a query can neither reach another file nor change these settings.
SETTINGS = {"enable_external_access": "false", "memory_limit": MEMORY_LIMIT, "lock_configuration": "true"}

_OWNER = re.compile(r"held in (?P<program>.+?) \(PID (?P<pid>\d+)\)")
_OWNER_LENGTH = 80


def store_path(path: str | Path | None = None) -> str:
    """Where the store is: `path`, else the environment's XINSHENG_STORE, else var/xinsheng.duckdb."""
    chosen = str(path or os.environ.get(STORE_VARIABLE) or PROJECT_ROOT / "var" / "xinsheng.duckdb")
    return chosen if chosen == IN_MEMORY else str(Path(chosen).expanduser().absolute())


def connect(path: str) -> duckdb.DuckDBPyConnection:
    """A connection to the store at `path` (from `store_path`), made there if nothing is there yet.

    Raises StoreBusy where another process holds the file, StoreDamaged where it is no sound store
    of this version.
    """
    if path != IN_MEMORY:
        _make_folder(path)
    connection = _opened(path)
    try:
        _prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def rewrite(path: str) -> None:
    """Write the closed store at `path` anew: what was deleted is in none of its bytes any more.

    DuckDB keeps the content of deleted rows until their blocks are used again. The new file takes the
    place of the old one in one step, so a crash leaves either. Needs the space of a second file.
    """
    fresh = Path(f"{path}.fresh")
    _remove(fresh)
    try:
        with duckdb.connect(IN_MEMORY, config={"memory_limit": MEMORY_LIMIT}) as connection:
            for name, file, mode in (("worn", path, " (READ_ONLY)"), ("fresh", str(fresh), "")):
                connection.execute(f"ATTACH {_quoted(file)} AS {name}{mode}")
            connection.execute("COPY FROM DATABASE worn TO fresh")
            connection.execute("CHECKPOINT fresh")
            for name in ("worn", "fresh"):
                connection.execute(f"DETACH {name}")
        with fresh.open("rb") as written:
            os.fsync(written.fileno())
        os.replace(fresh, path)
        _remove(Path(f"{path}.wal"))
    finally:
        _remove(fresh)


def _remove(path: Path) -> None:
    for leftover in (path, Path(f"{path}.wal")):
        leftover.unlink(missing_ok=True)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _make_folder(path: str) -> None:
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreDamaged("errors.store_unreachable", path=path, detail=error.strerror) from error


def _opened(path: str) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(path, config=SETTINGS)
    except duckdb.Error as error:
        owner = _OWNER.search(str(error))
        if owner:
            pid = int(owner["pid"])
            program = program_of(pid) or Path(owner["program"]).name
            raise StoreBusy("errors.store_busy", path=path, owner=program, pid=pid) from error
        if os.access(path, os.R_OK | os.W_OK) and Path(path).is_file():
            raise StoreDamaged("errors.store_damaged", path=path) from error
        raise StoreDamaged("errors.store_unreachable", path=path, detail=_first_line(error)) from error


def program_of(pid: int) -> str | None:
    """The command line of a running process, its program without the folder; None where it cannot be read."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").rstrip("\0").split("\0")
    except OSError:
        return None
    return " ".join(" ".join([Path(words[0]).name, *words[1:]]).split())[:_OWNER_LENGTH] or None


def _prepare(connection: duckdb.DuckDBPyConnection, path: str) -> None:
    try:
        names = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
        if not names:
            _create(connection)
            return
        found = connection.execute("SELECT schema_version FROM store_info").fetchall() if "store_info" in names else []
    except duckdb.Error as error:
        raise StoreDamaged("errors.store_damaged", path=path) from error
    if len(found) != 1:
        raise StoreDamaged("errors.store_foreign", path=path)
    if not OLDEST_VERSION <= found[0][0] <= SCHEMA_VERSION:
        raise StoreDamaged("errors.store_version", path=path, found=found[0][0], expected=SCHEMA_VERSION)
    if not names >= TABLES.keys():
        _upgrade(connection)


def _create(connection: duckdb.DuckDBPyConnection) -> None:
    _as_one(connection, definitions())


def _upgrade(connection: duckdb.DuckDBPyConnection) -> None:
    """Give an older store what later versions added; nothing that is in it changes."""
    columns = connection.execute("SELECT table_name, column_name FROM duckdb_columns()").fetchall()
    _as_one(connection, additions(set(columns)))


def _as_one(connection: duckdb.DuckDBPyConnection, statements: list[str]) -> None:
    connection.execute("BEGIN")
    for statement in statements:
        connection.execute(statement)
    connection.execute("COMMIT")


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
