"""The planted action is found with its size, untouched stores show nothing, and what guards against false claims."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from analysis import compare
from analysis.actions import Action, Origin, Plan
from analysis.briefing import effect as effect_of
from analysis.briefing.effect import BASELINE_WEEKS, JUDGED_WEEKS, Step, action_effect, judged_by_now, verdict_of
from analysis.briefing.effect_findings import effect_tests, reminders
from analysis.estimate import Estimate
from analysis.findings import ranked
from analysis.schema import Filters
from analysis.store import Warehouse
from tests.store.hand_made import batch

START, DUE = date(2026, 6, 1), date(2026, 8, 31)
ONLINE = (("touchpoint", "在线客服"), ("dimension", "问题解决彻底性"))
SEED = 20260601


def action(number: int = 1, **told: object) -> Action:
    usual = {"what": "培训", "owner": "王敏", "start": START, "due": DUE, "status": "running", "scope": ONLINE}
    return Action(number, 1, Plan(**usual | told).checked(), "李雷", "2026-06-01T09:00:00")


@pytest.fixture(scope="module")
def training(truths):
    return action(stores=tuple(truths["truths"]["training_lift"]["treated_stores"]))


def test_the_planted_action_is_recovered_within_its_interval(sample_store, truths, training) -> None:
    planted = truths["truths"]["training_lift"]["effect"]["value"]
    found = action_effect(sample_store, training)
    number = found.step.estimate
    assert (found.state, found.method, found.verdict) == ("judged", "compared", "better")
    assert number.low < planted < number.high
    assert number.low > 0
    assert found.step.permutation_p < 0.05
    assert found.weeks == (BASELINE_WEEKS, JUDGED_WEEKS)
    assert found.warnings == ()
    assert "9.4" in found.sentence.said()


def test_the_same_analysis_of_untouched_stores_finds_nothing(sample_store, truths, training) -> None:
    rng = np.random.default_rng(SEED)
    control = np.array(truths["truths"]["training_lift"]["control_stores"])
    found = []
    for _ in range(6):
        half = rng.permutation(control)[: len(control) // 2]
        # Where the training ran, its stores stay out of the comparison.
        found.append(action_effect(sample_store, action(2, stores=tuple(half)), others=(training,)))
    assert {f.method for f in found} == {"compared"}
    assert max(f.step.stores[0] + f.step.stores[1] for f in found) <= len(control)
    assert (compare.adjusted([f.step.p_value for f in found]) > 0.10).all()
    assert all(f.step.estimate.low < 0 < f.step.estimate.high for f in found[:1])


def test_late_deliveries_fall_from_15_to_3_percent(sample_store, truths) -> None:
    planted = truths["truths"]["late_delivery_complaints"]
    late = action(scope=(("category", "配送延误"),), metric="complaint_share", start=date(2026, 5, 4))
    found = action_effect(sample_store, late)
    assert (found.method, found.verdict) == ("rate", "better")
    for estimate, side in ((found.before, "share_before"), (found.after, "share_after")):
        assert estimate.value == pytest.approx(planted[side]["value"], abs=planted[side]["tolerance"])
    assert found.step.estimate.high < 0
    assert [w.key for w in found.warnings] == ["effect.warning.no_comparison"]


def test_effects_stand_in_the_one_list_of_findings(sample_store, training) -> None:
    period = Filters(date(2026, 8, 31), date(2026, 11, 22))
    (test,) = effect_tests(sample_store, period, (training,))
    (found,) = ranked([test])
    assert (found.kind, found.tone, found.scope["action"]) == ("effect", "good", 1)
    assert found.p_value == found.p_adjusted  # one test however often the list is read
    assert not effect_tests(sample_store, period.narrowed(channel="门店"), (training,))
    assert not effect_tests(sample_store, replace(period, end=date(2026, 11, 21)), (training,))


# -- a hand-made chain: eight stores, one answer a store and day, scores known

FIRST = date(2026, 1, 5)


def chain(lift: dict[str, int], *, days: int = 7 * 40, begun: date = date(2026, 6, 1), stores: int = 8) -> Warehouse:
    rng = np.random.default_rng(SEED)
    rows = []
    for i in range(stores):
        for k in range(days):
            day = FIRST + timedelta(days=k)
            score = int(rng.integers(2, 5)) + (lift.get(f"店{i}", 0) if day >= begun else 0)
            rows.append({
                "response_id": f"r{i}-{k}", "day": day, "dimension": "整体满意度", "metric": "csat", "scale": "1-5",
                "score": float(min(score, 5)), "store": f"店{i}", "touchpoint": "门店",
            })
    store = Warehouse.open(":memory:")
    store.add(batch("survey", {"answers": rows}, contents=list(range(len(rows)))))
    return store


@pytest.fixture(scope="module")
def lifted():
    with chain({"店0": 1, "店1": 1, "店2": 1, "店3": 1}) as store:
        yield store


STORE_SCOPE = (("touchpoint", "门店"), ("dimension", "整体满意度"))
FOUR = ("店0", "店1", "店2", "店3")


def here(**told: object) -> Action:
    return action(**{"scope": STORE_SCOPE, "start": date(2026, 6, 1), "due": date(2026, 6, 1), "stores": FOUR} | told)


def test_few_stores_are_judged_by_interval_and_permutation(lifted) -> None:
    found = action_effect(lifted, here())
    assert found.verdict == "better"
    assert found.step.estimate.value == pytest.approx(25, abs=6)  # one step of five
    assert found.step.permutation_p == pytest.approx(2 / 70)      # of 70 ways to deal four of eight stores
    assert found.step.p_value >= found.step.permutation_p


@pytest.mark.parametrize(
    ("told", "state", "method", "warning"),
    [
        ({"status": "planned"}, "planned", "compared", None),
        ({"stores": ()}, "judged", "series", "no_comparison"),
        ({"stores": tuple(f"店{i}" for i in range(8))}, "judged", "series", "no_comparison"),
        ({"stores": ("店0",)}, "judged", "compared", "few_stores"),
        ({"start": date(2026, 2, 2), "due": date(2026, 2, 2)}, "too_few", "compared", None),
        ({"due": date(2026, 9, 7)}, "waiting", "compared", None),
        ({"due": date(2026, 8, 3)}, "judged", "compared", "early"),
        ({"scope": (("touchpoint", "没有的触点"),)}, "too_few", "series", None),
        ({"origin": Origin("store", "差", date(2026, 5, 4))}, "judged", "compared", "older_baseline"),
        ({"origin": Origin("store", "差", date(2026, 1, 5))}, "judged", "compared", "regression"),
    ],
    ids=str,
)
def test_what_the_data_allow(lifted, told, state, method, warning) -> None:
    found = action_effect(lifted, here(**told))
    assert (found.state, found.method) == (state, method)
    assert found.sentence.said()
    assert (found.verdict is None) == (state != "judged")
    if warning:
        assert f"effect.warning.{warning}" in [w.key for w in found.warnings]
    if state == "waiting":
        assert found.ready == date(2026, 11, 2)  # eight weeks from the first whole one
    if told.get("origin") and told["origin"].start > FIRST:
        assert found.before.n == 4 * 7 * 17  # the weeks before that finding, not those in which it was seen


def test_a_rival_action_is_named_and_its_stores_do_not_compare(lifted) -> None:
    rival = here(stores=("店4", "店5"), what="换班")
    found = action_effect(lifted, here(), others=(replace(rival, number=2),))
    assert found.step.stores == (4, 2)
    meeting = action_effect(lifted, here(), others=(replace(rival, number=2, plan=replace(rival.plan, stores=FOUR)),))
    assert "换班" in "".join(w.said() for w in meeting.warnings)


@pytest.mark.parametrize(
    ("value", "low", "high", "p", "lower", "verdict"),
    [
        (9, 4, 14, 0.001, False, "better"), (9, 4, 14, 0.001, True, "worse"), (-9, -14, -4, 0.001, False, "worse"),
        (1, -3, 4, 0.6, False, "none"), (1, -6, 8, 0.8, False, "unclear"), (9, 4, 14, 0.08, False, "unclear"),
        (9, float("nan"), float("nan"), float("nan"), False, "unclear"),
    ],
)
def test_verdicts(value, low, high, p, lower, verdict) -> None:
    step = Step(Estimate(value, low, high, 100, "score"), p, 0.5)
    assert verdict_of(step, "compared", lower_is_better=lower) == verdict


def test_reminders_say_what_waits_for_whom(lifted) -> None:
    told = (
        here(), here(status="planned"), here(due=date(2026, 9, 21)), here(stores=("店5", "店6", "店7", "店4")),
        here(status="done", scope=(("touchpoint", "没有的触点"),)),
    )
    found = [action_effect(lifted, a) for a in told]
    said = {r.action.plan.status + str(r.action.plan.due): r.sentence.key for r in reminders(found, date(2026, 10, 12))}
    assert said["planned2026-06-01"] == "effect.reminder.not_begun"
    assert said["running2026-09-21"] == "effect.reminder.overdue"
    assert "effect.reminder.worse" in said.values()


def test_only_what_is_over_is_judged_for_good() -> None:
    one = here()
    last = date(2026, 6, 1) + timedelta(weeks=JUDGED_WEEKS, days=-1)
    assert judged_by_now([one], last) == (one,)
    assert judged_by_now([one], last - timedelta(days=1)) == ()
    assert judged_by_now([here(status="planned")], last) == ()


def test_no_action_no_test(lifted) -> None:
    assert effect_of.action_effects(lifted) == ()
    assert effect_tests(lifted, Filters()) == []
