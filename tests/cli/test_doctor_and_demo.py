"""The demo and doctor commands."""

from __future__ import annotations

import json

from analysis.store import Warehouse
from tests.cli.files import survey


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
