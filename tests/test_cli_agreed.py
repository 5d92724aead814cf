"""Actions and targets on the command line."""

from __future__ import annotations

import json

import pytest

from analysis.cli import main
from analysis.i18n import say
from analysis.store import Warehouse
from tests.store.hand_made import survey


@pytest.fixture
def run(tmp_path, capsys):
    file = tmp_path / "store.duckdb"
    with Warehouse.open(file) as store:
        store.add(survey([5.0] * 480 + [1.0] * 20, dimension="整体满意度", metric="csat", scale="1-5"))

    def run_(*arguments: str) -> tuple[int, str, str]:
        code = main([*arguments, "--store", str(file)])
        return code, *capsys.readouterr()

    return run_


def test_an_action_is_opened_changed_and_listed(run) -> None:
    assert run("actions")[1].strip() == say("cli.agreed.no_actions")
    assert run("actions", "--add", "培训", "--owner", "王敏", "--who", "李雷")[0] == 2
    where = ("--where", "dimension=整体满意度", "--stores", "甲店,乙店")
    code, out, _ = run("actions", "--add", "培训", "--owner", "王敏", "--due", "2026-08-31", "--who", "李雷", *where)
    assert code == 0
    assert "培训" in out
    code, out, _ = run("actions", "--change", "1", "--status", "running", "--who", "韩梅梅", "--json")
    (told,) = json.loads(out)
    assert (told["status"], told["version"], told["who"], told["stores"]) == (
        "running", 2, "韩梅梅", ["乙店", "甲店"],
    )
    assert told["effect"]["state"] == "too_few"
    code, _, err = run("actions", "--change", "1", "--seen", "1", "--owner", "赵强", "--who", "李雷")
    assert code == 2
    assert "韩梅梅" in err
    assert say("action.status.running") in err
    assert run("actions", "--change", "9", "--who", "李雷")[0] == 2
    assert run("actions", "--change", "1", "--status", "done")[0] == 2  # nobody saves without a name


def test_targets_have_defaults_and_are_set_and_dropped(run) -> None:
    found = {t["metric"]: t for t in json.loads(run("targets", "--json")[1])}
    assert {name: t["value"] for name, t in found.items()} == {"csat": 90, "fcr": 85, "consistency": 95, "wait": 30}
    assert (found["csat"]["status"], found["wait"]["status"]) == ("met", "not_enough")
    run("targets", "--set", "csat=97", "--who", "李雷")
    run("targets", "--set", "csat=99", "--where", "channel=门店", "--who", "李雷")
    run("targets", "--drop", "fcr", "--who", "李雷")
    found = [(t["metric"], t["value"], t["status"]) for t in json.loads(run("targets", "--json")[1])]
    assert found == [
        ("consistency", 95, "not_enough"), ("wait", 30, "not_enough"), ("csat", 97, "undecided"),
        ("csat", 99, "not_enough"),
    ]
    assert run("targets", "--drop", "nps", "--who", "李雷")[0] == 2
    assert run("targets", "--set", "csat=viel", "--who", "李雷")[0] == 2
    assert say("target.status.undecided") in run("targets")[1]


def test_a_target_for_certain_days_is_measured_on_these_and_stands_beside_the_others(run) -> None:
    days = ("--start", "2026-03-01", "--end", "2026-03-04", "--who", "李雷")  # the data end on that day
    assert run("targets", "--set", "csat=95", *days)[0] == 0
    assert run("targets", "--set", "csat=96", "--start", "2030-01-01", "--who", "李雷")[0] == 0

    def told(*period: str) -> list[tuple]:
        found = json.loads(run("targets", "--json", *period)[1])
        return [(t["value"], t["start"], t["end"], t["status"]) for t in found if t["metric"] == "csat"]

    dated = [(95, "2026-03-01", "2026-03-04", "undecided"), (96, "2030-01-01", None, "not_enough")]
    assert told() == [(90, None, None, "met"), *dated]
    # Another period changes what the target without days is measured on, and no other.
    assert told("--from", "2031-01-01") == [(90, None, None, "not_enough"), *dated]
    assert run("targets", "--drop", "csat", "--start", "2026-03-01", "--who", "李雷")[0] == 2
    assert run("targets", "--drop", "csat", *days)[0] == 0
    assert [value for value, *_ in told()] == [90, 96]


@pytest.mark.parametrize("end", [("--end", "2026-03-05"), ()])
def test_a_target_whose_days_still_run_is_told_as_it_stands_so_far(run, end: tuple[str, ...]) -> None:
    run("targets", "--set", "csat=60", "--start", "2026-03-01", *end, "--who", "李雷")
    (told,) = [t for t in json.loads(run("targets", "--json")[1]) if t["start"]]
    assert (told["status"], told["so_far"]) == ("running", "met")
    assert say("target.so_far", status=say("target.status.met")) in run("targets")[1]
