"""kill -9 in the middle of imports: each batch is wholly there or wholly not, and the next import works.

    python -m tests.fuzz.kill --imports 100 --seed 1
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from analysis import pipeline
from analysis.store import Warehouse

ROWS = 300
CHANNELS = ("门店", "在线客服", "官网", "电话")
# An import takes about this long before the first one was measured.
FIRST_GUESS_SECONDS = 1.0
# Share of children killed at any time since their start, that is while they open the store too.
EARLY = 0.2
LONGER_THAN_ANY_IMPORT = 600
SAID_EVERY = 10  # kills

# Children come from a process that has loaded everything and opened nothing.
SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["analysis.pipeline"])


def import_one(path: Path, file: Path, opened: Connection) -> None:
    """What the process does that is killed: open the store, say so, import, and wait for its end."""
    with Warehouse.open(path) as store:
        opened.send(True)
        pipeline.import_file(store, file, kind="survey")
        time.sleep(LONGER_THAN_ANY_IMPORT)


@dataclass
class Course:
    """What happened so far: imports that were killed before, and after, their batch was in."""

    lost: int = 0
    kept: int = 0

    @property
    def kills(self) -> int:
        """All children that were killed."""
        return self.lost + self.kept


def export(number: int, rng: random.Random) -> str:
    """An answer file of its own: no row of it is in another."""
    lines = [
        f"F{number}-{row},2026-03-{1 + row % 28:02d} 10:00:00,{rng.choice(CHANNELS)},{rng.randrange(11)},"
        f"{rng.randrange(1, 6)},第{number}个文件的第{row}句话"
        for row in range(ROWS)
    ]
    return "\n".join(["答卷编号,提交时间,渠道,推荐意愿,整体满意度,意见", *lines, "坏的一行,没有日期,门店,9,5,"])


def kill_during_imports(
    folder: Path, *, imports: int, seed: int, tell: Callable[[Course], None] = lambda course: None
) -> Course:
    """Import files one after the other, each in a process that is killed at a random moment; `tell` hears of each.

    Raises AssertionError with what is broken after which kill.
    """
    rng, path, course = random.Random(seed), folder / "store.duckdb", Course()
    opening = importing = FIRST_GUESS_SECONDS
    for number in range(imports):
        file = folder / f"{number}.csv"
        file.write_text(export(number, rng), encoding="utf-8")
        opened = _killed(path, file, rng, opening, importing)
        opening = opened or opening
        started = time.monotonic()
        _import_again(path, file, number, course)
        importing = time.monotonic() - started
        tell(course)
    return course


def _killed(path: Path, file: Path, rng: random.Random, opening: float, importing: float) -> float | None:
    """Start an import and kill it; how long the store took to open, where it got so far."""
    told, tell = SERVER.Pipe(duplex=False)
    child = SERVER.Process(target=import_one, args=(path, file, tell))
    started = time.monotonic()
    child.start()
    tell.close()  # else a child that ends before it could speak would be waited for
    opened = None
    if rng.random() < EARLY:
        time.sleep(rng.uniform(0, opening + importing))
    else:
        assert told.recv()
        opened = time.monotonic() - started
        time.sleep(rng.uniform(0, 1.5 * importing))
    child.kill()
    child.join()
    return opened


def _import_again(path: Path, file: Path, number: int, course: Course) -> None:
    """After a kill: the store opens and is sound, the batch is all or nothing, and the same file goes in."""
    with Warehouse.open(path) as store:
        faults = {check.name: check.faults for check in store.check() if not check.sound}
        assert not faults, f"after kill {number}: {faults}"
        answered = store.totals()["responses"]
        assert answered in (number * ROWS, (number + 1) * ROWS), f"after kill {number}: {answered} responses"
        was_in = answered == (number + 1) * ROWS
        course.kept += was_in
        course.lost += not was_in
        report = pipeline.import_file(store, file, kind="survey")
        assert report.rows_read == report.imported + report.duplicates + report.quarantined == ROWS + 1
        assert (report.imported, report.duplicates) == ((0, ROWS) if was_in else (ROWS, 0)), f"after kill {number}"
        assert store.totals() == {
            "responses": (number + 1) * ROWS, "answers": 2 * (number + 1) * ROWS, "comments": (number + 1) * ROWS,
            "tickets": 0,
        }


def _say(course: Course) -> None:
    if course.kills % SAID_EVERY == 0:
        print(f"{course.kills} killed, {course.lost} before their batch was in", file=sys.stderr, flush=True)


def main() -> None:
    """Kill imports as the command line says, and tell how it went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--imports", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        course = kill_during_imports(Path(folder), imports=options.imports, seed=options.seed, tell=_say)
    print(
        f"{course.kills} imports killed: {course.lost} before their batch was in, {course.kept} after; "
        "none in part, the store opened every time, the same file went in again every time"
    )


if __name__ == "__main__":
    main()
