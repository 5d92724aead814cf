"""10-11-2025: the column's other dates decide, else a person, else the rows stay out."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest

from analysis.ingest import Mapping, Templates, inspect
from analysis.ingest.dates import read_moments
from tests.ingest.files import adds_up, column, look, records

pytestmark = pytest.mark.usefixtures("in_process")

OPEN = "答卷编号,提交时间,推荐意愿\nA1,10-11-2025,9\nA2,05-06-2025,7\n"
SETTLED = f"{OPEN}A3,31-10-2025,8\n"


def told(text: str, *, day_first: bool | None) -> Mapping:
    found = look(text).mapping
    return replace(
        found, columns=tuple(replace(c, day_first=day_first) if c.role == "time" else c for c in found.columns)
    )


@pytest.mark.parametrize(
    ("day_first", "days"),
    [(True, ["2025-11-10", "2025-06-05"]), (False, ["2025-10-11", "2025-05-06"]), (None, [])],
)
def test_the_answer_decides(day_first: bool | None, days: list[str]) -> None:
    batch = records(OPEN, mapping=told(OPEN, day_first=day_first))
    assert batch.tables["answers"]["day"].dt.strftime("%Y-%m-%d").tolist() == days
    assert batch.report.quarantined == 2 - len(days)
    assert adds_up(batch)


def test_the_question_is_asked_only_where_nothing_shows_the_order() -> None:
    assert column(look(OPEN), "提交时间").question == "questions.day_or_month"
    assert column(look(SETTLED), "提交时间").question is None
    unclear = "".join(f"A{n},0{n % 9 + 1}-06-2025,9\n" for n in range(300))
    late = f"答卷编号,提交时间,推荐意愿\n{unclear}Z,31-10-2025,8\n"
    assert column(look(late), "提交时间").question is None


def test_other_dates_of_the_column_overrule_the_answer() -> None:
    days = records(SETTLED, mapping=told(SETTLED, day_first=False)).tables["answers"]["day"]
    assert days.min() == pd.Timestamp(2025, 6, 5)


def test_same_either_way_needs_no_answer() -> None:
    assert column(look("提交时间,推荐意愿\n05-05-2025,9\n"), "提交时间").question is None
    assert read_moments(pd.Series(["05-05-2025"])).times[0] == pd.Timestamp(2025, 5, 5)


def test_times_of_tickets_are_asked_for_too() -> None:
    text = "工单编号,受理时间,办结时间,诉求内容\nT1,2025-06-01,10-11-2025,慢\n"
    assert column(look(text), "办结时间").question == "questions.day_or_month"


def test_the_answer_survives_json_and_serves_the_next_file() -> None:
    mapping = told(OPEN, day_first=True)
    assert Mapping.from_dict(json.loads(json.dumps(mapping.to_dict()))) == mapping
    templates = Templates()
    templates.keep(mapping, look(OPEN).table.header)
    again = inspect(OPEN.encode(), file_name="b.csv", templates=templates)
    time = again.mapping.first("time")
    assert (time.day_first, time.question) == (True, None)
