"""The sentiment engines by name: each turns clauses into log-odds of being positive."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Protocol

import numpy as np

from analysis.errors import UnknownName


class Engine(Protocol):
    """What reads the tone of clauses."""

    def log_odds(self, clauses: Sequence[str]) -> np.ndarray:
        """ln(P(positive) / P(negative)) for each clause in plain form, on a scale where 1 is worth saying."""


def _snownlp() -> Engine:
    from analysis.text.snownlp_engine import SnowNlpEngine

    return SnowNlpEngine()


ENGINES: dict[str, Callable[[], Engine]] = {"snownlp": _snownlp}


@cache
def engine_named(name: str) -> Engine:
    """The engine, loaded at its first use and kept; raises UnknownName."""
    if name not in ENGINES:
        raise UnknownName("text.unknown_engine", name=name, known=sorted(ENGINES))
    return ENGINES[name]()
