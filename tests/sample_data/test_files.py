"""The files themselves: reproducible, small, complete, in the forms that the README names."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pandas as pd
import pytest

SIZE_LIMIT = 8_000_000  # bytes of all committed data files together
KINDS = {"survey", "review", "complaint", "volume", "customer"}


def listed(folder: Path) -> list[dict[str, str]]:
    return tomllib.loads((folder / "files.toml").read_text(encoding="utf-8"))["file"]


def test_generator_writes_the_committed_bytes(folder: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-B", folder / "generate.py", "--out", tmp_path], check=True, timeout=240)
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (folder / path.name).read_bytes(), path.name
    assert {entry["name"] for entry in listed(folder)} <= {path.name for path in tmp_path.iterdir()}


def test_list_of_files_covers_every_kind(folder: Path) -> None:
    assert {entry["kind"] for entry in listed(folder)} == KINDS
    assert all((folder / entry["name"]).is_file() for entry in listed(folder))


def test_files_are_small_together(folder: Path) -> None:
    assert sum(path.stat().st_size for path in folder.iterdir() if path.is_file()) < SIZE_LIMIT


def test_rows_are_as_many_as_stated(
    folder: Path, stated: dict, survey: pd.DataFrame, reviews: pd.DataFrame, complaints: pd.DataFrame
) -> None:
    customers = pd.read_csv(folder / "customers.csv")
    found = {"responses": survey, "reviews": reviews, "complaints": complaints, "customers": customers}
    assert {name: len(table) for name, table in found.items()} | {"stores": 24} == stated["counts"]
    ids = (survey["答卷编号"], reviews["评价编号"], complaints["工单编号"], customers["客户编号"])
    assert all(column.is_unique for column in ids)


def test_year_of_52_whole_weeks(
    stated: dict, survey: pd.DataFrame, reviews: pd.DataFrame, complaints: pd.DataFrame
) -> None:
    start, end = pd.Timestamp(stated["period"]["start"]), pd.Timestamp(stated["period"]["end"])
    assert (start.weekday(), end.weekday(), (end - start).days + 1) == (0, 6, 7 * 52)
    for table in (survey, reviews, complaints):
        assert table["day"].between(start, end).all()
        assert table["day"].nunique() == 7 * 52


def test_encodings(folder: Path) -> None:
    older = (folder / "survey_part1_gb18030.csv").read_bytes()
    assert "整体满意度" in older.decode("gb18030")
    with pytest.raises(UnicodeDecodeError):
        older.decode("utf-8")
    assert (folder / "survey_part2.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert "評價內容" in (folder / "reviews_traditional.csv").read_text(encoding="utf-8").splitlines()[0]


def test_stores_regions_and_channels(survey: pd.DataFrame) -> None:
    assert survey["门店"].nunique() == 24
    assert survey.dropna(subset=["门店"]).groupby("门店")["区域"].nunique().eq(1).all()
    assert survey["区域"].nunique() == 4
    assert set(survey["渠道"]) == {"门店", "官网", "APP", "小程序", "在线客服", "电话客服"}


def test_orders_cover_every_day_and_store(folder: Path, complaints: pd.DataFrame) -> None:
    orders = pd.read_csv(folder / "orders.csv")
    assert orders["日期"].nunique() == 7 * 52
    assert orders["门店"].nunique() == 24
    assert not orders.duplicated(["日期", "渠道", "门店", "区域"]).any()
    assert 1.0 < 1000 * len(complaints) / orders["订单量"].sum() < 2.0


def test_answers_stay_on_their_scales(survey: pd.DataFrame, answers: pd.DataFrame) -> None:
    assert survey["推荐意愿"].between(0, 10).all()
    assert survey["办事省力"].between(1, 7).all()
    assert survey["overall"].notna().all()
    assert answers["tick"].isin([1, 2, 3, 4, 5]).all()


def test_ticket_steps_follow_each_other(complaints: pd.DataFrame) -> None:
    steps = complaints[["受理时间", "首次回复时间", "方案时间", "办结时间"]]
    for earlier, later in zip(steps.columns, steps.columns[1:], strict=False):
        both = steps[[earlier, later]].dropna()
        assert (both[later] >= both[earlier]).all()
    assert (complaints["办结时间"].isna() == (complaints["工单状态"] != "已办结")).all()
    assert complaints["办结时间"].isna().sum() > 20
    assert (complaints["是否重开"] == "是").sum() > 50
