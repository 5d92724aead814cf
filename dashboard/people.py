"""Deleting one person's data on request, with a receipt to hand out."""

from __future__ import annotations

import json

import streamlit as st

from analysis.errors import XinshengError
from analysis.i18n import say
from dashboard import components, data


def card() -> None:
    """Ask for an id, confirm, delete; the receipt of this visit and of all deletions as downloads."""
    with components.card(say("screen.data.forget_title"), say("screen.data.forget_rule"), key="forget"):
        with st.container(horizontal=True, vertical_alignment="bottom", key="forget-row"):
            name = st.text_input(say("screen.data.forget_id"), key="forget-id", width=320).strip()
            with st.popover(say("screen.data.forget_ask"), key="forget-ask", disabled=not name):
                components.quiet_note(say("screen.data.forget_question", name=name))
                st.button(say("screen.data.forget_confirm"), key="forget-now", type="primary", on_click=_forget)
        _outcome()


def _forget() -> None:
    """Delete whoever was named; the id leaves the page with the person."""
    name = st.session_state.get("forget-id", "")
    try:
        st.session_state["forget-outcome"] = data.forget(name)
        st.session_state["forget-id"] = ""
        st.session_state.pop("upload-reports", None)
    except XinshengError as error:
        st.session_state["forget-outcome"] = error


def _outcome() -> None:
    outcome = st.session_state.get("forget-outcome")
    if isinstance(outcome, XinshengError):
        components.refusal(say("screen.data.forget_failed"), say(outcome.key, **outcome.values))
    elif outcome is not None:
        parts = [
            say("screen.data.forget_part", table=say(f"tables.{table}"), count=f"{count:,}")
            for table, count in outcome.removed.items()
        ]
        time = outcome.created_at.replace("T", " ")
        components.quiet_note(say("screen.data.forget_done", number=outcome.number, time=time, parts=parts))
        _download(outcome.as_dict(), say("screen.data.forget_receipt"),
                  say("screen.data.forget_file", number=outcome.number), key="forget-receipt")
    receipts = data.receipts()
    if receipts:
        _download([receipt.as_dict() for receipt in receipts],
                  say("screen.data.forget_receipts", count=len(receipts)), say("screen.data.forget_files"),
                  key="forget-receipts")


def _download(content: object, label: str, file_name: str, *, key: str) -> None:
    st.download_button(
        label, data=json.dumps(content, ensure_ascii=False, indent=1), file_name=file_name, mime="application/json",
        key=key, on_click="ignore", icon=":material/download:",
    )
