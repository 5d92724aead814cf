"""What events tell of service where no word judges: by 就 and 才, by what was still missing, by who had the trouble."""

import numpy as np
import pytest

from analysis.text import score
from analysis.text.clauses import cut_clauses
from analysis.text.events import event_tones
from analysis.text.folding import fold_texts
from analysis.text.linear_engine import EVENT_CHARACTERS


def told(*texts):
    """What each clause of the texts tells."""
    folded = fold_texts(texts)
    clauses = cut_clauses(folded)
    return event_tones(folded, clauses, np.ones(len(clauses), dtype=bool)).tolist()


@pytest.mark.parametrize(("early", "late"), [
    ("半小时就修好了", "半小时才修好"),
    ("当天就退款了", "拖到当天才退款"),
    ("打一次就解决了", "打了五次还没解决"),
    ("没让我跑腿", "让我自己跑"),
    ("隔天就入帳了", "一直沒入帳"),
])  # fmt: skip
def test_the_same_event_early_praises_and_late_complains(early, late):
    assert told(early) == [1.0]
    assert told(late)[-1] == -1.0


NO_SERVICE = ["用了两天就坏了", "刚才打了电话", "昨天去的", "门店在二楼", "给孩子买的", "", "👍", "delivered"]


@pytest.mark.parametrize("text", NO_SERVICE)
def test_what_tells_no_service_done_is_no_praise(text):
    assert 1.0 not in told(text)


def test_a_mishap_is_blame_unless_something_was_done_about_it():
    assert told("颜色发错了") == [-1.0]
    assert told("颜色发错了，当天就补寄了") == [0.0, 1.0]


def test_only_clauses_that_are_asked_for_are_looked_at():
    folded = fold_texts(["当天就退款了，半小时才修好"])
    clauses = cut_clauses(folded)
    assert event_tones(folded, clauses, np.array([False, True])).tolist() == [0.0, -1.0]


def test_the_last_event_of_a_text_decides():
    good, bad = score(["催了两次，第二天就上门了", "第二天就上门了，到现在还没修好"])["sentiment"]
    assert good > 0.5 > bad


def test_a_judging_word_or_a_long_text_leaves_events_aside():
    plain, judged = score(["半小时就送到了", "半小时就送到了，难吃"])["polarity"]
    assert (plain, judged) == ("positive", "negative")
    fill = "我家在城东那边的小区里面" * 4
    assert len(fill) > EVENT_CHARACTERS
    told_long, cue_less = score([fill + "，上午说下午送到了", fill + "，上午说下午送"])["sentiment"]
    assert abs(told_long - cue_less) < 0.3
