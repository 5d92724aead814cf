"""How often the tone of labelled reviews is read right, by kind of goods, and how many texts a second.

    make bench-text
    python tests/bench/bench_text.py LABELLED.csv.gz --each 300 --seed 7

The file has the columns domain, label (1 positive, 0 negative) and review, gzipped or plain. `plain` is SnowNLP on the
whole text, called positive from 0.5 on; `called` the share of texts with a clear side, `right` the share of those
that agree with the label. The model that is shipped has
learned from these very reviews: what it reads of texts it does not know stands in analysis/text/model/MODEL_CARD.md.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
DEFAULT = ROOT.parent / "shared" / "data" / "reviews_labelled.csv.gz"


def sample(path: Path, each: int, seed: int) -> pd.DataFrame:
    reviews = pd.read_csv(path).dropna(subset=["review"])
    chosen = [group.sample(min(each, len(group)), random_state=seed) for _, group in reviews.groupby("domain")]
    return pd.concat(chosen, ignore_index=True)


def yardstick(texts: list[str]) -> tuple[np.ndarray, float]:
    """SnowNLP as its users call it: (sentiments, texts a second)."""
    from snownlp import SnowNLP

    start = time.perf_counter()
    sentiments = np.array([SnowNLP(text[:2000]).sentiments for text in texts])
    return sentiments, len(texts) / (time.perf_counter() - start)


def scored(texts: list[str], *, aspects: bool = True) -> tuple[pd.DataFrame, float]:
    from analysis.text import score

    score(["预热"])  # loading is reported by itself
    start = time.perf_counter()
    frame = score(texts, aspects=aspects)
    return frame, len(texts) / (time.perf_counter() - start)


def report(reviews: pd.DataFrame) -> pd.DataFrame:
    """Share right of SnowNLP and of `score`, share called, and share right of those, by domain and for all."""
    table = pd.DataFrame(
        {
            "domain": reviews["domain"],
            "plain": (reviews["plain"] > 0.5) == reviews["label"],
            "score": (reviews["sentiment"] > 0.5) == reviews["label"],
            "called": reviews["polarity"].isin(["positive", "negative"]),
            "uncertain": reviews["polarity"] == "uncertain",
        }
    )
    table["right"] = table["score"].astype(float).where(table["called"])
    means = table.groupby("domain").mean().assign(n=table.groupby("domain").size())
    return pd.concat([means, table.drop(columns="domain").mean().to_frame("all").T.assign(n=len(table))])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path, default=DEFAULT)
    parser.add_argument("--each", type=int, default=300, help="reviews of each kind")
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args()
    if not options.file.exists():
        print(f"No labelled reviews at {options.file}; name a file with domain, label and review.")
        return 2
    start = time.perf_counter()
    from snownlp import SnowNLP

    print(f"SnowNLP loads in {time.perf_counter() - start:.1f} s")
    SnowNLP("预热").sentiments  # noqa: B018
    reviews = sample(options.file, options.each, options.seed)
    texts = reviews["review"].tolist()
    frame, rate = scored(texts)
    _, tone_rate = scored(texts, aspects=False)
    plain, plain_rate = yardstick(texts)
    reviews = pd.concat([reviews, frame], axis=1).assign(plain=plain)
    print(report(reviews).round(3).to_string())
    print(f"{tone_rate:.0f} texts a second, tone alone: {tone_rate / plain_rate:.0f} times as fast as SnowNLP")
    print(f"{rate:.0f} texts a second with aspects, SnowNLP {plain_rate:.0f}: {rate / plain_rate:.1f} times as fast")
    return 0


if __name__ == "__main__":
    sys.exit(main())
