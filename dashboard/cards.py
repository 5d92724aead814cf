"""Results of the analysis as cards: the same number looks the same wherever it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import streamlit as st

from analysis.actions import Plan
from analysis.briefing import Quote, TouchpointWeek, WeakSpot, Witness
from analysis.findings import Finding
from analysis.i18n import clauses, named, say
from analysis.schema import Filters
from dashboard import behind, components, data, formatting, loop, numbers, quotes, titles, tour
from dashboard.charts.base import mark_id
from dashboard.charts.touchpoints import week_heatmap
from dashboard.components import Chip
from dashboard.filters import Selection
from dashboard.theme import Tone

# Where the evidence of a finding stands.
EVIDENCE_PAGES = {
    "weak": "dashboard/pages/touchpoints.py", "change": "dashboard/pages/touchpoints.py",
    "complaints": "dashboard/pages/complaints.py", "store": "dashboard/pages/stores.py",
    "tipping": "dashboard/pages/drivers.py", "driver": "dashboard/pages/drivers.py",
    "issue": "dashboard/pages/voice.py", "week": "dashboard/pages/touchpoints.py",
    "effect": "dashboard/pages/actions.py",
}
ACTION_DRAFT = "action-draft"  # where the page 行动与目标 finds the plan that a finding suggested
# A source that agrees that a cell is weak asks for attention.
MARK_TONES: dict[str, Tone] = {"agrees": "attention", "disagrees": "good", "unclear": "neutral", "no_data": "neutral"}
EVIDENCE_LINES = 2  # sentences of evidence under a finding; the rest stands on the page it leads to
SPOT_QUOTES = 2     # of customers about a weak spot


def finding_list(
    findings: Sequence[Finding], standing: Sequence[Finding], selection: Selection, *, tested: bool
) -> None:
    """Findings as rows, then those of the last weeks that still stand; a sentence where there are neither.

    Each offers to open an action about it. `tested` says whether the answers sufficed for any test.
    """
    lately = selection.last_weeks(titles.SERIES_WEEKS)
    if not findings and not standing:
        components.quiet_note(say("findings.none" if tested else "findings.few"))
    for finding in findings:
        _finding_row(finding, selection.days, key=f"now-{finding.rank}")
    if standing:
        components.section_label(say("screen.overview.findings_standing", weeks=titles.SERIES_WEEKS))
    for finding in standing:
        _finding_row(finding, (lately.start, lately.end), key=f"standing-{finding.rank}")


def _finding_row(finding: Finding, days: tuple[date, date], *, key: str) -> None:
    components.finding_row(
        kind=Chip(say(f"findings.kinds.{finding.kind}"), finding.tone), certainty=finding.certainty,
        title=formatting.unbroken(finding.title),
        evidence=formatting.unbroken(clauses(finding.evidence[:EVIDENCE_LINES])),
        page=EVIDENCE_PAGES.get(finding.kind, ""), key=key,
        beside=None if finding.kind == "effect" else lambda: _act(lambda: loop.draft(finding, days), key=key),
    )


def _act(draft: Callable[[], Plan], *, key: str) -> None:
    """The button that opens an action with its form filled in."""
    if st.button(say("screen.actions.open"), key=f"act-{key}", type="tertiary", help=say("screen.actions.open_help")):
        st.session_state[ACTION_DRAFT] = draft()
        st.switch_page("dashboard/pages/actions.py")


def spot_list(spots: Sequence[WeakSpot], selection: Selection) -> None:
    """Weak spots with their priority, and whether ratings, comments and complaints say the same.

    The first with what customers say of it; each offers to open an action about it.
    """
    for place, spot in enumerate(spots, start=1):
        components.spot_row(
            title=titles.spot(spot), note=titles.priority(spot),
            marks=[_mark(witness) for witness in spot.witnesses],
            evidence=[formatting.unbroken(w.evidence.said()) for w in spot.witnesses[1:]],
        )
        said = spot_words(spot, selection) if place == 1 else ()
        if said:
            quotes.comment_list(said, empty="")
        _act(lambda spot=spot: loop.draft_of_cell(spot.cell, titles.spot(spot), selection.days), key=f"spot-{place}")


def spot_words(spot: WeakSpot, selection: Selection) -> tuple[Quote, ...]:
    """What customers say against a weak spot, the telling ones first."""
    where = {"touchpoint": str(spot.cell.keys["touchpoint"])} if "touchpoint" in spot.cell.keys else {}
    return data.telling_quotes(
        selection.filters.narrowed(**where), dimension=str(spot.cell.keys["dimension"]), polarity="negative",
        limit=SPOT_QUOTES,
    )


def _mark(witness: Witness) -> Chip:
    source, says = say(f"witness.source.{witness.source}"), say(f"witness.says.{witness.says}")
    return Chip(say("screen.overview.mark", source=source, says=says), MARK_TONES[witness.says])


def week_card(cells: Sequence[TouchpointWeek], selection: Selection, *, weeks: int) -> None:
    """Satisfaction per touchpoint and week, titled by its deepest reliable fall."""
    title = titles.week_course(cells, weeks)
    with components.card(title, say("screen.overview.heat_rule", weeks=weeks), key="weeks"):
        if any(c.estimate.shown for c in cells):
            lately = selection.last_weeks(weeks)
            behind.chart(
                week_heatmap(cells), [_week_group(cell, lately) for cell in cells], key="weeks-chart", alt=title,
                frame=numbers.table((cell.keys, cell.estimate) for cell in cells), card="weeks",
                days=(lately.start, lately.end),
            )
        else:
            components.quiet_note(say("screen.overview.heat_empty", weeks=weeks))


def _week_group(cell: TouchpointWeek, lately: Filters) -> behind.Group:
    mark = mark_id(cell.touchpoint, formatting.week(cell.week))
    name = f"{named(cell.touchpoint)} · {formatting.week_of(cell.week)}"
    return behind.group(mark, name, cell.estimate, cell.keys, lately)


def nothing_yet() -> None:
    """What a page shows before the first import: the way to the overview's first steps."""
    components.empty_state(say("screen.overview.empty"), say("screen.overview.empty_body"))
    with st.container(horizontal=True, horizontal_alignment="center", key="first-steps"):
        st.page_link("dashboard/pages/overview.py", label=say("screen.common.first_steps"))


def first_steps() -> None:
    """An empty store: what the product is, what to do, what one gets; the sample data, or one's own file."""
    components.welcome(
        say("screen.overview.welcome"), [say(f"screen.overview.welcome_{part}") for part in ("what", "do", "get")]
    )
    with st.container(horizontal=True, horizontal_alignment="center", gap="small", key="first-steps"):
        sample = st.button(say("screen.overview.try_sample"), type="primary", key="load-sample")
        if st.button(say("screen.overview.upload"), key="go-upload"):
            st.switch_page("dashboard/pages/data.py")
    if sample:
        _load_sample()


def _load_sample() -> None:
    """Import the sample data with progress, then draw the page anew."""
    words = say("screen.overview.loading")
    slot = st.container(key="loading").empty()

    def show(done: int, total: int) -> None:
        with slot:
            components.progress_strip(words, done=done / max(total, 1))

    show(0, 1)
    data.load_sample(progress=show)
    tour.begin()
    st.rerun()
