"""Counts of questions of several options, with their bases."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd


def with_bases(counts: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Options with their counts and the number of people who saw the question in the same cell.

    `counts` holds keys, question, option, place and count; its lines without an option are the bases.
    Comes back with the column base (int), sorted by keys and question, the most chosen option first.
    """
    cell = [*keys, "question"]
    saw = counts["option"].isna()
    counts = counts.assign(base=counts["count"].where(saw, 0))
    counts["base"] = counts.groupby(cell, dropna=False)["base"].transform("sum")
    chosen = counts[~saw]
    total = chosen.groupby([*cell, "option"], dropna=False)["count"].transform("sum")
    order = chosen.assign(total=-total).sort_values([*cell, "total", "option", "place"])
    return order.drop(columns="total").astype({"count": "int64", "base": "int64"}).reset_index(drop=True)
