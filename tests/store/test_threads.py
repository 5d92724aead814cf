"""Many readers and a writer at once: everybody sees whole imports, nobody fails."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from analysis.store import Warehouse
from tests.store.hand_made import survey

BATCH_ROWS = 20
BATCHES = 8


@pytest.fixture
def store(tmp_path):
    with Warehouse.open(tmp_path / "store.duckdb") as opened:
        yield opened


def a_batch(number: int):
    contents = list(range(number * BATCH_ROWS, (number + 1) * BATCH_ROWS))
    return survey([number % 11] * BATCH_ROWS, contents=contents, channel=f"渠道{number}")


def test_readers_see_whole_imports_while_a_writer_works(store):
    def read(_: int) -> int:
        return int(store.histogram(["channel", "week"])["count"].sum())

    with ThreadPoolExecutor(6) as pool:
        writing = pool.submit(lambda: [store.add(a_batch(number)) for number in range(BATCHES)])
        seen = list(pool.map(read, range(60)))
        reports = writing.result()
    assert all(count % BATCH_ROWS == 0 for count in seen)
    assert [report.imported for report in reports] == [BATCH_ROWS] * BATCHES
    assert read(0) == BATCH_ROWS * BATCHES


def test_parallel_imports_of_one_file_go_in_once(store):
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda _: store.add(a_batch(1)), range(4)))
    assert sorted(report.imported for report in reports) == [0, 0, 0, BATCH_ROWS]
    assert sorted(report.batch for report in reports) == [1, 2, 3, 4]
    assert store.totals()["answers"] == BATCH_ROWS


def test_two_warehouses_of_one_process_write_in_turn(store):
    with Warehouse.open(store.path) as other, ThreadPoolExecutor(2) as pool:
        writers = [store, other] * 3
        list(pool.map(lambda pair: pair[1].add(a_batch(pair[0])), enumerate(writers)))
        assert store.totals() == other.totals()
        assert store.totals()["answers"] == 6 * BATCH_ROWS


def test_undo_while_others_read(store):
    for number in range(BATCHES):
        store.add(a_batch(number))
    with ThreadPoolExecutor(4) as pool:
        undoing = pool.submit(lambda: [store.undo(number) for number in range(1, BATCHES)])
        seen = list(pool.map(lambda _: store.totals()["answers"], range(40)))
        undoing.result()
    assert all(count % BATCH_ROWS == 0 for count in seen)
    assert store.totals()["answers"] == BATCH_ROWS
