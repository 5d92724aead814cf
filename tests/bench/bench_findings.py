"""Ten million answers: the whole list of findings, beside one scan of the table.

`make bench-findings` prints seconds and how many scans they are worth; the scan sums every score, so it reads what any
question about satisfaction must read. Options: `--rows N`, `--repeats N`, `--store FILE` (kept, and used again as it
is).
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from analysis import briefing, pipeline
from analysis.schema import EVERYTHING, Filters
from analysis.store import Warehouse
from tests.bench.bench_histogram import measure

ROWS = 10_000_000
REPEATS = 3
MOST_SECONDS = 10.0
LATE_WEEKS = 4
# Every column that a scan for satisfaction touches, read to the end.
SCAN = """
    SELECT touchpoint, dimension, scale, sum(score), count(wait_minutes), count(customer_id), max(day)
    FROM answers GROUP BY touchpoint, dimension, scale"""
CHAPTERS: dict[str, Callable] = {
    "weak dimensions": briefing.weak_dimensions,
    "drivers": briefing.driver_report,
    "tipping points": briefing.wait_curves,
    "stores": briefing.ranking,
    "weeks": briefing.judged_weeks,
    "emerging issues": briefing.emerging_issues,
}


def main() -> None:
    """Measure and print."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder, Warehouse.open(options.store or Path(folder) / "bench") as store:
        if store.is_empty():
            started = time.perf_counter()
            pipeline.make_answers(store, options.rows)
            print(f"made {options.rows:,} answers in {time.perf_counter() - started:.0f} s")
        _print(measure(_contestants(store), options.repeats), options)


def _contestants(store: Warehouse) -> dict[str, Callable[[], object]]:
    last = store.period()[1]
    lately = Filters.of(last - timedelta(weeks=LATE_WEEKS) + timedelta(days=1), last)
    return {
        "one table scan": lambda: store._rows(SCAN),
        "findings, the year": lambda: briefing.findings(store, EVERYTHING),
        f"findings, {LATE_WEEKS} weeks": lambda: briefing.findings(store, lately),
        **{f"  {name}": lambda question=question: question(store, EVERYTHING) for name, question in CHAPTERS.items()},
    }


def _print(seconds: dict[str, list[float]], options: argparse.Namespace) -> None:
    print(f"\nfindings over {options.rows:,} answers, median of {options.repeats} turns")
    scan = statistics.median(seconds["one table scan"])
    for name, values in seconds.items():
        middle = statistics.median(values)
        print(f"  {name:<22} {middle:8.2f} s   ({min(values):.2f} to {max(values):.2f})   {middle / scan:6.1f} scans")
    year = statistics.median(seconds["findings, the year"])
    print(f"  target under {MOST_SECONDS:.0f} s: {'met' if year < MOST_SECONDS else 'MISSED'}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--store", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
