"""Random CSVs and damaged workbooks, many of them: `python -m tests.fuzz --csv 10000 --xlsx 500 --seed 1`.

Most CSVs are read inside a few long-lived worker processes, one in fifty and all workbooks in the child process
that an import starts. A file that fails is kept under var/fuzz and examined again with `--replay FILE`.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from tests.fuzz.checks import Examiner
from tests.fuzz.made import CSV, XLSX, kept
from tests.fuzz.workers import Findings, run

FOLDER = Path(__file__).resolve().parents[2] / "var" / "fuzz"
_LAST_LINES = 6


def main() -> int:
    """0 where every file was read or refused as it should be, else 1."""
    options = _options()
    if options.replay:
        print(Examiner().examine(kept(options.replay), own_process=False))
        return 0
    failed = 0
    for form, files in ((CSV, options.csv), (XLSX, options.xlsx)):
        began = time.monotonic()
        findings = run(form, files, seed=options.seed, folder=FOLDER, workers=options.workers)
        print(_summary(form, files, options.seed, findings, time.monotonic() - began))
        failed += len(findings.failures)
    return min(failed, 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--csv", type=int, default=10_000, metavar="N")
    parser.add_argument("--xlsx", type=int, default=500, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--workers", type=int, default=2, metavar="N")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="examine one kept file")
    return parser.parse_args()


def _summary(form: str, files: int, seed: int, findings: Findings, seconds: float) -> str:
    lines = [f"{files} {form} files, seed {seed}, {seconds:.0f} s"]
    lines += [f"  {count:>6}  {outcome}" for outcome, count in findings.outcomes.most_common()]
    for name, trouble in findings.failures.items():
        lines += [f"{FOLDER / name}.{form}", *(f"    {line}" for line in trouble.splitlines()[-_LAST_LINES:])]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
