"""The rows of a batch that stayed out or lost cells as a workbook, and the corrected workbook back again.

The workbook names its batch on a sheet that no one sees. That says only which rows of the store it is compared with,
row by row: a cell that is as it was stands for what the store keeps, a changed one is new input like any other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import zip_longest

import numpy as np
import pandas as pd

from analysis import export
from analysis.errors import FileRefused
from analysis.export import MAX_CELL_CHARACTERS, Sheet, cut
from analysis.i18n import say
from analysis.ingest.mapping import Mapping
from analysis.ingest.records_of import Built
from analysis.ingest.source import KNOWN_PSEUDONYM
from analysis.ingest.tables import RawTable, display_names
from analysis.ingest.workbook import CORRECTION_SHEET
from analysis.records import PSEUDONYM_SIGN, Issue, Original

Originals = Callable[[str, int], Original | None]  # file hash, batch number

_PSEUDONYM = re.compile(rf"{PSEUDONYM_SIGN}[0-9a-f]{{16}}")
_MIDNIGHT = re.compile(r" 00:00:00$")  # what a spreadsheet adds to a day it has taken for a date
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Correction:
    """What a corrected table is to its original, per row of the table (NA for rows that had stayed out).

    `content` is given where nothing was changed, `identity` where a row of the store is to be replaced. `carried`
    are the rows (row, cells as lists) that still stay out, not being in the table.
    """

    original: Original
    content: pd.Series
    identity: pd.Series
    carried: pd.DataFrame

    def beginning(self, rows: int, last: int) -> Correction:
        """The same for the first `rows` rows of the table, of which `last` is the number of the last in the file."""
        carried = self.carried[self.carried["row"] <= last]
        return replace(self, content=self.content.head(rows), identity=self.identity.head(rows), carried=carried)

    def settle(self, built: Built) -> None:
        """Give rows that were not changed their old content, and changed ones the identity of what they replace."""
        same = self.content.notna().to_numpy(bool)
        built.content[same] = self.content[same].to_numpy(np.uint64)
        own = built.identity if len(built.identity) else pd.Series(pd.array([pd.NA] * len(same), dtype="UInt64"))
        built.identity = own.fillna(self.identity)


# -- out


def correction_workbook(original: Original) -> bytes:
    """An XLSX of a batch's faulty rows with the wrong cells marked, and a second sheet that lists what was wrong."""
    rows = original.faulty.rows
    cells = [json.loads(line) for line in rows["cells"]]
    width = max([len(original.faulty.header), *map(len, cells)])
    header = [say("correction.row"), *original.faulty.header, *[""] * (width - len(original.faulty.header))]
    lines = [[row, *line, *[""] * (width - len(line))] for row, line in zip(rows["row"], cells, strict=True)]
    # Assigned afterwards: names may repeat.
    frame = pd.DataFrame(lines, columns=range(width + 1), dtype=object).set_axis(header, axis=1)
    places = {row: position for position, row in enumerate(rows["row"])}
    sheets = [
        Sheet(say("correction.sheet"), frame, _marks(original, places), editable=True),
        Sheet(say("correction.reasons"), _reasons(original.issues)),
    ]
    return export.xlsx_bytes(sheets, hidden={CORRECTION_SHEET: [original.file_hash, str(original.batch)]})


def reasons_workbook(issues: Iterable[Issue]) -> bytes:
    """An XLSX that only lists what was wrong."""
    return export.xlsx_bytes([Sheet(say("correction.reasons"), _reasons(issues))])


def _marks(original: Original, places: dict[int, int]) -> dict[tuple[int, int], str]:
    """A note on each wrong cell; on the row's number where the whole row is wrong."""
    marks: dict[tuple[int, int], str] = {}
    for issue in original.issues:
        if issue.row in places:
            columns = [i for i, name in enumerate(original.faulty.header, 1) if name == issue.column] or [0]
            for column in columns:
                place = (places[issue.row], column)
                marks[place] = "\n".join(filter(None, [marks.get(place), _reason(issue)]))
    return marks


def _reasons(issues: Iterable[Issue]) -> pd.DataFrame:
    header = [say(f"cli.issue.{name}") for name in ("row", "column", "value", "reason")]
    lines = [[issue.row, issue.column, issue.value, _reason(issue)] for issue in issues]
    return pd.DataFrame(lines, columns=header, dtype=object)


def _reason(issue: Issue) -> str:
    return say(f"reasons.{issue.reason}", **issue.values)


# -- back


def corrected(table: RawTable, original: Original) -> tuple[RawTable, tuple[Issue, ...], Correction]:
    """The rows of a corrected workbook that can be read, the issues of those that stay out, and what they correct.

    Raises FileRefused where the columns are not those of the original.
    """
    header = original.faulty.header
    if [*map(_tidy, table.header[1:len(header) + 1])] != [*map(_tidy, header)]:
        raise FileRefused("errors.correction_header", batch=original.batch)
    sorting = _Sorting(original)
    for row, number, *cells in zip(table.frame.index, *(table.cells(i) for i in range(len(table.header))), strict=True):
        sorting.take(row, number, cells)
    frame = pd.DataFrame(sorting.cells, columns=display_names(header), dtype="str")
    frame.index = pd.Index(sorting.rows, name="row", dtype="int64")
    kept = RawTable(header, frame, table.sheet, table.header_row)
    return kept, tuple(sorting.issues), sorting.correction()


class _Sorting:
    """Sorts the rows of a corrected workbook: to be read, still wrong, or belonging to nothing."""

    def __init__(self, original: Original) -> None:
        self._original = original
        rows = original.faulty.rows
        self._kept = {row.row: row for row in rows.itertuples(index=False)}
        self._reasons = {issue.row: issue for issue in original.issues if issue.whole_row}
        mapping = Mapping.from_dict(original.mapping).placed(original.faulty.header)
        self._people = {column.index for column in mapping.having("customer_id", "id")}
        self._seen: set[int] = set()
        self.rows: list[int] = []
        self.cells: list[list[str]] = []
        self.issues: list[Issue] = []
        self._contents: list[object] = []
        self._identities: list[object] = []
        self._carried: list[tuple[int, list[str]]] = []

    def take(self, row: int, number: str, cells: list[str]) -> None:
        """Sort one row: `number` is what stands for its row in the original."""
        source = int(number) if number.strip().isdecimal() else None
        if source not in self._kept or source in self._seen:
            reason = "correction_row_repeated" if source in self._seen else "correction_row_unknown"
            self.issues.append(Issue(row, say("correction.row"), number, reason, whole_row=True))
            return
        self._seen.add(source)
        kept = self._kept[source]
        before = json.loads(kept.cells)
        pairs = zip_longest(before, cells, fillvalue="")
        now = [old if _same(old, new) else _CONTROL.sub(" ", new) for old, new in pairs]
        inside = not pd.isna(kept.content)
        if now == before + [""] * (len(now) - len(before)) and not inside:
            self._stays_out(row, source, before)
        elif any(cell.strip() for cell in now[len(self._original.faulty.header):]):
            self._overflows(row, now, before)
        else:
            self._read(row, now, kept, changed=now != before)

    def _stays_out(self, row: int, source: int, cells: list[str]) -> None:
        was = self._reasons.get(source)
        reason, values = (was.reason, was.values) if was else ("no_content", {})
        column, value = (was.column, was.value) if was else (None, None)
        self.issues.append(Issue(row, column, value, reason, whole_row=True, values=values))
        self._carried.append((row, cells))

    def _overflows(self, row: int, cells: list[str], before: list[str]) -> None:
        fields = max(i for i, cell in enumerate(cells, 1) if cell.strip())
        values = {"fields": fields, "expected": len(self._original.faulty.header)}
        self.issues.append(Issue(row, None, ",".join(cells[:fields]), "row_too_long", whole_row=True, values=values))
        self._carried.append((row, before))

    def _read(self, row: int, cells: list[str], kept: object, *, changed: bool) -> None:
        vouched = {cell for cell in json.loads(kept.cells) if _PSEUDONYM.fullmatch(cell)}
        cells = cells[:len(self._original.faulty.header)]
        for column in self._people:
            if cells[column] in vouched:
                cells[column] = KNOWN_PSEUDONYM + cells[column][len(PSEUDONYM_SIGN):]
        self.rows.append(row)
        self.cells.append(cells)
        self._contents.append(pd.NA if changed else kept.content)
        self._identities.append(kept.identity)

    def correction(self) -> Correction:
        """What the rows sorted so far are to their original."""
        carried = pd.DataFrame(self._carried, columns=["row", "cells"], dtype=object)
        contents, identities = (pd.array(given, dtype="UInt64") for given in (self._contents, self._identities))
        return Correction(self._original, pd.Series(contents), pd.Series(identities), carried)


def _same(old: str, new: str) -> bool:
    """Whether a cell still says what it said: spaces, line breaks and what no cell can hold do not count."""
    if old == new or _tidy(old) == _tidy(new):
        return True
    return len(old) > MAX_CELL_CHARACTERS and _tidy(cut(old)) == _tidy(new)


def _tidy(cell: str) -> str:
    return _MIDNIGHT.sub("", " ".join(_CONTROL.sub(" ", cell).split()))
