"""What is kept in memory about customers follows every change of what it is worked out from."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

from analysis import pipeline
from analysis.schema import AT_RISK, HIGH_VALUE, Filters, TagRules
from analysis.store import Warehouse
from tests.store.made_customers import TODAY, add, answer, customer, pseudonyms

GONE = {"last_purchase": TODAY - pd.Timedelta(days=40)}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Warehouse]:
    with Warehouse.open(tmp_path / "store.duckdb") as store:
        add(store, customers=[customer("a", **GONE), customer("b", **GONE)], answers=[answer("a", 5), answer("b", 1)])
        yield store


def at_risk(store: Warehouse) -> int:
    return store.totals(Filters.of(tag=AT_RISK))["responses"]


def test_each_import_undo_and_rule_shows_at_the_next_question(store: Warehouse) -> None:
    assert at_risk(store) == 1
    add(store, answers=[answer("b", 5, question=name) for name in ("环境", "服务态度", "支付便捷", "停车", "价格")])
    assert at_risk(store) == 0, "83 of 100 in the mean is satisfied enough"
    store.undo(3)
    assert at_risk(store) == 1
    store.redo(3)
    assert at_risk(store) == 0
    store.set_tag_rules(TagRules(at_risk_score=84), who="李雷", seen=0)
    assert at_risk(store) == 1


def test_the_forgotten_carry_no_tag() -> None:
    with Warehouse.open(":memory:") as store:
        name = pseudonyms(store, "a")[0]
        add(store, customers=[customer(name, spend_12m=9000.0)], answers=[answer(name, 5)])
        assert store.values("tag") == [HIGH_VALUE]
        pipeline.forget(store, "a")
        assert store.values("tag") == []


def test_many_ask_at_once_for_what_nobody_has_worked_out_yet(store: Warehouse) -> None:
    with Warehouse.open(store.path) as other, ThreadPoolExecutor(4) as pool:
        assert set(pool.map(at_risk, [store, other] * 6)) == {1}
