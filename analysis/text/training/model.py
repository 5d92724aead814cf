"""From labelled texts to the arrays of a model file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.text.clauses import cut_clauses
from analysis.text.folding import fold_texts
from analysis.text.linear_engine import LinearEngine, LinearModel
from analysis.text.training.corpus import load_corpus
from analysis.text.training.fit import features, fit_weights, platt, quantised
from analysis.text.training.phrases import load_phrases, signs

UNNAMED_SHARE = 0.08  # texts in the middle that get no side; the project allows itself a tenth
_CLAUSE_CHARACTERS = 16  # reviews this short are clauses: their labels calibrate what is said of a clause
_CLAUSE_BOUNDS = (0.42, 0.58)
_SCORING_BATCH = 2_048


def train(path: Path) -> tuple[LinearModel, pd.DataFrame]:
    """The model that is measured: fitted on training, calibrated on development texts; and the test texts with odds."""
    corpus = load_corpus(path)
    model = fit(corpus[corpus["fold"] == "train"])
    model = calibrated(model, corpus[corpus["fold"] == "development"])
    test = corpus[corpus["fold"] == "test"]
    return model, test.assign(odds=odds_of(model, test["text"].tolist()))


def refit(model: LinearModel, path: Path) -> LinearModel:
    """The model that is shipped: the same recipe on all texts, with the calibration of the one that was measured."""
    full = fit(load_corpus(path, hold_out=False))
    return replace(model, roots=full.roots, largest=full.largest, intercept=full.intercept)


def fit(known: pd.DataFrame) -> LinearModel:
    """An uncalibrated model of the texts given and of the phrases."""
    rows = pd.concat([known.assign(importance=1.0), load_phrases()], ignore_index=True)
    importance = rows["importance"].to_numpy()
    weights = fit_weights(features(rows["text"].tolist()), rows["label"].to_numpy(), importance)
    largest = float(np.abs(weights.by_hash).max())
    middle = (0.5, 0.5)
    roots = quantised(weights.by_hash)
    return LinearModel(roots, largest, weights.intercept, 1.0, 0.0, 1.0, 0.0, middle, middle, signs())


def calibrated(model: LinearModel, development: pd.DataFrame) -> LinearModel:
    """The model with calibration and bounds from texts it was not fitted on."""
    labels = development["label"].to_numpy()
    odds = odds_of(model, development["text"].tolist())
    slope, shift = platt(odds, labels)
    short = (development["key"].str.len() <= _CLAUSE_CHARACTERS).to_numpy()
    clause_slope, clause_shift = platt(odds[short], labels[short])
    distance = float(np.quantile(np.abs(slope * odds + shift), UNNAMED_SHARE))
    bounds = tuple((1.0 / (1.0 + np.exp([distance, -distance]))).tolist())
    return replace(
        model,
        slope=slope,
        shift=shift,
        clause_slope=clause_slope,
        clause_shift=clause_shift,
        bounds=bounds,
        clause_bounds=_CLAUSE_BOUNDS,
    )


def odds_of(model: LinearModel, texts: list[str]) -> np.ndarray:
    """Uncalibrated log-odds of each text, in order, as the engine reads it."""
    engine = LinearEngine(model)
    parts = []
    for start in range(0, len(texts), _SCORING_BATCH):
        folded = fold_texts(texts[start : start + _SCORING_BATCH])
        parts.append(engine.log_odds(folded, cut_clauses(folded))[0])
    return np.concatenate(parts)
