"""What a page asks: without data, with one answer, on a small invented store, and on the sample."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pandas as pd
import pytest

from analysis import briefing
from analysis.records import RECORD_COLUMNS, ImportReport, RecordBatch
from analysis.schema import STAGES, Filters
from analysis.store import Warehouse
from tests.store.hand_made import wide

QUESTIONS: dict[str, Callable] = {
    "headlines": briefing.headlines,
    "weak_dimensions": briefing.weak_dimensions,
    "findings": briefing.findings,
    "touchpoint_weeks": briefing.touchpoint_weeks,
    "touchpoint_scores": briefing.touchpoint_scores,
    "stage_scores": briefing.stage_scores,
    "channel_gaps": briefing.channel_gaps,
    "tone_weeks": briefing.tone_weeks,
    "keyword_contrast": briefing.keyword_contrast,
    "complaint_weeks": briefing.complaint_weeks,
    "complaint_causes": briefing.complaint_causes,
    "cause_share_weeks": lambda store, filters: briefing.cause_share_weeks(store, "配送延误", filters),
    "quotes": briefing.quotes,
    "metric_table": lambda store, filters: briefing.metric_table(store, "csat", ["touchpoint", "week"], filters),
}
WEEK = Filters.of(date(2026, 11, 16), date(2026, 11, 22))
PERIODS = [Filters(), WEEK, Filters.of(tier="金卡"), Filters.of(date(2020, 1, 6), date(2020, 1, 12))]


def batch(kind: str, **tables: list[dict]) -> RecordBatch:
    """A hand-made import: one source row per record, in the columns that the store expects."""
    rows = sum(len(records) for records in tables.values())
    frames = {
        name: pd.DataFrame(tables.get(name, []), columns=list(columns)).astype(object)
        for name, columns in RECORD_COLUMNS.items()
    }
    numbered = iter(range(2, rows + 2))
    frames = {name: frame.assign(row=[next(numbered) for _ in range(len(frame))]) for name, frame in frames.items()}
    start = abs(hash((kind, rows))) % 2**40
    index = pd.DataFrame({"row": range(2, rows + 2), "content": pd.array(range(start, start + rows), dtype="uint64")})
    index["identity"] = pd.array([pd.NA] * rows, dtype="UInt64")
    report = ImportReport(None, f"{kind}.csv", kind, "csv", "utf-8", rows, rows, 0, 0, 0)
    long = frames.pop("answers")
    answers = wide(long.astype({"score": float})) if len(long) else None
    return RecordBatch(kind, f"{kind}-{rows}", index, frames, report, answers=answers)


def answer(score: float, day: date = date(2026, 11, 18), **entries: object) -> dict:
    known = {"response_id": "1", "dimension": "整体满意度", "metric": "csat", "scale": "1-5", "channel": "门店"}
    return {**known, "touchpoint": "门店", "day": day, "score": score, **entries}


@pytest.fixture
def store() -> Iterator[Warehouse]:
    with Warehouse.open(":memory:") as warehouse:
        yield warehouse


@pytest.mark.parametrize("filters", PERIODS, ids=["all", "week", "tier", "long ago"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_has_an_answer_without_data(store: Warehouse, question: str, filters: Filters) -> None:
    QUESTIONS[question](store, filters)
    assert briefing.findings(store, filters) == ()


@pytest.mark.parametrize("filters", PERIODS, ids=["all", "week", "tier", "long ago"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_has_an_answer_on_one_row(store: Warehouse, question: str, filters: Filters) -> None:
    store.add(batch("survey", answers=[answer(4)]))
    QUESTIONS[question](store, filters)
    assert briefing.findings(store, filters) == ()


def test_headlines_without_data_are_missing_not_zero(store: Warehouse) -> None:
    found = briefing.headlines(store, WEEK)
    assert [h.metric for h in found] == ["nps", "csat", "ces", "complaint_rate"]
    assert all(h.estimate.withheld == "no_data" and math.isnan(h.estimate.value) for h in found)
    assert {h.verdict for h in found} == {"no_previous"}


def test_headline_csat_counts_the_overall_question_only(store: Warehouse) -> None:
    store.add(batch("survey", answers=[answer(5), answer(1, dimension="价格"), answer(2, dimension="停车")]))
    csat = briefing.headlines(store, WEEK)[1].estimate
    assert (csat.value, csat.n) == (1.0, 1)


def test_csat_of_a_touchpoint_counts_every_satisfaction_question_there(store: Warehouse) -> None:
    store.add(batch("survey", answers=[answer(5)] * 20 + [answer(1, dimension="价格")] * 20))
    (cell,) = briefing.metric_table(store, "csat", "touchpoint", WEEK)
    assert (cell.estimate.value, cell.estimate.n) == (0.5, 40)
    filtered = briefing.headlines(store, WEEK.narrowed(touchpoint="门店"))[1].estimate
    assert (filtered.value, filtered.n) == (0.5, 40)


def test_weeks_of_a_series_without_answers_are_gaps(store: Warehouse) -> None:
    days = [date(2026, 11, 18), date(2026, 11, 4)]
    store.add(batch("survey", answers=[answer(4, day) for day in days for _ in range(12)]))
    series = briefing.headlines(store, WEEK)[1].series
    assert len(series) == 12
    assert [c.keys["week"] for c in series][-3:] == [date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16)]
    assert [c.estimate.n for c in series][-3:] == [12, 0, 12]


def test_complaint_rate_counts_days_with_known_orders_only(store: Warehouse) -> None:
    monday = date(2026, 11, 16)
    days = [pd.Timestamp(monday + timedelta(days=i % 2)) for i in range(10)]
    tickets = [{"ticket_id": str(i), "created": day, "channel": "门店"} for i, day in enumerate(days)]
    store.add(batch("complaint", tickets=tickets))
    store.add(batch("volume", volumes=[{"day": monday, "channel": "门店", "count": 2000}]))
    rate = briefing.headlines(store, WEEK)[3].estimate
    assert (rate.value, rate.n) == (pytest.approx(2.5), 2000)
    assert briefing.complaint_weeks(store, WEEK)[-1].count == 10


def test_no_complaint_rate_under_a_filter_that_orders_do_not_know(sample_store: Warehouse) -> None:
    headline = briefing.headlines(sample_store, Filters.of(tier="金卡"))[3]
    assert headline.estimate.withheld == "no_data"


def test_tone_leaves_uncertain_comments_out_of_the_shares(store: Warehouse) -> None:
    comments = [
        {"comment_id": str(i), "day": date(2026, 11, 18), "source": "review", "text": f"评价{i}"} for i in range(6)
    ]
    store.add(batch("review", comments=comments))
    texts = store.pending_texts(5).drop(columns="text")
    tones = ["positive", "positive", "negative", "neutral", "uncertain"]
    store.save_scores(texts.assign(sentiment=0.5, polarity=tones, aspects="[]", engine="test"))
    week = briefing.tone_weeks(store, WEEK)[-1]
    assert (week.positive.value, week.negative.value, week.positive.n) == (0.5, 0.25, 4)
    assert (week.uncertain, week.unread) == (1, 1)


def test_quotes_carry_the_passages_of_their_dimension(store: Warehouse) -> None:
    comment = {"comment_id": "1", "day": date(2026, 11, 18), "source": "review", "text": "东西好，问题没解决"}
    store.add(batch("review", comments=[{**comment, "channel": "门店"}]))
    aspects = (
        '[{"dimension": "商品质量", "polarity": "positive", "evidence": "东西好"},'
        ' {"dimension": "问题解决彻底性", "polarity": "negative", "evidence": "问题没解决"}]'
    )
    texts = store.pending_texts(10).drop(columns="text")
    store.save_scores(texts.assign(sentiment=0.3, polarity="negative", aspects=aspects, engine="test"))
    (quote,) = briefing.quotes(store, WEEK, dimension="问题解决彻底性", polarity="negative")
    assert (quote.passages, quote.channel) == (("问题没解决",), "门店")
    assert briefing.quotes(store, WEEK, dimension="停车") == ()


def test_stages_stand_in_the_order_of_the_journey(sample_store: Warehouse) -> None:
    found = briefing.stage_scores(sample_store, Filters())
    assert tuple(stage.stage for stage in found) == STAGES
    assert found[-1].scale == "0-10"
    assert all(stage.estimate.shown for stage in found)


def test_table_hides_a_second_cell_where_one_could_be_worked_out(store: Warehouse) -> None:
    sizes = {"门店": 40, "官网": 12, "电话客服": 3}
    store.add(batch("survey", answers=[answer(4, channel=c, touchpoint=c) for c, n in sizes.items() for _ in range(n)]))
    cells = briefing.metric_table(store, "csat", "channel", WEEK)
    withheld = {c.keys["channel"]: c.estimate.withheld for c in cells}
    assert withheld == {"门店": None, "官网": "hidden", "电话客服": "hidden"}


def test_weekly_cells_add_up_to_the_period(sample_store: Warehouse) -> None:
    twelve = Filters.of(date(2026, 8, 31), date(2026, 11, 22))
    nps = briefing.headlines(sample_store, twelve)[0]
    assert sum(cell.estimate.n for cell in nps.series) == nps.estimate.n
    causes = briefing.complaint_causes(sample_store, twelve)
    weeks = briefing.complaint_weeks(sample_store, twelve)
    assert sum(cause.count for cause in causes) == sum(week.count for week in weeks)
    assert sum(cause.estimate.value for cause in causes) == pytest.approx(1)


def test_filters_reach_every_answer(sample_store: Warehouse) -> None:
    one = Filters.of(store="北苑店")
    assert {c.keys["store"] for c in briefing.metric_table(sample_store, "nps", "store", one)} == {"北苑店"}
    own, total = (briefing.headlines(sample_store, filters)[0].estimate.n for filters in (one, Filters()))
    assert 0 < own < total
