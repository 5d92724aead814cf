"""Are matters settled at the first contact, and do they stay settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pandas as pd

from analysis import metrics, service
from analysis.briefing.cases import prepared
from analysis.estimate import Estimate
from analysis.schema import Filters
from analysis.service import WINDOW_DAYS, FirstContact

if TYPE_CHECKING:
    from analysis.store import Warehouse

_ROW = ["batch", "row"]


@dataclass(frozen=True, slots=True)
class Resolution:
    """First-contact resolution, and the share of finished cases that were opened again (both raw)."""

    first: FirstContact
    reopened: Estimate


def resolution(store: Warehouse, filters: Filters, *, window_days: int = WINDOW_DAYS) -> Resolution:
    """First-contact resolution and reopening of the tickets that arrived in the period.

    A matter is a customer's complaint about one cause. Its first contact resolved it if the ticket is finished, was not
    opened again and, where contacts are counted, took one; and if no other ticket of the matter, by whatever channel,
    came within the window. The days around the period are searched for those.
    """
    ours = prepared(store.cases(filters))
    now = store.last_moment()
    reopened = ours.loc[ours["finished"], "reopened"].dropna().astype(bool)
    share = metrics.share(int(reopened.sum()), len(reopened))
    if now is None or ours.empty:
        empty = FirstContact(Estimate.missing("share"), 0, 0, window_days)
        return Resolution(empty, share)
    contacts = contacts_of(ours, prepared(store.cases(widened(filters, window_days))))
    return Resolution(service.first_contact(contacts, as_of=now.date(), window_days=window_days), share)


def contacts_of(ours: pd.DataFrame, around: pd.DataFrame) -> pd.DataFrame:
    """The prepared cases `around` a period as `service.first_contact` takes them; those that are `ours` count."""
    resolved = around["finished"] & (around["contacts"].fillna(1) <= 1) & ~around["reopened"].eq(True)
    counted = pd.MultiIndex.from_frame(around[_ROW]).isin(pd.MultiIndex.from_frame(ours[_ROW]))
    columns = {"customer": around["customer_id"], "topic": around["category"], "day": around["created"]}
    return pd.DataFrame({**columns, "resolved": resolved, "counted": counted})


def widened(filters: Filters, window_days: int = WINDOW_DAYS) -> Filters:
    """All tickets of the period and of the window on either side."""
    window = timedelta(days=window_days)
    start = filters.start and filters.start - window
    return Filters(start, filters.end and filters.end + window)
