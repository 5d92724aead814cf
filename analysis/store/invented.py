"""Invented survey answers in any number, made inside the database: to try the product at its limits.

They look like a chain's survey (stores, channels, touchpoints, tiers over a year) but mean nothing.
"""

from __future__ import annotations

from datetime import date

import duckdb

from analysis.records import ImportReport
from analysis.store.batches import insert_account
from analysis.store.insertion import enum_types, widen
from analysis.taxonomy import taxonomy

FIRST_DAY = date(2025, 11, 24)  # a Monday; the answers spread over 52 weeks from here
DAYS = 364
STORES = 24
REGIONS = ("华东", "华南", "华北", "西南")
TIERS = ("普通", "银卡", "金卡", "钻石")
STAFF_PER_STORE = 8
CUSTOMERS = 200_000

# (dimension, metric, scale, {score: how many of a hundred give it}). Every response answers the first
# two and one of the others in turn, as short surveys after a contact do.
_ALWAYS: tuple[tuple[str, str, str, dict[int, int]], ...] = (
    ("推荐意愿", "nps", "0-10", {10: 27, 9: 21, 8: 18, 7: 12, 6: 8, 5: 6, 3: 5, 0: 3}),
    ("整体满意度", "csat", "1-5", {5: 41, 4: 35, 3: 13, 2: 7, 1: 4}),
)
_IN_TURN: tuple[tuple[str, str, str, dict[int, int]], ...] = (
    ("办事省力", "ces", "1-7", {7: 24, 6: 31, 5: 20, 4: 12, 3: 7, 2: 4, 1: 2}),
    ("服务态度", "csat", "1-5", {5: 45, 4: 34, 3: 12, 2: 6, 1: 3}),
    ("响应速度", "csat", "1-5", {5: 33, 4: 35, 3: 17, 2: 9, 1: 6}),
    ("问题解决彻底性", "csat", "1-5", {5: 29, 4: 34, 3: 19, 2: 11, 1: 7}),
)
_ANSWERS_EACH = len(_ALWAYS) + 1

# Who answered, when and about what, in the order of time; hash() spreads them evenly and always alike.
_RESPONSES = """
CREATE TEMP TABLE invented AS
SELECT
    r, day, date_trunc('week', day)::DATE AS week, concat('D', $batch, '-', r) AS response_id,
    concat('C', draw % $customers) AS customer_id,
    list_extract($channels, 1 + (draw // 7 % len($channels))::INTEGER)::{channel} AS channel,
    list_extract($stores, 1 + store)::{store} AS store,
    list_extract($regions, 1 + store % len($regions))::{region} AS region,
    concat('员工', store * $staff_per_store + (draw // 11 % $staff_per_store)::INTEGER)::{staff} AS staff,
    list_extract($touchpoints, 1 + place)::{touchpoint} AS touchpoint, place,
    list_extract($tiers, 1 + (draw // 13 % len($tiers))::INTEGER)::{tier} AS tier,
    (draw // 17 % 20)::DOUBLE AS wait_minutes
FROM (
    SELECT
        r, hash(r, $batch) AS draw,
        $first_day + (r * $days // $responses)::INTEGER AS day,
        (hash(r, 'store') % len($stores))::INTEGER AS store,
        (hash(r, 'touchpoint') % len($touchpoints))::INTEGER AS place
    FROM range($responses) t(r)
)
"""
_ANSWERS = """
INSERT INTO answers
SELECT
    $batch, r + 2, response_id, day, week, $dimension, $metric, $scale,
    -- A touchpoint's place in the list shifts its answers a little, so that touchpoints differ.
    list_extract($scores, 1 + (hash(r, $dimension) % 100 * (94 + place % 7) // 100)::INTEGER),
    customer_id, channel, store, region, staff, touchpoint, tier, wait_minutes, NULL
FROM invented WHERE r < $answered AND r % $every = $turn
"""


def insert_invented(cursor: duckdb.DuckDBPyConnection, answers: int) -> ImportReport:
    """Put in exactly `answers` answers as one batch of kind survey; returns its account."""
    batch = cursor.execute("SELECT coalesce(max(batch), 0) + 1 FROM batches").fetchall()[0][0]
    responses = -(-answers // _ANSWERS_EACH)
    _insert_responses(cursor, batch, responses)
    for place, question in enumerate(_ALWAYS):
        _insert_answers(cursor, batch, question, answered=_share(answers, place))
    for turn, question in enumerate(_IN_TURN):
        answered = _share(answers, len(_ALWAYS))
        _insert_answers(cursor, batch, question, answered=answered, every=len(_IN_TURN), turn=turn)
    cursor.execute("DROP TABLE invented")
    report = ImportReport(batch, "demo", "survey", "demo", "", responses, responses, 0, 0, 0)
    insert_account(cursor, f"demo-{batch}", report)
    return report


def _share(answers: int, place: int) -> int:
    """How many responses answer the question at `place`, so that all questions together get `answers`."""
    return (answers - place + _ANSWERS_EACH - 1) // _ANSWERS_EACH


def _insert_responses(cursor: duckdb.DuckDBPyConnection, batch: int, responses: int) -> None:
    names = _names()
    for column, known in names.items():
        widen(cursor, column, known)
    values = {
        "batch": batch, "responses": responses, "first_day": FIRST_DAY, "days": DAYS, "customers": CUSTOMERS,
        "staff_per_store": STAFF_PER_STORE, "channels": names["channel"], "stores": names["store"],
        "regions": names["region"], "touchpoints": names["touchpoint"], "tiers": names["tier"],
    }
    cursor.execute(_RESPONSES.format(**enum_types(cursor)), values)
    cursor.execute(
        'INSERT INTO "rows" SELECT $batch, r + 2, \'survey\', hash(r, $batch), NULL, false FROM invented',
        {"batch": batch},
    )


def _insert_answers(
    cursor: duckdb.DuckDBPyConnection,
    batch: int,
    question: tuple[str, str, str, dict[int, int]],
    *,
    answered: int,
    every: int = 1,
    turn: int = 0,
) -> None:
    dimension, metric, scale, shares = question
    scores = [score for score, share in shares.items() for _ in range(share)]
    cursor.execute(
        _ANSWERS,
        {
            "batch": batch, "dimension": dimension, "metric": metric, "scale": scale, "scores": scores,
            "answered": answered, "every": every, "turn": turn,
        },
    )


def _names() -> dict[str, list[str]]:
    return {
        "dimension": [question[0] for question in (*_ALWAYS, *_IN_TURN)],
        "channel": [channel.name for channel in taxonomy().channels],
        "store": [f"门店{number:02d}" for number in range(1, STORES + 1)],
        "region": list(REGIONS),
        "staff": [f"员工{number}" for number in range(STORES * STAFF_PER_STORE)],
        "touchpoint": [touchpoint.name for touchpoint in taxonomy().touchpoints],
        "tier": list(TIERS),
    }
