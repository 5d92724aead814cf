"""What several tests share."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from analysis import pipeline
from analysis.store import Warehouse

ROOT = Path(__file__).parent.parent

# The same examples on every machine, and no limit of time, as machines differ.
settings.register_profile("xinsheng", deadline=None, max_examples=40, derandomize=True)
settings.load_profile("xinsheng")


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """A store that holds the sample data, comments unread. Tests only ask it, they do not change it."""
    with Warehouse.open(tmp_path_factory.mktemp("sample") / "sample.duckdb") as store:
        pipeline.load_sample(store)
        yield store


@pytest.fixture(scope="session")
def truths() -> dict:
    """What is planted in the sample data: the file's general part, and under "truths" each truth by its id."""
    tree = json.loads((ROOT / "sample_data" / "truths.json").read_text(encoding="utf-8"))
    return {**tree, "truths": {truth["id"]: truth for truth in tree["truths"]}}
