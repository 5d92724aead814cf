"""What the page of voices asks beyond tone: words, themes, needs. Everything goes through `dashboard.data`."""

from __future__ import annotations

from collections.abc import Hashable

import pandas as pd

from analysis import briefing, own
from analysis.briefing import labelling, vocabulary
from analysis.briefing import needs as briefing_needs
from analysis.briefing import themes as briefing_themes
from analysis.briefing.needs import NeedMap
from analysis.briefing.themes import CommentTheme
from analysis.schema import Filters
from analysis.taxonomy import Addition, Dimension, taxonomy
from dashboard import data


def contrast(filters: Filters, **options: Hashable) -> briefing.Contrast:
    """The terms of two groups of comments; options as `briefing.contrast`."""
    return data.ask(briefing.contrast, filters, **options)


def quotes_with(filters: Filters, **options: Hashable) -> tuple[briefing.Quote, ...]:
    """Comments of one side of a contrast that hold a term; options as `briefing.quotes_with`."""
    return data.ask(briefing.quotes_with, filters, **options)


def themes(filters: Filters, *, polarity: str) -> tuple[CommentTheme, ...]:
    """What the comments of a tone are about, the largest theme first."""
    return data.ask(briefing_themes.themes, filters, polarity=polarity)


def needs(filters: Filters) -> NeedMap:
    """What is asked for, by dimension, the company's own among them."""
    return data.ask(briefing_needs.needs, filters, vocabulary=own.reading_of(data.warehouse()).vocabulary)


def stores() -> list[str]:
    """The stores that comments name."""
    return data.ask_store("values", "store", table="comments")


# What a company has of its own: these are never kept, and changes start the reading anew.


def additions() -> tuple[Addition, ...]:
    """The dimensions and terms that were added."""
    return own.additions_of(data.warehouse())


def common_dimensions() -> tuple[Dimension, ...]:
    """The dimensions of the common taxonomy that comments are searched for."""
    return tuple(dimension for dimension in taxonomy().dimensions if dimension.terms)


def previewed(name: str, terms: str) -> vocabulary.Preview:
    """What an addition would find; raises BadTaxonomy."""
    return vocabulary.preview(data.warehouse(), own.checked(name, terms))


def add_terms(addition: Addition) -> None:
    """Keep an addition and begin to read the comments anew."""
    own.add_terms(data.warehouse(), addition)
    data.reading()


def remove_terms(name: str) -> None:
    """Take back what was added under a name; raises BadTaxonomy."""
    own.remove_terms(data.warehouse(), name)
    data.reading()


def drawn(seed: int) -> pd.DataFrame:
    """The comments of one round of labelling, with their label so far (None: not labelled)."""
    found = data.warehouse().drawn_texts(labelling.DRAWN, seed=seed)
    labels = data.warehouse().labels()
    return found.merge(labels[["text_hash", "label"]], on="text_hash", how="left")


def labels() -> pd.DataFrame:
    """All labels, oldest first."""
    return data.warehouse().labels()


def label(text_hash: int, name: str) -> None:
    """Keep one label."""
    line = pd.DataFrame({"text_hash": pd.array([text_hash], dtype="uint64"), "label": [name], "said": [""]})
    data.warehouse().save_labels(line)


def label_report() -> labelling.LabelReport:
    """How right the tone is by the labels."""
    return labelling.label_report(data.warehouse())


def labels_csv() -> bytes:
    """All labels as a file."""
    return labelling.labels_csv(data.warehouse())


def take_labels(content: bytes) -> int:
    """Keep the labels of a file; raises BadTaxonomy."""
    return labelling.read_labels(data.warehouse(), content)


def switch_adjustment(*, on: bool) -> None:
    """Use the correction of the tone or not, and begin to read anew; raises BadTaxonomy where it is no better."""
    labelling.switch_adjustment(data.warehouse(), on=on)
    data.reading()

