"""Whatever stands in a file: no crash, and every row is imported or put aside, once."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.errors import XinshengError
from analysis.i18n import say
from tests.ingest.files import adds_up, in_process, look, records  # noqa: F401

pytestmark = pytest.mark.usefixtures("in_process")
HEADER = ["答卷编号", "提交时间", "渠道", "推荐意愿", "整体满意度", "意见"]
CELLS = st.one_of(
    st.sampled_from(
        [
            "",
            "5",
            "11",
            "-1",
            "非常满意",
            "不满意",
            "2026-01-05",
            "2026/1/6 8:00",
            "45931",
            "9999-99-99",
            "门店",
            "(跳过)",
            "A1",
        ]
    ),
    st.text(alphabet="好坏，,;\"'\n\t 0123456789。=+@x", max_size=12),
)
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=8), max_size=12)
QUIET = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def written(rows: list[list[str]], separator: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\n").writerows([HEADER, *rows])
    return text.getvalue()


@QUIET
@given(rows=ROWS, separator=st.sampled_from([",", ";", "\t"]))
def test_written_rows_are_all_accounted_for_and_read_the_same_again(rows: list[list[str]], separator: str) -> None:
    try:
        batch, again = (records(written(rows, separator), kind="survey") for _ in range(2))
    except XinshengError as refused:
        say(refused.key, **{"file": "", **refused.values})  # a KeyError here is a refusal without words
        return
    filled = sum(any(cell.strip() for cell in row) for row in rows)
    assert batch.report.rows_read == filled
    assert adds_up(batch)
    assert batch.rows["row"].is_unique
    aside = [issue.row for issue in batch.report.issues if issue.whole_row]
    assert len(set(aside)) == len(aside) == batch.report.quarantined
    assert not set(aside) & set(batch.rows["row"])
    assert batch.rows.equals(again.rows)


@QUIET
@given(data=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        found = look(data, kind="survey")
    except XinshengError as refused:
        say(refused.key, **refused.values)
    else:
        assert len(found.table.frame) + len(found.issues) > 0
