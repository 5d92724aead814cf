"""The language of the screen: chosen in its corner, kept in the address, heard by everything that speaks."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from analysis.i18n import default_language, languages, overheard_by, say, speaking, spoken
from dashboard import address

Result = TypeVar("Result")
KEY = "lang"
# What a language calls itself, whoever reads it.
ITS_NAME = {"zh-CN": "简体", "zh-TW": "繁體", "en": "English"}

# The run and what it speaks: asking the session for every sentence would cost more than saying it.
_of_run: ContextVar[tuple[object, str | None] | None] = ContextVar("of_run", default=None)


def settle() -> None:
    """Find out what this run speaks: what the address says, where that is new, else what was chosen before."""
    overheard_by(_heard)
    asked = address.seed(KEY, languages())
    if asked:
        st.session_state[KEY] = asked[-1]
    _of_run.set((get_script_run_ctx(), st.session_state.get(KEY)))


def switch() -> None:
    """The languages side by side, in the corner of the window."""
    with st.container(key="languages"):
        address.kept(
            KEY, languages(), default=default_language(), words=None,
            draw=lambda: st.segmented_control(
                say("screen.common.language"), languages(), required=True, key=KEY,
                format_func=lambda language: ITS_NAME.get(language, language), label_visibility="collapsed",
            ),
        )


def spoken_now(task: Callable[[], Result]) -> Callable[[], Result]:
    """The task as it speaks now, for whoever carries it out later in a thread of his own: a download."""
    chosen = spoken()

    def said() -> Result:
        with speaking(chosen):
            return task()

    return said


def _heard() -> str | None:
    """What the visitor speaks for whom this thread draws, in a fragment's own run too; None where nobody looks."""
    run = get_script_run_ctx(suppress_warning=True)
    if run is None:
        return None
    known = _of_run.get()
    if known is None or known[0] is not run:
        known = (run, st.session_state.get(KEY))
        _of_run.set(known)
    return known[1]
