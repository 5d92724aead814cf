"""Details of real exports that no sample file in `exports` shows: what each header becomes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from analysis import pipeline
from analysis.ingest import convert
from analysis.store import Warehouse
from tests.ingest.exports import LABELS, csv_text
from tests.ingest.files import SECRET, adds_up, column, look, xlsx_bytes

pytestmark = pytest.mark.usefixtures("in_process")

META = ["序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP"]


def wenjuanxing(asked: list[str], cells: Callable[[int], list[str]]) -> str:
    """Seven answer sheets with these questions."""
    rows = [
        [str(n), f"2026-09-0{n} 08:00:00", "10秒", "无", "无", "127.0.0.1(本地)", *cells(n)] for n in range(1, 8)
    ]
    return csv_text([[*META, *asked], *rows])


@pytest.mark.parametrize("sign", ["、", ".", "．", "：", ":"])
def test_numbers_before_questions(sign: str) -> None:
    asked = [f"1{sign}您对本次服务是否满意", f"2{sign}您的建议"]
    found = look(wenjuanxing(asked, lambda n: [LABELS[n % 5], f"希望排队短一点{n}"]))
    assert [(c.role, c.dimension) for c in found.mapping.columns[6:]] == [("score", "整体满意度"), ("comment", None)]
    assert found.form.survey == "wenjuanxing:1,2"


@pytest.mark.parametrize("dash", ["—", "–", "-", " - "])
def test_stems_with_a_point_and_any_dash(dash: str) -> None:
    asked = [f"7.您对以下各项是否满意{dash}服务态度", "7.响应速度"]
    scored = look(wenjuanxing(asked, lambda n: [LABELS[n % 5], LABELS[(n + 1) % 5]])).mapping.having("score")
    assert [c.dimension for c in scored] == ["服务态度", "响应速度"]
    assert all("您对以下各项是否满意" in c.header for c in scored)


def test_suffixes_that_a_program_put_behind_repeated_headers() -> None:
    asked = ["1、您对各项是否满意—服务态度", "1、响应速度", "1、响应速度.1"]
    found = look(wenjuanxing(asked, lambda n: [LABELS[(n + i) % 5] for i in range(3)]))
    assert not any(c.header.endswith(".1") for c in found.mapping.columns)
    assert adds_up(convert(found, secret=SECRET))


def test_attributes_among_the_questions_are_no_answers() -> None:
    asked = ["uid", "经纬度", "1、您对本次服务是否满意", "总分"]
    found = look(wenjuanxing(asked, lambda n: [f"u{n}", "120.1,30.2", LABELS[n % 5], str(50 + n)]))
    assert [c.role for c in found.mapping.columns[6:]] == ["ignore", "ignore", "score", "ignore"]


def test_stem_of_an_address_covers_its_parts() -> None:
    asked = [
        "2、请输入您的收货地址：—收货人姓名：", "2、所在地区：", "2、详细地址:",
        "11、您对集成战略模式的参与度和满意度如何？—参与度", "11、满意度",
    ]
    cells = ["王小明", "浙江省-杭州市-西湖区", "湖滨路1号"]
    found = look(wenjuanxing(asked, lambda n: [*cells, LABELS[n % 5], LABELS[(n + 1) % 5]]))
    assert [c.why for c in found.mapping.columns[6:9]] == ["mapping.personal"] * 3
    assert "整体满意度" not in [c.dimension for c in found.mapping.having("score")]


def test_tencent_with_its_newer_columns() -> None:
    header = [
        "编号", "开始答题时间", "结束答题时间", "答题时长", "语言", "清洗数据结果", "智能清洗数据无效概率", "用户类型",
        "用户标识", "昵称", "自定义字段", "IP", "UA", "Referrer", "中奖时间", "中奖金额", "审核状态",
        "1.您对本次服务是否满意？", "2.你来自于：门店", "2.你来自于：APP", "2.你来自于：_填空3",
    ]
    rows = [
        [
            str(n), f"02-Feb-2021 20:26:5{n}", f"02-Feb-2021 20:27:0{n}", "11", "简体中文", "有效", f"0.{n}", "微信",
            f"o{n}", f"小{n}", "", f"1.2.3.{n}", "Mozilla", "http://x", "", "", "通过", LABELS[n % 5], "A.门店",
            "B.APP" if n % 2 else "", "朋友介绍" if n == 2 else "",
        ]
        for n in range(1, 8)
    ]
    found = look(csv_text([header, *rows], end=","))
    roles = {c.header: c.role for c in found.mapping.columns if c.role != "ignore"}
    assert roles == {
        "编号": "id", "结束答题时间": "time", "答题时长": "duration", "用户标识": "customer_id", "IP": "origin",
        "1.您对本次服务是否满意？": "score", "2.你来自于：门店": "choice", "2.你来自于：APP": "choice",
    }
    assert len(found.table.header) == len(header), "the field behind the last comma is no column"


def test_collected_table_with_the_person_last() -> None:
    header = ["您对服务态度满意吗（必填）", "提交时间（自动）", "提交者（自动）"]
    rows = [[LABELS[n], f"2026年9月{n + 1}日 10:00", "小王"] for n in range(5)]
    found = look(csv_text([header, *rows]))
    assert found.tool == "tencent_form"
    assert column(found, "提交者（自动）").why == "mapping.personal"


def test_second_sheet_and_third_row_go_the_whole_way() -> None:
    header = ["提交时间", "门店", "整体满意度"]
    rows = [[f"2026-09-0{n + 1} 10:00", "湖滨店", LABELS[n]] for n in range(5)]
    book = xlsx_bytes([["九月满意度调查"], [], header, *rows], sheet="明细", before=("说明", "汇总"))
    with Warehouse.open(":memory:") as store:
        report = pipeline.import_file(store, book, file_name="九月.xlsx")
        assert (report.rows_read, report.imported, report.quarantined) == (5, 5, 0)
        assert sorted(store.histogram([])["score"]) == [1, 2, 3, 4, 5]
        again = pipeline.import_file(store, csv_text([header, *rows]).encode("gb18030"), file_name="另存.csv")
        assert (again.imported, again.duplicates) == (0, 5)
        damaged = xlsx_bytes([["标题"], header, ["2026-13-45", "湖滨店", "满意"]], sheet="明细", before=("说明",))
        [issue] = pipeline.import_file(store, damaged, file_name="坏.xlsx").issues
        assert (issue.row, issue.column, issue.reason) == (3, "提交时间", "date_unreadable")
