"""Words of a list, found from left to right, the longest first, and what is learned from them."""

import re

import numpy as np
import pytest

from analysis.text.folding import fold_texts
from analysis.text.training.vocabulary import LEAST_SEEN, frequent_words
from analysis.text.words import WordList, hashed_words

WORDS = WordList.of(["客服", "服务", "服务员", "没人", "人接"])
TEXTS = ["客服务员没人接", "", "服务", "客", "服", "没有人接没人"]


def found(texts):
    folded = fold_texts(texts)
    return folded, WORDS.find(folded.codes, folded.text)


def names(texts):
    """Hash of each feature by the place it starts at, words first."""
    folded, words = found(texts)
    grams = hashed_words(folded.codes, folded.text, words, WORDS.lengths)
    return [(at.tolist(), hashes.tolist()) for at, hashes in grams]


def test_words_are_those_of_a_search_from_left_to_right_in_each_text():
    words = found(TEXTS)[1]
    expected, start = [], 0
    for text in TEXTS:
        expected += [start + match.start() for match in re.finditer("服务员|客服|服务|没人|人接", text)]
        start += len(text)
    assert words.starts.tolist() == expected


def test_each_character_knows_its_place_in_its_word():
    folded, words = found(["没服务员"])
    rows = WORDS.rows(words, len(folded.codes))
    characters = WORDS.points[WORDS.points > 0]
    assert rows[0] == -1
    assert (characters[rows[1:]] == folded.codes[1:]).all()


@pytest.mark.parametrize("texts", [[], [""], ["abc"], ["服务员"]])
def test_as_many_features_as_words_and_pairs(texts):
    (single, _), (pairs, _) = names(texts)
    assert len(single) == sum(1 if text == "服务员" else len(text) for text in texts)
    assert len(pairs) == max(len(single) - 1, 0)


def test_pairs_stay_within_a_text_and_tell_order():
    together = names(["没人服务"])[1][1]
    assert len(together) == 1
    assert together != names(["服务没人"])[1][1]
    assert names(["没人", "服务"])[1][1] == []


def test_words_of_the_dictionary_that_are_seen_often_are_learned_from():
    texts = ["客服态度"] * LEAST_SEEN + ["物流"] * (LEAST_SEEN - 1)
    kept = ["".join(map(chr, row[row > 0])) for row in frequent_words(texts).points]
    assert kept == sorted(["客服", "态度"])
    assert np.array_equal(frequent_words(texts).lengths, [2, 2])
