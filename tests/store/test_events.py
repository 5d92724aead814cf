"""Events are told once, in one form, and outlast what the files do."""

from __future__ import annotations

from datetime import date

import pytest

from analysis.cli import main
from analysis.errors import UnknownName
from analysis.i18n import say
from analysis.store import Warehouse
from analysis.store.events import LONGEST_NAME, Event, EventRefused

DAY, NEXT = date(2026, 10, 5), date(2026, 10, 6)


@pytest.fixture
def store():
    with Warehouse.open(":memory:") as store:
        yield store


def test_events_in_their_order(store):
    later = store.add_event("国庆促销", kind="promotion", start=NEXT, who="李雷")
    first = store.add_event("  暴雨 \n 橙色 ", kind="weather", start=DAY, end=NEXT, who="李雷")
    assert store.events() == (
        Event(first, "暴雨 橙色", "weather", DAY, NEXT), Event(later, "国庆促销", "promotion", NEXT, NEXT),
    )
    store.remove_event(later, who="李雷")
    assert [event.number for event in store.events()] == [first]
    assert store.add_event("上新", kind="launch", start=DAY, who="李雷") not in (first,)


def test_an_event_changes_the_revision(store):
    before = store.revision()
    store.add_event("暴雨", kind="weather", start=DAY, who="李雷")
    assert store.revision() > before


@pytest.mark.parametrize(
    ("name", "kind", "end", "error"),
    [
        ("", "other", None, EventRefused),
        (" \n ", "other", None, EventRefused),
        ("雨" * (LONGEST_NAME + 1), "weather", None, EventRefused),
        ("暴雨", "storm", None, UnknownName),
        ("暴雨", "weather", date(2026, 10, 4), EventRefused),
    ],
)
def test_what_is_no_event(store, name, kind, end, error):
    with pytest.raises(error):
        store.add_event(name, kind=kind, start=DAY, end=end, who="李雷")
    assert store.events() == ()


def test_an_event_that_is_gone(store):
    with pytest.raises(EventRefused):
        store.remove_event(1, who="李雷")


def test_by_command(tmp_path, capsys):
    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["events", *arguments, "--store", str(tmp_path / "store.duckdb")])
        return code, *capsys.readouterr()

    assert run()[1].strip() == say("cli.event.none")
    assert run("--add", "暴雨")[0] == 2
    days = ("--from", "2026-10-05", "--to", "2026-10-11")
    code, out, _ = run("--add", "暴雨", "--kind", "weather", *days, "--who", "李雷")
    assert code == 0
    assert "2026-10-11" in out
    assert say("events.weather") in out
    assert run("--remove", "1")[0] == 2  # nobody takes back without a name
    assert run("--remove", "1", "--who", "韩梅梅")[1].strip() == say("cli.event.none")
    code, _, err = run("--remove", "1", "--who", "韩梅梅")
    assert code == 2
    assert say("errors.event_unknown", number=1) in err
