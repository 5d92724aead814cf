"""A fixed share of the crash run: `python -m tests.fuzz.kill` does more of the same."""

from __future__ import annotations

from tests.fuzz.kill import kill_during_imports


def test_no_import_is_ever_half_there(tmp_path):
    course = kill_during_imports(tmp_path, imports=6, seed=5)
    assert course.kills == 6
