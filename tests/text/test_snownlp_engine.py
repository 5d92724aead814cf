"""The fast reading of SnowNLP's model gives SnowNLP's own numbers."""

import importlib
import math

import pytest

from analysis.text.snownlp_engine import SnowNlpEngine

CLAUSES = [
    "客服态度很好",
    "物流太慢",
    "自助结账机器老是死机排队排了十几分钟",
    "昨天在旗舰店买的蓝色外套洗了一次就掉色",
    "APP 支付 fail 了3次",
    "好",
    "嗯",
    "的的的",
    "hello world",
    "龘靐齉",  # characters the segmentation model never saw
    "我龘好龘",
    "龘好",
    "二零二六年十一月二十二日",
    "店員態度很好",  # not converted here: the engine reads what it is given
    "这本书的作者写得非常精彩值得一读再读",
]


@pytest.fixture(scope="module")
def engine():
    return SnowNlpEngine()


@pytest.fixture(scope="module")
def snownlp():
    """Loaded where it is asked for: three seconds that every collecting process would spend."""
    return importlib.import_module("snownlp")


@pytest.mark.parametrize("clause", CLAUSES)
def test_same_probability(engine, snownlp, clause):
    probability = 1 / (1 + math.exp(-engine.log_odds([clause])[0]))
    assert probability == pytest.approx(snownlp.SnowNLP(clause).sentiments, abs=1e-12)


@pytest.mark.parametrize("clause", CLAUSES)
def test_same_words(engine, snownlp, clause):
    assert engine.words(clause) == snownlp.normal.filter_stop(snownlp.seg.seg(clause))


def test_nothing_in_nothing_out(engine):
    assert engine.log_odds([]).tolist() == []
