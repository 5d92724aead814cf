"""Terms found by hashing are those that a regular expression finds."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.text.term_search import TermSearch

TERMS = ["好", "不好", "好吃", "不", "吃不好", "好好吃", "😊", "没有不好吃"]


def found(terms, pieces):
    codes = np.array([ord(c) for piece in pieces for c in piece], dtype=np.uint32)
    owner = np.repeat(np.arange(len(pieces)), [len(piece) for piece in pieces])
    starts, indices = TermSearch(terms).find(codes, owner)
    return [(int(owner[start]), terms[index]) for start, index in zip(starts, indices, strict=True)]


@given(st.lists(st.text(alphabet="好不吃没有😊店", max_size=12), max_size=5))
def test_as_an_alternation_with_the_longest_term_first(pieces):
    pattern = re.compile("|".join(sorted(TERMS, key=len, reverse=True)))
    assert found(TERMS, pieces) == [(i, match) for i, piece in enumerate(pieces) for match in pattern.findall(piece)]


@pytest.mark.parametrize("pieces", [[], [""], ["店"], ["", "没有"]])
def test_nothing_to_find(pieces):
    assert found(TERMS, pieces) == []


def test_terms_that_share_a_bucket_are_told_apart():
    characters = [chr(point) for point in range(0x4E00, 0x9FFF)]  # more than there are buckets to spare
    terms = characters[::2]
    assert found(terms, ["".join(characters)]) == [(0, term) for term in terms]


def test_a_piece_without_number_holds_no_term():
    codes = np.array([ord("好"), ord("好")], dtype=np.uint32)
    starts, _ = TermSearch(["好"]).find(codes, np.array([-1, 0]))
    assert starts.tolist() == [1]
