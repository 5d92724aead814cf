"""An inspected file to a RecordBatch, with the account of every row."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pandas as pd

from analysis import privacy
from analysis.errors import MappingIncomplete
from analysis.ingest.correction import Correction
from analysis.ingest.faulty import faulty_rows, identities, safe_torn
from analysis.ingest.forgotten import FORGOTTEN, forgotten_rows
from analysis.ingest.inspection import Inspection
from analysis.ingest.mapping import ColumnMapping, Mapping
from analysis.ingest.missing import missing_answers
from analysis.ingest.records_of import Built, build
from analysis.ingest.source import Fault, Source
from analysis.records import RECORD_COLUMNS, FaultyRows, ImportReport, Issue, RecordBatch
from analysis.schema import Kind
from analysis.watching import UNWATCHED, Watch

# What a file of each kind must have: a column of at least one of these roles, else the message.
_NEEDED: dict[Kind, tuple[tuple[str, ...], str]] = {
    "survey": (("score", "comment", "choice"), "errors.no_survey_columns"),
    "review": (("comment", "stars", "score"), "errors.no_review_columns"),
    "complaint": (("id", "title", "comment", "category"), "errors.no_complaint_columns"),
    "volume": (("count",), "errors.no_volume_columns"),
    "customer": (("customer_id",), "errors.no_customer_columns"),
}
_DATED: tuple[Kind, ...] = ("survey", "review", "complaint", "volume")


def convert(
    inspection: Inspection,
    *,
    mapping: Mapping | None = None,
    survey_date: date | None = None,
    secret: bytes,
    now: datetime | None = None,
    watch: Watch = UNWATCHED,
    forgotten: Collection[str] = (),
) -> RecordBatch:
    """Records of a file: wide rows turned long, every cell checked, texts masked, customers pseudonymised.

    `survey_date` dates the rows that have no date of their own; `now` (Shanghai time) decides what lies
    in the future. Rows of people whose keyed hash is in `forgotten` stay out.
    Raises MappingIncomplete where a needed column or the date is not there, Stopped by `watch`.
    """
    mapping = (mapping or inspection.mapping).placed(inspection.table.header)
    mapping.check_names()
    if inspection.correction and survey_date is None:
        survey_date = inspection.correction.original.faulty.survey_date
    _check_complete(mapping, survey_date, inspection.file_name)
    source = _source(inspection, mapping, secret, survey_date, now, watch)
    _leave_out(source, inspection)
    built = build(source)
    watch.check()
    if inspection.correction:
        inspection.correction.settle(built)
    if forgotten:
        source.fault(forgotten_rows(source, built, forgotten), None, FORGOTTEN, whole_row=True)
    accepted = _accepted(source, built)
    built.identity = identities(source, built.content, built.identity)
    torn = safe_torn(inspection.torn, source)
    issues = _issues(source, _withheld(inspection.issues, torn))
    tables = {name: _table(name, frame, accepted, inspection.table.frame.index) for name, frame in built.tables.items()}
    rows = _rows(built, accepted, inspection.table.frame.index)
    report = _report(inspection, mapping, issues, len(rows), source.masked)
    flags = _flags(built, accepted, inspection.table.frame.index)
    report = replace(report, flags={name: int(n) for name, n in flags["flag"].value_counts(sort=False).items()})
    faulty = _faulty(source, built, accepted, torn, inspection.correction)
    answers = built.answers.where(accepted) if built.answers is not None else None
    return RecordBatch(
        mapping.kind, inspection.file_hash, rows, tables, report, flags, faulty=faulty, answers=answers,
        form=inspection.form,
    )


def _source(
    inspection: Inspection, mapping: Mapping, secret: bytes, survey_date: date | None, now: datetime | None,
    watch: Watch,
) -> Source:
    taken = inspection.correction.original.contents if inspection.correction else None
    return Source(inspection.table, mapping, secret, survey_date, now, watch, taken=taken)


def _faulty(
    source: Source, built: Built, accepted: np.ndarray, torn: pd.DataFrame, correction: Correction | None
) -> FaultyRows | None:
    if correction:
        torn = pd.concat([torn, correction.carried], ignore_index=True)
    found = faulty_rows(source, built.content, built.identity, accepted, torn)
    return replace(found, corrects=correction.original.batch) if found and correction else found


def _withheld(issues: Iterable[Issue], torn: pd.DataFrame) -> list[Issue]:
    """Issues of torn lines say of them what may be kept, and no more."""
    safe = dict(zip(torn["row"], (",".join(cells) for cells in torn["cells"]), strict=True))
    return [replace(issue, value=safe.get(issue.row, issue.value)) for issue in issues]


def _check_complete(mapping: Mapping, survey_date: date | None, file_name: str) -> None:
    roles, message = _NEEDED[mapping.kind]
    if not mapping.having(*roles):
        raise MappingIncomplete(message, file=file_name)
    if mapping.kind in _DATED and survey_date is None and mapping.first("time") is None:
        raise MappingIncomplete("errors.no_date", file=file_name)


def _leave_out(source: Source, inspection: Inspection) -> None:
    """Rows that their tool set apart and the mapping leaves out stay out as wholes."""
    numbers = inspection.table.frame.index
    for mark in inspection.marks:
        if mark.name in source.mapping.leave_out:
            header = inspection.table.header[mark.column]
            column = ColumnMapping(mark.column, header, "ignore")
            source.fault(numbers.isin(mark.rows), column, mark.name, whole_row=True)


def _accepted(source: Source, built: Built) -> np.ndarray:
    """Which rows go in. A row of which nothing is usable stays out as a whole, for its first fault's reason."""
    out = np.zeros(len(source), bool)
    for fault in source.faults:
        if fault.whole_row:
            out[fault.at] = True
    source.fault(~built.usable & ~out, None, "no_content", whole_row=True)
    return built.usable & ~out


def _issues(source: Source, unreadable: Iterable[Issue]) -> tuple[Issue, ...]:
    """One whole-row issue per row that stays out, one cell issue per bad cell of the others, in file order."""
    parts = [_fault_frame(source, fault) for fault in source.faults]
    if parts:
        frame = pd.concat(parts, ignore_index=True).sort_values(["at", "order"], kind="stable")
        lost = frame["at"].isin(frame.loc[frame["whole"], "at"])
        # A lost row is reported once: by the cell that is wrong, rather than by "nothing usable".
        named = frame[lost].sort_values(["at", "rank"], kind="stable").drop_duplicates("at").assign(whole=True)
        frame = pd.concat([frame[~lost], named]).sort_values(["at", "order"], kind="stable")
        values, _ = privacy.mask(frame["value"])
        found = [
            Issue(int(row), column, value, reason, bool(whole), details)
            for row, column, value, reason, whole, details in zip(
                source.table.frame.index[frame["at"]], _or_none(frame["column"]), _or_none(values),
                frame["reason"], frame["whole"], frame["details"], strict=True,
            )
        ]
    else:
        found = []
    return tuple(sorted([*_masked_issues(unreadable), *found], key=lambda issue: issue.row or 0))


def _or_none(values: pd.Series) -> list[str | None]:
    return [value if isinstance(value, str) else None for value in values]


def _fault_frame(source: Source, fault: Fault) -> pd.DataFrame:
    column = fault.column
    value = source.table.cells(column.index).iloc[fault.at].to_numpy(object) if column else None
    rank = 1 if column is not None and not fault.whole_row else 0 if column is not None else 2
    # Of a forgotten person's row nothing is said but that.
    rank = -1 if fault.reason == FORGOTTEN else rank
    return pd.DataFrame({
        "at": fault.at, "order": column.index if column else -1, "column": column.header if column else None,
        "value": pd.array(value if column else [None] * len(fault.at), dtype="str"), "reason": fault.reason,
        "whole": fault.whole_row, "rank": rank, "details": [fault.values] * len(fault.at),
    })


def _masked_issues(issues: Iterable[Issue]) -> list[Issue]:
    issues = list(issues)
    if not issues:
        return []
    values, _ = privacy.mask(pd.Series([issue.value for issue in issues], dtype="str"))
    return [
        Issue(issue.row, issue.column, value, issue.reason, issue.whole_row, issue.values)
        for issue, value in zip(issues, values, strict=True)
    ]


def _table(name: str, frame: pd.DataFrame, accepted: np.ndarray, rows: pd.Index) -> pd.DataFrame:
    kept = frame[accepted[frame["at"]]]
    kept = kept.assign(row=rows.to_numpy()[kept["at"]])
    if name == "volumes":
        kept = kept.assign(count=kept["count"].astype("int64"))
    return kept[list(RECORD_COLUMNS[name])].reset_index(drop=True)


def _rows(built: Built, accepted: np.ndarray, rows: pd.Index) -> pd.DataFrame:
    return pd.DataFrame({
        "row": rows.to_numpy()[accepted],
        "content": built.content[accepted],
        "identity": built.identity[accepted].array,
    })


def _flags(built: Built, accepted: np.ndarray, rows: pd.Index) -> pd.DataFrame:
    """One line (row, flag) for every flag of a row that goes in."""
    parts = [
        pd.DataFrame({"row": rows.to_numpy()[flagged & accepted], "flag": flag})
        for flag, flagged in built.flags.items()
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"row": [], "flag": []})


def _report(
    inspection: Inspection, mapping: Mapping, issues: tuple[Issue, ...], imported: int, masked: dict[str, int]
) -> ImportReport:
    quarantined = sum(issue.whole_row for issue in issues)
    return ImportReport(
        batch=None,
        file_name=inspection.file_name,
        kind=mapping.kind,
        format=inspection.format,
        encoding=inspection.encoding,
        rows_read=len(inspection.table.frame) + len(inspection.issues),
        imported=imported,
        duplicates=0,
        quarantined=quarantined,
        cells_quarantined=len(issues) - quarantined,
        mapping=mapping.to_dict(),
        issues=issues,
        masked=dict(masked),
        unmapped=tuple(column.header for column in mapping.having("ignore")),
        notices=inspection.notices,
        missing=missing_answers(inspection, mapping),
    )
