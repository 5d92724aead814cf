"""Files that are strange and still hold good rows: the rows come out right, and what a person cannot see is said."""

from __future__ import annotations

import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from analysis import pipeline
from analysis.i18n import say
from analysis.ingest import Inspection, convert, limits
from analysis.store import IN_MEMORY, Warehouse
from tests.ingest.files import SECRET, SURVEY, adds_up, look, records, xlsx_bytes
from tests.ingest.hostile import DATE_SYSTEMS, ROWS, false_dimension, repacked, uncalculated, with_dates, workbook

pytestmark = pytest.mark.usefixtures("in_process")


def notices(found: Inspection) -> dict[str, int]:
    """Each notice with its number; the sentence must be complete."""
    for notice in found.notices:
        assert "{" not in say(f"notices.{notice.name}", **notice.values)
    return {notice.name: notice.values["count"] for notice in found.notices}


def cells(found: Inspection) -> list[list[str]]:
    return found.table.frame.to_numpy().tolist()


def test_plain_workbook_has_no_notices() -> None:
    found = look(workbook())
    assert notices(found) == {}
    assert cells(found) == cells(look(SURVEY))


@pytest.mark.parametrize("area", ["A1:XFD1048576", "A1:A1"])
def test_dimension_that_is_false(area: str) -> None:
    """What a sheet says of its own size is not believed."""
    assert cells(look(false_dimension(area))) == cells(look(SURVEY))


@pytest.mark.parametrize("system", DATE_SYSTEMS)
def test_dates_of_both_systems(system: str) -> None:
    batch = convert(look(with_dates(DATE_SYSTEMS[system])), secret=SECRET)
    assert batch.tables["answers"].groupby("row")["day"].first().astype(str).tolist() == ["2026-01-05", "2026-01-06"]


def test_hidden_rows_and_columns_are_read_and_said() -> None:
    def hide(_: Workbook, target: Worksheet) -> None:
        target.row_dimensions[3].hidden = True
        target.row_dimensions[50].hidden = True  # nothing stands there
        target.column_dimensions.group("G", "XFD", hidden=True)

    found = look(workbook(hide))
    assert notices(found) == {"hidden_rows": 1, "hidden_columns": 2}
    assert cells(found) == cells(look(SURVEY))


def test_other_sheets_are_named() -> None:
    def more(book: Workbook, _: Worksheet) -> None:
        for name, hidden in (("旧数据", True), ("说明", False), ("空", False)):
            target = book.create_sheet(name)
            target.sheet_state = "hidden" if hidden else "visible"
            if name != "空":
                target.append(["这里也有内容"])

    found = look(workbook(more))
    assert notices(found) == {"hidden_sheets": 1, "other_sheets": 1}
    assert {n.name: n.values["names"] for n in found.notices} == {"hidden_sheets": ["旧数据"], "other_sheets": ["说明"]}
    assert found.table.sheet == "Sheet"


def test_formulas_without_a_value_and_errors_are_blank_and_counted() -> None:
    found = look(workbook(uncalculated))
    assert notices(found) == {"error_cells": 1, "formulas_without_value": 1}
    assert cells(found)[0][4:6] == ["", ""]
    assert adds_up(convert(found, secret=SECRET))


def test_formula_whose_value_is_the_empty_text_is_no_fault() -> None:
    empty = b'<c r="E2" t="str"><f>IF(A2="","",A2)</f><v></v></c>'

    def edit(name: str, content: bytes) -> bytes:
        start = content.find(b'<c r="E2"')
        end = content.find(b"</c>", start) + len(b"</c>")
        return content[:start] + empty + content[end:] if name.endswith("sheet1.xml") else content

    assert notices(look(repacked(workbook(), edit))) == {}


def test_header_under_a_merged_title() -> None:
    def titled(_: Workbook, target: Worksheet) -> None:
        target.insert_rows(1)
        target["A1"], target["E1"] = "二月调查", "评分"
        target.merge_cells("A1:D1")
        target.merge_cells("E1:H1")

    found = look(workbook(titled))
    assert (found.table.header_row, cells(found)) == (2, cells(look(SURVEY)))


def test_macros_and_links_lie_still() -> None:
    """A workbook with a macro, a link to another file and a query is only a table."""
    data = repacked(workbook(), more={
        "xl/vbaProject.bin": bytes(range(256)),
        "xl/externalLinks/externalLink1.xml": b'<externalLink><externalBook r:id="rId1"/></externalLink>',
        "xl/externalLinks/_rels/externalLink1.xml.rels":
            b'<Relationships><Relationship Id="rId1" Target="http://127.0.0.1:9/" TargetMode="External"/>'
            b"</Relationships>",
        "xl/connections.xml": b'<connections><connection id="1" type="4"/></connections>',
    })
    assert cells(look(data)) == cells(look(SURVEY))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_names_in_the_header_that_cannot_be_seen(form: str) -> None:
    """Zero-width, direction and control characters come with headers copied from web pages."""
    marked = ["\ufeff答卷编号", "提交\u200b时间", "渠道\u200e", "\u202a门店\u202c", "\u2067推荐意愿\u2069"]
    rows = [[*marked, *ROWS[0][5:]], *ROWS[1:]]
    found = look(xlsx_bytes(rows) if form == "xlsx" else "\n".join(map(",".join, rows)))
    plain = look(SURVEY)
    assert found.table.header == plain.table.header
    assert [c.role for c in found.mapping.columns] == [c.role for c in plain.mapping.columns]


def test_headers_that_are_blank_or_repeated() -> None:
    found = look("推荐意愿,,推荐意愿,,提交时间\n9,x,3,y,2026-01-05\n")
    assert list(found.table.frame.columns) == ["推荐意愿", "#2", "推荐意愿 (2)", "#4", "提交时间"]
    assert cells(found) == [["9", "x", "3", "y", "2026-01-05"]]


def test_comment_of_ten_megabytes() -> None:
    """It stays out, alone and with its row number; of its text only the beginning is kept."""
    batch = records(SURVEY + f"A3,2026-01-07 09:00:00,门店,北苑店,8,满意,4,{'好' * (10 * limits.MEGABYTE // 3)}\n")
    assert adds_up(batch)
    assert [(i.row, i.reason, i.whole_row) for i in batch.report.issues] == [(4, "cell_too_long", True)]
    assert len(batch.report.issues[0].value) < 3_000  # masks may be longer than what they cover
    assert batch.report.imported == 2


@pytest.mark.parametrize("first", ["sep=;", "SEP=;", "sep=；", "sep=abc", 'sep="', "sep=", "sep=5"])
def test_first_line_that_names_a_separator(first: str) -> None:
    """One that cannot be a separator names nothing; the rows themselves show it."""
    separator = first[-1] if first[-1] in ";；" else ","
    found = look(f"{first}\n" + SURVEY.replace(",", separator))
    assert found.table.header == look(SURVEY).table.header
    assert cells(found) == cells(look(SURVEY))


SCORES = {
    "9": 9.0, "９": 9.0, "9分": 9.0, "11": "score_off_scale", "-1": "score_off_scale", "9.5": "score_off_scale",
    "1e309": "score_unreadable", "inf": "score_unreadable", "九": "score_unreadable",
}


@pytest.mark.parametrize("written", SCORES)
def test_scores_on_a_scale_of_eleven(written: str) -> None:
    """The declared scale decides; what it does not hold leaves the other numbers as they were."""
    lines = [f"B{n},2026-01-05 10:00:00,{n}" for n in range(11)]
    text = "答卷编号,提交时间,推荐意愿\n" + "\n".join(lines)
    batch, odd = records(text), records(f"{text}\nC1,2026-01-05 10:00:00,{written}")
    scores, before = (b.tables["answers"]["score"].tolist() for b in (odd, batch))
    expected = SCORES[written]
    if isinstance(expected, float):
        assert scores == [*before, expected]
    else:
        assert scores == before
        assert [(i.row, i.value, i.reason) for i in odd.report.issues] == [(13, written, expected)]


@pytest.mark.parametrize("name", ["../../x.csv", "a\x00b.csv", "长" * 300, "答\u202evsc.exe", "bytes\udcff.csv"])
def test_file_name_reaches_the_ledger_as_a_name_only(name: str) -> None:
    with Warehouse.open(IN_MEMORY) as store:
        pipeline.import_file(store, SURVEY.encode(), file_name=name)
        kept = store.batches()["file_name"].item()
    assert kept
    assert len(kept) <= 120
    assert not set(kept) & set("/\\\x00\u202e\udcff")
