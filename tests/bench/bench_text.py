"""How many comments a second are read, beside SnowNLP on the same texts in the same run.

    make bench-text
    python -m tests.bench.bench_text --texts 500 --repeats 5 --stored 100000

Then so many invented comments, no two alike, are imported, scored with aspects by as many processes as there are
processors, and stored.

The texts are reviews of the sample data. How often the tone is read right stands in
analysis/text/model/MODEL_CARD.md, with the command that measures it on reviews the model has not seen.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

REVIEWS = Path(__file__).parents[2] / "sample_data" / "reviews.csv"
SEED = 11
LEAST_TONE, LEAST_ASPECTS = 100, 40
MOST_SECONDS = 60


def per_second(read: Callable[[list[str]], object], texts: list[str]) -> float:
    """Texts that `read` manages in a second of one processor, whatever else the machine does meanwhile."""
    start = time.process_time()
    read(texts)
    return len(texts) / (time.process_time() - start)


def contestants() -> dict[str, Callable[[list[str]], object]]:
    """The readers, each loaded and warm."""
    from snownlp import SnowNLP

    from analysis.text import score

    readers = {
        "SnowNLP": lambda texts: [SnowNLP(text).sentiments for text in texts],
        "tone alone": lambda texts: score(texts, aspects=False),
        "tone and aspects": score,
    }
    for read in readers.values():
        read(["预热"])
    return readers


def invented(texts: list[str], number: int) -> list[str]:
    """Comments of three sentences of the texts each, all different."""
    rng = random.Random(SEED)
    sentences = [sentence for text in texts for sentence in text.split("，") if sentence]
    return [f"{'，'.join(rng.choices(sentences, k=3))}，第{index}单" for index in range(number)]


def seconds_to_store(texts: list[str]) -> tuple[float, float]:
    """How long the texts take from a file into a store, and to be scored there."""
    from analysis.pipeline import import_file, score_pending
    from analysis.store import Warehouse

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "reviews.csv"
        with file.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([["评价时间", "评价内容"], *(["2026-03-02 10:00:00", text] for text in texts)])
        with Warehouse.open(Path(folder) / "store.duckdb") as store:
            start = time.perf_counter()
            import_file(store, file, kind="review")
            imported = time.perf_counter()
            scored = score_pending(store)
            finished = time.perf_counter()
    if scored != len(texts):
        raise RuntimeError(f"{scored} of {len(texts)} comments were scored")
    return imported - start, finished - imported


def main() -> None:
    """Print the median rates and ratios, then the seconds until comments are scored and stored."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=int, default=500)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--stored", type=int, default=100_000)
    options = parser.parse_args()
    reviews = pd.read_csv(REVIEWS)["评价内容"].dropna()
    texts = reviews.sample(options.texts, random_state=SEED).tolist()
    readers = contestants()
    turns = [{name: per_second(read, texts) for name, read in readers.items()} for _ in range(options.repeats)]
    for name in readers:
        print(f"{name:17} {statistics.median(turn[name] for turn in turns):7,.0f} texts a second of one processor")
    for name, least in (("tone alone", LEAST_TONE), ("tone and aspects", LEAST_ASPECTS)):
        ratio = statistics.median(turn[name] / turn["SnowNLP"] for turn in turns)
        print(f"{name} / SnowNLP: {ratio:.0f}   (target at least {least})")
    if options.stored:
        importing, scoring = seconds_to_store(invented(reviews.tolist(), options.stored))
        print(f"{options.stored:,} comments: imported in {importing:.1f} s, scored and stored in {scoring:.1f} s")
        print(f"together {importing + scoring:.1f} s on {os.cpu_count()} processors   (target at most {MOST_SECONDS})")


if __name__ == "__main__":
    main()
