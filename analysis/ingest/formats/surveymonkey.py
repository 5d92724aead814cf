"""SurveyMonkey: two header rows. A question stands over its first column only, its options in the second row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.ingest.formats import headings
from analysis.ingest.formats.headings import ATTRIBUTE, META, PERSONAL
from analysis.ingest.formats.protocol import CERTAIN, NO, Hint, Reshaped, Rows

if TYPE_CHECKING:
    from analysis.ingest.tables import RawTable

NAME = "surveymonkey"

_SIGNATURE = frozenset({"respondentid", "collectorid", "startdate", "enddate"})
_HINTS = {
    **headings.hints_of(("Collector ID", "Start Date", "Date Created"), META),
    **headings.hints_of(("Custom Data 1",), ATTRIBUTE),
    **headings.hints_of(("IP Address", "Email Address", "First Name", "Last Name"), PERSONAL),
    **headings.hints_of(("Respondent ID",), Hint("id")),
    **headings.hints_of(("End Date", "Date Modified"), Hint("time")),
}
# What the second row says where a question has one column.
_WHOLE = frozenset({"", "response", "open-endedresponse"})


def recognise(rows: Rows) -> float:
    """The tool's own first columns, in English whatever the survey's language."""
    return CERTAIN if headings.plain_names(rows[0]) >= _SIGNATURE else NO


def reshape(table: RawTable) -> Reshaped:
    """Both header rows as one; columns that hold nothing but their own option are ticks."""
    second = _second_row(table)
    header, rows, options, stems = [], {}, [], []
    stem = ""
    for i, name in enumerate(table.header):
        stem = name or stem
        part = headings.one_line(second[i]) if second else ""
        whole = headings.plain(part) in _WHOLE
        header.append(headings.one_line(stem) if whole else f"{headings.one_line(stem)}—{part}")
        options.append("" if whole else part)
        stems.append(headings.one_line(stem))
        if not whole:
            rows[i] = part
    frame = table.frame.iloc[1:] if second else table.frame
    table = replace(table, header=tuple(header), frame=frame)
    hints = {i: Hint(row=row) for i, row in rows.items()}
    hints |= {
        i: headings.tick(stems[i], options[i]) for i in rows if headings.distinct(table.cells(i)) <= {options[i]}
    }
    return Reshaped(table, "survey", hints | headings.named(header, _HINTS))


def _second_row(table: RawTable) -> list[str]:
    """The cells of the second header row; none where it was blank and the data follows at once."""
    if not len(table.frame) or table.frame.index[0] != table.header_row + 1:
        return []
    cells = table.frame.iloc[0].tolist()
    meta = [cell for name, cell in zip(table.header, cells, strict=True) if headings.plain(name) in _SIGNATURE]
    return [] if any(cell.strip() for cell in meta) else cells
