"""A title claims no more than its evidence: silence, an old weakness, and a reliable change read differently."""

from __future__ import annotations

from datetime import date

import pytest

from analysis.briefing import Cause, WeakReport
from analysis.compare import Difference, Verdict, WeakCell
from analysis.estimate import Estimate
from analysis.findings import Finding
from analysis.i18n import Sentence
from analysis.schema import Filters
from dashboard import titles
from dashboard.filters import Selection

WEEK = Selection(Filters.of(date(2026, 11, 16), date(2026, 11, 22)), "week", date(2026, 11, 22))
SCORE = Estimate(62.0, 58.0, 66.0, 412, "score")
GAP = Estimate(-18.0, -22.0, -14.0, 412, "score")


def cell(flag, **keys: object) -> WeakCell:
    return WeakCell(keys, SCORE, SCORE, GAP, "1-5", 0.001, 0.001, flag, "very_high")


def report(*cells: WeakCell) -> WeakReport:
    return WeakReport(cells, (), SCORE, "1-5", len(cells))


def cause(verdict: Verdict, change: float, *, name: str = "配送延误") -> Cause:
    share = Estimate(0.03, 0.02, 0.05, 300, "share")
    before = Estimate(0.15, 0.12, 0.18, 300, "share")
    moved = Difference(Estimate(change, change - 0.02, change + 0.02, 300, "share"), 0.001, "score", verdict)
    return Cause(name, 9, share, before, moved, moved)


def finding(rank: int, dimension: str) -> Finding:
    headline = Sentence("findings.weak.dimension", {"dimension": dimension, "gap": 8.0})
    return Finding("weak", headline, {"dimension": dimension}, SCORE, (), rank, "attention", "high", 0.001)


def test_a_low_cell_that_is_not_flagged_is_not_called_weak() -> None:
    assert titles.weakest(report(cell(None, touchpoint="门店", dimension="停车"))) is None
    assert "没有" in titles.weak_dimensions(report(cell(None, touchpoint="门店", dimension="停车")))


@pytest.mark.parametrize(("tested", "words"), [(0, "样本太少"), (4, "没有哪个环节")])
def test_too_few_answers_are_not_called_even(tested: int, words: str) -> None:
    """That nothing is reliably lower is a finding, and needs bases that allowed a test."""
    assert words in titles.weak_dimensions(WeakReport((), (), SCORE, "1-5", tested))


def test_weak_cell_is_named_with_gap_and_certainty() -> None:
    weak = report(cell("weak", touchpoint="在线客服", dimension="问题解决彻底性"))
    assert titles.weak_dimensions(weak) == "在线客服的问题解决彻底性比其余环节低 18 分，把握很高"


def test_a_dimension_without_touchpoint_is_named_alone() -> None:
    assert titles.place({"dimension": "手机上网速度"}) == "手机上网速度"


@pytest.mark.parametrize(
    ("verdict", "words"), [("reliable_fall", "降到"), ("reliable_rise", "升到"), ("no_reliable_change", "没有可靠变化")]
)
def test_a_share_rose_or_fell_only_if_reliably(verdict: Verdict, words: str) -> None:
    assert words in titles.cause_course(cause(verdict, -0.12))


def test_the_cause_shown_is_the_one_that_changed_most() -> None:
    causes = [
        cause("no_reliable_change", -0.30, name="价格"),
        cause("reliable_rise", 0.05, name="发票"),
        cause("reliable_fall", -0.12),
    ]
    assert titles.most_shifted(causes).category == "配送延误"
    assert titles.most_shifted(causes[:1]).category == "价格"
    assert titles.most_shifted([]) is None


def test_standing_findings_fill_the_room_and_are_not_told_twice() -> None:
    own, lately = [finding(1, "甲")], [finding(1, "甲"), finding(2, "乙"), finding(3, "丙")]
    found, standing = titles.new_and_standing(own, lately, shown=2)
    assert [f.scope["dimension"] for f in found] == ["甲"]
    assert [f.scope["dimension"] for f in standing] == ["乙"]


def test_no_findings_is_said() -> None:
    assert titles.finding_count([], WEEK, tested=True) == "本周没有新的可靠发现"
    assert "样本太少" in titles.finding_count([], WEEK, tested=False)


@pytest.mark.parametrize(
    ("estimates", "name"),
    [
        ([], "none"),
        ([Estimate.missing("share", n=2, why="hidden")], "none"),
        ([Estimate(0.2, 0.1, 0.3, 50, "share")], "one"),
        ([Estimate(0.2, 0.1, 0.3, 50, "share"), Estimate(0.25, 0.15, 0.35, 50, "share")], "even"),
        ([Estimate(0.2, 0.15, 0.25, 50, "share"), Estimate(0.05, 0.02, 0.1, 50, "share")], "fell"),
        ([Estimate(0.05, 0.02, 0.1, 50, "share"), Estimate(0.2, 0.15, 0.25, 50, "share")], "rose"),
    ],
)
def test_a_course_moves_only_where_intervals_do_not_touch(estimates: list[Estimate], name: str) -> None:
    assert titles.course(estimates).name == name
