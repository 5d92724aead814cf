"""A file looked at: its table, what kind it is, and the mapping that is proposed for it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import FileRefused
from analysis.ingest.mapping import Mapping
from analysis.ingest.propose import propose_kind, propose_mapping
from analysis.ingest.sandbox import parse
from analysis.ingest.tables import RawTable, raw_table
from analysis.records import Issue
from analysis.schema import Kind

_NAME_LENGTH = 120
# Control characters and those that turn the writing direction: `cod.x‮vsc` must not read as a CSV.
_UNSAFE_IN_NAMES = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Inspection:
    """Everything known about a file before it is imported. `issues` are rows that cannot be read at all."""

    table: RawTable
    kind: Kind
    mapping: Mapping
    format: str
    encoding: str
    file_name: str
    file_hash: str
    issues: tuple[Issue, ...] = ()


def inspect(
    data: bytes | Path, *, file_name: str, encoding: str | None = None, kind: Kind | None = None
) -> Inspection:
    """Read a file in a child process and propose a mapping. `kind` and `encoding` overrule recognition.

    Raises FileRefused with a message that names the file, and the row where there is one.
    """
    name = safe_name(file_name)
    try:
        parsed = parse(data, encoding=encoding)
        table = raw_table(parsed)
        kind = kind or propose_kind(table.header)
    except FileRefused as refusal:
        raise FileRefused(refusal.key, **{**refusal.values, "file": name}) from refusal
    issues = tuple(
        Issue(found["row"], None, found["value"], found["reason"], whole_row=True, values=found["values"])
        for found in parsed.issues
    )
    return Inspection(
        table, kind, propose_mapping(table, kind), parsed.format, parsed.encoding, name, _hash(data), issues
    )


def safe_name(file_name: str) -> str:
    """The last part of a file name without control and direction characters, at most 120 characters."""
    last = re.split(r"[/\\]", file_name)[-1]
    return _UNSAFE_IN_NAMES.sub("", last)[:_NAME_LENGTH] or "?"


def _hash(data: bytes | Path) -> str:
    if isinstance(data, bytes):
        return hashlib.sha256(data).hexdigest()
    with data.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
