"""Doubtful answers: straight lines, hurry, and one source saying the same again. Flagged, never left out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import pipeline
from analysis.ingest.quality import FAST_SHARE, same_source, seconds, straight_lining, too_fast
from analysis.records import RecordBatch
from analysis.schema import Filters
from analysis.store import Warehouse
from tests.ingest.exports import csv_text
from tests.ingest.files import adds_up, in_process, records  # noqa: F401

NAN = float("nan")
QUESTIONS = ["服务态度", "响应速度", "专业性", "环境", "价格"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("83", 83), ("83.5", 83.5), ("10秒", 10), ("10 秒", 10), ("1分20秒", 80), ("1分钟20秒", 80), ("2分钟", 120),
        ("1小时2分3秒", 3723), ("00:01:23", 83), ("1:23", 83), ("1:02:03", 3723), ("90s", 90), ("5 min 3 sec", 303),
        ("2'15\"", 135), ("0", 0),
        ("", NAN), ("很快", NAN), ("-5", NAN), ("1分x", NAN), ("1.2.3", NAN), ("::", NAN), ("9" * 40, NAN),
    ],
)
def test_times_of_answering(text, expected):
    assert seconds(text) == pytest.approx(expected, nan_ok=True)


def lines(*rows: list[float], scale: str = "1-5", turned: tuple[int, ...] = ()) -> list[bool]:
    table = np.array(rows, float)
    questions = [(scale, number in turned, table[:, number]) for number in range(table.shape[1])]
    return straight_lining(questions, len(rows)).tolist()


def test_one_answer_throughout():
    assert lines([4] * 5, [4, 4, 4, 4, 5], [3] * 5) == [True, False, True]


def test_four_equal_answers_are_no_line():
    assert lines([4] * 4) == [False]
    assert lines([4, 4, 4, 4, NAN]) == [False]
    assert lines([4, 4, 4, 4, 4, NAN]) == [True]


def test_turned_questions_are_compared_as_ticked():
    assert lines([5, 5, 1, 5, 5], [5, 5, 5, 5, 5], turned=(2,)) == [True, False]


def test_questions_of_other_scales_do_not_count():
    questions = [("1-5", False, np.array([4.0]))] * 4 + [("0-10", False, np.array([4.0]))]
    assert straight_lining(questions, 1).tolist() == [False]
    assert straight_lining([], 3).tolist() == [False] * 3


def test_nobody_answered():
    assert lines([NAN] * 5) == [False]


def test_less_than_a_share_of_the_median():
    times = np.array([100.0, 100, 100, 100, 100 * FAST_SHARE, 100 * FAST_SHARE - 0.1, NAN])
    assert too_fast(times).tolist() == [False] * 5 + [True, False]


def test_too_few_times_for_a_median():
    assert not too_fast(np.array([100.0, 100, 1, NAN])).any()
    assert not too_fast(np.array([])).any()


def test_same_source_again():
    source = np.array([0, 0, 0, 1, -1, -1])
    scores = [np.array([4.0, 4, 4, 4, 4, 4])] * 2
    text = pd.Series(["好", "好", "差", "好", "好", "好"])
    order = np.array([2, 1, 3, 4, 5, 6])
    # The first row came later than the second; the third says something else; unknown sources are nobody.
    assert same_source(source, [*scores, text], [order]).tolist() == [True, False, False, False, False, False]


def test_two_equal_answers_of_one_source_are_chance():
    source, scores = np.array([0, 0]), [np.array([4.0, 4.0])] * 2
    assert not same_source(source, scores, [np.arange(2)]).any()
    assert same_source(source, [*scores, scores[0]], [np.arange(2)]).tolist() == [False, True]


def export(n: int = 12) -> str:
    """Twelve varied answer sheets; then a line of fours, a hurried one, and two of the same sheet from one address."""
    rows = [
        [f"2026-03-04 10:{i:02d}:00", "1分40秒", f"10.0.0.{i}", *(str(1 + (i + q * q) % 5) for q in range(5)), ""]
        for i in range(n)
    ]
    rows.append(["2026-03-04 11:00:00", "100", "10.0.1.1", *["4"] * 5, "一直打四分"])
    rows.append(["2026-03-04 11:01:00", "00:00:20", "10.0.1.2", "1", "2", "3", "4", "5", "很快"])
    rows += [[f"2026-03-04 11:0{i}:00", "99秒", "10.0.1.3", "1", "2", "3", "4", "4", "一样"] for i in (3, 2)]
    return csv_text([["提交时间", "所用时间", "来自IP", *QUESTIONS, "意见"], *rows])


def flags_of(batch: RecordBatch) -> dict[str, list[int]]:
    return {flag: rows["row"].tolist() for flag, rows in batch.flags.groupby("flag")}


@pytest.mark.usefixtures("in_process")
def test_rows_are_flagged_and_go_in():
    batch = records(export(), kind="survey")
    assert flags_of(batch) == {"straight_lining": [14], "too_fast": [15], "same_source": [16]}
    assert adds_up(batch)
    assert (batch.report.imported, batch.report.quarantined) == (16, 0)
    assert dict(batch.report.flags) == {"straight_lining": 1, "too_fast": 1, "same_source": 1}


@pytest.mark.usefixtures("in_process")
def test_an_address_is_not_kept():
    batch = records(export(), kind="survey")
    held = [str(cell) for frame in batch.tables.values() for cell in frame.to_numpy(object).ravel()]
    assert not any("10.0." in text for text in [*held, str(batch.report)])


@pytest.mark.usefixtures("in_process")
def test_order_of_the_rows_does_not_matter():
    head, *rows = export().splitlines()
    turned = records("\n".join([head, *reversed(rows)]), kind="survey")
    as_it_was = records(export(), kind="survey")

    def said(batch):
        return {(batch.rows.set_index("row")["content"][row], flag) for row, flag in batch.flags.to_numpy()}

    assert said(turned) == said(as_it_was)


@pytest.mark.usefixtures("in_process")
def test_unreadable_time_is_put_aside_alone():
    batch = records(export().replace("00:00:20", "转眼"), kind="survey")
    assert [(issue.row, issue.value, issue.reason, issue.whole_row) for issue in batch.report.issues] == [
        (15, "转眼", "duration_unreadable", False)
    ]


def test_metrics_without_flagged_answers():
    with Warehouse.open(":memory:") as store:
        report = pipeline.import_file(store, export().encode(), file_name="a.csv", kind="survey")
        assert sum(report.flags.values()) == 3
        kept = store.totals(Filters(without=("straight_lining", "too_fast", "same_source")))
        assert store.totals()["responses"] - kept["responses"] == 3
        again = pipeline.import_file(store, export().encode(), file_name="b.csv", kind="survey")
        assert (again.duplicates, dict(again.flags)) == (16, {})
