"""Bringing a file in, step by step: choose, check what was recognised, import, read the account.

A session keeps the table of the one file it is looking at, and drops it with the import.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd
import streamlit as st

from analysis.errors import XinshengError
from analysis.i18n import say, words
from analysis.ingest import ROLES_OF, Inspection, Mapping, distribution
from analysis.records import ImportReport
from analysis.schema import KINDS, METRICS, SCALES, Kind
from analysis.taxonomy import taxonomy
from dashboard import accounts, components, data

RECOGNISED = ""  # the choice that leaves kind or encoding to recognition
ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16")
SAMPLED_ROWS = 50         # first rows that previews and examples come from
PREVIEW_ROWS = 5
PREVIEW_COLUMNS = 12
SAMPLE_CELLS = 2          # different values of a column shown beside its role
REPORTS_KEPT = 10         # accounts that stay on the page during a visit
NOT_SAID = "—"            # stands in a mapping's cell that does not apply
EDITOR_ROW, EDITOR_ROWS = 36, 12
MAPPING_COLUMNS = ("header", "sample", "role", "dimension", "metric", "scale", "reversed", "touchpoint", "why")


@dataclass(frozen=True, slots=True)
class Looked:
    """A file as it was read: what it was asked with, and the inspection with its first rows, or the refusal.

    `head` is masked: what stands on the screen holds no phone numbers, whatever the file holds.
    """

    asked: tuple[str, str | None, str | None]
    inspection: Inspection | None = None
    head: pd.DataFrame | None = None
    refusal: XinshengError | None = None
    questions: tuple[str, ...] = ()


def steps() -> None:
    """Draw the steps for the files of this visit."""
    generation = st.session_state.setdefault("upload-generation", 0)
    with components.card(say("screen.data.choose_title"), say("screen.data.choose_rule"), key="choose"):
        files = st.file_uploader(
            say("screen.data.files"), accept_multiple_files=True, key=f"files-{generation}",
            label_visibility="collapsed",
        )
        components.quiet_note(say("screen.data.privacy"))
    waiting = [file for file in files or () if file.file_id not in _finished()]
    if waiting:
        _check(waiting)
    elif files:
        _next_generation()
    for number, report in enumerate(_reports()):
        accounts.account(report, key=f"account-{number}")


def forget(batch: int) -> None:
    """Take the account of an import that was undone off the page."""
    st.session_state["upload-reports"] = tuple(report for report in _reports() if report.batch != batch)


# Choosing and checking.


def _check(waiting: Sequence) -> None:
    file = waiting[0]
    title = say("screen.data.check_title", file=file.name)
    with components.card(title, _queue_words(waiting), key="check"):
        looked = _looked(file)
        _settings(file, looked)
        if looked.inspection is None:
            components.refusal(say("screen.data.refused", file=file.name), _error_words(looked.refusal))
            st.button(say("screen.data.next" if len(waiting) > 1 else "screen.data.close"), key="skip",
                      on_click=_finish, args=(file.file_id,))
            return
        _preview(looked)
        for question in looked.questions:
            components.quiet_note(question)
        mapping = _left_out(file.file_id, looked.inspection, _mapping_editor(file.file_id, looked))
        day = _survey_date(file.file_id, mapping)
        _buttons(file, looked, mapping, day)


def _looked(file) -> Looked:
    """The file as it reads with the chosen encoding and kind; read anew only when those change."""
    encoding, kind = (st.session_state.get(f"{name}-{file.file_id}") or None for name in ("encoding", "kind"))
    asked = (file.file_id, encoding, kind)
    kept: Looked | None = st.session_state.get("upload-looked")
    if kept is not None and kept.asked == asked:
        return kept
    with st.spinner(say("screen.data.inspecting")):
        try:
            found = data.inspect_file(file.getvalue(), file_name=file.name, encoding=encoding, kind=kind)
            head = data.masked(found.table.frame.head(SAMPLED_ROWS))
            looked = Looked(asked, found, head, questions=_questions(found))
        except XinshengError as refusal:
            looked = Looked(asked, refusal=refusal)
    st.session_state["upload-looked"] = looked
    return looked


def _settings(file, looked: Looked) -> None:
    found = looked.inspection
    found_kind = say(f"kinds.{found.kind}") if found else ""
    found_encoding = accounts.encoding_words(found) if found else ""
    with st.container(horizontal=True, vertical_alignment="bottom", key="upload-settings"):
        st.selectbox(
            say("screen.data.kind"), (RECOGNISED, *KINDS), key=f"kind-{file.file_id}", width=230,
            format_func=lambda kind: say(f"kinds.{kind}") if kind else _automatic(found_kind),
        )
        if found is None or found.format in accounts.TEXT_FORMATS:
            st.selectbox(
                say("screen.data.encoding"), (RECOGNISED, *ENCODINGS), key=f"encoding-{file.file_id}", width=230,
                format_func=lambda name: name.upper() if name else _automatic(found_encoding),
            )


def _preview(looked: Looked) -> None:
    found = looked.inspection
    rows, columns = found.table.frame.shape
    sheet = getattr(found.table, "sheet", None)
    facts = say("screen.data.facts", format=found.format.upper(), rows=f"{rows:,}", columns=columns)
    if found.tool:
        facts = say("screen.data.tool", tool=say(f"formats.{found.tool}"), facts=facts)
    components.quiet_note(say("screen.data.sheet", facts=facts, sheet=sheet) if sheet else facts)
    header = [say("screen.data.line"), *(accounts.cut(name) for name in found.table.header[:PREVIEW_COLUMNS])]
    head = looked.head.iloc[:PREVIEW_ROWS, :PREVIEW_COLUMNS]
    lines = [[str(number), *(accounts.cut(accounts.text(cell)) for cell in row)]
             for number, row in zip(head.index, head.itertuples(index=False, name=None), strict=True)]
    components.text_table(header, lines, label=say("screen.data.preview"), numeric=frozenset({0}))
    if columns > PREVIEW_COLUMNS:
        components.quiet_note(say("screen.data.more_columns", count=columns - PREVIEW_COLUMNS))
    if found.template:
        components.quiet_note(say("screen.data.template"))
    if found.issues:
        accounts.issue_list(found.issues)


def _questions(found: Inspection) -> tuple[str, ...]:
    """What only a person can tell about a column, with the answers that stand in it, masked."""
    asked = []
    for column in found.mapping.columns:
        if column.question:
            counts = pd.DataFrame(distribution(found.table.cells(column.index)), columns=["answer", "count"])
            answers = data.masked(counts[["answer"]])["answer"]
            pairs = zip(answers, counts["count"], strict=True)
            shown = [f"{accounts.cut(answer)} × {count:,}" for answer, count in pairs]
            sentence = say(column.question, column=accounts.cut(column.header))
            asked.append(sentence + say("questions.counts", counts="、".join(shown)))
    return tuple(asked)


def _left_out(file_id: str, found: Inspection, mapping: Mapping) -> Mapping:
    """The mapping with the choice, for each kind of row that the tool set apart, whether it stays out."""
    chosen = tuple(
        mark.name for mark in found.marks
        if st.checkbox(
            say(f"questions.rows.{mark.name}", count=f"{len(mark.rows):,}"), value=mark.name in mapping.leave_out,
            key=f"leave-{mark.name}-{file_id}",
        )
    )
    return replace(mapping, leave_out=chosen)


def _mapping_editor(file_id: str, looked: Looked) -> Mapping:
    found = looked.inspection
    table = mapping_table(found.mapping, looked.head)
    used = int((table["role"] != "ignore").sum())
    ignored = len(table) - used
    components.quiet_note(say(f"screen.data.mapping_{'part' if ignored else 'all'}", used=used, ignored=ignored))
    edited = st.data_editor(
        table, key=f"mapping-{file_id}-{looked.asked[1]}-{looked.asked[2]}", hide_index=True, num_rows="fixed",
        row_height=EDITOR_ROW, height=EDITOR_ROW * (min(len(table), EDITOR_ROWS) + 1) + 2,
        placeholder=NOT_SAID, column_config=_editor_columns(table, found.kind), alt=say("screen.data.mapping"),
    )
    return mapping_from(edited, found.mapping)


def mapping_table(proposed: Mapping, head: pd.DataFrame) -> pd.DataFrame:
    """The proposed mapping as an editable table, one line per column of the file.

    Its columns are MAPPING_COLUMNS; sample holds a few values of `head`, the file's first rows.
    """
    rows = [
        {
            "header": column.header, "sample": _sample(head, column.index), "role": column.role,
            "dimension": column.dimension, "metric": column.metric, "scale": column.scale,
            "reversed": column.reversed, "touchpoint": column.touchpoint, "why": accounts.reason_words(column.why, {}),
        }
        for column in proposed.columns
    ]
    texts = ["dimension", "metric", "scale", "touchpoint"]
    table = pd.DataFrame(rows, columns=["header", "sample", "role", "reversed", "why", *texts])
    return table.astype(dict.fromkeys(texts, object))[[*MAPPING_COLUMNS]]


def mapping_from(table: pd.DataFrame, proposed: Mapping) -> Mapping:
    """The mapping with what was changed in its table; lines stand in the order of the columns."""
    edited = [
        replace(
            column, role=line["role"] or "ignore", reversed=bool(line["reversed"]),
            **{name: accounts.text(line[name]) or None for name in ("dimension", "metric", "scale", "touchpoint")},
        )
        for column, line in zip(proposed.columns, table.to_dict("records"), strict=True)
    ]
    return replace(proposed, columns=tuple(edited))


def _editor_columns(table: pd.DataFrame, kind: Kind) -> dict:
    choice = st.column_config.SelectboxColumn
    fixed = st.column_config.TextColumn

    def title(name: str) -> str:
        return say(f"screen.data.column_{name}")

    def known(name: str, options: Sequence[str]) -> list[str]:
        return list(dict.fromkeys([*options, *(value for value in table[name] if isinstance(value, str))]))

    names = taxonomy()
    dimensions = known("dimension", [d.name for d in names.dimensions])
    metrics = known("metric", METRICS)
    return {
        "header": fixed(title("header"), disabled=True, width="medium", pinned=True),
        "sample": fixed(title("sample"), disabled=True, width="medium"),
        "role": choice(title("role"), options=known("role", ROLES_OF[kind]), required=True, format_func=_role_words),
        "dimension": choice(title("dimension"), options=dimensions, width=150),
        "metric": choice(title("metric"), options=metrics, format_func=lambda m: say(f"metrics.{m}"), width=140),
        "scale": choice(title("scale"), options=known("scale", list(SCALES)), format_func=scale_words, width="small"),
        "reversed": st.column_config.CheckboxColumn(title("reversed"), width="small"),
        "why": fixed(title("why"), disabled=True, width=300),
        "touchpoint": choice(title("touchpoint"), options=known("touchpoint", [t.name for t in names.touchpoints])),
    }


def scale_words(scale: str) -> str:
    """A scale as people write it: "1 – 5 分"."""
    key = f"screen.data.scales.{scale}"
    return say(key) if key in words() else say("screen.data.scale", low=scale.split("-")[0], high=scale.split("-")[-1])


def _survey_date(file_id: str, mapping: Mapping) -> date | None:
    if any(column.role == "time" for column in mapping.columns) or mapping.kind not in ("survey", "review"):
        return None
    return st.date_input(
        say("screen.data.survey_date"), value=None, key=f"date-{file_id}", format="YYYY-MM-DD", width=230,
        max_value=date.today(), help=say("screen.data.survey_date_help"),
    )


def _buttons(file, looked: Looked, mapping: Mapping, day: date | None) -> None:
    with st.container(horizontal=True, key="upload-buttons"):
        wanted = st.button(say("screen.data.import"), type="primary", key="import", icon=":material/database_upload:")
        st.button(say("screen.data.skip"), key="skip", on_click=_finish, args=(file.file_id,))
        st.download_button(
            say("screen.data.mapping_download"), data=json.dumps(mapping.to_dict(), ensure_ascii=False, indent=1),
            file_name=say("screen.data.mapping_name", file=looked.inspection.file_name), mime="application/json",
            key="mapping-download", on_click="ignore", icon=":material/download:",
        )
    if wanted:
        _import(file, looked, mapping, day)


def _import(file, looked: Looked, mapping: Mapping, day: date | None) -> None:
    with st.spinner(say("screen.data.importing")):
        try:
            report = data.import_file(
                file.getvalue(), file_name=file.name, kind=mapping.kind, mapping=mapping, survey_date=day,
                encoding=looked.asked[1],
            )
        except XinshengError as refusal:
            components.refusal(say("screen.data.refused", file=file.name), _error_words(refusal))
            return
    if report.refused:
        components.refusal(say("screen.data.refused", file=file.name), say(report.refused, file=file.name))
        return
    st.session_state["upload-reports"] = (report, *_reports())[:REPORTS_KEPT]
    _finish(file.file_id)
    st.rerun()


# The visit's memory.


def _finish(file_id: str) -> None:
    """The file is done with: nothing of it stays in the session."""
    st.session_state["upload-finished"] = _finished() | {file_id}
    st.session_state.pop("upload-looked", None)


def _next_generation() -> None:
    """All files are done with: a fresh drop zone, and the uploaded bytes are let go."""
    st.session_state["upload-generation"] += 1
    st.session_state["upload-finished"] = frozenset()
    st.rerun()


def _finished() -> frozenset[str]:
    return st.session_state.get("upload-finished", frozenset())


def _reports() -> tuple[ImportReport, ...]:
    return st.session_state.get("upload-reports", ())


# Words.


def _queue_words(waiting: Sequence) -> str:
    if len(waiting) == 1:
        return say("screen.data.check_rule")
    return say("screen.data.queue", count=len(waiting) - 1)


def _error_words(error: XinshengError) -> str:
    return say(error.key, **error.values)


def _automatic(found: str) -> str:
    return say("screen.data.automatic_found", found=found) if found else say("screen.data.automatic")


def _role_words(role: str) -> str:
    key = f"screen.data.roles.{role}"
    return say(key) if key in words() else role


def _sample(frame: pd.DataFrame, index: int) -> str:
    cells = [c for c in dict.fromkeys(accounts.text(v).strip() for v in frame.iloc[:, index]) if c]
    return " / ".join(accounts.cut(c) for c in cells[:SAMPLE_CELLS])
