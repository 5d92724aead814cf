"""An import says how far it has come, and one that is stopped leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from analysis import ingest, pipeline
from analysis.errors import Stopped
from analysis.ingest import sandbox
from analysis.store import Warehouse
from analysis.store.interrupting import interruptible
from analysis.watching import STAGES, Watch
from tests.ingest.files import parse_here

HEADER = "答卷编号,提交时间,渠道,推荐意愿,整体满意度,意见"
BEFORE = "\n".join([HEADER, *(f"A{i},2026-03-0{i % 9 + 1},门店,{i % 11},满意,第{i}次来" for i in range(30))]).encode()
AFTER = "\n".join([HEADER, *(f"B{i},2026-04-0{i % 9 + 1},在线客服,{i % 11},满意,等{i}分" for i in range(30))]).encode()


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Warehouse]:
    monkeypatch.setattr("analysis.ingest.inspection.parse", parse_here)
    with Warehouse.open(":memory:") as opened:
        pipeline.import_file(opened, BEFORE, file_name="三月.csv", kind="survey")
        yield opened


def everything(store: Warehouse) -> tuple:
    """All that an import could change."""
    frames = [store.histogram(["channel", "day"]), store.batches(), store.comments(), store.quarantine(2)]
    lines = [sorted(frame.to_csv(index=False).splitlines()) for frame in frames]
    return store.revision(), store.sizes(), store.totals(), lines


def test_stages_come_in_order_and_end_whole(store: Warehouse) -> None:
    told: list[tuple] = []
    pipeline.import_file(store, AFTER, file_name="四月.csv", progress=lambda *step: told.append(step))
    stages = list(dict.fromkeys(stage for stage, _, _ in told))
    assert stages == [stage for stage in STAGES if stage != "reading"]  # reading is the child's, here in process
    assert all(0 <= done <= total for _, done, total in told)
    assert told[-1][1] == told[-1][2]


def test_stopped_at_any_step_the_store_is_as_it_was(store: Warehouse) -> None:
    told: list[tuple] = []
    pipeline.import_file(store, AFTER, file_name="四月.csv", progress=lambda *step: told.append(step))
    store.undo(2)
    confirmed = ingest.inspect(AFTER, file_name="四月.csv").mapping
    before = everything(store)
    for steps in range(len(told)):
        heard: list[tuple] = []

        def enough(heard: list[tuple] = heard, steps: int = steps) -> bool:
            return len(heard) > steps

        with pytest.raises(Stopped):
            pipeline.import_file(
                store, AFTER, file_name="四月.csv", mapping=confirmed, progress=lambda *step: heard.append(step),  # noqa: B023
                stop=enough,
            )
        assert everything(store) == before, told[steps]
    assert pipeline.templates_of(store).find(tuple(HEADER.split(","))) is None
    report = pipeline.import_file(store, AFTER, file_name="四月.csv")
    assert (report.imported, report.rows_read) == (30, 30)


def test_a_stop_kills_the_child_and_clears_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    children: list[subprocess.Popen] = []

    class Seen(subprocess.Popen):
        def __init__(self, *arguments: object, **options: object) -> None:
            super().__init__(*arguments, **options)
            children.append(self)

    monkeypatch.setattr(sandbox.subprocess, "Popen", Seen)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(Stopped):
        sandbox.parse(AFTER, watch=Watch(stop=lambda: bool(children)))
    assert children[0].returncode is not None
    with pytest.raises(ProcessLookupError):
        os.kill(children[0].pid, 0)
    assert not list(tmp_path.iterdir())


def test_a_running_statement_is_interrupted_and_the_next_runs(store: Warehouse) -> None:
    with store._cursor() as cursor:
        with pytest.raises(Stopped), interruptible(cursor, Watch(stop=lambda: True)):
            cursor.execute("SELECT count(*) FROM range(1_000_000_000_000) a WHERE hash(a.range) = 1")
        assert cursor.execute("SELECT 42").fetchall() == [(42,)]


def test_a_rehearsal_gives_the_account_of_the_import_and_keeps_nothing(store: Warehouse) -> None:
    mixed = b"\n".join([*BEFORE.splitlines()[:11], *AFTER.splitlines()[1:21], "C1,2026-13-45,门店,9,满意,x".encode()])
    inspection = pipeline.inspect_file(store, mixed, file_name="混合.csv")
    before = everything(store)
    rehearsed = pipeline.rehearse(store, inspection)
    assert everything(store) == before
    report = pipeline.import_inspected(store, inspection)
    accounts = [(r.rows_read, r.imported, r.duplicates, r.quarantined, r.issues) for r in (rehearsed.report, report)]
    assert accounts[0] == accounts[1]
    assert accounts[0][:4] == (31, 20, 10, 1)
    assert rehearsed.whole


@pytest.mark.parametrize("rows", [0, 1, 7, 30, 31])
def test_a_rehearsal_looks_at_the_beginning_only(store: Warehouse, rows: int) -> None:
    inspection = pipeline.inspect_file(store, AFTER + b"\nB1,2026-04-01", file_name="四月.csv")
    rehearsed = pipeline.rehearse(store, inspection, rows=rows)
    assert rehearsed.of == 31
    assert rehearsed.whole is (rows >= 30)
    assert rehearsed.report.imported == min(rows, 30)


def test_rows_are_shown_as_they_would_be_stored(store: Warehouse) -> None:
    text = (
        "提交时间,客户编号,渠道,推荐意愿,整体满意度,意见\n2026-03-04,C1,线上客服,9,满意,打13812345678\n"
        ",C2,门店,37,不满意,好\n"
    )
    inspection = pipeline.inspect_file(store, text.encode(), file_name="s.csv", kind="survey")
    shown = pipeline.rehearse(store, inspection, survey_date=pd.Timestamp("2026-05-01").date()).stored
    assert shown.rows == (2, 3)
    cells = [dict(zip([(c.role, c.metric) for c in shown.columns], row, strict=True)) for row in shown.cells]
    assert [str(row["time", None])[:10] for row in cells] == ["2026-03-04", "2026-05-01"]
    assert cells[0]["comment", None] == "打[电话]"
    assert "C1" not in str(cells)
    assert [row["score", "nps"] for row in cells] == [9.0, None]
    assert [row["score", "csat"] for row in cells] == [4.0, 2.0]


def test_problems_are_counted_by_kind(store: Warehouse) -> None:
    scores = (37, 37, 37, "", "")
    lines = [HEADER, *(f"D{i},2026-03-04,门店,{s},满意," for i, s in enumerate(scores)), "D9,2026-13-45,门店,9,满意,"]
    inspection = pipeline.inspect_file(store, "\n".join(lines).encode(), file_name="s.csv", kind="survey")
    rehearsed = pipeline.rehearse(store, inspection)
    told = [(p.reason, p.whole_row, p.count, p.row) for p in rehearsed.problems]
    assert told == [("date_unreadable", True, 1, 7), ("score_off_scale", False, 3, 2)]
    assert rehearsed.unanswered == 2
