"""The project's own short sentences on negation and contrast, put together from `phrases.toml`."""

from __future__ import annotations

import tomllib
from importlib import resources
from itertools import product

import numpy as np
import pandas as pd

from analysis.text.training.corpus import keys_of

DOMAIN = "phrases"
# What a sentence counts in training, where a review counts 1: each frame repeats in hundreds, a set phrase stands once.
FRAMED, ALONE = 1.0, 5.0
# Every word stands in every frame without a subject; of the rest this many are drawn.
_WITH_SUBJECT, _CONTRASTS = 2_500, 1_500


def load_phrases(*, seed: int = 4) -> pd.DataFrame:
    """Sentences with label, text, key, domain and importance; the same for the same seed."""
    tree = _tree()
    words = {1: tree["praise"], 0: tree["blame"]}
    sentences: dict[str, int] = {}
    rng = np.random.default_rng(seed)
    for subjects, size in (([""], None), (tree["subjects"][1:], _WITH_SUBJECT)):
        rows = [row for label in (1, 0) for row in _framed(tree["frames"], words[label], subjects, label)]
        sentences |= dict(_drawn(rows, size, rng))
    sentences |= dict(_drawn(list(_contrasts(tree)), _CONTRASTS, rng))
    alone = dict.fromkeys(tree["alone"]["positive"], 1) | dict.fromkeys(tree["alone"]["negative"], 0)
    sentences |= alone
    frame = pd.DataFrame({"text": [*sentences], "label": [*sentences.values()]})
    importance = np.where(frame["text"].isin([*alone]), ALONE, FRAMED)
    return frame.assign(domain=DOMAIN, key=keys_of(frame["text"].tolist()), importance=importance)


def signs() -> np.ndarray:
    """Code points that have a tone by themselves: emoji and a few characters."""
    tree = _tree()
    alone = [text for side in ("positive", "negative") for text in tree["alone"][side] if len(text) == 1]
    return np.unique([ord(sign) for sign in [*alone, *tree["signs"]["hanzi"]]]).astype(np.uint32)


def _framed(frames: dict, words: list[str], subjects: list[str], label: int):
    name, slot = ("praise", "p") if label else ("blame", "b")
    for outcome, side in (("stays", label), ("turns", 1 - label)):
        for frame, subject, word in product(frames[f"{name}_{outcome}"], subjects, words):
            yield frame.format(**{"s": subject, slot: word}), side


def _contrasts(tree: dict):
    for label, side in ((1, "positive"), (0, "negative")):
        for frame, praise, blame in product(tree["contrasts"][side], tree["praise"], tree["blame"]):
            yield frame.format(s="", p=praise, b=blame), label


def _drawn(rows: list[tuple[str, int]], size: int | None, rng: np.random.Generator) -> list[tuple[str, int]]:
    return rows if size is None else [rows[i] for i in rng.choice(len(rows), size, replace=False)]


def _tree() -> dict:
    return tomllib.loads(resources.files(__package__).joinpath("phrases.toml").read_text(encoding="utf-8"))
