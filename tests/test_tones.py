"""Tone and aspects of comments: what is counted, what is left out, and what missing comments give."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta

import pandas as pd
import pytest

from analysis import pipeline
from analysis.briefing.tones import aspect_tones, tone
from analysis.schema import Filters
from analysis.store import Warehouse

SUNDAY = date(2026, 11, 22)
WEEK = Filters.of(SUNDAY - timedelta(days=6), SUNDAY)


def aspect(dimension: str, polarity: str) -> dict[str, str]:
    return {"dimension": dimension, "polarity": polarity, "evidence": "…"}


@pytest.fixture
def store() -> Iterator[Warehouse]:
    """Comments of two weeks: 40 negative, 50 positive, 10 uncertain and 5 unread now; 20 positive before."""
    tones = ["negative"] * 40 + ["positive"] * 50 + ["uncertain"] * 10 + ["unread"] * 5 + ["before"] * 20
    days = [SUNDAY - timedelta(days=7) if name == "before" else SUNDAY for name in tones]
    lines = [f"P{i},{day},评论 {name} {i} 号" for i, (name, day) in enumerate(zip(tones, days, strict=True))]
    with Warehouse.open(":memory:") as opened:
        file = "\n".join(["评价编号,评价时间,评价内容", *lines]).encode()
        pipeline.import_file(opened, file, file_name="r.csv", kind="review")
        opened.save_scores(scores(opened.pending_texts(1_000)))
        yield opened


def scores(texts: pd.DataFrame) -> pd.DataFrame:
    """Negative comments complain twice about delivery and praise the staff; positive ones only praise."""
    praise, complaint = aspect("服务态度", "positive"), aspect("物流时效", "negative")
    texts = texts[~texts["text"].str.contains("unread")]
    names = texts["text"].str.split(" ").str[1].replace("before", "positive")
    found = [[complaint, complaint, praise] if name == "negative" else [praise] for name in names]
    return pd.DataFrame(
        {
            "text_hash": texts["text_hash"], "sentiment": 0.5, "polarity": names, "engine": "hand",
            "aspects": [json.dumps(aspects) for aspects in found],
        }
    )


def test_shares_are_of_comments_with_a_clear_tone(store: Warehouse) -> None:
    now = tone(store, WEEK)
    assert (now.negative.n, now.uncertain, now.unread, now.comments) == (90, 10, 5, 105)
    assert now.negative.value == pytest.approx(40 / 90)
    assert now.positive.value == pytest.approx(50 / 90)


def test_the_change_is_judged_against_the_period_before(store: Warehouse) -> None:
    now = tone(store, WEEK)
    assert now.previous.value == 0
    assert now.difference.estimate.value == pytest.approx(40 / 90)
    assert now.difference.estimate.n == 20
    assert now.difference.verdict == "not_enough"


@pytest.mark.parametrize("filters", [Filters(), Filters.of(SUNDAY - timedelta(days=13), SUNDAY - timedelta(days=7))])
def test_nothing_before_means_no_verdict(store: Warehouse, filters: Filters) -> None:
    assert tone(store, filters).difference.verdict == "no_previous"


def test_a_comment_counts_once_a_side(store: Warehouse) -> None:
    delivery, staff = aspect_tones(store, WEEK)
    assert (delivery.dimension, delivery.negative, delivery.positive) == ("物流时效", 40, 0)
    assert (staff.dimension, staff.negative, staff.positive) == ("服务态度", 0, 100)
    assert delivery.share.value == 1


def test_no_comments_give_missing_shares() -> None:
    with Warehouse.open(":memory:") as empty:
        now = tone(empty, WEEK)
        assert (now.negative.withheld, now.comments) == ("no_data", 0)
        assert aspect_tones(empty, WEEK) == ()
