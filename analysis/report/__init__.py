"""The week as a file for the meeting: gathered once (`week_content`), laid out as XLSX, PPTX or HTML (`file_bytes`).

The three formats show the same `Report`: the same sentences, the same numbers, each with its interval and n.
"""

from __future__ import annotations

from typing import Literal, get_args

from analysis.export import file_name
from analysis.report.content import Quality, WeekContent, week_content
from analysis.report.document import report_of
from analysis.report.parts import Report
from analysis.report.weeks import LATELY_WEEKS, last_whole_week, monday_of, week_name, whole_weeks

ReportFormat = Literal["html", "pptx", "xlsx"]
REPORT_FORMATS: tuple[ReportFormat, ...] = get_args(ReportFormat)
MIME_TYPES: dict[ReportFormat, str] = {
    "html": "text/html",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

__all__ = [
    "LATELY_WEEKS",
    "MIME_TYPES",
    "REPORT_FORMATS",
    "Quality",
    "Report",
    "ReportFormat",
    "WeekContent",
    "file_bytes",
    "last_whole_week",
    "monday_of",
    "report_file_name",
    "report_of",
    "week_content",
    "week_name",
    "whole_weeks",
]


def file_bytes(
    report: Report, form: ReportFormat, *, template: bytes | None = None, template_name: str = ""
) -> bytes:
    """The finished file; call it where the report's language is spoken, as some words are the writers' own.

    `template` are the bytes of a company's PPTX, which only the slides use; raises ReportRefused where it does not
    serve.
    """
    # Each writer brings a library of its own that the others do not need.
    match form:
        case "html":
            from analysis.report.page.document import page_bytes

            return page_bytes(report)
        case "pptx":
            from analysis.report.slides.deck import deck_bytes

            return deck_bytes(report, template=template, template_name=template_name)
        case "xlsx":
            from analysis.report.workbook import workbook_bytes

            return workbook_bytes(report)


def report_file_name(report: Report, form: ReportFormat) -> str:
    """What the file is called: the report and its week, "客户声音周报_2026-W47.pptx"."""
    return file_name(report.name, report.week, suffix=f".{form}")
