"""What became of a file, to the row: the visible sum, what stayed out and why, and its download."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from analysis.i18n import listed, say, words
from analysis.ingest import Inspection
from analysis.records import ImportReport, Issue
from dashboard import components, data, language
from dashboard.theme import Tone

TEXT_FORMATS = frozenset({"csv", "tsv", "txt", "text"})  # formats that have an encoding to choose
ISSUES_SHOWN = 50         # lines of the issue list; the download holds all
MISSING_NAMED = 3         # questions that are named with the answers they lack; the others are counted
UNMAPPED_NAMED = 8        # columns left out that are named; the others are counted
CELL_CHARACTERS = 24
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def account(report: ImportReport, *, key: str) -> None:
    """What became of one file: the visible sum, what was masked, and what stayed out and why."""
    title = say("screen.data.account_title", file=report.file_name, imported=f"{report.imported:,}")
    kind = say(f"kinds.{report.kind}") if report.kind else ""
    facts = say("screen.data.account_rule", kind=kind, format=report.format.upper(), encoding=encoding_words(report))
    stayed_out: Tone = "attention" if report.quarantined else "neutral"
    with components.card(title, facts, key=key):
        components.sum_line(
            (say("screen.data.rows_read"), f"{report.rows_read:,}"),
            (
                (say("screen.data.imported"), f"{report.imported:,}", "good"),
                (say("screen.data.duplicates"), f"{report.duplicates:,}", "neutral"),
                (say("screen.data.quarantined"), f"{report.quarantined:,}", stayed_out),
            ),
        )
        if report.imported:
            st.page_link("dashboard/pages/overview.py", label=say("screen.common.to_overview"))
        for note in _notes(report):
            components.quiet_note(note)
        if report.issues:
            issue_list(report.issues)
            if report.batch is not None:
                quarantine_download(report.batch, key=key)


def issue_list(issues: Sequence[Issue]) -> None:
    """The first issues as a table: row, column, masked value and the reason in words."""
    header = [say(f"screen.data.issue_{name}") for name in ("row", "column", "value", "reason")]
    shown = issues[:ISSUES_SHOWN]
    values = data.masked(pd.DataFrame({"value": [text(i.value) for i in shown]}))["value"]
    rows = [
        [text(i.row), text(i.column), value, reason_words(i.reason, i.values)]
        for i, value in zip(shown, values, strict=True)
    ]
    components.text_table(header, rows, label=say("screen.data.issues"), numeric=frozenset({0}))
    if len(issues) > ISSUES_SHOWN:
        components.quiet_note(say("screen.data.more_issues", count=f"{len(issues) - ISSUES_SHOWN:,}"))


def quarantine_download(batch: int, *, key: str) -> None:
    """A button that downloads the rows of a batch that stayed out or lost cells, to be corrected and imported again."""
    st.download_button(
        say("screen.data.download"), data=language.spoken_now(lambda: data.quarantine_workbook(batch)), mime=XLSX_TYPE,
        file_name=say("screen.data.download_name", batch=batch), key=f"download-{key}", on_click="ignore",
        icon=":material/download:", help=say("screen.data.download_help"),
    )


def reason_words(reason: str, values: dict[str, object]) -> str:
    """The sentence of a reason key; a key without a sentence stands for itself."""
    key = f"reasons.{reason}"
    return say(key, **values) if key in words() else reason


def encoding_words(file: Inspection | ImportReport) -> str:
    """The encoding of a text file as people know it, else nothing."""
    return file.encoding.removesuffix("-sig").upper() if file.format in TEXT_FORMATS else ""


def cut(text: str) -> str:
    """A cell as far as it is shown."""
    return text if len(text) <= CELL_CHARACTERS else f"{text[:CELL_CHARACTERS - 1]}…"


def text(cell: object) -> str:
    """A cell as text; a missing one is empty."""
    return "" if cell is None or cell is pd.NA or cell != cell else str(cell)


def _notes(report: ImportReport) -> list[str]:
    notes = [say(f"notices.{notice.name}", **notice.values) for notice in report.notices]
    if report.duplicates and not report.imported:
        notes.append(say("screen.data.nothing_new"))
    if report.cells_quarantined:
        notes.append(say("screen.data.cells", count=f"{report.cells_quarantined:,}"))
    masked = masked_words(report)
    if masked:
        notes.append(say("screen.data.masked", parts=masked))
    if report.missing:
        named = [_missing_part(name, kinds) for name, kinds in [*report.missing.items()][:MISSING_NAMED]]
        parts = say("lists.clauses").join(named)
        notes.append(say("screen.data.missing", count=len(report.missing), parts=parts))
    if report.flags:
        parts = [say("flags.part", name=say(f"flags.{flag}"), count=f"{n:,}") for flag, n in report.flags.items()]
        notes.append(say("screen.data.flagged", parts=parts))
    if report.unmapped:
        named = tuple(map(cut, report.unmapped[:UNMAPPED_NAMED]))
        notes.append(say("screen.data.unmapped", columns=named, count=len(report.unmapped)))
    return notes


def _missing_part(question: str, kinds: Mapping[str, int]) -> str:
    """A question and how many answers it lacks, by kind."""
    return " ".join([cut(question), *(f"{say(f'missing.{kind}')} {n:,}" for kind, n in kinds.items())])


def masked_words(report: ImportReport) -> str:
    """What was masked and how often, in words; nothing where nothing was."""
    return listed([
        say("screen.data.masked_part", name=_mask_name(name), count=f"{count:,}")
        for name, count in report.masked.items() if count
    ])


def _mask_name(name: str) -> str:
    key = f"masks.{name}"
    return say(key) if key in words() else name
