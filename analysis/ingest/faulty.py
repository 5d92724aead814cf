"""Rows that stayed out or lost cells, made fit to be kept until somebody corrects them.

What is kept is what the store may hold anyway: texts masked, ids of people as pseudonyms, and nothing of columns
that are not imported. Of a line whose fields do not fit the header nobody knows which field is a name; only what
sound rows say too, plain numbers, dates, and long texts (masked) are kept of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis import privacy
from analysis.ingest.forgotten import FORGOTTEN
from analysis.ingest.mapping import ColumnMapping, Mapping
from analysis.ingest.source import Source
from analysis.records import PSEUDONYM_SIGN, FaultyRows

# More than this nobody corrects by hand: the mapping is wrong, or the export is.
MAX_FAULTY_ROWS = 50_000
_TIMES = frozenset(
    {"time", "follow_up_time", "first_reply", "plan", "resolved", "closed", "last_purchase"}
)
_PEOPLE = frozenset({"customer_id", "id"})

# In a line that is out of joint: fields that say nothing of a person, and how long a text is certainly no name.
_PLAIN = re.compile(r"[+-]?\d{1,4}(?:\.\d{1,4})?%?|[\d年月日时分秒/\-:.T 　]{6,25}")
_MIDNIGHT = pd.Timedelta(0)
_LONGER_THAN_NAMES = 9
_DIGIT, _LETTER = re.compile(r"\d"), re.compile(r"[A-Za-z]")
_SHAPED_ROWS = 2_000  # rows whose ids show how ids look in this file
_HANZI = re.compile(r"[\u3400-\u9fff]")
_WITHHELD = "[已遮盖]"


@dataclass(frozen=True, slots=True)
class TornRow:
    """A line that does not fit the header: its row number and its fields as they stand in the file."""

    row: int
    fields: tuple[str, ...]


def torn_rows(issues: Iterable[dict]) -> tuple[TornRow, ...]:
    """The torn lines among what the reading process noted."""
    return tuple(TornRow(found["row"], tuple(found["fields"])) for found in issues if found.get("fields"))


def identities(source: Source, content: np.ndarray, identity: pd.Series) -> pd.Series:
    """The identity of every row: its own; a row that lost a cell has its content for one, so that it can be corrected.

    NA for the others. `identity` may be empty, as kinds without identities have it.
    """
    own = identity if len(identity) else pd.Series(pd.array([pd.NA] * len(content), dtype="UInt64"))
    at = sorted({at for fault in source.faults if not fault.whole_row for at in fault.at.tolist()})
    faulty = np.zeros(len(content), bool)
    faulty[at] = True
    return own.mask(own.isna() & faulty, pd.Series(content, dtype="UInt64"))


def faulty_rows(
    source: Source, content: np.ndarray, identity: pd.Series, accepted: np.ndarray, torn: pd.DataFrame
) -> FaultyRows | None:
    """The rows of `source` with a fault, and `torn` (row, cells: lists) beside them; None where there are none.

    Rows that are left out on purpose, or because somebody asked for it, are not faulty.
    At most MAX_FAULTY_ROWS rows are kept.
    """
    on_purpose = {*source.mapping.leave_out, FORGOTTEN}
    chosen = {at for fault in source.faults if fault.reason in on_purpose for at in fault.at.tolist()}
    found = {at for fault in source.faults for at in fault.at.tolist()} - chosen
    at = np.array(sorted(found)[:MAX_FAULTY_ROWS], dtype=np.int64)
    if not len(at) and torn.empty:
        return None
    numbers = source.table.frame.index.to_numpy()[at]
    rows = pd.DataFrame({"row": numbers, "cells": _cells(source, at)})
    inside = accepted[at]
    rows["content"] = pd.array(content[at], dtype="UInt64")
    rows["identity"] = identity.iloc[at].array
    rows.loc[~inside, ["content", "identity"]] = pd.NA
    rows = pd.concat([rows, torn.head(MAX_FAULTY_ROWS - len(at))], ignore_index=True).sort_values("row", kind="stable")
    cells = [json.dumps(cells, ensure_ascii=False) for cells in rows["cells"]]
    rows = rows.assign(cells=cells).astype({"row": "int64", "content": "UInt64", "identity": "UInt64"})
    return FaultyRows(source.table.header, rows.reset_index(drop=True), source.survey_date)


def safe_torn(torn: Sequence[TornRow], source: Source) -> pd.DataFrame:
    """Torn lines as row and cells (lists), with everything withheld that could be a person."""
    fields = {field.strip() for line in torn for field in line.fields}
    # Without torn lines no column is read again.
    known = _said_by_sound_rows(fields, source.mapping, source) | _numbers_of_rows(fields, source) if fields else set()
    has_people = bool(source.mapping.having(*_PEOPLE))
    safe = {field: _safe_field(field, known, source, has_people) for field in fields}
    cells = [[safe[field.strip()] for field in line.fields] for line in torn]
    return pd.DataFrame({"row": [line.row for line in torn], "cells": pd.Series(cells, dtype=object)})


def _said_by_sound_rows(fields: set[str], mapping: Mapping, source: Source) -> set[str]:
    """Those fields that occur in the columns that are imported, ids left out."""
    known: set[str] = set()
    for column in mapping.columns:
        if column.role != "ignore" and column.role not in _PEOPLE:
            cells = source.cells(column)
            known |= set(cells[cells.isin(fields)].unique())
    return known


def _numbers_of_rows(fields: set[str], source: Source) -> set[str]:
    """Those fields that are shaped like the ids of rows, and unlike those of customers."""
    ids, customers = source.mapping.first("id"), source.mapping.first("customer_id")
    if ids is None:
        return set()
    shapes = _shapes(source.cells(ids)) - (_shapes(source.cells(customers)) if customers else set())
    return {field for field in fields if field and _shape(field) in shapes}


def _shapes(cells: pd.Series) -> set[str]:
    return {_shape(cell) for cell in cells.head(_SHAPED_ROWS)} - {""}


def _shape(cell: str) -> str:
    """Digits as 0, letters as a: `A17-x` is `a00-a`."""
    return _LETTER.sub("a", _DIGIT.sub("0", cell.strip()))


def _safe_field(field: str, known: set[str], source: Source, has_people: bool) -> str:
    masked = privacy.mask(pd.Series([field], dtype="str"))[0].iloc[0]
    if not field or (masked != field and len(field) >= _LONGER_THAN_NAMES):
        return masked
    if field in known or _PLAIN.fullmatch(field):
        return masked
    if _HANZI.search(field):
        return masked if len(field) >= _LONGER_THAN_NAMES else _WITHHELD
    if not has_people:
        return masked
    return PSEUDONYM_SIGN + source.pseudonyms(pd.Series([field], dtype="str")).iloc[0]


def _cells(source: Source, at: np.ndarray) -> list[list[str]]:
    """The cells of some rows as they may be kept, one list a row in the order of the header."""
    kept = np.full((len(at), len(source.table.header)), "", dtype=object)
    for column in source.mapping.columns:
        if column.role != "ignore":
            kept[:, column.index] = _kept(source, column, at)
    return kept.tolist()


def _kept(source: Source, column: ColumnMapping, at: np.ndarray) -> np.ndarray:
    cells = source.cells(column, at)
    if column.role == "customer_id":
        return (PSEUDONYM_SIGN + source.pseudonyms(cells)).fillna("").to_numpy(object)
    if column.role == "id":
        return source.kept_ids(cells).to_numpy(object)
    if column.role in _TIMES and column.index in source.times:
        # Which of two numbers was the month was settled by the whole column; a few rows could not tell any more.
        times = source.times[column.index].iloc[at]
        unread = times.isna().to_numpy(bool)
        kept = np.array([_iso(time) for time in times], object)
        kept[unread] = source.kept_names(cells[unread], column.role).to_numpy(object)
        return kept
    return source.kept_names(cells, column.role).to_numpy(object)


def _iso(time: pd.Timestamp) -> str:
    if pd.isna(time):
        return ""
    return f"{time:%Y-%m-%d}" if time - time.normalize() == _MIDNIGHT else time.isoformat(sep=" ")
