"""Answers with a flag: counted like the others, unless a filter leaves them out, and then said so."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from analysis.errors import UnknownName
from analysis.records import RecordBatch
from analysis.schema import Filters
from analysis.store import Warehouse
from tests.store.hand_made import complaints, survey, table

BOTH = Filters(without=("straight_lining", "too_fast"))


@pytest.fixture
def store():
    with Warehouse.open(":memory:") as opened:
        yield opened


def flagged(records: RecordBatch, flags: dict[int, tuple[str, ...]]) -> RecordBatch:
    """The batch with flags by row of the file, and a comment of every row."""
    lines = [(row, flag) for row, names in flags.items() for flag in names]
    words = [{"comment_id": f"c{n}", "source": "survey", "text": f"第{n}句"} for n in range(len(records.rows))]
    others = {**records.others, "comments": table("comments", words)}
    return replace(records, others=others, flags=pd.DataFrame(lines, columns=["row", "flag"]))


FLAGS = {2: ("straight_lining",), 3: ("straight_lining", "too_fast")}


def test_flagged_answers_count_until_left_out(store):
    report = store.add(flagged(survey([1, 2, 9]), FLAGS))
    assert dict(report.flags) == {"straight_lining": 2, "too_fast": 1}
    assert store.histogram([])["score"].tolist() == [1, 2, 9]
    assert store.histogram([], Filters(without=("too_fast",)))["score"].tolist() == [1, 9]
    assert store.histogram([], BOTH)["score"].tolist() == [9]
    assert store.totals(BOTH) == {"responses": 1, "answers": 1, "comments": 1, "tickets": 0}
    assert store.comments(BOTH)["text"].tolist() == store.texts(BOTH)["text"].tolist() == ["第2句"]
    assert store.counts("comments", ["source"], BOTH)["count"].tolist() == [1]


def test_how_many_are_left_out_within_the_other_filters(store):
    store.add(flagged(survey([1, 2, 9], channel="门店"), FLAGS))
    left = store.left_out(replace(BOTH, where=(("channel", ("门店",)),)))
    assert (dict(left.flags), left.responses) == ({"straight_lining": 2, "too_fast": 1}, 2)
    elsewhere = store.left_out(replace(BOTH, where=(("channel", ("别处",)),)))
    assert (dict(elsewhere.flags), elsewhere.responses) == ({"straight_lining": 0, "too_fast": 0}, 0)
    assert store.left_out(Filters()).responses == 0


def test_other_records_have_no_flags(store):
    store.add(flagged(survey([1, 2, 9]), FLAGS))
    store.add(complaints({"T1": "处理中"}))
    assert store.totals(BOTH)["tickets"] == 1
    assert store.comment_total(BOTH, source="complaint") == 1


def test_no_answer_carries_a_flag(store):
    store.add(survey([1, 2]))
    assert store.flags() == []
    assert store.histogram([], BOTH)["score"].tolist() == [1, 2]


def test_unknown_flag(store):
    with pytest.raises(UnknownName):
        store.histogram([], Filters(without=("bored",)))


def test_flags_go_and_come_with_their_batch(store):
    store.add(flagged(survey([1, 2, 9]), FLAGS))
    before = store.left_out(BOTH)
    store.undo(1)
    assert store.flags() == []
    store.redo(1)
    assert store.left_out(BOTH) == before
    assert store.flags() == ["straight_lining", "too_fast"]


def test_a_row_that_passes_to_another_file_has_the_flags_that_file_gave_it(store):
    store.add(flagged(survey([1, 2, 9], contents=[1, 2, 3]), FLAGS))
    later = store.add(flagged(survey([2, 9, 8], contents=[2, 3, 4]), {3: ("too_fast",)}))
    assert dict(later.flags) == {}  # the flagged row is a repeat here
    assert store.histogram([], BOTH)["score"].tolist() == [8, 9]
    store.undo(1)
    assert store.histogram([], BOTH)["score"].tolist() == [2, 8]
    store.redo(1)
    assert store.histogram([], BOTH)["score"].tolist() == [8, 9]
