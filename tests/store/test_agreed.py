"""Actions and targets: every version kept, nothing overwritten unseen, tampering shown."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date

import pytest

from analysis.actions import Goal, Origin, Plan, changes
from analysis.doctor import examine
from analysis.errors import Outdated, PlanRefused, UnknownName
from analysis.i18n import Sentence, clauses, say
from analysis.pipeline import forget, import_file
from analysis.schema import Promise
from analysis.store import Warehouse
from analysis.store.promises import PromiseRefused
from tests.store.hand_made import survey

DAY, DUE = date(2026, 6, 1), date(2026, 8, 31)
SCOPE = (("touchpoint", "在线客服"), ("dimension", "问题解决彻底性"))
PLAN = Plan(
    "一次解决培训", "王敏", DAY, DUE, scope=SCOPE, stores=("临江路店", "北苑店"), target=75.0,
    origin=Origin("weak", "在线客服低 16 分", date(2026, 5, 4), date(2026, 5, 31)),
)


@pytest.fixture
def store():
    with Warehouse.open(":memory:") as store:
        yield store


def test_an_action_comes_back_as_it_was_kept(store):
    kept = store.open_action(replace(PLAN, what="  一次解决\n培训 "), who=" 李雷 ")
    (found,) = store.actions()
    assert found == kept
    assert (found.plan.what, found.who, found.version) == ("一次解决 培训", "李雷", 1)
    assert replace(found.plan, what=PLAN.what) == replace(PLAN, stores=tuple(sorted(PLAN.stores)))


def test_every_version_is_kept_with_its_author(store):
    first = store.open_action(PLAN, who="李雷")
    store.change_action(first.number, replace(PLAN, status="running"), who="韩梅梅", seen=1)
    assert [(e.who, e.version, e.content["status"]) for e in store.audit()] == [
        ("李雷", 1, "planned"), ("韩梅梅", 2, "running"),
    ]
    assert store.actions()[0].who == "韩梅梅"
    assert not any(store.audit_breaks().values())


def test_a_save_from_an_older_version_is_refused_and_says_what_changed(store):
    first = store.open_action(PLAN, who="李雷")
    store.change_action(first.number, replace(PLAN, owner="赵强", due=date(2026, 9, 15)), who="韩梅梅", seen=1)
    with pytest.raises(Outdated) as refused:
        store.change_action(first.number, replace(PLAN, status="done"), who="李雷", seen=1)
    said = say(refused.value.key, **refused.value.values)
    for part in ("韩梅梅", "王敏 → 赵强", "2026-08-31 → 2026-09-15"):
        assert part in said
    assert store.actions()[0].plan.owner == "赵强"
    assert store.actions()[0].plan.status == "planned"
    assert len(store.audit()) == 2
    store.change_action(first.number, replace(PLAN, status="done"), who="李雷", seen=2)
    assert store.actions()[0].version == 3


def test_of_many_who_save_at_once_one_succeeds(store):
    first = store.open_action(PLAN, who="李雷")
    told: list[str] = []

    def save(name: str) -> None:
        try:
            store.change_action(first.number, replace(PLAN, owner=name), who=name, seen=1)
            told.append("kept")
        except Outdated:
            told.append("told")

    threads = [threading.Thread(target=save, args=(f"同事{i}",)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["kept"] + ["told"] * 7
    assert store.actions()[0].version == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"what": " \n"}, {"what": "长" * 201}, {"owner": ""}, {"owner": "长" * 41}, {"due": date(2026, 5, 31)},
        {"finished": date(2026, 5, 31)}, {"status": "dead"}, {"metric": "revenue"}, {"scope": (("shoe", "42"),)},
        {"scope": (("touchpoint", " "),)}, {"target": float("nan")}, {"metric": "complaint_share"},
        {"scope": (("category", "配送延误"),)},
    ],
    ids=str,
)
def test_what_is_no_action(wrong):
    with pytest.raises(PlanRefused) as refused:
        replace(PLAN, **wrong).checked()
    assert say(refused.value.key, **refused.value.values)


def test_what_is_refused_leaves_no_line(store):
    with pytest.raises(PlanRefused):
        store.open_action(replace(PLAN, what=""), who="李雷")
    for who in ("", " \t", "长" * 41):
        with pytest.raises(PlanRefused):
            store.open_action(PLAN, who=who)
    with pytest.raises(UnknownName):
        store.change_action(7, PLAN, who="李雷", seen=1)
    assert store.actions() == ()
    assert store.audit() == ()


def test_two_first_targets_for_the_same_meet(store):
    store.set_target(Goal("csat", 92.0), who="李雷")
    with pytest.raises(Outdated):
        store.set_target(Goal("csat", 85.0), who="韩梅梅")
    store.set_target(Goal("csat", 85.0, scope=(("channel", "门店"),)), who="韩梅梅")
    kept = store.targets()[0]
    store.set_target(replace(kept.goal, dropped=True), who="韩梅梅", number=kept.number, seen=kept.version)
    assert [(t.goal.value, t.goal.dropped) for t in store.targets()] == [(92.0, True), (85.0, False)]


def test_differences_in_words():
    found = changes(PLAN, replace(PLAN, stores=(), target=None, status="running", scope=()))
    assert {c.field: c.after for c in found} == {
        "status": Sentence("action.status.running"), "scope": Sentence("action.everything"),
        "stores": Sentence("action.everywhere"), "target": Sentence("action.nothing"),
    }
    assert changes(PLAN, PLAN) == ()
    assert "origin" in [c.field for c in changes(None, PLAN)]


@pytest.mark.parametrize(
    ("tampering", "check"),
    [
        ("UPDATE audit SET who = '别人' WHERE number = 1", "audit_is_a_chain"),
        ("UPDATE audit SET content = '坏' WHERE number = 2", "audit_is_a_chain"),
        ("DELETE FROM audit WHERE number = 1", "audit_is_a_chain"),
        ("DELETE FROM audit WHERE number = 2", "actions_are_as_audited"),
        ("UPDATE actions SET content = replace(content, '王敏', '赵强')", "actions_are_as_audited"),
        ("DELETE FROM actions", "actions_are_as_audited"),
        ("INSERT INTO targets VALUES (9, 1, '{}', 'x', 'y')", "targets_are_as_audited"),
    ],
)
def test_tampering_is_found(store, tampering, check):
    kept = store.open_action(PLAN, who="李雷")
    store.change_action(kept.number, replace(PLAN, status="running"), who="李雷", seen=1)
    assert all(c.sound for c in store.check())
    store._rows(tampering)
    assert check in [c.name for c in store.check() if not c.sound]


def test_they_outlive_restart_undo_and_deletion_of_a_person(tmp_path):
    file = tmp_path / "store.duckdb"
    rows = "提交时间,客户编号,整体满意度\n2026-03-04,C1,满意\n2026-03-05,C2,满意\n"
    with Warehouse.open(file) as store:
        batch = import_file(store, rows.encode(), file_name="a.csv", kind="survey").batch
        kept = store.open_action(PLAN, who="李雷"), store.set_target(Goal("csat", 92.0), who="李雷")
        store.undo(batch)
        store.redo(batch)
        forget(store, "C1")
        store.add(survey([9.0] * 3))
    with Warehouse.open(file) as store:
        assert (*store.actions(), *store.targets()) == kept
        assert len(store.audit()) == 2
        store._rows("UPDATE audit SET who = '别人' WHERE number = 2")
    found = examine(file)
    assert found.data["store"]["checks"]["audit_is_a_chain"] == 1
    assert found.failures


def test_events_and_promises_stand_in_the_same_record(store) -> None:
    number = store.add_event("暴雨", kind="weather", start=date(2026, 10, 5), who="周敏")
    store.set_promise(Promise("reply", "first_reply", 30), who="李雷", seen=60)
    store.set_promise(Promise("金卡", "closed", 60, "tier", ("金卡",)), who="李雷")
    store.remove_event(number, who="李雷")
    assert not any(store.audit_breaks().values())
    told = [(s.entry.who, s.entry.subject, s.entry.version, clauses([c.sentence.said() for c in s.changes]))
            for s in store.trail()]
    assert [line[:3] for line in told] == [
        ("周敏", "events", 1), ("李雷", "promises", 1), ("李雷", "promises", 1), ("李雷", "events", 2),
    ]
    change = {"field": say("action.field.minutes"), "before": "60", "after": "30"}
    assert told[1][3] == say("action.change", **change)
    assert "暴雨" in told[0][3]
    assert say("action.field.removed") in told[3][3]
    assert store.add_event("又一场", kind="weather", start=date(2026, 10, 9), who="周敏") > number


def test_nobody_gives_up_resets_or_tells_anew_a_promise_that_another_changed(store) -> None:
    shown = store.promises()
    store.set_promise(Promise("reply", "first_reply", 30), who="李雷", seen=60)
    store.set_promise(Promise("金卡", "closed", 60), who="李雷")
    for change in (
        lambda: store.drop_promise("reply", who="韩梅梅", seen=60),
        lambda: store.set_promise(Promise("金卡", "closed", 90), who="韩梅梅"),
        lambda: store.reset_promises(who="韩梅梅", seen=shown),
    ):
        with pytest.raises(PromiseRefused):
            change()
    for nameless in (lambda: store.drop_promise("金卡", who=" ", seen=60),
                     lambda: store.add_event("暴雨", kind="weather", start=date(2026, 10, 5), who="")):
        with pytest.raises(PlanRefused):
            nameless()
    store.reset_promises(who="韩梅梅", seen=store.promises())
    assert store.promises() == shown
    assert [(s.entry.who, s.entry.content["name"], s.entry.content["minutes"]) for s in store.trail()[2:]] == [
        ("韩梅梅", "reply", 60), ("韩梅梅", "金卡", None),
    ]
    assert not any(store.audit_breaks().values())


@pytest.mark.parametrize(("tampering", "check"), [
    ("UPDATE events SET name = '晴天'", "events_are_as_audited"),
    ("DELETE FROM events", "events_are_as_audited"),
    ("UPDATE promises SET minutes = 999", "promises_are_as_audited"),
    ("DELETE FROM promises", "promises_are_as_audited"),
    ("DELETE FROM audit WHERE number = 2", "audit_is_whole"),
    ("UPDATE audit SET content = '坏' WHERE number = 1", "events_are_as_audited"),
])
def test_events_and_promises_changed_behind_the_record_are_found(store, tampering: str, check: str) -> None:
    store.add_event("暴雨", kind="weather", start=date(2026, 10, 5), who="周敏")
    store.set_promise(Promise("reply", "first_reply", 30), who="李雷", seen=60)
    store._rows(tampering)
    assert store.audit_breaks()[check] == 1
