"""总览: what stands out, how sure that is, and where it comes from."""

from __future__ import annotations

import time
from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analysis import briefing
from analysis.briefing import Headline, WeakReport
from analysis.i18n import say
from analysis.schema import Filters
from dashboard import attention, behind, cards, components, data, events, headlines, numbers, service, titles
from dashboard.charts import touchpoints
from dashboard.filters import Selection, filter_bar

SHOWN_FINDINGS = 6
SHOWN_SPOTS = 2
HEAT_WEEKS = 12
YEAR_WEEKS = 52
HALF_YEAR_WEEKS = 26
LEAST_HEIGHT = 240
CHARTS_FIRST_SECONDS = 0.3
NUMBERS_FIRST_SECONDS = 0.3
SEEN = "overview-seen"
TESTED = "overview-tested"  # what this visit has just waited for


def page() -> None:
    """The overview, or the way to a first file."""
    if data.is_empty():
        cards.first_steps()
        return
    head = st.container()
    selection = filter_bar()
    numbers_now = data.headlines(selection.filters)
    room = number_cards(numbers_now, selection)
    let_numbers_stand()
    lately = selection.at_least_weeks(titles.SERIES_WEEKS)
    report = data.weak_dimensions(selection.filters)
    left, right = st.columns([3, 2], gap="small")
    with left:
        spots = weak_card(report, selection)
    with right:
        found = st.container(height="stretch")
    left, right = st.columns([3, 2], gap="small")
    weeks = data.touchpoint_weeks(selection.filters, weeks=HEAT_WEEKS)
    with left:
        cards.week_card(weeks, selection, weeks=HEAT_WEEKS)
    with right:
        cause_card(selection, height=max(touchpoints.week_heatmap_height(weeks), LEAST_HEIGHT))
    with head:
        answer = titles.overview_answer(numbers_now, report, data.weak_dimensions(lately), selection)
        components.page_headline(answer, titles.base_line(data.totals(selection.filters), selection))
    headlines.fill(room, service.handled(selection.filters), selection)
    # What was waited for is drawn, even if the store has changed meanwhile, as it does while comments are being read.
    if st.session_state.pop(TESTED, None) != selection.filters and not attention.known(selection.filters, lately):
        with found:
            test_after_charts(selection.filters, lately)
        return
    with found:
        finding_card(selection, lately)
    with spots:
        cards.spot_list(attention.weak_spots(selection.filters)[:SHOWN_SPOTS], selection)


def number_cards(found: Sequence[Headline], selection: Selection) -> list[DeltaGenerator]:
    """The numbers of answers and complaints; the room between them for those of how cases were handled."""
    columns = headlines.row(len(found) + len(service.handled_metrics()))
    place = len(found) - 1
    weighted = data.ask(briefing.weighted_headlines, selection.filters)
    headlines.fill([*columns[:place], columns[-1]], found, selection, weighted=weighted)
    return columns[place:-1]


def let_numbers_stand() -> None:
    """Gives a browser that has just opened the page the time to show the numbers.

    What arrives together is shown together: after all charts, where their answers are known already.
    """
    if SEEN not in st.session_state:
        st.session_state[SEEN] = True
        time.sleep(NUMBERS_FIRST_SECONDS)


def test_after_charts(own: Filters, lately: Filters) -> None:
    """Says that everything is being tested; that begins when the charts stand, and draws the page anew when done.

    Testing takes longer than all charts together, and what stood under the last filters stays until a run ends.
    """
    begun = False

    @st.fragment(run_every=CHARTS_FIRST_SECONDS)
    def testing() -> None:
        nonlocal begun
        with components.card(say("screen.overview.findings_testing"), key="found-waiting"):
            components.quiet_note(say("screen.overview.findings_rule"))
        if begun:
            attention.test(own, lately)
            st.session_state[TESTED] = own
            st.rerun()
        begun = True

    testing()


def finding_card(selection: Selection, lately: Filters) -> None:
    """What deserves attention in the period, and what still stands from the last weeks."""
    own, further = attention.findings(selection.filters), attention.findings(lately)
    found, standing = titles.new_and_standing(own, further, shown=SHOWN_FINDINGS)
    tested = attention.tested(lately)
    title = titles.finding_count(found, selection, tested=tested)
    with components.card(title, say("screen.overview.findings_rule"), key="found"):
        cards.finding_list(found, standing, selection, tested=tested)
        numbers.formula("findings", days=selection.days)


def weak_card(report: WeakReport, selection: Selection) -> DeltaGenerator:
    """Touchpoint × dimension against the rest with the places they may hold; the room for what others say of them."""
    title = titles.weak_dimensions(report)
    # The mean of the rest is a number too: it stays away where every cell is withheld.
    drawn = any(cell.estimate.floored().shown for cell in report.cells)
    with components.card(title, titles.weak_rule(report) if drawn else "", key="weak"):
        if not drawn:
            components.quiet_note(say("screen.overview.weak_empty"))
            return st.container()
        named_cells = [(touchpoints.place(cell.keys), cell) for cell in report.cells]
        behind.chart(
            touchpoints.weak_dimension_chart(report),
            [behind.group(name, name, c.estimate, c.keys, selection.filters) for name, c in named_cells],
            key="weak-chart", alt=title, frame=numbers.table((c.keys, c.estimate) for c in report.cells),
            card="weak", days=selection.days,
        )
        return st.container()


def cause_card(selection: Selection, *, height: int) -> None:
    """The cause of complaint whose share shifted most within the year, week by week."""
    cause = titles.most_shifted(data.complaint_causes(selection.last_weeks(HALF_YEAR_WEEKS)))
    if cause is None or not cause.estimate.floored().shown:
        with components.card(say("screen.overview.cause_empty_title"), key="cause"):
            components.quiet_note(say("screen.overview.cause_empty"))
        return
    title = titles.cause_course(cause)
    with components.card(title, say("screen.overview.cause_rule", weeks=HALF_YEAR_WEEKS), key="cause"):
        year = selection.last_weeks(YEAR_WEEKS)
        weeks = data.cause_share_weeks(year, cause=cause.category)
        if not any(week.estimate.floored().shown for week in weeks):
            components.quiet_note(say("screen.overview.cause_few_weeks"))
            return
        behind.chart(
            touchpoints.share_chart(weeks, height=height, marks=events.marks()),
            behind.weeks(weeks, year, name=cause.category, category=cause.category), key="cause-chart", alt=title,
            frame=numbers.table((c.keys, c.estimate) for c in weeks), card="cause", days=(year.start, year.end),
        )


page()
