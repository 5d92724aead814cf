"""A person who asks to be deleted: out of every table and of the file's bytes, with a receipt, and not back again."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from analysis import pipeline
from analysis.errors import UnknownName
from analysis.records import ImportReport
from analysis.store import Warehouse
from analysis.store.chain import FIRST
from analysis.store.forgetting import is_chain
from analysis.store.tables import TABLES
from tests.ingest.files import in_process  # noqa: F401

pytestmark = pytest.mark.usefixtures("in_process")

MARKER = "独一无二的蓝色独角兽XQZ7"
HEAD = "答卷编号,提交时间,客户编号,渠道,推荐意愿,意见,年龄段\n"
OTHERS = [
    f"R-{n},2026-03-0{n % 9 + 1} 10:00:00,C-{n},门店,{n % 11},第{n}条意见,{n % 3 + 2}0-{n % 3 + 2}9" for n in range(40)
]
HERS = [
    "R-77,2026-03-05 11:00:00,VIP-0077,官网,3," + MARKER + ",30-39",
    "R-78,2026-04-05 11:00:00,VIP-0077,官网,4,又来一次,30-39",
]
TICKETS = "工单编号,受理时间,客户编号,投诉类别,投诉内容\nT-1,2026-03-06 09:00:00,VIP-0077,物流," + MARKER + "还没到\n"
TICKETS += "T-2,2026-03-07 09:00:00,C-3,质量,坏了\n"


def survey(*rows: str) -> bytes:
    return (HEAD + "\n".join(rows) + "\n").encode()


def bring(store: Warehouse, content: bytes, kind: str = "survey", name: str = "a.csv") -> ImportReport:
    report = pipeline.import_file(store, content, file_name=name, kind=kind)
    assert report.rows_read == report.imported + report.duplicates + report.quarantined
    return report


def sound(store: Warehouse) -> bool:
    return all(check.sound for check in store.check())


def everything(store: Warehouse) -> str:
    """All that stands in any table, but the receipts."""
    return "\n".join(
        str(row) for table in TABLES if table != "receipts" for row in store._rows(f'SELECT * FROM "{table}"')
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.duckdb"


@pytest.fixture
def store(path: Path) -> Iterator[Warehouse]:
    with Warehouse.open(path) as opened:
        yield opened


def test_only_the_others_stay(store):
    bring(store, survey(*OTHERS))
    before = store.totals()
    bring(store, survey(*HERS), name="b.csv")
    bring(store, TICKETS.encode(), kind="complaint", name="c.csv")
    [[pseudonym]] = store._rows("SELECT customer_id FROM tickets WHERE ticket_id = 'T-1'")
    receipt = pipeline.forget(store, " VIP-0077 ")
    assert receipt.removed["answers"] == 2
    assert receipt.removed["comments"] == 3
    assert receipt.removed["tickets"] == 1
    assert store.totals() == {**before, "tickets": 1, "comments": before["comments"] + 1}
    kept = everything(store)
    assert not any(word in kept for word in (MARKER, pseudonym, "R-77", "R-78", "T-1", "VIP-0077"))
    assert sound(store)


@pytest.mark.parametrize("undone", [False, True], ids=["standing", "undone"])
def test_no_byte_of_the_file_holds_it(path, undone):
    with Warehouse.open(path) as store:
        bring(store, survey(*OTHERS[:20], *HERS, *OTHERS[20:]))
        bring(store, survey(HERS[0].replace(",3,", ",5,")), name="corrected.csv")
        scores = store.pending_texts(100)
        aspects = [
            json.dumps([{"dimension": "价格", "polarity": "negative", "evidence": text[:30]}], ensure_ascii=False)
            for text in scores["text"]
        ]
        store.save_scores(scores.assign(sentiment=0.1, polarity="negative", aspects=aspects, engine="hand"))
        if undone:
            store.undo(1)
            store.undo(2)
        store._checkpoint()
        assert MARKER.encode() in path.read_bytes()  # so that its absence says something
        pipeline.forget(store, "VIP-0077")
        assert sound(store)
        held = {file.name: file.read_bytes() for file in path.parent.iterdir() if file.is_file()}
        assert not [name for name, content in held.items() if MARKER.encode() in content or b"VIP-0077" in content]
        if undone:
            store.redo(1)
            assert sound(store)
        assert MARKER not in everything(store)
    assert MARKER.encode() not in path.read_bytes()


def test_her_rows_do_not_come_back(store):
    content = survey(*OTHERS, *HERS)
    bring(store, content)
    pipeline.forget(store, "VIP-0077")
    line = store.batches().iloc[0]
    assert (line["rows_read"], line["imported"], line["quarantined"]) == (42, 40, 2)
    before = store.totals()
    again = bring(store, content, name="noch einmal.csv")
    assert (again.imported, again.duplicates, again.quarantined) == (0, 40, 2)
    assert {(issue.reason, issue.value, issue.column) for issue in again.issues} == {("forgotten", None, None)}
    new = bring(store, survey("R-99,2026-05-01 10:00:00,VIP-0077,门店,9,新的一句,20-29"))
    assert (new.imported, new.quarantined) == (0, 1)
    # Without the column of customers she is still known by the ids of her answers.
    rows = [row.split(",") for row in (*HERS, "R-500,2026-03-09 10:00:00,,门店,9,,")]
    nameless = "\n".join(",".join([*cells[:2], *cells[3:]]) for cells in rows)
    report = bring(store, ("答卷编号,提交时间,渠道,推荐意愿,意见,年龄段\n" + nameless).encode())
    assert (report.imported, report.quarantined) == (1, 2)
    assert store.totals()["responses"] == before["responses"] + 1
    assert MARKER not in everything(store)


def test_a_bad_cell_of_hers_is_not_kept_either(store):
    bring(store, survey(*OTHERS, *HERS))
    pipeline.forget(store, "VIP-0077")
    report = bring(store, survey("R-90,2026-05-01 10:00:00,VIP-0077,门店,99," + MARKER + ",20-29"))
    assert [(issue.reason, issue.value) for issue in report.issues] == [("forgotten", None)]
    assert MARKER not in everything(store)


def test_rows_of_hers_that_stayed_out_are_cleared(store):
    bring(store, survey(*OTHERS, HERS[0].replace("2026-03-05", "2026-13-45")))
    assert MARKER in everything(store)
    receipt = pipeline.forget(store, "VIP-0077")
    assert receipt.removed == {"quarantine_rows": 1}
    assert MARKER not in everything(store)
    assert store.quarantine(1)["reason"].tolist() == ["forgotten"]
    assert sound(store)


def test_one_response_or_ticket_by_its_id(store):
    bring(store, survey(*OTHERS, *HERS))
    bring(store, TICKETS.encode(), kind="complaint")
    assert pipeline.forget(store, "R-78").removed["answers"] == 1
    assert pipeline.forget(store, "T-2").removed["tickets"] == 1
    assert store.totals()["responses"] == 41
    assert store.tickets()["ticket_id"].tolist() == ["T-1"]
    assert bring(store, survey(*HERS)).quarantined == 1


def test_corrected_and_repeated_rows_go_everywhere(store):
    bring(store, survey(*OTHERS[:5], HERS[0]))
    bring(store, survey(*OTHERS[3:8], HERS[0]), name="b.csv")
    bring(store, survey(HERS[0].replace(",3,", ",9,")), name="c.csv")
    pipeline.forget(store, "R-77")
    lines = store.batches().set_index("batch")
    assert lines["quarantined"].to_dict() == {1: 1, 2: 1, 3: 1}
    assert (lines["rows_read"] == lines["imported"] + lines["duplicates"] + lines["quarantined"]).all()
    assert store.totals()["responses"] == 8
    assert sound(store)
    store.undo(1)
    store.redo(1)
    assert store.totals()["responses"] == 8


@pytest.mark.parametrize("name", ["", "  ", "NOBODY", "%", "C-"])
def test_nobody_by_that_name(store, name):
    bring(store, survey(*OTHERS))
    before = everything(store)
    with pytest.raises(UnknownName):
        pipeline.forget(store, name)
    assert everything(store) == before
    assert store.receipts() == ()


def test_receipts_are_a_chain_and_name_nobody(store):
    bring(store, survey(*OTHERS, *HERS))
    for name in ("VIP-0077", "C-3", "C-4"):
        pipeline.forget(store, name)
    found = store.receipts()
    assert [receipt.number for receipt in found] == [1, 2, 3]
    assert found[0].previous == FIRST
    assert is_chain(found)
    assert json.loads(json.dumps([receipt.as_dict() for receipt in found]))[1]["removed"] == dict(found[1].removed)
    assert not any(name in str(found) for name in ("VIP-0077", "C-3"))
    assert not is_chain(found[1:])
    assert not is_chain((found[0], found[2]))
    assert not is_chain((replace(found[0], removed={"answers": 1}), *found[1:]))
    store._rows("UPDATE receipts SET created_at = '2020-01-01T00:00:00' WHERE number = 2")
    assert not sound(store)


def test_readers_go_on_while_the_file_is_written_anew(store, path):
    bring(store, survey(*OTHERS, *HERS))
    other = Warehouse.open(path)
    seen, stop = [], threading.Event()

    def read() -> None:
        while not stop.is_set():
            seen.append((store.totals()["responses"], other.totals()["responses"]))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    pipeline.forget(store, "VIP-0077")
    pipeline.forget(other, "C-5")
    stop.set()
    for reader in readers:
        reader.join()
    other.close()
    assert {number for pair in seen for number in pair} <= {39, 40, 42}
    assert store.totals()["responses"] == 39


def test_end_between_deletion_and_writing_anew(path, monkeypatch):
    with Warehouse.open(path) as store:
        bring(store, survey(*OTHERS, *HERS))
        monkeypatch.setattr(Warehouse, "_clear_bytes", lambda self: None)
        pipeline.forget(store, "VIP-0077")
        monkeypatch.undo()
    with Warehouse.open(path) as store:
        assert store.totals()["responses"] == 40
    assert MARKER.encode() not in path.read_bytes()
