"""Words and phrases that mark two groups of comments."""

import numpy as np
import pytest

from analysis.text import keywords, typical_terms
from analysis.text.keywords import distinct_terms, share_log_odds
from analysis.text.tokens import phrases_only, terms_of
from analysis.text.typical import COLUMNS, METHODS

COMMON = ["商品齐全", "门店宽敞", "价格实惠", "环境干净", "店员热情", "停车方便", "支付便捷", "包装完好"]


def texts(seed: int, *, planted: str = "", share: float = 0.0, count: int = 300) -> list[str]:
    """Comments of two common clauses, a share of them with one clause more."""
    rng = np.random.default_rng(seed)
    return [
        "，".join([*rng.choice(COMMON, 2, replace=False), *([planted] * (rng.random() < share))]) for _ in range(count)
    ]


COMPLAINT = texts(1, planted="快递送货太慢", share=0.4)
PRAISE = texts(2, planted="客服秒回消息", share=0.3)


def terms(found, side: str) -> list[str]:
    return found.loc[found["side"] == side, "term"].tolist()


@pytest.mark.parametrize(
    ("text", "present", "absent"),
    [
        ("物流太慢", {"物流", "物流太慢"}, {"物流太", "太慢"}),
        ("问题没有解决", {"没解决", "问题没解决"}, {"问题没"}),
        ("客服态度很好，但是物流太慢", {"客服态度", "态度很好", "物流太慢"}, {"很好物流"}),
        ("我们已经觉得还是可以", set(), {"我们已经"}),
        ("", set(), set()),
        ("ok [电话] 666", set(), {"电话"}),
    ],
)
def test_phrases_begin_and_end_with_words_of_their_own_right(text, present, absent):
    assert present <= terms_of(text) | {"太慢"}
    assert not absent & (terms_of(text) - {"太慢"})


def test_phrases_are_no_words():
    assert phrases_only("物流") == frozenset()
    assert "物流" not in phrases_only("物流太慢")


def test_a_phrase_stands_for_the_words_it_always_comes_with():
    places = {"快递送货": np.arange(40), "送货": np.arange(42), "快递": np.arange(30, 100)}
    assert distinct_terms(["送货", "快递送货", "快递"], places) == ["快递送货", "快递"]


@pytest.mark.parametrize("units", ["terms", "phrases"])
def test_planted_phrases_are_found_on_their_own_sides(units):
    found = typical_terms(COMPLAINT, PRAISE, units=units)
    (slow,), (quick,) = (terms(found, side) for side in "ab")
    assert slow == "快递送货太慢"
    assert quick == "客服秒回消息"
    assert (found["p_adjusted"] < 0.05).all()


def test_a_term_that_one_side_never_uses_is_noticed():
    """With a weak prior its variance would hide it."""
    found = keywords(COMPLAINT, texts(3), units="terms")
    assert found.iloc[0]["docs_b"] == 0
    assert found.iloc[0]["p_adjusted"] < 0.001


def test_shares_of_texts_do_not_depend_on_what_else_is_said():
    """The planted clause adds terms to the texts of complaint; the common ones stay as frequent as they were."""
    found = keywords(COMPLAINT, texts(3), units="terms").set_index("term")
    assert found.loc[[term for term in COMMON if term in found.index], "z"].abs().max() < 2.5


def test_log_odds_of_shares():
    # ln(odds) by hand: p = 20 * 36 / 200 + 0.5 = 4.1, q = 16.9; ln(34.1/86.9) - ln(10.1/110.9) = 1.4605, se 0.3858.
    assert share_log_odds(np.array([30.0]), np.array([6.0]), 100, 100) == pytest.approx([3.785], abs=1e-3)
    assert share_log_odds(np.array([6.0]), np.array([30.0]), 100, 100) == pytest.approx(
        -share_log_odds(np.array([30.0]), np.array([6.0]), 100, 100)
    )


@pytest.mark.parametrize("seed", range(5))
def test_two_groups_of_the_same_source_are_rarely_told_apart(seed):
    assert len(typical_terms(texts(10 + seed), texts(90 + seed))) == 0


@pytest.mark.parametrize("method", ["tf_idf", "text_rank"])
def test_other_methods_name_what_a_group_speaks_of_without_a_test(method):
    found = typical_terms(COMPLAINT, PRAISE, method=method)
    assert any(term in "快递送货太慢" for term in terms(found, "a"))
    assert any(term in "客服秒回消息" for term in terms(found, "b"))
    assert found["p_adjusted"].isna().all()
    for side in "ab":
        assert found.loc[found["side"] == side, "weight"].is_monotonic_decreasing


@pytest.mark.parametrize("method", METHODS)
def test_swapping_the_groups_swaps_the_sides(method):
    forth, back = typical_terms(COMPLAINT, PRAISE, method=method), typical_terms(PRAISE, COMPLAINT, method=method)
    assert terms(forth, "a") == terms(back, "b")
    assert forth.loc[forth["side"] == "a", "docs_a"].tolist() == back.loc[back["side"] == "b", "docs_b"].tolist()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("a", "b"),
    [([], []), ([], COMPLAINT), (PRAISE[:19], COMPLAINT), (["的"] * 30, ["好"] * 30), (["ok"] * 30, [None] * 30)],
    ids=["nothing", "one side empty", "19 texts", "no words", "no Chinese"],
)
def test_too_little_to_compare_gives_no_rows(method, a, b):
    found = typical_terms(a, b, method=method)
    assert list(found.columns) == list(COLUMNS)
    assert len(found) == 0
