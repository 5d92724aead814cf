"""The import while it runs: a bar, a way to stop it, and what comes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import streamlit as st

from analysis.errors import XinshengError
from analysis.i18n import say
from analysis.ingest import Mapping
from dashboard import components, data
from dashboard.background import Work, imports_begun
from dashboard.upload import visit
from dashboard.upload.visit import Looked, Running

GRACE_SECONDS = 1.0   # work that ends sooner needs no bar
POLL_SECONDS = 0.4
OWNER_SECONDS = 5.0   # the visit that began an import asks for it every POLL_SECONDS: after this it is gone


def begin(file_id: str, looked: Looked, mapping: Mapping, day: date | None) -> None:
    """Start the import of the file looked at; a second click finds it running and starts nothing."""
    if visit.running() is None:
        work = data.importing(looked.inspection, mapping, day)
        visit.keep_running(Running(file_id, looked, mapping, day, work))
    with st.spinner(say("screen.data.importing")):
        visit.running().work.wait(GRACE_SECONDS)
    st.rerun()


def collect() -> None:
    """Take in an import that has ended: its account onto the page, or, where nothing went in, the file back."""
    running = visit.running()
    if running is None or running.work.running:
        return
    visit.drop_running()
    imports_begun().take(running.work)
    try:
        report = running.work.result()
    except XinshengError as refusal:
        _put_back(running, say(refusal.key, **{"file": running.file_name, **refusal.values}))
        return
    if report is None:
        _put_back(running)
        st.toast(say("errors.stopped"))
        return
    visit.keep_report(report)
    visit.finish(running.file_id)


def importing(running: Running) -> None:
    """The card of an import that goes on."""
    title = say("screen.data.importing_title", file=running.file_name)
    with components.card(title, say("screen.data.importing_rule"), key="importing"):
        advancing(running.work, key="import")


def left_behind() -> None:
    """Imports of visits that are over, by a closed browser or a reload: how far they are, and what came of them."""
    own = visit.running()
    for number, (work, name) in enumerate(imports_begun().lying().items()):
        if own is None or work is not own.work:
            if work.ended_for > OWNER_SECONDS:
                _tell(name, work)
            else:
                _follow(name, work, key=f"left-{number}")
    for number, (name, words) in enumerate(visit.ended_badly()):
        with st.container(key=f"ended-{number}"):
            components.refusal(say("screen.data.refused", file=name), words)
            st.button(say("screen.data.close"), key=f"close-ended-{number}", on_click=visit.drop_ended, args=(number,))


def _tell(name: str, work: Work) -> None:
    """What came of an import that nobody waited for; only the first visit that asks hears it."""
    if not imports_begun().take(work):
        return
    try:
        report = work.result()
    except XinshengError as refusal:
        visit.keep_ended(name, say(refusal.key, **{"file": name, **refusal.values}))
        return
    if report is None:
        visit.keep_ended(name, say("errors.stopped"))
    else:
        visit.keep_report(report)


def _follow(name: str, work: Work, *, key: str) -> None:
    """The card of an import that another visit began; the page is drawn anew once there is something to say."""
    with components.card(
        say("screen.data.importing_title", file=name), say("screen.data.importing_elsewhere"), key=f"card-{key}"
    ):
        if work.running:
            advancing(work, key=key)
            return

        @st.fragment(run_every=POLL_SECONDS)
        def ending() -> None:
            if work.ended_for > OWNER_SECONDS or work not in imports_begun().lying():
                st.rerun()

        ending()


def advancing(work: Work, *, key: str) -> None:
    """A bar that follows the work, and a button that stops it; the page is drawn anew at the end."""

    @st.fragment(run_every=POLL_SECONDS)
    def bar() -> None:
        if not work.running:
            st.rerun()
        advance = work.advance
        stage = say(f"stages.{advance.stage}")
        words = say("screen.data.cancelling") if work.cancelled else say(
            "screen.data.advance", stage=stage, percent=f"{advance.done:.0%}"
        )
        with st.container(horizontal=True, vertical_alignment="center", key=f"advance-{key}"):
            components.progress_strip(words, done=advance.done)
            st.button(say("screen.data.cancel"), key=f"cancel-{key}", on_click=work.cancel, disabled=work.cancelled)

    bar()


def _put_back(running: Running, refusal: str = "") -> None:
    """The file stands to be checked again as it stood, with what was changed in its mapping."""
    inspection = replace(running.looked.inspection, mapping=running.mapping)
    visit.keep_looked(replace(running.looked, inspection=inspection, not_imported=refusal))
    _, encoding, kind = running.looked.asked
    for name, choice in (("encoding", encoding), ("kind", kind), ("date", running.day)):
        if choice is not None:
            st.session_state[f"{name}-{running.file_id}"] = choice
