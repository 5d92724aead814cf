"""What terms add to a clause, and clauses that end in a word which takes no side."""

import numpy as np
import pytest

from analysis.text.clauses import clause_of_characters, cut_clauses
from analysis.text.folding import fold_texts
from analysis.text.polarity import faint_clauses, term_log_odds


@pytest.mark.parametrize(
    ("clause", "side"),
    [
        ("一直有问题", -1),
        ("解决问题", 0),  # what is done about problems is no blame
        ("问题解决得很彻底", 1),
        ("问题解决得不彻底", -1),
        ("问题解决得太慢", -1),
        ("问题马上解决了", 1),
        ("问题没有解决", -1),
        ("没解决问题", -1),
        ("不解决问题", -1),
        ("还是解决不了", -1),
        ("回答问题很专业", 1),
    ],
)
def test_problems_are_blame_unless_something_is_done_about_them(clause, side):
    assert np.sign(term_log_odds([clause])).tolist() == [side]


@pytest.mark.parametrize(
    ("text", "faint"),
    [
        ("服务一般", [True]),
        ("服务一般般吧，菜很好吃。", [True, False]),
        ("菜好吃；價格適中！", [False, True]),
        ("服务不一般", [False]),
        ("一般不在饭点过来，态度就那样了", [False, True]),
        ("一般的餐厅", [False]),
        ("", []),
    ],
)
def test_a_clause_is_faint_where_the_word_ends_it(text, faint):
    folded = fold_texts([text])
    clauses = cut_clauses(folded)
    assert faint_clauses(folded.codes, clause_of_characters(folded, clauses), len(clauses)).tolist() == faint


def test_a_text_that_ends_in_such_a_word_says_nothing_of_the_next():
    folded = fold_texts(["服务一般", "吧台很大", "价格适中"])
    clauses = cut_clauses(folded)
    owner = clause_of_characters(folded, clauses)
    assert faint_clauses(folded.codes, owner, len(clauses)).tolist() == [True, False, True]
