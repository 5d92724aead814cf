"""What `make privacy` prints must not get worse: floors under the measured shares."""

from __future__ import annotations

import pytest

from tests.privacy.measure import HALVES, HARMLESS, PAGE, PLANTED, false_alarms, items, kinds, recall, table


def test_the_set_is_as_large_as_it_says() -> None:
    assert sum(len(items(half, PLANTED)) for half in HALVES) >= 300
    assert sum(len(items(half, HARMLESS)) for half in HALVES) >= 120


@pytest.mark.parametrize("kind", kinds("tuning", PLANTED))
def test_everything_the_rules_were_written_for_is_found(kind: str) -> None:
    share = recall("tuning", kind)
    assert share.hits == share.n


def test_recall_on_the_unseen_half() -> None:
    share = recall("held_out")
    assert share.hits / share.n >= 0.85


# Names and addresses have no form of their own; all else has.
@pytest.mark.parametrize("kind", [k for k in kinds("held_out", PLANTED) if k not in ("name", "address")])
def test_recall_of_what_has_a_form(kind: str) -> None:
    share = recall("held_out", kind)
    assert share.hits >= share.n - 1


@pytest.mark.parametrize("half", HALVES)
def test_false_alarms(half: str) -> None:
    share = false_alarms(half)
    assert share.hits / share.n <= 0.02


def test_the_page_says_what_is_measured() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [line for line in table() if line not in page] == []
