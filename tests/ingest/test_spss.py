"""SPSS files: labels of variables and values, missing values of their own, damage, and limits."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from analysis.errors import FileRefused
from analysis.ingest import convert, inspect
from tests.ingest.files import SECRET, adds_up, column, look, zip_bytes

LABELS = {5: "非常满意", 4: "满意", 3: "一般", 2: "不满意", 1: "非常不满意", 99: "不适用"}
HEADER = {
    "id": "答卷编号", "at": "提交时间", "sat": "您对本次服务是否满意", "nps": "您有多大可能把我们推荐给朋友",
    "age": "年龄段", "txt": "您的建议",
}


@pytest.fixture
def saved(tmp_path: Path) -> bytes:
    """Six cases: a labelled question with a missing value of its own, a scale with words at its ends only."""
    frame = pd.DataFrame({
        "id": [f"R{n}" for n in range(6)],
        "at": [datetime(2026, 9, n + 1, 10) for n in range(6)],
        "sat": [5.0, 4, 3, 2, 99, None],
        "nps": [10.0, 0, 7, 9, 5, 98],
        "age": [1.0, 2, 1, 2, 1, 2],
        "txt": ["多开几个收银台就好了", "", "", "希望物流再快一点", "", ""],
    })
    pyreadstat.write_sav(
        frame, str(tmp_path / "a.sav"), column_labels=HEADER,
        variable_value_labels={
            "sat": LABELS, "nps": {0: "完全不可能", 10: "非常可能"}, "age": {1: "18-24", 2: "25-34"},
        },
        missing_ranges={"sat": [99], "nps": [98]},
    )
    return (tmp_path / "a.sav").read_bytes()


def test_through_the_child_process(saved: bytes) -> None:
    found = inspect(saved, file_name="调查.sav")
    assert (found.format, found.encoding, found.kind) == ("sav", "", "survey")
    assert found.table.header == tuple(HEADER.values())
    batch = convert(found, secret=SECRET)
    answers = batch.tables["answers"]
    assert answers[answers["dimension"] == "整体满意度"]["score"].tolist() == [5, 4, 3, 2]
    assert answers[answers["metric"] == "nps"]["score"].tolist() == [10, 0, 7, 9, 5]
    assert answers["day"].min() == pd.Timestamp(2026, 9, 1)
    assert batch.tables["attributes"]["value"].tolist() == ["18-24", "25-34", "18-24", "25-34", "18-24"]
    assert len(batch.tables["comments"]) == 2
    assert (batch.report.imported, batch.report.quarantined) == (5, 1)  # the last case says nothing
    assert batch.report.missing["您对本次服务是否满意"] == {"blank": 1, "not_applicable": 1}
    assert adds_up(batch)


@pytest.mark.usefixtures("in_process")
class TestInside:
    """What is read, without a process of its own."""

    def test_in_an_archive(self, saved: bytes) -> None:
        assert look(zip_bytes(答卷_dot_sav=saved)).table.header == tuple(HEADER.values())

    def test_labels_that_repeat_carry_their_names(self, tmp_path: Path) -> None:
        frame = pd.DataFrame({"q1": [1.0, 2], "q2": [1.0, 2], "q3": [1.0, 2]})
        pyreadstat.write_sav(frame, str(tmp_path / "a.sav"), column_labels={"q1": "满意度", "q2": "满意度"})
        found = look((tmp_path / "a.sav").read_bytes(), kind="survey")
        assert found.table.header == ("满意度 (q1)", "满意度 (q2)", "q3")
        assert found.table.frame.iloc[:, 0].tolist() == ["1", "2"]

    def test_dates_and_times(self, tmp_path: Path) -> None:
        frame = pd.DataFrame({"提交时间": [date(2026, 9, 1), date(2026, 9, 2)], "服务态度": [5.0, 4]})
        pyreadstat.write_sav(frame, str(tmp_path / "a.sav"))
        found = look((tmp_path / "a.sav").read_bytes())
        assert column(found, "提交时间").role == "time"
        assert found.table.frame["提交时间"].tolist() == ["2026-09-01", "2026-09-02"]

    @pytest.mark.parametrize("length", [8, 100, 200, 900])
    def test_cut_off(self, saved: bytes, length: int) -> None:
        with pytest.raises(FileRefused) as refused:
            look(saved[:length])
        assert refused.value.key in ("errors.broken_sav", "errors.header_only", "errors.empty_file")

    def test_compressed(self, tmp_path: Path) -> None:
        frame = pd.DataFrame({"服务态度": [5.0, 4]})
        pyreadstat.write_sav(frame, str(tmp_path / "a.zsav"), compress=True)
        assert look((tmp_path / "a.zsav").read_bytes()).table.frame["服务态度"].tolist() == ["5", "4"]
