"""门店: which stores really differ, fairly to small numbers."""

from __future__ import annotations

import math

import streamlit as st
from markupsafe import Markup

from analysis.briefing import Ranked, Ranking
from analysis.briefing.rankings import order_words
from analysis.i18n import listed, say
from analysis.rankings import FEWEST_FOR_SPREAD
from dashboard import address, behind, cards, components, data, formatting, numbers
from dashboard.charts import rankings as charts
from dashboard.filters import Selection, filter_bar

LEAST_WEEKS = 26
FUNNEL_HEIGHT = 480
SHOWN_UNITS = 30
UNITS = ("store", "staff")


def page() -> None:
    """Who stands out, the funnel, and the likely order."""
    if data.is_empty():
        cards.nothing_yet()
        return
    head = st.container()
    selection = filter_bar()
    unit = address.kept(
        "ranked-unit", UNITS, default=UNITS[0], words=_unit_words,
        draw=lambda: st.segmented_control(
            say("screen.stores.unit"), UNITS, required=True, key="ranked-unit", format_func=_unit_words,
            label_visibility="collapsed",
        ),
    )
    filters = selection.at_least_weeks(LEAST_WEEKS)
    days, ranking = (filters.start, filters.end), data.ranking(filters, unit=unit)
    with head:
        components.page_headline(answer(ranking, unit), base_line(ranking, unit, selection))
    if not ranking.limits:
        with components.card(say("screen.stores.none_title"), key="nobody"):
            components.quiet_note(say("screen.stores.none_body"))
        return
    left, right = st.columns([3, 2], gap="small")
    title = funnel_title(ranking, unit)
    with left, components.card(title, funnel_rule(ranking), key="funnel"):
        groups = [behind.group(u.name, u.name, u.estimate, {unit: u.name}, filters) for u in ranking.units]
        lines = [(labels(u, unit), u.estimate) for u in ranking.units]
        behind.chart(
            charts.funnel_chart(ranking, height=FUNNEL_HEIGHT, within=unit == "staff"), groups, key="funnel-chart",
            alt=title, frame=numbers.table(lines), card="funnel", days=days,
        )
        components.quiet_note(say("screen.stores.unadjusted"))
    title = order_words(ranking)
    with right, components.card(title, say("screen.stores.order_rule"), key="order"):
        lines = [(labels(u, unit), u.likely) for u in ranking.units]
        behind.chart(
            charts.likely_chart(shown(ranking)), groups, key="order-chart", alt=title, frame=numbers.table(lines),
            card="order", days=days,
        )
        if len(ranking.units) > SHOWN_UNITS:
            components.quiet_note(say("screen.stores.more", n=len(ranking.units) - SHOWN_UNITS))


def _unit_words(name: str, language: str | None = None) -> str:
    return say(f"screen.stores.unit_{name}", language=language)


def labels(ranked: Ranked, unit: str) -> dict[str, object]:
    """A unit's name, how it stands to the others, and the limits of its place; no place for small ones."""
    return {
        unit: ranked.name, say("screen.stores.standing"): say(f"screen.stores.standing_{ranked.standing}"),
        say("screen.stores.place_low"): ranked.place_low, say("screen.stores.place_high"): ranked.place_high,
    }


def shown(ranking: Ranking) -> tuple[Ranked, ...]:
    """All units, or of many the two ends and those that stand out, in their order."""
    if len(ranking.units) <= SHOWN_UNITS:
        return ranking.units
    ends = SHOWN_UNITS // 3
    placed = [u for u in ranking.units if u.place_low is not None]
    kept = {u.name for u in (*placed[:ends], *placed[-ends:])}
    kept |= {u.name for u in placed if u.standing != "usual"}
    return tuple(u for u in placed if u.name in kept)[:SHOWN_UNITS]


def standing_out(ranking: Ranking, *, low: bool) -> list[str]:
    """The names of the units that reliably lie below, or above, all others."""
    side = ("alarm_low", "alert_low") if low else ("alarm_high", "alert_high")
    found = [u.name for u in ranking.units if u.standing in side]
    return found[::-1] if low else found


def answer(ranking: Ranking, unit: str) -> Markup:
    """The page's first line: who reliably lies below the others, or that nobody does."""
    low, high = standing_out(ranking, low=True), standing_out(ranking, low=False)
    word = say(f"screen.stores.unit_{unit}")
    if not ranking.limits:
        return components.emphasised("screen.stores.answer_few", unit=word)
    if low:
        return components.emphasised("screen.stores.answer_low", emphasis=listed(low), unit=word)
    if high:
        return components.emphasised("screen.stores.answer_high", emphasis=listed(high), tone="good", unit=word)
    return components.emphasised("screen.stores.answer_none", unit=word)


def base_line(ranking: Ranking, unit: str, selection: Selection) -> str:
    """The second line: how many are ranked, how many are too small, freshness."""
    placed = sum(u.place_low is not None for u in ranking.units)
    counts = say("screen.stores.counts", ranked=placed, unranked=len(ranking.units) - placed,
                 unit=say(f"screen.stores.unit_{unit}"))
    fresh = say("screen.common.fresh", day=formatting.day(selection.fresh))
    return " · ".join([say("screen.drivers.period", weeks=LEAST_WEEKS), counts, fresh])


def funnel_title(ranking: Ranking, unit: str) -> str:
    """Who lies outside the funnel."""
    out = [*standing_out(ranking, low=True), *standing_out(ranking, low=False)]
    if out:
        return say("screen.stores.funnel_title", names=out)
    return say("screen.stores.funnel_none", unit=say(f"screen.stores.unit_{unit}"))


def funnel_rule(ranking: Ranking) -> str:
    """How to read the funnel, and what its width takes in."""
    target = formatting.number(100 * ranking.target, places=1)
    if math.isnan(ranking.phi):
        return say("screen.stores.funnel_rule_few", target=target, fewest=FEWEST_FOR_SPREAD)
    return say("screen.stores.funnel_rule", target=target, phi=formatting.number(ranking.phi, places=1))


page()
