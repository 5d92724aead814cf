"""Whoever answered counts once, however often, under whatever name and in whatever form the answer comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd
import pytest

from analysis import pipeline
from analysis.records import ImportReport
from analysis.store import Warehouse
from tests.ingest.exports import csv_text
from tests.ingest.files import in_process, xlsx_bytes  # noqa: F401

pytestmark = pytest.mark.usefixtures("in_process")

HEADER = ["序号", "提交答卷时间", "所用时间", "渠道", "推荐意愿", "整体满意度", "意见"]
WORDS = ("很好", "等太久", "", "价格偏高", "")


def sheet(number: int, *, row: int | None = None) -> list[str]:
    """The answer sheet of one person; `row` is what the export numbers it."""
    return [
        str(number if row is None else row), f"2026/3/{1 + number % 9} 10:{number:02d}:07", f"{60 + number}秒",
        ("门店", "官网")[number % 2], str(number % 11), str(1 + number % 5), WORDS[number % 5],
    ]


OLD = [sheet(number) for number in range(1, 21)]


@pytest.fixture
def store() -> Iterator[Warehouse]:
    with Warehouse.open(":memory:") as opened:
        yield opened


def bring(store: Warehouse, rows: list[list[str]] | bytes, name: str = "问卷.csv", **options) -> ImportReport:
    content = rows if isinstance(rows, bytes) else csv_text([HEADER, *rows]).encode()
    report = pipeline.import_file(store, content, file_name=name, kind=options.pop("kind", "survey"), **options)
    assert report.rows_read == report.imported + report.duplicates + report.quarantined
    return report


def numbers(store: Warehouse) -> tuple:
    """Everything counted, and the state of the store."""
    cells = store.histogram(["channel", "day"])
    return (
        sorted(cells[["channel", "day", "dimension", "score", "count"]].itertuples(index=False, name=None), key=str),
        sorted(store.comments()["text"]), store.totals(), [check.name for check in store.check() if not check.sound],
    )


def workbook(rows: list[list[str]]) -> bytes:
    """The same export as a workbook: times are times and scores numbers, as Excel keeps them."""
    typed = [
        [int(row[0]), pd.Timestamp(row[1]).to_pydatetime(), *row[2:4], int(row[4]), int(row[5]), row[6] or None]
        for row in rows
    ]
    return xlsx_bytes([HEADER, *typed])


SAME: dict[str, Callable[[], tuple[bytes, str]]] = {
    "same": lambda: (csv_text([HEADER, *OLD]).encode(), "问卷.csv"),
    "renamed": lambda: (csv_text([HEADER, *OLD]).encode(), "问卷 (1) 最终版.csv"),
    "rows in another order": lambda: (csv_text([HEADER, *reversed(OLD)]).encode(), "问卷.csv"),
    "columns in another order": lambda: (csv_text([row[::-1] for row in [HEADER, *OLD]]).encode(), "问卷.csv"),
    "gbk": lambda: (csv_text([HEADER, *OLD]).encode("gbk"), "问卷.csv"),
    "utf-8 with a mark": lambda: (csv_text([HEADER, *OLD]).encode("utf-8-sig"), "问卷.csv"),
    "utf-16": lambda: (csv_text([HEADER, *OLD]).encode("utf-16"), "问卷.csv"),
    "tabs": lambda: ("\n".join("\t".join(row) for row in [HEADER, *OLD]).encode(), "问卷.tsv"),
    "workbook": lambda: (workbook(OLD), "问卷.xlsx"),
    "times written otherwise": lambda: (
        csv_text([HEADER, *([row[0], str(pd.Timestamp(row[1])), *row[2:]] for row in OLD)]).encode(), "问卷.csv"
    ),
    "numbered anew": lambda: (
        csv_text([HEADER, *([f"{99 + i}", *row[1:]] for i, row in enumerate(OLD))]).encode(), "问卷.csv"
    ),
    "one more empty column": lambda: (csv_text([[*HEADER, "备用"], *([*row, ""] for row in OLD)]).encode(), "b.csv"),
}


@pytest.mark.parametrize("form", SAME)
def test_the_same_export_in_another_form(store, form):
    bring(store, OLD)
    before = numbers(store)
    content, name = SAME[form]()
    report = bring(store, content, name)
    assert (report.imported, report.duplicates) == (0, 20)
    assert numbers(store) == before


def test_overlapping_exports(store):
    bring(store, OLD[:12])
    report = bring(store, OLD[8:])
    assert (report.imported, report.duplicates) == (8, 4)
    assert store.totals()["responses"] == 20


@pytest.mark.parametrize("newest_first", [False, True])
def test_new_export_that_holds_the_old_rows(store, newest_first):
    """Newest first, every old row has moved down and got another number."""
    bring(store, OLD)
    everything = [sheet(number) for number in range(1, 31)]
    if newest_first:
        everything = [sheet(number, row=row) for row, number in enumerate(range(30, 0, -1), start=1)]
    report = bring(store, everything)
    assert (report.imported, report.duplicates) == (10, 20)
    assert store.totals()["responses"] == 30
    store.undo(2)
    assert store.totals()["responses"] == 20


def test_row_taken_out_of_the_middle_moves_the_numbers_behind_it(store):
    bring(store, OLD)
    moved = [[str(row), *sheet(number)[1:]] for row, number in enumerate([*range(1, 9), *range(10, 21)], start=1)]
    report = bring(store, moved)
    assert (report.imported, report.duplicates) == (0, 19)


def test_two_people_with_the_same_answer_are_two(store):
    twins = [OLD[0], ["21", *OLD[0][1:]], *OLD[1:]]
    assert bring(store, twins).imported == 21
    assert bring(store, list(reversed(twins))).duplicates == 21
    assert store.totals()["responses"] == 21


def test_two_short_files_of_one_day_are_two(store):
    """Numbered rows that know their day alone: the number is all there is to tell them apart."""
    days = "序号,调查日期,推荐意愿\n1,2026-03-01,9\n2,2026-03-01,3\n"
    assert bring(store, days.encode()).imported == 2
    assert bring(store, days.replace("\n1,", "\n3,").replace("\n2,", "\n4,").encode()).imported == 2


NAMED = "答卷编号,提交时间,推荐意愿,整体满意度,意见\n"


def named(*rows: str) -> bytes:
    return (NAMED + "\n".join(rows) + "\n").encode()


def test_corrected_answer_replaces_the_earlier_one(store):
    bring(store, named("R-1,2026-03-01 10:00:00,3,2,写错了", "R-2,2026-03-01 11:00:00,9,5,"))
    before = numbers(store)
    report = bring(store, named("R-1,2026-03-01 10:00:00,9,5,更正", "R-2,2026-03-01 11:00:00,9,5,"))
    assert (report.imported, report.duplicates) == (1, 1)
    assert store.totals() == {"responses": 2, "answers": 4, "comments": 1, "tickets": 0}
    assert sorted(store.histogram([])["score"]) == [5, 9]
    assert store.comments()["text"].tolist() == ["更正"]
    after = numbers(store)
    assert bring(store, named("R-1,2026-03-01 10:00:00,3,2,写错了")).duplicates == 1
    assert numbers(store) == after
    store.undo(2)
    assert numbers(store) == before
    store.redo(2)
    assert numbers(store) == after


def test_corrected_answer_of_a_numbered_export(store):
    bring(store, OLD)
    row = [*OLD[4][:4], "10", *OLD[4][5:]]
    assert bring(store, [*OLD[:4], row, *OLD[5:]]).imported == 1
    assert store.totals()["responses"] == 20
    assert store.histogram([], metric="nps")["count"].sum() == 20


def test_the_same_file_read_with_a_better_mapping_counts_once(store):
    content = named("R-1,2026-03-01 10:00:00,3,2,好", "R-2,2026-03-01 11:00:00,9,5,")
    found = pipeline.inspect_file(store, content, file_name="a.csv", kind="survey").mapping
    poor = [column if column.header != "整体满意度" else pipeline.ingest.ColumnMapping(3, "整体满意度", "ignore")
            for column in found.columns]
    bring(store, content, mapping=type(found)("survey", tuple(poor)))
    assert store.totals()["answers"] == 2
    bring(store, content, mapping=found)
    assert store.totals() == {"responses": 2, "answers": 4, "comments": 1, "tickets": 0}


def test_whole_version_counts_before_one_that_lost_a_cell(store):
    """Whichever came first: the export with the slip may be imported again after the repaired one."""
    slip, whole = (named(f"R-1,2026-03-01 10:00:00,{score},5,好") for score in (99, 9))
    bring(store, slip)
    bring(store, whole)
    assert sorted(store.histogram([])["score"]) == [5, 9]
    store.undo(1)
    bring(store, slip)
    assert sorted(store.histogram([])["score"]) == [5, 9]
    store.undo(2)
    assert store.histogram([])["score"].tolist() == [5]


def test_who_answers_again_counts_again(store):
    bring(store, named("C-1,2026-03-01 10:00:00,3,2,"))
    assert bring(store, named("C-1,2026-04-01 10:00:00,9,5,")).imported == 1
    assert sorted(store.histogram([], metric="nps")["score"]) == [3, 9]


def test_several_rows_of_one_response_all_count(store):
    """A long export, a row for every touchpoint."""
    head = "答卷编号,提交时间,触点,整体满意度\n"
    rows = ["R-1,2026-03-01 10:00:00,门店,2", "R-1,2026-03-01 10:00:00,官网,5", "R-2,2026-03-01 11:00:00,门店,4"]
    assert bring(store, (head + "\n".join(rows)).encode()).imported == 3
    assert store.totals()["answers"] == 3
    assert bring(store, (head + "\n".join(reversed(rows))).encode()).duplicates == 3


def test_review_with_a_later_text_is_the_same_review(store):
    head = "评价编号,评价时间,评价星级,评价内容,追评内容\n"
    bring(store, (head + "P1,2026-03-01 10:00:00,5,不错,\n").encode(), kind="review")
    bring(store, (head + "P1,2026-03-01 10:00:00,5,不错,用了一周坏了\n").encode(), kind="review")
    assert sorted(store.comments()["text"]) == ["不错", "用了一周坏了"]


def test_numbered_complaints_of_two_months_are_not_taken_for_each_other(store):
    head = "序号,投诉时间,投诉类别,投诉内容\n"
    march = head + "1,2026-03-01 10:00:00,物流,还没到\n2,2026-03-02 10:00:00,质量,坏了\n"
    april = head + "1,2026-04-01 10:00:00,物流,丢了\n2,2026-04-02 10:00:00,物流,还没到\n"
    for content in (march, april):
        assert bring(store, content.encode(), kind="complaint").imported == 2
    assert store.totals()["tickets"] == 4
    moved = march.replace("\n1,", "\n7,").replace("\n2,", "\n8,")
    assert bring(store, moved.encode(), kind="complaint").duplicates == 2
