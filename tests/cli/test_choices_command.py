"""The choices command: its table, its JSON, and what it says where there is nothing."""

from __future__ import annotations

import json

from analysis.i18n import say


def test_choices(run, tmp_path):
    assert run("choices")[1].strip() == say("cli.no_choices")
    file = tmp_path / "答卷.csv"
    said = [("门店┋APP" if n % 4 else "APP", "价格→服务" if n % 2 else "服务→价格") for n in range(40)]
    rows = [f"R{n},2026-03-0{n % 9 + 1},{used},{order}" for n, (used, order) in enumerate(said)]
    file.write_text("答卷编号,提交时间,您用过哪些渠道,请排序\n" + "\n".join(rows), encoding="utf-8")
    assert run("import", file)[0] == 0
    lines = {line["option"]: line for line in json.loads(run("choices", "--json")[1])}
    assert (lines["门店"]["value"], lines["门店"]["n"], lines["门店"]["mean_place"]) == (75, 40, None)
    assert lines["价格"]["mean_place"] == lines["服务"]["mean_place"] == 1.5
    shown = run("choices", "--question", "请排序", "--by", "week")[1]
    assert say("cli.estimate.mean_place") in shown
    assert "门店" not in shown
    code, _, err = run("choices", "--question", "没有这题")
    assert code == 2
    assert "您用过哪些渠道" in err
