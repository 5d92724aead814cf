"""Themes of a store's comments: size, tone, change and quotes."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pandas as pd
import pytest

from analysis import pipeline
from analysis.briefing.themes import themes
from analysis.schema import Filters
from analysis.store import Warehouse

LAST = date(2026, 11, 22)
NOW = Filters.of(LAST - timedelta(days=27), LAST)
# What an engine would find in a comment: its tone, and a dimension with its tone and words.
READ = {
    "甲": ("negative", "物流时效", "negative", "送货太慢"),
    "乙": ("positive", "物流时效", "positive", "送货很快"),
    "丙": ("negative", "价格", "negative", "价格太贵"),
}


@pytest.fixture
def store():
    """Now 60 slow deliveries, 20 quick ones and 40 dear prices; before 10 slow deliveries and 90 dear prices."""
    plan = [("甲", 60, 0), ("乙", 20, 0), ("丙", 40, 0), ("甲", 10, 28), ("丙", 90, 28)]
    lines, number = ["评价编号,评价时间,评价内容"], 0
    for kind, count, back in plan:
        for _ in range(count):
            number += 1
            lines.append(f"P{number},{LAST - timedelta(days=back + number % 28)},{kind}{READ[kind][3]}（{number}）")
    with Warehouse.open(":memory:") as opened:
        pipeline.import_file(opened, "\n".join(lines).encode(), file_name="r.csv", kind="review")
        texts = opened.pending_texts(1_000)
        found = [READ[text[0]] for text in texts["text"]]
        opened.save_scores(pd.DataFrame({
            "text_hash": texts["text_hash"], "sentiment": 0.5, "polarity": [tone for tone, *_ in found],
            "aspects": [json.dumps([{"dimension": name, "polarity": own, "evidence": said}])
                        for _, name, own, said in found],
            "engine": "hand",
        }))
        yield opened


def test_size_tone_change_and_quotes(store):
    slow, dear = themes(store, NOW, quotes=3)
    assert (slow.name, slow.dimension, slow.count, slow.share.n) == ("送货太慢", "物流时效", 60, 100)
    assert slow.share.value == pytest.approx(0.6)
    assert slow.share.low < 0.6 < slow.share.high
    assert slow.negative.value == pytest.approx(60 / 80)
    assert slow.difference.verdict == "reliable_rise"
    assert slow.difference.estimate.value == pytest.approx(0.5)
    assert (dear.dimension, dear.difference.verdict) == ("价格", "reliable_fall")
    assert dear.negative.value == 1
    assert len(slow.quotes) == 3
    assert all("送货太慢" in quote.text and quote.passages == ("送货太慢",) for quote in slow.quotes)


def test_praise_has_themes_of_its_own(store):
    (quick,) = themes(store, NOW, polarity="positive")
    assert (quick.name, quick.count, quick.difference.verdict) == ("送货很快", 20, "no_previous")


def test_an_open_period_has_no_change_and_no_comments_no_themes(store):
    assert {theme.difference.verdict for theme in themes(store, Filters())} == {"no_previous"}
    assert themes(store, Filters.of(store="无此店")) == ()
