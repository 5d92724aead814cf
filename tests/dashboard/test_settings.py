"""What the server is told about whom it lets in and what it tells."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from analysis.ingest import limits

CONFIG = Path(__file__).parents[2] / ".streamlit" / "config.toml"


@pytest.fixture(scope="module")
def settings() -> dict:
    return tomllib.loads(CONFIG.read_text(encoding="utf-8"))


def test_only_this_machine_is_served_under_its_own_names(settings: dict) -> None:
    assert settings["server"]["address"] == "127.0.0.1"
    assert set(settings["server"]["allowedHosts"]) == {"localhost", "127.0.0.1", "::1"}


@pytest.mark.parametrize("name", ["enableXsrfProtection", "enableCORS", "enableWebsocketCompression"])
def test_protection_that_is_on_by_default_stays_on(settings: dict, name: str) -> None:
    assert name not in settings["server"]


def test_nothing_is_told_to_visitors_or_to_others(settings: dict) -> None:
    assert settings["client"]["showErrorDetails"] == "none"
    assert settings["client"]["disableDataExport"] is True
    assert settings["browser"]["gatherUsageStats"] is False


def test_the_server_takes_no_larger_file_than_the_reader(settings: dict) -> None:
    assert settings["server"]["maxUploadSize"] * limits.MEGABYTE <= limits.MAX_FILE_BYTES
