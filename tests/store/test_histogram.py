"""The count query: the same counts as counting by hand, and the same text for every engine."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pandas as pd
import pytest
import sqlglot

from analysis.errors import UnknownName
from analysis.schema import Filters
from analysis.store import Warehouse
from analysis.store.histogram import HISTOGRAM_KEYS, counts_query, histogram_query
from tests.store.hand_made import batch, complaints, orders, reviews, survey

FILTERS = Filters(
    date(2026, 1, 1), date(2026, 3, 31), (("channel", ("在线客服", "O'Neil 店", "a\\b")), ("week", ("2026-01-05",)))
)
# Read by eye once, and kept: another release of SQLGlot must not change what an engine is asked.
GOLDEN = {
    "duckdb": (
        'SELECT "touchpoint", CAST(DATE_TRUNC(\'MONTH\', "day") AS DATE) AS "month", "dimension", "scale", "score", '
        'COUNT(*) AS "count" FROM answers WHERE "day" >= CAST(\'2026-01-01\' AS DATE) AND '
        '"day" <= CAST(\'2026-03-31\' AS DATE) AND "channel" IN (\'在线客服\', \'O\'\'Neil 店\', \'a\\b\') AND '
        '"week" IN (CAST(\'2026-01-05\' AS DATE)) GROUP BY "touchpoint", CAST(DATE_TRUNC(\'MONTH\', "day") AS DATE), '
        '"dimension", "scale", "score"'
    ),
    "postgres": (
        'SELECT "touchpoint", CAST(DATE_TRUNC(\'MONTH\', "day") AS DATE) AS "month", "dimension", "scale", "score", '
        'COUNT(*) AS "count" FROM answers WHERE "day" >= CAST(\'2026-01-01\' AS DATE) AND '
        '"day" <= CAST(\'2026-03-31\' AS DATE) AND "channel" IN (\'在线客服\', \'O\'\'Neil 店\', \'a\\b\') AND '
        '"week" IN (CAST(\'2026-01-05\' AS DATE)) GROUP BY "touchpoint", CAST(DATE_TRUNC(\'MONTH\', "day") AS DATE), '
        '"dimension", "scale", "score"'
    ),
    "clickhouse": (
        'SELECT "touchpoint", CAST(dateTrunc(\'MONTH\', "day") AS Nullable(DATE)) AS "month", "dimension", "scale", '
        '"score", COUNT(*) AS "count" FROM answers WHERE "day" >= CAST(\'2026-01-01\' AS Nullable(DATE)) AND '
        '"day" <= CAST(\'2026-03-31\' AS Nullable(DATE)) AND '
        '"channel" IN (\'在线客服\', \'O\'\'Neil 店\', \'a\\\\b\') AND '
        '"week" IN (CAST(\'2026-01-05\' AS Nullable(DATE))) GROUP BY "touchpoint", '
        'CAST(dateTrunc(\'MONTH\', "day") AS Nullable(DATE)), "dimension", "scale", "score"'
    ),
    "spark": (
        "SELECT `touchpoint`, CAST(DATE_TRUNC('MONTH', `day`) AS DATE) AS `month`, `dimension`, `scale`, `score`, "
        "COUNT(*) AS `count` FROM answers WHERE `day` >= CAST('2026-01-01' AS DATE) AND "
        "`day` <= CAST('2026-03-31' AS DATE) AND `channel` IN ('在线客服', 'O\\'Neil 店', 'a\\\\b') AND "
        "`week` IN (CAST('2026-01-05' AS DATE)) GROUP BY `touchpoint`, CAST(DATE_TRUNC('MONTH', `day`) AS DATE), "
        "`dimension`, `scale`, `score`"
    ),
}


@pytest.fixture
def store():
    with Warehouse.open(":memory:") as opened:
        yield opened


@pytest.mark.parametrize("dialect", GOLDEN)
def test_golden_query(dialect):
    assert histogram_query(["touchpoint", "month"], FILTERS).sql(dialect) == GOLDEN[dialect]


@pytest.mark.parametrize(
    ("dialect", "quote", "around"),
    [("duckdb", '"', "{}"), ("postgres", '"', "{}"), ("clickhouse", '"', "({})"), ("spark", "`", "{}")],
)
def test_golden_query_without_flagged_answers(dialect, quote, around):
    query = histogram_query(["channel"], Filters(without=("straight_lining", "too_fast"))).sql(dialect)
    flagged = around.format(
        "(|batch|, |row|) IN (SELECT |batch|, |row| FROM flags WHERE |flag| IN ('straight_lining', 'too_fast'))"
    )
    assert query.replace(quote, "|") == (
        "SELECT |channel|, |dimension|, |scale|, |score|, COUNT(*) AS |count| FROM answers "
        f"WHERE NOT {flagged} GROUP BY |channel|, |dimension|, |scale|, |score|"
    )


@pytest.mark.parametrize("dialect", GOLDEN)
def test_filter_values_survive_every_dialect(dialect):
    parsed = sqlglot.parse_one(histogram_query(["touchpoint"], FILTERS).sql(dialect), read=dialect)
    texts = {literal.this for literal in parsed.find_all(sqlglot.exp.Literal) if literal.is_string}
    assert {"在线客服", "O'Neil 店", "a\\b"} <= texts


def test_query_without_keys_or_filters():
    assert histogram_query([]).sql("duckdb") == (
        'SELECT "dimension", "scale", "score", COUNT(*) AS "count" FROM answers GROUP BY "dimension", "scale", "score"'
    )


def test_order_volumes_are_summed():
    assert counts_query("volumes", "volumes", ["week"]).sql("duckdb") == (
        'SELECT "week", SUM("count") AS "count" FROM volumes GROUP BY "week"'
    )


def test_counts_agree_with_counting_by_hand(store):
    days = ["2026-01-04", "2026-01-05", "2026-02-28", "2026-03-01"]
    channels = ["门店", "在线客服", None]
    rows = [
        {"response_id": f"r{i}", "day": pd.Timestamp(days[i % 4]), "channel": channels[i % 3], "dimension": "推荐意愿",
         "metric": "nps", "scale": "0-10", "score": float(i % 11)}
        for i in range(200)
    ]
    store.add(batch("survey", {"answers": rows}, contents=list(range(200))))
    mondays = [date(2025, 12, 29), date(2026, 1, 5), date(2026, 2, 23), date(2026, 2, 23)]
    weeks = dict(zip(days, mondays, strict=True))
    expected = Counter((r["channel"], weeks[f"{r['day']:%Y-%m-%d}"], r["score"]) for r in rows)
    frame = store.histogram(["channel", "week"])
    assert list(frame.columns) == ["channel", "week", "dimension", "scale", "score", "count"]
    found = {(c, w, s): n for c, w, s, n in frame[["channel", "week", "score", "count"]].itertuples(index=False)}
    assert found == dict(expected)


def test_types_of_the_frame(store):
    store.add(survey([9.0], store="南京路店"))
    frame = store.histogram(["store", "region", "day", "week", "month"])
    row = frame.iloc[0]
    assert (row["store"], row["region"]) == ("南京路店", None)
    assert (row["day"], row["week"], row["month"]) == (date(2026, 3, 4), date(2026, 3, 2), date(2026, 3, 1))
    assert type(row["week"]) is date
    assert (frame["score"].dtype, frame["count"].dtype) == ("float64", "int64")


def test_half_stars_stay_exact(store):
    store.add(survey([4.5, 4.5, 0.5], scale="stars", metric="csat"))
    frame = store.histogram([])
    assert dict(zip(frame["score"], frame["count"], strict=True)) == {4.5: 2, 0.5: 1}


@pytest.mark.parametrize(
    ("filters", "scores"),
    [
        (Filters.of(channel="在线客服"), [9, 10]),
        (Filters.of(channel=["在线客服", "O'Neil 店"]), [3, 9, 10]),
        (Filters.of(channel=["在线客服", "从未见过"]), [9, 10]),
        (Filters.of(channel="从未见过"), []),
        (Filters.of(channel="' OR 1=1 --"), []),
        (Filters.of(channel=[]), [3, 9, 10]),
        (Filters.of(dimension="推荐意愿", scale="0-10"), [3, 9, 10]),
        (Filters.of(scale="1-5"), []),
        (Filters.of(week="2026-03-02"), [3, 9, 10]),
        (Filters.of(month="2026-02-01"), []),
        (Filters.of(source="review"), []),
        (Filters.of(end=date(2026, 3, 3)), []),
        (Filters.of(date(2026, 3, 4), date(2026, 3, 4)), [3, 9, 10]),
    ],
    ids=str,
)
def test_filters(store, filters, scores):
    store.add(survey([9, 10], contents=[1, 2], channel="在线客服"))
    store.add(survey([3], contents=[3], channel="O'Neil 店"))
    assert sorted(store.histogram([], filters)["score"]) == scores


def test_metric_restricts_the_answers(store):
    store.add(survey([9], contents=[1]))
    store.add(survey([4], contents=[2], dimension="价格", metric="csat", scale="1-5"))
    assert store.histogram([], metric="csat")["dimension"].tolist() == ["价格"]
    assert set(store.histogram(["metric"])["metric"]) == {"nps", "csat"}


@pytest.mark.parametrize("key", HISTOGRAM_KEYS)
def test_every_key_can_be_asked_for(store, key):
    store.add(survey([9], wait_minutes=8.5))
    assert store.histogram([key])["count"].sum() == 1


@pytest.mark.parametrize("key", ["score", "dimension", "customer_id", 'day"; DROP TABLE answers; --', ""])
def test_unknown_key(store, key):
    with pytest.raises(UnknownName):
        store.histogram([key])


def test_unknown_filter(store):
    with pytest.raises(UnknownName):
        store.histogram([], Filters.of(colour="blue"))


def test_a_filter_on_what_a_table_does_not_know_matches_nothing(store):
    store.add(orders({"南京路店": 5}))
    assert store.counts("volumes", [])["count"].tolist() == [5]
    assert store.counts("volumes", [], Filters.of(tier="金卡")).empty
    assert store.counts("volumes", [], Filters.of(store="南京路店"))["count"].tolist() == [5]


def test_ticket_and_comment_counts(store):
    store.add(complaints({"T1": "处理中", "T2": "已办结", "T3": "已办结"}))
    store.add(reviews(["好"], stars=4.5))
    tickets = store.counts("tickets", ["status", "week"])
    assert dict(zip(tickets["status"], tickets["count"], strict=True)) == {"处理中": 1, "已办结": 2}
    assert set(tickets["week"]) == {date(2026, 3, 2)}
    comments = store.counts("comments", ["source", "polarity"])
    assert dict(zip(comments["source"], comments["count"], strict=True)) == {"complaint": 3, "review": 1}
    assert set(comments["polarity"]) == {None}


def test_names_of_any_script_and_number_fit(store):
    names = [f"员工{number}" for number in range(300)] + ["é", "𠮷野家", "a'b", " x "]
    for start in range(0, len(names), 100):
        part = names[start:start + 100]
        question = {"dimension": "价格", "metric": "csat", "scale": "1-5", "score": 4.0}
        rows = [{"response_id": name, "staff": name, **question} for name in part]
        store.add(batch("survey", {"answers": rows}, contents=list(range(start, start + len(part)))))
    assert store.values("staff") == sorted(names)
    assert store.histogram(["staff"], Filters.of(staff="𠮷野家"))["count"].tolist() == [1]
