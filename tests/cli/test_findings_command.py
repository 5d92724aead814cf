"""The findings command."""

from __future__ import annotations

import json

from analysis.cli import main


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
