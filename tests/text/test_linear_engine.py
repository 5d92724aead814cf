"""Weights of n-grams summed over texts and clauses."""

import io

import numpy as np
import pytest

from analysis.text.clauses import cut_clauses
from analysis.text.folding import fold_texts
from analysis.text.linear_engine import (
    CONTRAST_SHIFT,
    MODEL_FILE,
    NETWORK_FILE,
    READING_SHARE,
    TERM_WEIGHT_CLAUSE,
    TERM_WEIGHT_SHORT,
    LinearEngine,
    LinearModel,
    contrast_weights,
)
from analysis.text.ngrams import hashed_grams, starts_inside
from analysis.text.words import PAIR_BITS, WordList, hashed_words

BITS = 12
WORDS = ["门店", "去了"]
WORD_ROOTS = np.random.default_rng(4).integers(-127, 128, 1 << PAIR_BITS).astype(np.int8)
WORD_SQUARES = np.random.default_rng(6).integers(1, 128, 1 << PAIR_BITS).astype(np.int8)


def model(**changes):
    roots = np.random.default_rng(3).integers(-127, 128, 1 << BITS).astype(np.int8)
    squares = np.random.default_rng(5).integers(1, 128, 1 << BITS).astype(np.int8)
    values = {
        "roots": roots, "largest": 2.0, "square_roots": squares, "largest_square": 3.0, "intercept": 0.25,
        "slope": 1.0, "shift": 0.0, "clause_slope": 1.0,
        "clause_shift": 0.0, "bounds": (0.4, 0.6), "clause_bounds": (0.4, 0.6), "signs": np.array([ord("好")]),
        "words": WordList.of(WORDS).points, "word_roots": WORD_ROOTS, "word_largest": 1.5,
        "word_square_roots": WORD_SQUARES, "word_largest_square": 4.0, "word_intercept": -0.5,
    }
    return LinearModel(**(values | changes))


def read(text, engine):
    folded = fold_texts([text])
    clauses = cut_clauses(folded)
    return engine.log_odds(folded, clauses), clauses


def full(roots, largest):
    return np.sign(roots) * (roots / 127) ** 2 * largest


def by_hand(text, engine):
    """The definition: the sum of weights over the root of the sum of what each n-gram adds to the square."""
    hashes = np.concatenate([grams.hashes for grams in hashed_grams(fold_texts([text]).codes, bits=BITS)])
    weights = full(engine.model.roots[hashes].astype(float), 2.0)
    return weights.sum() / full(engine.model.square_roots[hashes].astype(float), 3.0).sum() ** 0.5 + 0.25


def words_by_hand(text, engine):
    folded = fold_texts([text])
    words = WordList.of(WORDS)
    grams = hashed_words(folded.codes, folded.text, words.find(folded.codes, folded.text), words.lengths)
    hashes = np.concatenate([hashes for _, hashes in grams])
    weights = full(WORD_ROOTS[hashes].astype(float), 1.5)
    return weights.sum() / full(WORD_SQUARES[hashes].astype(float), 4.0).sum() ** 0.5 - 0.5


@pytest.mark.parametrize("text", ["嗯", "昨天去了门店", "第二次来取货", "abc"])
def test_a_text_of_one_clause_is_the_sum_of_its_grams_and_words(text):
    engine = LinearEngine(model())
    (texts, clauses), _ = read(text, engine)
    assert texts[0] == pytest.approx(READING_SHARE * (by_hand(text, engine) + words_by_hand(text, engine)), abs=1e-5)
    assert clauses[0] == pytest.approx(by_hand(text, engine), abs=1e-5)


def test_a_text_of_unknown_grams_says_no_more_than_the_intercepts():
    nothing = {"roots": np.zeros(1 << BITS, dtype=np.int8), "square_roots": np.zeros(1 << BITS, dtype=np.int8)}
    engine = LinearEngine(model(**nothing))
    (texts, clauses), _ = read("昨天去了门店", engine)
    assert clauses[0] == 0.25
    assert texts[0] == pytest.approx(READING_SHARE * (0.25 + words_by_hand("昨天去了门店", engine)), abs=1e-5)


def test_a_polar_term_adds_in_full_to_a_text_of_one_clause():
    engine = LinearEngine(model())
    (texts, clauses), _ = read("物流太慢", engine)
    grams, words = by_hand("物流太慢", engine), words_by_hand("物流太慢", engine)
    assert texts[0] == pytest.approx(READING_SHARE * (grams + words) - TERM_WEIGHT_SHORT, abs=1e-5)
    assert clauses[0] == pytest.approx(grams - TERM_WEIGHT_CLAUSE, abs=1e-5)


def test_clauses_after_but_count_more_than_those_before():
    clauses = cut_clauses(fold_texts(["环境很好。客服好但是物流慢，包装破。下次再看"]))
    before, after = 1 - CONTRAST_SHIFT, 1 + CONTRAST_SHIFT
    assert contrast_weights(clauses).tolist() == [1, before, after, after, 1]


def test_grams_do_not_reach_over_the_end_of_a_text():
    ends = np.array([2, 2, 5, 5, 5])  # texts of two and three characters
    assert starts_inside(ends, 1).tolist() == [True] * 5
    assert starts_inside(ends, 2).tolist() == [True, False, True, True]
    assert starts_inside(ends, 4).tolist() == [False, False]
    assert starts_inside(ends, 9).tolist() == []


def test_a_single_sign_with_a_tone_is_read_and_another_is_not():
    folded = fold_texts(["好", "嗯"])
    tone = LinearEngine(model()).read(folded, cut_clauses(folded))
    assert np.isnan(tone.texts).tolist() == [False, True]
    assert tone.text_polarity[1] == "uncertain"


def test_a_model_is_the_same_after_saving(tmp_path):
    before = model()
    before.save(tmp_path / "model.npz")
    after = LinearModel.load(io.BytesIO((tmp_path / "model.npz").read_bytes()))
    assert (after.roots == before.roots).all()
    assert (after.bounds, after.largest, after.intercept) == (before.bounds, before.largest, before.intercept)


def test_the_shipped_files_are_small():
    from importlib import resources

    files = [resources.files("analysis.text").joinpath(name) for name in (MODEL_FILE, NETWORK_FILE)]
    assert sum(len(file.read_bytes()) for file in files) < 8_000_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("环境很好", "positive"),
        ("环境很好，但是物流太慢", "negative"),
        ("环境很好，物流太慢", "uncertain"),
        ("环境很好，但是物流太慢，包装破", "uncertain"),
    ],
)
def test_what_one_but_answers_takes_the_side_behind_it(text, expected):
    silent = {"roots": np.zeros(1 << BITS, dtype=np.int8), "intercept": 0.0}  # polar terms alone speak
    silent |= {"word_roots": np.zeros(1 << PAIR_BITS, dtype=np.int8), "word_intercept": 0.0}
    wide = {"bounds": (0.001, 0.999), "clause_bounds": (0.499, 0.501)}
    engine = LinearEngine(model(**silent, **wide))
    folded = fold_texts([text])
    assert engine.read(folded, cut_clauses(folded)).text_polarity.tolist() == [expected]
