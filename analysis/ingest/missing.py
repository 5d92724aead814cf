"""Answers that are not there, by question and by what stands in their place."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from analysis.ingest.inspection import Inspection
from analysis.ingest.mapping import ColumnMapping, Mapping
from analysis.ingest.scales import missing_kind

BLANK = "blank"
_LONGEST_CELL = 40  # three times the longest word for a missing answer; comments need not be looked at
_QUESTIONS = ("score", "stars", "choice", "attribute", "comment")


def missing_answers(inspection: Inspection, mapping: Mapping) -> dict[str, dict[str, int]]:
    """Cells without an answer, by question and kind; questions that everybody answered are not named.

    Counts every readable row of the file, whatever becomes of it. A comment that was not written and an option
    that was not ticked are no missing answers.
    """
    names, columns = inspection.table.frame.columns, mapping.having(*_QUESTIONS)
    with ThreadPoolExecutor() as pool:
        found = zip(columns, pool.map(partial(_kinds, inspection), columns), strict=True)
        return {str(names[column.index]): kinds for column, kinds in found if kinds}


def _kinds(inspection: Inspection, column: ColumnMapping) -> dict[str, int]:
    cells = inspection.table.cells(column.index).str.strip()
    cells = cells[cells.str.len() <= _LONGEST_CELL]
    kinds: Counter[str] = Counter()
    counts = cells.value_counts()
    for cell, n in zip(counts.index.tolist(), counts.tolist(), strict=True):
        if kind := missing_kind(cell):
            kinds[kind] += n
    for code, n in inspection.cleared.get(column.index, {}).items():
        kinds[missing_kind(code) or BLANK] += n
        kinds[BLANK] -= n
    if column.role == "comment" or column.option is not None:
        del kinds[BLANK]
    return {kind: n for kind, n in sorted(kinds.items()) if n > 0}
