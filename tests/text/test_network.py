"""The network over characters, against its definition written out text by text."""

import re

import numpy as np
import pytest

from analysis.text.folding import fold_texts
from analysis.text.linear_engine import DOUBT, NETWORK_SHARE, LinearEngine
from analysis.text.network import GAP, HEAD, STRENGTH, TAIL, Network
from analysis.text.words import WordList

WIDTH, HEADS, NETWORKS = 6, 2, 3
WORDS = ["店员", "很热情", "情物", "好吃好"]


def network(seed=5):
    rng = np.random.default_rng(seed)
    vocabulary = np.unique([ord(c) for c in "店员很热情物流太慢,好吃0"]).astype(np.uint32)

    def drawn(*shape):
        return rng.normal(size=(NETWORKS, *shape)).astype(np.float32)

    def steps(rows):
        return rng.integers(-127, 128, (NETWORKS, rows, WIDTH)).astype(np.int8)

    def sizes(rows):
        return rng.uniform(0.005, 0.015, (NETWORKS, rows, 1)).astype(np.float32)

    characters = len(vocabulary) + 2
    return Network(
        vocabulary, steps(characters), sizes(characters),
        WordList.of(WORDS).points, steps(len(WORDS)), sizes(len(WORDS)),
        drawn(3 * WIDTH, 2 * WIDTH), drawn(2 * WIDTH),
        drawn(3 * WIDTH, 2 * WIDTH), drawn(2 * WIDTH), drawn(WIDTH, HEADS), drawn(WIDTH, HEADS), drawn(),
    )  # fmt: skip


def by_hand(text, net):
    codes = fold_texts([text]).codes
    line = "".join(map(chr, codes))
    words = [-1] * len(line)
    for match in re.finditer("很热情|好吃好|店员|情物", line):
        words[match.start() : match.end()] = [WORDS.index(match.group())] * len(match.group())
    known = net.vocabulary.tolist()
    pairs = [(known.index(c) + 2 if c in known else 1, word) for c, word in zip(codes, words, strict=True)]
    if len(pairs) > HEAD + TAIL:
        pairs = pairs[:HEAD] + pairs[-TAIL:]
    edge = [(0, -1)] * GAP
    numbers, words = np.array(edge + pairs + edge).T
    return np.mean([one_by_hand(numbers, words, net, index) for index in range(NETWORKS)])


def one_by_hand(numbers, words, net, index):
    live = (numbers > 0)[:, None]
    vectors = net.vectors[index][numbers] * net.steps[index][numbers].astype(float) * live
    vectors += (net.word_vectors[index][words] * net.word_steps[index][words].astype(float)) * (words >= 0)[:, None]
    hidden = _gated(_window(vectors, 1) @ net.near[index] + net.near_bias[index]) * live
    hidden = hidden + _gated(_window(hidden, 2) @ net.far[index] + net.far_bias[index]) * live
    weight = np.exp(np.clip(hidden @ net.attention[index], -8, 8)) * live
    said = (weight * (hidden @ net.saying[index])).sum(axis=0) / (weight.sum(axis=0) + 1e-3)
    return STRENGTH * said.sum() + float(net.bias[index])


def _window(rows, distance):
    def at(index):
        return rows[index] if 0 <= index < len(rows) else np.zeros(rows.shape[1])

    return np.array([np.concatenate([at(i - distance), at(i), at(i + distance)]) for i in range(len(rows))])


def _gated(both):
    half = both.shape[1] // 2
    return both[:, :half] / (1 + np.exp(-both[:, half:]))


def odds_of(net, texts, chosen=None):
    folded = fold_texts(texts)
    words = WordList(net.words)
    rows = words.rows(words.find(folded.codes, folded.text), len(folded.codes))
    return net.log_odds(folded, np.ones(len(texts), dtype=bool) if chosen is None else np.array(chosen), rows)


TEXTS = ["店员很热情，物流太慢", "", "好", "外星文字", "好吃" * 40 + "物流" * 60, "很热情" * 900, "物流太慢"]


def test_as_defined_whatever_stands_beside_it():
    net = network()
    odds = odds_of(net, TEXTS)
    expected = [by_hand(text, net) if text else 0.0 for text in TEXTS]
    assert odds == pytest.approx(expected, abs=1e-4)


def test_only_what_is_chosen_is_read():
    odds = odds_of(network(), TEXTS, [True] + [False] * 6)
    assert np.flatnonzero(odds).tolist() == [0]
    assert not odds_of(network(), [""]).any()


def test_many_texts_are_read_as_each_alone():
    net = network()
    texts = [f"店员很热情{'好吃' * (number % 7)}" for number in range(900)]  # several times what is worked on together
    odds = odds_of(net, texts)
    assert odds[:7] == pytest.approx([by_hand(text, net) for text in texts[:7]], abs=1e-4)
    assert odds == pytest.approx(np.resize(odds[:7], len(texts)), abs=1e-4)


def test_it_is_the_same_after_saving(tmp_path):
    before = network()
    before.save(tmp_path / "network.npz")
    with (tmp_path / "network.npz").open("rb") as file:
        after = Network.load(file)
    assert (odds_of(after, TEXTS) == odds_of(before, TEXTS)).all()


def test_the_engine_asks_it_only_about_longer_texts_that_the_weights_leave_in_doubt():
    from analysis.text.clauses import cut_clauses

    shipped = LinearEngine.load()
    texts = ["质量非常好，非常满意，强烈推荐", "昨天收到的，今天打开用了一下", "昨天收到的"]
    folded = fold_texts(texts)
    clauses = cut_clauses(folded)
    alone = LinearEngine(shipped.model).log_odds(folded, clauses)[0]
    both = shipped.log_odds(folded, clauses)[0]
    read = odds_of(shipped.network, texts)
    assert abs(alone[0]) > DOUBT > max(abs(alone[1]), abs(alone[2]))
    assert both - alone == pytest.approx([0.0, NETWORK_SHARE * read[1], 0.0])
