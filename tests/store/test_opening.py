"""Opening the file: one owner, other people's files, broken files, other versions."""

from __future__ import annotations

import os
import subprocess
import sys

import duckdb
import pytest

from analysis.errors import StoreBusy, StoreDamaged
from analysis.i18n import say
from analysis.store import IN_MEMORY, Warehouse, store_path
from tests.store.hand_made import reviews, survey

HOLD_OPEN = """
import sys
from analysis.store import Warehouse
store = Warehouse.open(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "folder" / "store.duckdb"


def test_what_was_written_is_there_again(path):
    with Warehouse.open(path) as store:
        store.add(survey([9, 7, 3], channel="在线客服"))
        revision = store.revision()
    assert not path.with_name(path.name + ".wal").exists()
    with Warehouse.open(path) as store:
        assert store.totals()["answers"] == 3
        assert store.revision() == revision
        assert store.add(survey([9, 7, 3], channel="在线客服")).duplicates == 3


def test_second_process_is_told_who_holds_the_file(path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD_OPEN, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(StoreBusy) as caught:
            Warehouse.open(path)
    finally:
        holder.communicate()
    assert caught.value.values["pid"] == holder.pid
    assert "python" in caught.value.values["owner"]
    assert str(holder.pid) in say(caught.value.key, **caught.value.values)
    Warehouse.open(path).close()


def test_killed_writer_leaves_the_last_finished_import(path):
    script = f"""
import os, sys
sys.path.insert(0, {os.getcwd()!r})
from analysis.store import Warehouse, batches
from tests.store.hand_made import survey
store = Warehouse.open(sys.argv[1])
store.add(survey([9, 7, 3]))
with store._writing() as cursor:
    batches.insert(cursor, survey([1, 1, 1], contents=[11, 12, 13], channel="新渠道"))
    os.kill(os.getpid(), 9)
"""
    finished = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True)
    assert finished.returncode == -9, finished.stderr
    with Warehouse.open(path) as store:
        assert sorted(store.histogram([])["score"]) == [3, 7, 9]
        assert len(store.batches()) == 1
        assert all(check.sound for check in store.check())


@pytest.mark.parametrize(
    "content", [b"", b"hello" * 5000, b"PK\x03\x04" + bytes(5000), b"SQLite format 3\0" + bytes(8000)],
    ids=["empty", "text", "zip", "sqlite"],
)
def test_file_that_is_no_store(tmp_path, content):
    path = tmp_path / "store.duckdb"
    path.write_bytes(content)
    with pytest.raises(StoreDamaged) as caught:
        Warehouse.open(path)
    assert caught.value.key == "errors.store_damaged"
    assert path.read_bytes() == content


def test_database_of_another_program(tmp_path):
    path = tmp_path / "other.duckdb"
    with duckdb.connect(str(path)) as other:
        other.execute("CREATE TABLE t (a INTEGER)")
    with pytest.raises(StoreDamaged) as caught:
        Warehouse.open(path)
    assert caught.value.key == "errors.store_foreign"


def test_store_of_another_version(path):
    Warehouse.open(path).close()
    with duckdb.connect(str(path)) as other:
        other.execute("UPDATE store_info SET schema_version = 99")
    with pytest.raises(StoreDamaged) as caught:
        Warehouse.open(path)
    assert caught.value.key == "errors.store_version"
    assert "99" in say(caught.value.key, **caught.value.values)


def test_store_of_the_version_before_is_brought_up(path):
    with Warehouse.open(path) as store:
        store.add(survey([9, 7, 3]))
    with duckdb.connect(str(path)) as other:
        tables = [name for (name,) in other.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        for name in tables:
            if name.startswith("undone_") or name in ("replaced_answers", "flags"):
                other.execute(f"DROP TABLE {name}")
        other.execute("UPDATE store_info SET schema_version = 2")
    with Warehouse.open(path) as store:
        assert store.add(survey([9, 7, 3])).duplicates == 3
        store.undo(1)
        store.redo(1)
        assert store.totals()["answers"] == 3
        assert all(check.sound for check in store.check())


def test_damaged_block_is_noticed(path):
    with Warehouse.open(path) as store:
        store.add(reviews([f"第{number}条评价，内容各不相同" for number in range(4000)]))
    data = bytearray(path.read_bytes())
    place = data.index("评价，内容".encode())
    data[place] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(StoreDamaged), Warehouse.open(path) as store:
        store.check()


def test_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreDamaged) as caught:
        Warehouse.open(tmp_path / "file" / "store.duckdb")
    assert caught.value.key == "errors.store_unreachable"


def test_a_query_reaches_no_other_file(path, tmp_path):
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with Warehouse.open(path) as store, pytest.raises(duckdb.PermissionException):
        store._frame(f"SELECT * FROM read_csv('{tmp_path / 'secret.csv'}')")


def test_where_the_store_is(monkeypatch, tmp_path):
    monkeypatch.setenv("XINSHENG_STORE", str(tmp_path / "here.duckdb"))
    assert store_path() == str(tmp_path / "here.duckdb")
    assert store_path(tmp_path / "there.duckdb") == str(tmp_path / "there.duckdb")
    assert store_path(IN_MEMORY) == IN_MEMORY
    monkeypatch.delenv("XINSHENG_STORE")
    assert store_path().endswith(os.path.join("var", "xinsheng.duckdb"))
