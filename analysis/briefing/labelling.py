"""How often the tone is read right on a company's own comments, by the labels of its analysts."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis import metrics, own, text
from analysis.errors import BadTaxonomy
from analysis.estimate import Estimate
from analysis.taxonomy import to_simplified
from analysis.text import adjustment
from analysis.text.adjustment import CALLS, Comparison, Labelled
from analysis.text.engines import bounds_of
from analysis.text.scoring import Reading, spoken_of

if TYPE_CHECKING:
    from analysis.store import Warehouse

DRAWN = 50  # comments of one round: the interval of accuracy is then about ten points to either side
COLUMNS = ("text_hash", "text", "label")


@dataclass(frozen=True, slots=True)
class LabelReport:
    """What labels say of the engine without adjustment.

    `accuracy`: of the labelled comments that it calls positive, neutral or negative; `uncertain` counts the others.
    `confusion`: labels by (label, call), calls being CALLS and "uncertain". `comparison` is None with too few labels.
    `fitted`: the adjustment of all labels; `used`: whether comments are read with one.
    """

    labels: int
    accuracy: Estimate
    uncertain: int
    confusion: dict[tuple[str, str], int]
    comparison: Comparison | None
    fitted: adjustment.Adjustment | None
    used: bool


def label_report(store: Warehouse) -> LabelReport:
    """Read the labelled comments as the plain engine does, with the company's taxonomy, and compare.

    No labels give an accuracy without data. The comparison holds each label out once; nothing is kept.
    """
    known = _labelled(store)
    called = known.polarity != "uncertain"
    right = int((known.polarity == known.labels)[called].sum())
    confusion = Counter(zip(known.labels.tolist(), known.polarity.tolist(), strict=True))
    bounds = bounds_of(text.DEFAULT_ENGINE) if len(known.labels) else None
    comparison = adjustment.compared(known, bounds=bounds) if bounds else None
    fitted = adjustment.fit(known, bounds=bounds) if comparison else None
    return LabelReport(
        len(known.labels), metrics.share(right, int(called.sum())), int((~called).sum()), dict(confusion), comparison,
        fitted, own.adjustment_of(store)[1],
    )


def switch_adjustment(store: Warehouse, *, on: bool) -> bool:
    """Use the adjustment that fits all labels, or none; returns whether one is used now.

    It is used only where `label_report` finds it better on held-out labels: else BadTaxonomy says so.
    """
    if not on:
        kept, _ = own.adjustment_of(store)
        if kept:
            own.keep_adjustment(store, kept, used=False)
        return False
    report = label_report(store)
    if report.comparison is None or not report.comparison.better:
        raise BadTaxonomy("errors.adjustment_no_better")
    own.keep_adjustment(store, report.fitted, used=True)
    return True


def labels_csv(store: Warehouse, *, draw: int | None = None, seed: int = 1) -> bytes:
    """The labels as CSV with text_hash, text and label; with `draw`, so many comments to be labelled, label blank."""
    rows = store.labels() if draw is None else store.drawn_texts(draw, seed=seed).assign(label="")
    return rows[list(COLUMNS)].to_csv(index=False).encode("utf-8-sig")


def read_labels(store: Warehouse, content: bytes) -> int:
    """Keep the labels of a CSV as `labels_csv` writes it; lines without a label are left out. Returns how many.

    A label is positive, neutral or negative, or 正面, 中性, 负面 in either script. Raises BadTaxonomy for any other and
    for a file without the columns text_hash and label; nothing is kept then.
    """
    try:
        rows = pd.read_csv(io.BytesIO(content), dtype=str, encoding="utf-8-sig", keep_default_na=False)
        hashes = rows["text_hash"].map(int).to_numpy(np.uint64)
        written = rows["label"].str.strip().map(to_simplified)
    except (ValueError, KeyError, OverflowError) as error:
        raise BadTaxonomy("errors.labels_unreadable") from error
    words = dict(zip(("负面", "中性", "正面"), CALLS, strict=True)) | {call: call for call in CALLS}
    for place, label in enumerate(written):
        if label and label not in words:
            raise BadTaxonomy("errors.label_unknown", row=place + 2, value=label)
    labels = pd.DataFrame({"text_hash": hashes, "label": written.map(words)})[(written != "").to_numpy()]
    store.save_labels(labels.drop_duplicates("text_hash", keep="last").assign(said=""))
    return len(labels)


def _labelled(store: Warehouse) -> Labelled:
    labels = store.labels()
    reading = Reading(own.reading_of(store).vocabulary)
    read = text.score(labels["text"].tolist(), reading=reading) if len(labels) else text.score([])
    return Labelled(
        read["sentiment"].to_numpy(float), read["polarity"].to_numpy(object),
        tuple(spoken_of(aspects) for aspects in read["aspects"]), labels["label"].to_numpy(object),
    )
