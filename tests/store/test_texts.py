"""Comments, their pages, and the scores that come later."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analysis.schema import Filters
from analysis.store import Warehouse
from tests.store.hand_made import batch, complaints, reviews


@pytest.fixture
def store():
    with Warehouse.open(":memory:") as opened:
        yield opened


def score_all(store: Warehouse, polarity: str = "negative", aspects: str = "[]") -> None:
    store.save_scores(store.pending_texts(100).assign(sentiment=0.2, polarity=polarity, aspects=aspects, engine="hand"))


def test_newest_comment_first_and_pages_cover_all(store):
    days = pd.date_range("2026-01-01", periods=25)
    rows = [
        {"comment_id": f"c{n}", "source": "review", "text": f"第{n}条", "day": day} for n, day in enumerate(days)
    ]
    store.add(batch("review", {"comments": rows}, contents=list(range(25))))
    pages = [store.comments(limit=10, offset=start)["comment_id"].tolist() for start in (0, 10, 20, 30)]
    assert [len(page) for page in pages] == [10, 10, 5, 0]
    assert [name for page in pages for name in page] == [f"c{n}" for n in reversed(range(25))]
    assert store.comments(limit=1)["day"].tolist() == [date(2026, 1, 25)]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("物流", 1), (" 物流 ", 1), ("app", 2), ("100%", 1), ("_", 0), ("%", 1), ("'", 1), ("", 4), (None, 4),
        ("没有这句", 0),
    ],
)
def test_search_is_literal(store, search, found):
    store.add(reviews(["物流慢", "APP 闪退", "100%满意 app", "it's fine"]))
    assert store.comment_total(search=search) == found
    assert len(store.comments(search=search)) == found


def test_same_text_is_scored_once(store):
    store.add(reviews(["好评", "好评2"]))
    store.add(complaints({"T1": "评"}, text="好"))
    pending = store.pending_texts(10)
    assert sorted(pending["text"]) == ["好评", "好评2"]
    assert pending["text_hash"].dtype == np.uint64
    assert store.pending_count() == (2, 2)
    score_all(store)
    assert store.pending_count() == (0, 2)
    assert store.counts("comments", ["polarity"])["count"].tolist() == [3]


def test_pending_texts_come_in_portions(store):
    store.add(reviews([f"文本{n}" for n in range(5)]))
    assert len(store.pending_texts(3)) == 3
    assert len(store.pending_texts(0)) == 0


def test_scores_show_with_the_comment(store):
    store.add(reviews(["送货慢"]))
    assert store.comments().iloc[0][["polarity", "aspects"]].tolist() == [None, None]
    score_all(store, aspects='[{"dimension": "物流时效", "polarity": "negative", "evidence": "送货慢"}]')
    row = store.comments().iloc[0]
    assert (row["sentiment"], row["polarity"]) == (0.2, "negative")
    assert "物流时效" in row["aspects"]
    for total in (store.comment_total(dimension="物流时效"), store.comment_total(Filters.of(dimension="物流时效"))):
        assert total == 1
    assert store.comment_total(dimension="价格") == 0
    assert store.texts(polarity="negative")["text"].tolist() == ["送货慢"]
    assert store.texts(polarity="positive").empty


def test_missing_sentiment_stays_missing(store):
    store.add(reviews(["……"]))
    texts = store.pending_texts(1)
    store.save_scores(texts.assign(sentiment=np.nan, polarity="uncertain", aspects="[]", engine="hand"))
    assert store.comments()["sentiment"].isna().all()
    assert store.pending_count() == (0, 1)


def test_second_engine_replaces_the_first(store):
    store.add(reviews(["送货慢"]))
    texts = store.pending_texts(1)
    for polarity in ("neutral", "negative"):
        store.save_scores(texts.assign(sentiment=0.4, polarity=polarity, aspects="[]", engine=polarity))
    assert store.comments()["polarity"].tolist() == ["negative"]


def test_scores_of_texts_that_are_gone_are_left_out(store):
    store.add(reviews(["送货慢"]))
    texts = store.pending_texts(1)
    store.undo(1)
    store.save_scores(texts.assign(sentiment=0.4, polarity="neutral", aspects="[]", engine="hand"))
    store.add(reviews(["送货慢"]))
    assert store.pending_count() == (1, 1)


def test_no_scores_are_no_change(store):
    revision = store.revision()
    store.save_scores(pd.DataFrame(columns=["text_hash", "sentiment", "polarity", "aspects", "engine"]))
    assert store.revision() == revision


def test_filters_of_comments(store):
    store.add(reviews(["甲"], channel="APP", touchpoint="配送"))
    store.add(reviews(["乙"], channel="门店"))
    assert store.texts(Filters.of(channel="APP"))["text"].tolist() == ["甲"]
    assert store.comments(source="complaint").empty
    assert set(store.comments(source="review")["touchpoint"]) == {None, "配送"}
    assert store.texts(limit=1)["day"].tolist() == [date(2026, 3, 4)]


def test_tickets_page(store):
    store.add(complaints({f"T{n}": "处理中" for n in range(7)}))
    assert len(store.tickets(limit=5)) == 5
    assert len(store.tickets(limit=5, offset=5)) == 2
    assert store.tickets(Filters.of(status="已办结")).empty
    assert store.tickets(Filters.of(category="物流"), limit=1)["status"].tolist() == ["处理中"]


def test_comments_of_a_kind_of_complaint(store):
    store.add(complaints({"T1": "处理中"}))
    store.add(reviews(["好"]))
    assert store.comment_total(Filters.of(category="物流")) == 1
    assert store.comment_total(Filters.of(category="质量")) == 0
