"""Bytes of an exported file to clean records: `inspect` proposes, `convert` does.

The names are loaded on first use, because the child process that parses a file is a module of this
package too and must start without pandas.
"""

from __future__ import annotations

from importlib import import_module

_HOMES = {
    "ColumnMapping": "mapping",
    "Inspection": "inspection",
    "Mapping": "mapping",
    "Problem": "preview",
    "ROLES": "mapping",
    "ROLES_OF": "mapping",
    "TIME_ROLES": "mapping",
    "RawTable": "tables",
    "StoredRows": "preview",
    "Templates": "templates",
    "convert": "conversion",
    "correction_workbook": "correction",
    "day_in_name": "inspection",
    "distribution": "profile",
    "inspect": "inspection",
    "safe_name": "inspection",
    "reasons_workbook": "correction",
    "problems": "preview",
    "seal": "forgotten",
    "stored_rows": "preview",
    "unanswered": "preview",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
