"""What stands in a file, before anything of it is stored."""

from __future__ import annotations

import pandas as pd

from analysis.i18n import say
from analysis.ingest import Inspection, distribution
from dashboard import accounts, components, data
from dashboard.upload.visit import Looked

PREVIEW_ROWS = 5
PREVIEW_COLUMNS = 12


def facts(looked: Looked) -> None:
    """What was recognised of a file."""
    found = looked.inspection
    rows, columns = found.table.frame.shape
    sheet = getattr(found.table, "sheet", None)
    told = say("screen.data.facts", format=found.format.upper(), rows=f"{rows:,}", columns=columns)
    if found.tool:
        told = say("screen.data.tool", tool=say(f"formats.{found.tool}"), facts=told)
    components.quiet_note(say("screen.data.sheet", facts=told, sheet=sheet) if sheet else told)
    for notice in found.notices:
        components.quiet_note(say(f"notices.{notice.name}", **notice.values))
    if found.correction:
        original = found.correction.original
        components.quiet_note(say("screen.data.correction", batch=original.batch, file=original.file_name))
    if found.template:
        components.quiet_note(say("screen.data.template"))


def raw_table(looked: Looked) -> None:
    """The first rows as they stand in the file, masked."""
    found = looked.inspection
    columns = len(found.table.header)
    header = [say("screen.data.line"), *(accounts.cut(name) for name in found.table.header[:PREVIEW_COLUMNS])]
    head = looked.head.iloc[:PREVIEW_ROWS, :PREVIEW_COLUMNS]
    lines = [[str(number), *(accounts.cut(accounts.text(cell)) for cell in row)]
             for number, row in zip(head.index, head.itertuples(index=False, name=None), strict=True)]
    components.text_table(header, lines, label=say("screen.data.preview"), numeric=frozenset({0}))
    if columns > PREVIEW_COLUMNS:
        components.quiet_note(say("screen.data.more_columns", count=columns - PREVIEW_COLUMNS))


def questions(found: Inspection) -> tuple[str, ...]:
    """What only a person can tell about a column, with the answers that stand in it, masked."""
    asked = []
    for column in found.mapping.columns:
        if column.question:
            counts = pd.DataFrame(distribution(found.table.cells(column.index)), columns=["answer", "count"])
            answers = data.masked(counts[["answer"]])["answer"]
            pairs = zip(answers, counts["count"], strict=True)
            shown = [f"{accounts.cut(answer)} × {count:,}" for answer, count in pairs]
            sentence = say(column.question, column=accounts.cut(column.header))
            asked.append(sentence + say("questions.counts", counts=shown))
    return tuple(asked)
