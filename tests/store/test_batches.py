"""Batches: in exactly once, out again as if they had never come, corrections in between."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.errors import UnknownName
from analysis.records import RESPONDENT_COLUMNS, Answers, Issue, Question
from analysis.schema import Filters
from analysis.store import Warehouse
from analysis.store.tables import RECORD_TABLES
from tests.store.hand_made import batch, complaints, orders, reviews, survey


@pytest.fixture
def store():
    with Warehouse.open(":memory:") as opened:
        yield opened


def state(store: Warehouse) -> dict[str, object]:
    """All that can be counted, for comparing before and after."""
    return {
        "sizes": store.sizes(),
        "totals": store.totals(),
        "scores": sorted(store.histogram(["day"])[["score", "count"]].itertuples(index=False, name=None)),
        "tickets": sorted(store.tickets()[["ticket_id", "status"]].itertuples(index=False, name=None)),
        "comments": sorted(store.comments()["text"]),
        "orders": store.counts("volumes", ["store"]).sort_values("store").to_dict("records"),
        "sound": [check.faults for check in store.check()],
    }


def test_empty_store(store):
    assert store.is_empty()
    assert store.period() is None
    assert store.totals() == {"responses": 0, "answers": 0, "comments": 0, "tickets": 0}
    assert store.histogram(["touchpoint", "week"]).empty
    assert store.counts("volumes", []).empty
    assert store.batches().empty
    assert store.values("channel") == []


def test_same_file_twice(store):
    first = store.add(survey([9, 7, 3]))
    before = state(store)
    second = store.add(replace(survey([9, 7, 3]), file_hash="another name"))
    assert (first.imported, first.duplicates) == (3, 0)
    assert (second.imported, second.duplicates) == (0, 3)
    assert state(store) == before


def test_overlapping_file(store):
    store.add(survey([9, 7, 3], contents=[1, 2, 3]))
    report = store.add(survey([3, 8, 10], contents=[3, 4, 5]))
    assert (report.rows_read, report.imported, report.duplicates) == (3, 2, 1)
    assert sorted(store.histogram([])["score"]) == [3, 7, 8, 9, 10]


def test_repeated_rows_in_one_file(store):
    report = store.add(survey([9, 9, 3], contents=[1, 1, 2]))
    assert (report.imported, report.duplicates) == (2, 1)
    assert store.totals()["answers"] == 2


def test_same_content_of_another_kind_is_no_duplicate(store):
    store.add(survey([9], contents=[7]))
    comment = {"comment_id": "c", "source": "review", "text": "好"}
    assert store.add(batch("review", {"comments": [comment]}, contents=[7])).imported == 1


def test_rows_add_up_with_quarantine(store):
    issue = Issue(4, "满意度", "11", "reasons.off_scale", whole_row=True, values={"scale": "1-5"})
    records = survey([9, 7])
    records = replace(records, report=replace(records.report, rows_read=3, quarantined=1, issues=(issue,)))
    report = store.add(records)
    assert report.rows_read == report.imported + report.duplicates + report.quarantined
    kept = store.quarantine(report.batch)
    assert kept.to_dict("records") == [
        {
            "row": 4, "column": "满意度", "value": "11", "reason": "reasons.off_scale", "whole_row": True,
            "values": {"scale": "1-5"},
        }
    ]
    store.undo(report.batch)
    assert store.quarantine(report.batch).empty


@pytest.mark.parametrize(
    "extra",
    [
        survey([0, 10, 10], contents=[101, 102, 103], channel="新渠道", staff="新员工"),
        reviews(["送货慢", "很好"]),
        complaints({"T1": "已办结", "T9": "处理中"}),
        orders({"南京路店": 70, "新店": 5}),
    ],
    ids=["survey", "review", "complaint", "volume"],
)
def test_undo_restores_everything(store, extra):
    standing = (survey([9, 7, 3]), reviews(["还行", "很好"]), complaints({"T1": "处理中"}), orders({"南京路店": 50}))
    for records in standing:
        store.add(records)
    before = state(store)
    report = store.add(extra)
    assert state(store) != before
    assert store.undo(report.batch) == report.imported
    assert state(store) == before


def test_undone_file_can_come_again(store):
    first = store.add(survey([9, 7]))
    store.undo(first.batch)
    assert store.is_empty()
    again = store.add(survey([9, 7]))
    assert (again.imported, again.duplicates) == (2, 0)
    ledger = store.batches().set_index("batch")
    assert ledger.index.tolist() == [2, 1]
    assert pd.notna(ledger.loc[1, "undone_at"])
    assert pd.isna(ledger.loc[2, "undone_at"])


def test_undo_leaves_what_a_later_file_brought_again(store):
    store.add(survey([9, 7, 3], contents=[1, 2, 3]))
    later = store.add(survey([7, 3, 10], contents=[2, 3, 4]))
    assert (later.imported, later.duplicates) == (1, 2)
    assert store.undo(1) == 1
    assert sorted(store.histogram([])["score"]) == [3, 7, 10]
    line = store.batches().set_index("batch").loc[2]
    assert (line["rows_read"], line["imported"], line["duplicates"]) == (3, 3, 0)
    assert all(check.sound for check in store.check())
    assert store.undo(2) == 3
    assert store.is_empty()


def test_same_file_again_does_not_hold_its_rows(store):
    for _ in range(3):
        store.add(complaints({"T1": "处理中", "T2": "已办结"}))
    store.undo(2)
    assert store.totals()["tickets"] == 2
    assert store.undo(1) == 2
    assert (store.is_empty(), store.comment_total()) == (True, 0)
    assert all(check.sound for check in store.check())


@pytest.mark.parametrize("order", [[1, 2, 3], [3, 2, 1], [2, 1, 3], [1, 3, 2]], ids=str)
def test_growing_exports_taken_out_in_any_order(store, order):
    brought = {1: ["a"], 2: ["a", "b"], 3: ["a", "b", "c"]}
    for names in brought.values():
        store.add(complaints(dict.fromkeys(names, "处理中")))
    for number in order:
        store.undo(number)
        del brought[number]
        expected = sorted(set().union(*brought.values()))
        assert sorted(store.tickets()["ticket_id"]) == expected
        assert store.comment_total() == len(expected)
        assert all(check.sound for check in store.check())


def test_handed_over_row_still_corrects(store):
    store.add(complaints({"T1": "v1"}))
    store.add(complaints({"T1": "v2"}))
    store.add(complaints({"T1": "v2", "T2": "v1"}))
    store.undo(2)
    assert dict(store.tickets()[["ticket_id", "status"]].itertuples(index=False, name=None)) == {"T1": "v2", "T2": "v1"}
    store.undo(3)
    assert store.tickets()["status"].tolist() == ["v1"]


@pytest.mark.parametrize("number", [0, 1, 99])
def test_undo_of_a_batch_that_is_not_there(store, number):
    report = store.add(survey([9]))
    store.undo(report.batch)
    with pytest.raises(UnknownName):
        store.undo(number)


def test_correction_replaces_the_earlier_row(store):
    store.add(complaints({"T1": "处理中", "T2": "处理中"}))
    store.add(complaints({"T1": "已办结"}))
    assert store.totals()["tickets"] == 2
    statuses = dict(store.tickets()[["ticket_id", "status"]].itertuples(index=False, name=None))
    assert statuses == {"T1": "已办结", "T2": "处理中"}
    assert store.comment_total() == 2
    assert store.texts()["text"].tolist().count("还没解决处理中") == 1


def test_old_file_again_does_not_revert_a_correction(store):
    store.add(complaints({"T1": "处理中"}))
    store.add(complaints({"T1": "已办结"}))
    assert store.add(complaints({"T1": "处理中"})).duplicates == 1
    assert store.tickets()["status"].tolist() == ["已办结"]


@pytest.mark.parametrize(
    ("undone", "left"),
    [([3], "v2"), ([2], "v3"), ([3, 2], "v1"), ([2, 3], "v1"), ([1], "v3"), ([1, 3], "v2")],
    ids=lambda value: str(value),
)
def test_undo_among_corrections(store, undone, left):
    for status in ("v1", "v2", "v3"):
        store.add(complaints({"T1": status}))
    for number in undone:
        store.undo(number)
    assert store.tickets()["status"].tolist() == [left]
    assert all(check.sound for check in store.check())


def test_correction_within_one_file_keeps_the_last_row(store):
    store.add(batch(
        "volume",
        {"volumes": [{"store": "南京路店", "count": 5}, {"store": "南京路店", "count": 8}]},
        contents=[1, 2], identities=[9, 9],
    ))
    assert store.counts("volumes", [])["count"].tolist() == [8]


def test_corrected_volume_counts_once(store):
    store.add(orders({"南京路店": 50, "人民广场店": 30}))
    store.add(orders({"南京路店": 55}))
    assert store.counts("volumes", [])["count"].tolist() == [85]
    store.undo(2)
    assert store.counts("volumes", [])["count"].tolist() == [80]


def test_corrected_answer_counts_once(store):
    for score in (3, 9):
        records = survey([score], contents=[score])
        records.rows["identity"] = pd.Series([5], dtype="UInt64")
        store.add(records)
    assert store.histogram([])["score"].tolist() == [9]
    assert store.totals()["answers"] == 1
    store.undo(2)
    assert store.histogram([])["score"].tolist() == [3]
    assert all(check.sound for check in store.check())


def test_failure_midway_leaves_nothing(store):
    store.add(survey([9, 7]))
    before, revision = state(store), store.revision()
    broken = survey([8, 8], contents=[11, 12], channel="全新渠道")
    broken = replace(broken, answers=replace(broken.answers, scores=(np.array(["八", "九"], object),)))
    with pytest.raises(Exception, match="八"):
        store.add(broken)
    assert state(store) == before
    assert store.revision() == revision
    assert "全新渠道" not in store.values("channel")
    assert store.add(survey([8], contents=[11], channel="全新渠道")).imported == 1


def test_a_batch_of_more_rows_than_a_block_goes_in_whole(store):
    people, turns = 130_000, 3  # a block of the store's file holds 122,880 rows
    respondents = pd.DataFrame({"row": np.arange(2, people + 2), "day": pd.Timestamp("2026-03-04")})
    asked = (Question("推荐意愿", "nps", "0-10"), Question("价格", "csat", "1-5", "官网"))
    nps = np.where(np.arange(people) % turns == 0, np.nan, 9.0)
    answers = Answers(respondents.reindex(columns=[*RESPONDENT_COLUMNS]), asked, (nps, np.full(people, 4.0)))
    assert store.add(replace(batch("survey", {}, contents=range(people)), answers=answers)).imported == people
    counts = store.histogram(["touchpoint"]).set_index("dimension")
    assert counts["count"].to_dict() == {"推荐意愿": np.isfinite(nps).sum(), "价格": people}
    assert counts["touchpoint"].to_dict() == {"推荐意愿": None, "价格": "官网"}


def test_rehearsal_tells_and_keeps_nothing(store):
    store.add(survey([9, 7], contents=[1, 2]))
    before, revision = state(store), store.revision()
    report = store.rehearse(survey([7, 8], contents=[2, 3], channel="新渠道"))
    assert (report.batch, report.imported, report.duplicates) == (None, 1, 1)
    assert (state(store), store.revision()) == (before, revision)


def test_revision_moves_with_every_change(store):
    seen = [store.revision()]
    store.add(reviews(["很好"]))
    seen.append(store.revision())
    scores = store.pending_texts(5).assign(sentiment=0.9, polarity="positive", aspects="[]", engine="hand")
    store.save_scores(scores)
    seen.append(store.revision())
    store.undo(1)
    seen.append(store.revision())
    assert len(set(seen)) == len(seen)


def test_undo_takes_the_customers_words_too(store):
    store.add(reviews(["送货慢", "很好"]))
    aspects = '[{"dimension": "物流时效", "polarity": "negative", "evidence": "送货慢"}]'
    store.save_scores(store.pending_texts(5).assign(sentiment=0.1, polarity="negative", aspects=aspects, engine="hand"))
    store.undo(1)
    store.add(reviews(["送货慢"]))
    assert store.pending_count() == (1, 1)
    assert store.comment_total(Filters.of(dimension="物流时效")) == 0


def test_every_record_table_takes_its_records(store):
    day = pd.Timestamp("2026-03-04")
    customer = {"customer_id": "ab12", "tier": "金卡", "spend_12m": 5200.5, "last_purchase": day, "bought_new": True,
                "age_band": "30-39", "region": "华东"}
    answer = {"response_id": "r", "dimension": "价格", "metric": "csat", "scale": "1-5", "score": 4.0}
    for kind, table, row in (
        ("survey", "answers", answer),
        ("review", "comments", {"comment_id": "c", "source": "review", "text": "好", "stars": 4.5}),
        ("complaint", "tickets", {"ticket_id": "t", "created": day, "reopened": True, "compensation": 20.0}),
        ("volume", "volumes", {"store": "南京路店", "count": 3}),
        ("customer", "customers", customer),
        ("survey", "attributes", {"name": "年龄段", "value": "30-39"}),
        ("survey", "choices", {"response_id": "r2", "question": "您用过哪些渠道", "option": "门店", "place": None}),
    ):
        store.add(batch(kind, {table: [row]}, contents=[[*RECORD_TABLES].index(table)]))
    assert store.sizes() == dict.fromkeys(RECORD_TABLES, 1)
    assert store.period() == (day.date(), day.date())


def test_invented_answers_are_a_batch_like_any_other(store):
    store.add(survey([9, 7]))
    before = state(store)
    report = store.add_invented(1003)
    assert store.totals()["answers"] == 2 + 1003
    assert report.rows_read == report.imported
    assert all(check.sound for check in store.check())
    again = store.add_invented(10)
    assert again.batch == report.batch + 1
    store.undo(again.batch)
    store.undo(report.batch)
    assert state(store) == before
