"""Whether service keeps its promises: time to an end that not every case has reached yet, first contacts, rates.

A case that is still open has not broken a promise it is younger than, nor kept it. Counting closed cases alone looks
best when the backlog is worst, so open cases count up to their age, and cancelled ones as an end of another kind.
Times run on the wall clock.

References
----------
1. Kaplan, E. L. and Meier, P. (1958). Nonparametric estimation from incomplete observations.
2. Aalen, O. and Johansen, S. (1978). An empirical transition matrix for non-homogeneous Markov chains.
3. Brookmeyer, R. and Crowley, J. (1982). A confidence interval for the median survival time.
4. Mantel, N. (1966). Evaluation of survival data and two new rank order statistics (log-rank).
5. Przyborowski, J. and Wilenski, H. (1940). Homogeneity of results in testing samples from Poisson series.
6. Clopper, C. J. and Pearson, E. S. (1934). The use of confidence or fiducial limits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike, NDArray

from analysis import intervals, metrics
from analysis.estimate import Estimate
from analysis.intervals import LEVEL

OPEN, DONE, CANCELLED = 0, 1, 2
# Repeats of a matter within so many days say that its first contact did not resolve it.
WINDOW_DAYS = 7
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Waits:
    """How long each case waited in minutes (0 upward), and how that ended: OPEN so far, DONE or CANCELLED."""

    minutes: NDArray[np.float64]
    outcome: NDArray[np.int_]

    @classmethod
    def of(cls, minutes: ArrayLike, outcome: ArrayLike) -> Waits:
        """From arrays of equal length; a negative or missing time or an unknown outcome raises ValueError."""
        t, o = np.asarray(minutes, float), np.asarray(outcome, int)
        if t.shape != o.shape or not np.isfinite(t).all() or (t < 0).any() or not np.isin(o, (0, 1, 2)).all():
            raise ValueError("a wait is a time from 0 upward and one of three outcomes")
        return cls(t, o)

    def __len__(self) -> int:
        return len(self.minutes)

    def count(self, outcome: int) -> int:
        """How many waits ended so."""
        return int((self.outcome == outcome).sum())


@dataclass(frozen=True, slots=True)
class Curve:
    """The share of cases done by each time, 0 to 1, with its interval: one minus Kaplan-Meier where none is cancelled.

    Limits are missing where nothing or everything is done.
    """

    times: NDArray[np.float64]
    done: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def at(self, minutes: float) -> tuple[float, float, float]:
        """Share and limits at a time; nothing is done before the first time."""
        i = int(np.searchsorted(self.times, minutes + _ROUNDING, side="right")) - 1
        return (float(self.done[i]), float(self.low[i]), float(self.high[i])) if i >= 0 else (0.0, math.nan, math.nan)


def curve(waits: Waits, *, level: float = LEVEL) -> Curve:
    """Done by when [1], cancelled cases competing [2], with log-log limits; nobody, or nothing done, gives no steps."""
    if not waits.count(DONE):
        nothing = np.empty(0)
        return Curve(nothing, nothing, nothing, nothing)
    from statsmodels.duration.survfunc import CumIncidenceRight  # slow to load, and only waits need it

    with np.errstate(divide="ignore", invalid="ignore"):  # where nobody is left at risk the variance is undefined
        found = CumIncidenceRight(waits.minutes, waits.outcome)
        share, error = np.minimum(found.cinc[DONE - 1], 1.0), found.cinc_se[DONE - 1]
        left = 1 - share
        half = intervals.critical_value(level) * error / (left * np.abs(np.log(left)))
        known = (share > 0) & (left > _ROUNDING)
        low = np.where(known, 1 - left ** np.exp(-half), np.nan)
        high = np.where(known, 1 - left ** np.exp(half), np.nan)
    return Curve(np.asarray(found.times, float), share, low, high)


def kept(waits: Waits, limit: float, *, level: float = LEVEL, along: Curve | None = None) -> Estimate:
    """The share done within `limit` minutes, open cases counted up to their age.

    Where no case left before the limit undecided it is the ordinary share with Wilson's interval, as it is for a curve
    at 0 or 1; else log-log limits. Nothing done yet is 0 without an interval. Nobody gives a missing estimate, and so
    does a limit that no case is old enough for. `along` saves working the curve out again.
    """
    n = len(waits)
    if n == 0:
        return Estimate.missing("share")
    open_before = (waits.outcome == OPEN) & (waits.minutes < limit - _ROUNDING)
    share, low, high = (along or curve(waits, level=level)).at(limit)
    if waits.minutes.max() < limit - _ROUNDING and open_before.any() and share < 1 - _ROUNDING:
        return Estimate.missing("share", n=n, why="too_young")
    if waits.count(DONE) and (math.isnan(low) or not open_before.any()):
        decided = n - int(open_before.sum())
        low, high = (float(x) for x in intervals.wilson(share * decided, decided, level=level))
    return Estimate(share, low, high, n, "share")


def quantile(waits: Waits, share: float, *, level: float = LEVEL, along: Curve | None = None) -> Estimate:
    """The minutes by which `share` of the cases are done, with the limits of [3].

    A limit that the data do not reach is missing; so is the value ("not_reached") where fewer are done as yet.
    """
    if len(waits) == 0:
        return Estimate.missing("minutes")
    found = along or curve(waits, level=level)
    value, low, high = (_first(found.times, line, share) for line in (found.done, found.high, found.low))
    if math.isnan(value):
        return Estimate.missing("minutes", n=len(waits), why="not_reached")
    return Estimate(value, min(low, value) if low == low else low, high, len(waits), "minutes")


def restricted_mean(
    waits: Waits, tau: float, *, level: float = LEVEL, along: Curve | None = None
) -> tuple[Estimate, float]:
    """The mean minutes spent waiting up to `tau`, and the tau it holds for.

    A tau beyond the longest wait is lowered to it where cases are still open then. Nobody gives a missing estimate.
    """
    if len(waits) == 0:
        return Estimate.missing("minutes"), tau
    found = along or curve(waits, level=level)
    if found.times.size == 0 or found.done[-1] < 1 - _ROUNDING:
        tau = min(tau, float(waits.minutes.max()))
    steps = found.times[found.times < tau]
    left = np.concatenate([[1.0], 1 - found.done[: len(steps)]])
    areas = left * np.diff([0.0, *steps, tau])
    mean = float(areas.sum())
    half = intervals.critical_value(level) * math.sqrt(_mean_variance(waits, steps, areas))
    return Estimate(mean, max(mean - half, 0.0), min(mean + half, tau), len(waits), "minutes"), tau


def log_rank(first: Waits, second: Waits) -> float:
    """The two-sided p-value that both groups are done equally fast [4]; missing where no moment can tell them apart:
    a side is empty, none is done, or all who still wait are done at once.

    Cancelled cases leave unfinished.
    """
    if not len(first) or not len(second) or not first.count(DONE) + second.count(DONE):
        return math.nan
    from statsmodels.duration.survfunc import survdiff  # slow to load, as above

    minutes = np.concatenate([first.minutes, second.minutes])
    done = np.concatenate([first.outcome, second.outcome]) == DONE
    sides = np.repeat([0, 1], [len(first), len(second)])
    try:
        return float(survdiff(minutes, done.astype(int), sides)[1])
    except np.linalg.LinAlgError:  # the counts have no variance, by which the library divides
        return math.nan


def closed_only(waits: Waits, limit: float, *, level: float = LEVEL) -> Estimate:
    """The share within `limit` minutes among finished cases: what a count that forgets open cases would say."""
    done = waits.minutes[waits.outcome == DONE]
    return metrics.share(int((done <= limit + _ROUNDING).sum()), len(done), level=level)


@dataclass(frozen=True, slots=True)
class FirstContact:
    """First-contact resolution: the share of decided matters, and how many are undecided or could not be told."""

    share: Estimate
    undecided: int
    unknown: int
    window_days: int


def first_contact(
    contacts: pd.DataFrame, *, as_of: date, window_days: int = WINDOW_DAYS, level: float = LEVEL
) -> FirstContact:
    """The share of matters resolved at their first contact, with Wilson's interval.

    `contacts` has a row a contact: customer, topic, day and resolved (bool). A matter is a customer's topic; contacts
    up to `window_days` after its first one belong to it and show that the first did not resolve it. A matter younger
    than the window on `as_of` is undecided. Contacts without customer or topic cannot be told apart and are left out.
    Where a column `counted` (bool) is there, a matter counts only if its first contact does; the others are there to be
    repeats, or what is repeated.
    """
    counted = contacts["counted"] if "counted" in contacts else pd.Series(True, index=contacts.index)
    contacts = contacts.assign(counted=counted.astype(bool))
    known = contacts.dropna(subset=["customer", "topic", "day"])
    unknown = int(contacts["counted"].sum() - known["counted"].sum())
    known = known.assign(day=pd.to_datetime(known["day"]).dt.normalize())
    matters = _matters(known.sort_values(["customer", "topic", "day"], kind="stable"), window_days)
    newest = pd.Timestamp(as_of) - pd.Timedelta(days=window_days)
    decided = [resolved for day, resolved in matters if day <= newest]
    share = metrics.share(sum(decided), len(decided), level=level)
    return FirstContact(share, len(matters) - len(decided), unknown, window_days)


@dataclass(frozen=True, slots=True)
class RateRatio:
    """How many times as often one side has events as the other, with exact limits and p-value.

    The ratio is missing without any event, infinite where only the first side has some.
    """

    ratio: float
    low: float
    high: float
    p_value: float


def rate_ratio(first: tuple[int, float], second: tuple[int, float], *, level: float = LEVEL) -> RateRatio:
    """The ratio of two rates, each (events, exposure): the exact conditional test [5] with the limits of [6].

    Exposures must be above 0.
    """
    (k, e), (m, f) = first, second
    if not (e > 0 and f > 0):
        raise ValueError("a rate needs an exposure above 0")
    if k + m == 0:
        return RateRatio(math.nan, math.nan, math.nan, 1.0)
    test = scipy.stats.binomtest(k, k + m, e / (e + f))
    limits = test.proportion_ci(level, method="exact")
    low, high = (math.inf if p >= 1 else p / (1 - p) * f / e for p in (limits.low, limits.high))
    return RateRatio(math.inf if m == 0 else k / e / (m / f), low, high, float(test.pvalue))


def _first(times: NDArray, line: NDArray, share: float) -> float:
    reached = np.flatnonzero(line >= share - _ROUNDING)
    return float(times[reached[0]]) if reached.size else math.nan


def _mean_variance(waits: Waits, steps: NDArray, areas: NDArray) -> float:
    """Greenwood's variance of the area under the curve; 0 where nothing is done before tau."""
    if not steps.size:
        return 0.0
    later = np.cumsum(areas[::-1])[::-1][1:]
    at_risk = len(waits) - np.searchsorted(np.sort(waits.minutes), steps, side="left")
    done = np.sort(waits.minutes[waits.outcome == DONE])
    ended = np.searchsorted(done, steps, side="right") - np.searchsorted(done, steps, side="left")
    rest = at_risk - ended
    return float((later**2 * np.divide(ended, at_risk * rest, out=np.zeros(len(rest)), where=rest > 0)).sum())


def _matters(contacts: pd.DataFrame, window_days: int) -> list[tuple[pd.Timestamp, bool]]:
    """The matters of sorted contacts that count: first day, and whether the first contact was enough."""
    matters: list[tuple[pd.Timestamp, bool, bool]] = []
    before: tuple = ()
    columns = (contacts[name].tolist() for name in ("customer", "topic", "day", "resolved", "counted"))
    for customer, topic, day, resolved, counted in zip(*columns, strict=True):
        if before == (customer, topic) and (day - matters[-1][0]).days <= window_days:
            matters[-1] = (matters[-1][0], False, matters[-1][2])
        else:
            matters.append((day, bool(resolved), counted))
        before = (customer, topic)
    return [(day, resolved) for day, resolved, counted in matters if counted]
