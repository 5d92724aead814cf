"""触点: where along the journey satisfaction is lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import streamlit as st

from analysis.briefing import ChannelGap, StageScore, TouchpointScore
from analysis.compare import WeakCell
from analysis.estimate import Estimate
from analysis.i18n import named, say
from analysis.schema import Filters
from dashboard import behind, cards, components, course, customers, data, formatting, journey, numbers, quotes, titles
from dashboard.charts import touchpoints
from dashboard.charts.base import mark_id
from dashboard.filters import Selection, filter_bar

HEAT_WEEKS = 12
JOURNEY_HEIGHT = 290
SHOWN_QUOTES = 4


def page() -> None:
    """Journey, touchpoint by week, touchpoints in order, channels, and what customers say."""
    if data.is_empty():
        cards.nothing_yet()
        return
    head = st.container()
    selection = filter_bar()
    scores, report = data.touchpoint_scores(selection.filters), data.weak_dimensions(selection.filters)
    lately = data.weak_dimensions(selection.at_least_weeks(titles.SERIES_WEEKS))
    with head:
        answer = titles.touchpoint_answer(scores, report, lately, selection)
        components.page_headline(answer, titles.base_line(data.totals(selection.filters), selection))
    stages = data.stage_scores(selection.filters)
    journey_card(stages, selection)
    left, right = st.columns([3, 2], gap="small")
    with left:
        journey.stage_card(selection)
        journey.balance_card(selection)
    with right:
        journey.words_card(stages, selection)
    course.card(selection)
    left, right = st.columns([3, 2], gap="small")
    with left:
        cards.week_card(data.touchpoint_weeks(selection.filters, weeks=HEAT_WEEKS), selection, weeks=HEAT_WEEKS)
    with right:
        order_card(scores, selection)
    left, right = st.columns([3, 2], gap="small")
    with left:
        alike_card(selection)
        gap_card(data.channel_gaps(selection.filters), selection)
    with right:
        quote_card(titles.weakest(report) or titles.weakest(lately), selection)


def journey_card(stages: Sequence[StageScore], selection: Selection) -> None:
    """The stages from left to right."""
    title = titles.journey(stages)
    with components.card(title, say("screen.touchpoints.stages_rule"), key="journey"):
        behind.chart(
            touchpoints.stage_chart(stages, height=JOURNEY_HEIGHT),
            [journey.stage_group(s.stage, s.estimate, selection.filters) for s in stages], key="journey-chart",
            alt=title, frame=numbers.table((s.keys, s.estimate) for s in stages), card="journey", days=selection.days,
        )


def order_card(scores: Sequence[TouchpointScore], selection: Selection) -> None:
    """The touchpoints, lowest first."""
    title = titles.touchpoint_order(scores)
    with components.card(title, titles.score_rule(selection), key="scores"):
        behind.chart(
            touchpoints.touchpoint_chart(scores),
            [behind.group(s.touchpoint, named(s.touchpoint), s.estimate, s.keys, selection.filters) for s in scores],
            key="scores-chart", alt=title, frame=numbers.table((s.keys, s.estimate) for s in scores), card="scores",
            days=selection.days,
        )


def gap_card(gaps: Sequence[ChannelGap], selection: Selection) -> None:
    """Where the same question fares worst in one channel, widest gap first."""
    title = titles.channel_gap(gaps)
    with components.card(title, say("screen.touchpoints.gaps_rule"), key="gaps"):
        if not gaps:
            components.quiet_note(say("screen.touchpoints.gaps_empty"))
            return
        behind.chart(
            touchpoints.channel_gap_chart(gaps),
            [group for gap in gaps for group in _gap_groups(gap, selection.filters)], key="gaps-chart", alt=title,
            frame=numbers.table(line for gap in gaps for line in _gap_lines(gap)), card="gaps", days=selection.days,
        )


def quote_card(weak: WeakCell | None, selection: Selection) -> None:
    """What customers say of the weakest dimension, or the latest complaints in their words."""
    topic = str(weak.keys["dimension"]) if weak else None
    with components.card(say("screen.touchpoints.quotes"), titles.quote_rule(topic), key="quotes"):
        found = data.telling_quotes(selection.filters, dimension=topic, polarity="negative", limit=SHOWN_QUOTES)
        quotes.comment_list(found, empty=say("screen.touchpoints.quotes_empty"))


def _gap_lines(gap: ChannelGap) -> Iterator[tuple[dict[str, object], Estimate]]:
    """Both ends and their difference."""
    asked = {"touchpoint": gap.place, "dimension": gap.dimension}
    lowest, others = gap.lowest.keys["channel"], say("screen.touchpoints.other_channels")
    yield {**asked, "channel": lowest}, gap.lowest.estimate
    yield {**asked, "channel": others}, gap.rest.estimate
    difference = say("screen.touchpoints.gap_difference", low=lowest, others=others)
    yield {**asked, "channel": difference}, gap.difference.estimate


def _gap_groups(gap: ChannelGap, filters: Filters) -> list[behind.Group]:
    """The lowest channel and all others, where the same was asked."""
    place, lowest = touchpoints.place(gap.rest.keys), str(gap.lowest.keys["channel"])
    asked = dict(filters.where).get("channel") or data.values("channel")
    rest = {"channel": tuple(name for name in asked if name != lowest)}
    others = say("screen.touchpoints.other_channels")
    return [
        behind.group(
            mark_id(place, name), f"{place} · {named(name)}", end.estimate, gap.rest.keys, filters.narrowed(**channels)
        )
        for name, end, channels in ((lowest, gap.lowest, {"channel": lowest}), (others, gap.rest, rest))
    ]


def alike_card(selection: Selection) -> None:
    """How alike the channels are as a whole."""
    found = customers.consistency(selection.filters)
    estimate = found.estimate.floored()
    if not estimate.shown:
        with components.card(say("screen.touchpoints.alike_few"), key="alike"):
            return
    title = say(
        "screen.touchpoints.alike", value=formatting.value(estimate, places=1),
        interval=formatting.interval(estimate, places=1),
    )
    rule = say("screen.touchpoints.alike_rule", questions=found.questions, channels=found.channels)
    with components.card(title, rule, key="alike"):
        numbers.menu(numbers.table([({}, estimate)]), card="alike", days=selection.days)


page()
