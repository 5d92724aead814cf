"""Files are parsed in a process of their own: whatever a file does to it, the app goes on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

import analysis
from analysis.errors import ArchiveOfSeveral, FileRefused
from analysis.ingest import limits
from analysis.ingest.leftovers import reading_folder
from analysis.ingest.reader import NOTES_FILE, TABLE_FILE
from analysis.watching import UNWATCHED, Watch

_READER = "analysis.ingest.reader"
_OUT_OF_MEMORY = b"memory allocation of"  # the last words of the spreadsheet engine
_PROJECT = Path(analysis.__file__).resolve().parents[1]
_LOOK_SECONDS = 0.1  # between two looks whether the work shall stop


@dataclass(frozen=True, slots=True)
class Parsed:
    """What the child handed back: the cells as text with their row numbers, and its notes."""

    table: pa.Table
    format: str
    encoding: str
    sheet: str
    header: tuple[str, ...]
    header_row: int
    issues: tuple[dict, ...]
    tool: str = ""
    notices: tuple[tuple[str, dict], ...] = ()
    correction: tuple[str, int] | None = None  # file hash and batch number of whose quarantined rows these are


def parse(
    data: bytes | Path, *, encoding: str | None = None, member: str | None = None, watch: Watch = UNWATCHED
) -> Parsed:
    """Parse one file, or one table of an archive, in a child process under the limits of `limits`.

    Raises FileRefused for whatever the child refused, and where it crashed or overran a limit, and Stopped
    once `watch` wants so; in every case the child is gone and its folder with it.
    """
    size = len(data) if isinstance(data, bytes) else data.stat().st_size
    if size > limits.MAX_FILE_BYTES:
        megabytes = size / limits.MEGABYTE
        limit = limits.MAX_FILE_BYTES // limits.MEGABYTE
        raise FileRefused("errors.file_too_large", size=f"{megabytes:.0f}", limit=limit)
    with reading_folder() as folder:
        source = folder / "input" if isinstance(data, bytes) else data.resolve()
        if isinstance(data, bytes):
            source.write_bytes(data)
        watch.step("reading", 0, 1)
        _run(source, folder, (encoding or "", member or ""), watch)
        watch.step("reading", 1, 1)
        return _collect(folder)


def _run(source: Path, folder: Path, options: tuple[str, str], watch: Watch) -> None:
    command = [sys.executable, "-m", _READER, str(source), str(folder), *options]
    # What the child says goes to a file: a pipe that fills up would hold it.
    silent, said = subprocess.DEVNULL, folder / "said"
    with said.open("wb") as errors, subprocess.Popen(
        command, cwd=_PROJECT, env=_environment(folder), stdin=silent, stdout=silent, stderr=errors
    ) as child:
        try:
            code = _end_of(child, watch)
        except BaseException:
            child.kill()
            raise
    if code in _cpu_signals():
        raise FileRefused("errors.too_much_time", seconds=limits.CHILD_CPU_SECONDS)
    if code != 0 and _OUT_OF_MEMORY in said.read_bytes():
        raise FileRefused("errors.too_much_memory")
    if code != 0:
        raise FileRefused("errors.reader_crashed", code=code)


def _end_of(child: subprocess.Popen, watch: Watch) -> int:
    """The exit code of the child; raises FileRefused where it takes too long, and Stopped."""
    deadline = time.monotonic() + limits.CHILD_WALL_SECONDS
    while time.monotonic() < deadline:
        watch.check()
        try:
            return child.wait(_LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            continue
    raise FileRefused("errors.too_much_time", seconds=limits.CHILD_WALL_SECONDS)


def _cpu_signals() -> tuple[int, ...]:
    """Exit codes of a process that was ended for using too much processor time."""
    if sys.platform == "win32":
        return ()
    import signal

    return (-signal.SIGXCPU, -signal.SIGKILL)


def _environment(folder: Path) -> dict[str, str]:
    """A bare environment: no settings or secrets of the parent, one thread, no large arenas reserved."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | {
        "PYTHONPATH": str(_PROJECT),
        "PYTHONUTF8": "1",
        "TMPDIR": str(folder),
        "OPENBLAS_NUM_THREADS": "1",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "MALLOC_ARENA_MAX": "2",
    }


def _collect(folder: Path) -> Parsed:
    notes = json.loads((folder / NOTES_FILE).read_text(encoding="utf-8"))
    if "refused" in notes:
        refused = ArchiveOfSeveral if notes["refused"] == "errors.archive_of_several" else FileRefused
        raise refused(notes["refused"], **notes["values"])
    with pa.OSFile(str(folder / TABLE_FILE), "rb") as source:
        table = pa.ipc.open_file(source).read_all()
    return Parsed(
        table, notes["format"], notes["encoding"], notes["sheet"], tuple(notes["header"]), notes["header_row"],
        tuple(notes["issues"]), notes["tool"], tuple((name, values) for name, values in notes["notices"]),
        tuple(notes["correction"]) if notes["correction"] else None,
    )
