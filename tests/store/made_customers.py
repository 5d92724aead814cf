"""A store of customers written by hand: who they are, what they said, and what they complained of."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis import pipeline
from analysis.store import Warehouse
from tests.store.hand_made import batch

TODAY = pd.Timestamp("2026-03-31")  # the last day of which the data know


def customer(name: str, **facts: object) -> dict:
    """A line of the customer file; without facts an ordinary customer who carries no tag."""
    usual = {"tier": "普通会员", "spend_12m": 900.0, "last_purchase": TODAY, "bought_new": False, "age_band": "25-34"}
    return {"customer_id": name, **usual, **facts}


def answer(customer_id: str, score: float, *, question: str = "整体满意度", metric: str = "csat", scale: str = "1-5",
           day: pd.Timestamp = TODAY, **facts: object) -> dict:
    """One answer of a customer, on a sheet named by customer and day."""
    sheet = f"{customer_id}-{day:%m%d}"
    return {"response_id": sheet, "dimension": question, "metric": metric, "scale": scale, "score": score, "day": day,
            "customer_id": customer_id, **facts}


def advice(customer_id: str, score: float, **facts: object) -> dict:
    """How likely a customer is to recommend the house."""
    return answer(customer_id, score, question="推荐意愿", metric="nps", scale="0-10", **facts)


def add(store: Warehouse, *, customers: Sequence[dict] = (), answers: Sequence[dict] = (),
        tickets: Sequence[dict] = (), comments: Sequence[dict] = ()) -> None:
    """Put lines into the store, one row of a file each."""
    start = store.batches()["rows_read"].sum() * 10
    for kind, table, lines in (("customer", "customers", customers), ("survey", "answers", answers)):
        if lines:
            contents = [int(start) + hash((kind, i)) % 2**40 for i in range(len(lines))]
            names = [line["customer_id"] for line in lines] if kind == "customer" else None
            same = names and [hash(name) % 2**62 for name in names]
            store.add(batch(kind, {table: list(lines)}, contents=contents, identities=same))
    if tickets or comments:
        rows = max(len(tickets), len(comments))
        contents = [int(start) + hash(("complaint", i)) % 2**40 for i in range(rows)]
        store.add(batch("complaint", {"tickets": list(tickets), "comments": list(comments)}, contents=contents))


def pseudonyms(store: Warehouse, *names: str) -> list[str]:
    """The names under which the store keeps these ids."""
    return pipeline.pseudonyms_of(store, names)
