"""What comments are about: themes by size with their change, and the sentences of one of them."""

from __future__ import annotations

import streamlit as st

from analysis.briefing.themes import CommentTheme
from analysis.i18n import Verbatim, say
from dashboard import address, comments, components, data, formatting, numbers, quotes
from dashboard.charts.complaints import CauseBar, cause_bars
from dashboard.filters import Selection
from dashboard.formatting import literal
from dashboard.theme import Tone

TONES = ("negative", "positive")
LABEL_WIDTH = 17
CHOSEN, CHART = "theme", "theme-chart"


def view(selection: Selection) -> None:
    """The themes of complaint first, or those of praise."""
    tone = address.kept("theme-tone", TONES, default=TONES[0], words=None, draw=lambda: st.segmented_control(
        say("screen.voice.tone"), TONES, required=True, key="theme-tone",
        format_func=lambda name: say(f"screen.themes.tone_{name}"), label_visibility="collapsed",
    ))
    # What customers said when they complained belongs to the themes of complaint.
    filters = selection.filters if tone == "negative" else data.voices(selection.filters)
    with st.spinner(say("screen.themes.reading")):
        found = comments.themes(filters, polarity=tone)
    left, right = st.columns([3, 2], gap="small")
    with left:
        theme_card(found, tone, selection)
    with right:
        quote_card(found)


def theme_card(found: tuple[CommentTheme, ...], tone: str, selection: Selection) -> None:
    """Share, number and change of each theme."""
    title = say("screen.themes.none")
    if found:
        title = say(f"screen.themes.title_{tone}", name=Verbatim(found[0].name), count=f"{found[0].count:,}",
                    share=formatting.value(found[0].share.floored(), places=0))
    with components.card(title, say("screen.themes.rule", before=selection.compared_to), key="themes"):
        if not found:
            components.quiet_note(say("screen.themes.none_body"))
            return
        chosen = _chosen(found)
        bars = [_bar(theme, selected=theme.name == chosen.name, tone=tone) for theme in found]
        components.chart(cause_bars(bars, label_width=LABEL_WIDTH), key=CHART, alt=title, picked=_picked)
        lines = [({say("screen.themes.theme"): theme.name, "dimension": theme.dimension or ""}, theme.share)
                 for theme in found]
        numbers.menu(numbers.table(lines), card="themes", days=selection.days)


def quote_card(found: tuple[CommentTheme, ...]) -> None:
    """The comments of the chosen theme, with its tone."""
    with components.card(say("screen.themes.quotes"), say("screen.words.quotes_rule"), key="theme-quotes"):
        if not found:
            components.quiet_note(say("screen.words.quotes_none"))
            return
        known = {theme.name: theme for theme in found}
        theme = known[address.kept(CHOSEN, list(known), default=found[0].name, words=None, draw=lambda: st.selectbox(
            say("screen.themes.theme"), list(known), key=CHOSEN, label_visibility="collapsed", format_func=literal,
        ))]
        components.quiet_note(_facts(theme))
        quotes.comment_list(theme.quotes, empty=say("screen.words.quotes_none"))


def _facts(theme: CommentTheme) -> str:
    parts = [say("screen.themes.dimension", name=theme.dimension) if theme.dimension else say("screen.themes.free")]
    negative = theme.negative.floored()
    if negative.shown:
        parts.append(say("screen.themes.negative", share=formatting.value(negative, places=0),
                         evidence=formatting.evidence(negative)))
    return " · ".join(parts)


def _chosen(found: tuple[CommentTheme, ...]) -> CommentTheme:
    name = address.begin(CHOSEN, [theme.name for theme in found], default=found[0].name)
    return next(theme for theme in found if theme.name == name)


def _picked() -> None:
    name = components.picked_mark(CHART)
    if name:
        st.session_state[CHOSEN] = name


def _bar(theme: CommentTheme, *, selected: bool, tone: str) -> CauseBar:
    share = theme.share.floored()
    words = say("screen.themes.bar", share=formatting.value(share, places=0), count=f"{theme.count:,}")
    verdict = theme.difference.verdict
    change, colour = "", "neutral"
    if verdict.startswith("reliable"):
        points = formatting.change(theme.difference.estimate)
        change = say("screen.complaints.bar_change", change=points, verdict=say(f"verdicts.{verdict}"))
        colour = _colour(verdict, tone)
    elif verdict == "no_reliable_change":
        change = say(f"verdicts.{verdict}")
    return CauseBar(Verbatim(theme.name), share, words, change, colour, selected)


def _colour(verdict: str, tone: str) -> Tone:
    return "attention" if (verdict == "reliable_rise") == (tone == "negative") else "good"
