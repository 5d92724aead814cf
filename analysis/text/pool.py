"""Many texts scored part by part, in child processes where there are enough of them to pay for starting some."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import pandas as pd

from analysis.text.engines import DEFAULT_ENGINE
from analysis.text.scoring import BATCH, score

# A child needs 2 s to start and load its model. The project's own engine reads 20,000 texts in that time; others are
# slower and gain sooner.
LARGE = 20_000


def score_in_parts(
    texts: Sequence[str | None], *, engine: str = DEFAULT_ENGINE, part: int = BATCH, workers: int | None = None
) -> Iterator[pd.DataFrame]:
    """What `score` says of `part` texts after another, in their order; nothing for no texts.

    From `LARGE` texts on they are read by as many child processes as there are processors, or by `workers`; one reads
    here. Children are spawned, so the program's main module must be one that can be imported. Raises as `score` does.
    """
    parts = [texts[start : start + part] for start in range(0, len(texts), part)]
    number = workers or (os.cpu_count() or 1 if len(texts) >= LARGE else 1)
    read = partial(score, engine=engine)
    if number == 1:
        yield from map(read, parts)
        return
    with ProcessPoolExecutor(number, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(read, parts)
