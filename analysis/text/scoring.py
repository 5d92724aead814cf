"""Texts to sentiment, polarity and aspects, every distinct text once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.taxonomy import Taxonomy
from analysis.text.adjustment import Adjustment
from analysis.text.aspects import find_mentions
from analysis.text.clauses import Clauses, clause_of_characters, cut_clauses
from analysis.text.engines import DEFAULT_ENGINE, Engine, Tone, engine_named
from analysis.text.folding import Folded, fold_texts
from analysis.text.polarity import faint_clauses, polarity_of

# Segmentation grows faster than its text; 2,000 characters hold any review in full, and a longer text's verdict.
MAX_CHARACTERS = 2_000
BATCH = 2_048  # texts whose characters are one array; more would leave the processor's cache and use memory
# A dimension's tone leans a little on that of the whole text. Of mentions that take a side, 0.90 are read right with it
# and 0.84 without (reviews_aspects_train.csv, before the limit). One clause, however sure, has a limited say.
_TEXT_SHARE, _SURE = 0.3, 4.0
_READ_WITH = {".py", ".toml", ".txt", ".npz"}
_COLUMNS = {"sentiment": float, "polarity": "str", "aspects": "str"}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a company has of its own: a taxonomy beside the common one, and a correction of the tone."""

    vocabulary: Taxonomy | None = None
    adjustment: Adjustment | None = None

    def called(self, engine: str) -> str:
        """The engine's name with a mark that tells this reading from a company's own and from earlier versions."""
        return f"{engine}+{hashlib.sha256(f'{_version()}{self!r}'.encode()).hexdigest()[:12]}"


COMMON = Reading()


@cache
def _version() -> str:
    """A digest of all that texts are read with: rules, word lists, models and the common dimensions.

    Taken from the files, as a number would have to be raised by hand with each of them.
    """
    here = Path(__file__).parent
    read = [path for path in here.rglob("*") if path.suffix in _READ_WITH and "training" not in path.parts]
    found = hashlib.sha256()
    for path in sorted([*read, here.parent / "taxonomy.toml"]):
        found.update(path.read_bytes())
    return found.hexdigest()


def score(
    texts: Sequence[str | None],
    *,
    engine: str = DEFAULT_ENGINE,
    aspects: bool = True,
    reading: Reading = COMMON,
) -> pd.DataFrame:
    """Sentiment, polarity and aspects of each text; one row a text, in their order, whatever the texts hold.

    `sentiment`: 0 to 1, the probability of being positive; NaN where there is nothing to read (missing, blank, no
    Chinese, one character). `polarity`: positive, neutral, negative or uncertain (nothing to read, or clauses that
    contradict each other). `aspects`: JSON list of {"dimension", "polarity", "evidence"}, each dimension
    once, evidence being the clause that says most of it, as it was written; an empty list where `aspects` is false.
    Only the first 2,000 characters are read.
    `engine`: "xinsheng" or "snownlp"; another name raises UnknownName. `reading`: what the company has of its own; its
    adjustment needs the dimensions, so that it is left out with `aspects` false.
    """
    cut = [text[:MAX_CHARACTERS] if isinstance(text, str) else "" for text in texts]
    distinct = dict.fromkeys(cut)
    reader = engine_named(engine)
    remaining = iter(distinct)
    batches = []
    while batch := list(islice(remaining, BATCH)):
        batches.append(_score_batch(batch, reader, reading, aspects=aspects))
    row = dict(zip(distinct, range(len(distinct)), strict=True))
    rows = np.fromiter((row[text] for text in cut), dtype=np.int64, count=len(cut))
    columns = [np.concatenate(column)[rows] for column in zip(*batches, strict=True)] or [[], [], []]
    named = zip(_COLUMNS.items(), columns, strict=True)
    return pd.DataFrame({name: pd.array(values, dtype=kind) for (name, kind), values in named})


def _score_batch(texts: list[str], engine: Engine, reading: Reading, *, aspects: bool) -> tuple[np.ndarray, ...]:
    folded = fold_texts(texts)
    clauses = cut_clauses(folded)
    tone = engine.read(folded, clauses)
    found = _aspects(folded, clauses, tone, reading.vocabulary) if aspects else ["[]"] * len(texts)
    sentiment, polarity = tone.texts, tone.text_polarity
    if reading.adjustment and aspects:
        sentiment, polarity = reading.adjustment.apply(sentiment, polarity, [*map(spoken_of, found)])
    return sentiment, np.asarray(polarity, dtype=object), np.array(found, dtype=object)


def spoken_of(aspects: str) -> frozenset[str]:
    """The dimensions in the JSON list that `score` gives."""
    return frozenset(aspect["dimension"] for aspect in json.loads(aspects))


def _aspects(folded: Folded, clauses: Clauses, tone: Tone, vocabulary: Taxonomy | None) -> list[str]:
    """One entry for each dimension of a text: its clauses' log-odds together, the clause that says most as evidence."""
    odds = _log_odds(tone.clauses) + _TEXT_SHARE * _log_odds(tone.texts)[clauses.text]
    odds[faint_clauses(folded.codes, clause_of_characters(folded, clauses), len(clauses))] = 0.0
    grouped: dict[tuple[int, str], list[int]] = {}
    for mention in find_mentions(folded, clauses, vocabulary=vocabulary):
        text = int(clauses.text[mention.clause])
        if not np.isnan(tone.texts[text]):
            grouped.setdefault((text, mention.dimension), []).append(mention.clause)
    found: list[list[dict[str, str]]] = [[] for _ in folded.starts]
    for (text, dimension), members in grouped.items():
        strongest = max(members, key=lambda clause: abs(odds[clause]))
        polarity = polarity_of(1.0 / (1.0 + np.exp(-odds[members].sum())))
        evidence = folded.joined[clauses.start[strongest] : clauses.end[strongest]]
        found[text].append({"dimension": dimension, "polarity": polarity, "evidence": evidence})
    return [json.dumps(row, ensure_ascii=False) if row else "[]" for row in found]


def _log_odds(chances: np.ndarray) -> np.ndarray:
    """Log-odds of probabilities, held within `_SURE`; 0 where there is nothing to read."""
    limit = 1.0 / (1.0 + np.exp(_SURE))
    held = np.clip(np.nan_to_num(chances, nan=0.5), limit, 1.0 - limit)
    return np.log(held / (1.0 - held))
