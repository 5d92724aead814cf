"""What is shipped has learned from all texts; how sure it may be comes from texts the measured engine never saw."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.text.linear_engine import LinearEngine
from analysis.text.training import model
from analysis.text.training.fit import platt


@pytest.fixture
def measured():
    shipped = LinearEngine.load()
    return LinearEngine(replace(shipped.model, slope=9.0, shift=9.0, clause_slope=0.5, intercept=7.0), shipped.network)


@pytest.fixture
def held_out():
    rng = np.random.default_rng(2)
    odds = rng.normal(0, 3, 600)
    labels = (rng.random(600) < 1 / (1 + np.exp(-0.6 * odds))).astype(int)
    folds = np.where(np.arange(600) < 300, "development", "test")
    keys = ["很好", "质量不错" * 6] * 300
    return pd.DataFrame({"label": labels, "odds": odds, "clause_odds": 2 * odds, "fold": folds, "key": keys})


def test_weights_and_network_are_fitted_on_all_texts_and_calibrated_by_those_held_out(monkeypatch, measured, held_out):
    everything = pd.DataFrame({"text": ["一", "二"]})
    full = LinearEngine(replace(measured.model, intercept=-3.0, slope=1.0), replace(measured.network))
    monkeypatch.setattr(model, "load_corpus", lambda path, *, hold_out=True: everything[hold_out * 1 :])
    monkeypatch.setattr(model, "fit", lambda known: full if len(known) == len(everything) else measured)
    shipped = model.refit(measured, held_out, Path("reviews.csv.gz"))
    assert shipped.network is full.network
    assert shipped.model.intercept == -3.0
    line = platt(held_out["odds"].to_numpy(), held_out["label"].to_numpy())
    assert (shipped.model.slope, shipped.model.shift) == line
    assert shipped.model.clause_slope == measured.model.clause_slope


def test_clauses_have_a_line_of_their_own(measured, held_out):
    found = model.calibrated(measured, held_out).model
    short = held_out[held_out["key"] == "很好"]
    slope, _ = platt(short["odds"].to_numpy(), short["label"].to_numpy())
    assert found.clause_slope == pytest.approx(slope / 2, rel=1e-3)


def test_an_engine_is_the_same_after_saving(tmp_path, measured):
    model.save(measured, tmp_path)
    with (tmp_path / Path(model.MODEL_FILE).name).open("rb") as file:
        again = type(measured.model).load(file)
    assert (again.roots == measured.model.roots).all()
    assert (again.slope, again.bounds) == (9.0, measured.model.bounds)
    assert (tmp_path / Path(model.NETWORK_FILE).name).stat().st_size < 1_000_000
