"""How many comments a second are read, beside SnowNLP on the same texts in the same run.

    make bench-text
    python -m tests.bench.bench_text --texts 500 --repeats 5

The texts are reviews of the sample data. How often the tone is read right stands in
analysis/text/model/MODEL_CARD.md, with the command that measures it on reviews the model has not seen.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

REVIEWS = Path(__file__).parents[2] / "sample_data" / "reviews.csv"
SEED = 11
LEAST_TONE, LEAST_ASPECTS = 100, 40


def per_second(read: Callable[[list[str]], object], texts: list[str]) -> float:
    """Texts that `read` manages in a second."""
    start = time.perf_counter()
    read(texts)
    return len(texts) / (time.perf_counter() - start)


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


def main() -> None:
    """Print the median rates and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=int, default=500)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    texts = pd.read_csv(REVIEWS)["评价内容"].dropna().sample(options.texts, random_state=SEED).tolist()
    readers = contestants()
    turns = [{name: per_second(read, texts) for name, read in readers.items()} for _ in range(options.repeats)]
    for name in readers:
        print(f"{name:17} {statistics.median(turn[name] for turn in turns):7,.0f} texts a second")
    for name, least in (("tone alone", LEAST_TONE), ("tone and aspects", LEAST_ASPECTS)):
        ratio = statistics.median(turn[name] / turn["SnowNLP"] for turn in turns)
        print(f"{name} / SnowNLP: {ratio:.0f}   (target at least {least})")


if __name__ == "__main__":
    main()
