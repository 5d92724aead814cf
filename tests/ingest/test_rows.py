"""Rows as they stand in files: ragged, quoted, with titles above them, in workbooks."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from analysis.ingest import sandbox
from analysis.ingest.sieve import Sieve
from analysis.ingest.workbook import Worksheet
from tests.ingest.files import SURVEY, adds_up, look, parse_here, records, xlsx_bytes

pytestmark = pytest.mark.usefixtures("in_process")
HEADER, *LINES = SURVEY.splitlines()


def test_short_and_long_rows_are_put_aside_with_line_and_value() -> None:
    batch = records(
        SURVEY
        + "A3,2026-01-07\nA4,2026-01-08,门店,北苑店,8,满意,4,好,多了\nA5,2026-01-09,门店,北苑店,8,满意,4,好\n"
    )
    found = [
        (i.row, i.value, i.reason, i.whole_row, i.values["fields"], i.values["expected"])
        for i in batch.report.issues
    ]
    assert found == [
        (4, "A3,2026-01-07", "row_too_short", True, 2, 8),
        (5, "A4,2026-01-08,门店,北苑店,8,满意,4,好,[已遮盖]", "row_too_long", True, 9, 8),  # a name is as short
    ]
    assert batch.report.rows_read == 5
    assert batch.report.imported == 3
    assert adds_up(batch)


def test_trailing_comma_on_every_line() -> None:
    batch = records("\n".join([HEADER, *(line + "," for line in LINES)]))
    assert batch.report.imported == 2
    assert batch.report.quarantined == 0


def test_trailing_comma_on_the_header_too() -> None:
    batch = records("\n".join(line + "," for line in [HEADER, *LINES]))
    assert batch.report.imported == 2


def test_one_longer_row_is_not_a_habit() -> None:
    batch = records("\n".join([HEADER, LINES[0] + ",", LINES[1]]))
    assert [(i.row, i.reason) for i in batch.report.issues] == [(2, "row_too_long")]


def test_misplaced_quote_costs_one_row() -> None:
    batch = records(
        SURVEY + 'A3,2026-01-07,门店,"北"苑店,8,满意,4,好\nA4,2026-01-08,门店,北苑店,8,满意,4,好\n'
    )
    assert [(i.row, i.reason) for i in batch.report.issues] == [(4, "bad_quote")]
    assert batch.report.imported == 3


def test_quoted_line_breaks_and_separators() -> None:
    batch = records(
        SURVEY
        + 'A3,2026-01-07,门店,北苑店,8,满意,4,"好，很好,真的\n""第二行"""\nA4,2026-01-08,门店,北苑店,8,满意,4,尾\n'
    )
    texts = batch.tables["comments"].set_index("row")["text"]
    assert texts[4] == '好，很好,真的 "第二行"'
    assert texts[5] == "尾"  # rows are counted as a spreadsheet counts them


def test_blank_lines_are_no_rows_but_count_as_lines() -> None:
    batch = records(SURVEY + "\n,,,,,,,\nA3,2026-01-07,门店,北苑店,8,满意,4,好\n\n")
    assert batch.report.rows_read == 3
    assert batch.rows["row"].tolist() == [2, 3, 6]


def test_title_rows_above_the_header() -> None:
    found = look("2026年上半年满意度调查,,,,,,,\n导出时间：2026-07-01,,,,,,,\n" + SURVEY)
    assert found.table.header[0] == "答卷编号"
    assert found.table.header_row == 3
    assert found.table.frame.index.tolist() == [4, 5]


def test_cells_stay_text() -> None:
    found = look("工单编号,投诉内容\n00123456789012345678,NA\n007,null\n", kind="complaint")
    assert found.table.frame.to_numpy().tolist() == [["00123456789012345678", "NA"], ["007", "null"]]
    texts = records("工单编号,投诉内容,受理时间\n1,NA,2026-01-01\n2,null,2026-01-01\n").tables["comments"][
        "text"
    ]
    assert texts.tolist() == ["NA", "null"]


def test_workbook_cells_as_a_person_would_type_them() -> None:
    rows = [
        ["工单编号", "受理时间", "投诉内容", "联系次数", "赔付金额", "是否重开"],
        [20190228.0, datetime(2026, 1, 5, 8, 30), "慢", 3, 12.5, True],
        ["007", date(2026, 1, 6), "坏", 1, 0, False],
    ]
    found = look(xlsx_bytes(rows))
    assert found.format == "xlsx"
    assert found.table.frame.to_numpy().tolist() == [
        ["20190228", "2026-01-05 08:30:00", "慢", "3", "12.5", "TRUE"],
        ["007", "2026-01-06", "坏", "1", "0", "FALSE"],
    ]


def test_sheet_with_most_data_is_read() -> None:
    found = look(
        xlsx_bytes(
            [["说明"], ["门店", "满意度"], ["湖滨店", 5], ["北苑店", 4]], sheet="数据", before=("封面", "空")
        )
    )
    assert found.table.sheet == "数据"
    assert found.table.header == ("门店", "满意度")
    assert found.table.frame.index.tolist() == [3, 4]


def test_same_rows_from_workbook_and_text() -> None:
    rows = [line.split(",") for line in SURVEY.splitlines()]
    assert records(xlsx_bytes(rows)).rows["content"].tolist() == records(SURVEY).rows["content"].tolist()


def test_blank_and_repeated_headers_stay_apart() -> None:
    found = look("门店,,门店,满意度\n湖滨店,x,y,5\n")
    assert found.table.header == ("门店", "", "门店", "满意度")
    assert list(found.table.frame.columns) == ["门店", "#2", "门店 (2)", "满意度"]


CELLS = [1, 1.0, True, 0.5, -0.0, 2**60, "1", " ", None, "长" * 3, date(2026, 1, 2), datetime(2026, 1, 2, 3, 4, 5)]


def test_workbook_by_column_and_by_row() -> None:
    """Cells of one column that are equal in Python and not in Excel: 1, 1.0, TRUE; blank rows; cells too long."""
    rows = [["甲", "乙", "丙"], *([cell, "x", CELLS[-1 - at]] for at, cell in enumerate(CELLS))]
    rows[5:5] = [[" ", None, ""], ["长" * 300_000, "x", "y"]]
    book = Worksheet("表", rows, ())
    by_row, by_column = Sieve(3), Sieve(3)
    one = list(by_row.sound((number, row) for number, row in enumerate(book.rows(), 1) if number > 1))
    [block] = book.blocks(3)
    other = by_column.sound_block(block, below=1).to_pylist()
    assert one == [(line.pop("row"), list(line.values())) for line in other]
    assert by_row.issues == by_column.issues
    assert len(by_row.issues) == 1
    assert [cells[0] for _, cells in one][:3] == ["1", "1", "TRUE"]


@pytest.mark.parametrize("content", [SURVEY.encode("gb18030"), xlsx_bytes(line.split(",") for line in LINES)])
def test_process_and_library_read_the_same(content: bytes) -> None:
    apart, here = sandbox.parse(content), parse_here(content)
    assert apart.table.equals(here.table)
    assert apart.header == here.header
    assert apart.encoding == here.encoding
