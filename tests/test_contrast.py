"""Two groups of comments in a store and what sets them apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from analysis import pipeline
from analysis.briefing import contrast, quotes_with
from analysis.schema import Filters
from analysis.store import Warehouse

LAST = date(2026, 11, 22)
NOW = Filters.of(LAST - timedelta(days=27), LAST)
COMMON = ("商品齐全", "价格实惠", "环境干净", "包装完好", "支付便捷")


def line(number: int, day: date, store: str, said: str) -> str:
    first, second = COMMON[number % 5], COMMON[(number // 5 + 1 + number) % 5]
    return f"P{number},{day},{store},5,{first}，{second}，{said}（{number}）"


@pytest.fixture(scope="module")
def store() -> Iterator[Warehouse]:
    """A month in which 北店 speaks of parking, after one in which everybody spoke of sold-out goods."""
    lines = ["评价编号,评价时间,门店,评分,评价内容"]
    for number in range(200):
        where = "北店" if number % 2 else "南店"
        said = "停车场收费太贵" if number % 2 else "下次再来"
        lines.append(line(number, LAST - timedelta(days=number % 28), where, said))
        lines.append(line(1000 + number, LAST - timedelta(days=28 + number % 28), where, "热门商品经常缺货"))
    with Warehouse.open(":memory:") as opened:
        pipeline.import_file(opened, "\n".join(lines).encode(), file_name="r.csv", kind="review")
        pipeline.score_pending(opened)
        yield opened


def named(terms) -> str:
    return "".join(term.term for term in terms)


def test_one_store_against_the_rest(store):
    found = contrast(store, NOW, between="store", one_store="北店")
    assert "停车" in named(found.first)
    assert (found.read_first, found.read_second) == (100, 100)
    assert found.first[0].docs == 100
    assert found.first[0].docs_other == 0


def test_a_filter_on_stores_does_not_take_the_rest_away(store):
    found = contrast(store, NOW.narrowed(store="北店"), between="store", one_store="北店")
    assert found.read_second == 100


def test_this_period_against_the_one_before(store):
    found = contrast(store, NOW, between="period")
    assert "缺货" in named(found.second)
    assert "停车" in named(found.first)
    assert "缺货" not in named(found.first)


def test_an_open_period_has_none_before_it(store):
    found = contrast(store, Filters(), between="period")
    assert (found.enough, found.first, found.second) == (False, (), ())


def test_a_small_store_is_not_compared(store):
    few = Filters.of(LAST - timedelta(days=3), LAST)
    found = contrast(store, few, between="store", one_store="北店")
    assert (found.enough, found.first) == (False, ())
    assert contrast(store, NOW, between="store").enough is False


def test_quotes_hold_the_term_and_belong_to_its_side(store):
    term = contrast(store, NOW, between="store", one_store="北店").first[0].term
    said = quotes_with(store, NOW, term=term, first=True, between="store", one_store="北店", limit=4)
    assert len(said) == 4
    assert all("停车" in quote.text and quote.store == "北店" for quote in said)
    assert [quote.day for quote in said] == sorted((quote.day for quote in said), reverse=True)
    assert quotes_with(store, NOW, term=term, first=False, between="store", one_store="北店") == ()
