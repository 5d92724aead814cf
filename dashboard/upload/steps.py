"""Choose, check, import: the steps in their order.

A session keeps the table of the one file it is looking at, and drops it with the import.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from analysis.errors import ArchiveOfSeveral, MappingIncomplete, XinshengError
from analysis.i18n import say
from analysis.ingest import Mapping, day_in_name
from analysis.schema import KINDS
from dashboard import accounts, components, data
from dashboard.upload import rehearsal, run, visit
from dashboard.upload.mapping import left_out, mapping_editor, with_order_of_dates
from dashboard.upload.preview import facts, questions, raw_table
from dashboard.upload.visit import Looked

RECOGNISED = ""  # the choice that leaves kind or encoding to recognition
ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16")
SAMPLED_ROWS = 50         # first rows that previews and examples come from


def steps() -> None:
    """Draw the steps for the files of this visit."""
    run.collect()
    with components.card(say("screen.data.choose_title"), say("screen.data.choose_rule"), key="choose"):
        files = st.file_uploader(
            say("screen.data.files"), accept_multiple_files=True, key=f"files-{visit.generation()}",
            label_visibility="collapsed",
        )
        components.quiet_note(say("screen.data.privacy"))
    # Places that stay: what comes and goes in one does not move the others, nor what is left over in them.
    places = ("at-work", "left-behind", "inbox", "accounts")
    at_work, elsewhere, inbox, told = (st.container(key=f"upload-{place}") for place in places)
    lying = data.waiting_files()
    opened = [file for file in lying if file.file_id in visit.opened()]
    waiting = [part for file in (*(files or ()), *opened) for part in parts(file)]
    waiting = [part for part in waiting if part.file_id not in visit.finished()]
    running = visit.running()
    with at_work:
        if running:
            run.importing(running)
        elif waiting:
            _check(waiting)
        elif files:
            visit.next_generation()
        else:
            visit.let_go()
    with elsewhere:
        run.left_behind()
    with inbox:
        _inbox([file for file in lying if file.file_id not in visit.opened()])
    with told:
        for number, report in enumerate(visit.reports()):
            accounts.account(report, key=f"account-{number}")


def _inbox(lying: Sequence) -> None:
    """The files of the inbox that nobody has opened yet."""
    if not lying:
        return
    title = say("screen.data.inbox_title", count=len(lying))
    with components.card(title, say("screen.data.inbox_rule", folder=data.inbox_folder()), key="inbox"):
        for file in lying:
            with st.container(horizontal=True, vertical_alignment="center", key=f"waiting-{file.file_id}"):
                components.batch_line(number="", name=file.name, facts=file.waiting.why)
                st.button(say("screen.data.inbox_open"), key=f"open-{file.file_id}", on_click=visit.open_file,
                          args=(file.file_id,))


# Choosing and checking.


@dataclass(frozen=True, slots=True)
class Part:
    """What is looked at as one file: an uploaded one, or one table of an archive (`member`)."""

    file_id: str
    file_name: str
    getvalue: Callable[[], bytes]
    member: str | None = None

    @property
    def name(self) -> str:
        """What it is called on the page."""
        return self.file_name if self.member is None else f"{self.file_name} · {self.member}"


def parts(file) -> list[Part]:
    """An uploaded file as it is looked at: an archive of several tables is as many files."""
    members = visit.unpacked().get(file.file_id)
    if members is None:
        return [Part(file.file_id, file.name, file.getvalue)]
    return [
        Part(f"{file.file_id}-{number}", file.name, file.getvalue, member)
        for number, member in enumerate(members)
    ]


def _check(waiting: Sequence[Part]) -> None:
    file = waiting[0]
    title = say("screen.data.check_title", file=file.name)
    with components.card(title, _queue_words(waiting), key="check"):
        reading = st.container(key="upload-reading")
        with reading:
            looked = _looked(file)
        _settings(file, looked)
        if looked is None:
            return
        if isinstance(looked.refusal, ArchiveOfSeveral):
            visit.unpack(file.file_id, looked.refusal.values["members"])
            st.rerun()
        if looked.inspection is None:
            components.refusal(say("screen.data.refused", file=file.name), _error_words(looked.refusal))
            st.button(say("screen.data.next" if len(waiting) > 1 else "screen.data.close"), key=f"skip-{file.file_id}",
                      on_click=visit.finish, args=(file.file_id,))
            return
        if looked.not_imported:
            components.refusal(say("screen.data.refused", file=file.name), looked.not_imported)
        _confirm(file, looked)


def _confirm(file, looked: Looked) -> None:
    """Everything about a file that could be read: its rows, its mapping, what an import would do, the buttons.

    What stands above the mapping follows what is changed in it.
    """
    facts(looked)
    above = st.container(key="upload-preview")
    for question in looked.questions:
        components.quiet_note(question)
    mapping = left_out(file.file_id, looked.inspection, mapping_editor(file.file_id, looked))
    mapping = with_order_of_dates(file.file_id, mapping)
    day = None if looked.inspection.correction else _survey_date(file, mapping)
    found = rehearsal.rehearsed(looked, mapping, day)
    with above:
        _preview(looked, found)
    if isinstance(found, MappingIncomplete):
        components.quiet_note(_error_words(found))
    else:
        rehearsal.expectation(found)
    _buttons(file, looked, mapping, day, ready=not isinstance(found, MappingIncomplete))


def _preview(looked: Looked, found: rehearsal.Rehearsal | MappingIncomplete) -> None:
    if isinstance(found, MappingIncomplete):
        raw_table(looked)
        return
    stored, raw = st.tabs([say("screen.data.stored"), say("screen.data.preview")])
    with stored:
        rehearsal.stored_table(found.stored)
    with raw:
        raw_table(looked)


def _looked(file) -> Looked | None:
    """The file as it reads with the chosen encoding and kind; None while it is being read.

    It is read anew only when those change.
    """
    encoding, kind = (st.session_state.get(f"{name}-{file.file_id}") or None for name in ("encoding", "kind"))
    asked = (file.file_id, encoding, kind)
    kept = visit.looked_at(asked)
    if kept is not None:
        return kept
    work = visit.inspecting(asked)
    if work is None:
        work = data.inspecting(
            file.getvalue(), file_name=file.file_name, encoding=encoding, kind=kind, member=file.member
        )
        visit.keep_inspecting(asked, work)
        with st.spinner(say("screen.data.inspecting")):
            work.wait(run.GRACE_SECONDS)
    if work.running:
        run.advancing(work, key="reading")
        return None
    looked = _outcome(asked, work)
    if looked is None:
        visit.finish(file.file_id)
        st.rerun()
    visit.drop_inspecting()
    visit.keep_looked(looked)
    return looked


def _outcome(asked: tuple[str, str | None, str | None], work) -> Looked | None:
    """What the reading of a file gave; None where it was stopped."""
    try:
        found = work.result()
    except XinshengError as refusal:
        return Looked(asked, refusal=refusal)
    if found is None:
        return None
    return Looked(asked, found, data.masked(found.table.frame.head(SAMPLED_ROWS)), questions=questions(found))


def _settings(file, looked: Looked | None) -> None:
    found = looked.inspection if looked else None
    if looked and looked.asked == (file.file_id, None, None):
        kind, encoding = (say(f"kinds.{found.kind}"), accounts.encoding_words(found)) if found else ("", "")
        visit.keep_recognised(file.file_id, kind, encoding)
    recognised = visit.recognised(file.file_id)
    if recognised is None:
        return
    # A browser sends back the words of a choice: they must stay the same as long as the file is looked at.
    found_kind, found_encoding = recognised
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


def _survey_date(file: Part, mapping: Mapping) -> date | None:
    """The day of answers without a date of their own: proposed where the file's name holds one, else asked for."""
    if any(column.role == "time" for column in mapping.columns) or mapping.kind not in ("survey", "review"):
        return None
    key, proposed = f"date-{file.file_id}", day_in_name(file.name)
    if proposed and proposed <= date.today():
        st.session_state.setdefault(key, proposed)
    return st.date_input(
        say("screen.data.survey_date"), value=None, key=key, format="YYYY-MM-DD", width=230,
        max_value=date.today(), help=say("screen.data.survey_date_help"),
    )


def _buttons(file, looked: Looked, mapping: Mapping, day: date | None, *, ready: bool) -> None:
    with st.container(horizontal=True, key="upload-buttons"):
        # The file's id in the key: the second half of a double click must not confirm the next file.
        wanted = st.button(
            say("screen.data.import"), type="primary", key=f"import-{file.file_id}", disabled=not ready,
            icon=":material/database_upload:",
        )
        st.button(say("screen.data.skip"), key=f"skip-{file.file_id}", on_click=visit.finish, args=(file.file_id,))
        st.download_button(
            say("screen.data.mapping_download"), data=json.dumps(mapping.to_dict(), ensure_ascii=False, indent=1),
            file_name=say("screen.data.mapping_name", file=looked.inspection.file_name), mime="application/json",
            key="mapping-download", on_click="ignore", icon=":material/download:",
        )
    if wanted:
        run.begin(file.file_id, looked, mapping, day)


# Words.


def _queue_words(waiting: Sequence) -> str:
    if len(waiting) == 1:
        return say("screen.data.check_rule")
    return say("screen.data.queue", count=len(waiting) - 1)


def _error_words(error: XinshengError) -> str:
    return say(error.key, **error.values)


def _automatic(found: str) -> str:
    return say("screen.data.automatic_found", found=found) if found else say("screen.data.automatic")
