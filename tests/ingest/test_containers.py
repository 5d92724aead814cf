"""The same table in other containers: TSV, old workbooks, workbooks with macros, archives."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis import pipeline
from analysis.errors import FileRefused
from analysis.ingest import convert, inspect
from analysis.store import Warehouse
from tests.ingest import exports
from tests.ingest.files import SECRET, SURVEY, adds_up, look, xlsx_bytes, zip_bytes

# 问卷星's form with two sheets, written once with xlwt.
OLD_WORKBOOK = Path(__file__).parent / "fixtures" / "survey.xls"
ROWS = [line.split(",") for line in SURVEY.splitlines()]


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize(
    ("data", "form", "sheet"),
    [
        (SURVEY.replace(",", "\t").encode(), "tsv", ""),
        (b"sep=\t\r\n" + SURVEY.replace(",", "\t").encode(), "tsv", ""),
        (zip_bytes(data_dot_csv=SURVEY.encode("gb18030")), "csv", "data.csv"),
        (zip_bytes(export__data_dot_xlsx=xlsx_bytes(ROWS)), "xlsx", "export/data.xlsx"),
        (
            zip_bytes(x___dot_hidden_dot_csv=b"x", data_dot_csv=SURVEY.encode(), readme_dot_pdf=b"%PDF-"),
            "csv", "data.csv",
        ),
    ],
)
def test_same_records(data: bytes, form: str, sheet: str) -> None:
    found = look(data)
    assert (found.format, found.table.sheet) == (form, sheet)
    batch = convert(found, secret=SECRET)
    assert batch.rows["content"].tolist() == convert(look(SURVEY), secret=SECRET).rows["content"].tolist()


@pytest.mark.parametrize(
    ("made", "form", "kind"),
    [
        (exports.spss, "sav", "survey"), (exports.old_workbook, "xls", "survey"),
        (exports.workbook_with_macros, "xlsx", "volume"), (exports.tab_separated, "tsv", "survey"),
    ],
)
def test_whole_way_into_the_store(made, form: str, kind: str) -> None:
    content = made()
    data = content if isinstance(content, bytes) else content.encode("gb18030")
    with Warehouse.open(":memory:") as store:
        report = pipeline.import_file(store, data, file_name="数据")
        assert (report.format, report.kind, report.quarantined, report.cells_quarantined) == (form, kind, 0, 0)
        assert report.imported == report.rows_read > 0
        again = pipeline.import_file(store, data, file_name="改了名")
        assert (again.imported, again.duplicates) == (0, report.rows_read)


def test_old_workbook_in_the_child_process() -> None:
    found = inspect(OLD_WORKBOOK, file_name="答卷.xls")
    assert (found.format, found.tool, found.table.sheet) == ("xls", "wenjuanxing", "数据")
    batch = convert(found, secret=SECRET)
    assert adds_up(batch)
    assert batch.tables["answers"]["score"].tolist() == [5, 4, 3, 2, 1]
    assert batch.tables["answers"]["day"].dt.day.tolist() == [1, 2, 3, 4, 5]


def test_every_cut_of_an_old_workbook_is_refused() -> None:
    """The engine may give up in its own way on a damaged file: that ends its process, and the file is refused."""
    whole = OLD_WORKBOOK.read_bytes()
    for length in range(512, len(whole), 1024):
        with pytest.raises(FileRefused):
            inspect(whole[:length], file_name="答卷.xls")
