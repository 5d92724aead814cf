"""Rows of people who asked to be forgotten, told by keyed hashes of their ids."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis import privacy
from analysis.ingest.source import Source

if TYPE_CHECKING:
    from analysis.ingest.records_of import Built

FORGOTTEN = "forgotten"  # the reason under which such a row stays out


def seal(kind: str, name: str, secret: bytes) -> str:
    """The keyed hash of an id as the store holds it; `kind` is "customer" or the kind of file whose record it is."""
    return privacy.sealed(name, secret, purpose=f"forgotten {kind}")


def forgotten_rows(source: Source, built: Built, forgotten: Collection[str]) -> np.ndarray:
    """Which rows of a file are of people in `forgotten`, by their customer id or by the id of the record."""
    found = _known(source.read_customers(), "customer", source.secret, forgotten)
    if built.record_ids is not None:
        found |= _known(built.record_ids, source.mapping.kind, source.secret, forgotten)
    return found


def _known(ids: pd.Series, kind: str, secret: bytes, forgotten: Collection[str]) -> np.ndarray:
    codes, distinct = pd.factorize(ids)
    known = np.array([*(seal(kind, str(name), secret) in forgotten for name in distinct), False], bool)
    return known[codes]
