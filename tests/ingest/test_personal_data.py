"""Personal data in every place of a file that something is read from: none of it reaches the store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analysis import pipeline
from analysis.ingest import inspect
from analysis.privacy import SIGNS
from analysis.store import IN_MEMORY, Warehouse
from tests.ingest.files import SURVEY, in_process, records, xlsx_bytes  # noqa: F401

pytestmark = pytest.mark.usefixtures("in_process")
PHONE = "13812345678"
WHO = f"王小明,{PHONE}"
COMPLAINTS = (
    "工单编号,投诉日期,投诉人,联系电话,门店,处理人,投诉类别,状态,年龄段,赔付金额,投诉内容\n"
    f"T1,2026-01-05,{WHO},湖滨店{PHONE},李经理{PHONE},配送{PHONE},已办结 {PHONE},30岁,找{PHONE},打{PHONE}没人接\n"
    f"{PHONE},2026-01-06,{WHO},建国路88号店,李经理,配送,已办结,30岁,5,"
    "收货人：张三丰，寄到朝阳区建国路88号院3号楼2单元1201室\n"
    f"T3,打{PHONE},{WHO},湖滨店,李经理,配送,已办结,30岁,5,日期坏了{PHONE}\n"
    f"T4,2026-01-06,{PHONE}\n"
)
# Column names of a person's data, as exports write them.
PERSONAL = (
    "姓名", "手机号", "收货地址", "电子邮箱", "微信号", "身份证号", "客户姓名", "联系方式",
)


def everything_in(store: Warehouse) -> str:
    names = store._frame("SELECT table_name FROM duckdb_tables()")["table_name"]
    return "\n".join(store._frame(f'SELECT * FROM "{name}"').to_csv() for name in names)


def test_nothing_of_it_is_in_the_store(tmp_path: Path) -> None:
    with Warehouse.open(tmp_path / "s.duckdb") as store:
        report = pipeline.import_file(store, COMPLAINTS.encode(), file_name=f"王女士{PHONE}.csv")
        held = everything_in(store)
        kept = json.loads(store.batches()["masked"].item())
    assert (report.imported, report.quarantined) == (2, 2)
    for secret in (PHONE, "王小明", "王女士", "张三丰", "建国路88号院"):
        assert secret not in held
        assert secret not in repr(report)
    for sign in (SIGNS["phone"], SIGNS["name"], SIGNS["address"]):
        assert sign in held
    assert kept == report.masked
    assert kept["phone"] >= 6
    assert (kept["name"], kept["address"]) == (1, 1)
    beside = [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".duckdb"]
    assert not [path for path in beside if PHONE.encode() in path.read_bytes()]


def test_labels_keep_the_names_they_are_for() -> None:
    tickets = records(COMPLAINTS).tables["tickets"]
    assert tickets["staff"].tolist() == ["李经理[电话]", "李经理"]
    assert tickets["store"].tolist() == ["湖滨店[电话]", "建国路88号店"]


def test_an_id_that_is_a_phone_is_hashed_and_the_others_stay() -> None:
    """Each by itself, so that another file with the same ids brings no row twice."""
    ids = records(COMPLAINTS).tables["tickets"]["ticket_id"].tolist()
    assert ids[0] == "T1"
    assert len(ids[1]) == 16
    alone = records("\n".join(COMPLAINTS.split("\n")[:1] + COMPLAINTS.split("\n")[2:3]))
    assert alone.tables["tickets"]["ticket_id"].tolist() == ids[1:]


@pytest.mark.parametrize("header", PERSONAL)
def test_columns_that_say_who_somebody_is_are_not_read(header: str) -> None:
    lines = SURVEY.strip().split("\n")
    text = "\n".join([f"{lines[0]},{header}", *(f"{line},某{n}" for n, line in enumerate(lines[1:]))])
    column = inspect(text.encode(), file_name="a.csv").mapping.columns[-1]
    assert (column.role, column.why) == ("ignore", "mapping.personal")


def test_the_address_an_answer_came_from_is_not_kept() -> None:
    """It may tell answers of one source apart; that is all that is made of it."""
    lines = SURVEY.strip().split("\n")
    text = "\n".join([f"{lines[0]},来自IP", *(f"{line},203.0.113.{n}" for n, line in enumerate(lines[1:]))])
    with Warehouse.open(IN_MEMORY) as store:
        assert pipeline.import_file(store, text.encode(), file_name="a.csv").imported == 2
        assert "203.0.113" not in everything_in(store)


def test_the_name_of_a_sheet_is_masked() -> None:
    rows = [line.split(",") for line in SURVEY.strip().split("\n")]
    assert inspect(xlsx_bytes(rows, sheet=f"王女士{PHONE}"), file_name="a.xlsx").table.sheet == "[姓名]女士[电话]"


def test_a_rehearsal_says_what_would_be_masked() -> None:
    with Warehouse.open(IN_MEMORY) as store:
        report = pipeline.import_file(store, COMPLAINTS.encode(), file_name="a.csv", dry_run=True)
        assert store.batches().empty
        assert report.masked == pipeline.import_file(store, COMPLAINTS.encode(), file_name="a.csv").masked


def test_a_batch_of_an_older_version_counts_nothing() -> None:
    with Warehouse.open(IN_MEMORY) as store:
        pipeline.import_file(store, COMPLAINTS.encode(), file_name="a.csv")
        with store._writing() as cursor:
            cursor.execute("UPDATE batches SET masked = NULL")
        assert store.batches()["masked"].item() == "{}"
