"""Cards on complaints themselves: how many, what about, one cause over time, and the customers' words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import pandas as pd
import streamlit as st
from markupsafe import Markup

from analysis.briefing import Cause, ComplaintWeek, Headline
from analysis.i18n import named, say
from dashboard import address, behind, components, data, events, formatting, numbers, quotes, titles
from dashboard.charts import complaints as charts
from dashboard.charts.lines import Point, time_line
from dashboard.filters import Selection
from dashboard.theme import Tone

SHOWN_CAUSES = 10
PER_PAGE = 5
THIS, EVERY = "one", "all"  # which causes the list holds
MOST = 0.8  # of the complaints: the few causes that make them up (Pareto)
VOLUME_HEIGHT, COURSE_HEIGHT = 350, 400  # as high as the cards beside them
TONES: dict[str, Tone] = {"reliable_rise": "attention", "reliable_fall": "good"}


def volume_card(selection: Selection) -> None:
    """Complaints per week: the rate where orders are known, else the counts."""
    weeks = data.complaint_weeks(selection.filters)
    points = [Point(w.week, w.rate.floored(), _week_words(w)) for w in weeks]
    if not any(p.estimate.shown for p in points):
        count_card(weeks, selection)
        return
    way = titles.course([p.estimate for p in points], places=None)
    title = say(f"screen.complaints.volume_{way.name}", first=way.first, last=way.last)
    with components.card(title, say("screen.complaints.volume_rule"), key="volume"):
        lines = [({"week": w.week, say("screen.numbers.complaints"): w.count}, w.rate) for w in weeks]
        behind.chart(
            time_line(points, from_zero=True, height=VOLUME_HEIGHT, marks=events.marks()),
            _week_groups(weeks, selection), key="volume-chart", alt=title, frame=numbers.table(lines), card="volume",
            days=selection.days,
        )


def count_card(weeks: Sequence[ComplaintWeek], selection: Selection) -> None:
    """Numbers of complaints per week, where no order volumes stand behind them."""
    title = say("screen.complaints.counts")
    with components.card(title, say("screen.complaints.counts_rule"), key="volume"):
        if any(w.count for w in weeks):
            figure = charts.count_bars([(w.week, w.count, _week_words(w)) for w in weeks], height=VOLUME_HEIGHT)
            header = [say("keys.week"), say("screen.numbers.complaints")]
            behind.chart(
                figure, _week_groups(weeks, selection), key="volume-chart", alt=title,
                frame=pd.DataFrame([(w.week, w.count) for w in weeks], columns=header), card="volume",
                days=selection.days,
            )
        else:
            components.quiet_note(say("screen.complaints.counts_none"))


def cause_card(causes: Sequence[Cause], selection: Selection) -> None:
    """Causes by share, with the change of each."""
    top = causes[0] if causes else None
    title = say("screen.complaints.causes_none")
    if top:
        share = top.estimate.floored()
        title = say("screen.complaints.causes_few", cause=top.category)
        if share.shown:
            words = say("screen.complaints.causes", cause=top.category, share=formatting.value(share, places=0))
            title = words + _few_make_most(causes)
    rule = say("screen.complaints.causes_rule", before=selection.compared_to)
    with components.card(title, rule, key="causes"):
        if causes:
            chosen = chosen_cause(causes)
            bars = [_bar(cause, selected=cause.category == chosen) for cause in causes[:SHOWN_CAUSES]]
            groups = [
                behind.counted(c.category, named(c.category), c.count, scope, said=_bar(c, selected=False).words)
                for c in causes for scope in (behind.scope_of({"category": c.category}, selection.filters),)
            ]
            word = say("screen.complaints.cause")
            behind.chart(
                charts.cause_bars(bars), groups, key="cause-chart", alt=title,
                frame=numbers.table(({word: cause.category}, cause.estimate) for cause in causes), card="causes",
                days=selection.days,
            )
        else:
            components.quiet_note(say("screen.complaints.causes_none_body"))


def _few_make_most(causes: Sequence[Cause]) -> str:
    """How many of the causes make up `MOST` of the complaints, as an ending of a title; empty where all are needed."""
    together = list(accumulate(cause.count for cause in causes))
    needed = next(i for i, count in enumerate(together, start=1) if count >= MOST * together[-1])
    if needed in (1, len(causes)):
        return ""
    share = f"{together[needed - 1] / together[-1]:.0%}"
    return say("screen.complaints.causes_most", first=needed, of=len(causes), share=share)


def course_card(causes: Sequence[Cause], selection: Selection) -> None:
    """The share of one cause, week by week."""
    names = [cause.category for cause in causes]
    cause = chosen_cause(causes)
    weeks = data.cause_share_weeks(selection.filters, cause=cause) if cause else ()
    points = [Point(cell.keys["week"], cell.estimate.floored(), formatting.week(cell.keys["week"])) for cell in weeks]
    way = titles.course([p.estimate for p in points])
    title = say(f"screen.complaints.course_{way.name}", cause=cause, first=way.first, last=way.last)
    with components.card(title, say("screen.complaints.course_rule"), key="course"):
        if names:
            st.session_state["cause"] = cause
            st.selectbox(
                say("screen.complaints.cause"), names, key="cause", width=240, label_visibility="collapsed",
                on_change=remember_cause,
            )
        if way.name == "none":
            why = "course_none_body" if names else "course_no_cause"
            components.quiet_note(say(f"screen.complaints.{why}"))
        else:
            figure = time_line(
                points, suffix="%", from_zero=True, height=COURSE_HEIGHT, attention=way.name == "rose",
                marks=events.marks(),
            )
            behind.chart(
                figure, behind.weeks(weeks, selection.filters, name=cause, category=cause), key="course-chart",
                alt=title, frame=numbers.table((cell.keys, cell.estimate) for cell in weeks), card="course",
                days=selection.days,
            )


@st.fragment
def list_card(selection: Selection, cause: str) -> None:
    """The complaints in the customers' words, newest first; of the chosen cause or of all."""
    with components.card(say("screen.complaints.list"), say("screen.complaints.list_rule"), key="list"):
        search, everything = list_controls(cause)
        filters = selection.filters if everything else selection.filters.narrowed(category=cause)
        wanted = {"source": "complaint", "search": search}
        total = data.comment_total(filters, **wanted)
        pages = max(1, -(-total // PER_PAGE))
        page_key = f"complaints-page-{hash((filters, search))}"
        offset = (min(st.session_state.get(page_key, 1), pages) - 1) * PER_PAGE
        components.quiet_note(say("screen.complaints.found", count=f"{total:,}"))
        found = data.quotes(filters, **wanted, limit=PER_PAGE, offset=offset)
        quotes.comment_list(found, empty=say("screen.complaints.nothing_found"))
        if pages > 1:
            st.pagination(pages, key=page_key)


def list_controls(cause: str) -> tuple[str | None, bool]:
    """The words searched for, and whether all causes are listed."""
    with st.container(horizontal=True, vertical_alignment="center", key="complaint-controls"):
        search = address.kept_text("complaint-search", draw=lambda: st.text_input(
            say("screen.complaints.search"), key="complaint-search", type="search", live=True,
            max_chars=address.LONGEST_TEXT, width=190, placeholder=say("screen.complaints.search"),
            label_visibility="collapsed",
        ))
        words = {THIS: formatting.literal(cause), EVERY: say("screen.complaints.every_cause")}
        which = EVERY
        if cause:
            which = address.kept("complaint-which", tuple(words), default=THIS, words=None,
                                 draw=lambda: st.segmented_control(
                say("screen.complaints.which"), list(words), required=True, key="complaint-which",
                format_func=words.__getitem__, label_visibility="collapsed",
            ))
    return search or None, which == EVERY


def chosen_cause(causes: Sequence[Cause]) -> str:
    """The cause that the visitor picked, else the one to see first; empty without causes."""
    asked = address.seed("cause", [cause.category for cause in causes])
    if asked:
        st.session_state["picked-cause"] = asked[-1]
        address.tell("cause", asked[-1:])
    picked, first = st.session_state.get("picked-cause"), cause_to_see(causes)
    return picked if any(c.category == picked for c in causes) else first.category if first else ""


def remember_cause() -> None:
    """Keep what the visitor picked; what stands there by itself may change with the period."""
    st.session_state["picked-cause"] = st.session_state["cause"]
    address.tell("cause", [st.session_state["cause"]])


def cause_to_see(causes: Sequence[Cause]) -> Cause | None:
    """The largest cause whose share reliably rose, else the largest."""
    return next((cause for cause in causes if _rose(cause)), causes[0] if causes else None)


def ending(cause: Cause | None) -> Markup:
    """How the first line ends: the cause to look at, and whether it rose."""
    if cause is None:
        return Markup("")
    way = "rise" if _rose(cause) else "top"
    return components.emphasised(f"screen.complaints.ending_{way}", emphasis=cause.category)


def _rose(cause: Cause | None) -> bool:
    return cause is not None and cause.difference.verdict == "reliable_rise"


def _bar(cause: Cause, *, selected: bool) -> charts.CauseBar:
    share = cause.estimate.floored()
    words = say("screen.complaints.bar", share=formatting.value(share), count=f"{cause.count:,}")
    verdict = cause.difference.verdict
    change = say(f"verdicts.{verdict}")
    if verdict in TONES:
        difference = cause.difference.estimate
        points = formatting.number(formatting.displayed(difference.value, difference.unit), places=1, sign=True)
        change = say("screen.complaints.bar_change", change=points, verdict=change)
    return charts.CauseBar(cause.category, share, words, change, TONES.get(verdict, "neutral"), selected)


def rate(selection: Selection) -> Headline:
    """Complaints per 1,000 orders, with its change."""
    return next(h for h in data.headlines(selection.filters) if h.metric == "complaint_rate")


def _week_groups(weeks: Sequence[ComplaintWeek], selection: Selection) -> list[behind.Group]:
    return [
        behind.counted(str(w.week), formatting.week_of(w.week), w.count, scope, said=_week_words(w))
        for w in weeks for scope in (behind.scope_of({"week": w.week}, selection.filters),)
    ]


def _week_words(week: ComplaintWeek) -> str:
    return say("screen.complaints.week", week=formatting.week(week.week), count=f"{week.count:,}")
