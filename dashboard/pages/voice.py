"""声音: what customers say, in what tone, and in which words."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from analysis.i18n import say
from dashboard import address, components, data, formatting
from dashboard.filters import Selection, filter_bar
from dashboard.voice import labels, needs, overview, themes, vocabulary, words

VIEWS = {
    "overview": overview.view, "words": words.view, "themes": themes.view, "needs": needs.view,
    "vocabulary": vocabulary.view, "labels": labels.view,
}


def page() -> None:
    """The answer, the filters, and the view that was chosen."""
    if data.is_empty():
        components.empty_state(say("screen.voice.empty"), say("screen.voice.empty_body"))
        with st.container(horizontal=True, horizontal_alignment="center"):
            st.page_link("dashboard/pages/data.py", label=say("screen.voice.upload"))
        return
    head = st.container()
    selection = filter_bar()
    with head:
        components.page_headline(answer(selection), base_line(selection))
    VIEWS[_view_control()](selection)


def _view_control() -> str:
    return address.kept(
        "voice-view", tuple(VIEWS), default="overview", words=_view_words,
        draw=lambda: st.segmented_control(
            say("screen.voice.view"), list(VIEWS), required=True, key="voice-view", format_func=_view_words,
            label_visibility="collapsed",
        ),
    )


def _view_words(name: str, language: str | None = None) -> str:
    return say(f"screen.voice.view_{name}", language=language)


def answer(selection: Selection) -> Markup:
    """The page's first line: how much of it is negative, whether that changed, and about what."""
    tone = data.tone(data.voices(selection.filters))
    negative = tone.negative.floored()
    if not negative.shown:
        return components.emphasised(
            "screen.voice.answer_unread" if tone.unread else "screen.voice.answer_none", period=selection.period_name
        )
    aspects = data.aspect_tones(data.voices(selection.filters))
    worst = aspects[0].dimension if aspects and aspects[0].negative else ""
    return components.emphasised(
        "screen.voice.answer_worst" if worst else "screen.voice.answer", emphasis=worst, period=selection.period_name,
        share=formatting.value(negative), change=_change(tone.difference.verdict, selection),
    )


def base_line(selection: Selection) -> str:
    """The second line: period, comments with their interval, those not yet read, freshness."""
    tone = data.tone(data.voices(selection.filters))
    parts = [selection.period_words, say("screen.common.comments", count=f"{tone.comments:,}")]
    if tone.negative.floored().shown:
        parts.append(say("screen.voice.interval", interval=formatting.interval(tone.negative)))
    if tone.unread:
        parts.append(say("screen.voice.unread", count=f"{tone.unread:,}"))
    return " · ".join([*parts, say("screen.common.fresh", day=formatting.day(selection.fresh))])


def _change(verdict: str, selection: Selection) -> str:
    return say(f"screen.voice.change_{verdict}", before=selection.compared_to)


page()
