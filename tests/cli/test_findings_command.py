"""The findings command."""

from __future__ import annotations

import json

from analysis.cli import main
from analysis.i18n import say
from tests.cli.files import survey


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


def test_findings_of_nothing(run, tmp_path):
    assert json.loads(run("findings", "--json")[1]) == []
    assert say("cli.too_few_to_tell") in run("findings")[1]
    run("import", survey(tmp_path / "三月.csv", responses=8))
    assert say("cli.too_few_to_tell") in run("findings")[1]
    file, likes = tmp_path / "两题.csv", [(4, 5), (5, 4), (3, 4), (4, 3)]
    lines = [f"2026-03-{1 + i % 28:02d},C{i},{a},{b},{a}" for i in range(120) for a, b in [likes[i % 4]]]
    file.write_text("\n".join(["提交时间,客户编号,服务态度,环境,整体满意度", *lines]), encoding="utf-8")
    run("import", file)
    assert say("cli.nothing_stands_out") in run("findings")[1]
