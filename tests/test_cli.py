"""Every command: its table, its JSON, and one clear line where it cannot do what was asked."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from analysis.cli import main
from analysis.cli.showing import ImportProgress, text_table
from analysis.i18n import say
from analysis.schema import FLAGS
from analysis.store import Warehouse
from analysis.watching import STAGES
from tests.ingest.test_quality import export

ROOT = Path(__file__).parent.parent
DATA = ROOT.parent / "shared" / "data"

HEADER = "答卷编号,提交时间,渠道,您向朋友推荐我们的可能性（0-10分）,整体满意度,意见"
IMPORT_FIELDS = [
    "batch", "kind", "format", "encoding", "rows_read", "imported", "duplicates", "quarantined", "cells_quarantined",
    "refused", "missing", "masked", "mapping", "issues",
]


def survey(path: Path, *, responses: int = 60, first: int = 1, encoding: str = "utf-8", extra: str = "") -> Path:
    """A survey file: two of three customers of 在线客服 give 9, the third gives 2; 门店 gives 10 throughout."""
    lines = [HEADER]
    for number in range(first, first + responses):
        channel, score = ("在线客服", (9, 9, 2)[number % 3]) if number % 2 else ("门店", 10)
        label = "非常满意" if score > 8 else "不满意"
        lines.append(f"{number},2026-03-{1 + number % 28:02d} 10:00:00,{channel},{score},{label},第{number}条意见")
    path.write_text("\n".join(lines) + "\n" + extra, encoding=encoding)
    return path


@pytest.fixture
def run(tmp_path, capsys):
    """Run a command on a store of its own: exit code, standard output, standard error."""

    def command(*arguments: object) -> tuple[int, str, str]:
        name, *rest = map(str, arguments)
        code = main([name, *rest, "--store", str(tmp_path / "store.duckdb")])
        out, err = capsys.readouterr()
        return code, out, err

    return command


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


def test_metrics_by_channel(run, tmp_path):
    run("import", survey(tmp_path / "三月.csv"))
    code, out, _ = run("metrics", "--metric", "nps", "--by", "channel", "--json")
    rows = json.loads(out)
    assert code == 0
    assert [list(row) for row in rows] == [["channel", "metric", "value", "low", "high", "n", "unit", "withheld"]] * 2
    by_channel = {row["channel"]: row for row in rows}
    # 在线客服: 20 promoters and 10 detractors of 30; 门店: 30 promoters of 30.
    assert by_channel["在线客服"]["value"] == pytest.approx(100 * 10 / 30)
    assert by_channel["门店"]["value"] == pytest.approx(100)
    assert by_channel["在线客服"]["low"] < by_channel["在线客服"]["value"] < by_channel["在线客服"]["high"]
    assert {row["n"] for row in rows} == {30}
    assert "在线客服" in run("metrics", "--metric", "nps", "--by", "channel")[1]


def test_metrics_with_filters_and_weeks(run, tmp_path):
    run("import", survey(tmp_path / "三月.csv"))
    _, out, _ = run("metrics", "--metric", "nps", "--where", "channel=门店", "--json")
    assert [(row["value"], row["n"]) for row in json.loads(out)] == [(100.0, 30)]
    _, out, _ = run("metrics", "--metric", "nps", "--where", "channel=门店", "--where", "channel=在线客服", "--json")
    assert json.loads(out)[0]["n"] == 60
    period = ("--from", "2026-03-02", "--to", "2026-03-08")
    _, out, _ = run("metrics", "--metric", "csat", "--by", "week", *period, "--json")
    assert [row["week"] for row in json.loads(out)] == ["2026-03-02"]


def test_small_cells_are_withheld(run, tmp_path):
    run("import", survey(tmp_path / "三月.csv", responses=4))
    [row] = json.loads(run("metrics", "--metric", "nps", "--json")[1])
    assert (row["value"], row["n"], row["withheld"]) == (None, None, "hidden")


def test_metrics_of_nothing(run):
    code, out, _ = run("metrics", "--metric", "ces", "--json")
    assert (code, json.loads(out)) == (0, [])
    assert run("metrics", "--metric", "ces", "--by", "week")[1].strip()


def test_findings_json(run, sample_store, capsys):
    sample_store._checkpoint()
    code, out = main(["findings", "--json", "--store", sample_store.path]), capsys.readouterr().out
    found = json.loads(out)
    assert code == 0
    assert [finding["rank"] for finding in found] == list(range(1, len(found) + 1))
    assert list(found[0])[:7] == ["kind", "title", "scope", "estimate", "certainty", "evidence", "rank"]
    assert (found[0]["method"], found[0]["titles"]["zh-CN"]) == ("paired", found[0]["title"])
    assert 0 <= found[0]["p"] <= found[0]["q"] < 0.001
    assert "在线客服" in found[0]["title"]
    assert "问题解决彻底性" in found[0]["title"]
    assert set(found[0]["estimate"]) == {"value", "low", "high", "n", "unit", "withheld"}
    main(["findings", "--store", sample_store.path])
    assert found[0]["title"] in capsys.readouterr().out


def test_findings_of_nothing(run):
    assert json.loads(run("findings", "--json")[1]) == []
    assert run("findings")[1].strip()


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


def test_metrics_without_flagged_answers(run, tmp_path):
    file = tmp_path / "问卷.csv"
    file.write_text(export(), encoding="utf-8")
    assert json.loads(run("import", file, "--json")[1])["flags"] == dict.fromkeys(FLAGS, 1)
    asked = ("metrics", "--metric", "csat", "--by", "dimension")
    everybody = json.loads(run(*asked, "--json")[1])[0]
    assert "left_out" not in everybody
    flags = ("--without", "straight_lining,too_fast")
    code, out, _ = run(*asked, *flags, "--json")
    kept = json.loads(out)[0]
    assert (code, kept["left_out"]) == (0, {"straight_lining": 1, "too_fast": 1, "responses": 2})
    assert everybody["n"] - kept["n"] == 2
    assert "已排除 直线作答 1 份、答题过快 1 份，合计 2 份" in run(*asked, *flags)[1]
    assert "已排除 直线作答 1 份" in run("findings", "--without", "straight_lining")[1]


def test_import_can_score_at_once(run, tmp_path):
    run("import", survey(tmp_path / "三月.csv", responses=6), "--score")
    with Warehouse.open(tmp_path / "store.duckdb") as store:
        assert store.pending_count() == (0, 6)


def test_score_adds_three_columns_and_keeps_the_cells(run, tmp_path):
    file, out_file = tmp_path / "评论.csv", tmp_path / "结果.csv"
    cells = [["=1+1", "物流太慢了，等了三天"], ["007", "客服态度很好"], ["@x", ""], ["a,b", "第一行\n第二行"]]
    with file.open("w", encoding="gb18030", newline="") as stream:
        csv.writer(stream).writerows([["编号", "评论"], *cells])
    code, out, _ = run("score", file, "--text", "评论", "--out", out_file, "--json")
    assert (code, json.loads(out)["rows"]) == (0, 4)
    assert out_file.read_bytes().startswith(b"\xef\xbb\xbf")
    with out_file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == ["编号", "评论", "sentiment", "polarity", "aspects"]
    assert [row["编号"] for row in rows] == ["'=1+1", "007", "'@x", "a,b"]
    assert [row["polarity"] for row in rows][:3] == ["negative", "positive", "uncertain"]
    assert 0 <= float(rows[0]["sentiment"]) < 0.5 < float(rows[1]["sentiment"]) <= 1
    assert rows[2]["sentiment"] == ""
    assert {"dimension", "polarity", "evidence"} == set(json.loads(rows[0]["aspects"])[0])


def test_score_answers_every_row_whatever_it_holds(run, tmp_path):
    texts = [
        "客服态度很好", "", "delivery was fast, thanks", "😡😡", "🚲", "   ", "再也不來了", "NaN", "12345",
        "ありがとう", "好" * 3_400_000, "店員很熱情，\"真的\"，環境乾淨", "很\u0007好", "物流太慢",
    ]  # fmt: skip
    file, out_file = tmp_path / "评论.csv", tmp_path / "结果.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["编号", "评论"], *([str(i), text] for i, text in enumerate(texts))])
    assert file.stat().st_size > 10_000_000
    code, _, said = run("score", file, "--text", "评论", "--out", out_file)
    assert code == 0, said
    csv.field_size_limit(20_000_000)
    with out_file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["编号"] for row in rows] == [str(i) for i in range(len(texts))]
    assert [row["polarity"] for row in rows] == [
        "positive", "uncertain", "uncertain", "negative", "uncertain", "uncertain", "negative", "uncertain",
        "uncertain", "uncertain", "positive", "positive", "positive", "negative",
    ]  # fmt: skip
    assert all((row["sentiment"] == "") == (row["polarity"] == "uncertain") for row in rows)


def test_score_keeps_rows_that_do_not_fit_the_header_in_their_place(run, tmp_path):
    file, out_file = tmp_path / "评论.csv", tmp_path / "结果.csv"
    file.write_text("编号,评论,门店\n1,很好,甲\n2,很差\n3,很差,乙,多了,几格\n4,物流太慢,丙\n", encoding="utf-8")
    code, out, _ = run("score", file, "--text", "评论", "--out", out_file, "--json")
    assert (code, json.loads(out)["rows"], json.loads(out)["unreadable"]) == (0, 4, 2)
    with out_file.open(encoding="utf-8-sig", newline="") as stream:
        rows = [(row["编号"], row["门店"], row["polarity"]) for row in csv.DictReader(stream)]
    assert rows == [
        ("1", "甲", "positive"), ("2", "", "uncertain"), ("3", "乙,多了,几格", "uncertain"), ("4", "丙", "negative"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "named"),
    [({"--text": "没有"}, "没有"), ({"--engine": "bla"}, "bla"), ({"--out": "/没有文件夹/x.csv"}, "没有文件夹")],
)
def test_score_that_cannot_be(run, tmp_path, options, named):
    file = tmp_path / "评论.csv"
    file.write_text("编号,评论\n1,很好\n2,不好\n", encoding="utf-8")
    options = {"--text": "评论", "--out": str(tmp_path / "x.csv"), **options}
    code, out, err = run("score", file, *(word for pair in options.items() for word in pair))
    assert (code, out) == (2, "")
    assert named in err
    assert not (tmp_path / "x.csv").exists()


def test_demo_invents_answers(run):
    code, out, _ = run("demo", "--rows", 500, "--json")
    assert (code, json.loads(out)["totals"]["answers"]) == (0, 500)


def test_demo_leaves_a_store_with_data_alone(run, tmp_path):
    run("import", survey(tmp_path / "三月.csv"))
    code, out, _ = run("demo", "--json")
    assert (code, json.loads(out)["imports"], json.loads(out)["totals"]["responses"]) == (0, [], 60)
    assert "--again" in run("demo")[1]


def test_doctor_does_not_make_a_store(run, tmp_path):
    code, out, err = run("doctor", "--json")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert (found["sound"], found["store"]["state"]) == (True, "absent")
    assert found["packages"]["duckdb"]
    assert not (tmp_path / "store.duckdb").exists()


def test_doctor_examines_the_store(run, tmp_path):
    run("import", survey(tmp_path / "三月.csv"))
    code, out, _ = run("doctor", "--json")
    store = json.loads(out)["store"]
    assert (code, store["state"], store["tables"]["answers"]) == (0, "open", 120)
    assert set(store["checks"].values()) == {0}
    assert "120" in run("doctor")[1]


def test_doctor_finds_stray_records(run, tmp_path):
    run("import", survey(tmp_path / "三月.csv"))
    with Warehouse.open(tmp_path / "store.duckdb") as store, store._writing() as cursor:
        cursor.execute('DELETE FROM "rows" WHERE "row" = 5')
    code, out, err = run("doctor", "--json")
    assert (code, json.loads(out)["sound"]) == (2, False)
    assert len(err.strip().splitlines()) == 1
    assert "answers_have_rows" in err


def test_doctor_names_a_damaged_store(run, tmp_path):
    (tmp_path / "store.duckdb").write_bytes(b"no database" * 1000)
    code, out, err = run("doctor", "--json")
    assert (code, json.loads(out)["store"]["state"]) == (2, "damaged")
    assert "store.duckdb" in err


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
    "name", [None, "import", "metrics", "findings", "score", "batches", "undo", "redo", "forget", "demo", "doctor"]
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


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize(
    ("command", "first"),
    [(("metrics", "--metric", "nps", "--by", "channel"), "渠道"), (("findings",), "次序"), (("batches",), "批次")],
)
def test_tables_can_be_written_to_a_file(run, tmp_path, command, first, suffix):
    run("import", survey(tmp_path / "三月.csv"))
    out = tmp_path / f"结果{suffix}"
    code, shown, _ = run(*command, "--out", out)
    assert code == 0
    assert str(out) in shown
    frame = pd.read_csv(out, encoding="utf-8-sig") if suffix == ".csv" else pd.read_excel(out, engine="openpyxl")
    _, listed, _ = run(*command, "--json")
    assert frame.columns[0] == first
    assert len(frame) == len(json.loads(listed))


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


def test_attributes_are_keys(run, tmp_path):
    file = tmp_path / "会员.csv"
    rows = [f"R{n},2026-03-0{n % 9 + 1},{9 if n % 2 else 3},{'新' if n % 2 else '老'}会员" for n in range(60)]
    file.write_text("答卷编号,提交时间,推荐意愿,会员类型\n" + "\n".join(rows), encoding="utf-8")
    run("import", file)
    found = json.loads(run("metrics", "--metric", "nps", "--by", "会员类型", "--json")[1])
    values = {line["会员类型"]: (line["value"], line["n"]) for line in found}
    assert values == {"新会员": (100, 30), "老会员": (-100, 30)}
    assert "会员类型" in run("metrics", "--metric", "nps", "--by", "会员类型")[1]
    one = json.loads(run("metrics", "--metric", "nps", "--where", "会员类型=老会员", "--json")[1])
    assert [line["value"] for line in one] == [-100]
    code, _, err = run("metrics", "--metric", "nps", "--by", "会员种类")
    assert code == 2
    assert "会员类型" in err


def test_drivers_sum_to_r_squared(run, sample_store, capsys):
    assert main(["drivers", "--store", sample_store.path, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["target"] == "整体满意度"
    assert sum(driver["importance"] for driver in found["drivers"]) == pytest.approx(found["r2"], abs=1e-9)
    assert found["drivers"][0]["dimension"] == "问题解决彻底性"
    assert {"dimension", "importance", "low", "high", "performance", "sign", "verdict"} <= set(found["drivers"][0])


def test_drivers_of_nothing_and_of_a_target_nobody_knows(run, tmp_path):
    code, out, _ = run("drivers")
    assert code == 0
    assert out.strip() == say("drivers.refused.constant_outcome", n=0)
    run("import", survey(tmp_path / "三月.csv"))
    code, out, err = run("drivers", "--target", "天气")
    assert code == 2
    assert "天气" in err


@pytest.mark.skipif(not DATA.exists(), reason="real data is not here")
def test_drivers_of_a_real_survey(run):
    run("import", DATA / "survey_mobile_internet.xlsx", "--kind", "survey", "--date", "2022-06-20")
    code, out, _ = run("drivers", "--target", "手机上网整体满意度", "--json")
    found = json.loads(out)
    assert code == 0
    assert len(found["drivers"]) == 3
    assert sum(driver["importance"] for driver in found["drivers"]) == pytest.approx(found["r2"], abs=1e-9)
    assert all(driver["low"] < driver["importance"] < driver["high"] for driver in found["drivers"])
