"""Negation, contrast and double negation in sentences of our own."""

import tomllib
from pathlib import Path

import pytest

from analysis.text import score
from analysis.text.training.corpus import keys_of
from analysis.text.training.phrases import load_phrases

CASES = tomllib.loads(Path(__file__).with_name("hard_cases.toml").read_text(encoding="utf-8"))
EXPECTED = {text: side for side in ("positive", "negative") for text in CASES[side]}
SHARE_RIGHT = 0.9
SHARE_RIGHT_UNSEEN = 0.8  # of sentences that are no training phrase word by word


@pytest.fixture(scope="module")
def right():
    called = score([*EXPECTED])["polarity"]
    return {text: name == side for (text, side), name in zip(EXPECTED.items(), called, strict=True)}


def test_the_table_is_large_and_names_no_sentence_twice():
    assert len(EXPECTED) == len(CASES["positive"]) + len(CASES["negative"]) >= 150


def test_nine_in_ten_are_read_right(right):
    assert sum(right.values()) >= SHARE_RIGHT * len(right)


def test_sentences_that_training_does_not_hold_are_mostly_read_right(right):
    keys = keys_of([*right])
    taught = set(load_phrases()["key"])
    unseen = [correct for correct, key in zip(right.values(), keys, strict=True) if key not in taught]
    assert len(unseen) >= 100
    assert sum(unseen) >= SHARE_RIGHT_UNSEEN * len(unseen)


def test_failures_are_listed(right):
    assert sorted(text for text, correct in right.items() if not correct) == sorted(CASES["failures"])
