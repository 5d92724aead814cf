"""The metrics command: its cells with their intervals, and what is withheld."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from analysis.i18n import say
from analysis.schema import FLAGS
from tests.cli.files import survey
from tests.ingest.test_quality import export


def test_metrics_by_channel(run, tmp_path):
    run("import", survey(tmp_path / "三月.csv"))
    code, out, _ = run("metrics", "--metric", "nps", "--by", "channel", "--json")
    rows = json.loads(out)
    assert code == 0
    fields = ["channel", "metric", "value", "low", "high", "n", "unit", "withheld", "weighted"]
    assert [list(row) for row in rows] == [fields] * 2
    by_channel = {row["channel"]: row for row in rows}
    # 在线客服: 20 promoters and 10 detractors of 30; 门店: 30 promoters of 30.
    assert by_channel["在线客服"]["value"] == pytest.approx(100 * 10 / 30)
    assert by_channel["门店"]["value"] == pytest.approx(100)
    assert by_channel["在线客服"]["low"] < by_channel["在线客服"]["value"] < by_channel["在线客服"]["high"]
    assert {row["n"] for row in rows} == {30}
    assert "在线客服" in run("metrics", "--metric", "nps", "--by", "channel")[1]


def test_how_many_answers_five_points_take(run, tmp_path):
    run("import", survey(tmp_path / "三月.csv"))
    [row] = json.loads(run("metrics", "--metric", "nps", "--json")[1])
    # 50 promoters and 10 detractors of 60: variance 1 - (2/3)^2 = 5/9; (1.96 / 0.05)^2 and 2.8016 sqrt(2 v / n).
    assert row["reach"] == {"margin": 5.0, "needed": 854, "detectable": 38.1}
    said = say("cli.estimate.reach", margin="5", needed="854", points="38.1")
    assert said in run("metrics", "--metric", "nps")[1]
    assert "reach" not in run("metrics", "--metric", "ces", "--json")[1]
    assert "reach" not in run("metrics", "--metric", "nps", "--by", "channel", "--json")[1]


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


def test_every_table_says_whether_it_is_weighted(run, tmp_path):
    run("import", survey(tmp_path / "三月.csv"))
    assert run("metrics", "--metric", "nps")[1].strip().endswith(say("weighting.cli_none"))
    run("population", "tier", "金卡=50", "普通=50")
    assert run("metrics", "--metric", "nps")[1].strip().endswith(say("weighting.cli", margins=(say("keys.tier"),)))
