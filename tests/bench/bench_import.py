"""A million survey rows into the store, beside pandas that only reads the same file.

Run by `make bench-import`. The files are made once; then every contestant takes its turn in a process of
its own, so that its memory is its own too. Wall seconds depend on what else the machine does, CPU
seconds and the ratios within one turn hardly do. Options: `--rows N`, `--sheet-rows N`, `--repeats N`,
`--folder DIR` (files are kept there and used again).
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
ROWS = 1_000_000
SHEET_ROWS = 100_000
REPEATS = 3
LEAST_ROWS_PER_SECOND = 30_000
AIM_ROWS_PER_SECOND = 60_000
MOST_MEGABYTES = 1_536
MOST_SHEET_SECONDS = 10.0

QUESTIONS = (
    "推荐意愿", "整体满意度", "服务态度", "响应速度", "问题解决彻底性",
    "专业性", "物流时效", "商品质量", "价格", "环境",
)
CHANNELS = ("门店", "官网", "APP", "小程序", "在线客服", "电话客服")
CITIES = ("湖滨", "北苑", "江东", "临平", "城西", "滨江")
STORES = tuple(f"{city}{number}店" for city in CITIES for number in range(1, 9))
FIRST_SECOND = pd.Timestamp("2026-01-01")
SECONDS = 180 * 86_400
SEED = 20_260_101
BAD_CELL_SHARE = 0.001
BAD_CELLS = ("11分", "很好吃", "99", "-5")
SILENT_SHARE = 0.3   # of respondents who leave the comment blank
PHONE_SHARE = 0.005  # of comments with a phone number in them
CLAUSES = (
    "排队时间太长了", "店员很热情", "问题到现在还没有解决", "价格比别家贵一点", "东西不错", "下次还会来",
    "物流很快，第二天就到了", "客服一直说在处理", "希望能多开几个收银台", "环境干净", "退货流程有点麻烦",
    "包装破了，联系了两次才给换", "总的来说还可以", "小程序经常闪退，付款的时候卡住了", "停车不方便",
    "师傅很专业，讲解得也很清楚", "等了四十分钟没有人理", "会员积分没有到账",
)
MOST_CLAUSES = 6


@dataclass(frozen=True, slots=True)
class Turn:
    """One contestant's turn: wall and processor seconds, and the peak memory of it and of its reader, in MB."""

    seconds: float
    cpu: float
    memory: float
    reader_memory: float


def main() -> None:
    """Make the files, let everyone take turns, print."""
    options = _options()
    with tempfile.TemporaryDirectory() as name:
        folder = options.folder or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        for kind, rows in (("csv", options.rows), ("xlsx", options.sheet_rows)):
            path = made(folder, kind, rows)
            turns = measure({"pandas": f"read_{kind}", "ours": "import"}, path, options.repeats)
            _print(kind, rows, path, turns)


def measure(contestants: dict[str, str], path: Path, repeats: int) -> dict[str, list[Turn]]:
    """The turns of each contestant; they alternate, and the first, cold reading does not count."""
    turns: dict[str, list[Turn]] = {name: [] for name in contestants}
    path.read_bytes()
    for _ in range(repeats):
        for name, task in contestants.items():
            command = [sys.executable, "-m", "tests.bench.bench_import", "--task", task, "--file", str(path)]
            done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
            turns[name].append(Turn(**json.loads(done.stdout.splitlines()[-1])))
    return turns


# -- what a contestant's process does


def run_task(task: str, path: Path) -> None:
    """Do one thing with the file and print what it took, as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        prepared = _TASKS[task](path, Path(folder) / "store.duckdb")
        before = _cpu_seconds()
        started = time.perf_counter()
        prepared()
        seconds = time.perf_counter() - started
        turn = Turn(seconds, _cpu_seconds() - before, _peak(resource.RUSAGE_SELF), _peak(resource.RUSAGE_CHILDREN))
    print(json.dumps(asdict(turn)))


def _import(path: Path, where: Path) -> Callable[[], object]:
    from analysis import pipeline
    from analysis.store import Warehouse

    store = Warehouse.open(where)

    def run() -> None:
        report = pipeline.import_file(store, path)
        assert report.imported + report.duplicates + report.quarantined == report.rows_read
        assert report.imported == report.rows_read > 0

    return run


_TASKS: dict[str, Callable[[Path, Path], Callable[[], object]]] = {
    "import": _import,
    "read_csv": lambda path, _: lambda: pd.read_csv(path, dtype=str),
    "read_xlsx": lambda path, _: lambda: pd.read_excel(path, engine="calamine"),
}


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def _peak(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1024


# -- the files


def survey(rows: int) -> pd.DataFrame:
    """An invented survey as a tool exports it, all cells text: id, time, channel, store, ten scores, comment."""
    draw = np.random.default_rng(SEED)
    times = FIRST_SECOND + pd.to_timedelta(np.sort(draw.integers(0, SECONDS, rows)), unit="s")
    columns = {
        "答卷编号": [f"R{number:08d}" for number in range(rows)],
        "提交时间": times.strftime("%Y-%m-%d %H:%M:%S"),
        "渠道": np.array(CHANNELS)[draw.integers(0, len(CHANNELS), rows)],
        "门店": np.array(STORES)[draw.integers(0, len(STORES), rows)],
    }
    for question in QUESTIONS:
        low, high = (0, 10) if question == "推荐意愿" else (1, 5)
        scores = draw.integers(low, high + 1, rows).astype(str).astype(object)
        bad = draw.random(rows) < BAD_CELL_SHARE
        scores[bad] = np.array(BAD_CELLS, object)[draw.integers(0, len(BAD_CELLS), bad.sum())]
        columns[question] = scores
    return pd.DataFrame(columns | {"意见": _comments(rows, draw)})


def _comments(rows: int, draw: np.random.Generator) -> list[str]:
    clauses = draw.integers(0, len(CLAUSES), (rows, MOST_CLAUSES))
    lengths = np.where(draw.random(rows) < SILENT_SHARE, 0, draw.integers(1, MOST_CLAUSES + 1, rows))
    texts = [
        "，".join(CLAUSES[clause] for clause in picked[:length])
        for picked, length in zip(clauses.tolist(), lengths.tolist(), strict=True)
    ]
    for at in np.flatnonzero((draw.random(rows) < PHONE_SHARE) & (lengths > 0)).tolist():
        texts[at] += f"，打我电话138{draw.integers(10**8):08d}"
    return texts


def made(folder: Path, kind: str, rows: int) -> Path:
    """The file of `rows` rows as CSV or XLSX in `folder`, made unless it is there already."""
    path = folder / f"survey-{rows}.{kind}"
    if not path.exists():
        frame = survey(rows)
        if kind == "csv":
            frame.to_csv(path, index=False, encoding="utf-8")
        else:
            frame[list(QUESTIONS)] = frame[list(QUESTIONS)].map(_as_number)
            frame.to_excel(path, index=False, engine="xlsxwriter")
    return path


def _as_number(cell: str) -> object:
    return int(cell) if cell.lstrip("-").isdecimal() else cell


# -- the report


def _print(kind: str, rows: int, path: Path, turns: dict[str, list[Turn]]) -> None:
    ours, pandas = turns["ours"], turns["pandas"]
    print(f"\n{rows:,} rows, {kind.upper()}, {path.stat().st_size / 1e6:.0f} MB, median of {len(ours)} turns")
    _print_turns("import", rows, ours)
    _print_turns(f"pandas read_{'csv' if kind == 'csv' else 'excel'} alone", rows, pandas)
    pairs = list(zip(ours, pandas, strict=True))
    wall = statistics.median(a.seconds / b.seconds for a, b in pairs)
    work = statistics.median(a.cpu / b.cpu for a, b in pairs)
    print(f"  import / pandas: wall {wall:.1f}, cpu {work:.1f}")
    seconds = statistics.median(turn.seconds for turn in ours)
    memory = max(max(turn.memory, turn.reader_memory) for turn in ours)
    if kind == "csv":
        _print_verdict(f"rows a second at least {LEAST_ROWS_PER_SECOND:,}", rows / seconds >= LEAST_ROWS_PER_SECOND)
        _print_verdict(f"rows a second, aim {AIM_ROWS_PER_SECOND:,}", rows / seconds >= AIM_ROWS_PER_SECOND)
        _print_verdict(f"memory at most {MOST_MEGABYTES:,} MB", memory <= MOST_MEGABYTES)
    else:
        _print_verdict(f"under {MOST_SHEET_SECONDS:.0f} s", seconds < MOST_SHEET_SECONDS)


def _print_turns(label: str, rows: int, turns: list[Turn]) -> None:
    seconds, cpu = (statistics.median(getattr(turn, part) for turn in turns) for part in ("seconds", "cpu"))
    low, high = min(turn.seconds for turn in turns), max(turn.seconds for turn in turns)
    memory, reader = (max(getattr(turn, part) for turn in turns) for part in ("memory", "reader_memory"))
    child = f", reading child {reader:,.0f} MB" if reader else ""
    print(
        f"  {label:<24} {seconds:6.1f} s ({low:.1f} to {high:.1f}), cpu {cpu:5.1f} s, {rows / seconds:8,.0f} rows/s, "
        f"peak {memory:,.0f} MB{child}"
    )


def _print_verdict(target: str, met: bool) -> None:
    print(f"  {target}: {'met' if met else 'MISSED'}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--sheet-rows", type=int, default=SHEET_ROWS)
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--task", choices=sorted(_TASKS), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    chosen = _options()
    if chosen.task:
        run_task(chosen.task, chosen.file)
    else:
        main()
