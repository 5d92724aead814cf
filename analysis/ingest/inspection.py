"""A file looked at: its table, what kind it is, and the mapping that is proposed for it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from analysis import privacy
from analysis.errors import FileRefused
from analysis.ingest import formats
from analysis.ingest.correction import Correction, Originals, corrected
from analysis.ingest.faulty import TornRow, torn_rows
from analysis.ingest.formats import Reshaped, RowMark
from analysis.ingest.header import visible
from analysis.ingest.mapping import Mapping
from analysis.ingest.propose import propose_kind, propose_mapping
from analysis.ingest.sandbox import Parsed, parse
from analysis.ingest.tables import RawTable, raw_table, with_display_names
from analysis.ingest.templates import Positions, Template, Templates, applied
from analysis.records import Issue, Notice
from analysis.schema import ExportForm, Kind
from analysis.watching import UNWATCHED, Watch

_NAME_LENGTH = 120
_DAY_IN_NAME = re.compile(r"(?<!\d)(20\d\d)[-._年]?(\d\d)[-._月]?(\d\d)(?!\d)")
# A file is named after its order or place more often than a customer: only who somebody is goes out.
_IN_FILE_NAMES = (*privacy.ON_LABELS, "name")


@dataclass(frozen=True, slots=True)
class Inspection:
    """Everything known about a file before it is imported.

    `issues` are rows that cannot be read at all. `tool` is the export format that was recognised, "" for none;
    `marks` are the rows it set apart. `notices`: what a person should know of the file. `template`: the mapping
    was confirmed for an earlier file with this header.
    """

    table: RawTable
    kind: Kind
    mapping: Mapping
    format: str
    encoding: str
    file_name: str
    file_hash: str
    issues: tuple[Issue, ...] = ()
    tool: str = ""
    marks: tuple[RowMark, ...] = ()
    template: bool = False
    notices: tuple[Notice, ...] = ()
    cleared: MappingABC[int, MappingABC[str, int]] = field(default_factory=dict)
    torn: tuple[TornRow, ...] = ()
    correction: Correction | None = None
    form: ExportForm | None = None

    def beginning(self, rows: int) -> Inspection:
        """The same file as far as its first `rows` rows that could be read; the mapping stays."""
        if len(self.table.frame) <= rows:
            return self
        frame = self.table.frame.head(rows)
        last = frame.index[-1] if rows else 0
        issues = tuple(issue for issue in self.issues if (issue.row or 0) <= last)
        correction = self.correction.beginning(rows, last) if self.correction else None
        return replace(self, table=replace(self.table, frame=frame), issues=issues, correction=correction)


def inspect(
    data: bytes | Path, *, file_name: str, encoding: str | None = None, kind: Kind | None = None,
    templates: Templates | None = None, originals: Originals | None = None, member: str | None = None,
    watch: Watch = UNWATCHED,
) -> Inspection:
    """Read a file in a child process and propose a mapping. `kind` and `encoding` overrule recognition.

    A mapping that `templates` holds for the same columns is proposed instead, unless `kind` is another. A workbook of
    quarantined rows that comes back corrected is read as its batch was, which `originals` finds by file hash and
    number. `member` is the table to read of an archive of several: without it such an archive is refused, and the
    values of the refusal name its members.
    Raises FileRefused with a message that names the file, and the row where there is one; Stopped by `watch`.
    """
    name = safe_name(file_name) if member is None else f"{safe_name(file_name)} · {safe_name(member)}"[:_NAME_LENGTH]
    name = _shown(name)
    try:
        parsed = parse(data, encoding=encoding, member=member, watch=watch)
        if parsed.correction and originals:
            return _corrected(parsed, originals, name, _hash(data))
        shaped = _shaped(parsed)
        template = _template(templates, shaped.table.header, kind)
        kind = kind or (template.mapping.kind if template else shaped.kind) or propose_kind(shaped.table.header)
    except FileRefused as refusal:
        raise type(refusal)(refusal.key, **{**refusal.values, "file": name}) from refusal
    issues = tuple(
        Issue(found["row"], None, found["value"], found["reason"], whole_row=True, values=found["values"])
        for found in parsed.issues
    )
    mapping = propose_mapping(shaped.table, kind, hints=shaped.hints)
    mapping = replace(mapping, leave_out=tuple(mark.name for mark in shaped.marks if mark.leave_out))
    if mapping.positions:
        template = _template(templates, shaped.table.header, kind, mapping.positions)
    if template:
        mapping = applied(template, mapping, shaped.table.header)
    return Inspection(
        shaped.table, kind, mapping, parsed.format, parsed.encoding, name, _hash(data), issues,
        parsed.tool, shaped.marks, template is not None,
        tuple(Notice(name, _all_shown(values)) for name, values in parsed.notices), shaped.cleared,
        torn_rows(parsed.issues), form=shaped.form,
    )


def _template(
    templates: Templates | None, header: tuple[str, ...], kind: Kind | None, positions: Positions = frozenset()
) -> Template | None:
    """The mapping confirmed for such a file, unless another kind is asked for."""
    found = templates.find(header, positions) if templates else None
    return found if found and kind in (None, found.mapping.kind) else None


def _corrected(parsed: Parsed, originals: Originals, name: str, file_hash: str) -> Inspection:
    """A corrected workbook of quarantined rows: what was changed, beside what stays as it was."""
    original = originals(*parsed.correction)
    if original is None:
        raise FileRefused("errors.correction_unknown")
    table, issues, correction = corrected(raw_table(parsed), original)
    mapping = Mapping.from_dict(original.mapping).placed(table.header)
    return Inspection(
        table, mapping.kind, replace(mapping, leave_out=()), parsed.format, parsed.encoding, name, file_hash, issues,
        correction=correction, form=original.form,
    )


def _shown(name: str) -> str:
    """A name that a file brings along, fit for the screen and the ledger."""
    return privacy.mask_text(name, kinds=_IN_FILE_NAMES)


def _all_shown(values: dict[str, object]) -> dict[str, object]:
    return {key: _shown(value) if isinstance(value, str) else value for key, value in values.items()}


def _shaped(parsed: Parsed) -> Reshaped:
    """The table as its tool means it; a table of an unknown tool as it stands."""
    table = raw_table(parsed)
    table = replace(table, sheet=_shown(table.sheet))
    if not parsed.tool:
        return Reshaped(table, None)
    shaped = formats.reshaped(parsed.tool, table)
    if shaped.table.frame.empty and not parsed.issues:
        raise FileRefused("errors.header_only")
    return replace(shaped, table=with_display_names(shaped.table))


def safe_name(file_name: str) -> str:
    """The last part of a file name without control and direction characters, at most 120 characters."""
    # A name that is no text in the system's encoding reaches Python with lone surrogates, which nothing can store.
    last = re.split(r"[/\\]", file_name.encode("utf-8", "replace").decode("utf-8"))[-1]
    return visible(re.sub(r"[\t\r\n]", "", last))[:_NAME_LENGTH] or "?"


def day_in_name(file_name: str) -> date | None:
    """The one day that a file name holds, as export tools put it there; None for none, several or an impossible one.

    >>> day_in_name("美团评价_20260915.csv"), day_in_name("2026-09-01至2026-09-30.csv")
    (datetime.date(2026, 9, 15), None)
    """
    found = {tuple(map(int, match.groups())) for match in _DAY_IN_NAME.finditer(file_name)}
    if len(found) != 1:
        return None
    try:
        return date(*found.pop())
    except ValueError:
        return None


def _hash(data: bytes | Path) -> str:
    if isinstance(data, bytes):
        return hashlib.sha256(data).hexdigest()
    with data.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
