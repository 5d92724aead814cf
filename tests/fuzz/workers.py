"""Files examined in a few processes that live long, and are watched: one that dies or hangs costs only its file."""

from __future__ import annotations

import multiprocessing
import os
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path

from tests.fuzz.checks import SECONDS, Examiner
from tests.fuzz.made import XLSX, Made, made

# Every so many-th CSV goes through the true child process. Its start takes longer than reading such a file, so
# the others are read inside the worker. Workbooks always go through it: the engine may end its process.
TRUE_PATH_EVERY = 50
_SILENCE = 30 * SECONDS  # a worker that reports nothing for so long hangs in code that no alarm reaches
_POLL = 1.0

_processes = multiprocessing.get_context("fork" if hasattr(os, "fork") else "spawn")


@dataclass
class Findings:
    """What a run found: how files ended, and the failures by the name of their file."""

    outcomes: Counter[str] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)


@dataclass
class _Worker:
    process: multiprocessing.Process
    reports: Connection
    numbers: list[int]
    at: int | None = None
    heard: float = field(default_factory=time.monotonic)
    over: bool = False


def run(form: str, files: int, *, seed: int, folder: Path, workers: int = 2) -> Findings:
    """Examine files 0 to `files` of a run with `seed`; those that fail are saved in `folder`."""
    findings = Findings()
    active = [_start(form, seed, list(range(first, files, workers))) for first in range(min(workers, files))]
    while active:
        for reports in wait([worker.reports for worker in active], timeout=_POLL):
            worker = next(w for w in active if w.reports is reports)
            _hear(worker, form, seed, findings, folder)
        active = [kept for worker in active for kept in _watched(worker, form, seed, findings, folder)]
    return findings


def examined(examiner: Examiner, form: str, seed: int, number: int) -> tuple[str, str]:
    """The outcome of one file and its traceback, "" where nothing is wrong."""
    file = made(form, seed, number)
    try:
        return examiner.examine(file, own_process=form == XLSX or number % TRUE_PATH_EVERY == 0), ""
    except Exception:  # whatever it is, it is what this looks for
        return "failure", f"{file.seed}: {file.story}\n{traceback.format_exc()}"


def _start(form: str, seed: int, numbers: list[int]) -> _Worker:
    ours, theirs = _processes.Pipe(duplex=False)
    process = _processes.Process(target=_work, args=(theirs, form, seed, numbers), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours, numbers)


def _work(reports: Connection, form: str, seed: int, numbers: list[int]) -> None:
    examiner = Examiner()
    for number in numbers:
        reports.send((number, None, ""))
        reports.send((number, *examined(examiner, form, seed, number)))


def _hear(worker: _Worker, form: str, seed: int, findings: Findings, folder: Path) -> None:
    try:
        number, outcome, trouble = worker.reports.recv()
    except EOFError:
        worker.over = True
        return
    worker.heard, worker.at = time.monotonic(), number
    if outcome is not None:
        worker.numbers.remove(number)
        worker.at = None
        findings.outcomes[outcome] += 1
    if trouble:
        _fail(made(form, seed, number), form, trouble, findings, folder)


def _watched(worker: _Worker, form: str, seed: int, findings: Findings, folder: Path) -> Iterator[_Worker]:
    """The worker while it goes on; another in its place where it died or hung before its last file."""
    silent = time.monotonic() - worker.heard > _SILENCE
    if not silent and not worker.over:
        yield worker
        return
    if silent:
        worker.process.kill()
    worker.process.join()
    if worker.at is not None:
        end = "hung" if silent else f"died with code {worker.process.exitcode}"
        findings.outcomes["failure"] += 1
        _fail(made(form, seed, worker.at), form, f"the process {end}", findings, folder)
        worker.numbers.remove(worker.at)
    if worker.numbers:
        yield _start(form, seed, worker.numbers)


def _fail(file: Made, form: str, trouble: str, findings: Findings, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{file.seed}.{form}").write_bytes(file.data)
    (folder / f"{file.seed}.txt").write_text(f"{file.story}\n{trouble}", encoding="utf-8")
    findings.failures[file.seed] = trouble
