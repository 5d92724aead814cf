"""Invented survey answers in any number, made inside the database: to try the product at its limits.

They look like a chain's survey (stores, channels, touchpoints, tiers over a year) but mean nothing.
"""

from __future__ import annotations

from datetime import date

import duckdb
import pandas as pd

from analysis.records import ImportReport
from analysis.store.batches import insert_account, registered, widen
from analysis.taxonomy import taxonomy

FIRST_DAY = date(2025, 11, 24)  # a Monday; the answers spread over 52 weeks from here
DAYS = 364
STORES = 24
REGIONS = ("华东", "华南", "华北", "西南")
TIERS = ("普通", "银卡", "金卡", "钻石")
STAFF_PER_STORE = 8
CUSTOMERS = 200_000

# Each response answers these: (dimension, metric, scale, {score: how many of a hundred give it}).
_QUESTIONS: tuple[tuple[str, str, str, dict[int, int]], ...] = (
    ("推荐意愿", "nps", "0-10", {10: 27, 9: 21, 8: 18, 7: 12, 6: 8, 5: 6, 3: 5, 0: 3}),
    ("整体满意度", "csat", "1-5", {5: 41, 4: 35, 3: 13, 2: 7, 1: 4}),
    ("办事省力", "ces", "1-7", {7: 24, 6: 31, 5: 20, 4: 12, 3: 7, 2: 4, 1: 2}),
    ("服务态度", "csat", "1-5", {5: 45, 4: 34, 3: 12, 2: 6, 1: 3}),
    ("响应速度", "csat", "1-5", {5: 33, 4: 35, 3: 17, 2: 9, 1: 6}),
)

_INSERTION = """
INSERT INTO answers
SELECT
    $batch, r + 2, concat('D', $batch, '-', r), day, CAST(date_trunc('week', day) AS DATE),
    $dimension, $metric, $scale,
    -- A touchpoint's place in the list shifts its answers a little, so that touchpoints differ.
    list_extract($scores, 1 + CAST((hash(r, $dimension) % 100 * (94 + touchpoint % 7)) // 100 AS INTEGER)),
    concat('C', draw % $customers),
    list_extract($channels, 1 + CAST(draw // 7 % len($channels) AS INTEGER)),
    list_extract($stores, 1 + store),
    list_extract($regions, 1 + store % len($regions)),
    concat('员工', store * $staff_per_store + CAST(draw // 11 % $staff_per_store AS INTEGER)),
    list_extract($touchpoints, 1 + touchpoint),
    list_extract($tiers, 1 + CAST(draw // 13 % len($tiers) AS INTEGER)),
    CAST(draw // 17 % 20 AS DOUBLE), NULL
FROM (
    SELECT
        r, hash(r, $batch) AS draw,
        $first_day + CAST(r * $days // $responses AS INTEGER) AS day,
        CAST(hash(r, 'store') % len($stores) AS INTEGER) AS store,
        CAST(hash(r, 'touchpoint') % len($touchpoints) AS INTEGER) AS touchpoint
    FROM range($answered) t(r)
)
"""


def insert_invented(cursor: duckdb.DuckDBPyConnection, answers: int) -> ImportReport:
    """Put in exactly `answers` answers as one batch of kind survey; returns its account."""
    batch = cursor.execute("SELECT coalesce(max(batch), 0) + 1 FROM batches").fetchall()[0][0]
    responses = -(-answers // len(_QUESTIONS))
    names = _names()
    for column, known in names.items():
        with registered(cursor, pd.DataFrame({column: known}, dtype="str")):
            widen(cursor, column)
    cursor.execute(
        'INSERT INTO "rows" SELECT $batch, r + 2, \'survey\', hash(r, $batch), NULL, false FROM range($responses) t(r)',
        {"batch": batch, "responses": responses},
    )
    for place, (dimension, metric, scale, shares) in enumerate(_QUESTIONS):
        answered = (answers - place + len(_QUESTIONS) - 1) // len(_QUESTIONS)
        values = {
            "batch": batch, "dimension": dimension, "metric": metric, "scale": scale,
            "scores": [score for score, share in shares.items() for _ in range(share)],
            "answered": answered, "responses": responses, "first_day": FIRST_DAY, "days": DAYS,
            "customers": CUSTOMERS, "staff_per_store": STAFF_PER_STORE,
            "channels": names["channel"], "stores": names["store"], "regions": names["region"],
            "touchpoints": names["touchpoint"], "tiers": names["tier"],
        }
        cursor.execute(_INSERTION, values)
    report = ImportReport(batch, "demo", "survey", "demo", "", responses, responses, 0, 0, 0)
    insert_account(cursor, f"demo-{batch}", report)
    return report


def _names() -> dict[str, list[str]]:
    return {
        "dimension": [question[0] for question in _QUESTIONS],
        "channel": [channel.name for channel in taxonomy().channels],
        "store": [f"门店{number:02d}" for number in range(1, STORES + 1)],
        "region": list(REGIONS),
        "staff": [f"员工{number}" for number in range(STORES * STAFF_PER_STORE)],
        "touchpoint": [touchpoint.name for touchpoint in taxonomy().touchpoints],
        "tier": list(TIERS),
    }
