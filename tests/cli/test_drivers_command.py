"""The drivers command."""

from __future__ import annotations

import json

import pytest

from analysis.cli import main
from analysis.i18n import say
from tests.cli.files import DATA, survey


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


def test_dimensions_that_explain_nothing_are_in_no_order(run, tmp_path):
    """Every answer about the staff goes with every answer about the whole equally often."""
    lines = [f"{i},2026-03-02,{i % 5 + 1},{i // 5 % 5 + 1}" for i in range(200)]
    file = tmp_path / "三月.csv"
    file.write_text("\n".join(["编号,提交时间,整体满意度,服务态度", *lines]), encoding="utf-8")
    run("import", file)
    assert json.loads(run("drivers", "--json")[1])["weak"]
    words = run("drivers")[1]
    assert say("drivers.weak") in words
    assert say("cli.driver.importance") not in words
