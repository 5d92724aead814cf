"""What a visit remembers of its files: which is looked at, which are done with, and their accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st

from analysis.errors import MappingIncomplete, XinshengError
from analysis.ingest import Inspection, Mapping
from analysis.pipeline import Rehearsal
from analysis.records import ImportReport
from dashboard.background import Work

REPORTS_KEPT = 10         # accounts that stay on the page during a visit


@dataclass(frozen=True, slots=True)
class Looked:
    """A file as it was read: what it was asked with, and the inspection with its first rows, or the refusal.

    `head` is masked: what stands on the screen holds no phone numbers, whatever the file holds.
    `not_imported` says why the last attempt to import it ended in nothing.
    """

    asked: tuple[str, str | None, str | None]
    inspection: Inspection | None = None
    head: pd.DataFrame | None = None
    refusal: XinshengError | None = None
    questions: tuple[str, ...] = ()
    not_imported: str = ""


@dataclass(frozen=True, slots=True)
class Running:
    """An import that goes on: the file, what was confirmed of it, and the work."""

    file_id: str
    looked: Looked
    mapping: Mapping
    day: date | None
    work: Work[ImportReport]

    @property
    def file_name(self) -> str:
        """The name of the file, as it may be shown."""
        return self.looked.inspection.file_name


def looked_at(asked: tuple[str, str | None, str | None]) -> Looked | None:
    """The file as it was read before with the same choices, or None."""
    kept: Looked | None = st.session_state.get("upload-looked")
    return kept if kept is not None and kept.asked == asked else None


def keep_looked(looked: Looked) -> None:
    """Keep the one file that is looked at; the one before goes."""
    st.session_state["upload-looked"] = looked


def recognised(file_id: str) -> tuple[str, str] | None:
    """The kind and encoding, in words, that the file was recognised by when nothing was chosen; None before."""
    kept = st.session_state.get("upload-recognised")
    return kept[1:] if kept is not None and kept[0] == file_id else None


def keep_recognised(file_id: str, kind: str, encoding: str) -> None:
    """Keep what the one file that is looked at was recognised as."""
    st.session_state["upload-recognised"] = (file_id, kind, encoding)


def inspecting(asked: tuple[str, str | None, str | None]) -> Work[Inspection] | None:
    """The reading that goes on for a file with these choices, or None."""
    kept = st.session_state.get("upload-inspecting")
    return kept[1] if kept is not None and kept[0] == asked else None


def keep_inspecting(asked: tuple[str, str | None, str | None], work: Work[Inspection]) -> None:
    """Keep the one reading that goes on; the one before is stopped."""
    drop_inspecting()
    st.session_state["upload-inspecting"] = (asked, work)


def drop_inspecting() -> None:
    """No file is being read any more; a reading that still goes on is stopped."""
    kept = st.session_state.pop("upload-inspecting", None)
    if kept is not None:
        kept[1].cancel()


def kept_rehearsal(asked: tuple) -> Rehearsal | MappingIncomplete | None:
    """What a rehearsal of the same file, mapping, date and store found, or None."""
    kept = st.session_state.get("upload-rehearsal")
    return kept[1] if kept is not None and kept[0] == asked else None


def keep_rehearsal(asked: tuple, found: Rehearsal | MappingIncomplete) -> None:
    """Keep the last rehearsal."""
    st.session_state["upload-rehearsal"] = (asked, found)


def running() -> Running | None:
    """The import that this visit began and has not yet taken in."""
    return st.session_state.get("upload-running")


def keep_running(work: Running) -> None:
    """Keep the import that has begun."""
    st.session_state["upload-running"] = work


def drop_running() -> None:
    """The import has been taken in."""
    st.session_state.pop("upload-running", None)


def finish(file_id: str) -> None:
    """The file is done with: nothing of it stays in the session."""
    st.session_state["upload-finished"] = finished() | {file_id}
    st.session_state["inbox-opened"] = opened() - {file_id}
    let_go()


def let_go() -> None:
    """No file is looked at: its table and rows leave the session."""
    drop_inspecting()
    for name in ("upload-looked", "upload-recognised", "upload-rehearsal"):
        st.session_state.pop(name, None)


def finished() -> frozenset[str]:
    """The files of the drop zone that are done with."""
    return st.session_state.get("upload-finished", frozenset())


def unpack(file_id: str, members: Sequence[str]) -> None:
    """The file is an archive of several tables, which are looked at one after the other."""
    st.session_state["upload-members"] = {**unpacked(), file_id: tuple(members)}
    let_go()


def unpacked() -> dict[str, tuple[str, ...]]:
    """The tables of the archives of this drop zone, by file."""
    return st.session_state.get("upload-members", {})


def opened() -> frozenset[str]:
    """The files of the inbox that this visit has opened."""
    return st.session_state.get("inbox-opened", frozenset())


def open_file(file_id: str) -> None:
    """Take a file of the inbox into the steps, also one that was skipped before."""
    st.session_state["inbox-opened"] = opened() | {file_id}
    st.session_state["upload-finished"] = finished() - {file_id}


def generation() -> int:
    """The number of the drop zone: a new one begins empty."""
    return st.session_state.setdefault("upload-generation", 0)


def next_generation() -> None:
    """All files are done with: a fresh drop zone, and the uploaded bytes are let go."""
    st.session_state["upload-generation"] += 1
    st.session_state["upload-finished"] = frozenset()
    st.session_state["upload-members"] = {}
    st.rerun()


def reports() -> tuple[ImportReport, ...]:
    """The accounts of this visit's imports, newest first."""
    return st.session_state.get("upload-reports", ())


def keep_report(report: ImportReport) -> None:
    """Put an account on the page; the oldest beyond REPORTS_KEPT goes."""
    st.session_state["upload-reports"] = (report, *reports())[:REPORTS_KEPT]


def ended_badly() -> tuple[tuple[str, str], ...]:
    """Imports of earlier visits that brought nothing in: the file's name and why."""
    return st.session_state.get("upload-ended", ())


def keep_ended(name: str, words: str) -> None:
    """Keep on the page why an import of an earlier visit brought nothing in."""
    st.session_state["upload-ended"] = (*ended_badly(), (name, words))


def drop_ended(number: int) -> None:
    """One of those has been read."""
    st.session_state["upload-ended"] = tuple(line for i, line in enumerate(ended_badly()) if i != number)


def forget(batch: int) -> None:
    """Take the account of an import that was undone off the page."""
    st.session_state["upload-reports"] = tuple(report for report in reports() if report.batch != batch)
