"""The headline numbers: each with its interval, verdict and target, the weeks before, and how it came about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analysis.actions import LOWER_IS_BETTER
from analysis.briefing import Headline, Weighted, weighting_words
from analysis.briefing.targets import TargetResult, aim_at
from analysis.compare.planning import REACH_MARGIN
from analysis.estimate import Estimate
from analysis.i18n import clauses, say
from dashboard import behind, components, formatting, formulas, loop, numbers
from dashboard.charts.bullets import goal_words
from dashboard.components import Chip, SparkPoint, Text
from dashboard.filters import Selection
from dashboard.theme import Tone

# What says how a number came about, where it is not called as the number.
FORMULAS = {"fcr": "first-contact", "closed": "promises"}
OF_ORDERS = frozenset({"complaint_rate"})  # counted in orders, not in answers
AIM_TONES: Mapping[str, Tone] = {"met": "good", "not_met": "attention"}


@dataclass(frozen=True, slots=True)
class HeadlineFacts:
    """A headline number in words: label, value (or why there is none), interval with n, verdict, and its weeks."""

    label: str
    value: Text
    evidence: str
    chip: Chip | None
    series: tuple[SparkPoint, ...]
    caption: str


def row(number: int) -> list[DeltaGenerator]:
    """Room for so many headline numbers in a row of equal cards; on a narrow window in two rows."""
    with st.container(key=f"headlines-{number}"):
        return st.columns(number, gap="small")


def fill(
    room: Iterable[DeltaGenerator], headlines: Sequence[Headline], selection: Selection, *,
    weighted: Mapping[str, Weighted] | None = None,
) -> None:
    """The headline numbers, each in its column with its formula; weighted numbers beside the plain ones."""
    targets = loop.targets()
    # Not strict: an import or a promise that was dropped may come between making room and knowing the numbers.
    for column, headline in zip(room, headlines, strict=False):
        aim = aim_at(targets, headline.metric, headline.estimate.floored(), selection.filters)
        with column:
            _card(headline, selection, weighted=(weighted or {}).get(headline.metric), aim=aim)


def facts_of(headline: Headline, selection: Selection) -> HeadlineFacts:
    """A headline number as it is written wherever it stands."""
    estimate = headline.estimate.floored()
    words = formatting.value(estimate)
    limit = formatting.duration(headline.kept.promise.minutes) if headline.kept else ""
    return HeadlineFacts(
        say(f"screen.overview.label_{headline.metric}", limit=limit),
        words if estimate.shown else components.in_words(words),
        _evidence(headline, estimate), _verdict(headline, selection),
        tuple(spark_point(cell.estimate.floored()) for cell in headline.series), _caption(headline),
    )


def _card(
    headline: Headline, selection: Selection, *, weighted: Weighted | None, aim: TargetResult | None
) -> None:
    facts = facts_of(headline, selection)
    verdicts = [chip for chip in (facts.chip, _aim_chip(aim)) if chip]
    goal = aim.goal if aim and aim.so_far != "not_enough" else None
    box = components.metric_card(
        facts.label, facts.value, evidence=facts.evidence, verdicts=verdicts, goal=goal,
        series=facts.series, caption=facts.caption, key=headline.metric,
        aside=clauses([words for words in (_easy_words(headline), _weighted_words(weighted)) if words]),
    )
    said = say("formulas.unweighted_beside", words=weighting_words(weighted)) if weighted else ""
    weeks = selection.at_least_weeks(len(headline.series))
    with box:
        behind.menu(
            numbers.table((cell.keys, cell.estimate) for cell in headline.series),
            behind.weeks(headline.series, weeks, name=facts.label), key=f"{headline.metric}-weeks",
            card="headline-weeks", days=(weeks.start, weeks.end), part=facts.label,
            lead=lambda: formulas.button(
                FORMULAS.get(headline.metric, headline.metric), part=facts.label,
                n=_base(headline.metric, headline.estimate.floored()), weighting=said, reach=_reach(headline),
            ),
        )


def _aim_chip(aim: TargetResult | None) -> Chip | None:
    """Whether the number reliably meets or misses the target for it; nothing where the answers cannot tell."""
    if aim is None or aim.so_far not in AIM_TONES:
        return None
    return Chip(say(f"screen.overview.aim_{aim.so_far}", goal=goal_words(aim)), AIM_TONES[aim.so_far])


def _reach(headline: Headline) -> str:
    """How many answers an interval of five points takes, and what difference so many as there are can show."""
    if headline.reach is None or not headline.estimate.floored().shown:
        return ""
    points = formatting.number(100 * headline.reach.detectable, places=1)
    margin = formatting.number(100 * REACH_MARGIN)
    return say("formulas.reach_words", margin=margin, needed=f"{headline.reach.needed:,}", points=points)


def _easy_words(headline: Headline) -> str:
    """The share that found it easy, beside the mean of effort."""
    if headline.easy is None or not headline.easy.floored().shown:
        return ""
    easy = headline.easy.floored()
    return say("screen.overview.easy", value=formatting.value(easy), interval=formatting.interval(easy))


def _weighted_words(weighted: Weighted | None) -> str:
    """The same number weighted to the known shares of customers, or that it cannot be."""
    if weighted is None:
        return ""
    if weighted.refused or not weighted.cells:
        return say("weighting.impossible")
    estimate = weighted.cells[0].estimate.floored()
    if not estimate.shown:
        return ""
    return say("weighting.beside", value=formatting.value(estimate), interval=formatting.interval(estimate))


def _base(metric: str, estimate: Estimate) -> str:
    if not estimate.shown:
        return ""
    if metric in OF_ORDERS:
        return say("screen.common.orders", count=f"{estimate.n:,}")
    return formatting.base(estimate.n)


def _caption(headline: Headline) -> str:
    if headline.estimate.n == 0:
        return ""
    drawn = any(cell.estimate.floored().shown for cell in headline.series)
    return say("screen.overview.spark" if drawn else "screen.overview.spark_none", weeks=len(headline.series))


def _evidence(headline: Headline, estimate: Estimate) -> str:
    if headline.kept and headline.kept.waiting and estimate.shown:
        waiting = say("screen.overview.still_open", count=f"{headline.kept.waiting:,}")
        return f"{formatting.evidence(estimate)} {waiting}"
    if headline.metric in OF_ORDERS and estimate.shown:
        interval = say("screen.common.interval", interval=formatting.interval(estimate))
        return f"{interval} · {say('screen.common.orders', count=f'{estimate.n:,}')}"
    if headline.metric in OF_ORDERS:
        return say("screen.overview.no_orders")
    return formatting.evidence(estimate)


def _verdict(headline: Headline, selection: Selection) -> Chip | None:
    if not headline.estimate.floored().shown:
        return None
    words = say(f"verdicts.{headline.verdict}")
    if headline.verdict in ("not_enough", "no_previous"):
        return Chip(words)
    change = formatting.change(headline.difference.estimate)
    text = say("screen.common.change", before=selection.compared_to, change=change, verdict=words)
    return Chip(text, _tone(headline))


def _tone(headline: Headline) -> Tone:
    if headline.verdict == "no_reliable_change":
        return "neutral"
    better = (headline.verdict == "reliable_rise") != (headline.metric in LOWER_IS_BETTER)
    return "good" if better else "attention"


def spark_point(estimate: Estimate) -> SparkPoint:
    """A week of a small line; nothing is drawn of a value that is withheld."""
    if not estimate.shown:
        return SparkPoint(None, None, None)
    low, high = (None if limit != limit else limit for limit in (estimate.low, estimate.high))
    return SparkPoint(estimate.value, low, high)
