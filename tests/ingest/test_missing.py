"""Answers that are not there are counted apart, by question and by what stands in their place."""

from __future__ import annotations

import json

import pytest

from analysis import pipeline
from analysis.i18n import words
from analysis.ingest.scales import missing_kind
from analysis.store import Warehouse
from tests.ingest import exports
from tests.ingest.files import records

pytestmark = pytest.mark.usefixtures("in_process")


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("", "blank"), ("  ", "blank"), ("(跳过)", "skipped"), ("（跳过）", "skipped"), ("-3", "skipped"),
        ("(空)", "unanswered"), ("-2", "unanswered"), ("不适用", "not_applicable"), ("N/A", "not_applicable"),
        ("/", "not_applicable"), ("未参与，不评价", "not_applicable"), ("不清楚", "unsure"), ("拒答", "refused"),
        ("5", None), ("一般", None), ("-1", None), ("不满意", None),
    ],
)
def test_kinds(cell: str, kind: str | None) -> None:
    assert missing_kind(cell) == kind
    assert kind is None or f"missing.{kind}" in words()


def test_counted_by_question_and_kind() -> None:
    cells = ["5", "(跳过)", "不适用", "不适用", "", "-3", "4"]
    lines = [f"A{n},2026-01-05,{cell},9,{'' if n else '不错，下次还来'}" for n, cell in enumerate(cells)]
    report = records("答卷编号,提交时间,服务态度,推荐意愿,意见\n" + "\n".join(lines)).report
    assert report.missing == {"服务态度": {"blank": 1, "not_applicable": 2, "skipped": 2}}
    assert report.cells_quarantined == 0


def test_codes_of_a_tool_are_counted_although_they_are_cleared() -> None:
    missing = records(exports.wenjuanxing_coded()).report.missing
    assert missing["第2题：响应速度"] == {"skipped": 1}
    assert missing["5、您的建议"] == {"unanswered": 5}
    assert records(exports.wenjuanxing()).report.missing == {"7、您还有什么建议": {"skipped": 4}}


def test_options_not_ticked_are_not_missing() -> None:
    assert not [name for name in records(exports.tencent_survey()).report.missing if "渠道" in name]


def test_kept_with_the_batch() -> None:
    with Warehouse.open(":memory:") as store:
        report = pipeline.import_file(store, exports.wenjuanxing_coded().encode(), file_name="a.csv")
        assert json.loads(store.batches()["missing"][0]) == report.missing
        assert report.missing["第2题：响应速度"] == {"skipped": 1}
