"""数据: bring files in, see what became of every row, take an import out and put it back."""

from __future__ import annotations

import json

import pandas as pd
import streamlit as st

from analysis.errors import XinshengError
from analysis.i18n import say
from analysis.schema import KINDS
from dashboard import accounts, components, data, events, formatting, numbers, people, population, reports, upload

PER_PAGE = 8
GUIDE_COLUMNS = ("row", "needs", "also")


def page() -> None:
    """Upload on top, the ledger of imports below."""
    ledger = data.batches()
    standing = ledger[ledger["undone_at"].isna()]
    components.page_headline(answer(standing), base_line(standing))
    upload.steps()
    if len(ledger):
        reports.card()
        ledger_card(ledger)
        events.card()
        population.card()
        people.card()
    else:
        guide_card()


def answer(standing: pd.DataFrame) -> str:
    """The first line: how much data there is."""
    if standing.empty:
        return say("screen.data.answer_empty")
    return say("screen.data.answer", batches=len(standing), rows=f"{int(standing['imported'].sum()):,}")


def base_line(standing: pd.DataFrame) -> str:
    """The second line: the days that the data covers, and the last import."""
    period = data.period()
    if standing.empty or period is None:
        return say("screen.data.kinds_hint")
    last = standing["created_at"].max()
    covers = say("screen.data.covers", period=formatting.period(*period))
    return " · ".join([covers, say("screen.data.last_import", time=_moment(last))])


def guide_card() -> None:
    """What can be imported, for whoever has not imported anything yet."""
    header = [say("screen.data.kind"), *(say(f"screen.data.guide_{name}") for name in GUIDE_COLUMNS)]
    rows = [
        [say(f"kinds.{kind}"), *(say(f"screen.data.guide.{kind}_{name}") for name in GUIDE_COLUMNS)] for kind in KINDS
    ]
    with components.card(say("screen.data.guide_title"), say("screen.data.guide_note"), key="guide"):
        components.text_table(header, rows, label=say("screen.data.guide_title"))


def ledger_card(ledger: pd.DataFrame) -> None:
    """The imports, newest first, each with its account and its undo."""
    with components.card(say("screen.data.ledger"), say("screen.data.ledger_rule"), key="ledger"):
        moments = ledger["created_at"]
        numbers.menu(ledger_table(ledger), card="ledger", days=(moments.min().date(), moments.max().date()))
        pages = -(-len(ledger) // PER_PAGE)
        shown = min(st.session_state.get("ledger-page", 1), pages)
        for line in ledger.iloc[(shown - 1) * PER_PAGE : shown * PER_PAGE].to_dict("records"):
            batch_row(line)
        if pages > 1:
            st.pagination(pages, key="ledger-page")


def ledger_table(ledger: pd.DataFrame) -> pd.DataFrame:
    """The ledger in words, for a file."""
    counts = ("rows_read", "imported", "duplicates", "quarantined", "cells_quarantined")
    columns = {name: say(f"cli.report.{name}" if name in counts else f"cli.ledger.{name}")
               for name in ("batch", "kind", "file_name", *counts, "created_at", "undone_at")}
    kinds = [say(f"kinds.{kind}") for kind in ledger["kind"]]
    return ledger.assign(kind=kinds)[list(columns)].rename(columns=columns)


def batch_row(line: dict) -> None:
    """One import: what it was, its account, its download and its undo."""
    undone = not pd.isna(line["undone_at"])
    with st.container(horizontal=True, vertical_alignment="center", key=f"batch-{line['batch']}"):
        components.batch_line(
            number=say("screen.data.batch", batch=line["batch"]), name=line["file_name"],
            facts=" · ".join([say(f"kinds.{line['kind']}"), _moment(line["created_at"]), _account(line)]),
            undone=say("screen.data.undone", time=_moment(line["undone_at"])) if undone else "",
        )
        if undone:
            if st.button(say("screen.data.redo"), key=f"redo-{line['batch']}", icon=":material/undo:"):
                redo(line["batch"])
            return
        if line["quarantined"] or line["cells_quarantined"]:
            accounts.quarantine_download(line["batch"], key=f"batch-{line['batch']}")
        with st.popover(say("screen.data.undo"), key=f"undo-{line['batch']}"):
            components.quiet_note(say("screen.data.undo_question", batch=line["batch"], rows=f"{line['imported']:,}"))
            if st.button(say("screen.data.undo_confirm"), key=f"undo-now-{line['batch']}", type="primary"):
                undo(line["batch"])


def undo(batch: int) -> None:
    """Take the import back; a batch that somebody else took back meanwhile is said to be gone."""
    try:
        removed = data.undo(batch)
    except XinshengError as gone:
        components.refusal(say("screen.data.undo_failed"), say(gone.key, **gone.values))
        return
    upload.forget(batch)
    st.toast(say("screen.data.undo_done", batch=batch, rows=f"{removed:,}"))
    st.rerun()


def redo(batch: int) -> None:
    """Put the import back; one that somebody else put back meanwhile is said to be there."""
    try:
        restored = data.redo(batch)
    except XinshengError as there:
        components.refusal(say("screen.data.redo_failed"), say(there.key, **there.values))
        return
    st.toast(say("screen.data.redo_done", batch=batch, rows=f"{restored:,}"))
    st.rerun()


def _account(line: dict) -> str:
    numbers = {name: f"{line[name]:,}" for name in ("rows_read", "imported", "duplicates", "quarantined")}
    masked = sum(json.loads(line["masked"]).values())
    parts = [say("screen.data.batch_account", **numbers)]
    if masked:
        parts.append(say("screen.data.batch_masked", count=f"{masked:,}"))
    return " · ".join(parts)


def _moment(moment: pd.Timestamp) -> str:
    return f"{formatting.long_day(moment)} {moment:%H:%M}"


page()
