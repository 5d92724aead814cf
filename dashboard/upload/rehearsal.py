"""What an import would do, shown before it is done: rows as they would be stored, and what is wrong by kind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import pandas as pd

from analysis.errors import MappingIncomplete
from analysis.i18n import say, words
from analysis.ingest import Mapping, Problem, StoredRows
from analysis.pipeline import Rehearsal
from dashboard import accounts, components, data
from dashboard.theme import Tone
from dashboard.upload import visit
from dashboard.upload.visit import Looked

REHEARSED_ROWS = 10_000   # rows of a rehearsal: about half a second after each change of the mapping
PROBLEMS_SHOWN = 12       # kinds of problems that are listed; the others are counted
STORED_COLUMNS = 14       # columns of stored rows that are shown; the others are counted


def rehearsed(looked: Looked, mapping: Mapping, day: date | None) -> Rehearsal | MappingIncomplete:
    """What an import with this mapping would do, or what the mapping still lacks."""
    asked = (looked.asked, mapping, day, data.revision())
    kept = visit.kept_rehearsal(asked)
    if kept is None:
        try:
            kept = data.rehearse(looked.inspection, mapping, day, rows=REHEARSED_ROWS)
        except MappingIncomplete as lacking:
            kept = lacking
        visit.keep_rehearsal(asked, kept)
    return kept


def stored_table(stored: StoredRows) -> None:
    """The first rows as they would be stored."""
    if not stored.rows:
        components.quiet_note(say("screen.data.stored_none"))
        return
    columns = stored.columns[:STORED_COLUMNS]
    header = [say("screen.data.line"), *(accounts.cut(_head(column)) for column in columns)]
    lines = [
        [str(row), *(accounts.cut(_cell(cell)) for cell in cells[:STORED_COLUMNS])]
        for row, cells in zip(stored.rows, stored.cells, strict=True)
    ]
    components.text_table(header, lines, label=say("screen.data.stored"), numeric=frozenset({0}))
    if len(stored.columns) > STORED_COLUMNS:
        components.quiet_note(say("screen.data.more_stored", count=len(stored.columns) - STORED_COLUMNS))


def expectation(found: Rehearsal) -> None:
    """The account that the import would give, and what is wrong, counted by kind."""
    report = found.report
    if found.whole:
        components.section_label(say("screen.data.expected"))
    else:
        looked_at, of = f"{report.rows_read:,}", f"{found.of:,}"
        components.section_label(say("screen.data.expected_part", rows=looked_at, of=of))
    stays_out: Tone = "attention" if report.quarantined else "neutral"
    components.sum_line(
        (say("screen.data.rows_read"), f"{report.rows_read:,}"),
        (
            (say("screen.data.would_import"), f"{report.imported:,}", "good"),
            (say("screen.data.duplicates"), f"{report.duplicates:,}", "neutral"),
            (say("screen.data.quarantined"), f"{report.quarantined:,}", stays_out),
        ),
    )
    for note in _notes(found):
        components.quiet_note(note)
    if found.problems:
        problem_table(found.problems)


def problem_table(problems: Sequence[Problem]) -> None:
    """What is wrong by kind: the reason, where, how often, and the first case."""
    header = [say(f"screen.data.problem_{name}") for name in ("count", "what", "column", "reason", "first")]
    rows = [
        [
            f"{p.count:,}", say("screen.data.problem_row" if p.whole_row else "screen.data.problem_cell"),
            accounts.cut(accounts.text(p.column)), accounts.reason_words(p.reason, dict(p.values)), _first_case(p),
        ]
        for p in problems[:PROBLEMS_SHOWN]
    ]
    components.text_table(header, rows, label=say("screen.data.problems"), numeric=frozenset({0}))
    if len(problems) > PROBLEMS_SHOWN:
        components.quiet_note(say("screen.data.more_problems", count=len(problems) - PROBLEMS_SHOWN))


def _notes(found: Rehearsal) -> list[str]:
    notes = [say(f"notices.{notice.name}", **notice.values) for notice in found.notices]
    if found.report.cells_quarantined:
        notes.append(say("screen.data.would_cells", count=f"{found.report.cells_quarantined:,}"))
    if found.unanswered:
        notes.append(say("screen.data.unanswered", count=f"{found.unanswered:,}"))
    masked = accounts.masked_words(found.report)
    if masked:
        notes.append(say("screen.data.would_mask", parts=masked))
    return notes


def _first_case(problem: Problem) -> str:
    if problem.row is None:
        return ""
    value = accounts.cut(accounts.text(problem.value))
    return say("screen.data.problem_case" if value else "screen.data.problem_place", row=problem.row, value=value)


def _head(column) -> str:
    if column.role == "score":
        name = column.dimension or say(f"metrics.{column.metric}")
        asked = say("screen.common.at", whole=column.touchpoint, part=name) if column.touchpoint else name
        return say("screen.data.stored_score", question=asked, scale=column.scale or "")
    if column.question:
        return column.question
    key = f"screen.data.roles.{column.role}"
    return say(key) if key in words() else column.role


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return say("screen.data.yes" if value else "screen.data.no")
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, (datetime, date)):
        moment = pd.Timestamp(value)
        return f"{moment:%Y-%m-%d}" if moment == moment.normalize() else f"{moment:%Y-%m-%d %H:%M}"
    return accounts.text(value)
