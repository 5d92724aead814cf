"""The sentiment engines by name: each turns folded texts and their clauses into probabilities of being positive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np

from analysis.errors import UnknownName
from analysis.text.clauses import Clauses
from analysis.text.folding import Folded
from analysis.text.polarity import NEGATIVE_MAX, POSITIVE_MIN

DEFAULT_ENGINE = "xinsheng"


@dataclass(frozen=True, slots=True)
class Tone:
    """Probabilities (0 to 1) of being positive and what they are called, by text and by clause.

    NaN and "uncertain" where there is nothing to read. A polarity is positive, neutral, negative or uncertain.
    """

    texts: np.ndarray
    text_polarity: np.ndarray
    clauses: np.ndarray
    clause_polarity: np.ndarray


class Engine(Protocol):
    """What reads the tone of texts and of their clauses."""

    def read(self, folded: Folded, clauses: Clauses) -> Tone:
        """The tone of each text of `folded` and of each of its clauses."""


def _xinsheng() -> Engine:
    from analysis.text.linear_engine import LinearEngine

    return LinearEngine.load()


def _snownlp() -> Engine:
    from analysis.text.clause_engine import ClauseEngine
    from analysis.text.snownlp_engine import SnowNlpEngine

    return ClauseEngine(SnowNlpEngine())


ENGINES: dict[str, Callable[[], Engine]] = {"xinsheng": _xinsheng, "snownlp": _snownlp}


def bounds_of(name: str) -> tuple[float, float]:
    """The probabilities below which an engine calls a text negative and from which on positive; raises UnknownName."""
    model = getattr(engine_named(name), "model", None)
    return (NEGATIVE_MAX, POSITIVE_MIN) if model is None else model.bounds


@cache
def engine_named(name: str) -> Engine:
    """The engine, loaded at its first use and kept; raises UnknownName."""
    if name not in ENGINES:
        raise UnknownName("text.unknown_engine", name=name, known=sorted(ENGINES))
    return ENGINES[name]()
