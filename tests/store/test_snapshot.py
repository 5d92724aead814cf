"""A store that another process owns can be read, from a copy that leaves nothing behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from analysis.errors import StoreBusy
from analysis.store import Warehouse, snapshot
from tests.store.hand_made import survey

OWNER = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"


@pytest.fixture
def owned(tmp_path: Path):
    path = tmp_path / "store.duckdb"
    with Warehouse.open(path) as store:
        store.add(survey([9, 10, 3]))
    with subprocess.Popen([sys.executable, "-c", OWNER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as p:
        assert p.stdout.readline() == b"open\n"
        yield path
        p.stdin.close()


def test_an_owned_store_is_read_from_a_copy(owned: Path) -> None:
    with pytest.raises(StoreBusy):
        Warehouse.open(owned)
    beside = set(owned.parent.iterdir())
    with snapshot.open_or_copy(owned) as store:
        assert store.totals()["responses"] == 3
        assert Path(store.path) != owned
        (folder,) = set(owned.parent.iterdir()) - beside
        assert folder.stat().st_mode & 0o077 == 0
    assert set(owned.parent.iterdir()) == beside


def test_a_store_that_never_stands_still_stays_busy(owned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter(range(1_000))
    monkeypatch.setattr(snapshot, "_stamps", lambda _: [next(moments)])
    monkeypatch.setattr(snapshot, "_PAUSE_SECONDS", 0)
    with pytest.raises(StoreBusy), snapshot.open_or_copy(owned):
        raise AssertionError("a torn copy was opened")


def test_a_free_store_is_opened_itself(tmp_path: Path) -> None:
    with snapshot.open_or_copy(tmp_path / "own.duckdb") as store:
        assert Path(store.path) == tmp_path / "own.duckdb"
