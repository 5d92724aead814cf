"""Many texts scored part by part, in child processes where there are enough of them to pay for starting some."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial

import pandas as pd

from analysis.text.engines import DEFAULT_ENGINE
from analysis.text.scoring import BATCH, COMMON, Reading, score

# A child needs 2 s to start and load its model. The project's own engine reads 20,000 texts in that time; others are
# slower and gain sooner.
LARGE = 20_000
# Parts for each child that are handed over at a time: it never waits for the next one, and a program that is ended
# meanwhile ends when these are read.
AHEAD = 2

Texts = Sequence[str | None]
Read = Callable[[Iterable[Texts]], Iterator[pd.DataFrame]]


def score_in_parts(
    texts: Texts, *, engine: str = DEFAULT_ENGINE, part: int = BATCH, workers: int | None = None
) -> Iterator[pd.DataFrame]:
    """What `score` says of `part` texts after another, in their order; nothing for no texts. See `readers`."""
    with readers(len(texts), engine=engine, workers=workers) as read:
        yield from read(parts_of(texts, part))


@contextmanager
def readers(
    expected: int,
    *,
    engine: str = DEFAULT_ENGINE,
    reading: Reading = COMMON,
    workers: int | None = None,
    niceness: int | None = None,
) -> Iterator[Read]:
    """A function from parts of texts to what `score` says of each part, in their order, while the context lasts.

    Where at least `LARGE` texts are `expected`, as many child processes as there are processors read, or `workers`;
    else this process does. With `niceness` children of that lower priority read, however few the texts. Parts that
    nobody asked for yet are dropped at the end. Children are spawned, so the program's main module must be one that
    can be imported. Reading raises as `score` does.
    """
    number = workers or (os.cpu_count() or 1 if expected >= LARGE else 1)
    one = partial(score, engine=engine, reading=reading)
    if number == 1 and niceness is None:
        yield partial(map, one)
        return
    pool = ProcessPoolExecutor(
        number, mp_context=multiprocessing.get_context("spawn"), initializer=os.nice, initargs=(niceness or 0,)
    )
    try:
        yield partial(_ahead, pool, one, most=AHEAD * number)
    finally:
        pool.shutdown(cancel_futures=True)


def _ahead(
    pool: ProcessPoolExecutor, one: Callable[[Texts], pd.DataFrame], parts: Iterable[Texts], *, most: int
) -> Iterator[pd.DataFrame]:
    """What `one` says of each part, in their order, while the pool works on at most `most` of them."""
    waiting: deque[Future] = deque()
    for part in parts:
        waiting.append(pool.submit(one, part))
        if len(waiting) == most:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def parts_of(texts: Texts, size: int) -> Iterator[Texts]:
    """The texts in pieces of `size`, the last one as long as what remains."""
    return (texts[start : start + size] for start in range(0, len(texts), size))
