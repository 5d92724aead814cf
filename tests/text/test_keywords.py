"""The words that set groups of comments apart."""

import os
import stat
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.text import keywords
from analysis.text.keywords import COLUMNS, log_odds
from analysis.text.tokens import words_of

PRAISE = ["店员热情，环境干净", "质量不错，价格实惠", "导购热情专业", "包装精美，物流很快"] * 10
COMPLAINT = ["物流延误，没人回复", "问题没有解决，客服推诿", "排队太久，收银员冷淡", "包装破损，退款麻烦"] * 10

# Case "keywords-log-odds" (log_odds_dirichlet) of the project's statistics reference, computed with numpy 2.4.6 and
# scipy 1.17.1: documents per word in two groups, and z with an informative prior of total strength 10.
REFERENCE = {
    "wait": (30, 6, 5.313741),
    "queue": (18, 3, 3.795095),
    "staff": (5, 20, -2.303932),
    "taste": (4, 25, -3.136085),
    "price": (6, 8, 0.089071),
    "good": (10, 40, -3.831477),
}


def test_reference_values():
    a, b, z = (np.array(column, dtype=float) for column in zip(*REFERENCE.values(), strict=True))
    assert log_odds(a, b) == pytest.approx(z, abs=1e-5)


def test_prior_as_strong_as_the_data_gives_the_reference_values():
    # Same case, prior equal to the pooled counts (strength 175).
    a, b, _ = (np.array(column, dtype=float) for column in zip(*REFERENCE.values(), strict=True))
    expected = [3.58468, 2.60781, -1.456171, -2.0635, 0.053754, -2.464791]
    assert log_odds(a, b, prior_strength=175) == pytest.approx(expected, abs=1e-5)


counts = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)).filter(any), min_size=2, max_size=20)


@given(counts)
def test_swapping_the_groups_turns_the_sign(pairs):
    a, b = (np.array(side, dtype=float) for side in zip(*pairs, strict=True))
    assert log_odds(a, b) == pytest.approx(-log_odds(b, a), nan_ok=True)


def test_swapping_the_texts_turns_the_sign():
    forth = keywords(PRAISE, COMPLAINT).set_index("term")
    back = keywords(COMPLAINT, PRAISE).set_index("term")
    assert forth["z"].to_dict() == pytest.approx((-back["z"]).to_dict())
    assert forth["docs_a"].to_dict() == back["docs_b"].to_dict()


def test_a_planted_difference_is_found():
    rng = np.random.default_rng(7)
    common = ["商品齐全", "门店宽敞", "价格实惠", "环境干净", "店员热情"]

    def texts(word, share):
        two = [rng.choice(common, 2, replace=False) for _ in range(300)]
        return ["，".join([*clauses, *([word] * (rng.random() < share))]) for clauses in two]

    found = keywords(texts("物流延误", 0.05), texts("物流延误", 0.4))
    bottom = found.iloc[-2:]
    assert set(bottom["term"]) == {"物流", "延误"}
    assert (bottom["p_adjusted"] < 0.001).all()
    assert bottom["z"].abs().min() > 2 * found.iloc[:-2]["z"].abs().max()


def test_equal_groups_have_no_keywords_to_speak_of():
    assert keywords(PRAISE, PRAISE)["z"].abs().sum() == pytest.approx(0)


def test_documents_are_counted_not_mentions():
    shouted = ["退款退款退款退款"] * 10 + ["环境干净"] * 20
    assert keywords(shouted, PRAISE).set_index("term").loc["退款", "docs_a"] == 10


def test_the_most_typical_words_come_first_and_both_ends_are_shown():
    found = keywords(PRAISE, COMPLAINT, top=3)
    assert len(found) == 6
    assert found["z"].is_monotonic_decreasing
    assert (found["z"] > 0).tolist() == [True] * 3 + [False] * 3


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ([], []),
        ([], COMPLAINT),
        (PRAISE[:19], COMPLAINT),
        (PRAISE, ["", None, float("nan"), "  "] * 50),
        (["的"] * 30, ["好"] * 30),
        (["ok"] * 30, ["[电话]"] * 30),
    ],
    ids=["nothing", "one side empty", "19 texts", "only missing texts", "no words", "no Chinese"],
)
def test_too_little_to_compare_gives_a_frame_without_rows(a, b):
    found = keywords(a, b)
    assert list(found.columns) == list(COLUMNS)
    assert len(found) == 0


def test_a_single_word_cannot_be_compared():
    assert len(keywords(["物流"] * 30, ["物流"] * 30)) == 0


def test_series_with_any_index_are_texts():
    shuffled = pd.Series(PRAISE, index=range(100, 140))
    pd.testing.assert_frame_equal(keywords(shuffled, COMPLAINT), keywords(PRAISE, COMPLAINT))


@pytest.mark.parametrize(
    ("text", "present", "absent"),
    [
        ("问题没有解决", {"没解决"}, {"解决", "没有解决"}),  # not solved
        ("問題沒有解決", {"没解决"}, {"解決"}),
        ("店员不耐烦", {"不耐烦"}, {"耐烦"}),  # impatient
        ("菜不新鲜", {"不新鲜"}, {"新鲜"}),
        ("我们已经觉得这个还是可以", set(), {"我们", "已经", "觉得", "这个", "还是", "可以"}),
        ("请回电[电话]或[邮箱]", set(), {"电话", "邮箱"}),
        ("自助结账总死机", {"自助结账"}, {"自助"}),  # self-checkout, a domain word
        ("ok 666 好", set(), {"ok", "666", "好"}),
    ],
)
def test_words(text, present, absent):
    words = words_of(text)
    assert present <= words
    assert not absent & words


def test_jieba_keeps_its_files_where_only_this_user_may_enter(tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    code = (
        "from analysis.text.tokens import private_directory, words_of\n"
        "words_of('物流太慢')\nprint(private_directory())"
    )
    home = tmp_path / "cache"
    env = os.environ | {"TMPDIR": str(shared), "XDG_CACHE_HOME": str(home)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    directory = home / "xinsheng" / "jieba"
    assert done.stdout.strip() == str(directory)
    assert done.stderr == ""
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert list(shared.iterdir()) == []
