"""A year of weekly looks at a chain of shops: what the list names where nothing happens, and how soon a shift."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from analysis import compare, findings
from analysis.briefing.weekly import BASELINE_WEEKS, Series, judge, series_of
from analysis.findings import Finding

DIMENSIONS, STORES, REGIONS, WEEKS = 12, 24, 4, 52
STORES_EACH = STORES // REGIONS
# How often 1 to 5 is given, and what everybody's answers are on 0-100.
SHARES, POINTS = (0.04, 0.07, 0.13, 0.35, 0.41), np.arange(5) * 25.0
EACH = 30  # answers a store, week and dimension
FIRST = date(2025, 1, 6)
SEED = 20262

Counts = NDArray[np.float64]  # (dimensions, stores, weeks, five scores)


def answers(rng: np.random.Generator, weeks: int, *, each: int = EACH, dimensions: int = DIMENSIONS) -> Counts:
    """How often each score was given, where nothing ever changes and all are alike."""
    return rng.multinomial(each, SHARES, size=(dimensions, STORES, weeks)).astype(float)


def shifted(
    rng: np.random.Generator, weeks: int, since: int, stores: slice, *, points: float, each: int = EACH,
    dimensions: int = DIMENSIONS,
) -> Counts:
    """The same, but the first dimension lies `points` lower in some stores from week `since` on."""
    found = answers(rng, weeks, each=each, dimensions=dimensions)
    # Mixing in the worst answer lowers the mean by its distance from it.
    part = points / float(POINTS @ SHARES)
    low = (1 - part) * np.array(SHARES) + part * np.array([1, 0, 0, 0, 0])
    found[0, stores, since:] = rng.multinomial(each, low, size=found[0, stores, since:].shape[:2])
    return found


def look(counts: Counts, week: int) -> tuple[Finding, ...]:
    """The list as of the end of one week: single weeks of all charts, weak dimensions and weak stores of that week."""
    begin = max(0, week - BASELINE_WEEKS)
    weeks = [FIRST + timedelta(weeks=i) for i in range(begin, week + 1)]
    tests = [
        findings.week_candidate(w.keys, w.metric, w.week, w.now, usual=w.usual, p_value=w.p_value, beyond=w.beyond)
        for series in _charts(counts[:, :, begin : week + 1]) for w in judge(series, weeks, 1)
    ]
    now = counts[:, :, week]
    tests += findings.weak_candidates(compare.cell_gaps(_histogram(now.sum(axis=1), "dimension"), ["dimension"]))
    for cell in compare.cell_gaps(_histogram(now.sum(axis=0), "store", overall=True), ["store"]):
        tests.append(findings.store_candidate(cell, p_value=0.0, low=cell.gap.value < 0, place=None))
    return findings.ranked(tests)


def _charts(counts: Counts) -> Iterator[Series]:
    """Each dimension's charts: of all answers, of each store, of each region."""
    dimensions, _, weeks, scores = counts.shape
    regions = counts.reshape(dimensions, REGIONS, STORES_EACH, weeks, scores).sum(axis=2)
    groups = (([{}], counts.sum(axis=1, keepdims=True)), ([{"store": f"S{s}"} for s in range(STORES)], counts),
              ([{"region": f"R{r}"} for r in range(REGIONS)], regions))
    for keys, given in groups:
        for d, part in enumerate(given):
            named = [{**key, "dimension": f"D{d}"} for key in keys]
            yield series_of(named, "csat", part.sum(axis=-1), part @ POINTS, part @ POINTS**2)


def _histogram(counts: NDArray[np.float64], key: str, *, overall: bool = False) -> pd.DataFrame:
    rows, scores = np.indices(counts.shape)
    frame = pd.DataFrame({key: [f"{key}{i}" for i in rows.ravel()], "score": scores.ravel() + 1.0,
                          "count": counts.ravel().astype(int), "scale": "1-5"})
    return frame.assign(dimension="整体满意度") if overall else frame


@dataclass(frozen=True, slots=True)
class Year:
    """False findings of one year of nothing: by the list, and by a t test of each store's week against the last."""

    named: int
    weeks_with_any: int
    naive: int


def quiet_year(seed: int, *, weeks: int = WEEKS, dimensions: int = DIMENSIONS) -> Year:
    """A year in which nothing happens, looked at every week; the baseline is the year before."""
    rng = np.random.default_rng([SEED, seed])
    counts = answers(rng, BASELINE_WEEKS + weeks, dimensions=dimensions)
    lists = [look(counts, BASELINE_WEEKS + week) for week in range(weeks)]
    return Year(sum(map(len, lists)), sum(bool(found) for found in lists), _naive(counts, weeks))


def _naive(counts: Counts, weeks: int) -> int:
    n = counts.sum(axis=-1)
    mean = counts @ POINTS / n
    variance = (counts @ POINTS**2 - n * mean**2) / (n - 1)
    t = np.diff(mean, axis=-1) / np.sqrt(variance[..., 1:] / n[..., 1:] + variance[..., :-1] / n[..., :-1])
    p = 2 * stats.t.sf(np.abs(t[..., -weeks:]), 2 * EACH - 2)
    return int((p < 0.05).sum())


def weeks_to_find(
    seed: int, stores: slice, *, points: float, each: int = EACH, most: int = 12, dimensions: int = DIMENSIONS
) -> int | None:
    """In which week after a shift the list first names it (1 the first); None if it does not within `most`."""
    rng = np.random.default_rng([SEED, seed, each])
    counts = shifted(
        rng, BASELINE_WEEKS + most, BASELINE_WEEKS, stores, points=points, each=each, dimensions=dimensions
    )
    for week in range(most):
        if any(f.scope.get("dimension") == "D0" and f.tone == "attention" and _there(f, stores)
               for f in look(counts, BASELINE_WEEKS + week)):
            return week + 1
    return None


def _there(finding: Finding, stores: slice) -> bool:
    """Whether a finding is of the stores that shifted, or of a region or the whole that holds them."""
    name = finding.scope.get("store")
    return name is None or name in {f"S{s}" for s in range(STORES)[stores]}


def found_within(weeks: Sequence[int | None], most: int) -> float:
    """The share of runs that were found within so many weeks."""
    return sum(w is not None and w <= most for w in weeks) / len(weeks)
