"""A fixed share of what `make fuzz` examines, the way it examines it; and that its watch sees what goes wrong."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.errors import FileRefused
from tests.fuzz import checks, workers
from tests.fuzz.checks import Examiner, Hang
from tests.fuzz.made import CSV, KINDS, XLSX, Made, made

SEED = 2
SHARE = {CSV: 80, XLSX: 10}
TRUE_PATH = {CSV: 3, XLSX: 4}  # so many of them are read in the child process


@pytest.fixture(scope="module")
def examiner() -> Iterator[Examiner]:
    examiner = Examiner()
    yield examiner
    examiner.close()


@pytest.mark.parametrize("form", KINDS)
def test_random_files_are_read_or_refused(examiner: Examiner, form: str) -> None:
    files = [made(form, SEED, number) for number in range(SHARE[form])]
    outcomes = [examiner.examine(file, own_process=i < TRUE_PATH[form]) for i, file in enumerate(files)]
    assert outcomes.count("imported") >= len(files) / 5, "most refused: the files are too bad to show anything"
    assert len(set(outcomes)) > 1, "the files are all alike"


@pytest.mark.parametrize("form", KINDS)
def test_a_seed_always_makes_the_same_file(form: str) -> None:
    same, again, other = (made(form, seed, 7) for seed in (1, 1, 2))
    assert same.data == again.data or form == XLSX  # a workbook carries the time it was written
    assert (same.story, same.rows, same.kind) == (again.story, again.rows, again.kind)
    assert same.data != other.data


def test_a_row_that_is_lost_is_noticed(examiner: Examiner) -> None:
    """The checks themselves: a file that says it has a row more than is read."""
    text = "提交时间,推荐意愿\n2026-01-05,9\n2026-01-06,3\n"
    assert examiner.examine(Made("x", text.encode(), "survey", 2, ""), own_process=False) == "imported"
    with pytest.raises(AssertionError, match="2 rows read of 3"):
        examiner.examine(Made("x", text.encode(), "survey", 3, ""), own_process=False)


def test_a_sound_file_must_not_be_refused(examiner: Examiner) -> None:
    with pytest.raises(AssertionError, match="sound file was refused"):
        examiner.examine(Made("x", b"", None, 1, ""), own_process=False)


def test_a_refusal_needs_all_its_words() -> None:
    with pytest.raises(AssertionError, match="lacks"):
        checks.check_refusal(FileRefused("errors.unclosed_quote"), Made("x", b"", None, None, ""))


def test_a_file_that_takes_too_long_is_noticed() -> None:
    def endless() -> None:
        with checks._limited(1):
            while True:
                pass

    with pytest.raises(Hang):
        endless()


def test_a_worker_that_dies_costs_only_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def examine(_: Examiner, file: Made, *, own_process: bool) -> str:
        time.sleep(0.01)
        if file.seed.endswith("-3"):
            os._exit(7)
        if file.seed.endswith("-4"):
            raise ZeroDivisionError
        return "imported"

    monkeypatch.setattr(Examiner, "examine", examine)
    findings = workers.run(CSV, 8, seed=1, folder=tmp_path, workers=2)
    assert findings.outcomes == {"imported": 6, "failure": 2}
    assert "died with code 7" in findings.failures["csv-1-3"]
    assert "ZeroDivisionError" in findings.failures["csv-1-4"]
    assert (tmp_path / "csv-1-3.csv").read_bytes() == made(CSV, 1, 3).data
