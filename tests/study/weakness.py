"""How often a weak dimension is named, by its gap and the people who answered; within people and against everybody."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import compare

QUESTIONS = 8
BLOCKS = 256
# Spread of people's levels and of single answers on 0-100.
PERSON, ANSWER = 14.0, 18.0
LEVEL = 72.0
SEED = 20263


def named(n: int, gap: float, *, runs: int) -> tuple[float, float, float]:
    """Shares of runs in which the weak question is named within people, against everybody, and another one is named."""
    rng = np.random.default_rng([SEED, n, int(gap)])
    hits = np.array([_run(rng, n, gap) for _ in range(runs)], float)
    return tuple(hits.mean(axis=0).tolist())


def _run(rng: np.random.Generator, n: int, gap: float) -> tuple[bool, bool, bool]:
    person = rng.normal(LEVEL, PERSON, n)[:, None]
    shift = np.where(np.arange(QUESTIONS) == 0, -gap, 0.0)
    scores = np.clip(np.round((person + shift + rng.normal(0, ANSWER, (n, QUESTIONS))) / 25), 0, 4) + 1
    counts = np.stack([(scores == s).sum(axis=0) for s in range(1, 6)], axis=1)
    rows, places = np.indices(counts.shape)
    histogram = pd.DataFrame({"dimension": rows.ravel().astype(str), "score": places.ravel() + 1.0,
                              "count": counts.ravel(), "scale": "1-5"})
    cells = compare.cell_gaps(histogram, ["dimension"])
    sums = compare.block_sums(_block_frame(rng, scores), ["dimension"])
    within = _weak(compare.paired(cells, sums))
    return "0" in within, "0" in _weak(cells), bool(within - {"0"})


def _weak(cells) -> set[str]:
    return {c.keys["dimension"] for c in compare.flagged(cells) if c.flag == "weak"}


def _block_frame(rng: np.random.Generator, scores: np.ndarray) -> pd.DataFrame:
    n = len(scores)
    rest = (scores.sum(axis=1, keepdims=True) - scores) / (QUESTIONS - 1)
    block = rng.integers(0, BLOCKS, n)
    parts = []
    for question in range(QUESTIONS):
        sums = {"n": np.bincount(block, minlength=BLOCKS), "own": np.bincount(block, scores[:, question], BLOCKS),
                "rest": np.bincount(block, rest[:, question], BLOCKS)}
        parts.append(pd.DataFrame({"block": np.arange(BLOCKS), **sums, "total": sums["own"], "pairs": sums["n"],
                                   "dimension": str(question), "scale": "1-5"}))
    return pd.concat(parts, ignore_index=True)
