"""What columns are taken for, and why: names, questions, scales, and what is left out."""

from __future__ import annotations

import json

import pytest

from analysis.errors import MappingIncomplete
from analysis.i18n import words
from analysis.ingest import ROLES, ROLES_OF, Mapping
from analysis.ingest.names import cleaned
from analysis.ingest.questions import question
from tests.ingest.files import SURVEY, column, look

pytestmark = pytest.mark.usefixtures("in_process")


@pytest.mark.parametrize(
    ("header", "bare"),
    [
        ("3、您对服务满意吗？（必填）", "您对服务满意吗"),
        ("Q1. Overall satisfaction", "Overall satisfaction"),
        ("12．态度*", "态度"),
        ("7：价格", "价格"),
        ("第5题：环境", "环境"),
        ("满意度【单选】", "满意度"),
        ("2026年评分", "2026年评分"),
        ("提交时间（自动）", "提交时间"),
    ],
)
def test_numbers_and_marks_are_no_part_of_a_name(header: str, bare: str) -> None:
    assert cleaned(header) == bare


@pytest.mark.parametrize(
    ("header", "dimension", "touchpoint"),
    [
        ("服务态度", "服务态度", None),
        ("服務態度", "服务态度", None),
        ("3、您对店员的服务态度满意吗？", "服务态度", None),
        ("您对在线客服的响应速度满意吗", "响应速度", "在线客服"),
        ("自助结账—排队等候", "排队等候", "自助结账"),
        ("APP-支付便捷", "支付便捷", "APP"),
        ("物流 - 送货速度", "物流时效", "配送"),
        ("11、您对以下各项的满意度如何？—商品质量", "商品质量", None),
        ("您对商品的质量满意吗", "商品质量", None),
        ("5、您对收银员的态度评价", "服务态度", None),
        ("总的来说，您对本次购物是否满意", "整体满意度", None),
        ("您对在线客服满意吗", "整体满意度", "在线客服"),
        ("整体满意度（1-5分）", "整体满意度", None),
        ("手机上网整体满意度", "手机上网整体满意度", None),
        ("Overall satisfaction", "整体满意度", None),
        ("How would you rate the staff attitude?", "服务态度", None),
        ("您有多大可能向朋友推荐我们？", "推荐意愿", None),
        ("个性化推荐", "个性化", "会员"),
        ("通话质量", "通话质量", None),
        ("办理业务是否容易", "办事省力", None),
    ],
)
def test_questions(header: str, dimension: str, touchpoint: str | None) -> None:
    asked = question(header)
    assert asked.dimension == dimension
    assert asked.touchpoint == touchpoint or dimension == "个性化"


def taken(values: list[str], header: str):
    lines = "\n".join(f"A{i},2026-01-05,{value}" for i, value in enumerate(values))
    return column(look(f"答卷编号,提交时间,{header}\n{lines}\n", kind="survey"), header)


@pytest.mark.parametrize(
    ("header", "values", "metric", "scale"),
    [
        ("推荐意愿", ["0", "10", "7"], "nps", "0-10"),
        ("您有多大可能推荐我们", ["9", "8", "10"], "nps", "0-10"),
        ("您有多大可能推荐我们", ["非常愿意", "愿意", "一般"], "csat", "1-5"),
        ("推荐意愿", ["1", "2", "3", "4", "5"] * 20, "csat", "1-5"),
        ("办理是否容易", ["7", "6", "2"], "ces", "1-7"),
        ("服务态度", ["5", "4", "1"], "csat", "1-5"),
        ("服务态度", ["10", "4", "1"], "csat", "1-10"),
        ("服务态度", ["10", "0", "5"], "csat", "0-10"),
        ("服务态度", ["5", "4", "11"], "csat", "1-5"),
        ("服务态度", ["4.5", "4", "3.5"], "csat", "stars"),
        ("服务态度（1-7分）", ["5", "4", "3"], "csat", "1-7"),
        ("服务满意度评价（百分制）", ["85", "92", "60"], "csat", "0-100"),
        ("停车场指引", ["非常满意", "一般", "不满意"], "csat", "1-5"),
        ("您对灯光满意吗", ["5", "4", "3"], "csat", "1-5"),
    ],
)
def test_scales_and_metrics(header: str, values: list[str], metric: str, scale: str) -> None:
    found = taken(values, header)
    assert (found.role, found.metric, found.scale) == ("score", metric, scale)


@pytest.mark.parametrize(
    ("header", "values", "why"),
    [
        ("上月投诉次数", ["1", "2", "5"], "operational"),
        ("当月流量（GB）", ["1", "4", "3"], "operational"),
        ("当月MOU", ["1", "5", "3"], "operational"),
        ("近3个月平均消费", ["5", "2", "3"], "operational"),
        ("ARPU", ["5", "2", "3"], "operational"),
        ("年龄", ["5", "2", "3"], "operational"),
        ("总分", ["5", "2", "3"], "operational"),
        ("高铁", ["7", "-1", "7"], "tick"),
        ("手机上网速度慢", ["-1", "-1", "4"], "tick"),
        ("微信", ["0", "1", "1"], "tick"),
        ("姓名", ["王五", "李四", "张三"], "personal"),
        ("联系电话", ["1", "2", "3"], "personal"),
        ("某指标", ["1", "2", "3"], "maybe_score"),
        ("空列", ["", "", ""], "empty_column"),
    ],
)
def test_what_is_no_answer_is_left_out(header: str, values: list[str], why: str) -> None:
    found = taken(values, header)
    assert (found.role, found.why) == ("ignore", f"mapping.{why}")


def test_every_reason_has_its_sentence() -> None:
    for found in (look(SURVEY), look("工单编号,受理时间,投诉描述,姓名\n1,2026-01-01,慢,王五\n")):
        for entry in found.mapping.columns:
            assert f"reasons.{entry.why}" in words()
            assert 0 < entry.confidence <= 1


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("答卷编号,提交时间,服务态度,意见", "survey"),
        ("序号,提交答卷时间,所用时间,来源,1、您对服务满意吗", "survey"),
        ("Response ID,Submitted at,Overall satisfaction,Comment", "survey"),
        ("评论ID,用户昵称,评价时间,SKU,评分,初评内容,追评内容", "review"),
        ("userId,restId,rating,rating_env,timestamp,comment", "review"),
        ("index,reviewbody,star,location_easy_to_find,dish_recommendation", "review"),
        ("評價編號,評價時間,評分,評價內容", "review"),
        ("工单编号,受理时间,工单状态,投诉描述", "complaint"),
        ("留言编号,留言用户,留言主题,留言时间,留言详情,反对数,点赞数", "complaint"),
        ("Ticket ID,Opened at,Status,Description", "complaint"),
        ("日期,渠道,门店,订单量", "volume"),
        ("date,channel,orders", "volume"),
        ("客户编号,会员等级,近12月消费,最近购买日期", "customer"),
    ],
)
def test_kinds(header: str, kind: str) -> None:
    assert look(f"{header}\n{','.join('1' for _ in header.split(','))}\n").kind == kind


def test_kind_can_be_forced() -> None:
    assert (
        look("日期,渠道,意见\n2026-01-01,门店,很好\n", kind="review").mapping.first("comment").header
        == "意见"
    )


def test_likely_time_column() -> None:
    found = look("服务态度,接待时间点\n5,2026-01-05\n4,2026-01-06\n")
    assert column(found, "接待时间点").role == "time"


def test_time_that_is_mostly_blank_is_not_the_time() -> None:
    found = look("服务态度,卡激活时间\n" + "5,\n4,\n3,2026-01-05\n" * 5)
    assert column(found, "卡激活时间").role == "ignore"


def test_two_questions_for_one_dimension_stay_apart() -> None:
    found = look("提交时间,您对导购的服务态度满意吗,您对保安的服务态度满意吗\n2026-01-05,5,1\n")
    dimensions = [c.dimension for c in found.mapping.having("score")]
    assert len(set(dimensions)) == 2


def test_mapping_survives_json() -> None:
    mapping = look(SURVEY).mapping
    assert Mapping.from_dict(json.loads(json.dumps(mapping.to_dict(), ensure_ascii=False))) == mapping


def test_mapping_finds_its_columns_in_another_order() -> None:
    mapping = look(SURVEY).mapping
    turned = "\n".join(",".join(reversed(line.split(","))) for line in SURVEY.splitlines())
    placed = mapping.placed(look(turned).table.header)
    assert {(c.header, c.role): c.index for c in placed.columns} == {
        (c.header, c.role): 7 - c.index for c in mapping.columns
    }


def test_mapping_of_another_file() -> None:
    with pytest.raises(MappingIncomplete) as missing:
        look(SURVEY).mapping.placed(("门店", "满意度"))
    assert missing.value.values["column"] == "答卷编号"


@pytest.mark.parametrize(
    "tree",
    [
        {},
        {"kind": "survey"},
        {"kind": "poem", "columns": []},
        {"kind": "survey", "columns": [{"role": "score"}]},
        {
            "kind": "survey",
            "columns": [{"index": 0, "header": "x", "role": "score", "metric": "nps", "scale": "1-6"}],
        },
        {"kind": "survey", "columns": [{"index": 0, "header": "x", "role": "status"}]},
    ],
)
def test_mapping_with_unknown_names(tree: dict) -> None:
    with pytest.raises(MappingIncomplete):
        Mapping.from_dict(tree)


def test_roles_of_every_kind() -> None:
    assert all("ignore" in roles for roles in ROLES_OF.values())
    assert set(ROLES) == {role for roles in ROLES_OF.values() for role in roles}
