"""Ten million answers: the headline numbers by tag, with what tags follow from kept or worked out for each question.

`make bench-tags` prints seconds of processor time. Options: `--rows N`, `--store FILE` (kept, and used again as it is).
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from analysis import briefing, pipeline
from analysis.schema import TAGS, Filters
from analysis.store import Warehouse
from tests.store.made_customers import TODAY, add, customer

ROWS = 10_000_000
CUSTOMERS = 20_000  # of the 200,000 who answer, those that a customer file names
REPEATS = 3
PERIOD = timedelta(weeks=4)


class Forgetful(Warehouse):
    """A store that, while `forgets` is set, works out for each question anew what it would keep."""

    forgets = False

    def _keep(self, *relations) -> None:
        if self.forgets:
            self._rows("DELETE FROM kept.marks")
        super()._keep(*relations)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--store", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Forgetful.open(options.store or Path(folder) / "bench") as store:
        if store.is_empty():
            pipeline.make_answers(store, options.rows)
            add(store, customers=[_customer(number) for number in range(CUSTOMERS)])
        for tag in TAGS:
            kept, anew = (statistics.median(_seconds(store, tag, anew=anew) for _ in range(REPEATS))
                          for anew in (False, True))
            print(f"{tag}  kept {kept:.2f} s  worked out anew {anew:.2f} s  {anew / kept:.1f} times", flush=True)


def _customer(number: int) -> dict:
    gone = TODAY - timedelta(days=number % 60)
    return customer(f"C{number}", spend_12m=1000.0 * (number % 7), last_purchase=gone, bought_new=number % 3 == 0)


def _seconds(store: Forgetful, tag: str, *, anew: bool) -> float:
    """Processor time of the headline numbers of customers with the tag."""
    last = store.period()[1]
    wanted = Filters(last - PERIOD, last, (("tag", (tag,)),))
    store.forgets = False
    store.histogram((), wanted)  # works out what is kept
    store.forgets = anew
    started = time.process_time()
    briefing.headlines(store, wanted)
    return time.process_time() - started


if __name__ == "__main__":
    main()
