"""How often comments' dimensions and their tone are found, against labelled restaurant reviews.

    python tests/bench/bench_aspects.py FILE.csv [--misses]

The file has a column reviewbody and one for each aspect: 1, 0, -1, and -2 where it is not mentioned. A dimension that
gathers several aspects is mentioned where one is; its tone is the sign of their sum. Tone counts where a mention was
found rightly; `two_sided` leaves out what the labels call neutral. Terms were chosen on the training file only.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
DEFAULT = ROOT.parent / "shared" / "data" / "reviews_aspects_dev.csv"

ASPECTS = {
    "排队等候": ["service_wait_time"],
    "服务态度": ["service_waiters_attitude"],
    "停车": ["service_parking_convenience"],
    "响应速度": ["service_serving_speed"],
    "价格": ["price_level", "price_cost_effective", "price_discount"],
    "环境": ["environment_decoration", "environment_noise", "environment_space", "environment_cleaness"],
}
NOT_MENTIONED = -2
_WORTH = {"positive": 1, "negative": -1}


def labels_of(reviews: pd.DataFrame, columns: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Whether each review mentions the dimension, and the sign of what it says."""
    values = reviews[columns].to_numpy()
    mentioned = values != NOT_MENTIONED
    return mentioned.any(axis=1), np.sign(np.where(mentioned, values, 0).sum(axis=1))


def found_in(aspects: pd.Series, dimension: str) -> tuple[np.ndarray, np.ndarray]:
    """The same, as `score` found it."""
    rows = [[a["polarity"] for a in json.loads(row) if a["dimension"] == dimension] for row in aspects]
    return np.array([bool(r) for r in rows]), np.array([np.sign(sum(_WORTH.get(p, 0) for p in r)) for r in rows])


def report(reviews: pd.DataFrame, aspects: pd.Series) -> pd.DataFrame:
    """Precision, recall and F1 of mentions and accuracy of tone, by dimension, micro and macro."""
    rows = {}
    for dimension, columns in ASPECTS.items():
        truth, tone = labels_of(reviews, columns)
        found, said = found_in(aspects, dimension)
        both = truth & found
        sided = both & (tone != 0)
        rows[dimension] = {
            "right": both.sum(), "found": found.sum(), "true": truth.sum(), "tone": (tone == said)[both].sum(),
            "sided": sided.sum(), "two_sided": (tone == said)[sided].sum(),
        }
    counts = pd.DataFrame(rows, dtype=float).T
    counts.loc["micro"] = counts.sum()
    table = pd.DataFrame(
        {
            "n": counts["true"],
            "precision": counts["right"] / counts["found"],
            "recall": counts["right"] / counts["true"],
            "f1": 2 * counts["right"] / (counts["found"] + counts["true"]),
            "tone": counts["tone"] / counts["right"],
            "two_sided": counts["two_sided"] / counts["sided"],
        }
    )
    table.loc["macro"] = table.loc[list(ASPECTS)].mean()
    return table


def misses(reviews: pd.DataFrame, aspects: pd.Series) -> None:
    """Print reviews whose mention was missed or made up."""
    for dimension, columns in ASPECTS.items():
        truth, _ = labels_of(reviews, columns)
        found, _ = found_in(aspects, dimension)
        for index in np.flatnonzero(truth != found):
            evidence = [a["evidence"] for a in json.loads(aspects[index]) if a["dimension"] == dimension]
            print(dimension, "made up" if found[index] else "missed", evidence, reviews["reviewbody"][index])


def main() -> int:
    from analysis.text import score

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path, default=DEFAULT)
    parser.add_argument("--engine", default="xinsheng")
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    if not options.file.exists():
        print(f"No labelled reviews at {options.file}.")
        return 2
    reviews = pd.read_csv(options.file)
    aspects = score(reviews["reviewbody"].tolist(), engine=options.engine)["aspects"]
    print(report(reviews, aspects).round(3).to_string())
    if options.misses:
        misses(reviews, aspects)
    return 0


if __name__ == "__main__":
    sys.exit(main())
