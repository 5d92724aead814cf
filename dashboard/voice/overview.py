"""The first view of 声音: tone over time, what is new, words, dimensions and the comments themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import streamlit as st

from analysis.briefing import EmergingIssue, ToneWeek
from analysis.briefing.emerging import RECENT_WEEKS
from analysis.briefing.tones import AspectTone
from analysis.estimate import FLOOR_RANKED
from analysis.i18n import Verbatim, named, say
from analysis.schema import Filters, Scope
from analysis.text.keywords import MIN_TEXTS
from dashboard import address, behind, components, data, events, formatting, numbers, quotes, titles
from dashboard.charts import voice as charts
from dashboard.charts.base import mark_id
from dashboard.charts.complaints import count_bars
from dashboard.charts.lines import Point
from dashboard.filters import Selection

TONES = charts.TONES
SHOWN_WORDS = 12
SHOWN_DIMENSIONS = 12
RELIABLE = 0.05   # adjusted p-value below which a word tells the two sides apart
NAMED_WORDS = 3   # words that a title names
PER_PAGE = 6
SOURCES = ("survey", "review", "complaint")
EMERGING_HEIGHT = 210


def view(selection: Selection) -> None:
    """The cards in their places."""
    left, right = st.columns([3, 2], gap="small")
    with left:
        tone_card(selection)
    with right:
        word_card(selection)
    emerging_card(selection)
    left, right = st.columns([2, 3], gap="small")
    with left:
        dimension_card(selection)
    with right:
        comment_card(selection)


def tone_card(selection: Selection) -> None:
    """Positive and negative comments per week."""
    weeks = data.tone_weeks(data.voices(selection.filters))
    negative, positive = (
        [Point(week.week, getattr(week, tone).floored(), _week_words(week)) for week in weeks]
        for tone in TONES
    )
    course = titles.course([p.estimate for p in negative])
    title = say(f"screen.voice.tone_{course.name}", first=course.first, last=course.last)
    with components.card(title, say("screen.voice.tone_rule"), key="tone"):
        if any(p.estimate.shown for p in (*negative, *positive)):
            names = say("screen.polarity.negative"), say("screen.polarity.positive")
            figure = charts.tone_lines(negative, positive, names=names, marks=events.marks())
            word = say("screen.voice.tone")
            lines = [({"week": week.week, word: say(f"screen.polarity.{tone}")}, getattr(week, tone))
                     for week in weeks for tone in TONES]
            behind.chart(
                figure, [_week_group(week, tone, selection) for week in weeks for tone in TONES], key="tone-chart",
                alt=title, frame=numbers.table(lines), card="tone", days=selection.days,
            )
        else:
            components.quiet_note(say("screen.voice.tone_none_body"))


def _week_group(week: ToneWeek, tone: str, selection: Selection) -> behind.Group:
    name = f"{say(f'screen.polarity.{tone}')} · {formatting.week_of(week.week)}"
    return behind.group(
        mark_id(tone, week.week), name, getattr(week, tone), {"week": week.week}, data.voices(selection.filters),
        polarity=tone,
    )


def emerging_card(selection: Selection) -> None:
    """What customers have just begun to speak of: the surest issue with its weeks and words, the others by name."""
    found = data.emerging_issues(selection.filters)
    title = _emerging_title(found[0]) if found else _no_issue(selection)
    with components.card(title, say("screen.voice.emerging_rule"), key="emerging"):
        if not found:
            return
        left, right = st.columns([2, 3], gap="small")
        with left:
            weeks = [(week, count, _emerging_words(week, count)) for week, count, _ in found[0].weeks]
            header = [say("keys.week"), say("screen.numbers.emerging_count")]
            behind.chart(
                count_bars(weeks, height=EMERGING_HEIGHT), _issue_groups(found[0], selection), key="emerging-chart",
                alt=title, frame=pd.DataFrame([week[:2] for week in weeks], columns=header), card="emerging",
                days=(weeks[0][0], weeks[-1][0]),
            )
        with right:
            said = [components.Quote(text, "", evidence="", tone="neutral") for text in found[0].quotes]
            components.quote_list(said, empty="")
            for issue in found[1:]:
                components.quiet_note(_emerging_title(issue))


def _no_issue(selection: Selection) -> str:
    """That nothing new has come up, or that too little was said to tell."""
    said = data.comment_total(selection.last_weeks(RECENT_WEEKS))
    return say("screen.voice.emerging_none" if said >= FLOOR_RANKED else "screen.voice.emerging_few")


def _emerging_title(issue: EmergingIssue) -> str:
    how = "new" if issue.before == 0 else "more"
    times = "" if issue.before == 0 else formatting.number(issue.ratio, places=1)
    return say(f"screen.voice.emerging_{how}", phrase=Verbatim(issue.phrase), count=issue.recent, times=times)


def _issue_groups(issue: EmergingIssue, selection: Selection) -> list[behind.Group]:
    return [
        behind.counted(str(week), f"{issue.phrase} · {formatting.week_of(week)}", count,
                       replace(behind.scope_of({"week": week}, selection.filters), search=issue.phrase))
        for week, count, _ in issue.weeks
    ]


def _emerging_words(week: date, count: int) -> str:
    return say("screen.voice.emerging_week", week=formatting.week_of(week), count=count)


def word_card(selection: Selection) -> None:
    """Words that set complaint apart from praise."""
    scope = data.voices(selection.at_least_weeks(titles.SERIES_WEEKS))
    table = data.keyword_contrast(scope)
    reliable = table[table["p_adjusted"] < RELIABLE]
    complaint = [_word(r.term, r.docs_b, r) for r in reliable[reliable["z"] < 0].iloc[::-1].itertuples()]
    praise = [_word(r.term, r.docs_a, r) for r in reliable[reliable["z"] > 0].itertuples()]
    title = _word_title(complaint, praise) or _nothing("words", selection, few=table.empty)
    with components.card(title, say("screen.voice.words_rule"), key="words"):
        if complaint or praise:
            sides = (complaint[:SHOWN_WORDS], praise[:SHOWN_WORDS])
            header = [say(f"screen.numbers.words_{name}") for name in ("term", "complaint", "praise")]
            behind.chart(
                charts.word_contrast(*sides), _word_groups(sides, scope), key="word-chart", alt=title,
                frame=reliable[["term", "docs_b", "docs_a"]].set_axis(header, axis=1), card="words",
                days=(scope.start, scope.end),
            )
        elif table.empty:
            components.quiet_note(say("screen.voice.words_few_body", least=MIN_TEXTS))


def _word_groups(sides: tuple[list[charts.Word], ...], scope: Filters) -> list[behind.Group]:
    return [
        behind.counted(mark_id(side, word.term), f"{word.term} · {say(f'screen.polarity.{tone}')}", word.count,
                       replace(Scope(scope), search=str(word.term), polarity=tone), said=word.hover)
        for side, (words, tone) in enumerate(zip(sides, TONES, strict=True)) for word in words
    ]


def _word_title(complaint: list[charts.Word], praise: list[charts.Word]) -> str:
    """The title over the words: those of complaint, else those of praise, else nothing."""
    for key, words in (("screen.voice.words", complaint), ("screen.voice.words_praise", praise)):
        if words:
            return say(key, words=[word.term for word in words[:NAMED_WORDS]])
    return ""


def dimension_card(selection: Selection) -> None:
    """Good and bad mentions of each dimension."""
    aspects = data.aspect_tones(data.voices(selection.filters))
    worst = aspects[0] if aspects and aspects[0].negative else None
    title = _nothing("dimensions", selection)
    if worst:
        title = say("screen.voice.dimensions", dimension=worst.dimension, count=f"{worst.negative:,}",
                    share=formatting.value(worst.share, places=0))
    rule = say("screen.voice.dimensions_rule")
    evidence = say("screen.voice.dimensions_evidence", evidence=formatting.evidence(worst.share)) if worst else ""
    with components.card(title, evidence + rule, key="dimensions"):
        if aspects:
            behind.chart(
                charts.tone_bars([_tone_bar(aspect) for aspect in aspects[:SHOWN_DIMENSIONS]]),
                [_aspect_group(aspect, tone, selection) for aspect in aspects for tone in TONES],
                key="dimension-chart", alt=title,
                frame=numbers.table(({"dimension": aspect.dimension}, aspect.share) for aspect in aspects),
                card="dimensions", days=selection.days,
            )
        else:
            components.quiet_note(say("screen.voice.dimensions_none_body"))


def _aspect_group(aspect: AspectTone, tone: str, selection: Selection) -> behind.Group:
    """The comments that speak of a dimension in a tone, whatever their own as a whole."""
    name = f"{named(aspect.dimension)} · {say(f'screen.polarity.{tone}')}"
    scope = Scope(data.voices(selection.filters), dimensions=(aspect.dimension,), aspect=tone)
    return behind.counted(mark_id(tone, aspect.dimension), name, getattr(aspect, tone), scope)


@st.fragment
def comment_card(selection: Selection) -> None:
    """The comments, searchable, newest first."""
    with components.card(say("screen.voice.comments"), say("screen.voice.comments_rule"), key="comments"):
        wanted = comment_controls(selection)
        filters = selection.filters if wanted["source"] else data.voices(selection.filters)
        total = data.comment_total(filters, **wanted)
        pages = max(1, -(-total // PER_PAGE))
        page_key = f"comments-page-{hash((filters, *wanted.items()))}"
        offset = (min(st.session_state.get(page_key, 1), pages) - 1) * PER_PAGE
        components.quiet_note(say("screen.voice.found", count=f"{total:,}"))
        found = data.quotes(filters, **wanted, limit=PER_PAGE, offset=offset)
        quotes.comment_list(found, empty=say("screen.voice.nothing_found"))
        if pages > 1:
            st.pagination(pages, key=page_key)


def comment_controls(selection: Selection) -> dict[str, str | None]:
    """Search, tone, dimension and source of the comments to list."""
    spoken_of = [aspect.dimension for aspect in data.aspect_tones(data.voices(selection.filters))]
    with st.container(horizontal=True, vertical_alignment="center", key="comment-controls"):
        search = address.kept_text("comment-search", draw=lambda: st.text_input(
            say("screen.voice.search"), key="comment-search", type="search", live=True, width=220,
            max_chars=address.LONGEST_TEXT, placeholder=say("screen.voice.search"), label_visibility="collapsed",
        ))
        polarity = address.kept_or_none("comment-tone", behind.TONES, draw=lambda: st.segmented_control(
            say("screen.voice.tone"), behind.TONES, key="comment-tone", label_visibility="collapsed",
            format_func=lambda name: say(f"screen.polarity.{name}"),
        ))
        dimension = address.kept_or_none("comment-dimension", spoken_of, draw=lambda: st.selectbox(
            say("keys.dimension"), spoken_of, index=None, width=170, key="comment-dimension", format_func=named,
            placeholder=say("screen.voice.all_dimensions"), label_visibility="collapsed",
        ))
        source = address.kept_or_none("comment-source", SOURCES, draw=lambda: st.selectbox(
            say("screen.voice.source"), SOURCES, index=None, width=130, key="comment-source",
            placeholder=say("screen.voice.all_sources"), format_func=lambda kind: say(f"kinds.{kind}"),
            label_visibility="collapsed",
        ))
    return {"search": search or None, "polarity": polarity, "dimension": dimension, "source": source}


def _word(term: str, count: int, docs) -> charts.Word:
    hover = say("screen.voice.word_hover", complaint=f"{docs.docs_b:,}", praise=f"{docs.docs_a:,}")
    return charts.Word(Verbatim(term), count, hover)


def _tone_bar(aspect: AspectTone) -> charts.ToneBar:
    hover = say(
        "screen.voice.dimension_hover", negative=f"{aspect.negative:,}", neutral=f"{aspect.neutral:,}",
        positive=f"{aspect.positive:,}",
    )
    return charts.ToneBar(aspect.dimension, aspect.negative, aspect.positive, hover)


def _nothing(card: str, selection: Selection, *, few: bool = False) -> str:
    """The title of a card without a finding: there is none, too little was said, or it is still to be read."""
    tone = data.tone(data.voices(selection.filters))
    waiting = tone.unread > tone.comments - tone.unread
    return say(f"screen.voice.{card}_{'waiting' if waiting else 'few' if few else 'none'}")


def _week_words(week) -> str:
    words = [formatting.week(week.week)]
    if week.uncertain:
        words.append(say("screen.voice.uncertain", count=f"{week.uncertain:,}"))
    if week.unread:
        words.append(say("screen.voice.unread", count=f"{week.unread:,}"))
    return " · ".join(words)
