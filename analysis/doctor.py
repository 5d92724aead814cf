"""What is installed, where the store is, who holds it, and whether it is sound."""

from __future__ import annotations

import platform
import shutil
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from analysis.errors import StoreBusy, StoreDamaged
from analysis.i18n import clauses, say
from analysis.store import IN_MEMORY, Warehouse, store_path

PACKAGES = (
    "streamlit", "plotly", "pandas", "numpy", "scipy", "pyarrow", "duckdb", "sqlglot", "jieba", "snownlp", "opencc",
    "python-calamine", "openpyxl", "chardet",
)
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome")
FONTS_FOLDER = Path(__file__).resolve().parents[1] / "static" / "fonts"
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """One finding: `sound` is None where there is nothing to judge."""

    part: str
    finding: str
    sound: bool | None = None


@dataclass(frozen=True, slots=True)
class Examination:
    """All findings, as lines for people and as data; `failures` are those that need a hand."""

    lines: tuple[Line, ...]
    data: dict[str, object]

    @property
    def failures(self) -> tuple[str, ...]:
        """One sentence for people where anything is unsound, none where all is well."""
        bad = [say("lists.about", name=line.part, what=line.finding) for line in self.lines if line.sound is False]
        return (say("cli.doctor.unsound", parts=clauses(bad)),) if bad else ()


def examine(path: str | Path | None = None) -> Examination:
    """Look at everything the product needs; the store is read, never made or changed."""
    packages = {name: _version(name) for name in PACKAGES}
    fonts = len(list(FONTS_FOLDER.glob("*.woff2")))
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    store = _store(store_path(path))
    missing = [name for name, version in packages.items() if version is None]
    held = " ".join(f"{name} {version}" for name, version in packages.items() if version)
    lines = (
        Line("Python", platform.python_version()),
        Line(say("cli.doctor.packages"), say("cli.doctor.missing", names=missing) if missing else held, not missing),
        Line(say("cli.doctor.fonts"), say("cli.doctor.font_files", n=fonts), fonts > 0),
        Line(say("cli.doctor.browser"), browser or say("cli.doctor.no_browser")),
        *_store_lines(store),
    )
    data = {
        "sound": not any(line.sound is False for line in lines),
        "python": platform.python_version(),
        "packages": packages,
        "fonts": fonts,
        "browser": browser,
        "store": store,
    }
    return Examination(lines, data)


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _store(path: str) -> dict[str, object]:
    """The store as data: `state` is absent, busy, damaged or open; `checks` count what must not be there."""
    found: dict[str, object] = {"path": path, "state": "absent", "owner": None, "problem": None}
    if path != IN_MEMORY and not Path(path).exists():
        return found
    size = None if path == IN_MEMORY else Path(path).stat().st_size
    try:
        with Warehouse.open(path) as store:
            checks = {check.name: check.faults for check in store.check()}
            return {**found, "state": "open", "bytes": size, "tables": store.sizes(), "checks": checks}
    except StoreBusy as error:
        owner = {"pid": error.values["pid"], "program": error.values["owner"]}
        return {**found, "state": "busy", "bytes": size, "owner": owner, "problem": say(error.key, **error.values)}
    except StoreDamaged as error:
        return {**found, "state": "damaged", "bytes": size, "problem": say(error.key, **error.values)}


def _store_lines(store: dict[str, object]) -> tuple[Line, ...]:
    where = Line(say("cli.doctor.store"), str(store["path"]))
    if store["state"] == "absent":
        return where, Line(say("cli.doctor.state"), say("cli.doctor.absent"))
    if store["state"] != "open":
        return where, Line(say("cli.doctor.state"), str(store["problem"]), None if store["state"] == "busy" else False)
    checks = store["checks"]
    faults = [name for name, count in checks.items() if count]
    verdict = say("cli.doctor.faults", names=faults) if faults else say("cli.doctor.sound", n=len(checks))
    return (
        where,
        Line(say("cli.doctor.size"), f"{(store['bytes'] or 0) / _MEGABYTE:.1f} MB"),
        Line(say("cli.doctor.records"), " ".join(f"{name} {n}" for name, n in store["tables"].items())),
        Line(say("cli.doctor.state"), verdict, not faults),
    )
