"""The import command: what became of every row, in words and as JSON."""

from __future__ import annotations

import json
import signal

import pytest

from analysis.cli.showing import ImportProgress
from analysis.i18n import say
from analysis.store import Warehouse
from analysis.watching import STAGES
from tests.cli.files import DATA, survey

IMPORT_FIELDS = [
    "batch", "kind", "format", "encoding", "rows_read", "imported", "duplicates", "quarantined", "cells_quarantined",
    "refused", "missing", "masked", "mapping", "issues",
]


def test_import_says_where_every_row_went(run, tmp_path):
    code, out, err = run("import", survey(tmp_path / "三月.csv"))
    assert (code, err) == (0, "")
    assert "三月.csv" in out
    assert "60" in out


def test_import_json_has_exactly_the_agreed_fields(run, tmp_path):
    file = survey(tmp_path / "三月.csv", encoding="gb18030")
    code, out, _ = run("import", file, "--json")
    report = json.loads(out)
    assert code == 0
    assert list(report) == IMPORT_FIELDS
    assert (report["batch"], report["kind"], report["format"], report["encoding"]) == (1, "survey", "csv", "gb18030")
    assert (report["rows_read"], report["imported"], report["refused"]) == (60, 60, None)
    _, out, _ = run("import", file, "--json")
    again = json.loads(out)
    assert (again["imported"], again["duplicates"]) == (0, 60)


def test_import_quarantines_and_goes_on(run, tmp_path):
    file = survey(tmp_path / "三月.csv", extra="900,2026-03-05 10:00:00,门店,15,满意,好\n")
    code, out, _ = run("import", file, "--json")
    report = json.loads(out)
    assert code == 0
    assert report["rows_read"] == 61 == report["imported"] + report["duplicates"] + report["quarantined"]
    [issue] = [issue for issue in report["issues"] if issue["value"] == "15"]
    assert set(issue) == {"row", "column", "value", "reason"}
    assert issue["row"] == 62
    assert any("\u4e00" <= sign <= "\u9fff" for sign in issue["reason"])
    file = survey(tmp_path / "四月.csv", first=500, extra="901,2026-03-05 10:00:00,门店,15,满意,好\n")
    assert issue["reason"] in run("import", file)[1]


def test_several_files_give_a_list_and_a_bad_one_keeps_no_other_out(run, tmp_path):
    good, bad = survey(tmp_path / "好.csv"), tmp_path / "空.csv"
    bad.write_bytes(b"")
    code, out, err = run("import", bad, good, "--json")
    reports = json.loads(out)
    assert code == 2
    assert [report["imported"] for report in reports] == [0, 60]
    assert reports[1]["refused"] is None
    assert err.strip() == reports[0]["refused"] != ""


def test_refused_file_is_one_line(run, tmp_path):
    image = tmp_path / "截图.csv"
    image.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    code, out, err = run("import", image)
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert "截图.csv" in err


def test_dry_run_writes_nothing(run, tmp_path):
    code, out, _ = run("import", survey(tmp_path / "三月.csv"), "--dry-run", "--json")
    assert (code, json.loads(out)["batch"]) == (0, None)
    assert json.loads(run("batches", "--json")[1]) == []


def test_mapping_of_one_import_serves_the_next(run, tmp_path):
    _, out, _ = run("import", survey(tmp_path / "三月.csv"), "--json")
    report = json.loads(out)
    for column in report["mapping"]["columns"]:
        if column["header"] == "意见":
            column["role"] = "ignore"
    for number, tree in enumerate((report, report["mapping"])):
        mapping = tmp_path / "mapping.json"
        mapping.write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
        file = survey(tmp_path / f"{number}.csv", first=100 * (number + 1))
        code, out, _ = run("import", file, "--mapping", mapping, "--json")
        assert (code, json.loads(out)["imported"]) == (0, 60)
    with Warehouse.open(tmp_path / "store.duckdb") as store:
        assert store.comment_total() == 60


@pytest.mark.parametrize("content", ["", "{", "[]", '{"kind": "survey"}', '{"kind": "soup", "columns": []}'])
def test_unreadable_mapping(run, tmp_path, content):
    mapping = tmp_path / "mapping.json"
    mapping.write_text(content)
    code, _, err = run("import", survey(tmp_path / "三月.csv"), "--mapping", mapping)
    assert code == 2
    assert len(err.strip().splitlines()) == 1


def test_date_for_a_file_without_dates(run, tmp_path):
    file = tmp_path / "无日期.csv"
    file.write_text("编号,整体满意度\n" + "".join(f"{n},{1 + n % 5}\n" for n in range(20)), encoding="utf-8")
    code, out, _ = run("import", file, "--kind", "survey", "--date", "2022-06-20", "--json")
    assert (code, json.loads(out)["imported"]) == (0, 20)
    with Warehouse.open(tmp_path / "store.duckdb") as store:
        assert [str(day) for day in store.period()] == ["2022-06-20"] * 2


def test_import_can_score_at_once(run, tmp_path):
    run("import", survey(tmp_path / "三月.csv", responses=6), "--score")
    with Warehouse.open(tmp_path / "store.duckdb") as store:
        assert store.pending_count() == (0, 6)


@pytest.mark.skipif(not DATA.is_dir(), reason="the real survey is not here")
def test_real_survey_of_mobile_internet(run):
    file = DATA / "survey_mobile_internet.xlsx"
    code, out, _ = run("import", file, "--kind", "survey", "--date", "2022-06-20", "--json")
    report = json.loads(out)
    assert (code, report["rows_read"], report["imported"]) == (0, 7020, 7020)
    scores = {column["header"] for column in report["mapping"]["columns"] if column["role"] == "score"}
    assert scores >= {"手机上网整体满意度", "网络覆盖与信号强度", "手机上网速度", "手机上网稳定性"}


@pytest.mark.skipif(not DATA.is_dir(), reason="the real complaints are not here")
def test_real_complaints_of_a_city(run):
    code, out, _ = run("import", DATA / "complaints_city_hotline.xlsx", "--json")
    report = json.loads(out)
    assert (code, report["kind"], report["imported"]) == (0, "complaint", 4326)


def test_a_file_of_another_form_is_refused(run, tmp_path):
    code, _, said = run("batches", "--out", tmp_path / "x.pdf")
    assert code == 2
    assert ".csv、.xlsx" in said


def test_ctrl_c_takes_everything_back_and_says_one_line(run, tmp_path, monkeypatch):
    path = survey(tmp_path / "问卷.csv")

    def pressed(_: ImportProgress, stage: str, done: int, total: int) -> None:
        if stage == "storing" and done:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(ImportProgress, "__call__", pressed)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores the key
    code, out, err = run("import", path)
    signal.signal(signal.SIGINT, before)
    assert (code, out, err) == (130, "", say("cli.interrupted") + "\n")
    monkeypatch.undo()
    assert run("batches")[1].strip() == say("cli.no_batches")
    assert json.loads(run("import", path, "--json")[1])["imported"] == 60


def test_a_long_import_says_its_stages_on_standard_error(run, tmp_path, monkeypatch):
    monkeypatch.setattr("analysis.cli.showing._QUIET_SECONDS", 0.0)
    code, _, err = run("import", survey(tmp_path / "问卷.csv"))
    assert code == 0
    stages = [say(f"stages.{stage}") for stage in STAGES]
    assert [line.split("：")[1].rsplit(" ", 1)[0] for line in err.splitlines()] == stages
