"""The weekly report as a download: choose the week and the format, see it being made, take it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import streamlit as st

from analysis import report
from analysis.errors import XinshengError
from analysis.i18n import say, speaking, spoken
from analysis.report import MIME_TYPES, REPORT_FORMATS, ReportFormat
from analysis.schema import Filters
from analysis.watching import REPORT_STAGES, Watch
from dashboard import components, data, formatting
from dashboard.background import Work

GRACE_SECONDS = 1.0  # a report that is made sooner needs no bar
POLL_SECONDS = 0.4
_WORK = "report-work"


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A finished report: what to call it, its bytes and their type, and which week it is of."""

    name: str
    content: bytes
    mime: str
    week: date


def card() -> None:
    """Week and format, a button that makes the report, its progress, and the download."""
    weeks = data.ask(_weeks, Filters())
    if not weeks:
        return
    with components.card(say("screen.report.title"), say("screen.report.rule"), key="report"):
        with st.container(horizontal=True, vertical_alignment="bottom", key="report-row"):
            week = st.selectbox(
                say("screen.report.week"), weeks, index=_last_whole(weeks), key="report-week", width=320,
                format_func=formatting.week_of,
            )
            form = st.segmented_control(
                say("screen.report.format"), REPORT_FORMATS, default=REPORT_FORMATS[0], required=True,
                key="report-format", format_func=str.upper,
            )
            if st.button(say("screen.report.make"), key="report-make", type="primary", disabled=_running()):
                _begin(week, form)
        _outcome()


def making(store, week: date, form: ReportFormat, *, language: str) -> Work[ReportFile]:
    """Begin to make a report; the work goes on in a thread of its own, which has to be told the language."""

    def task(watch: Watch) -> ReportFile:
        with speaking(language):
            content = report.week_content(store, week, watch=watch)
            watch.step("writing", 0, 1)
            made = report.report_of(content)
            name = report.report_file_name(made, form)
            return ReportFile(name, report.file_bytes(made, form), MIME_TYPES[form], week)

    return Work(task, stages=REPORT_STAGES)


def _weeks(store, _: Filters) -> tuple[date, ...]:
    return report.whole_weeks(store)


def _last_whole(weeks: tuple[date, ...]) -> int:
    """The place of the last whole week in the list, which begins with the one that the data may end within."""
    last = data.period()[1]
    return 1 if last.weekday() < 6 and len(weeks) > 1 else 0


def _running() -> bool:
    work = st.session_state.get(_WORK)
    return work is not None and work.running


def _begin(week: date, form: ReportFormat) -> None:
    work = making(data.warehouse(), week, form, language=spoken())
    st.session_state[_WORK] = work
    with st.spinner(say("stages.gathering")):
        work.wait(GRACE_SECONDS)
    st.rerun()


def _outcome() -> None:
    work = st.session_state.get(_WORK)
    if work is None:
        return
    if work.running:
        _advancing(work)
        return
    try:
        made = work.result()
    except XinshengError as refusal:
        components.refusal(say("screen.report.failed"), say(refusal.key, **refusal.values))
        return
    if made is not None:
        components.quiet_note(say("screen.report.ready", week=formatting.week_of(made.week), name=made.name))
        st.download_button(
            say("screen.report.download"), data=made.content, file_name=made.name, mime=made.mime,
            key="report-download", on_click="ignore", icon=":material/download:",
        )


def _advancing(work: Work[ReportFile]) -> None:
    """A bar that follows the work and a way to stop it; the page is drawn anew at the end."""

    @st.fragment(run_every=POLL_SECONDS)
    def bar() -> None:
        if not work.running:
            st.rerun()
        advance = work.advance
        words = say("screen.data.cancelling") if work.cancelled else say(
            "screen.data.advance", stage=say(f"stages.{advance.stage}"), percent=f"{advance.done:.0%}"
        )
        with st.container(horizontal=True, vertical_alignment="center", key="report-advance"):
            components.progress_strip(words, done=advance.done)
            st.button(say("screen.data.cancel"), key="report-cancel", on_click=work.cancel, disabled=work.cancelled)

    bar()
