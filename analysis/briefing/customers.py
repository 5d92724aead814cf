"""Customers: how many carry which tag, whom to call back, and one customer's story."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

import pandas as pd

from analysis import compare, metrics
from analysis.briefing.cards import histogram_of
from analysis.briefing.guard import guarded
from analysis.compare import Difference
from analysis.estimate import FLOOR_SHOWN, Cell, Estimate
from analysis.intervals import LEVEL
from analysis.metrics import MetricName
from analysis.schema import AT_RISK, SCALES, TAGS, Filters

if TYPE_CHECKING:
    from analysis.store import Warehouse


@dataclass(frozen=True, slots=True)
class TagCount:
    """How many customers carry a tag: their number, and their share of those of whom it can be told (`estimate.n`)."""

    tag: str
    customers: int
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Segment:
    """A metric of one group of customers; `standing` is "weak" or "strong" where it reliably differs from the rest."""

    cell: Cell
    standing: Literal["weak", "strong", "context"]


@dataclass(frozen=True, slots=True)
class CallBack:
    """One customer to call back, and what to know before.

    `customer` is the store's pseudonym; `response` and `ticket` are the ids by which the survey tool and the ticket
    system know the last answer sheet and the longest open complaint. `satisfaction` is the mean of all answers, 0-100.
    """

    customer: str
    tags: tuple[str, ...]
    at_risk: bool
    detractor: bool
    tier: str | None
    spend: float | None
    last_purchase: date | None
    satisfaction: float | None
    advice: float | None
    response: str | None
    ticket: str | None
    cause: str | None
    open_since: date | None
    quote: str | None
    quote_day: date | None


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing a customer did: answered, wrote, or complained, with the text that belongs to it.

    `kind` is "survey", "review" or "complaint"; `scores` are (question, score, highest score).
    """

    day: date | None
    kind: str
    name: str
    where: tuple[str, ...]
    scores: tuple[tuple[str, float, float], ...] = ()
    text: str | None = None
    polarity: str | None = None
    status: str | None = None
    cause: str | None = None
    closed: date | None = None
    open: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """All that one customer has said and asked for, oldest first, and what the customer file holds."""

    customer: str
    tags: tuple[str, ...]
    facts: dict[str, object]
    moments: tuple[Moment, ...]


def tag_counts(store: Warehouse, filters: Filters) -> tuple[TagCount, ...]:
    """Every tag with its number of customers, in the order of `TAGS`, whatever the filters; hidden below the floor.

    A tag is hidden too where fewer than the floor do not carry it.
    """
    held = {str(line["tag"]): line for line in store.tag_counts().to_dict("records")}
    found = [(tag, held[tag]["customers"], held[tag]["known"]) for tag in TAGS if tag in held]
    return tuple(TagCount(tag, int(k), _share(int(k), int(n))) for tag, k, n in found)


def high_value_at_risk(store: Warehouse) -> Estimate:
    """The share of high-value customers that are at risk of leaving, by the last day that the data know.

    Both tags follow the store's rules. Hidden where fewer than the floor are, or are not, at risk.
    """
    return _share(*store.high_value_at_risk())


def segments(store: Warehouse, filters: Filters, *, metric: MetricName, key: str) -> tuple[Segment, ...]:
    """A metric by what customers are, fit for display, each group against everybody else.

    Who is unknown under the key, or carries no tag, is one group more, None. Those at risk are not judged,
    as they are chosen for their low satisfaction, nor those without a tag, who lack them.
    A customer with several tags counts under each.
    """
    rows = histogram_of(store, metric, [key], filters)
    rows = metrics.one_scale(rows.assign(**{key: rows[key].astype(object).where(rows[key].notna(), None)}), metric)
    cells = guarded(store, filters, metrics.cells(rows, [key], metric=metric), base=metric)
    everybody = metrics.one_scale(histogram_of(store, metric, [], filters), metric)
    chosen = {AT_RISK, None} if key == "tag" else frozenset()
    tested = [cell.estimate.ranked and cell.keys[key] not in chosen for cell in cells]
    found = [
        _against_others(rows[_same(rows[key], cell.keys[key])], everybody, metric) if ranked else None
        for cell, ranked in zip(cells, tested, strict=True)
    ]
    p = iter(compare.adjusted([d.p_value for d in found if d]).tolist())
    judged = [
        Segment(cell, _standing(d, next(p)) if d else "context") for cell, d in zip(cells, found, strict=True)
    ]
    order = {tag: place for place, tag in enumerate(TAGS)}
    return tuple(sorted(judged, key=lambda s: (s.cell.keys[key] is None, order.get(s.cell.keys[key], 0))))


def call_backs(store: Warehouse, filters: Filters) -> tuple[CallBack, ...]:
    """Whom to call back: at risk, or of high value and a detractor; open complaints first. See `store.call_backs`."""
    return tuple(_call_back(line) for line in store.call_backs(filters).to_dict("records"))


def story(store: Warehouse, customer: str) -> Story | None:
    """One customer's timeline by the store's pseudonym; None where the store holds nothing of that name.

    A text belongs to the answer sheet or the complaint of its id; a review stands for itself.
    """
    records = store.records_of(customer)
    said = {str(line["comment_id"]): line for line in records.comments.to_dict("records")}
    moments = [*_sheets(records.answers, said), *_complaints(records.tickets, said)]
    moments += [_moment(line) for line in said.values()]
    facts = records.customers.iloc[0].to_dict() if len(records.customers) else {}
    if not moments and not facts:
        return None
    ordered = sorted(moments, key=lambda m: (m.day or date.min, m.kind))
    return Story(customer, records.tags, {name: _plain(value) for name, value in facts.items()}, tuple(ordered))


def _same(column: pd.Series, value: object) -> pd.Series:
    return column.isna() if value is None else column == value


def _against_others(own: pd.DataFrame, everybody: pd.DataFrame, metric: MetricName) -> Difference:
    """The group less everybody who is not in it."""
    names = ["dimension", "scale", "score"]
    counts = everybody.groupby(names, observed=True)["count"].sum()
    rest = counts.sub(own.groupby(names, observed=True)["count"].sum(), fill_value=0)
    return compare.difference(own, rest[rest > 0].astype(int).reset_index(), metric=metric)


def _standing(found: Difference, p_adjusted: float) -> Literal["weak", "strong", "context"]:
    if not p_adjusted <= 1 - LEVEL or not found.verdict.startswith("reliable"):
        return "context"
    return "weak" if found.estimate.value < 0 else "strong"


def _share(k: int, n: int) -> Estimate:
    if 0 < k < FLOOR_SHOWN or 0 < n - k < FLOOR_SHOWN:
        return Estimate.missing("share", n=n, why="hidden")
    return metrics.share(k, n)


def _call_back(line: dict) -> CallBack:
    names = {
        "customer": "customer_id", "tier": "tier", "spend": "spend_12m", "last_purchase": "last_purchase",
        "satisfaction": "satisfaction", "advice": "advice", "response": "response_id", "ticket": "open_ticket",
        "cause": "open_category", "open_since": "open_since", "quote": "quote", "quote_day": "quote_day",
    }
    known = {name: _plain(line[column]) for name, column in names.items()}
    tags = tuple(tag for tag in TAGS if tag in line["tags"])
    return CallBack(tags=tags, at_risk=bool(line["at_risk"]), detractor=bool(line["detractor"]), **known)


def _sheets(answers: pd.DataFrame, said: dict[str, dict]) -> Iterator[Moment]:
    """Answer sheets; the texts written on them are taken out of `said`."""
    if answers.empty:
        return
    for (day, name), rows in answers.groupby(["day", "response_id"], dropna=False):
        first = rows.iloc[0].to_dict()
        texts = [said.pop(key) for key in list(said) if key == name or key.rpartition(":")[0] == name]
        scores = tuple(
            (str(row.dimension), float(row.score), SCALES[str(row.scale)].high) for row in rows.itertuples()
        )
        yield Moment(
            _plain(day), "survey", str(name), _where(first), scores,
            text="\n".join(t["text"] for t in texts if t["text"]) or None,
            polarity=texts[0]["polarity"] if texts else None,
        )


def _complaints(tickets: pd.DataFrame, said: dict[str, dict]) -> Iterator[Moment]:
    for line in tickets.to_dict("records"):
        text = said.pop(str(line["ticket_id"]), None)
        done = next((line[name] for name in ("closed", "resolved") if not pd.isna(line[name])), None)
        yield Moment(
            _plain(line["created"]), "complaint", str(line["ticket_id"]), _where(line),
            text=text and text["text"], polarity=text and text["polarity"], status=_plain(line["status"]),
            cause=_plain(line["category"]), closed=_plain(done), open=bool(line["is_open"]),
        )


def _moment(line: dict) -> Moment:
    scores = () if pd.isna(line["stars"]) else (("", float(line["stars"]), SCALES["stars"].high),)
    return Moment(_plain(line["day"]), str(line["source"]), str(line["comment_id"]), _where(line), scores,
                  text=_plain(line["text"]), polarity=_plain(line["polarity"]))


def _where(line: dict) -> tuple[str, ...]:
    names = (line.get(key) for key in ("channel", "touchpoint", "store"))
    return tuple(dict.fromkeys(str(name) for name in names if _plain(name) is not None))


def _plain(value: object) -> object:
    """A cell as it is, None where there is nothing, a moment as its day."""
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    return value.date() if isinstance(value, pd.Timestamp) else value
