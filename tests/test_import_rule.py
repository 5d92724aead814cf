"""The map of ARCHITECTURE.md as a test: imports run downwards only, and analysis knows no screen."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Rooms from top to bottom. A room may import rooms of its own line or of a line below it.
ANALYSIS_ROOMS = (
    {"cli", "__main__", "doctor", "pipeline", "briefing", "report", "inbox", "own"},
    {"findings"},
    {
        "compare", "consistency", "disclosure", "trends", "drivers", "rankings", "thresholds", "effects",
        "service", "weighting", "text",
    },
    {"metrics"},
    {"intervals"},
    {"store", "ingest"},
    {"privacy", "records", "export", "formatting", "actions"},
    {"estimate", "schema", "errors", "taxonomy", "i18n", "watching"},
)
DASHBOARD_ROOMS = (
    {"pages"},
    {"upload", "cards", "headlines", "behind", "course", "journey", "voice", "complaints", "meeting", "agreed"},
    {"accounts", "events", "numbers", "people", "population", "quotes", "reports"},
    {"formulas"},
    {
        "data", "attention", "comments", "customers", "service", "loop", "filters", "components", "charts", "titles",
        "glossary", "tour", "help", "weights",
    },
    {"language", "formatting", "theme", "scoring", "background", "inbox", "author"},
    {"address"},
)
EDGES = {"store", "ingest"}
MAY_USE_THE_EDGES = {"own", "inbox", "cli", "__main__", "doctor", "pipeline", "briefing", "report", *EDGES}
SCREEN_PACKAGES = {"streamlit", "plotly", "dashboard"}


def modules_of(package: str) -> list[Path]:
    return sorted(p for p in (ROOT / package).rglob("*.py"))


def imported_names(path: Path) -> set[str]:
    """Absolute dotted names that a module imports, `from x import y` as `x.y`."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def room_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[1] if len(parts) > 1 else parts[0]


def rooms_used(path: Path, package: str) -> set[str]:
    own = {name.split(".")[1] for name in imported_names(path) if name.startswith(f"{package}.")}
    return own - {room_of(path)}


def level(room: str, rooms: tuple[set[str], ...]) -> int:
    for number, names in enumerate(rooms):
        if room in names:
            return number
    raise AssertionError(f"{room} has no place on the map of this test and of ARCHITECTURE.md")


@pytest.mark.parametrize("path", modules_of("analysis"), ids=lambda p: str(p.relative_to(ROOT)))
def test_analysis_knows_no_screen(path: Path) -> None:
    packages = {name.split(".")[0] for name in imported_names(path)}
    assert not packages & SCREEN_PACKAGES


@pytest.mark.parametrize(
    ("package", "rooms"), [("analysis", ANALYSIS_ROOMS), ("dashboard", DASHBOARD_ROOMS)], ids=["analysis", "dashboard"]
)
def test_imports_run_downwards(package: str, rooms: tuple[set[str], ...]) -> None:
    upwards = [
        f"{path.relative_to(ROOT)} -> {used}"
        for path in modules_of(package)
        if room_of(path) != "__init__"
        for used in rooms_used(path, package)
        if level(used, rooms) < level(room_of(path), rooms)
    ]
    assert not upwards


def test_statistics_do_not_touch_the_edges() -> None:
    touching = [
        f"{path.relative_to(ROOT)} -> {used}"
        for path in modules_of("analysis")
        if room_of(path) not in MAY_USE_THE_EDGES
        for used in rooms_used(path, "analysis") & EDGES
    ]
    assert not touching


def test_only_the_data_door_reaches_the_store() -> None:
    reaching = [
        str(path.relative_to(ROOT))
        for path in modules_of("dashboard")
        if path.name != "data.py" or path.parent.name == "pages"
        if any(name.startswith("analysis.store") for name in imported_names(path))
    ]
    assert not reaching


def test_the_rule_catches_a_breach(tmp_path: Path) -> None:
    breach = tmp_path / "breach.py"
    breach.write_text("import streamlit\nfrom analysis.store import Warehouse\n", encoding="utf-8")
    assert imported_names(breach) == {"streamlit", "analysis.store.Warehouse"}
