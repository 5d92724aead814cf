"""Batches, undo, redo and forget: the ledger from the command line."""

from __future__ import annotations

import json

from tests.cli.files import survey


def test_batches_and_undo(run, tmp_path):
    run("import", survey(tmp_path / "三月.csv"))
    code, out, _ = run("batches", "--json")
    [line] = json.loads(out)
    assert (code, line["batch"], line["file_name"], line["undone_at"]) == (0, 1, "三月.csv", None)
    assert "三月.csv" in run("batches")[1]
    assert line["masked"] == {}
    code, out, _ = run("undo", 1, "--json")
    assert (code, json.loads(out)) == (0, {"batch": 1, "removed": 60})
    assert json.loads(run("metrics", "--metric", "nps", "--json")[1]) == []
    assert json.loads(run("batches", "--json")[1])[0]["undone_at"]


def test_redo_gives_the_numbers_of_before(run, tmp_path):
    run("import", survey(tmp_path / "三月.csv"))
    before = run("metrics", "--metric", "nps", "--by", "channel", "--json")
    run("undo", 1)
    code, out, _ = run("redo", 1, "--json")
    assert (code, json.loads(out)) == (0, {"batch": 1, "restored": 60})
    assert run("metrics", "--metric", "nps", "--by", "channel", "--json") == before
    code, out, said = run("redo", 1)
    assert (code, out) == (2, "")
    assert "没有撤销" in said


def test_forget_gives_a_receipt(run, tmp_path):
    file = tmp_path / "问卷.csv"
    file.write_text("答卷编号,提交时间,客户编号,推荐意愿\nR-1,2026-03-01 10:00:00,C-1,9\n", encoding="utf-8")
    run("import", file)
    code, out, _ = run("forget", "C-1", "--json")
    receipt = json.loads(out)
    assert (code, receipt["number"], receipt["removed"]) == (0, 1, {"rows": 1, "answers": 1})
    assert json.loads(run("import", file, "--json")[1])["quarantined"] == 1
    code, out, said = run("forget", "C-1")
    assert (code, out) == (2, "")
    assert "没有这个编号" in said
