"""Wide rows to long records: what goes in, what stays out, and that nothing is lost or counted twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pandas as pd
import pytest

from analysis.ingest import Mapping, convert
from analysis.records import RECORD_COLUMNS
from tests.ingest.files import SECRET, SURVEY, adds_up, look, records

pytestmark = pytest.mark.usefixtures("in_process")
HEADER = SURVEY.splitlines()[0]


def answer(batch, row: int, dimension: str) -> pd.Series:
    answers = batch.tables["answers"]
    return answers[(answers["row"] == row) & (answers["dimension"] == dimension)].iloc[0]


def test_wide_becomes_long() -> None:
    batch = records(SURVEY)
    answers = batch.tables["answers"]
    assert len(answers) == 6
    assert list(answers.columns) == list(RECORD_COLUMNS["answers"])
    first = answer(batch, 2, "整体满意度")
    assert (first["response_id"], first["metric"], first["scale"], first["score"]) == ("A1", "csat", "1-5", 5)
    assert (first["day"], first["channel"], first["store"]) == (
        pd.Timestamp(2026, 1, 5),
        "在线客服",
        "湖滨店",
    )
    assert answer(batch, 2, "推荐意愿")["metric"] == "nps"
    comment = batch.tables["comments"].iloc[0]
    assert (comment["text"], comment["source"], comment["response_id"]) == ("很耐心", "survey", "A1")
    assert list(batch.tables["comments"].columns) == list(RECORD_COLUMNS["comments"])


def test_touchpoint_of_an_answer() -> None:
    """The question's own, else its dimension's home, else the row's touchpoint, else the row's channel."""
    text = (
        "提交时间,渠道,触点,自助结账—排队等候,物流时效,服务态度\n"
        "2026-01-05,线上客服,自助收银,5,4,3\n"
        "2026-01-05,線上客服,,5,4,3\n"
    )
    batch = records(text)
    found = [
        answer(batch, row, name)["touchpoint"]
        for row in (2, 3)
        for name in ("排队等候", "物流时效", "服务态度")
    ]
    assert found == ["自助结账", "配送", "自助结账", "自助结账", "配送", "在线客服"]
    assert answer(batch, 3, "服务态度")["channel"] == "在线客服"


def test_unknown_channel_keeps_its_name() -> None:
    batch = records(SURVEY.replace("在线客服", " 电视购物 "))
    assert answer(batch, 2, "服务态度")["touchpoint"] == "电视购物"


def test_bad_cell_stays_out_and_the_row_goes_in() -> None:
    batch = records(SURVEY.replace(",9,非常满意,5,", ",11,非常满意,挺好,"))
    issues = [(i.row, i.column, i.value, i.reason, i.whole_row) for i in batch.report.issues]
    assert issues == [
        (2, "推荐意愿", "11", "score_off_scale", False),
        (2, "服务态度", "挺好", "score_unreadable", False),
    ]
    assert batch.report.issues[0].values == {"low": "0", "high": "10"}
    assert (batch.report.imported, batch.report.quarantined, batch.report.cells_quarantined) == (2, 0, 2)
    assert batch.tables["answers"].query("row == 2")["dimension"].tolist() == ["整体满意度"]


def test_row_without_content() -> None:
    batch = records(SURVEY + "A3,2026-01-07,门店,北苑店,,不适用,,\nA4,2026-01-07,门店,北苑店,99,,,\n")
    issues = [(i.row, i.column, i.value, i.reason, i.whole_row) for i in batch.report.issues]
    assert issues == [(4, None, None, "no_content", True), (5, "推荐意愿", "99", "score_off_scale", True)]
    assert (batch.report.quarantined, batch.report.cells_quarantined) == (2, 0)
    assert adds_up(batch)


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ("", "date_missing"),
        ("昨天", "date_unreadable"),
        ("10-11-2025", "date_ambiguous"),
        ("2026-03-03", "date_in_future"),
    ],
)
def test_row_without_a_usable_date(day: str, reason: str) -> None:
    found = look(f"{SURVEY}A3,{day},门店,北苑店,8,满意,4,好\n")
    batch = convert(found, secret=SECRET, now=datetime(2026, 3, 1, 12))
    assert [(i.row, i.column, i.reason, i.whole_row) for i in batch.report.issues] == [
        (4, "提交时间", reason, True)
    ]
    assert batch.rows["row"].tolist() == [2, 3]
    assert adds_up(batch)


def test_tomorrow_is_not_the_future() -> None:
    """A file may come from a place where it is tomorrow already."""
    batch = convert(look(SURVEY), secret=SECRET, now=datetime(2026, 1, 5, 23))
    assert batch.report.quarantined == 0


def test_survey_date_for_files_and_rows_without_one() -> None:
    assert records("门店,满意度\n湖滨店,5\n", survey_date=date(2022, 6, 20)).tables["answers"][
        "day"
    ].tolist() == [pd.Timestamp(2022, 6, 20)]
    batch = records("提交时间,满意度\n2026-01-05,5\n,4\n", survey_date=date(2022, 6, 20))
    assert batch.tables["answers"]["day"].tolist() == [pd.Timestamp(2026, 1, 5), pd.Timestamp(2022, 6, 20)]


def test_reversed_codes() -> None:
    found = look(SURVEY)
    turned = tuple(replace(c, reversed=True) if c.header == "服务态度" else c for c in found.mapping.columns)
    batch = convert(found, mapping=Mapping("survey", turned), secret=SECRET)
    assert [answer(batch, row, "服务态度")["score"] for row in (2, 3)] == [1, 4]


def test_complaint_is_a_ticket_and_a_comment() -> None:
    text = (
        "工单编号,受理时间,首次回复时间,办结时间,工单状态,投诉类别,投诉渠道,"
        "客户编号,联系次数,是否重开,赔付金额,工单标题,投诉描述\n"
        'T1,2026/1/5 8:00,2026/1/5 8:30,2026/1/4 9:00,已办结,配送延误,热线,'
        'C1,2次,是,"1,200.50元",晚到,"晚到三天，\n 没人管"\n'
        "T2,2026/1/6 8:00,,,处理中,,电话,,很多,也许,,,\n"
    )
    batch = records(text)
    ticket, second = batch.tables["tickets"].iloc[0], batch.tables["tickets"].iloc[1]
    assert list(batch.tables["tickets"].columns) == list(RECORD_COLUMNS["tickets"])
    assert (ticket["ticket_id"], ticket["created"], ticket["first_reply"]) == (
        "T1",
        pd.Timestamp("2026-01-05 08:00"),
        pd.Timestamp("2026-01-05 08:30"),
    )
    assert (ticket["channel"], ticket["contacts"], ticket["reopened"], ticket["compensation"]) == (
        "电话客服",
        2,
        True,
        1200.5,
    )
    assert pd.isna(ticket["closed"])
    assert pd.isna(second["reopened"])
    assert batch.tables["comments"]["text"].tolist() == ["晚到三天， 没人管"]
    assert [(i.row, i.column, i.reason) for i in batch.report.issues] == [
        (2, "办结时间", "before_start"),
        (3, "联系次数", "number_unreadable"),
        (3, "是否重开", "flag_unreadable"),
    ]
    assert batch.rows["identity"].notna().all()


def test_review_is_a_comment_with_stars() -> None:
    text = (
        "评价编号,评价时间,评分,评价内容\n"
        "P1,2026-01-05,4星,不错\n"
        "P2,2026-01-05,⭐⭐,\n"
        "P3,2026-01-05,7,好\n"
        "P4,2026-01-05,,\n"
    )
    batch = records(text)
    comments = batch.tables["comments"].set_index("comment_id")
    assert comments["stars"].tolist()[0] == 4
    assert comments.loc["P2", ["stars", "text"]].tolist() == [2, ""]
    assert pd.isna(comments.loc["P3", "stars"])
    assert [(i.row, i.reason, i.whole_row) for i in batch.report.issues] == [
        (4, "score_off_scale", False),
        (5, "no_content", True),
    ]


def test_several_texts_of_one_row() -> None:
    batch = records("评论ID,评价时间,初评内容,追评内容\nP1,2026-01-05,不错,一个月后坏了\n")
    assert batch.tables["comments"]["comment_id"].tolist() == ["P1:1", "P1:2"]


def test_volumes() -> None:
    text = (
        '日期,渠道,门店,订单量\n'
        '2026-01-05,APP,湖滨店,"1,203"\n'
        '2026-01-05,app,湖滨店,12.5\n'
        '2026-01-05,门店,湖滨店,-3\n'
        '2026-01-05,门店,湖滨店,\n'
    )
    batch = records(text)
    assert batch.tables["volumes"]["count"].tolist() == [1203]
    assert [i.reason for i in batch.report.issues] == ["count_not_whole", "number_negative", "no_content"]
    assert adds_up(batch)


def test_volume_identity_is_day_store_and_channel() -> None:
    header = "日期,渠道,门店,订单量\n"
    first, other = (
        records(header + "2026-01-05,APP,湖滨店,10\n"),
        records(header + "2026/1/5,手机APP,湖滨店,12\n"),
    )
    assert first.rows["identity"].tolist() == other.rows["identity"].tolist()
    assert first.rows["content"].tolist() != other.rows["content"].tolist()


def test_customers() -> None:
    text = (
        "客户编号,会员等级,近12月消费,最近购买日期,是否购买新品,年龄段,区域\n"
        "C1,金卡,5200.5,2026-01-05,是,25-34,华东\n"
        ",银卡,1,2026-01-05,否,,\n"
    )
    batch = records(text)
    customer = batch.tables["customers"].iloc[0]
    assert (customer["tier"], customer["spend_12m"], customer["bought_new"], customer["age_band"]) == (
        "金卡",
        5200.5,
        True,
        "25-34",
    )
    assert len(customer["customer_id"]) == 16
    assert [(i.row, i.reason, i.whole_row) for i in batch.report.issues] == [(3, "customer_missing", True)]


# The content hash: exactly what the row says.


def contents(text: str) -> list[int]:
    return records(text).rows["content"].tolist()


def test_hash_does_not_depend_on_order_name_or_form() -> None:
    turned = "\n".join(",".join(reversed(line.split(","))) for line in SURVEY.splitlines())
    assert contents(turned) == contents(SURVEY)
    assert contents(SURVEY.replace("2026-01-05 10:00:00", "2026年1月5日 10:00")) == contents(SURVEY)
    assert contents(
        SURVEY.replace("答卷编号", "Response ID").replace("服务态度", "3、服務態度（必填）")
    ) == contents(SURVEY)
    assert contents(SURVEY.replace("9,非常满意,5", "９, 很满意 ,5分")) == contents(SURVEY)
    other_name = convert(look(SURVEY.encode("utf-16")), secret=SECRET)
    assert other_name.rows["content"].tolist() == contents(SURVEY)


def test_new_blank_column_changes_nothing() -> None:
    wider = "\n".join(
        line + extra for line, extra in zip(SURVEY.splitlines(), (",区域", ",", ","), strict=True)
    )
    assert contents(wider) == contents(SURVEY)


@pytest.mark.parametrize(
    "change",
    [("A1", "A9"), ("10:00:00", "10:00:01"), ("湖滨店", "北苑店"), ("很耐心", "很耐心!"), (",9,", ",8,")],
)
def test_every_change_of_content_changes_the_hash(change: tuple[str, str]) -> None:
    assert contents(SURVEY.replace(*change))[0] != contents(SURVEY)[0]


def test_equal_rows_with_an_id_are_one_row() -> None:
    first, second, again = contents(SURVEY + SURVEY.splitlines()[1] + "\n")
    assert first == again != second


def test_equal_rows_without_an_id_are_two_answers() -> None:
    text = "提交时间,满意度\n2026-01-05,5\n2026-01-05,5\n2026-01-05,4\n"
    assert len(set(contents(text))) == 3
    assert contents(text) == contents(text)
    assert set(contents(text)) >= set(contents("提交时间,满意度\n2026-01-05,5\n"))


def test_ids_that_only_count_rows_differ_between_files() -> None:
    one = records("序号,提交时间,满意度\n1,2026-01-05,5\n").tables["answers"]["response_id"]
    other = records("序号,提交时间,满意度\n1,2026-02-05,4\n").tables["answers"]["response_id"]
    assert one[0] != other[0]
    assert one[0].startswith("1-")


# Personal data.


def test_nothing_personal_passes() -> None:
    text = (
        "答卷编号,提交时间,客户编号,门店,服务态度,意见\n13812345678,2026-01-05,C1,店长13912345678,5,打１３８１２３４５６７８找我\n"
        "13812345679,13712345678,C2,湖滨店,13612345678,好\nx,2026-01-05,13512345678,湖滨店,4,\n"
        + "x,2026-01-05,C3,湖滨店,4,好\n" * 3
        + "x,y\n"
    )
    batch = records(text)
    everything = " ".join(frame.to_csv() for frame in batch.tables.values()) + repr(batch.report.issues)
    assert not any(
        number in everything
        for number in ("13812345678", "13912345678", "１３８", "1371234", "1361234", "1351234", "C1,", "C3")
    )
    assert batch.tables["comments"]["text"].tolist()[0] == "打[电话]找我"
    assert batch.report.masked["phone"] >= 2


def test_customers_stay_joinable() -> None:
    text = "客户编号,提交时间,满意度\nC1,2026-01-05,5\n C1,2026-01-06,4\n,2026-01-06,4\n"
    ids = records(text).tables["answers"]["customer_id"].tolist()
    other = records("客户编号,会员等级,近12月消费\nC1,金卡,1\n").tables["customers"]["customer_id"].tolist()
    assert ids[0] == ids[1] == other[0]
    assert pd.isna(ids[2])
    assert convert(look(text), secret=b"another").tables["answers"]["customer_id"][0] != ids[0]


def test_report_names_what_was_not_used() -> None:
    report = records("提交时间,满意度,姓名,流量\n2026-01-05,5,王五,3\n").report
    assert report.unmapped == ("姓名", "流量")
    assert (report.kind, report.format, report.encoding, report.file_name) == (
        "survey",
        "csv",
        "utf-8",
        "答卷.csv",
    )
    assert Mapping.from_dict(report.mapping).kind == "survey"


def test_what_a_row_says_is_the_same_number_in_every_version() -> None:
    """Should these change, every file that is in a store already would go in once more."""
    assert records(SURVEY).rows["content"].tolist() == [1329197786366216944, 8302752505698035080]
