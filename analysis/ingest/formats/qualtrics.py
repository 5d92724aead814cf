"""Qualtrics: three header rows, which are the names, the questions in full and the import ids."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from analysis.ingest.formats import headings
from analysis.ingest.formats.headings import META, PERSONAL
from analysis.ingest.formats.protocol import CERTAIN, LIKELY, NO, Hint, Reshaped, RowMark, Rows
from analysis.schema import TIME_ZONE

if TYPE_CHECKING:
    import pandas as pd

    from analysis.ingest.tables import RawTable

NAME = "qualtrics"

_SIGNATURE = frozenset({"startdate", "enddate", "status", "finished", "responseid"})
_HINTS = {
    **headings.hints_of(("ResponseId",), Hint("id")),
    **headings.hints_of(("RecordedDate",), Hint("time")),
    **headings.hints_of(
        (
            "StartDate", "EndDate", "Status", "Progress", "Duration (in seconds)", "Finished", "ExternalReference",
            "DistributionChannel", "UserLanguage",
        ),
        META,
    ),
    **headings.hints_of(
        ("IPAddress", "RecipientLastName", "RecipientFirstName", "RecipientEmail", "LocationLatitude",
         "LocationLongitude"),
        PERSONAL,
    ),
}
_JOINED = ","
_DATES = ("startdate", "enddate", "recordeddate")
_PREVIEW = frozenset({"surveypreview", "1"})      # in words, or as the code of the numeric export
_UNFINISHED = frozenset({"false", "0", "否"})
_GROUP = "_nps_group"                             # detractor, passive, promoter: derived from the score beside it


def recognise(rows: Rows) -> float:
    """The tool's own columns; the row of import ids makes it certain."""
    if not headings.plain_names(rows[0]) >= _SIGNATURE:
        return NO
    return CERTAIN if any(_is_import_ids(row) for row in rows[1:3]) else LIKELY


def reshape(table: RawTable) -> Reshaped:
    """Questions as headers, times in Shanghai; previews and unfinished answers are proposed to stay out."""
    names = list(table.header)
    above = _header_rows(table)
    ids = table.frame.iloc[above - 1].tolist() if above else []
    questions = table.frame.iloc[0].tolist() if above == 2 else names
    own = {i for i, name in enumerate(names) if headings.plain(name) in _HINTS}
    header = [
        name if i in own or not question.strip() else headings.one_line(question)
        for i, (name, question) in enumerate(zip(names, questions, strict=True))
    ]
    frame = _in_shanghai(table.frame.iloc[above:], names, ids)
    hints = headings.named(names, _HINTS)
    hints |= {i: META for i, name in enumerate(names) if headings.plain(name).endswith(_GROUP)}
    for i, name in enumerate(header):
        parts = headings.stem_and_row(name) if i not in hints else None
        if parts:
            hints[i] = Hint(row=parts[1])
        elif i not in hints and headings.is_joined(frame.iloc[:, i], _JOINED):
            hints[i] = Hint("choice", "mapping.multi_select", separator=_JOINED)
    shaped = replace(table, header=tuple(header), frame=frame)
    return Reshaped(shaped, "survey", hints, _marks(shaped))


def _is_import_ids(row: Sequence[str]) -> bool:
    return bool(row) and row[0].lstrip().startswith('{"ImportId"')


def _header_rows(table: RawTable) -> int:
    """How many rows below the names are headers too."""
    for position in range(min(2, len(table.frame))):
        if _is_import_ids(table.frame.iloc[position].tolist()):
            return position + 1
    return 0


def _in_shanghai(frame: pd.DataFrame, names: list[str], ids: list[str]) -> pd.DataFrame:
    """Times of another zone, which the import ids name, turned into times of the same moment here."""
    moved = frame.copy(deep=False)
    for i, name in enumerate(names):
        zone = _zone(ids[i]) if ids and headings.plain(name) in _DATES else None
        if zone:
            cells = frame.iloc[:, i]
            moved.isetitem(i, cells.map({cell: _moved(cell, zone) for cell in cells.unique()}).astype("str"))
    return moved


def _zone(import_id: str) -> str | None:
    try:
        zone = json.loads(import_id).get("timeZone")
        return None if zone in (None, TIME_ZONE) else ZoneInfo(zone).key
    except (ValueError, AttributeError, KeyError, OSError):  # an id that names no zone leaves the times as they are
        return None


def _moved(cell: str, zone: str) -> str:
    try:
        moment = datetime.fromisoformat(cell.strip())
    except ValueError:  # not a time in the tool's own form: the reader of dates decides
        return cell
    here = moment.replace(tzinfo=ZoneInfo(zone)).astimezone(ZoneInfo(TIME_ZONE))
    return here.replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")


def _marks(table: RawTable) -> tuple[RowMark, ...]:
    places = {headings.plain(name): i for i, name in enumerate(table.header)}
    wanted = (("preview", "status", _PREVIEW), ("unfinished", "finished", _UNFINISHED))
    marks = [RowMark(name, places[at], headings.rows_where(table, places[at], values)) for name, at, values in wanted]
    return tuple(mark for mark in marks if mark.rows)
