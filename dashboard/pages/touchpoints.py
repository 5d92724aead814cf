"""触点: where along the journey satisfaction is lost."""

from __future__ import annotations

import streamlit as st

from analysis.i18n import say
from dashboard import cards, components, course, customers, data, formatting, journey, numbers, titles
from dashboard.charts import touchpoints
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
    with components.card(titles.journey(stages), say("screen.touchpoints.stages_rule"), key="journey"):
        figure = touchpoints.stage_chart(stages, height=JOURNEY_HEIGHT)
        components.chart(figure, key="journey-chart", alt=titles.journey(stages))
        numbers.menu(numbers.table((s.keys, s.estimate) for s in stages), card="journey", days=selection.days)
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
    with right, components.card(titles.touchpoint_order(scores), titles.score_rule(selection), key="scores"):
        components.chart(touchpoints.touchpoint_chart(scores), key="scores-chart", alt=titles.touchpoint_order(scores))
        numbers.menu(numbers.table((s.keys, s.estimate) for s in scores), card="scores", days=selection.days)
    left, right = st.columns([3, 2], gap="small")
    gaps = data.channel_gaps(selection.filters)
    with left:
        _consistency(selection)
    with left, components.card(titles.channel_gap(gaps), say("screen.touchpoints.gaps_rule"), key="gaps"):
        if gaps:
            components.chart(touchpoints.channel_gap_chart(gaps), key="gaps-chart", alt=titles.channel_gap(gaps))
            ends = [
                ({"touchpoint": gap.place, "dimension": gap.dimension, "channel": channel}, end.estimate)
                for gap in gaps for channel, end in ((gap.lowest.keys["channel"], gap.lowest),
                                     (say("screen.touchpoints.other_channels"), gap.rest))
            ]
            numbers.menu(numbers.table(ends), card="gaps", days=selection.days)
        else:
            components.quiet_note(say("screen.touchpoints.gaps_empty"))
    weak = titles.weakest(report) or titles.weakest(lately)
    topic = str(weak.keys["dimension"]) if weak else None
    with right, components.card(say("screen.touchpoints.quotes"), titles.quote_rule(topic), key="quotes"):
        found = data.telling_quotes(selection.filters, dimension=topic, polarity="negative", limit=SHOWN_QUOTES)
        cards.comment_list(found, empty=say("screen.touchpoints.quotes_empty"))


def _consistency(selection: Selection) -> None:
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
