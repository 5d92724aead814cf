"""Two real files: a telecom survey of 125 columns without dates, and a city hotline with mixed date types."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from analysis.ingest import convert, inspect
from tests.ingest.files import SECRET, adds_up

DATA = Path(__file__).parents[3] / "shared" / "data"
# What the company's systems measured; none of it is anybody's opinion.
OPERATIONAL = ("流量", "MOU", "次数", "天数", "时长", "ARPU", "消费", "套餐", "资源使用量", "年龄")
SURVEY, HOTLINE = DATA / "survey_mobile_internet.xlsx", DATA / "complaints_city_hotline.xlsx"


@pytest.mark.skipif(not SURVEY.exists(), reason="the real survey is not here")
def test_telecom_survey() -> None:
    found = inspect(SURVEY, file_name=SURVEY.name)
    scored = found.mapping.having("score")
    assert [c.dimension for c in scored] == [
        "手机上网整体满意度",
        "网络覆盖与信号强度",
        "手机上网速度",
        "手机上网稳定性",
    ]
    assert {(c.metric, c.scale) for c in scored} == {("csat", "1-10")}
    assert found.mapping.first("customer_id").header == "用户"
    assert [c.header for c in found.mapping.having("comment")] == [
        "场景备注数据",
        "现象备注数据",
        "APP大类备注",
        "APP小类视频备注",
        "APP小类游戏备注",
        "APP小类上网备注",
    ]
    measured = [c for c in found.mapping.columns if any(word in c.header for word in OPERATIONAL)]
    assert len(measured) > 30
    assert {c.role for c in measured} <= {"ignore", "attribute"}
    assert not [c for c in measured if c.role == "attribute" and not c.header.startswith("是否")]
    assert found.mapping.first("id") is found.mapping.first("time") is None
    assert {c.name for c in found.mapping.having("attribute")} >= {"性别", "终端类型", "是否5G网络客户"}
    asked = {c.name for c in found.mapping.having("choice")}
    assert asked == {
        "居民小区/办公室…", "网络信号差/没有信号/显示有信号上不了网…", "看视频卡顿/打游戏延时大…", "爱奇艺/优酷…",
        "和平精英/王者荣耀…", "微信/手机QQ…",
    }
    batch = convert(found, survey_date=date(2022, 6, 20), secret=SECRET)
    choices = batch.tables["choices"]
    assert (choices.groupby("question")["row"].nunique() == 7020).all()
    ticked = choices[choices["option"] == "地铁"]
    assert len(ticked) == int((found.table.frame["地铁"] == "5").sum()) == 2127
    assert batch.report.cells_quarantined == 0
    assert (batch.report.rows_read, batch.report.imported) == (7020, 7020)
    assert (
        batch.tables["answers"].groupby("dimension", observed=True)["response_id"].nunique().tolist()
        == [7020] * 4
    )


@pytest.mark.skipif(not HOTLINE.exists(), reason="the real complaints are not here")
def test_city_hotline() -> None:
    found = inspect(HOTLINE, file_name=HOTLINE.name)
    assert {c.header: c.role for c in found.mapping.columns} == {
        "留言编号": "id", "留言用户": "customer_id", "留言主题": "title", "留言时间": "time", "留言详情": "comment",
        "反对数": "ignore", "点赞数": "ignore",
    }
    assert not any(c.question for c in found.mapping.columns)
    batch = convert(found, secret=SECRET)
    assert (batch.report.kind, batch.report.rows_read, batch.report.imported) == ("complaint", 4326, 4326)
    assert len(batch.tables["tickets"]) == len(batch.tables["comments"]) == 4326
    assert batch.tables["tickets"]["created"].notna().all()
    assert adds_up(batch)
