"""From labelled texts to the arrays of a model file."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.text.clauses import cut_clauses
from analysis.text.folding import fold_texts
from analysis.text.linear_engine import MODEL_FILE, NETWORK_FILE, LinearEngine, LinearModel
from analysis.text.training.corpus import load_corpus
from analysis.text.training.fit import Weights, features, fit_weights, platt, quantised, word_features
from analysis.text.training.network import fit_network
from analysis.text.training.phrases import load_phrases, signs
from analysis.text.training.vocabulary import frequent_words

UNNAMED_SHARE = 0.08  # texts in the middle that get no side; a tenth is allowed in shopping and takeaway
_CLAUSE_CHARACTERS = 16  # reviews this short are clauses: their labels calibrate what is said of a clause
_CLAUSE_BOUNDS = (0.42, 0.58)
_MIDDLE = (0.5, 0.5)
_SCORING_BATCH = 2_048
# What `calibrated` says; all else of a model is learned.
CALIBRATED = frozenset({"slope", "shift", "clause_slope", "clause_shift", "bounds", "clause_bounds"})


def train(path: Path) -> tuple[LinearEngine, pd.DataFrame]:
    """The engine that is measured, fitted on training, calibrated on development texts; and what it was not fitted on.

    The latter are development and test texts with their odds.
    """
    corpus = load_corpus(path)
    engine = fit(corpus[corpus["fold"] == "train"])
    held_out = corpus[corpus["fold"] != "train"]
    texts = held_out["text"].tolist()
    held_out = held_out.assign(odds=odds_of(engine, texts), clause_odds=clause_odds_of(engine, texts))
    return calibrated(engine, held_out[held_out["fold"] == "development"]), held_out


def refit(measured: LinearEngine, held_out: pd.DataFrame, path: Path) -> LinearEngine:
    """The engine that is shipped: fitted on all texts by the recipe that was measured, which takes as long again.

    Texts it knows cannot calibrate it. What it says of a text is calibrated by all `held_out` texts, development and
    test, with the measured engine's odds: that engine's own calibration knows half as many. What it says of a clause
    keeps that: on dimensions' tone a calibration by all read no better.
    """
    full = fit(load_corpus(path, hold_out=False))
    learned = [field.name for field in fields(LinearModel) if field.name not in CALIBRATED]
    weights = {name: getattr(full.model, name) for name in learned}
    whole = calibrated(measured, held_out).model
    line = {name: getattr(whole, name) for name in ("slope", "shift", "bounds")}
    return LinearEngine(replace(measured.model, **line, **weights), full.network)


def save(engine: LinearEngine, directory: Path) -> None:
    """Write the engine's files into the directory."""
    engine.model.save(directory / Path(MODEL_FILE).name)
    if engine.network:
        engine.network.save(directory / Path(NETWORK_FILE).name)


def fit(known: pd.DataFrame, *, with_network: bool = True) -> LinearEngine:
    """An uncalibrated engine from the texts given and the phrases."""
    rows = pd.concat([known.assign(importance=1.0), load_phrases()], ignore_index=True)
    texts, labels, importance = rows["text"].tolist(), rows["label"].to_numpy(), rows["importance"].to_numpy()
    words = frequent_words(texts)
    by_grams = fit_weights(features(texts), labels, importance)
    by_words = fit_weights(word_features(texts, words), labels, importance)
    model = LinearModel(
        *_stored(by_grams), 1.0, 0.0, 1.0, 0.0, _MIDDLE, _MIDDLE, signs(), words.points, *_stored(by_words)
    )
    return LinearEngine(model, fit_network(texts, labels, importance, words) if with_network else None)


def _stored(weights: Weights) -> tuple[np.ndarray, float, np.ndarray, float, float]:
    size, square = float(np.abs(weights.by_hash).max()), float(weights.squares.max())
    return quantised(weights.by_hash), size, quantised(weights.squares), square, weights.intercept


def calibrated(engine: LinearEngine, held_out: pd.DataFrame) -> LinearEngine:
    """The engine with calibration and bounds from texts it was not fitted on, with their uncalibrated odds.

    Clauses are read by n-grams alone and have a line of their own, from the `clause_odds` of short texts.
    """
    labels, odds = held_out["label"].to_numpy(), held_out["odds"].to_numpy()
    slope, shift = platt(odds, labels)
    short = (held_out["key"].str.len() <= _CLAUSE_CHARACTERS).to_numpy()
    clause_slope, clause_shift = platt(held_out["clause_odds"].to_numpy()[short], labels[short])
    distance = float(np.quantile(np.abs(slope * odds + shift), UNNAMED_SHARE))
    bounds = tuple((1.0 / (1.0 + np.exp([distance, -distance]))).tolist())
    model = replace(
        engine.model,
        slope=slope,
        shift=shift,
        clause_slope=clause_slope,
        clause_shift=clause_shift,
        bounds=bounds,
        clause_bounds=_CLAUSE_BOUNDS,
    )
    return LinearEngine(model, engine.network)


def odds_of(engine: LinearEngine, texts: list[str]) -> np.ndarray:
    """Uncalibrated log-odds of each text, in order, as the engine reads it."""
    parts = []
    for start in range(0, len(texts), _SCORING_BATCH):
        folded = fold_texts(texts[start : start + _SCORING_BATCH])
        parts.append(engine.log_odds(folded, cut_clauses(folded))[0])
    return np.concatenate(parts)


def clause_odds_of(engine: LinearEngine, texts: list[str]) -> np.ndarray:
    """The mean of the uncalibrated log-odds of each text's clauses, 0 without any."""
    parts = []
    for start in range(0, len(texts), _SCORING_BATCH):
        folded = fold_texts(texts[start : start + _SCORING_BATCH])
        clauses = cut_clauses(folded)
        odds = engine.log_odds(folded, clauses)[1]
        size = len(folded.starts)
        number = np.maximum(np.bincount(clauses.text, minlength=size), 1)
        parts.append(np.bincount(clauses.text, weights=odds, minlength=size) / number)
    return np.concatenate(parts)
