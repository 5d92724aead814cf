"""Two real files: a telecom survey of 125 columns without dates, and a city hotline with mixed date types."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from analysis.ingest import convert, inspect
from tests.ingest.files import SECRET, adds_up

DATA = Path(__file__).parents[3] / "shared" / "data"
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
    batch = convert(found, survey_date=date(2022, 6, 20), secret=SECRET)
    assert (batch.report.rows_read, batch.report.imported) == (7020, 7020)
    assert (
        batch.tables["answers"].groupby("dimension", observed=True)["response_id"].nunique().tolist()
        == [7020] * 4
    )


@pytest.mark.skipif(not HOTLINE.exists(), reason="the real complaints are not here")
def test_city_hotline() -> None:
    batch = convert(inspect(HOTLINE, file_name=HOTLINE.name), secret=SECRET)
    assert (batch.report.kind, batch.report.rows_read, batch.report.imported) == ("complaint", 4326, 4326)
    assert len(batch.tables["tickets"]) == len(batch.tables["comments"]) == 4326
    assert batch.tables["tickets"]["created"].notna().all()
    assert adds_up(batch)
