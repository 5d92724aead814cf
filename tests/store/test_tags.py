"""Who carries which tag: the rules at their limits, with other numbers, and as keys like any other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd
import pytest

from analysis import metrics
from analysis.errors import Outdated, PlanRefused
from analysis.i18n import say
from analysis.schema import AT_RISK, HIGH_VALUE, NEW_PRODUCTS, Filters, TagRules
from analysis.store import Warehouse
from analysis.store.tags import RulesRefused
from tests.store.made_customers import TODAY, add, advice, answer, customer


def ago(days: int) -> pd.Timestamp:
    return TODAY - pd.Timedelta(days=days)


@pytest.fixture
def store() -> Iterator[Warehouse]:
    with Warehouse.open(":memory:") as store:
        yield store


def carried(store: Warehouse, name: str) -> set[str]:
    return set(store.records_of(name).tags)


@pytest.mark.parametrize(
    ("facts", "score", "expected"),
    [
        ({"spend_12m": 5000.0}, 5, {HIGH_VALUE}),
        ({"spend_12m": 4999.99}, 5, set()),
        ({"spend_12m": None}, 5, set()),
        ({"last_purchase": ago(31)}, 4, {AT_RISK}),
        ({"last_purchase": ago(30)}, 4, set()),
        ({"last_purchase": ago(31)}, 5, set()),
        ({"last_purchase": None}, 1, set()),
        ({"bought_new": True, "last_purchase": ago(90)}, 5, {NEW_PRODUCTS}),
        ({"bought_new": True, "last_purchase": ago(91)}, 5, set()),
        ({"bought_new": True, "last_purchase": None}, 5, {NEW_PRODUCTS}),
        ({"spend_12m": 6000.0, "last_purchase": ago(60), "bought_new": True}, 1, {HIGH_VALUE, AT_RISK, NEW_PRODUCTS}),
    ],
)
def test_rules_at_their_limits(store: Warehouse, facts: dict, score: float, expected: set[str]) -> None:
    add(store, customers=[customer("a", **facts)], answers=[answer("a", score), answer("b", 5)])
    assert carried(store, "a") == expected


def test_satisfaction_so_far_is_the_mean_of_all_answers_whatever_their_scale(store: Warehouse) -> None:
    # 5 of 1-5 is 100, 6 of 0-10 is 60: 80 is not below 80, and 5 of 0-10 makes it 77.5.
    gone = {"last_purchase": ago(40)}
    add(store, customers=[customer("a", **gone), customer("b", **gone)], answers=[
        answer("a", 5), answer("a", 6, question="环境", scale="0-10"), answer("a", 0, metric="ces", scale="1-7")
        | {"score": 1.0}, answer("b", 5), answer("b", 5.0, question="环境", scale="0-10"),
    ])
    assert (carried(store, "a"), carried(store, "b")) == (set(), {AT_RISK})


def test_who_never_answered_is_not_at_risk_but_unknown(store: Warehouse) -> None:
    add(store, customers=[customer("a", last_purchase=ago(200)), customer("b", last_purchase=ago(200))],
        answers=[answer("b", 1)])
    known = store.tag_counts().set_index("tag")["known"]
    assert (carried(store, "a"), known[AT_RISK], known[HIGH_VALUE]) == (set(), 1, 2)


def test_other_numbers_are_kept_and_the_defaults_come_back(store: Warehouse) -> None:
    add(store, customers=[customer("a", spend_12m=3000.0)], answers=[answer("a", 5)])
    before = store.revision()
    store.set_tag_rules(TagRules(high_value_spend=3000), who="李雷", seen=0)
    assert carried(store, "a") == {HIGH_VALUE}
    assert store.tag_rules() == TagRules(high_value_spend=3000)
    assert store.revision() > before
    store.set_tag_rules(TagRules(), who="李雷", seen=1)
    assert carried(store, "a") == set()


@pytest.mark.parametrize("wrong", [{"at_risk_score": 101}, {"at_risk_days": -1}, {"high_value_spend": float("nan")}])
def test_impossible_numbers_are_refused_and_the_rules_stay(store: Warehouse, wrong: dict) -> None:
    store.set_tag_rules(TagRules(at_risk_days=60), who="李雷", seen=0)
    with pytest.raises(RulesRefused):
        store.set_tag_rules(TagRules(**wrong), who="李雷", seen=1)
    assert store.tag_rules() == TagRules(at_risk_days=60)
    assert [entry.version for entry in store.audit()] == [1]


def test_changed_rules_stand_in_the_record_with_who_and_what(store: Warehouse) -> None:
    store.set_tag_rules(TagRules(at_risk_days=60), who=" 李雷 ", seen=0)
    store.set_tag_rules(TagRules(at_risk_days=60, high_value_spend=3000), who="韩梅梅", seen=1)
    told = [(saved.entry.who, saved.entry.version, [change.field for change in saved.changes])
            for saved in store.trail()]
    assert told == [("李雷", 1, ["at_risk_days"]), ("韩梅梅", 2, ["high_value_spend"])]
    assert [saved.changes[0].sentence.said() for saved in store.trail()] == [
        say("action.change", field=say("action.field.at_risk_days"), before="30", after="60"),
        say("action.change", field=say("action.field.high_value_spend"), before="5000", after="3000"),
    ]
    assert not any(store.audit_breaks().values())


def test_rules_changed_meanwhile_are_not_overwritten_unseen(store: Warehouse) -> None:
    store.set_tag_rules(TagRules(at_risk_days=60), who="李雷", seen=0)
    with pytest.raises(Outdated) as refused:
        store.set_tag_rules(TagRules(at_risk_score=70), who="韩梅梅", seen=0)
    said = say(refused.value.key, **refused.value.values)
    assert all(part in said for part in ("李雷", "30 → 60"))
    with pytest.raises(PlanRefused):
        store.set_tag_rules(TagRules(at_risk_score=70), who=" ", seen=1)
    assert store.tag_rules() == TagRules(at_risk_days=60)
    assert len(store.audit()) == 1


@pytest.mark.parametrize("tampering", [
    "UPDATE tag_rules SET value = 90 WHERE name = 'at_risk_days'", "DELETE FROM tag_rules WHERE name = 'at_risk_days'",
    "DELETE FROM tag_rules", "DELETE FROM audit", "DELETE FROM audit WHERE version = 2",
])
def test_rules_changed_behind_the_record_are_found(store: Warehouse, tampering: str) -> None:
    for seen in (0, 1):
        store.set_tag_rules(TagRules(at_risk_days=60 + seen), who="李雷", seen=seen)
    store._rows(tampering)
    assert store.audit_breaks()["tag_rules_are_as_audited"] == 1


def test_rules_older_than_the_record_are_no_tampering(store: Warehouse) -> None:
    store._rows("INSERT INTO tag_rules VALUES ('at_risk_days', 45)")
    assert not any(store.audit_breaks().values())
    store.set_tag_rules(TagRules(at_risk_days=50), who="李雷", seen=0)
    assert not any(store.audit_breaks().values())


def test_tags_and_age_bands_are_keys_like_any_other(store: Warehouse) -> None:
    add(store, customers=[
        customer("a", spend_12m=9000.0, bought_new=True), customer("b", age_band="55以上"),
    ], answers=[advice("a", 10), advice("b", 0), advice("stranger", 5)])
    by_tag = metrics.cells(store.histogram(["tag"], metric="nps"), ["tag"], metric="nps")
    assert {cell.keys["tag"]: cell.estimate.n for cell in by_tag} == {HIGH_VALUE: 1, NEW_PRODUCTS: 1, None: 2}
    for where, responses in (({"tag": HIGH_VALUE}, 1), ({"tag": (HIGH_VALUE, NEW_PRODUCTS)}, 1),
                             ({"age_band": "55以上"}, 1), ({"tag": HIGH_VALUE, "age_band": "55以上"}, 0)):
        assert store.totals(Filters.of(**where))["responses"] == responses
    assert store.values("tag") == sorted([HIGH_VALUE, NEW_PRODUCTS])
    assert store.counts("volumes", [], Filters.of(tag=HIGH_VALUE)).empty


def test_an_undone_customer_file_takes_its_tags_along(store: Warehouse) -> None:
    add(store, answers=[answer("a", 5)])
    add(store, customers=[customer("a", spend_12m=9000.0)])
    number = int(store.batches()["batch"].max())
    store.undo(number)
    assert store.values("tag") == []
    store.redo(number)
    assert store.values("tag") == [HIGH_VALUE]


def test_call_backs_choose_by_filter_and_say_what_is_open(store: Warehouse) -> None:
    rich = {"spend_12m": 8000.0}
    add(store, customers=[customer("risk", last_purchase=ago(50)), customer("rich", **rich), customer("fine", **rich)],
        answers=[
            answer("risk", 2, channel="门店"), advice("rich", 9, day=ago(9)), advice("rich", 3, channel="APP"),
            advice("fine", 2, day=ago(9)), advice("fine", 9),
        ],
        tickets=[
            {"ticket_id": "T1", "created": ago(5), "status": "处理中", "category": "退换货", "customer_id": "risk"},
            {"ticket_id": "T2", "created": ago(5), "status": "已撤销", "category": "物流", "customer_id": "rich"},
        ],
        comments=[{"comment_id": "T1", "source": "complaint", "text": "一直没人管", "customer_id": "risk"}])
    found = store.call_backs()
    assert found["customer_id"].tolist() == ["risk", "rich"]
    assert found[["at_risk", "detractor"]].to_numpy().tolist() == [[True, False], [False, True]]
    assert found["open_category"].tolist() == ["退换货", None]
    assert found["quote"].tolist() == ["一直没人管", None]
    assert found["advice"].tolist()[1] == 3
    assert store.call_backs(Filters.of(channel="APP"))["customer_id"].tolist() == ["rich"]
    # Customers at risk have not been there lately, so the period does not count.
    assert len(store.call_backs(Filters(date(2030, 1, 1), date(2030, 1, 7)))) == 2


def test_a_store_without_customers_gives_nothing(store: Warehouse) -> None:
    assert store.tag_counts().empty
    assert store.call_backs().empty
    assert store.values("tag") == []
    assert store.last_known_day() is None
    assert store.records_of("nobody").answers.empty
