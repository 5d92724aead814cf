"""One survey downloaded from 问卷星 in words and in numbers: its answers count once, whichever comes first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import openpyxl
import pytest

from analysis import pipeline
from analysis.records import ImportReport
from analysis.store import Warehouse
from tests.ingest import exports
from tests.ingest.exports import LABELS
from tests.ingest.files import look, xlsx_bytes, zip_bytes

pytestmark = pytest.mark.usefixtures("in_process")

META = ["序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP"]
QUESTIONS = [
    "1、您对本次服务是否满意", "2、服务态度", "3、您从哪里知道我们", "4、您有多大可能把我们推荐给朋友", "5、建议",
]
OPTIONS = ("朋友", "广告", "路过")


def export(numbers: range, *, coded: bool, split: bool = False, minute: int = 0) -> bytes:
    """The answers with these numbers; `split` gives the question of several options a column per option."""
    header = [*META, *QUESTIONS]
    if split:
        header[8:9] = [f"3、({option})" for option in OPTIONS]
    return exports.csv_text([header, *(_row(n, coded, split, minute) for n in numbers)]).encode("gb18030")


def _row(n: int, coded: bool, split: bool, minute: int) -> list[str]:
    overall, staff, chosen, likely = n % 5, (n + 2) % 5, n % 3, n % 11
    scores = [str(i + 1) if coded else LABELS[i] for i in (overall, staff)]
    several = [f"{chosen + 1}┋{(chosen + 1) % 3 + 1}" if coded else f"{OPTIONS[chosen]}┋{OPTIONS[(chosen + 1) % 3]}"]
    if split:
        several = [str(int(i in (chosen, (chosen + 1) % 3))) for i in range(3)]
    when = f"2026/9/{n % 28 + 1} 12:{minute:02}:{n % 60:02}"
    meta = [str(n), when, f"{30 + n}秒", "手机提交", "直接访问", f"10.0.0.{n}(浙江)"]
    return [*meta, *scores, *several, str(likely + 1 if coded else likely), f"排队的人太多了，第{n}次"]


@pytest.fixture
def store() -> Iterator[Warehouse]:
    with Warehouse.open(":memory:") as opened:
        yield opened


def put(store: Warehouse, data: bytes, name: str = "答卷.csv") -> ImportReport:
    """Import as the page does: the mapping that is proposed is confirmed."""
    found = pipeline.inspect_file(store, data, file_name=name)
    return pipeline.import_inspected(store, found, mapping=found.mapping)


def account(report: ImportReport) -> tuple[int, int, int]:
    assert report.rows_read == report.imported + report.duplicates + report.quarantined
    return report.imported, report.duplicates, report.quarantined


def counted(store: Warehouse) -> list[tuple]:
    frame = store.histogram([]).sort_values(["dimension", "scale", "score"])
    return list(frame.itertuples(index=False, name=None))


@pytest.mark.parametrize("first_coded", [False, True])
def test_every_other_form_is_all_duplicates(store: Warehouse, first_coded: bool) -> None:
    """As a text file, with a column per option, and as a workbook; the preview says so before the import."""
    first = put(store, export(range(1, 13), coded=first_coded))
    before, comments = counted(store), len(store.comments())
    assert account(first) == (12, 0, 0)
    plain = export(range(1, 13), coded=not first_coded)
    cells = list(exports.csv.reader(exports.io.StringIO(plain.decode("gb18030"))))
    found = pipeline.inspect_file(store, plain, file_name="另一种.csv")
    seen = pipeline.rehearse(store, found, mapping=found.mapping)
    assert (account(seen.report), [notice.name for notice in seen.notices]) == ((0, 12, 0), ["same_answers"])
    for other in (plain, export(range(1, 13), coded=not first_coded, split=True), xlsx_bytes(cells)):
        report = put(store, other, "另一种")
        assert account(report) == (0, 12, 0)
        assert (counted(store), len(store.comments())) == (before, comments)
        notice = report.notices[-1]
        assert (notice.name, notice.values) == ("same_answers", {"count": 12, "batch": 1, "file": "答卷.csv"})


@pytest.mark.parametrize("first_coded", [False, True])
def test_later_download_adds_what_is_new(store: Warehouse, first_coded: bool) -> None:
    put(store, export(range(1, 11), coded=first_coded))
    longer = export(range(1, 16), coded=not first_coded)
    assert account(put(store, longer)) == (5, 10, 0)
    assert account(put(store, longer)) == (0, 15, 0)
    assert store.histogram([]).query("dimension == '服务态度'")["count"].sum() == 15


def test_undo_and_redo_pass_the_answers_on(store: Warehouse) -> None:
    put(store, export(range(1, 11), coded=False))
    longer = export(range(1, 16), coded=True)
    put(store, longer)
    together = counted(store)
    store.undo(1)
    assert counted(store) == together
    assert account(put(store, longer)) == (0, 15, 0)
    store.redo(1)
    assert counted(store) == together
    store.undo(1)
    store.undo(2)
    assert store.is_empty()
    assert all(check.sound for check in store.check())


def test_the_other_form_goes_in_once_the_first_is_undone(store: Warehouse) -> None:
    put(store, export(range(1, 11), coded=True))
    put(store, export(range(1, 11), coded=False))
    store.undo(1)
    assert account(put(store, export(range(1, 11), coded=False))) == (10, 0, 0)
    assert not store.histogram([]).query("dimension == '推荐意愿'").empty


def test_same_form_corrected_still_replaces(store: Warehouse) -> None:
    put(store, export(range(1, 11), coded=False))
    corrected = export(range(1, 11), coded=False).decode("gb18030").replace("非常不满意", "一般").encode("gb18030")
    assert account(put(store, corrected))[0] > 0
    assert store.histogram([]).query("dimension == '服务态度'")["count"].sum() == 10


def replaced(data: bytes, row: int, column: int, cell: str) -> bytes:
    """The same file with another cell."""
    rows = list(exports.csv.reader(exports.io.StringIO(data.decode("gb18030"))))
    rows[row][column] = cell
    return exports.csv_text(rows).encode("gb18030")


def corrected(store: Warehouse, batch: int, cell: str) -> ImportReport:
    """What stayed out of a batch, with the one cell that could not be read corrected, imported."""
    book = openpyxl.load_workbook(exports.io.BytesIO(pipeline.quarantine_workbook(store, batch)))
    [wrong] = [c for line in book.worksheets[0].iter_rows() for c in line if c.value == "看不懂"]
    wrong.value = cell
    out = exports.io.BytesIO()
    book.save(out)
    return pipeline.import_file(store, out.getvalue(), file_name="更正.xlsx")


@pytest.mark.parametrize("coded", [False, True])
def test_correction_of_a_row_that_stands_in_the_other_form(store: Warehouse, coded: bool) -> None:
    """The answer is there already, whole: correcting its other form adds and takes nothing."""
    whole, faulty = export(range(1, 9), coded=not coded), replaced(export(range(1, 9), coded=coded), 3, 7, "看不懂")
    put(store, whole)
    put(store, faulty)
    before = counted(store)
    report = corrected(store, 2, "1" if coded else LABELS[0])
    assert (account(report), counted(store)) == ((0, 1, 0), before)
    assert report.notices[-1].name == "same_answers"
    store.undo(report.batch)
    assert (account(put(store, faulty)), counted(store)) == ((0, 8, 0), before)


@pytest.mark.parametrize("coded", [False, True])
def test_corrected_row_stays_when_the_other_form_comes_again(store: Warehouse, coded: bool) -> None:
    other = export(range(1, 9), coded=not coded)
    put(store, replaced(export(range(1, 9), coded=coded), 3, 7, "看不懂"))
    put(store, other)
    before = counted(store)
    report = corrected(store, 1, "1" if coded else LABELS[0])
    after = counted(store)
    assert account(report) == (1, 0, 0)
    assert sum(line[-1] for line in after) == sum(line[-1] for line in before) + 1
    assert (account(put(store, other)), counted(store)) == ((0, 8, 0), after)
    store.undo(report.batch)
    assert counted(store) == before
    store.redo(report.batch)
    assert counted(store) == after


def test_of_two_forms_in_numbers_the_later_counts(store: Warehouse) -> None:
    """By number and by score, nothing in the cells tells which is which: it is read as a correction."""
    by_number, by_score = export(range(1, 9), coded=True), replaced(export(range(1, 9), coded=True), 1, 6, "5")
    put(store, by_number)
    first = counted(store)
    report = put(store, by_score, "按分数.csv")
    second = counted(store)
    assert (account(report), store.totals()["responses"]) == ((1, 7, 0), 8)
    assert second != first
    assert (account(put(store, by_number)), counted(store)) == ((0, 8, 0), second)
    store.undo(report.batch)
    assert counted(store) == first
    store.redo(report.batch)
    assert counted(store) == second


def test_other_answers_to_the_same_questions_go_in_with_a_word(store: Warehouse) -> None:
    """Another month, or another survey of five questions: nobody but a person can tell."""
    put(store, export(range(1, 11), coded=False))
    report = put(store, export(range(1, 11), coded=True, minute=7))
    assert account(report) == (10, 0, 0)
    assert report.notices[-1].name == "maybe_same_answers"


def test_agreement_by_chance_is_no_other_form(store: Warehouse) -> None:
    put(store, export(range(1, 41), coded=False))
    lines = export(range(1, 41), coded=True, minute=7).decode("gb18030").splitlines()
    lines[1] = lines[1].replace("12:07:", "12:00:")
    assert account(put(store, "\n".join(lines).encode("gb18030"))) == (40, 0, 0)


def test_direction_is_asked_of_numbers_although_words_were_confirmed(store: Warehouse) -> None:
    put(store, export(range(1, 9), coded=False))
    found = pipeline.inspect_file(store, export(range(9, 20), coded=True), file_name="按序号.csv")
    asked = {c.header: c.question for c in found.mapping.columns if c.question}
    assert asked == {
        QUESTIONS[0]: "questions.positions", QUESTIONS[1]: "questions.positions",
        QUESTIONS[3]: "questions.nps_positions",
    }


def test_direction_is_remembered_for_numbers_alone(store: Warehouse) -> None:
    found = pipeline.inspect_file(store, export(range(1, 12), coded=True), file_name="一月.csv")
    best_first = tuple(replace(c, reversed=True) if c.role == "score" else c for c in found.mapping.columns)
    pipeline.import_inspected(store, found, mapping=replace(found.mapping, columns=best_first))
    words = pipeline.inspect_file(store, export(range(1, 12), coded=False), file_name="文本.csv")
    assert not any(c.reversed or c.question for c in words.mapping.columns)
    pipeline.import_inspected(store, words, mapping=words.mapping)
    again = pipeline.inspect_file(store, export(range(20, 31), coded=True), file_name="二月.csv")
    assert again.template
    assert [c.reversed for c in again.mapping.having("score")] == [True, True]
    assert not any(c.question for c in again.mapping.columns)


def test_words_win_inside_one_archive(store: Warehouse) -> None:
    both = zip_bytes(
        调查按文本_dot_csv=export(range(1, 9), coded=False), 调查按序号_dot_csv=export(range(1, 9), coded=True)
    )
    assert account(put(store, both, "下载.zip")) == (8, 0, 0)
    assert account(put(store, export(range(1, 9), coded=True), "调查按序号.csv")) == (0, 8, 0)


@pytest.mark.parametrize("coded", [False, True])
def test_form_is_told_by_the_cells(coded: bool) -> None:
    form = look(export(range(1, 9), coded=coded)).form
    assert form.survey == "wenjuanxing:1,2,3,4,5"
    assert form.coded == (frozenset({1, 2, 3, 4}) if coded else frozenset({4}))
