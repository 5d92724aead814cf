"""What holds for every command: one clear line where it cannot be done, help, a busy store."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from analysis.cli import main
from analysis.cli.showing import text_table
from tests.cli.files import ROOT

HOLD_OPEN = """
import sys
from analysis.store import Warehouse
from analysis.watching import STAGES
store = Warehouse.open(sys.argv[1])
print("open", flush=True)
input()
"""


def test_busy_store(run, tmp_path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD_OPEN, str(tmp_path / "store.duckdb")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )
    try:
        holder.stdout.readline()
        code, out, err = run("batches")
        assert (code, out) == (2, "")
        assert str(holder.pid) in err
        assert len(err.strip().splitlines()) == 1
        code, out, _ = run("doctor", "--json")
        assert (code, json.loads(out)["store"]["owner"]["pid"]) == (0, holder.pid)
    finally:
        holder.communicate("\n")


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["bla"], ["metrics"], ["metrics", "--metric"], ["metrics", "--metric", "x"], ["undo"], ["undo", "x"],
        ["undo", "0"], ["undo", "-1"], ["metrics", "--metric", "nps", "--by", "colour"],
        ["metrics", "--metric", "nps", "--where", "channel"], ["metrics", "--metric", "nps", "--where", "=x"],
        ["metrics", "--metric", "nps", "--where", "colour=x", "--store", ":memory:"], ["findings", "--from", "2026"],
        ["import", "没有.csv"], ["import", "x", "--kind", "soup"], ["demo", "--rows", "0"], ["demo", "--rows", "1e7"],
        ["findings", "--without", "bored"],
        ["doctor", "--bla"], ["undo", "99", "--store", ":memory:"], ["batches", "--store", "/proc/没有/x.duckdb"],
    ],
    ids=" ".join,
)
def test_bad_command_lines(capsys, arguments):
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.strip().splitlines()) == 1
    assert any("\u4e00" <= sign <= "\u9fff" for sign in err)


@pytest.mark.parametrize(
    "name",
    [None, "import", "metrics", "choices", "population", "events", "actions", "targets", "findings", "drivers",
     "channels", "service", "promises", "report", "score", "batches", "undo", "redo", "inbox", "quarantine", "forget",
     "taxonomy", "labels", "demo", "doctor"],
)
def test_help(capsys, name):
    with pytest.raises(SystemExit) as ended:
        main([*([name] if name else []), "--help"])
    assert ended.value.code == 0
    assert "用法" in capsys.readouterr().out


def test_module_runs_as_a_program(tmp_path):
    finished = subprocess.run(
        [sys.executable, "-m", "analysis", "batches", "--json", "--store", str(tmp_path / "s.duckdb")],
        capture_output=True, text=True, cwd=ROOT,
    )
    assert (finished.returncode, finished.stdout.strip(), finished.stderr) == (0, "[]", "")


def test_table_lines_up_under_wide_signs():
    lines = text_table(["渠道", "n"], [["在线客服", 5], ["APP", None]]).splitlines()
    assert lines == ["渠道      n", "--------  -", "在线客服  5", "APP"]
