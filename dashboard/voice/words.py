"""The words and phrases that set one group of comments apart from another, with the sentences they stand in."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from analysis.briefing import Contrast, TypicalTerm
from analysis.briefing.words import COMPARISONS
from analysis.i18n import Verbatim, say
from analysis.text.typical import METHODS
from dashboard import address, comments, components, data, formatting, numbers, quotes
from dashboard.charts import voice as charts
from dashboard.charts.base import mark_id
from dashboard.filters import Selection
from dashboard.formatting import literal

SHOWN_TERMS = 14
NAMED_TERMS = 3    # terms that a title names
QUOTES = 6
SMALLEST_P = 0.001
TONES = ("negative", "positive")
UNITS = ("terms", "phrases")
CHART, TERM = "contrast-chart", "contrast-term"


def view(selection: Selection) -> None:
    """What to compare, the terms of both sides, and the comments behind one of them."""
    wanted = controls()
    if wanted["between"] == "store" and not wanted["one_store"]:
        components.quiet_note(say("screen.words.no_stores"))
        return
    filters = data.voices(selection.filters)
    with st.spinner(say("screen.words.reading")):
        found = comments.contrast(filters, **wanted, top=SHOWN_TERMS)
    sides = side_names(wanted, selection)
    left, right = st.columns([3, 2], gap="small")
    with left:
        term_card(found, wanted, sides, selection)
    with right:
        quote_card(found, wanted, sides, selection)


def controls() -> dict[str, str | None]:
    """Who is compared with whom, of which tone, word by word or in phrases, by which method."""
    with st.container(horizontal=True, vertical_alignment="center", key="contrast-controls"):
        between = _choice("between", COMPARISONS)
        stores = comments.stores() if between == "store" else []
        one_store = address.kept(
            "contrast-store", stores, default=stores[0], words=None, draw=lambda: st.selectbox(
                say("keys.store"), stores, width=170, key="contrast-store", label_visibility="collapsed",
                format_func=literal,
            )) if stores else None
        polarity = None if between == "tone" else st.segmented_control(
            say("screen.voice.tone"), TONES, key="contrast-tone", label_visibility="collapsed",
            format_func=lambda name: say(f"screen.polarity.{name}"),
        )
        method = address.kept("contrast-method", METHODS, default=METHODS[0], words=None, draw=lambda: st.selectbox(
            say("screen.words.method"), METHODS, width=230, key="contrast-method", label_visibility="collapsed",
            format_func=lambda name: say(f"screen.words.method_{name}"),
        ))
        # TextRank ranks single words.
        units = "terms" if method == "text_rank" else _choice("units", UNITS)
    return {"between": between, "one_store": one_store, "polarity": polarity, "units": units, "method": method}


def side_names(wanted: dict[str, str | None], selection: Selection) -> tuple[str, str]:
    """What the two sides are called."""
    if wanted["between"] == "tone":
        return say("screen.words.complaint"), say("screen.words.praise")
    if wanted["between"] == "period":
        return selection.period_name, selection.compared_to
    return wanted["one_store"] or "", say("screen.words.other_stores")


def term_card(
    found: Contrast, wanted: dict[str, str | None], sides: tuple[str, str], selection: Selection
) -> None:
    """The terms of both sides, a click on one of which shows its comments."""
    title = _title(found, wanted, sides)
    base = say("screen.words.base", first=sides[0], n=f"{found.read_first:,}", second=sides[1],
               m=f"{found.read_second:,}") if found.enough else ""
    with components.card(title, base + say(f"screen.words.rule_{wanted['method']}"), key="contrast"):
        if not (found.first or found.second):
            components.quiet_note(say("screen.words.few_body" if not found.enough else "screen.words.none_body"))
            return
        bars = ([_bar(term, sides) for term in found.first], [_bar(term, sides[::-1]) for term in found.second])
        components.chart(charts.word_contrast(*bars, names=sides), key=CHART, alt=title, picked=_picked)
        numbers.menu(_table(found, sides), card="words", days=selection.days)


def quote_card(
    found: Contrast, wanted: dict[str, str | None], sides: tuple[str, str], selection: Selection
) -> None:
    """The comments that hold the chosen term, those of its own side."""
    terms = [(0, term.term) for term in found.first] + [(1, term.term) for term in found.second]
    options = {mark_id(side, term): (side, term) for side, term in terms}
    with components.card(say("screen.words.quotes"), say("screen.words.quotes_rule"), key="contrast-quotes"):
        if not options:
            components.quiet_note(say("screen.words.quotes_none"))
            return
        side, term = options[address.kept(TERM, list(options), default=next(iter(options)), words=None,
                                          draw=lambda: st.selectbox(
            say("screen.words.which"), list(options), key=TERM, label_visibility="collapsed",
            format_func=lambda chosen: _option_words(options[chosen], sides),
        ))]
        asked = {name: value for name, value in wanted.items() if name != "method"}
        said = comments.quotes_with(data.voices(selection.filters), term=term, first=side == 0, limit=QUOTES, **asked)
        quotes.comment_list(said, empty=say("screen.words.quotes_none"))


def _option_words(option: tuple[int, str], sides: tuple[str, str]) -> str:
    return literal(say("screen.words.option", side=sides[option[0]], term=Verbatim(option[1])))


def _choice(name: str, options: tuple[str, ...]) -> str:
    key = f"contrast-{name}"
    return address.kept(key, options, default=options[0], words=None, draw=lambda: st.segmented_control(
        say(f"screen.words.{name}"), options, required=True, key=key, label_visibility="collapsed",
        format_func=lambda option: say(f"screen.words.{name}_{option}"),
    ))


def _picked() -> None:
    """The bar that was clicked becomes the chosen term."""
    mark = components.picked_mark(CHART)
    if mark:
        st.session_state[TERM] = mark


def _title(found: Contrast, wanted: dict[str, str | None], sides: tuple[str, str]) -> str:
    if not found.enough:
        return say("screen.words.few", first=sides[0], second=sides[1])
    tested = "differ" if wanted["method"] == "log_odds" else "often"
    for terms, name in ((found.first, sides[0]), (found.second, sides[1])):
        if terms:
            named = [Verbatim(term.term) for term in terms[:NAMED_TERMS]]
            return say(f"screen.words.title_{tested}", side=name, words=named)
    return say("screen.words.none", first=sides[0], second=sides[1])


def _bar(term: TypicalTerm, sides: tuple[str, str]) -> charts.Word:
    counts = {"own": sides[0], "docs": f"{term.docs:,}", "other": sides[1], "rest": f"{term.docs_other:,}"}
    tested = "" if math.isnan(term.p_adjusted) else " · " + _p_words(term.p_adjusted)
    return charts.Word(Verbatim(term.term), term.docs, say("screen.words.hover", **counts) + tested)


def _p_words(p: float) -> str:
    return say("screen.words.p_small") if p < SMALLEST_P else say("screen.words.p", p=formatting.number(p, places=3))


def _table(found: Contrast, sides: tuple[str, str]) -> pd.DataFrame:
    rows = [(sides[0], t.term, t.docs, t.docs_other, t.p_adjusted) for t in found.first]
    rows += [(sides[1], t.term, t.docs_other, t.docs, t.p_adjusted) for t in found.second]
    header = [say("screen.words.column_side"), say("screen.numbers.words_term"), *sides, say("screen.words.column_p")]
    return pd.DataFrame(rows, columns=header)
