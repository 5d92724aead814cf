"""How cases are handled, as headline numbers: settled at the first contact, and closed within the promised time."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from analysis import compare, service
from analysis.briefing.cards import Headline, HeadlineMetric
from analysis.briefing.cases import prepared, silence, timed
from analysis.briefing.periods import week_window, weeks_between
from analysis.briefing.promises import Kept, judged
from analysis.briefing.resolution import contacts_of, widened
from analysis.compare import Difference
from analysis.estimate import Cell, Estimate
from analysis.schema import Filters, Promise

if TYPE_CHECKING:
    from analysis.store import Warehouse

_DAY = timedelta(days=1)


def handled_metrics(store: Warehouse, _: Filters) -> tuple[HeadlineMetric, ...]:
    """Which numbers `handled` gives, whatever the filters."""
    if store.last_moment() is None:
        return ()
    return ("fcr", "closed") if _promise(store) else ("fcr",)


def handled(store: Warehouse, filters: Filters) -> tuple[Headline, ...]:
    """First-contact resolution ("fcr") and the share closed within the promise to all ("closed"), as `headlines`.

    The tickets that arrived in the period, in the one before, and by week. Empty where the store has no tickets;
    without a promise to all about closing there is no "closed", whose `kept` says how it is kept.
    """
    now = store.last_moment()
    if now is None:
        return ()
    window, before = week_window(store, filters), filters.previous()
    span = _covering(filters, window, before or filters)
    ours = prepared(store.cases(span))
    contacts = contacts_of(ours, prepared(store.cases(widened(span))))
    found = [_headline("fcr", partial(_settled, contacts, now), filters, before, window)]
    promise = _promise(store)
    if promise:
        kept = _kept(ours, timed(ours, promise.step, now=now), promise, silence(_on(ours, filters), promise))
        headline = _headline("closed", lambda days: kept(days).share, filters, before, window)
        found.append(replace(headline, kept=kept(filters)))
    return tuple(found)


def _promise(store: Warehouse) -> Promise | None:
    """What all are promised about closing."""
    return next((p for p in store.promises() if p.step == "closed" and not p.key), None)


def _covering(*parts: Filters) -> Filters:
    """The filters over all days of the parts."""
    starts, ends = [part.start for part in parts], [part.end for part in parts]
    return replace(parts[0], start=None if None in starts else min(starts), end=None if None in ends else max(ends))


def _headline(
    metric: HeadlineMetric, ask: Callable[[Filters], Estimate], filters: Filters, before: Filters | None,
    window: Filters,
) -> Headline:
    found, earlier = ask(filters), ask(before) if before else Estimate.missing("share")
    difference = _difference(found, earlier)
    mondays = weeks_between(window)
    weeks = [replace(window, start=monday, end=min(monday + 6 * _DAY, window.end)) for monday in mondays]
    series = tuple(Cell({"week": week.start}, ask(week)) for week in weeks)
    return Headline(metric, found, earlier, difference, difference.verdict, series, None)


def _difference(found: Estimate, earlier: Estimate) -> Difference:
    """Shares in which open cases count by their age are compared as shares of their cases."""
    now, before = ((0.0, 0) if math.isnan(e.value) else (e.value * e.n, e.n) for e in (found, earlier))
    difference = compare.share_difference(now, before)
    return difference if before[1] else replace(difference, verdict="no_previous")


def _settled(contacts: pd.DataFrame, now: datetime, days: Filters) -> Estimate:
    """The share of the matters that began on these days, as `resolution` of them."""
    near = _on(contacts, widened(days), column="day")
    counted = near["counted"] & near.index.isin(_on(near, days, column="day").index)
    return service.first_contact(near.assign(counted=counted), as_of=now.date()).share


def _kept(cases: pd.DataFrame, lines: pd.DataFrame, promise: Promise, silent: str) -> Callable[[Filters], Kept]:
    """How the promise is kept by the cases that arrived on some days."""
    return lambda days: judged(_on(cases, days), promise, lines, silent=silent)


def _on(rows: pd.DataFrame, days: Filters, *, column: str = "created") -> pd.DataFrame:
    inside = pd.Series(True, index=rows.index)
    if days.start:
        inside &= rows[column] >= pd.Timestamp(days.start)
    if days.end:
        inside &= rows[column] < pd.Timestamp(days.end + _DAY)
    return rows[inside]
