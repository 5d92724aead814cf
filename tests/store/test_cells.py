"""Cell sums from the store against sums over the answers themselves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from analysis.schema import Filters
from analysis.store import Warehouse
from tests.store.hand_made import batch

SUMS = ["n", "total", "pairs", "own", "rest"]


def answers() -> pd.DataFrame:
    """Three hundred people of 120 customers; everybody answers some of three questions, a fifth left out."""
    rng = np.random.default_rng(3)
    rows = [
        {"row": i + 2, "response_id": f"r{i}", "customer_id": f"c{i % 120}", "touchpoint": "门店" if i % 2 else "APP",
         "channel": "门店" if i % 2 else "APP", "dimension": name, "metric": "csat",
         "scale": "1-10" if name == "价格" else "1-5", "score": float(rng.integers(1, 6))}
        for i in range(300) for name in ("服务态度", "响应速度", "专业性", "价格") if rng.random() > 0.2
    ]
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def store() -> Iterator[Warehouse]:
    with Warehouse.open(":memory:") as held:
        held.add(batch("survey", {"answers": answers().to_dict("records")}, contents=list(range(300))))
        yield held


def by_hand(given: pd.DataFrame) -> pd.DataFrame:
    whole = given.groupby(["row", "scale"])["score"].agg(["count", "sum"]).reset_index()
    rows = given.merge(whole, on=["row", "scale"])
    several = rows["count"] > 1
    rest = (rows["sum"] - rows["score"]) / (rows["count"] - 1).where(several, 1)
    rows = rows.assign(n=1, total=rows["score"], pairs=several.astype(int), own=rows["score"].where(several, 0.0),
                       rest=rest.where(several, 0.0))
    return rows.groupby(["touchpoint", "dimension", "scale"])[SUMS].sum()


def test_sums_are_those_of_the_answers(store: Warehouse) -> None:
    found = store.cells().groupby(["touchpoint", "dimension", "scale"])[SUMS].sum()
    pd.testing.assert_frame_equal(found, by_hand(answers()), check_dtype=False)


def test_filters_decide_which_answers_are_further_ones(store: Warehouse) -> None:
    two = Filters.of(channel="门店", dimension=["服务态度", "响应速度"])
    given = answers()[lambda t: (t["channel"] == "门店") & t["dimension"].isin(["服务态度", "响应速度"])]
    found = store.cells(two).groupby(["touchpoint", "dimension", "scale"])[SUMS].sum()
    pd.testing.assert_frame_equal(found, by_hand(given), check_dtype=False)


def test_a_question_on_its_own_scale_has_no_pairs(store: Warehouse) -> None:
    alone = store.cells().set_index("dimension").loc["价格"]
    assert alone["pairs"].sum() == 0
    assert alone["n"].sum() > 200


def test_a_customer_falls_into_one_block(store: Warehouse) -> None:
    one = store.cells(Filters.of(dimension="服务态度"))
    assert 30 < one["block"].nunique() <= 120


def test_nobody_gives_no_cells(store: Warehouse) -> None:
    assert store.cells(Filters.of(channel="官网")).empty
