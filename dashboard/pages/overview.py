"""总览: what stands out, how sure that is, and where it comes from."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analysis import briefing
from analysis.briefing import WeakReport
from analysis.i18n import say
from analysis.schema import Filters
from dashboard import attention, behind, cards, components, data, events, numbers, titles
from dashboard.charts import touchpoints
from dashboard.filters import Selection, filter_bar

SHOWN_FINDINGS = 6
MOST_ROWS = 2 * SHOWN_FINDINGS + 2  # new ones and standing ones, a label between them, and the card's corner
SHOWN_SPOTS = 2
HEAT_WEEKS = 12
YEAR_WEEKS = 52
HALF_YEAR_WEEKS = 26
LEAST_HEIGHT = 240


def page() -> None:
    """The overview, or the way to a first file."""
    if data.is_empty():
        cards.first_steps()
        return
    head = st.container()
    selection = filter_bar()
    headlines = data.headlines(selection.filters)
    cards.headline_cards(headlines, selection, weighted=data.ask(briefing.weighted_headlines, selection.filters))
    lately = selection.at_least_weeks(titles.SERIES_WEEKS)
    report = data.weak_dimensions(selection.filters)
    left, right = st.columns([3, 2], gap="small")
    with left:
        spots = weak_card(report, selection)
    with right:
        found = st.empty()
        # Where they are known already the place is filled at once: nothing shines through for a moment.
        if not attention.known(selection.filters, lately):
            waiting_card(found)
    left, right = st.columns([3, 2], gap="small")
    weeks = data.touchpoint_weeks(selection.filters, weeks=HEAT_WEEKS)
    with left:
        cards.week_card(weeks, selection, weeks=HEAT_WEEKS)
    with right:
        cause_card(selection, height=max(touchpoints.week_heatmap_height(weeks), LEAST_HEIGHT))
    # The last weeks hold three times the answers of the period, and testing everything takes longer than all charts
    # together: they stand before either begins.
    with head:
        answer = titles.overview_answer(headlines, report, data.weak_dimensions(lately), selection)
        components.page_headline(answer, titles.base_line(data.totals(selection.filters), selection))
    with found.container(height="stretch"):
        finding_card(selection, lately)
    with spots.container():
        cards.spot_list(attention.weak_spots(selection.filters)[:SHOWN_SPOTS], selection)


def waiting_card(slot: DeltaGenerator) -> None:
    """What stands in the place of the findings while they are being tested."""
    title = say("screen.overview.findings_testing")
    with slot.container(height="stretch"), components.card(title, key="found-waiting"):
        components.quiet_note(say("screen.overview.findings_rule"))
        # Else the rows under the last filters would stand here, as if they were the new ones, until the run ends.
        for _ in range(MOST_ROWS):
            st.empty()


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
            return st.empty()
        named_cells = [(touchpoints.place(cell.keys), cell) for cell in report.cells]
        behind.chart(
            touchpoints.weak_dimension_chart(report),
            [behind.group(name, name, c.estimate, c.keys, selection.filters) for name, c in named_cells],
            key="weak-chart", alt=title, frame=numbers.table((c.keys, c.estimate) for c in report.cells),
            card="weak", days=selection.days,
        )
        return st.empty()


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
