"""What a conversion made of a file, short enough to be looked at before it is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from analysis.records import RECORD_COLUMNS, Issue, RecordBatch

# Of an answer, what stands in the column's head rather than in its cells.
_ASKED = ["touchpoint", "dimension", "metric", "scale"]
_OF_ONE_ANSWER = (*_ASKED, "score")
_NOT_SHOWN = ("row", "source")
# Fields of several tables that are one thing to whoever looks at a row, under the name of their role.
_ROLE_OF = {
    "response_id": "id", "ticket_id": "id", "comment_id": "id", "day": "time", "created": "time", "text": "comment",
}


# Tables of names and values: what their lines are, and the columns of both.
_NAMED = {"attributes": ("attribute", "name", "value"), "choices": ("choice", "question", "option")}


@dataclass(frozen=True, slots=True)
class StoredColumn:
    """One column of stored rows: the role of what it holds; of role "score" the scores of one question.

    `question` names an attribute or a question whose answers are choices.
    """

    role: str
    question: str | None = None
    touchpoint: str | None = None
    dimension: str | None = None
    metric: str | None = None
    scale: str | None = None


@dataclass(frozen=True, slots=True)
class StoredRows:
    """The first rows of a file as the store would hold them, wide again: one line per source row.

    `rows` are their numbers in the file; `cells` has one tuple per row in the order of `columns`, None where
    nothing is stored. Columns that are empty in all of them are left out.
    """

    columns: tuple[StoredColumn, ...]
    rows: tuple[int, ...]
    cells: tuple[tuple[object, ...], ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of problem: its reason and the values of its sentence, where, how often, and the first of them.

    `column` is None where the whole row is meant; `row` and `value` are those of the first case.
    """

    reason: str
    values: Mapping[str, object]
    column: str | None
    whole_row: bool
    count: int
    row: int | None
    value: str | None


def stored_rows(records: RecordBatch, *, limit: int) -> StoredRows:
    """The first `limit` accepted rows as they would be stored; without any, no rows and no columns."""
    rows = [int(row) for row in records.rows["row"].head(limit)]
    found: dict[StoredColumn, dict[int, object]] = {}
    for table, some in records.of_rows(rows).items():
        if table in _NAMED:
            _add_named(found, some, *_NAMED[table])
        else:
            _add_fields(found, table, some)
        if table == "answers":
            _add_scores(found, some)
    columns = tuple(column for column, cells in found.items() if cells)
    return StoredRows(columns, tuple(rows), tuple(tuple(found[c].get(row) for c in columns) for row in rows))


def _add_fields(found: dict[StoredColumn, dict[int, object]], table: str, frame: pd.DataFrame) -> None:
    of_one_answer = _OF_ONE_ANSWER if table == "answers" else ()
    for name in RECORD_COLUMNS[table]:
        if name in _NOT_SHOWN or name in of_one_answer:
            continue
        cells = found.setdefault(StoredColumn(_ROLE_OF.get(name, name)), {})
        for row, value in zip(map(int, frame["row"]), frame[name].astype(object), strict=True):
            if not pd.isna(value) and value != "":
                # Several texts of one row stand one after the other; any other field is the row's own.
                cells[row] = f"{cells[row]} / {value}" if name == "text" and row in cells else cells.get(row, value)


def _add_named(
    found: dict[StoredColumn, dict[int, object]], frame: pd.DataFrame, role: str, name: str, value: str
) -> None:
    for row, question, said in zip(map(int, frame["row"]), frame[name], frame[value], strict=True):
        cells = found.setdefault(StoredColumn(role, str(question)), {})
        cells[row] = f"{cells[row]} / {said}" if row in cells else said


def _add_scores(found: dict[StoredColumn, dict[int, object]], answers: pd.DataFrame) -> None:
    asked = answers[_ASKED].astype(object).where(answers[_ASKED].notna(), None)
    # A question asked once a row may have the row's own touchpoint: it stays one column and names none.
    once = ~asked.assign(row=answers["row"]).duplicated(["row", *_ASKED[1:]], keep=False)
    once = once.groupby([asked[name] for name in _ASKED[1:]], dropna=False).transform("all")
    places = asked.groupby(_ASKED[1:], dropna=False)["touchpoint"].transform("nunique")
    asked["touchpoint"] = asked["touchpoint"].where(~once | (places == 1), None)
    for row, score, *question in zip(answers["row"], answers["score"], *(asked[n] for n in _ASKED), strict=True):
        found.setdefault(StoredColumn("score", None, *question), {})[int(row)] = float(score)


def problems(issues: Iterable[Issue]) -> tuple[Problem, ...]:
    """Issues counted by what is wrong and where: whole rows first, then the most frequent; none without issues."""
    groups: dict[tuple, list[Issue]] = {}
    for issue in issues:
        groups.setdefault((issue.whole_row, issue.reason, issue.column, str(dict(issue.values))), []).append(issue)
    found = [
        Problem(first.reason, first.values, first.column, first.whole_row, len(group), first.row, first.value)
        for group in groups.values()
        for first in group[:1]
    ]
    return tuple(sorted(found, key=lambda problem: (not problem.whole_row, -problem.count)))


def unanswered(records: RecordBatch, questions: int) -> int:
    """How many of the `questions` scored questions the accepted rows leave open, bad cells aside."""
    if records.answers is None:
        return 0
    bad = sum(not i.whole_row and i.reason.startswith("score_") for i in records.report.issues)
    return len(records.rows) * questions - len(records.answers) - bad
