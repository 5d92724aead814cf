"""An undone batch put back: whatever came and went between, the standing batches alone decide what counts."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.errors import UnknownName
from analysis.schema import Filters
from analysis.store import Warehouse
from tests.store.hand_made import batch, complaints, orders, reviews, survey
from tests.store.test_batches import state


@pytest.fixture
def store():
    with Warehouse.open(":memory:") as opened:
        yield opened


@pytest.mark.parametrize(
    "extra",
    [
        survey([0, 10, 10], contents=[2, 102, 103], channel="新渠道", staff="新员工"),
        reviews(["送货慢", "很好"]),
        complaints({"T1": "已办结", "T9": "处理中"}),
        orders({"南京路店": 70, "新店": 5}),
    ],
    ids=["survey", "review", "complaint", "volume"],
)
def test_redo_is_the_undoing_of_undo(store, extra):
    for records in (survey([9, 7, 3]), reviews(["还行"]), complaints({"T1": "处理中"}), orders({"南京路店": 5})):
        store.add(records)
    report = store.add(extra)
    before, ledger = state(store), store.batches()
    store.undo(report.batch)
    assert state(store) != before
    assert store.redo(report.batch) == report.imported
    assert state(store) == before
    pd.testing.assert_frame_equal(store.batches(), ledger)


def test_undo_and_redo_of_an_earlier_file(store):
    store.add(survey([9, 7, 3], contents=[1, 2, 3]))
    store.add(survey([7, 3, 10], contents=[2, 3, 4]))
    before, ledger = state(store), store.batches()
    store.undo(1)
    store.redo(1)
    assert state(store) == before
    pd.testing.assert_frame_equal(store.batches(), ledger)


def test_file_imported_again_while_it_was_undone(store):
    store.add(survey([9, 7]))
    before = state(store)
    store.undo(1)
    store.add(survey([9, 7]))
    assert store.redo(1) == 2
    assert state(store) == before
    lines = store.batches().set_index("batch")
    assert lines["imported"].to_dict() == {1: 2, 2: 0}
    assert (lines["rows_read"] == lines["imported"] + lines["duplicates"] + lines["quarantined"]).all()


def test_repeat_comes_back_after_its_original_went(store):
    store.add(complaints({"a": "处理中"}))
    store.add(complaints({"a": "处理中", "b": "处理中"}))
    store.undo(2)
    store.undo(1)
    assert store.is_empty()
    assert store.redo(2) == 2
    assert sorted(store.tickets()["ticket_id"]) == ["a", "b"]
    assert store.redo(1) == 1
    assert sorted(store.tickets()["ticket_id"]) == ["a", "b"]
    assert all(check.sound for check in store.check())


def test_what_was_read_of_a_text_comes_back(store):
    store.add(reviews(["送货慢"]))
    aspects = '[{"dimension": "物流时效", "polarity": "negative", "evidence": "送货慢"}]'
    read = store.pending_texts(5).assign(sentiment=0.1, polarity="negative", aspects=aspects, engine="hand")
    store.save_scores(read)
    store.undo(1)
    assert store.pending_count() == (0, 0)
    store.redo(1)
    assert store.pending_count() == (0, 1)
    assert store.comment_total(Filters.of(dimension="物流时效")) == 1


def test_text_read_anew_meanwhile_keeps_the_newer_reading(store):
    store.add(reviews(["送货慢"]))
    scores = store.pending_texts(5).assign(sentiment=0.1, polarity="negative", aspects="[]", engine="hand")
    store.save_scores(scores)
    store.undo(1)
    store.add(reviews(["送货慢"]))
    store.save_scores(scores.assign(polarity="neutral"))
    store.redo(1)
    assert store.comments()["polarity"].tolist() == ["neutral"]
    assert store.counts("comments", [])["count"].tolist() == [1]


@pytest.mark.parametrize("number", [0, 1, 99])
def test_redo_of_what_is_not_undone(store, number):
    store.add(survey([9]))
    with pytest.raises(UnknownName):
        store.redo(number)


# One row each: (identity, version). The content follows from both, as in a file.
ROWS = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3)), min_size=1, max_size=4, unique=True)
STEPS = st.lists(st.one_of(ROWS, st.integers(0, 5)), min_size=3, max_size=9)


def answers(rows: list[tuple[int, int]]):
    records = survey([version for _, version in rows], contents=[10 * name + version for name, version in rows])
    records.rows["identity"] = pd.Series([name for name, _ in rows], dtype="UInt64")
    records.answers.respondents["response_id"] = [f"r{name}" for name, _ in rows]
    return records


def standing(imports: dict[int, list[tuple[int, int]]], out: set[int]) -> list[tuple[str, int]]:
    """Counted by hand: a row belongs to the first file with it; of a response the last version counts."""
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for number, rows in imports.items():
        for place, row in enumerate(rows):
            if number not in out:
                owner.setdefault(row, (number, place))
    last = {}
    for name, version in sorted(owner, key=owner.__getitem__):
        last[name] = version
    return sorted((f"r{name}", version) for name, version in last.items())


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
def test_any_course_of_imports_undos_and_redos(steps):
    imports: dict[int, list[tuple[int, int]]] = {}
    out: set[int] = set()
    with Warehouse.open(":memory:") as store:
        for step in steps:
            if isinstance(step, list):
                report = store.add(answers(step))
                # A file that brings nothing new has no claim on its rows.
                imports[report.batch] = step if report.imported else []
            elif step in out:
                out.remove(step)
                store.redo(step)
            elif step in imports:
                out.add(step)
                store.undo(step)
            found = store._frame("SELECT response_id, score FROM answers ORDER BY ALL")
            assert list(found.itertuples(index=False, name=None)) == standing(imports, out)
        assert {check.name: check.faults for check in store.check() if check.faults} == {}


def test_two_rows_of_one_file_with_the_same_content(store):
    store.add(batch("review", {"comments": [{"text": "好"}, {"text": "好"}, {"text": "差"}]}, contents=[1, 1, 2]))
    before = state(store)
    store.undo(1)
    store.redo(1)
    assert state(store) == before
