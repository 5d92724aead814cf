"""Mappings that a person confirmed, kept under the signature of the header they were confirmed for.

One JSON file each, with names of columns and no cell of any file; each is a mapping file as it stands.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path

from analysis.errors import MappingIncomplete
from analysis.ingest.mapping import ColumnMapping, Mapping
from analysis.taxonomy import fold

_SIGNATURE = re.compile(r"[0-9a-f]{16}")
Positions = frozenset[str]  # headers of columns whose answers may be positions of options

_CONFIRMED = "mapping.template"


@dataclass(frozen=True, slots=True)
class Template:
    """A confirmed mapping and where it belongs."""

    signature: str
    tool: str
    header: tuple[str, ...]
    mapping: Mapping

    def to_dict(self) -> dict[str, object]:
        """Plain data for JSON; what stands under "mapping" is a mapping file's content."""
        return {
            "signature": self.signature, "tool": self.tool, "header": [*self.header], "mapping": self.mapping.to_dict(),
        }


class Templates:
    """The confirmed mappings in a folder, which is made when the first one is kept. None: kept in memory."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._kept: dict[str, Template] = {}

    def keep(self, mapping: Mapping, header: tuple[str, ...], *, tool: str = "") -> Template:
        """Keep a confirmed mapping for files with this header; an earlier one for it is replaced.

        The same columns in words and in positions of options are two: which end is best was said of one of them.
        """
        columns = tuple(replace(column, question=None, confidence=1.0, why=_CONFIRMED) for column in mapping.columns)
        kept = Template(signature(header, mapping.positions), tool, header, replace(mapping, columns=columns))
        if self._folder is None:
            self._kept[kept.signature] = kept
            return kept
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._folder / f".{kept.signature}.{os.getpid()}"
        draft.write_text(json.dumps(kept.to_dict(), ensure_ascii=False, indent=1), encoding="utf-8")
        os.replace(draft, self._path(kept.signature))
        return kept

    def find(self, header: tuple[str, ...], positions: Positions = frozenset()) -> Template | None:
        """The template for a header whose columns may stand in another order, or None.

        `positions` are the columns among them whose answers may be positions of options.

        Raises MappingIncomplete where the file that keeps it cannot be read.
        """
        wanted = signature(header, positions)
        if self._folder is None:
            return self._kept.get(wanted)
        path = self._path(wanted)
        return _read(path) if path.exists() else None

    def all(self) -> tuple[Template, ...]:
        """All templates, by signature."""
        if self._folder is None:
            return tuple(self._kept[name] for name in sorted(self._kept))
        paths = sorted(self._folder.glob("*.json")) if self._folder.exists() else []
        return tuple(_read(path) for path in paths if _SIGNATURE.fullmatch(path.stem))

    def forget(self, name: str) -> bool:
        """Drop the template of a signature; whether there was one."""
        if self._folder is None:
            return self._kept.pop(name, None) is not None
        path = self._path(name) if _SIGNATURE.fullmatch(name) else None
        if path is None or not path.exists():
            return False
        path.unlink()
        return True

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.json"


def signature(header: tuple[str, ...], positions: Positions = frozenset()) -> str:
    """16 hex digits that are the same for the same set of columns, whatever their order, width or script."""
    names = "\n".join([*sorted(map(fold, header)), *("#" + fold(name) for name in sorted(positions))])
    return hashlib.sha256(names.encode()).hexdigest()[:16]


def applied(template: Template, proposed: Mapping, header: tuple[str, ...]) -> Mapping:
    """A template's mapping on a file, asking again where the answers do not lie on the scale they lay on before.

    `proposed` is what the file's own cells speak for.
    """
    placed = template.mapping.placed(header)
    seen = {column.index: column for column in proposed.columns}
    return replace(placed, columns=tuple(_asked_again(column, seen.get(column.index)) for column in placed.columns))


def _asked_again(column: ColumnMapping, seen: ColumnMapping | None) -> ColumnMapping:
    if seen is None or column.role != "score" or seen.role != "score" or column.scale == seen.scale:
        return column
    return replace(column, question="questions.scale_changed")


def _read(path: Path) -> Template:
    try:
        tree = json.loads(path.read_text(encoding="utf-8"))
        mapping = Mapping.from_dict(tree["mapping"])
        return Template(path.stem, str(tree.get("tool", "")), tuple(map(str, tree["header"])), mapping)
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise MappingIncomplete("errors.mapping_unreadable", detail=f"{path.name}: {error}") from error
