"""Tone, polarity and aspects of comments."""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from analysis.errors import UnknownName
from analysis.text import engines, score
from analysis.text.clause_engine import ClauseEngine
from analysis.text.scoring import MAX_CHARACTERS


def aspects(text):
    return {a["dimension"]: (a["polarity"], a["evidence"]) for a in json.loads(score([text])["aspects"][0])}


NOTHING_TO_READ = {
    "missing": None,
    "not a number": float("nan"),
    "missing of pandas": pd.NA,
    "a number": 5,
    "empty": "",
    "blank": " \t\n　",
    "punctuation": "。。。！！？",
    "digits": "12345",
    "unknown emoji": "🚲🚲",
    "English": "delivery was fast, thanks",
    "Japanese kana": "ありがとう",
    "one character": "嗯",
    "a mask alone": "[电话]",
    "control characters": "\x00\x01\u202e",
    "half a surrogate pair": "\ud83d",
}


@pytest.mark.parametrize("engine", ["xinsheng", "snownlp"])
@pytest.mark.parametrize("text", NOTHING_TO_READ.values(), ids=NOTHING_TO_READ)
def test_nothing_to_read(text, engine):
    row = score([text], engine=engine).iloc[0]
    assert np.isnan(row["sentiment"])
    assert (row["polarity"], row["aspects"]) == ("uncertain", "[]")


def test_no_texts():
    frame = score([])
    assert list(frame.columns) == ["sentiment", "polarity", "aspects"]
    assert len(frame) == 0


def test_order_and_length_are_kept_among_unreadable_texts():
    texts = ["质量很好", None, "物流太慢", "", "质量很好"]
    assert score(texts)["polarity"].tolist() == ["positive", "uncertain", "negative", "uncertain", "positive"]


def test_the_result_does_not_depend_on_the_company_of_other_texts():
    texts = ["店员很热情", "退款拖了半个月", "停车位不好找"]
    together = score(texts)
    alone = pd.concat([score([text]) for text in texts], ignore_index=True)
    pd.testing.assert_frame_equal(together, alone)


class CountingEngine:
    def __init__(self):
        self.seen = []

    def log_odds(self, clauses):
        self.seen += clauses
        return np.zeros(len(clauses))


@pytest.fixture
def counting(monkeypatch):
    engine = CountingEngine()
    monkeypatch.setitem(engines.ENGINES, "counting", lambda: ClauseEngine(engine))
    yield engine
    engines.engine_named.cache_clear()


def test_a_repeated_text_is_scored_once(counting):
    frame = score(["物流太慢"] * 500 + ["環境乾淨"], engine="counting")
    assert len(frame) == 501
    assert counting.seen == ["物流太慢", "环境干净"]


def test_only_the_first_2000_characters_are_read(counting):
    score(["店" * 10_000_000], engine="counting")
    assert counting.seen == ["店" * MAX_CHARACTERS]


def test_an_unknown_engine_names_those_that_exist():
    with pytest.raises(UnknownName) as error:
        score(["好"], engine="oracle")
    assert error.value.values["known"] == ["snownlp", "xinsheng"]


def test_praise_and_complaint_in_one_sentence():
    found = aspects("客服态度很好但是物流太慢")
    assert found["服务态度"] == ("positive", "客服态度很好")
    assert found["物流时效"] == ("negative", "物流太慢")


def test_what_follows_but_weighs_more():
    praise_last, complaint_last = score(["物流太慢，但是质量很好", "质量很好，但是物流太慢"])["sentiment"]
    assert complaint_last < 0.5 < praise_last


@pytest.mark.parametrize(
    ("simplified", "traditional"),
    [
        ("客服态度很好但是物流太慢", "客服態度很好但是物流太慢"),
        ("问题没有解决，转来转去", "問題沒有解決，轉來轉去"),
        ("停车很方便，环境干净", "停車很方便，環境乾淨"),
        ("店员爱答不理", "店員愛答不理"),
        ("质量不错，不过价格太贵", "質量不錯，不過價格太貴"),
    ],
)
def test_traditional_script_reads_like_simplified(simplified, traditional):
    left, right = (score([text]).iloc[0] for text in (simplified, traditional))
    assert left["sentiment"] == right["sentiment"]
    assert left["polarity"] == right["polarity"]
    pairs = [[(a["dimension"], a["polarity"]) for a in json.loads(row["aspects"])] for row in (left, right)]
    assert pairs[0] == pairs[1]


def test_evidence_stands_in_the_text_as_it_was_written():
    text = "ＡＰＰ　老是閃退！！但店員很熱情～"
    evidence = [a["evidence"] for a in json.loads(score([text])["aspects"][0])]
    assert evidence == ["ＡＰＰ　老是閃退", "店員很熱情"]
    assert all(span in text for span in evidence)


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("很好，下次再来", "positive"),
        ("不错", "positive"),
        ("不是不好", "positive"),
        ("性价比不高", "negative"),
        ("不是很专业", "negative"),
        ("再也不来了", "negative"),
        ("没有送水", "negative"),
        ("问题没有解决", "negative"),
        ("快递3.5天才到", "negative"),
        ("👍👍", "positive"),
        ("😡", "negative"),
    ],
)
def test_negation_and_strong_words(text, polarity):
    assert score([text])["polarity"][0] == polarity


def test_clauses_that_contradict_each_other_are_uncertain_not_neutral():
    assert score(["店员非常热情，非常专业，质量差，垃圾"], engine="snownlp")["polarity"][0] == "uncertain"


def test_without_aspects_the_tone_is_the_same():
    texts = ["店员很热情", "物流太慢，但是质量很好", None]
    tone_alone = score(texts, aspects=False)
    assert tone_alone["aspects"].tolist() == ["[]"] * 3
    pd.testing.assert_frame_equal(tone_alone[["sentiment", "polarity"]], score(texts)[["sentiment", "polarity"]])


def test_a_batch_border_changes_nothing(monkeypatch):
    texts = [f"{text}{number}次" for number in range(7) for text in ("店员很热情", "物流太慢，但是质量很好", "。。好")]
    whole = score(texts)
    monkeypatch.setattr("analysis.text.scoring.BATCH", 4)
    pd.testing.assert_frame_equal(score(texts), whole)


def test_importing_loads_no_model():
    models = "'jieba', 'snownlp', 'scipy', 'jax', 'analysis.text.linear_engine'"
    code = f"import sys, analysis.text; print([m for m in ({models}) if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("text", ["服务一般，菜很好吃", "菜很好吃，服务态度一般般吧。", "服務就那樣，菜很好吃！"])
def test_a_dimension_called_ordinary_takes_no_side(text):
    assert aspects(text)["服务态度"][0] == "neutral"
