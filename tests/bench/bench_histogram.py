"""Ten million answers: NPS by touchpoint and week, against raw SQL and against pandas.

`make bench` prints ratios; the seconds beside them depend on the machine and its load, the ratios
hardly do, because the three take turns within one run. Options: `--rows N`, `--repeats N`,
`--store FILE` (kept, and used again as it is).
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from analysis import metrics, pipeline
from analysis.schema import NPS_PASSIVE_MIN, NPS_PROMOTER_MIN
from analysis.store import Warehouse

ROWS = 10_000_000
REPEATS = 11
KEYS = ["touchpoint", "week"]
MOST_OF_RAW_SQL = 1.3
LEAST_OF_PANDAS = 8.0

# The same question by hand: the same counts, and NPS in points without any interval.
RAW_COUNTS = """
    SELECT touchpoint, week, dimension, scale, score, count(*) AS count FROM answers WHERE metric = 'nps'
    GROUP BY touchpoint, week, dimension, scale, score"""
RAW_NPS = f"""
    SELECT touchpoint, week, 100.0 / count(*)
           * (count(*) FILTER (score >= {NPS_PROMOTER_MIN}) - count(*) FILTER (score < {NPS_PASSIVE_MIN})) AS nps
    FROM answers WHERE metric = 'nps' GROUP BY touchpoint, week"""

# The table as pandas reads it from a file, names as str; the two columns of ids would only cost memory.
NAMES = ("touchpoint", "metric", "dimension", "scale", "channel", "store", "region", "staff", "tier")
OTHERS = ("day", "week", "score", "wait_minutes")
NEEDED = ["touchpoint", "week", "metric", "score"]

Contestants = dict[str, Callable[[], object]]


def main() -> None:
    """Measure and print."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder, Warehouse.open(options.store or Path(folder) / "bench") as store:
        if store.is_empty():
            started = time.perf_counter()
            pipeline.make_answers(store, options.rows)
            print(f"made {options.rows:,} answers in {time.perf_counter() - started:.0f} s")
        _print(measure(_contestants(store), options.repeats), options)


def measure(contestants: Contestants, repeats: int) -> dict[str, list[float]]:
    """Seconds of each contestant, taking turns; the first, cold turn does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for turn in range(repeats + 1):
        for name, run in contestants.items():
            started = time.perf_counter()
            run()
            if turn:
                seconds[name].append(time.perf_counter() - started)
    return seconds


def _contestants(store: Warehouse) -> Contestants:
    frame = _answers_frame(store)
    needed = frame[NEEDED]

    def counts() -> pd.DataFrame:
        return store.histogram(KEYS, metric="nps")

    def estimates() -> tuple:
        return metrics.cells(counts(), KEYS, metric="nps")

    _check_equal(estimates(), store._frame(RAW_NPS), _pandas_nps(needed))
    return {
        "raw SQL, counts": lambda: store._frame(RAW_COUNTS),
        "raw SQL, NPS": lambda: store._frame(RAW_NPS),
        "ours, counts": counts,
        "ours, NPS with intervals": estimates,
        "pandas, NPS": lambda: _pandas_nps(frame),
        "pandas, 4 columns only": lambda: _pandas_nps(needed),
    }


def _answers_frame(store: Warehouse) -> pd.DataFrame:
    texts = ", ".join(f"CAST({name} AS VARCHAR) AS {name}" for name in NAMES)
    frame = store._frame(f"SELECT {texts}, {', '.join(OTHERS)} FROM answers")
    megabytes = frame.memory_usage(deep=True).sum() / 1e6
    print(f"pandas holds {len(frame.columns)} columns in {megabytes:,.0f} MB")
    return frame


def _pandas_nps(frame: pd.DataFrame) -> pd.Series:
    answers = frame[frame["metric"] == "nps"]
    sizes = answers.groupby([*KEYS, "score"]).size().reset_index(name="count")
    sign = (sizes["score"] >= NPS_PROMOTER_MIN).astype(int) - (sizes["score"] < NPS_PASSIVE_MIN).astype(int)
    sums = sizes.assign(net=sign * sizes["count"]).groupby(KEYS)[["net", "count"]].sum()
    return 100.0 * sums["net"] / sums["count"]


def _check_equal(cells: tuple, by_hand: pd.DataFrame, by_pandas: pd.Series) -> None:
    """All three must say the same before their speed means anything."""
    ours = {(cell.keys["touchpoint"], cell.keys["week"]): 100 * cell.estimate.value for cell in cells}
    raw = {(row[0], row[1].date()): row[2] for row in by_hand.itertuples(index=False)}
    frame = {(touchpoint, week.date()): value for (touchpoint, week), value in by_pandas.items()}
    assert ours.keys() == raw.keys() == frame.keys()
    assert max(max(abs(ours[key] - raw[key]), abs(ours[key] - frame[key])) for key in ours) < 1e-6


def _print(seconds: dict[str, list[float]], options: argparse.Namespace) -> None:
    print(f"\nNPS by touchpoint and week, {options.rows:,} answers, median of {options.repeats} turns")
    for name, values in seconds.items():
        print(f"  {name:<26} {statistics.median(values):8.3f} s   ({min(values):.3f} to {max(values):.3f})")
    print("\nratios, median of the turns")
    _print_ratio(seconds, "ours, counts", "raw SQL, counts", most=MOST_OF_RAW_SQL)
    _print_ratio(seconds, "ours, NPS with intervals", "raw SQL, NPS", most=MOST_OF_RAW_SQL)
    _print_ratio(seconds, "pandas, NPS", "ours, NPS with intervals", least=LEAST_OF_PANDAS)
    _print_ratio(seconds, "pandas, NPS", "ours, counts", least=LEAST_OF_PANDAS)


def _print_ratio(
    seconds: dict[str, list[float]], above: str, below: str, *, most: float | None = None, least: float | None = None
) -> None:
    # Within one turn both meet the same load.
    ratio = statistics.median(a / b for a, b in zip(seconds[above], seconds[below], strict=True))
    target = f"at most {most}" if most else f"at least {least}"
    met = ratio <= most if most else ratio >= least
    print(f"  {f'{above} / {below}':<46} {ratio:6.2f}   target {target}: {'met' if met else 'MISSED'}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--store", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
