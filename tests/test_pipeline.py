"""From a file's bytes to scored comments, and back out again."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis import ingest, pipeline
from analysis.errors import FileRefused, StoreDamaged
from analysis.schema import Filters
from analysis.store import Warehouse
from analysis.text import pool

SURVEY = """答卷编号,提交时间,客户编号,渠道,您向朋友推荐我们的可能性（0-10分）,整体满意度,意见
1,2026-03-02 10:00:00,C001,在线客服,9,非常满意,客服很专业
2,2026-03-02 11:00:00,C002,在线客服,3,不满意,问题没有解决
3,2026-03-03 09:00:00,C001,门店,10,满意,客服很专业
4,2026-03-04 09:00:00,C003,门店,7,一般,
"""


@pytest.fixture
def store():
    with Warehouse.open(":memory:") as opened:
        yield opened


def import_survey(store: Warehouse, **options: object):
    return pipeline.import_file(store, SURVEY.encode(), file_name="问卷.csv", **options)


def test_a_file_goes_in_once_and_comes_out_whole(store):
    report = import_survey(store)
    assert (report.kind, report.rows_read, report.imported) == ("survey", 4, 4)
    assert store.totals() == {"responses": 4, "answers": 8, "comments": 3, "tickets": 0}
    again = pipeline.import_file(store, SURVEY.encode("gb18030"), file_name="换名.csv")
    assert (again.imported, again.duplicates) == (0, 4)
    store.undo(report.batch)
    assert store.is_empty()


def test_dry_run_changes_nothing(store):
    report = import_survey(store, dry_run=True)
    assert (report.batch, report.imported) == (None, 4)
    assert store.is_empty()
    assert store.batches().empty


def test_refused_file_leaves_nothing(store):
    with pytest.raises(FileRefused):
        pipeline.import_file(store, b"", file_name="空.csv")
    assert store.is_empty()


def test_path_names_the_file(store, tmp_path):
    path = tmp_path / "三月.csv"
    path.write_text(SURVEY, encoding="utf-8")
    assert pipeline.import_file(store, path).file_name == "三月.csv"


def test_comments_are_scored_once_per_text(store):
    import_survey(store)
    seen: list[tuple[int, int]] = []
    assert pipeline.score_pending(store, progress=lambda *step: seen.append(step), chunk=1) == 2
    assert seen == [(1, 2), (2, 2)]
    assert store.pending_count() == (0, 2)
    assert pipeline.score_pending(store) == 0
    polarity = dict(store.texts()[["text", "polarity"]].itertuples(index=False, name=None))
    assert polarity["问题没有解决"] == "negative"


def test_scoring_can_be_stopped_and_taken_up_again(store):
    import_survey(store)
    asked = iter([False, True])
    assert pipeline.score_pending(store, stop=lambda: next(asked), chunk=1) == 1
    assert store.pending_count() == (1, 2)
    assert pipeline.score_pending(store) == 1


def test_child_processes_find_the_same_and_stop_between_chunks(store):
    import_survey(store)
    asked = iter([False, True])
    assert pipeline.score_pending(store, stop=lambda: next(asked), chunk=1, workers=2) == 1
    assert store.pending_count() == (1, 2)
    assert pipeline.score_pending(store) == 1
    together = store.comments()[["text", "sentiment", "polarity", "aspects"]].set_index("text")
    with Warehouse.open(":memory:") as other:
        import_survey(other)
        pipeline.score_pending(other)
        alone = other.comments()[["text", "sentiment", "polarity", "aspects"]].set_index("text")
    pd.testing.assert_frame_equal(together.drop_duplicates().sort_index(), alone.drop_duplicates().sort_index())


def test_few_texts_start_no_process(store, monkeypatch):
    monkeypatch.setattr(pool, "ProcessPoolExecutor", None)
    import_survey(store)
    assert pipeline.score_pending(store) == 2


def test_a_failure_while_reading_leaves_whole_chunks_only(store, monkeypatch):
    import_survey(store)
    saved = store.save_scores

    def fail_once_saved(scores):
        if store.pending_count()[0] < 2:
            raise OSError("disk full")
        saved(scores)

    monkeypatch.setattr(store, "save_scores", fail_once_saved)
    with pytest.raises(OSError, match="disk full"):
        pipeline.score_pending(store, chunk=1)
    assert store.pending_count() == (1, 2)


def test_pseudonyms_hold_within_a_store_and_differ_between_stores(tmp_path):
    def ids(store: Warehouse) -> list[str]:
        import_survey(store)
        return store._frame("SELECT DISTINCT response_id, customer_id FROM answers ORDER BY 1")["customer_id"].tolist()

    with Warehouse.open(tmp_path / "a.duckdb") as first, Warehouse.open(tmp_path / "b.duckdb") as second:
        a, b = ids(first), ids(second)
    assert a[0] == a[2] != a[1]
    assert "C001" not in a
    assert set(a).isdisjoint(b)


def test_key_is_made_once_and_for_its_owner_alone(tmp_path):
    with Warehouse.open(tmp_path / "store.duckdb") as store:
        key = pipeline.secret_of(store)
        assert pipeline.secret_of(store) == key
    path = tmp_path / "store.duckdb.key"
    assert path.read_bytes() == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with Warehouse.open(tmp_path / "store.duckdb") as store:
        assert pipeline.secret_of(store) == key
        path.write_bytes(b"short")
        with pytest.raises(StoreDamaged):
            pipeline.secret_of(store)


def test_key_of_a_store_in_memory_stays_in_memory(store):
    key = pipeline.secret_of(store)
    assert pipeline.secret_of(store) == key
    with Warehouse.open(":memory:") as other:
        assert pipeline.secret_of(other) != key
    assert not Path(":memory:.key").exists()


def test_sample_is_complete_and_sound(sample_store):
    assert all(check.sound for check in sample_store.check())
    ledger = sample_store.batches()
    assert (ledger["rows_read"] == ledger["imported"] + ledger["duplicates"] + ledger["quarantined"]).all()
    assert set(ledger["kind"]) == {"customer", "volume", "survey", "review", "complaint"}
    assert sample_store.counts("tickets", [], Filters())["count"].sum() == sample_store.totals()["tickets"]


@pytest.mark.parametrize("rows", [1, 2, 3, 7, 1000])
def test_invented_answers_are_as_many_as_asked(store, rows):
    pipeline.make_answers(store, rows)
    assert store.totals()["answers"] == rows


def test_a_confirmed_mapping_serves_the_next_file(tmp_path):
    """It lies beside the store, as JSON that names columns and holds no cell."""
    first = ingest.inspect(SURVEY.encode(), file_name="问卷.csv")
    columns = tuple(replace(c, role="ignore") if c.header == "整体满意度" else c for c in first.mapping.columns)
    with Warehouse.open(tmp_path / "x.duckdb") as store:
        import_survey(store, mapping=replace(first.mapping, columns=columns))
        later = SURVEY.replace("2026-03", "2026-04")
        report = pipeline.import_file(store, later.encode(), file_name="四月.csv")
        assert (report.imported, "整体满意度" in report.unmapped) == (4, True)
        (kept,) = (tmp_path / "x.duckdb.mappings").glob("*.json")
        assert "C001" not in kept.read_text(encoding="utf-8")


def test_a_rehearsal_keeps_no_mapping(store):
    first = ingest.inspect(SURVEY.encode(), file_name="问卷.csv")
    import_survey(store, mapping=first.mapping, dry_run=True)
    assert pipeline.templates_of(store).all() == ()
