"""Which dimension a clause speaks of."""

import pytest

from analysis.taxonomy import taxonomy
from analysis.text.aspects import dimensions_of


@pytest.mark.parametrize(
    ("clause", "dimensions"),
    [
        ("客服态度很好", ("服务态度",)),
        ("物流太慢", ("物流时效",)),
        ("客服回复慢", ("响应速度",)),  # 慢 alone would be delivery
        ("真慢", ("物流时效",)),
        ("问题没解决", ("问题解决彻底性",)),
        ("导购讲解清楚", ("服务态度", "专业性")),
        ("停车费太贵", ("停车",)),
        ("昨天去的", ()),
        ("", ()),
    ],
)
def test_dimensions(clause, dimensions):
    assert dimensions_of(clause) == dimensions


def test_a_dimension_mentioned_twice_counts_once():
    assert dimensions_of("态度热情态度好") == ("服务态度",)


def test_every_dimension_with_terms_is_found_by_its_name():
    for dimension in taxonomy().dimensions:
        if dimension.terms:
            assert dimension.name in dimensions_of(dimension.name)
