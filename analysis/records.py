"""What passes from a file to the store: clean records, the row account, and what was left out."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from analysis.schema import ExportForm, Kind, Metric

# Columns of each record table. Every table also carries `row`: the line of the source file as a
# spreadsheet numbers it (the header is line 1), so that a record can be traced back.
ENTITY_COLUMNS = ("customer_id", "channel", "store", "region", "staff", "touchpoint", "tier")
RECORD_COLUMNS: dict[str, tuple[str, ...]] = {
    "answers": (
        "row", "response_id", "day", "dimension", "metric", "scale", "score", *ENTITY_COLUMNS, "wait_minutes", "weight",
    ),
    "comments": ("row", "comment_id", "day", "source", "text", "response_id", "stars", *ENTITY_COLUMNS),
    "tickets": (
        "row", "ticket_id", "created", "first_reply", "plan", "resolved", "closed", "status", "category",
        "priority", *ENTITY_COLUMNS, "contacts", "reopened", "compensation",
    ),
    "volumes": ("row", "day", "channel", "store", "region", "count"),
    "customers": ("row", "customer_id", "tier", "spend_12m", "last_purchase", "bought_new", "age_band", "region"),
    "attributes": ("row", "name", "value"),
    "choices": ("row", "response_id", "day", "question", "option", "place", *ENTITY_COLUMNS),
}
# What every answer of one respondent has in common.
QUESTION_COLUMNS = ("dimension", "metric", "scale", "score")
RESPONDENT_COLUMNS = tuple(name for name in RECORD_COLUMNS["answers"] if name not in QUESTION_COLUMNS)


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that was wrong in a file: where, which value, why, and whether the whole row stayed out.

    `reason` is a message key under `reasons.` in the language file; `values` fill its sentence.
    """

    row: int | None
    column: str | None
    value: str | None
    reason: str
    whole_row: bool = False
    values: MappingABC[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about a file that is no fault of a row: hidden rows, sheets left unread, formulas never calculated.

    `name` is a message key under `notices.` in the language file; `values` fill its sentence.
    """

    name: str
    values: MappingABC[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The account of one file: rows_read = imported + duplicates + quarantined, always.

    `cells_quarantined` counts single bad cells of rows that went in otherwise. `refused` is the
    message key when the whole file was refused (then nothing of it is in the store). `flags` counts
    the imported rows with each doubt of `schema.FLAGS`; they are imported like the others.
    `missing` counts, by question, the cells of the file that hold no answer, by kind (keys under `missing.`).
    """

    batch: int | None
    file_name: str
    kind: Kind | None
    format: str
    encoding: str
    rows_read: int
    imported: int
    duplicates: int
    quarantined: int
    cells_quarantined: int
    refused: str | None = None
    mapping: MappingABC[str, object] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()
    masked: MappingABC[str, int] = field(default_factory=dict)
    unmapped: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    flags: MappingABC[str, int] = field(default_factory=dict)
    missing: MappingABC[str, MappingABC[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FaultyRows:
    """The rows of a file that stayed out or lost cells, in the form in which they may be kept and corrected.

    `rows` has a line per such row: `row` (int), `cells` (a JSON list in the order of `header`; texts masked, ids of
    people as pseudonyms behind PSEUDONYM_SIGN, columns that are not imported blank), and, where the row is in but for
    some cells, its `content` and the `identity` under which a corrected one replaces it (UInt64, else NA).
    `survey_date` dated the rows without a date of their own. `corrects` is the batch whose rows these correct.
    """

    header: tuple[str, ...]
    rows: pd.DataFrame
    survey_date: date | None = None
    corrects: int | None = None


# No id in a file begins like this and goes on with 16 hexadecimal digits; where one does, only the row that is kept
# in the store decides whether it is a pseudonym.
PSEUDONYM_SIGN = "#"


@dataclass(frozen=True, slots=True)
class Original:
    """A batch as its corrections need it: what was wrong with which row, the mapping it was read with, and the
    contents (uint64) of all rows of the batch and of those that it corrects itself. `form` is that of the batch.
    """

    batch: int
    file_name: str
    file_hash: str
    mapping: MappingABC[str, object]
    faulty: FaultyRows
    issues: tuple[Issue, ...]
    contents: np.ndarray
    form: ExportForm | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What one column of scores asks. Without a touchpoint of its own, its answers have their respondent's."""

    dimension: str | None
    metric: Metric
    scale: str
    touchpoint: str | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers as a survey has them: a line per respondent, a column of scores per question.

    `respondents` has the columns RESPONDENT_COLUMNS; `scores[i]` holds the answers to `questions[i]`, one per
    respondent, NaN where there is none. Laid out long, every id would stand there once per question.
    """

    respondents: pd.DataFrame
    questions: tuple[Question, ...]
    scores: tuple[np.ndarray, ...]

    def __len__(self) -> int:
        return sum(int(np.count_nonzero(~np.isnan(scores))) for scores in self.scores)

    def where(self, respondents: np.ndarray) -> Answers:
        """The answers of some respondents only, by a mask over all."""
        frame = self.respondents[respondents].reset_index(drop=True)
        return Answers(frame, self.questions, tuple(scores[respondents] for scores in self.scores))

    def long(self) -> pd.DataFrame:
        """One line per answer, with exactly the columns of the answers table, question by question."""
        parts = [self._of(*asked) for asked in zip(self.questions, self.scores, strict=True)]
        nothing = self.respondents.head(0).reindex(columns=[*RECORD_COLUMNS["answers"]])
        return pd.concat(parts, ignore_index=True) if parts else nothing

    def _of(self, question: Question, scores: np.ndarray) -> pd.DataFrame:
        answered = ~np.isnan(scores)
        frame = self.respondents[answered].assign(
            dimension=question.dimension, metric=question.metric, scale=question.scale, score=scores[answered]
        )
        if question.touchpoint is not None:
            frame["touchpoint"] = question.touchpoint
        return frame.astype({"touchpoint": "str"})[[*RECORD_COLUMNS["answers"]]]


@dataclass(frozen=True, slots=True)
class RecordBatch:
    """Everything one file became, before the store has looked for duplicates.

    `rows` has one line per accepted source row: `row` (int), `content` (uint64 hash of what the row
    says) and `identity` (uint64 or NA): where set, a later row with the same identity and other
    content replaces the earlier one. `others` maps a name of RECORD_COLUMNS to a frame with exactly those
    columns; the answers stand apart. `flags` has a line (row, flag) for every doubt about an accepted row.
    `report.duplicates` is still 0.
    `faulty` keeps the rows that can be corrected, None where every row was sound. `form` is set where the same
    answers may come again from the same tool in another form.
    """

    kind: Kind
    file_hash: str
    rows: pd.DataFrame
    others: MappingABC[str, pd.DataFrame]
    report: ImportReport
    flags: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"row": [], "flag": []}))
    faulty: FaultyRows | None = None
    answers: Answers | None = None
    form: ExportForm | None = None

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """All records, each table laid out as the store keeps it: to look at, not to import from."""
        return ({"answers": self.answers.long()} if self.answers is not None else {}) | dict(self.others)

    def of_rows(self, rows: Collection[int]) -> dict[str, pd.DataFrame]:
        """The same of some source rows, by their numbers."""
        some = {name: frame[frame["row"].isin(rows)] for name, frame in self.others.items()}
        if self.answers is None:
            return some
        return {"answers": self.answers.where(self.answers.respondents["row"].isin(rows).to_numpy()).long()} | some
