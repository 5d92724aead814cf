"""What stayed out of a file comes in after all: download, correct, import again; every row counted once."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest

from analysis import pipeline
from analysis.errors import FileRefused, UnknownName
from analysis.i18n import say
from analysis.store import Warehouse
from tests.ingest.files import in_process  # noqa: F401

HEADER = "答卷编号,提交时间,客户编号,客户姓名,渠道,您向朋友推荐我们的可能性（0-10分）,整体满意度,意见"
LINES = (
    "A1,2026-03-02 10:00:00,C001,张伟,在线客服,9,非常满意,客服很专业",
    "A2,2026-03-02 11:00:00,C002,王芳,在线客服,99,不满意,打13812345678没人接",  # one bad cell
    "A3,没有日期,C003,李娜,门店,10,满意,服务热情周到",                        # the row stays out
    "A4,2026-03-04 09:00:00,C004,赵敏,门店,7,一般,还行",
    "A5,2026-03-05,C005,钱进,门店,3",                                          # fields are missing
    "A6,2026-03-06 09:00:00,C006,孙立,门店,8,很蓝,可以",                      # another bad cell
)
SCORE, TIME, LABEL = 6, 2, 7  # columns of the workbook, behind the row's number


@pytest.fixture(autouse=True)
def _fast(in_process) -> None:  # noqa: F811
    """Files are read in this process."""


@pytest.fixture
def store():
    with Warehouse.open(":memory:") as opened:
        yield opened


def survey(*lines: str) -> bytes:
    return "\n".join([HEADER, *lines]).encode()


def bring(store: Warehouse, content: bytes, name: str = "三月.csv"):
    report = pipeline.import_file(store, content, file_name=name)
    assert report.rows_read == report.imported + report.duplicates + report.quarantined
    assert all(check.sound for check in store.check()), [c for c in store.check() if not c.sound]
    return report


def state(store: Warehouse) -> dict[str, object]:
    """All that can be counted."""
    scores = store.histogram(["day", "channel"])
    return {
        "totals": store.totals(),
        "scores": sorted(map(str, scores[["day", "channel", "dimension", "score", "count"]].to_numpy().tolist())),
        "texts": sorted(store.comments()["text"]),
    }


def edited(book: bytes, change: Callable[[openpyxl.worksheet.worksheet.Worksheet, dict[int, int]], None]) -> bytes:
    """The workbook after a person changed it; `change` gets the sheet and where each row of the file stands."""
    opened = openpyxl.load_workbook(io.BytesIO(book))
    sheet = opened.worksheets[0]
    change(sheet, {cell.value: cell.row for cell in sheet["A"][1:]})
    stream = io.BytesIO()
    opened.save(stream)
    return stream.getvalue()


def corrected_all(sheet, places) -> None:
    sheet.cell(places[3], SCORE + 1).value = 9
    sheet.cell(places[4], TIME + 1).value = "2026-03-03"
    for column, value in zip(range(7, 10), ("3", "不满意", "排队太久"), strict=True):
        sheet.cell(places[6], column).value = value
    sheet.cell(places[7], LABEL + 1).value = "满意"


SOUND = (
    LINES[0], LINES[1].replace(",99,", ",9,"), LINES[2].replace("没有日期", "2026-03-03"), LINES[3],
    LINES[4] + ",不满意,排队太久", LINES[5].replace("很蓝", "满意"),
)


def test_corrected_rows_come_in_as_if_the_file_had_been_right(store):
    first = bring(store, survey(*LINES))
    assert (first.imported, first.quarantined, first.cells_quarantined) == (4, 2, 2)
    second = bring(store, edited(pipeline.quarantine_workbook(store, 1), corrected_all), "隔离_改好.xlsx")
    assert (second.rows_read, second.imported, second.quarantined, second.cells_quarantined) == (4, 4, 0, 0)
    with Warehouse.open(":memory:") as sound:
        pipeline.import_file(sound, survey(*SOUND), file_name="三月.csv", secret=pipeline.secret_of(store))
        assert state(store) == state(sound)
        people = "SELECT DISTINCT response_id, customer_id FROM answers ORDER BY ALL"
        assert store._rows(people) == sound._rows(people)


def test_nothing_of_a_person_is_kept_in_the_clear(store):
    bring(store, survey(*LINES))
    kept = str(store._rows("SELECT * FROM quarantine_rows")) + str(store._rows("SELECT * FROM quarantine"))
    for personal in ("13812345678", "C002", "C003", "C005", "王芳", "李娜", "钱进", "孙立"):
        assert personal not in kept
    assert "[电话]" in kept
    assert "服务热情周到" in kept


def test_workbook_marks_what_is_wrong_and_says_why(store):
    bring(store, survey(*LINES))
    book = openpyxl.load_workbook(io.BytesIO(pipeline.quarantine_workbook(store, 1)))
    sheet, reasons, hidden = book.worksheets
    assert [cell.value for cell in sheet[1]] == [say("correction.row"), *HEADER.split(",")]
    places = {cell.value: cell.row for cell in sheet["A"][1:]}
    assert sorted(places) == [3, 4, 6, 7]
    assert "0–10" in sheet.cell(places[3], SCORE + 1).comment.text
    assert sheet.cell(places[3], SCORE + 1).fill.fgColor.rgb == "FFFFE3C2"
    assert sheet.cell(places[3], LABEL + 1).comment is None
    assert say("reasons.row_too_short", fields=6, expected=8) in sheet.cell(places[6], 1).comment.text
    assert [cell.value for cell in reasons["A"][1:]] == [3, 4, 6, 7]
    assert hidden.sheet_state == "veryHidden"


def test_what_was_not_corrected_stays_out_and_counts_nothing_twice(store):
    bring(store, survey(*LINES))
    before = state(store)
    report = bring(store, edited(pipeline.quarantine_workbook(store, 1), lambda sheet, places: None), "没改.xlsx")
    assert (report.imported, report.duplicates, report.quarantined, report.cells_quarantined) == (0, 2, 2, 2)
    assert state(store) == before
    assert {issue.reason for issue in report.issues} == {
        "score_off_scale", "score_unreadable", "date_unreadable", "row_too_short",
    }


def test_the_same_correction_twice_changes_nothing(store):
    bring(store, survey(*LINES))
    book = edited(pipeline.quarantine_workbook(store, 1), corrected_all)
    bring(store, book, "改好.xlsx")
    before = state(store)
    again = bring(store, book, "改好.xlsx")
    assert (again.imported, again.duplicates) == (0, 4)
    assert state(store) == before


def test_what_is_still_wrong_can_be_corrected_in_a_second_round(store):
    bring(store, survey(*LINES))

    def one(sheet, places):
        sheet.cell(places[3], SCORE + 1).value = 9

    def rest(sheet, places):
        sheet.cell(places[3], TIME + 1).value = "2026-03-03"
        for column, value in zip(range(7, 10), ("3", "不满意", "排队太久"), strict=True):
            sheet.cell(places[4], column).value = value
        sheet.cell(places[5], LABEL + 1).value = "满意"

    second = bring(store, edited(pipeline.quarantine_workbook(store, 1), one), "第一次.xlsx")
    assert (second.imported, second.duplicates, second.quarantined) == (1, 1, 2)
    third = bring(store, edited(pipeline.quarantine_workbook(store, 2), rest), "第二次.xlsx")
    assert (third.rows_read, third.imported, third.quarantined) == (3, 3, 0)
    with Warehouse.open(":memory:") as sound:
        pipeline.import_file(sound, survey(*SOUND), file_name="三月.csv", secret=pipeline.secret_of(store))
        assert state(store) == state(sound)


def test_undoing_the_correction_brings_the_numbers_back(store):
    bring(store, survey(*LINES))
    before = state(store)
    bring(store, edited(pipeline.quarantine_workbook(store, 1), corrected_all), "改好.xlsx")
    assert state(store) != before
    store.undo(2)
    assert state(store) == before
    assert all(check.sound for check in store.check())


def test_undoing_the_original_leaves_the_corrected_rows_whole(store):
    bring(store, survey(*LINES))
    bring(store, edited(pipeline.quarantine_workbook(store, 1), corrected_all), "改好.xlsx")
    after = state(store)
    store.undo(1)
    assert store.totals()["responses"] == 4
    again = bring(store, survey(*LINES))
    assert again.imported == 4
    assert state(store) == after
    store.undo(2)
    with Warehouse.open(":memory:") as fresh:
        pipeline.import_file(fresh, survey(*LINES), file_name="三月.csv", secret=pipeline.secret_of(store))
        assert state(store) == state(fresh)


def test_the_repaired_file_itself_adds_nothing_after_its_correction(store):
    bring(store, survey(*LINES))
    bring(store, edited(pipeline.quarantine_workbook(store, 1), corrected_all), "改好.xlsx")
    before = state(store)
    report = bring(store, survey(*SOUND), "源头也改了.csv")
    assert (report.imported, report.duplicates) == (0, 6)
    assert state(store) == before


THIN = "提交时间,推荐意愿\n" + "2026-03-01,9\n" * 3 + "2026-03-01,90\n" * 2


def test_equal_answers_of_different_people_all_count(store):
    """Without ids, a corrected row that says the same as another is another customer all the same."""
    assert bring(store, THIN.encode()).quarantined == 2

    def to_nine(sheet, places):
        for row in places.values():
            sheet.cell(row, 3).value = "9"

    book = edited(pipeline.quarantine_workbook(store, 1), to_nine)
    assert bring(store, book, "改好.xlsx").imported == 2
    assert bring(store, book, "改好.xlsx").duplicates == 2
    assert bring(store, THIN.replace("90", "9").encode(), "源头.csv").duplicates == 5
    assert store.histogram([])["count"].tolist() == [5]


def test_rows_may_be_sorted_and_deleted_and_strange_ones_stay_out(store):
    bring(store, survey(*LINES))

    def shuffled(sheet, places):
        sheet.cell(places[3], SCORE + 1).value = 9
        row = [cell.value for cell in sheet[places[3]]]
        sheet.delete_rows(2, 4)
        for line in ([99, *row[1:]], row, row, [None, *row[1:]]):
            sheet.append(line)

    report = bring(store, edited(pipeline.quarantine_workbook(store, 1), shuffled), "乱.xlsx")
    assert (report.rows_read, report.imported, report.quarantined) == (4, 1, 3)
    assert [issue.reason for issue in report.issues] == [
        "correction_row_unknown", "correction_row_repeated", "correction_row_unknown",
    ]


def test_tickets_are_corrected_too(store):
    header = "工单编号,受理时间,投诉类别,投诉内容,渠道,联系次数\n"
    bring(store, (header + "T1,2026-03-01,物流,太慢,在线客服,两次\nT2,2026-03-01,物流,破损,在线客服,1\n").encode())

    def mended(sheet, places):
        sheet.cell(places[2], 7).value = 2

    bring(store, edited(pipeline.quarantine_workbook(store, 1), mended), "改好.xlsx")
    tickets = store.tickets()
    assert dict(zip(tickets["ticket_id"], tickets["contacts"], strict=True)) == {"T1": 2, "T2": 1}
    assert len(store.comments()) == 2


def test_a_date_whose_order_only_the_whole_column_tells_stays_as_it_was_read(store):
    lines = ["提交时间,推荐意愿", "25/03/2026,9", "04/03/2026,99", "28/03/2026,8"]
    bring(store, "\n".join(lines).encode())

    def mended(sheet, places):
        sheet.cell(places[3], 3).value = "10"

    bring(store, edited(pipeline.quarantine_workbook(store, 1), mended), "改好.xlsx")
    days = dict(store.histogram(["day"])[["score", "day"]].to_numpy().tolist())
    assert str(days[10]) == "2026-03-04"


def test_a_given_survey_date_holds_for_the_corrections(store):
    from datetime import date

    content = "客户编号,推荐意愿\nC1,9\nC2,99\n".encode()
    pipeline.import_file(store, content, file_name="无日期.csv", survey_date=date(2026, 3, 9))

    def mended(sheet, places):
        for row in places.values():
            sheet.cell(row, 3).value = "10"

    assert bring(store, edited(pipeline.quarantine_workbook(store, 1), mended), "改好.xlsx").imported == 1
    assert store.period() == (date(2026, 3, 9), date(2026, 3, 9))


# -- the marker is no pass


def test_workbook_of_another_store_or_of_an_undone_batch_is_refused(store):
    bring(store, survey(*LINES))
    book = pipeline.quarantine_workbook(store, 1)
    store.undo(1)
    with pytest.raises(FileRefused) as refused:
        pipeline.import_file(store, book, file_name="改好.xlsx")
    assert refused.value.key == "errors.correction_unknown"
    with pytest.raises(UnknownName):
        pipeline.quarantine_workbook(store, 1)


def test_moved_columns_are_refused(store):
    bring(store, survey(*LINES))
    book = edited(pipeline.quarantine_workbook(store, 1), lambda sheet, places: sheet.delete_cols(4))
    with pytest.raises(FileRefused) as refused:
        pipeline.import_file(store, book, file_name="改好.xlsx")
    assert refused.value.key == "errors.correction_header"


def test_an_invented_pseudonym_is_hashed_like_any_id(store):
    """Only a pseudonym that the store itself kept for that row is taken for one."""
    bring(store, survey(*LINES))
    (victim,) = store._rows("SELECT DISTINCT customer_id FROM answers WHERE response_id = 'A1'")[0]

    def forged(sheet, places):
        sheet.cell(places[3], SCORE + 1).value = 9
        sheet.cell(places[3], 4).value = f"#{victim}"

    bring(store, edited(pipeline.quarantine_workbook(store, 1), forged), "改好.xlsx")
    ids = dict(store._rows("SELECT DISTINCT response_id, customer_id FROM answers"))
    assert ids["A1"] == victim
    assert ids["A2"] != victim


def test_a_visible_sheet_of_the_markers_name_is_a_sheet_like_others(store):
    bring(store, survey(*LINES))
    book = openpyxl.load_workbook(io.BytesIO(pipeline.quarantine_workbook(store, 1)))
    book["_xinsheng"].sheet_state = "visible"
    stream = io.BytesIO()
    book.save(stream)
    inspection = pipeline.inspect_file(store, stream.getvalue(), file_name="x.xlsx", kind="survey")
    assert inspection.correction is None


def test_cells_that_look_like_formulas_stay_text_all_the_way(store):
    bring(store, survey(LINES[1].replace("打13812345678没人接", "=HYPERLINK(1)")))
    book = pipeline.quarantine_workbook(store, 1)
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(book)).worksheets[0].iter_rows() for cell in row]
    assert all(cell.data_type in ("s", "n") for cell in cells)

    def mended(sheet, places):
        sheet.cell(places[2], SCORE + 1).value = 9

    bring(store, edited(book, mended), "改好.xlsx")
    assert store.comments()["text"].tolist() == ["=HYPERLINK(1)"]


def test_a_workbook_in_which_every_row_is_still_wrong_is_accounted_for(store):
    bring(store, survey(LINES[0], LINES[2], LINES[4]))
    book = edited(pipeline.quarantine_workbook(store, 1), lambda sheet, places: None)
    report = bring(store, book, "没改.xlsx")
    assert (report.rows_read, report.imported, report.quarantined) == (2, 0, 2)
    assert pipeline.rehearse(store, pipeline.inspect_file(store, book, file_name="没改.xlsx"), rows=1).of == 2
