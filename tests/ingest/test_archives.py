"""Archives of several tables: each is a file of its own, unless they say the same in two forms."""

from __future__ import annotations

import json

import pytest

from analysis import pipeline
from analysis.cli import main
from analysis.errors import ArchiveOfSeveral, FileRefused
from analysis.ingest import inspect
from analysis.ingest.formats.wenjuanxing import form_of
from analysis.store import Warehouse
from tests.ingest import exports
from tests.ingest.files import SURVEY, look, zip_bytes

ORDERS = "日期,渠道,订单量\n2026-01-05,门店,120\n"
BOTH = zip_bytes(答卷_dot_csv=SURVEY.encode(), 订单__一月_dot_csv=ORDERS.encode("gb18030"), 说明_dot_docx=b"x")


@pytest.mark.usefixtures("in_process")
def test_parts_one_after_the_other() -> None:
    with Warehouse.open(":memory:") as store:
        with pytest.raises(ArchiveOfSeveral) as several:
            pipeline.import_file(store, BOTH, file_name="全部.zip")
        members = several.value.values["members"]
        assert members == ["答卷.csv", "订单/一月.csv"]
        reports = [pipeline.import_file(store, BOTH, file_name="全部.zip", member=name) for name in members]
        assert [(r.kind, r.imported, r.file_name) for r in reports] == [
            ("survey", 2, "全部.zip · 答卷.csv"), ("volume", 1, "全部.zip · 一月.csv"),
        ]


def test_through_the_child_process() -> None:
    with pytest.raises(ArchiveOfSeveral) as several:
        inspect(BOTH, file_name="全部.zip")
    member = several.value.values["members"][1]
    assert inspect(BOTH, file_name="全部.zip", member=member).kind == "volume"


@pytest.mark.usefixtures("in_process")
class TestForms:
    """The same answers by text, by score and by number."""

    @pytest.mark.parametrize(
        ("text", "numbers"),
        [("123456_7_0_dot_csv", "123456_7_2_dot_csv"), ("按文本_dot_csv", "按序号_dot_csv")],
    )
    def test_text_is_read(self, text: str, numbers: str) -> None:
        both = {numbers: exports.wenjuanxing_coded().encode(), text: exports.wenjuanxing().encode()}
        found = look(zip_bytes(**both))
        assert (found.tool, len(found.table.frame)) == ("wenjuanxing", 8)
        assert not any(column.question for column in found.mapping.columns)
        assert [(notice.name, notice.values["others"]) for notice in found.notices] == [
            ("same_in_another_form", [numbers.replace("_dot_", ".")])
        ]

    def test_two_surveys_are_two_files(self) -> None:
        both = {"123456_7_0_dot_csv": SURVEY.encode(), "999999_7_2_dot_csv": SURVEY.encode()}
        with pytest.raises(ArchiveOfSeveral):
            look(zip_bytes(**both))

    def test_a_member_that_is_not_there(self) -> None:
        with pytest.raises(FileRefused):
            inspect(BOTH, file_name="全部.zip", member="没有.csv")


@pytest.mark.parametrize("name", ["2026_1.csv", "答卷.csv", "1_2_3.xlsx", "按区域.csv"])
def test_other_names_are_no_form(name: str) -> None:
    assert form_of(name) is None


def test_on_the_command_line(tmp_path, capsys) -> None:
    path = tmp_path / "全部.zip"
    path.write_bytes(BOTH)
    assert main(["import", str(path), "--store", str(tmp_path / "store.duckdb"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [(report["kind"], report["imported"]) for report in said] == [("survey", 2), ("volume", 1)]
