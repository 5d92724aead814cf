"""Labelling fifty comments: how often the tone is read right here, and a correction where that helps."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analysis.briefing.labelling import LabelReport
from analysis.errors import BadTaxonomy
from analysis.i18n import say
from analysis.text.adjustment import CALLS, MIN_LABELS
from dashboard import comments, components, formatting
from dashboard.filters import Selection

SEEDS = 9_999
SAID = (*CALLS, "uncertain")
SHOWN_LABELS = 20
REFUSED = "labels-refused"


def view(_: Selection) -> None:
    """The comment to label beside what the labels say."""
    _cards()


@st.fragment
def _cards() -> None:
    left, right = st.columns([3, 2], gap="small")
    with left:
        label_card()
    with right:
        report_card(comments.label_report())


def label_card() -> None:
    """One comment at a time, one click each; the engine's own call is not shown beside it."""
    with components.card(say("screen.labels.title"), say("screen.labels.rule"), key="labels"):
        seed = int(st.number_input(say("screen.labels.seed"), 1, SEEDS, 1, key="label-seed", width=160))
        drawn = comments.drawn(seed)
        if drawn.empty:
            components.quiet_note(say("screen.labels.none"))
            return
        done = int(drawn["label"].notna().sum())
        components.progress_strip(say("screen.labels.done", done=done, of=len(drawn)), done=done / len(drawn))
        place = _place(drawn)
        if place is None:
            components.quiet_note(say("screen.labels.round_done", seed=seed))
        else:
            _one(drawn.iloc[place], place)
        _files()


def report_card(report: LabelReport) -> None:
    """Accuracy with its interval, the confusion, the correction and its switch, and what was read otherwise."""
    accuracy = report.accuracy.floored()
    title = say("screen.labels.few", n=report.labels)
    if accuracy.shown:
        title = say("screen.labels.accuracy", share=formatting.value(accuracy), evidence=formatting.evidence(accuracy))
    key = "report_rule" if report.labels else "report_none"
    rule = say(f"screen.labels.{key}", uncertain=report.uncertain)
    with components.card(title, rule, key="label-report"):
        if report.labels:
            header = [say("cli.own.label"), *(say(f"screen.labels.call_{call}") for call in SAID)]
            rows = [[say(f"screen.polarity.{label}"), *(str(report.confusion.get((label, call), 0)) for call in SAID)]
                    for label in CALLS]
            components.text_table(header, rows, label=title, numeric=frozenset(range(1, 5)))
            _adjustment(report)
            _corrections()


def _place(drawn: pd.DataFrame) -> int | None:
    """The comment that was gone back to, else the first one without a label."""
    back = st.session_state.get("label-back")
    if back is not None and back < len(drawn):
        return back
    open_ones = [i for i, label in enumerate(drawn["label"]) if pd.isna(label)]
    return open_ones[0] if open_ones else None


def _one(line: pd.Series, place: int) -> None:
    components.quote_list([components.Quote(line["text"], say("screen.labels.number", n=place + 1), tone="neutral")],
                          empty="")
    with st.container(horizontal=True, key="label-buttons"):
        for call in reversed(CALLS):
            st.button(say(f"screen.polarity.{call}"), key=f"label-{call}", on_click=_label,
                      args=(int(line["text_hash"]), call))
        if place:
            st.button(say("screen.labels.back"), key="label-back-button", type="tertiary", on_click=_go_back,
                      args=(place - 1,))


def _adjustment(report: LabelReport) -> None:
    comparison = report.comparison
    if comparison is None:
        components.quiet_note(say("screen.labels.too_few", least=MIN_LABELS))
    else:
        numbers = {"n": comparison.n, "right": comparison.right, "adjusted": comparison.right_adjusted,
                   "p": formatting.number(comparison.p_value, places=3)}
        key = "better" if comparison.better else "no_better"
        components.quiet_note(say(f"screen.labels.{key}", **numbers))
    if report.used or (comparison and comparison.better):
        st.toggle(say("screen.labels.use"), value=report.used, key=f"label-use-{report.used}", on_change=_switch,
                  args=(not report.used,))
    refused = st.session_state.pop(REFUSED, None)
    if refused is not None:
        components.refusal(say("screen.labels.refused"), say(refused.key, **refused.values))


def _corrections() -> None:
    """The labels given so far, to be corrected."""
    labels = comments.labels().iloc[::-1]
    with st.expander(say("screen.labels.correct", n=len(labels))):
        for line in labels.head(SHOWN_LABELS).to_dict("records"):
            st.segmented_control(
                _start(line["text"]), CALLS, default=line["label"], key=f"label-again-{line['text_hash']}",
                format_func=lambda call: say(f"screen.polarity.{call}"), required=True, on_change=_relabel,
                args=(int(line["text_hash"]),),
            )


def _start(text: str) -> str:
    """The beginning of a comment as a control's label, letter by letter."""
    return formatting.literal(text if len(text) <= 40 else text[:39] + "…")


def _files() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key="label-files"):
        st.download_button(say("screen.labels.download"), comments.labels_csv, file_name=say("screen.labels.file"),
                           mime="text/csv", key="label-download", on_click="ignore", type="tertiary",
                           icon=":material/download:")
        with st.popover(say("screen.labels.take"), key="label-take"):
            file = st.file_uploader(say("screen.labels.take"), type=["csv"], key="label-file",
                                    label_visibility="collapsed")
            if file and st.button(say("screen.labels.take_now"), key="label-take-now"):
                _take(file.getvalue())


def _take(content: bytes) -> None:
    try:
        st.toast(say("screen.labels.taken", n=comments.take_labels(content)))
    except BadTaxonomy as refused:
        components.refusal(say("screen.labels.refused"), say(refused.key, **refused.values))


def _label(text_hash: int, call: str) -> None:
    comments.label(text_hash, call)
    st.session_state["label-back"] = None


def _relabel(text_hash: int) -> None:
    comments.label(text_hash, st.session_state[f"label-again-{text_hash}"])


def _go_back(place: int) -> None:
    st.session_state["label-back"] = place


def _switch(on: bool) -> None:
    try:
        comments.switch_adjustment(on=on)
    except BadTaxonomy as refused:
        st.session_state[REFUSED] = refused
