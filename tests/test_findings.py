"""What becomes a finding, in which order, and what does not."""

from __future__ import annotations

import math
from datetime import date

import pandas as pd
import pytest

from analysis import compare, findings, metrics
from analysis.compare import Difference, WeakCell
from analysis.drivers import DriverReport
from analysis.estimate import Estimate
from analysis.thresholds import TippingPoint


def cell(gap: float, *, p: float = 1e-6, n: int = 400, half: float = 2.0, **keys: str) -> WeakCell:
    return WeakCell(
        keys=keys or {"touchpoint": "在线客服", "dimension": "问题解决彻底性"},
        estimate=Estimate(80 + gap, 79 + gap, 81 + gap, n, "score"),
        rest=Estimate(80, 79.5, 80.5, 20_000, "score"),
        gap=Estimate(gap, gap - half, gap + half, n, "score"),
        scale="1-5", p_value=p, p_adjusted=math.nan, flag=None, certainty="none",
    )


def step(value: float, *, half: float, p: float, unit: str = "nps", verdict: str = "reliable_fall") -> Difference:
    return Difference(Estimate(value, value - half, value + half, 900, unit), p, "adjusted_z", verdict)


def nps_change(value: float, **options) -> findings.Candidate:
    now, before = (Estimate(x, x - 0.02, x + 0.02, 900, "nps") for x in (0.3 + value, 0.3))
    return findings.change_candidate(
        "nps", now, step(value, **options), previous=before, scope={"metric": "nps"}
    )


def cause_change(share: Difference, rate: Difference) -> findings.Candidate:
    now, before = Estimate(0.03, 0.02, 0.04, 600, "share"), Estimate(0.15, 0.12, 0.18, 600, "share")
    return findings.cause_candidate("配送延误", now, share, previous=before, count_change=rate)


def test_nothing_stands_out_is_a_full_answer() -> None:
    assert findings.ranked([]) == ()
    assert findings.ranked(findings.weak_candidates([cell(-3, p=0.9), cell(2, p=0.95)])) == ()


def test_a_weak_dimension_is_named_with_its_evidence() -> None:
    (found,) = findings.ranked(findings.weak_candidates([cell(-17)]))
    assert found.title == "在线客服的问题解决彻底性比其余环节低 17 分"
    assert found.scope == {"touchpoint": "在线客服", "dimension": "问题解决彻底性"}
    assert (found.kind, found.certainty, found.rank, found.tone) == ("weak", "把握很高", 1, "attention")
    assert (found.method, found.p_value) == ("welch", 1e-6)
    assert any("n = 400" in line for line in found.evidence)
    assert any("-17.0" in line for line in found.evidence)


@pytest.mark.parametrize(("wide", "kinds"), [(True, ["week"]), (False, [])], ids=["region", "one store"])
def test_a_week_of_many_stores_weighs_more_than_one_of_a_single_store(wide: bool, kinds: list[str]) -> None:
    """Of 51 weeks one has p = .0006; times five and times 51 it is .15, and a fifth of it is told."""
    now, usual = Estimate(60, 57, 63, 300, "score"), Estimate(70, 64, 76, 300, "score")
    places = [{"region": "华东"} if wide else {"store": "甲"}, *({"store": f"店{i}"} for i in range(50))]
    tests = [
        findings.week_candidate({"dimension": "环境", **place}, "csat", date(2026, 3, 2), now, usual=usual,
                                p_value=0.5 if i else 0.0006, beyond=True)
        for i, place in enumerate(places)
    ]
    assert [f.kind for f in findings.ranked(tests)] == kinds


def test_weak_dimensions_come_before_stores_and_changes() -> None:
    candidates = [
        nps_change(-0.2, half=0.01, p=1e-12),
        *findings.weak_candidates([cell(-40, p=1e-12, store="北苑店"), cell(-8, p=0.02, dimension="停车")]),
    ]
    assert [f.kind for f in findings.ranked(candidates)] == ["weak", "store", "change"]


def test_equally_sure_findings_follow_the_order_of_chapters() -> None:
    kink = TippingPoint("kink", 8.0, 7.2, 8.6, 0.1, -6.0, 1e-9, 3000)
    share = Estimate(0.17, 0.12, 0.22, 180, "share")
    candidates = [
        nps_change(-0.2, half=0.01, p=1e-12),
        findings.issue_candidate("发票", recent=45, before=0, share=share, p_familywise=1e-20),
        findings.tipping_candidate("自助结账", "排队等候", kink, p_value=1e-9),
    ]
    found = findings.ranked(candidates)
    assert [f.kind for f in found] == ["tipping", "issue", "change"]
    assert found[0].title == "自助结账的排队等候：等候超过 7–9 分钟，满意度开始下滑"


def test_tests_without_a_margin_have_a_higher_bar() -> None:
    # The list is read every week: a test of no difference at all enters with a fifth of the weight.
    assert findings.ranked(findings.weak_candidates([cell(-9, p=0.04)]))
    assert findings.ranked([nps_change(-0.2, half=0.01, p=0.04)]) == ()
    assert findings.ranked([nps_change(-0.2, half=0.01, p=0.0199)])[0].p_adjusted == pytest.approx(0.0995)


@pytest.mark.parametrize(("low", "p", "named"), [(True, 1e-6, 1), (True, 0.5, 0), (False, 1e-6, 0)])
def test_a_store_needs_both_its_witnesses(low: bool, p: float, named: int) -> None:
    bad = cell(-12, store="北苑店")
    assert len(findings.ranked([findings.store_candidate(bad, p_value=p, low=low, place=(20, 21, 21))])) == named


@pytest.mark.parametrize(("beyond", "fall", "named"), [(True, 9.0, 1), (False, 9.0, 0), (True, 1.0, 0)])
def test_a_week_is_announced_only_beyond_its_control_limits(beyond: bool, fall: float, named: int) -> None:
    now = Estimate(80 - fall, 78 - fall, 82 - fall, 200, "score")
    found = findings.ranked([findings.week_candidate(
        {"region": "华东", "dimension": "物流时效"}, "csat", date(2026, 10, 5), now,
        usual=Estimate(80, 75, 85, 200, "score"), p_value=1e-9, beyond=beyond,
    )])
    assert [f.title for f in found] == ["华东的物流时效在第 41 周低于平时 9.0，超出控制限"] * named


def test_a_break_that_does_not_lower_satisfaction_is_not_named() -> None:
    rising = TippingPoint("kink", 8.0, 7.2, 8.6, 0.1, 2.0, 1e-9, 3000)
    assert findings.ranked([findings.tipping_candidate("门店", "排队等候", rising, p_value=1e-9)]) == ()


def test_drivers_that_explain_little_are_not_named() -> None:
    report = DriverReport("整体满意度", 0.05, 0.02, 0.08, 500, (), "lmg")
    assert findings.driver_candidates(report) == []


def test_among_weak_dimensions_certainty_comes_before_size() -> None:
    sure, large = cell(-9, p=1e-9, dimension="价格"), cell(-20, p=0.03, dimension="停车")
    found = findings.ranked(findings.weak_candidates([large, sure]))
    assert [f.scope["dimension"] for f in found] == ["价格", "停车"]
    assert [f.rank for f in found] == [1, 2]


def test_equally_sure_findings_are_ordered_by_the_near_limit() -> None:
    near, far = cell(-20, half=12, dimension="价格"), cell(-15, half=2, dimension="停车")
    found = findings.ranked(findings.weak_candidates([near, far]))
    assert [f.scope["dimension"] for f in found] == ["停车", "价格"]


def test_many_tests_raise_the_bar_for_all() -> None:
    alone = findings.ranked(findings.weak_candidates([cell(-9, p=0.04)]))
    among = findings.ranked(findings.weak_candidates([cell(-9, p=0.04), *[cell(-1, p=0.8)] * 20]))
    assert (len(alone), len(among)) == (1, 0)


@pytest.mark.parametrize("n", [3, 9, 29])
def test_small_bases_are_never_named(n: int) -> None:
    assert findings.ranked(findings.weak_candidates([cell(-30, n=n, store="星桥小站")])) == ()


def test_strong_cells_are_no_weakness() -> None:
    assert findings.ranked(findings.weak_candidates([cell(12)])) == ()


def test_a_certain_but_tiny_change_is_not_worth_a_meeting() -> None:
    assert findings.ranked([nps_change(-0.01, half=0.005, p=1e-8)]) == ()
    assert len(findings.ranked([nps_change(-0.08, half=0.02, p=1e-8)])) == 1


def test_a_change_without_verdict_is_no_finding() -> None:
    assert findings.ranked([nps_change(-0.08, half=0.1, p=0.09, verdict="no_reliable_change")]) == ()


@pytest.mark.parametrize(("value", "tone", "word"), [(0.08, "good", "上升"), (-0.08, "attention", "下降")])
def test_direction_of_a_change(value: float, tone: str, word: str) -> None:
    verdict = "reliable_rise" if value > 0 else "reliable_fall"
    (found,) = findings.ranked([nps_change(value, half=0.02, p=1e-8, verdict=verdict)])
    assert (found.tone, word in found.title) == (tone, True)


def test_more_complaints_per_order_are_bad_news() -> None:
    now, before = metrics.rate(300, 100_000), metrics.rate(150, 100_000)
    change = compare.rate_difference((300, 100_000), (150, 100_000))
    candidate = findings.change_candidate("complaint_rate", now, change, previous=before, scope={})
    assert [(f.tone, f.title) for f in findings.ranked([candidate])] == [("attention", "投诉率较上期上升 1.50‰")]


def test_a_cause_that_grows_only_because_another_shrank_is_not_named() -> None:
    share = step(0.05, half=0.02, p=1e-6, unit="share", verdict="reliable_rise")
    still = step(0.0, half=0.1, p=0.9, unit="per_thousand", verdict="no_reliable_change")
    assert findings.ranked([cause_change(share, still)]) == ()


def test_a_cause_that_really_fell_is_good_news() -> None:
    share = step(-0.12, half=0.03, p=1e-9, unit="share")
    (found,) = findings.ranked([cause_change(share, step(-0.3, half=0.1, p=1e-9, unit="per_thousand"))])
    assert (found.kind, found.tone) == ("complaints", "good")
    assert found.title == "“配送延误”占投诉的比例由 15% 降到 3%"


def test_missing_p_values_do_not_count_as_tests() -> None:
    untested = cell(-30, p=math.nan, n=20, dimension="停车")
    (found,) = findings.ranked(findings.weak_candidates([cell(-9, p=0.04), untested]))
    assert found.p_adjusted == 0.04


def test_cells_without_spread_are_no_findings() -> None:
    columns = ["dimension", "scale", "score", "count"]
    rows = pd.DataFrame([("价格", "1-5", 5.0, 40), ("停车", "1-5", 5.0, 40)], columns=columns)
    assert findings.ranked(findings.weak_candidates(compare.cell_gaps(rows, ["dimension"]))) == ()
