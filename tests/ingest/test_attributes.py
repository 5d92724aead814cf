"""Columns that sort people into groups: proposed as attributes, kept beside the records, never anything personal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis import briefing, pipeline
from analysis.errors import MappingIncomplete
from analysis.ingest.attributes import attribute_name
from analysis.schema import RESERVED_NAMES, Filters
from analysis.store import Warehouse
from tests.ingest import exports
from tests.ingest.files import adds_up, column, look, records

pytestmark = pytest.mark.usefixtures("in_process")


def survey(header: str, values: list[str], *, ids: bool = True, scores: str = "98765") -> str:
    """A survey with one further column, whose values come again and again."""
    head = f"{'答卷编号,' if ids else ''}提交时间,推荐意愿,{header}"
    lines = [
        f"{f'A{n},' if ids else ''}2026-01-05,{scores[n % len(scores)]},{values[n % len(values)]}" for n in range(30)
    ]
    return "\n".join([head, *lines]) + "\n"


@pytest.mark.parametrize(
    ("header", "values", "name"),
    [
        ("会员年限", ["1年以下", "1-3年", "3年以上"], "会员年限"),
        ("会员年限", ["1", "2", "5"], "会员年限"),
        ("年龄段", ["18-24", "25-34", "35-44"], "年龄段"),
        ("5、您的年龄段是？", ["18-24", "25-34", "35-44"], "年龄段"),
        ("您的性别", ["男", "女"], "性别"),
        ("订单类型", ["外卖", "堂食", "自取"], "订单类型"),
        ("是否首次到店", ["是", "否"], "是否首次到店"),
        ("校区", ["东区", "西区"], "校区"),
        ("Plan", ["free", "pro"], "Plan"),
    ],
)
def test_groups_become_attributes(header: str, values: list[str], name: str) -> None:
    found = column(look(survey(header, values)), header)
    assert (found.role, found.name) == ("attribute", name)


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("年龄", [str(18 + n) for n in range(30)]),
        ("当月流量", ["1", "2", "3"]),
        ("内部代号", ["1", "2", "3"]),
        ("宿舍", [f"{n}号楼" for n in range(30)]),
        ("备用", ["无", "甲"]),
        ("客户姓名", ["王五", "李四"]),
        ("联系邮箱地址", ["a@example.com", "b@example.com"]),
        ("归属", ["13812345678", "13912345678"]),
        ("激活", ["2020-07-17", "2021-12-29"]),
        ("说明", ["这一句话很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长", "另一句"]),
    ],
)
def test_measurements_names_and_texts_do_not(header: str, values: list[str]) -> None:
    assert column(look(survey(header, values)), header).role != "attribute"


def test_in_every_kind_of_file_that_is_judged_by_group() -> None:
    complaints = "工单编号,受理时间,投诉类别,诉求内容,所属线路\n" + "".join(
        f"T{n},2026-01-05,物流,太慢了{n},{n % 2 + 1} 号线\n" for n in range(12)
    )
    batch = records(complaints)
    assert batch.tables["attributes"]["value"].value_counts().to_dict() == {"1 号线": 6, "2 号线": 6}
    rated = complaints.replace("所属线路", "评分(1-5)").replace(" 号线", "")
    assert records(rated).tables["attributes"]["value"].value_counts().to_dict() == {"1": 6, "2": 6}
    measured = complaints.replace("所属线路", "停留(分钟)").replace(" 号线", "")
    assert "attributes" not in records(measured).tables
    reviews = "评价时间,评分,评价内容,订单类型\n" + "".join(f"2026-01-05,5,好{n},外卖\n" for n in range(3))
    assert column(look(reviews + "2026-01-05,4,行,堂食\n"), "订单类型").role == "attribute"


@pytest.mark.parametrize("name", sorted(RESERVED_NAMES))
def test_no_attribute_takes_a_name_that_means_something_else(name: str) -> None:
    assert attribute_name(name.upper()).casefold() not in RESERVED_NAMES
    found = look(survey("年龄段", ["18-24", "25-34"]))
    columns = tuple(replace(c, name=name) if c.role == "attribute" else c for c in found.mapping.columns)
    with pytest.raises(MappingIncomplete) as refused:
        replace(found.mapping, columns=columns).check_names()
    assert refused.value.key == "errors.attribute_name"


def test_two_columns_of_one_name_are_two_attributes() -> None:
    text = survey("年龄段,年龄段", ["18-24,青年", "25-34,中年"])
    assert [c.name for c in look(text).mapping.having("attribute")] == ["年龄段", "年龄段 (2)"]


def test_two_columns_under_one_name_the_first_that_says_something_counts() -> None:
    found = look(survey("甲类型,乙类型", ["a,x", ",y", "b,"]))
    columns = tuple(replace(c, name="类型") if c.role == "attribute" else c for c in found.mapping.columns)
    batch = records(survey("甲类型,乙类型", ["a,x", ",y", "b,"]), mapping=replace(found.mapping, columns=columns))
    assert batch.tables["attributes"]["value"].value_counts().to_dict() == {"a": 10, "y": 10, "b": 10}
    assert adds_up(batch)


def test_attributes_that_the_owner_of_a_survey_added() -> None:
    found = column(look(exports.formbricks()), "person.plan")
    assert (found.role, found.name) == ("attribute", "plan")
    mail = exports.formbricks().replace("person.plan", "person.email").replace(",free", ",a@example.com")
    assert column(look(mail), "person.email").why == "mapping.personal"
    city = exports.formbricks().replace("person.plan", "person.city")
    assert column(look(city), "person.city").role == "region"
    channel = exports.tencent_survey().replace("中国,浙江,,10", "中国,浙江,门店扫码,10")
    assert column(look(channel), "自定义字段").role == "attribute"


def test_an_answer_with_an_id_stays_the_same_when_more_is_known_of_its_giver() -> None:
    plain, known = survey("备用", [""]), survey("年龄段", ["18-24", "25-34"])
    assert records(plain).rows["content"].tolist() == records(known).rows["content"].tolist()


def test_without_an_id_attributes_tell_rows_apart() -> None:
    young, old = (survey("年龄段", [age, "65+"], ids=False, scores="9") for age in ("18-24", "25-34"))
    hashes = set(records(young).rows["content"]) & set(records(old).rows["content"])
    assert len(hashes) == 15
    assert records(young).rows["content"].is_unique


def test_a_ticket_whose_attribute_changed_is_a_correction() -> None:
    head = "工单编号,受理时间,诉求内容,处理部门\n"
    before, after = (records(f"{head}T1,2026-01-05,太慢了,{name}\nT2,2026-01-05,慢,乙\n") for name in "甲乙")
    assert [*(before.rows["content"].array == after.rows["content"].array)] == [False, True]
    assert before.rows["identity"].tolist() == after.rows["identity"].tolist()


def test_from_the_file_to_the_metric() -> None:
    with Warehouse.open(":memory:") as store:
        pipeline.import_file(store, survey("年龄段", ["18-24", "25-34"], scores="92").encode(), file_name="a.csv")
        cells = briefing.metric_table(store, "nps", ["年龄段"], Filters())
        assert {cell.keys["年龄段"]: (cell.estimate.value, cell.estimate.n) for cell in cells} == {
            "18-24": (1, 15), "25-34": (-1, 15)
        }
        one = briefing.metric_table(store, "nps", [], Filters.of(年龄段="25-34"))
        assert (one[0].estimate.value, one[0].estimate.n) == (-1, 15)
        store.undo(1)
        assert store.attributes() == []
