"""Results of the analysis as cards: the same number looks the same wherever it stands."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from analysis.briefing import Headline
from analysis.estimate import Estimate
from analysis.findings import Finding
from analysis.i18n import say
from dashboard import components, formatting
from dashboard.components import Chip, SparkPoint
from dashboard.filters import Selection
from dashboard.theme import Tone

# Where the evidence of a finding stands.
EVIDENCE_PAGES = {
    "weak": "dashboard/pages/touchpoints.py", "change": "dashboard/pages/touchpoints.py",
    "complaints": "dashboard/pages/complaints.py",
}
EVIDENCE_LINES = 2  # sentences of evidence under a finding; the rest stands on the page it leads to
LOWER_IS_BETTER = frozenset({"complaint_rate"})


def headline_cards(headlines: Sequence[Headline], selection: Selection) -> None:
    """The headline metrics in one row of equal cards."""
    for column, headline in zip(st.columns(len(headlines), gap="small"), headlines, strict=True):
        with column:
            _headline_card(headline, selection)


def finding_list(findings: Sequence[Finding], *, limit: int) -> None:
    """The most important findings, or the sentence that nothing stands out."""
    if not findings:
        components.quiet_note(say("findings.none"))
    for finding in findings[:limit]:
        components.finding_row(
            kind=Chip(say(f"findings.kinds.{finding.kind}"), finding.tone), certainty=finding.certainty,
            title=finding.title, evidence="；".join(finding.evidence[:EVIDENCE_LINES]),
            page=EVIDENCE_PAGES.get(finding.kind, ""), key=str(finding.rank),
        )


def _headline_card(headline: Headline, selection: Selection) -> None:
    estimate = headline.estimate.floored()
    words = formatting.value(estimate)
    components.metric_card(
        say(f"screen.overview.label_{headline.metric}"), words if estimate.shown else components.in_words(words),
        evidence=_evidence(headline.metric, estimate), chip=_verdict(headline, selection),
        series=[_spark_point(cell.estimate.floored()) for cell in headline.series],
        caption=say("screen.overview.spark", weeks=len(headline.series)), key=headline.metric,
    )


def _evidence(metric: str, estimate: Estimate) -> str:
    if metric in LOWER_IS_BETTER and estimate.shown:
        interval = say("screen.common.interval", interval=formatting.interval(estimate))
        return f"{interval} · {say('screen.common.orders', count=f'{estimate.n:,}')}"
    return formatting.evidence(estimate)


def _verdict(headline: Headline, selection: Selection) -> Chip | None:
    if not headline.estimate.floored().shown:
        return None
    words = say(f"verdicts.{headline.verdict}")
    if headline.verdict in ("not_enough", "no_previous"):
        return Chip(words)
    change = formatting.change(headline.difference.estimate)
    return Chip(say("screen.common.change", before=selection.compared_to, change=change, verdict=words), _tone(headline))


def _tone(headline: Headline) -> Tone:
    if headline.verdict == "no_reliable_change":
        return "neutral"
    better = (headline.verdict == "reliable_rise") != (headline.metric in LOWER_IS_BETTER)
    return "good" if better else "attention"


def _spark_point(estimate: Estimate) -> SparkPoint:
    if not estimate.shown:
        return SparkPoint(None, None, None)
    low, high = (None if limit != limit else limit for limit in (estimate.low, estimate.high))
    return SparkPoint(estimate.value, low, high)
