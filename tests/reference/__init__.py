"""Figures with a known answer, each with the place it comes from.

`of` names what is computed, `given` the inputs, `wanted` the answers, `within` the tolerance. Groups of
answers are detractors, passives, promoters; a share is successes, n; a rate is events, exposure.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

CASES = json.loads((Path(__file__).parent / "statistics_cases.json").read_text(encoding="utf-8"))


def cases(of: str) -> list:
    """The cases of one kind as pytest parameters, named."""
    return [pytest.param(case, id=case["name"]) for case in CASES if case["of"] == of]
