"""The sample files, read with plain pandas: these tests ask nothing of the product."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

FOLDER = Path(__file__).parents[2] / "sample_data"
LIKERT = {"非常满意": 5, "比较满意": 4, "一般": 3, "比较不满意": 2, "非常不满意": 1}
# Where a quality is judged when that is not the channel of the answer.
PLACES = {"自助结账—排队等候": "自助结账", "配送—物流时效": "配送", "退换货—退换货便利": "退换货", "会员—个性化": "会员", "环境": "门店", "停车": "门店"}  # fmt: skip  # noqa: E501


@pytest.fixture(scope="session")
def folder() -> Path:
    return FOLDER


@pytest.fixture(scope="session")
def stated() -> dict:
    """truths.json as it stands."""
    return json.loads((FOLDER / "truths.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def truth(stated: dict) -> dict[str, dict]:
    """The truths by their id."""
    return {entry["id"]: entry for entry in stated["truths"]}


@pytest.fixture(scope="session")
def survey() -> pd.DataFrame:
    """Both halves of the survey; qualities as numbers, `overall` 1-5, `day` as a timestamp."""
    parts = [
        pd.read_csv(FOLDER / "survey_part1_gb18030.csv", encoding="gb18030"),
        pd.read_csv(FOLDER / "survey_part2.csv", encoding="utf-8-sig"),
    ]
    table = pd.concat(parts, ignore_index=True)
    for column in qualities(table):
        table[column] = pd.to_numeric(table[column], errors="coerce")
    return table.assign(overall=table["整体满意度"].map(LIKERT), day=pd.to_datetime(table["提交时间"]).dt.normalize())


def qualities(table: pd.DataFrame) -> list[str]:
    """The columns of single qualities, between satisfaction as a whole and effort."""
    columns = list(table.columns)
    return columns[columns.index("整体满意度") + 1 : columns.index("办事省力")]


@pytest.fixture(scope="session")
def answers(survey: pd.DataFrame) -> pd.DataFrame:
    """One row an answer: `place` (touchpoint), `quality`, `score` on 0-100, and the respondent's attributes."""
    kept = ["day", "渠道", "门店", "会员等级", "等待分钟"]
    table = survey.rename(columns={"overall": "整体"}).melt(
        kept, [*qualities(survey), "整体"], var_name="quality", value_name="tick"
    )
    table = table.dropna(subset=["tick"])
    return table.assign(score=25 * (table["tick"] - 1), place=table["quality"].map(PLACES).fillna(table["渠道"]))


@pytest.fixture(scope="session")
def reviews() -> pd.DataFrame:
    """Both review files under the simplified headers; `traditional` tells them apart."""
    simplified = pd.read_csv(FOLDER / "reviews.csv", encoding="utf-8-sig")
    traditional = pd.read_csv(FOLDER / "reviews_traditional.csv", encoding="utf-8")
    traditional = traditional.set_axis(simplified.columns, axis=1)
    table = pd.concat([simplified.assign(traditional=False), traditional.assign(traditional=True)], ignore_index=True)
    return table.assign(day=pd.to_datetime(table["评价时间"]).dt.normalize())


@pytest.fixture(scope="session")
def complaints() -> pd.DataFrame:
    table = pd.read_excel(FOLDER / "complaints.xlsx", engine="openpyxl")
    return table.assign(day=table["受理时间"].dt.normalize())


@pytest.fixture(scope="session")
def texts(survey: pd.DataFrame, reviews: pd.DataFrame, complaints: pd.DataFrame) -> pd.DataFrame:
    """All texts: `source`, `day`, `channel`, `text`, and whether the person was content (`praise`)."""
    said = survey.dropna(subset=["意见"])
    parts = [
        ("survey", said["day"], said["渠道"], said["意见"], said["overall"] >= 4),
        ("review", reviews["day"], reviews["渠道"], reviews["评价内容"], reviews["评分"] >= 4),
        ("complaint", complaints["day"], complaints["投诉渠道"], complaints["投诉描述"], False),
    ]
    return pd.concat(
        [
            pd.DataFrame({"source": source, "day": day, "channel": channel, "text": text, "praise": praise})
            for source, day, channel, text, praise in parts
        ],
        ignore_index=True,
    )
