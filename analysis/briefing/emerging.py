"""Issues that have just come up, with their weeks and what customers say."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from analysis import metrics
from analysis.estimate import Estimate
from analysis.schema import Filters
from analysis.text import emerging as phrases

if TYPE_CHECKING:
    from analysis.store import Warehouse

# What is new is looked for in the last three weeks, against the thirteen before.
RECENT_WEEKS, EARLIER_WEEKS = 3, 13
# The newest comments of the window are read; more cost seconds and change little.
MOST_TEXTS = 8_000
MOST_ISSUES = 5


@dataclass(frozen=True, slots=True)
class EmergingIssue:
    """A phrase that came up in the last weeks: its share of comments week by week, and sentences that hold it.

    `ratio` is how many times as frequent it became, infinite where nobody had spoken of it; `recent` counts comments.
    `p_adjusted` holds among the phrases, `p_familywise` beside tests of other things (`text.emerging`).
    """

    phrase: str
    recent: int
    before: int
    ratio: float
    p_adjusted: float
    weeks: tuple[tuple[date, int, Estimate], ...]
    quotes: tuple[str, ...]
    p_familywise: float = math.nan


def emerging_issues(store: Warehouse, filters: Filters, *, quotes: int = 3) -> tuple[EmergingIssue, ...]:
    """Phrases that comments without praise began to use, the surest first; usually there is none.

    Looks at whole weeks up to the end of the filters, whatever their beginning. At most `MOST_ISSUES`.
    """
    window = _window(store, filters)
    if window is None:
        return ()
    rows = store.texts(window, limit=MOST_TEXTS)
    rows = rows[rows["polarity"] != "positive"].dropna(subset=["day"]).iloc[::-1].reset_index(drop=True)
    if rows.empty:
        return ()
    days = pd.to_datetime(rows["day"])
    weeks = ((days - pd.Timestamp(window.start)).dt.days // 7).to_numpy()
    found = phrases.emerging(rows["text"].tolist(), weeks.tolist(), recent=RECENT_WEEKS)[:MOST_ISSUES]
    totals = pd.Series(weeks).value_counts()
    return tuple(_issue(item, rows["text"], window.start, totals, quotes) for item in found)


def _window(store: Warehouse, filters: Filters) -> Filters | None:
    period = store.period()
    last = filters.end or (period[1] if period else None)
    if last is None:
        return None
    monday = last - timedelta(days=last.weekday())
    start = monday - timedelta(weeks=RECENT_WEEKS + EARLIER_WEEKS - 1)
    return Filters(start, monday + timedelta(days=6), filters.where, filters.without)


def _issue(
    item: phrases.EmergingPhrase, texts: pd.Series, first: date, totals: pd.Series, quotes: int
) -> EmergingIssue:
    counts = list(enumerate(item.counts))
    shares = metrics.shares([k for _, k in counts], [int(totals.get(week, 0)) for week, _ in counts])
    said = list(dict.fromkeys(texts.iloc[list(item.texts)].tolist()))[-quotes:]
    return EmergingIssue(
        item.phrase, item.recent, item.before, item.ratio, item.p_adjusted,
        tuple((first + timedelta(weeks=week), k, share) for (week, k), share in zip(counts, shares, strict=True)),
        tuple(reversed(said)), item.p_familywise,
    )
