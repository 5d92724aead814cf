"""Customers as pages and files show them: groups against everybody else, stories, and filters that would tell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product

import pandas as pd
import pytest

from analysis.actions import Goal
from analysis.briefing import cards, customers, guard
from analysis.briefing.targets import target_results
from analysis.cli import main
from analysis.errors import PlanRefused
from analysis.i18n import say
from analysis.schema import AT_RISK, EVERYTHING, HIGH_VALUE, Filters
from analysis.store import Warehouse
from tests.store.made_customers import TODAY, add, advice, answer, customer

RICH, YOUNG = {"spend_12m": 9000.0}, {"age_band": "18-24"}


@pytest.fixture
def store() -> Iterator[Warehouse]:
    with Warehouse.open(":memory:") as store:
        yield store


def crowd(store: Warehouse, groups: dict[str, tuple[int, float, dict]]) -> None:
    """Groups of so many customers who all recommend with the same score; `groups` by the first letter of their ids."""
    people = [(f"{letter}{i}", score, facts) for letter, (n, score, facts) in groups.items() for i in range(n)]
    add(store, customers=[customer(name, **facts) for name, _, facts in people],
        answers=[advice(name, score + i % 2, tier=facts.get("tier", "普通会员"), store=facts.get("store"))
                 for i, (name, score, facts) in enumerate(people)])


def test_a_group_is_compared_with_everybody_else(store: Warehouse) -> None:
    crowd(store, {"a": (60, 2, YOUNG), "b": (60, 9, {}), "c": (8, 2, {"age_band": "55以上"})})
    found = {s.cell.keys["age_band"]: s for s in customers.segments(store, EVERYTHING, metric="nps", key="age_band")}
    assert {name: s.standing for name, s in found.items()} == {"18-24": "weak", "25-34": "strong", "55以上": "context"}
    assert found["55以上"].cell.estimate.n == 8


def test_tags_that_choose_by_satisfaction_are_not_judged_by_it(store: Warehouse) -> None:
    gone = {"last_purchase": TODAY - pd.Timedelta(days=80)}
    people = [(f"a{i}", 1, gone) for i in range(40)] + [(f"b{i}", 5, RICH if i < 40 else {}) for i in range(80)]
    add(store, customers=[customer(name, **facts) for name, _, facts in people],
        answers=[answer(name, score) for name, score, _ in people])
    found = {s.cell.keys["tag"]: s.standing for s in customers.segments(store, EVERYTHING, metric="csat", key="tag")}
    assert found == {HIGH_VALUE: "strong", AT_RISK: "context", None: "context"}


def test_tag_counts_hide_few_carriers_and_few_others(store: Warehouse) -> None:
    crowd(store, {"a": (3, 8, RICH), "b": (20, 8, {})})
    [high] = [c for c in customers.tag_counts(store, EVERYTHING) if c.tag == HIGH_VALUE]
    assert high.estimate.withheld == "hidden"
    store.set_tag_rules(type(store.tag_rules())(high_value_spend=500), who="李雷", seen=0)
    [high] = [c for c in customers.tag_counts(store, EVERYTHING) if c.tag == HIGH_VALUE]
    assert (high.customers, high.estimate.value) == (23, 1.0)


def test_a_target_bounds_the_high_value_customers_at_risk(store: Warehouse) -> None:
    gone = {"last_purchase": TODAY - pd.Timedelta(days=80)}
    people = [(f"a{i}", 1, RICH | gone) for i in range(10)] + [(f"b{i}", 5, RICH) for i in range(90)]
    people += [(f"c{i}", 1, gone) for i in range(50)]  # at risk, but not of high value
    unasked = [customer(f"d{i}", **RICH) for i in range(7)]
    add(store, customers=[*(customer(name, **facts) for name, _, facts in people), *unasked],
        answers=[answer(name, score) for name, score, _ in people])
    store.set_target(Goal("at_risk", 20.0), who="王芳", seen=0)
    [found] = [r for r in target_results(store) if r.target.goal.metric == "at_risk"]
    assert (found.estimate.value, found.estimate.n, found.status) == (0.1, 100, "met")
    with pytest.raises(PlanRefused) as refused:
        store.set_target(Goal("at_risk", 20.0, (("store", "北苑店"),)), who="王芳", seen=0)
    assert refused.value.key == "errors.target_of_customers"


def test_one_customers_story_runs_in_order_and_every_text_stands_once(store: Warehouse) -> None:
    first, then = TODAY - pd.Timedelta(days=20), TODAY - pd.Timedelta(days=10)
    add(store, customers=[customer("a", **RICH)], answers=[
        answer("a", 2, channel="门店", store="北苑店"), advice("a", 3), answer("a", 5, day=first), answer("b", 1),
    ], tickets=[{"ticket_id": "T1", "created": then, "status": "处理中", "category": "退换货", "customer_id": "a"}],
        comments=[
            {"comment_id": "T1", "source": "complaint", "text": "退不了", "customer_id": "a", "day": then},
            {"comment_id": "a-0331", "source": "survey", "text": "排队久", "customer_id": "a", "day": TODAY},
        ])
    found = customers.story(store, "a")
    assert found.tags == (HIGH_VALUE,)
    assert [(m.day, m.kind, m.text) for m in found.moments] == [
        (first.date(), "survey", None), (then.date(), "complaint", "退不了"), (TODAY.date(), "survey", "排队久"),
    ]
    assert found.moments[1].open
    assert found.moments[1].cause == "退换货"
    assert set(found.moments[2].scores) == {("整体满意度", 2.0, 5), ("推荐意愿", 3.0, 10)}
    assert found.moments[2].where == ("门店", "北苑店")
    assert customers.story(store, "nobody") is None


@pytest.fixture
def thin_store(store: Warehouse) -> Warehouse:
    """Three young gold members, and crowds around them."""
    gold = {"tier": "金卡"}
    crowd(store, {
        "a": (40, 8, {}), "b": (3, 2, gold | YOUNG), "c": (30, 9, YOUNG), "d": (25, 8, gold),
        "e": (12, 8, RICH | YOUNG),
    })
    return store


def test_a_filter_that_leaves_few_is_refused(thin_store: Warehouse) -> None:
    assert guard.telling(thin_store, Filters.of(tier="金卡", age_band="18-24"))
    assert not guard.telling(thin_store, Filters.of(age_band="18-24"))
    assert not guard.telling(thin_store, Filters.of(tag=HIGH_VALUE))
    assert not guard.telling(thin_store, EVERYTHING)


def test_the_difference_of_two_shown_bases_never_is_a_small_group(thin_store: Warehouse) -> None:
    """Every pair of filters that a visitor can set, one inside the other."""
    choices = {"tier": [(), ("金卡",), ("普通会员",)], "age_band": [(), ("18-24",)], "tag": [(), (HIGH_VALUE,)]}
    shown: dict[tuple, int] = {}
    for values in product(*choices.values()):
        filters = Filters.of(**dict(zip(choices, values, strict=True)))
        if not guard.telling(thin_store, filters):
            shown[values] = int(cards.histogram_of(thin_store, "nps", [], filters)["count"].sum())
    assert len(shown) > 4, "a guard that shows nothing proves nothing"
    gaps = {
        (wide, narrow): shown[wide] - shown[narrow]
        for wide, narrow in product(shown, shown) if all(w in ((), n) for w, n in zip(wide, narrow, strict=True))
    }
    assert not {pair: gap for pair, gap in gaps.items() if 0 < gap < 5}


def test_a_single_small_store_hides_beside_another_one(store: Warehouse) -> None:
    gold = {"tier": "金卡"}
    crowd(store, {"a": (40, 8, {"store": "甲"}), "b": (30, 8, gold | {"store": "甲"}),
                  "c": (30, 8, gold | {"store": "乙"}), "d": (3, 8, gold | {"store": "丙"})})
    hidden = {name for name in "甲乙丙" if guard.telling(store, Filters.of(tier="金卡", store=name))}
    assert "丙" in hidden
    assert len(hidden) == 2
    # Without a word on who the people are, a place is a place.
    assert not guard.telling(store, Filters.of(store="丙"))


def test_a_cell_of_a_table_is_shown_only_where_a_filter_by_it_would_be(thin_store: Warehouse) -> None:
    """Tables under filters, set against other tables and filters, leave no small group either."""
    shown: dict[tuple, int] = {}
    for by, key, value in product(("tier", "age_band", "tag"), ("tier", "age_band", "tag"),
                                  ("金卡", "普通会员", "18-24", "25-34", HIGH_VALUE)):
        if by == key or value not in thin_store.values(key):
            continue
        for cell in guard.metric_table(thin_store, "nps", by, Filters.of(**{key: value})):
            if cell.estimate.floored().withheld != "hidden" and cell.keys[by] is not None:
                shown[frozenset({(key, value), (by, cell.keys[by])})] = cell.estimate.n
    for by in ("tier", "age_band"):
        for cell in guard.metric_table(thin_store, "nps", by, EVERYTHING):
            if cell.estimate.floored().withheld != "hidden":
                shown[frozenset({(by, cell.keys[by])})] = cell.estimate.n
    assert len(shown) > 4, "a guard that shows nothing proves nothing"
    gaps = {(wide, narrow): shown[wide] - shown[narrow] for wide, narrow in product(shown, shown) if wide < narrow}
    assert gaps, "tables stand beside wider ones"
    assert not {pair: gap for pair, gap in gaps.items() if 0 < gap < 5}


def test_stores_one_by_one_do_not_tell_of_the_last(store: Warehouse) -> None:
    """63 gold members in all, 30 in each of two stores: the three of the last store are not to be worked out."""
    gold = {"tier": "金卡"}
    crowd(store, {"a": (40, 8, {"store": "甲"}), "b": (30, 8, gold | {"store": "甲"}),
                  "c": (30, 8, gold | {"store": "乙"}), "d": (3, 8, gold | {"store": "丙"}),
                  "e": (20, 8, {"store": "丙"})})
    shown = {
        name: {s.cell.keys["tier"]: s.cell.estimate.floored().withheld
               for s in customers.segments(store, Filters.of(store=name), metric="nps", key="tier")}
        for name in "甲乙丙"
    }
    assert shown["丙"]["金卡"] == "hidden"
    assert [shown[name]["金卡"] for name in "甲乙丙"].count("hidden") >= 2
    plain = guard.metric_table(store, "nps", "store", Filters.of(store="丙"))
    assert plain[0].estimate.n == 23, "a place says nothing of a person"


def test_the_command_line_is_guarded_as_the_page_is(tmp_path, capsys) -> None:
    path = str(tmp_path / "s.duckdb")
    with Warehouse.open(path) as store:
        crowd(store, {"a": (40, 8, {}), "b": (3, 2, {"tier": "金卡"} | YOUNG), "c": (30, 9, YOUNG),
                      "d": (25, 8, {"tier": "金卡"})})
    where = ("--where", "tier=金卡", "--where", "age_band=18-24", "--store", path)
    for command in (("channels",), ("choices",), ("service",)):
        assert main([*command, *where]) == 2
        assert say("errors.telling", floor=5) in capsys.readouterr().err
    assert main(["metrics", "--metric", "nps", *where, "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["value"], told["n"], told["withheld"]) == (None, None, "hidden")
