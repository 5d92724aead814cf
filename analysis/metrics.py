"""CSAT, NPS, CES and mean scores as functions of the score histogram.

A histogram says how many answers gave which score. As a frame it has the columns of its keys and
`dimension`, `scale`, `score`, `count`; for a single group it is a mapping from score to count.
Blank and "don't know" answers never enter it, so n is the number of valid answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis import intervals
from analysis.errors import UnknownName
from analysis.estimate import FLOOR_SHOWN, Cell, Estimate, Unit
from analysis.intervals import LEVEL
from analysis.schema import CES_EASY_MIN, NPS_PASSIVE_MIN, NPS_PROMOTER_MIN, SCALES

MetricName = Literal["nps", "csat", "ces", "score"]
METRIC_NAMES: tuple[MetricName, ...] = ("nps", "csat", "ces", "score")
UNITS: dict[str, Unit] = {"nps": "nps", "csat": "share", "ces": "ces", "score": "score"}

NPS_SCALE = "0-10"
CES_SCALE = "1-7"

# Cells from which on the NPS interval of many answers is the adjusted Wald form: the score form needs a root
# search, and a table this long is read by a machine, not by eye.
LONG_TABLE = 10_000

HISTOGRAM_COLUMNS = ("dimension", "scale", "score", "count")

Counts = Mapping[float, int] | pd.Series


# ---- one group ------------------------------------------------------------------------------

def nps(counts: Counts, *, level: float = LEVEL) -> Estimate:
    """Net Promoter Score, share of 9-10 minus share of 0-6, from -1 to 1, with its exact or score interval.

    Only for the 0-10 question: a score off that scale raises ValueError. No answers give a missing
    estimate. (Reichheld 2003; interval: `intervals.nps`.)

    >>> round(nps({3: 20, 8: 30, 10: 50}).value, 2)
    0.3
    """
    return estimate("nps", _as_histogram(counts, NPS_SCALE), level=level)


def csat(counts: Counts, *, scale: str = "1-5", level: float = LEVEL) -> Estimate:
    """Share of satisfied answers (the top-two box of `scale`), 0 to 1, with Wilson's interval."""
    return estimate("csat", _as_histogram(counts, scale), level=level)


def mean_score(counts: Counts, *, scale: str = "1-5", level: float = LEVEL) -> Estimate:
    """Mean on 0-100, 100 (x - min) / (max - min), with Student's interval.

    One answer or no spread: limits are missing and the note says "no_spread".
    """
    return estimate("score", _as_histogram(counts, scale), level=level)


def ces(counts: Counts, *, level: float = LEVEL) -> Estimate:
    """Customer Effort Score 2.0: mean on 1-7 where 7 is very easy, with Student's interval."""
    return estimate("ces", _as_histogram(counts, CES_SCALE), level=level)


def easy_share(counts: Counts, *, level: float = LEVEL) -> Estimate:
    """Share of answers 5-7 on the effort question, 0 to 1, with Wilson's interval."""
    rows = _checked(_as_histogram(counts, CES_SCALE), ())
    return share(rows.loc[rows["score"] >= CES_EASY_MIN, "count"].sum(), rows["count"].sum(), level=level)


def share(successes: float, n: float, *, level: float = LEVEL) -> Estimate:
    """`successes` out of `n` with Wilson's interval; n = 0 gives a missing estimate."""
    return shares([successes], [n], level=level)[0]


def rate(events: float, exposure: float, *, level: float = LEVEL) -> Estimate:
    """Events per 1,000 of `exposure` (orders) with Garwood's interval; n is the exposure.

    No exposure gives a missing estimate; no events give 0 with an upper limit.
    """
    (events,), (exposure,) = intervals.checked_counts([events], [exposure])
    if exposure == 0:
        return Estimate.missing("per_thousand")
    low, high = intervals.garwood(events, exposure / 1000, level=level)
    return Estimate(float(events / exposure * 1000), float(low), float(high), int(exposure), "per_thousand")


def shares(successes: Iterable[float], n: Iterable[float], *, level: float = LEVEL) -> tuple[Estimate, ...]:
    """The shares of several groups at once."""
    x, n = intervals.checked_counts(list(successes), list(n))
    return _estimates(_ratio(x, n), *intervals.wilson(x, n, level=level), n, "share")


# ---- tables of groups -----------------------------------------------------------------------

def estimate(metric: MetricName, histogram: pd.DataFrame, *, level: float = LEVEL) -> Estimate:
    """The metric over all rows of a histogram; an empty one gives a missing estimate."""
    found = cells(histogram, (), metric=metric, level=level)
    return found[0].estimate if found else Estimate.missing(_unit(metric))


def cells(
    histogram: pd.DataFrame, keys: Sequence[str], *, metric: MetricName, level: float = LEVEL
) -> tuple[Cell, ...]:
    """The metric for every combination of `keys` that has answers, sorted by the keys.

    `keys` may name `dimension`. Answers are pooled as counts, never as a mean of groups. NPS counts
    the 0-10 scale and CES the 1-7 scale only. Top-two boxes and means never mix scales: where several
    occur, the one with most answers counts (`main_scale`), per dimension if that is a key.

    A cell that pools several dimensions holds several answers of the same people, which go together. Its
    `n` counts answers, but the interval rests on `people`: a wide interval rather than a false one.
    Estimates are raw; `Estimate.floored` or `suppressed` make them fit for display.
    """
    rows = one_scale(_checked(histogram, keys), metric, keys)
    groups = _group_sums(rows, keys, metric)
    build = {"nps": _nps_estimates, "csat": _csat_estimates, "ces": _mean_estimates, "score": _mean_estimates}
    found = build[metric](groups, level=level) if len(groups) else ()
    named = groups[list(keys)].to_dict("records") if keys else [{}] * len(groups)
    return tuple(
        Cell({key: plain(value) for key, value in names.items()}, _in_metric_units(number, metric))
        for names, number in zip(named, found, strict=True)
    )


def easy_cells(histogram: pd.DataFrame, keys: Sequence[str]) -> tuple[Cell, ...]:
    """`easy_share` for every combination of `keys`, in the order of `cells` for CES; raw, as there."""
    rows = one_scale(_checked(histogram, keys), "ces", keys)
    sums = rows.assign(easy=rows["count"] * (rows["score"] >= CES_EASY_MIN))
    if not keys:
        return (Cell({}, share(sums["easy"].sum(), sums["count"].sum())),) if len(sums) else ()
    sums = sums.groupby(list(keys), dropna=False, observed=True, sort=True)[["easy", "count"]].sum().reset_index()
    names = ({key: plain(value) for key, value in row.items()} for row in sums[list(keys)].to_dict("records"))
    return tuple(map(Cell, names, shares(sums["easy"], sums["count"])))


def main_scale(histogram: pd.DataFrame) -> str | None:
    """The scale with most answers (the first by name on a tie), or None where there are no answers."""
    if histogram.empty:
        return None
    codes, names = pd.factorize(histogram["scale"], sort=True)
    totals = np.bincount(codes, weights=histogram["count"])
    return str(names[totals.argmax()]) if totals.sum() > 0 else None


def one_scale(histogram: pd.DataFrame, metric: MetricName, keys: Sequence[str] = ()) -> pd.DataFrame:
    """The rows whose scale the metric counts; see `cells`."""
    _unit(metric)
    fixed = {"nps": NPS_SCALE, "ces": CES_SCALE}.get(metric)
    if fixed or "dimension" not in keys:
        return histogram[histogram["scale"] == (fixed or main_scale(histogram))]
    totals = histogram.groupby(["dimension", "scale"], observed=True)["count"].sum().reset_index()
    totals = totals.sort_values(["count", "scale"], ascending=[False, True]).drop_duplicates("dimension")
    return histogram.merge(totals[["dimension", "scale"]], on=["dimension", "scale"])


def moments(histogram: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Per group the number of answers `n`, their `mean` on 0-100 and their `variance` (divisor n - 1).

    The variance of a single answer is NaN. Columns: *keys, n, people, mean, variance.
    """
    rows = _checked(histogram, keys)
    return _with_moments(_group_sums(rows, keys, "score"))


def people(histogram: pd.DataFrame, keys: Sequence[str]) -> pd.Series:
    """How many people at least gave the answers of each group: the answers to its most answered dimension.

    Everybody answers a question once, and a histogram does not say who answered two. Indexed by `keys`.
    """
    answers = histogram.groupby([*keys, "dimension"], dropna=False, observed=True)["count"].sum()
    return answers.groupby(level=list(range(len(keys))), dropna=False, sort=True).max()


def satisfied(histogram: pd.DataFrame) -> tuple[float, float]:
    """Satisfied people and people at least behind the answers of one scale (see `people`), as the CSAT test takes them.

    Several answers of the same people count by their share of satisfied ones. No answers give (0, 0).
    """
    rows = _checked(histogram, ())
    if rows.empty or not rows["count"].any():
        return 0.0, 0.0
    (n, top, people), = _group_sums(rows, (), "csat")[["n", "top", "people"]].to_numpy()
    return top / n * people, people


def suppressed(found: Sequence[Cell]) -> tuple[Cell, ...]:
    """Cells as they may be displayed: floored, and a lone hidden cell of a total gets company.

    Where exactly one cell of a row or column of the table is hidden, a reader could subtract the
    others from the total; so the smallest of the others is hidden too (complementary suppression), and again where
    that leaves it alone in its other line.
    """
    numbers = [cell.estimate.floored() for cell in found]
    keys = list(found[0].keys) if found else []
    lines: dict[tuple, list[int]] = {}
    for key in keys:
        for i, cell in enumerate(found):
            lines.setdefault((key, *((k, cell.keys[k]) for k in keys if k != key)), []).append(i)
    while any(_hide_companion(numbers, line) for line in lines.values()):
        pass
    return tuple(replace(cell, estimate=number) for cell, number in zip(found, numbers, strict=True))


def of_scales(scales: pd.Series, what: Callable[[str], float]) -> NDArray[np.float64]:
    """What each row's scale has, e.g. its lowest score, asked once for each scale that occurs."""
    codes, names = pd.factorize(scales)
    return np.array([what(str(name)) for name in names], dtype=float)[codes]


def plain(value: object) -> object:
    """A key value as plain Python: a date without time, None for a missing one."""
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date()
    return value.item() if isinstance(value, np.generic) else value


# ---- inside ---------------------------------------------------------------------------------

def _unit(metric: str) -> Unit:
    if metric not in UNITS:
        raise UnknownName("errors.unknown_metric", name=metric, known=METRIC_NAMES)
    return UNITS[metric]


def _as_histogram(counts: Counts, scale: str) -> pd.DataFrame:
    """A mapping from score to count as a histogram frame; a missing score is no answer."""
    pairs = [(float(score), count) for score, count in dict(counts).items() if not pd.isna(score)]
    frame = pd.DataFrame(pairs, columns=["score", "count"])
    return frame.assign(scale=scale, dimension="")


def _checked(histogram: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """The histogram, refused where a column is missing, a count impossible or a score off its scale."""
    absent = [c for c in (*keys, *HISTOGRAM_COLUMNS) if c not in histogram.columns]
    if absent:
        raise ValueError(f"the histogram lacks the columns {absent}")
    intervals.checked_counts(histogram["count"].to_numpy(dtype=float))
    answers = zip(histogram["scale"].tolist(), histogram["score"].tolist(), strict=True)
    for scale, score in dict.fromkeys(answers):
        if scale not in SCALES or not SCALES[scale].holds(score):
            raise ValueError(f"{score} is no answer on the scale {scale}")
    return histogram


def _group_sums(rows: pd.DataFrame, keys: Sequence[str], metric: MetricName) -> pd.DataFrame:
    """Per group the sums its metric needs; one row for all answers if `keys` is empty."""
    score, count = rows["score"].to_numpy(dtype=float), rows["count"].to_numpy(dtype=float)
    terms = {"n": count, **_terms(rows, score, count, metric)}
    if not keys and not rows.empty:
        asked = np.bincount(pd.factorize(rows["dimension"], use_na_sentinel=False)[0], weights=count)
        return pd.DataFrame({**{name: [term.sum()] for name, term in terms.items()}, "people": [asked.max()]})
    frame = pd.DataFrame({**{key: rows[key].to_numpy() for key in keys}, **terms})
    if rows.empty:
        return frame.assign(people=frame["n"])
    sums = frame.groupby(list(keys), dropna=False, observed=True, sort=True, as_index=False).sum()
    # The interval of NPS rests on its answers, and a cell of one dimension holds an answer a person.
    answers_are_people = metric == "nps" or "dimension" in keys
    return sums.assign(people=sums["n"] if answers_are_people else people(rows, keys).to_numpy(dtype=float))


def _terms(rows: pd.DataFrame, score: np.ndarray, count: np.ndarray, metric: MetricName) -> dict[str, np.ndarray]:
    """What each row adds to the sums of its group, besides its answers."""
    if metric == "nps":
        return {"detractors": count * (score < NPS_PASSIVE_MIN), "promoters": count * (score >= NPS_PROMOTER_MIN)}
    low, span, top = (of_scales(rows["scale"], f) for f in (_low, _span, _top))
    if metric == "csat":
        return {"top": count * (score >= top)}
    points = (score - low) / span * 100
    return {"sum": count * points, "squares": count * points**2}


def _low(scale: str) -> float:
    return SCALES[scale].low


def _span(scale: str) -> float:
    return SCALES[scale].high - SCALES[scale].low


def _top(scale: str) -> float:
    return SCALES[scale].top_min


def _nps_estimates(groups: pd.DataFrame, *, level: float) -> tuple[Estimate, ...]:
    n, down, up = (groups[c].to_numpy() for c in ("n", "detractors", "promoters"))
    limits = intervals.nps(down, n - down - up, up, level=level, fast=len(groups) >= LONG_TABLE)
    return _estimates(_ratio(up - down, n), *limits, n, "nps")


def _csat_estimates(groups: pd.DataFrame, *, level: float) -> tuple[Estimate, ...]:
    top, n, base = (groups[c].to_numpy(dtype=float) for c in ("top", "n", "people"))
    low, high = intervals.wilson(_ratio(top, n) * base, base, level=level)
    return _estimates(_ratio(top, n), low, high, n, "share")


def _mean_estimates(groups: pd.DataFrame, *, level: float) -> tuple[Estimate, ...]:
    table = _with_moments(groups)
    low, high = intervals.t_mean(table["mean"], table["variance"], table["people"], level=level)
    found = _estimates(table["mean"], np.clip(low, 0, 100), np.clip(high, 0, 100), table["n"], "score")
    return tuple(replace(e, note="no_spread") if e.n and np.isnan(e.low) else e for e in found)


def _with_moments(groups: pd.DataFrame) -> pd.DataFrame:
    n, total = groups["n"].to_numpy(dtype=float), groups["sum"].to_numpy(dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / n
        variance = (groups["squares"].to_numpy(dtype=float) - n * mean**2) / (n - 1)
    # Answers that are all equal leave rounding dust instead of 0.
    variance = np.where(variance < 1e-9 * np.maximum(mean, 1) ** 2, 0.0, variance)
    return groups.drop(columns=["sum", "squares"]).assign(n=n, mean=mean, variance=np.where(n > 1, variance, np.nan))


def _in_metric_units(number: Estimate, metric: MetricName) -> Estimate:
    """CES is told on its own 1-7 scale; everything else stays as it is."""
    if metric != "ces":
        return number
    first, span = _low(CES_SCALE), _span(CES_SCALE)
    value, low, high = (first + x / 100 * span for x in (number.value, number.low, number.high))
    return replace(number, value=value, low=low, high=high, unit="ces")


def _ratio(part: np.ndarray, n: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(n > 0, part / n, np.nan)


def _estimates(value, low, high, n, unit: Unit) -> tuple[Estimate, ...]:
    rows = zip(*(np.asarray(a, dtype=float).tolist() for a in (value, low, high, n)), strict=True)
    return tuple(
        Estimate(v, lower, upper, int(size), unit) if size else Estimate.missing(unit) for v, lower, upper, size in rows
    )


def _hide_companion(numbers: list[Estimate], line: list[int]) -> bool:
    """Hide the smallest visible cell of a line in which exactly one cell is hidden; whether one was."""
    hidden = [i for i in line if numbers[i].withheld == "hidden"]
    visible = [i for i in line if numbers[i].n >= FLOOR_SHOWN and numbers[i].withheld != "hidden"]
    if len(hidden) != 1 or not visible:
        return False
    smallest = min(visible, key=lambda i: numbers[i].n)
    numbers[smallest] = Estimate.missing(numbers[smallest].unit, n=numbers[smallest].n, why="hidden")
    return True
