"""The channels command."""

from __future__ import annotations

import json

from analysis.cli import main
from analysis.i18n import say


def test_the_score_stands_with_its_interval_and_the_widest_gap_first(sample_store, capsys):
    assert main(["channels", "--store", str(sample_store.path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    score = found["consistency"]
    assert 0 <= score["low"] <= score["value"] <= score["high"] <= 100
    assert (found["channels"], found["weighted"]) == (6, False)
    first, *rest = found["gaps"]
    assert (first["channel"], first["dimension"], first["reliable"]) == ("在线客服", "问题解决彻底性", True)
    gaps = [gap["difference"]["value"] for gap in found["gaps"]]
    assert gaps == sorted(gaps)
    assert all(gap["q"] >= gap["p"] for gap in [first, *rest])
    assert all(gap["difference"]["low"] < gap["difference"]["value"] < gap["difference"]["high"] for gap in rest)


def test_a_table_for_people_a_file_and_nothing_to_compare(run, sample_store, tmp_path, capsys):
    store = ("--store", str(sample_store.path))
    assert main(["channels", *store, "--where", "channel=门店"]) == 0
    assert capsys.readouterr().out.strip().endswith(say("cli.channels.no_gaps"))
    file = tmp_path / "gaps.csv"
    assert main(["channels", *store, "--out", str(file)]) == 0
    capsys.readouterr()
    assert file.read_text(encoding="utf-8-sig").startswith(say("cli.channels.dimension"))
    assert json.loads(run("channels", "--json")[1])["gaps"] == []
