"""What a visit remembers of its files: which is looked at, which are done with, and their accounts."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from analysis.errors import XinshengError
from analysis.ingest import Inspection
from analysis.records import ImportReport

REPORTS_KEPT = 10         # accounts that stay on the page during a visit


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


def looked_at(asked: tuple[str, str | None, str | None]) -> Looked | None:
    """The file as it was read before with the same choices, or None."""
    kept: Looked | None = st.session_state.get("upload-looked")
    return kept if kept is not None and kept.asked == asked else None


def keep_looked(looked: Looked) -> None:
    """Keep the one file that is looked at; the one before goes."""
    st.session_state["upload-looked"] = looked


def finish(file_id: str) -> None:
    """The file is done with: nothing of it stays in the session."""
    st.session_state["upload-finished"] = finished() | {file_id}
    st.session_state.pop("upload-looked", None)


def finished() -> frozenset[str]:
    """The files of the drop zone that are done with."""
    return st.session_state.get("upload-finished", frozenset())


def generation() -> int:
    """The number of the drop zone: a new one begins empty."""
    return st.session_state.setdefault("upload-generation", 0)


def next_generation() -> None:
    """All files are done with: a fresh drop zone, and the uploaded bytes are let go."""
    st.session_state["upload-generation"] += 1
    st.session_state["upload-finished"] = frozenset()
    st.rerun()


def reports() -> tuple[ImportReport, ...]:
    """The accounts of this visit's imports, newest first."""
    return st.session_state.get("upload-reports", ())


def keep_report(report: ImportReport) -> None:
    """Put an account on the page; the oldest beyond REPORTS_KEPT goes."""
    st.session_state["upload-reports"] = (report, *reports())[:REPORTS_KEPT]


def forget(batch: int) -> None:
    """Take the account of an import that was undone off the page."""
    st.session_state["upload-reports"] = tuple(report for report in reports() if report.batch != batch)
