"""What customers ask for, told from praise, luck wishes and advice to others."""

from __future__ import annotations

import pytest

from analysis.text.needs import OTHER, find_needs, kinds_of_needs

ASKING = [
    ("结账排队太久了，希望多开几个收银台", "排队等候", "更多选择"),
    ("希望物流能快一点", "物流时效", "更快更及时"),
    ("能不能便宜点啊", "价格", "更优惠"),
    ("建议加强对店员的培训", "服务态度", "人手与培训"),
    ("停车場太小，建議增加車位", "停车", "更多选择"),
    ("客服態度要是能耐心一點就好了", "服务态度", "更贴心"),
    ("退货流程太复杂，最好能简化一下", "退换货便利", "更方便"),
    ("要求退款", "退换货便利", "解决与补偿"),
    ("商品质量不好，希望下次改进", "商品质量", "改进"),
    ("希望你们能走点心", None, OTHER),
]
NOT_ASKING = [
    "希望你们越来越好", "建议大家购买", "不建议购买", "物流很快，态度很好", "这是最好吃的一家", "手机功能不能用",
    "给的建议很实在",
    "希望一直这样", "我觉得应该是假货", "没抱希望", "服务员按要求做了", "", "👍👍", "ok", None,
]


@pytest.mark.parametrize(("text", "dimension", "need"), ASKING)
def test_a_wish_has_its_dimension_and_kind(text, dimension, need):
    (found,) = find_needs([text])
    assert (found.dimension, found.need) == (dimension, need)
    assert found.clause in text


@pytest.mark.parametrize("text", NOT_ASKING)
def test_what_only_looks_like_a_wish(text):
    assert find_needs([text]) == []


def test_texts_are_numbered_as_they_were_given():
    found = find_needs(["很好", None, "希望快点发货", "也好", "建议增加车位，希望便宜点"])
    assert [need.text for need in found] == [2, 4, 4]


def test_a_dimension_of_another_sentence_does_not_count():
    (found,) = find_needs(["物流很快。希望你们走点心"])
    assert found.dimension is None


def test_every_kind_has_a_name_of_its_own():
    assert len(set(kinds_of_needs())) == len(kinds_of_needs()) >= 8
