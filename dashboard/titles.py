"""Titles that say the finding: which sentence a page or card may claim, given its evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from analysis.briefing import Headline, WeakReport
from analysis.compare import WeakCell
from analysis.estimate import Cell
from analysis.i18n import say
from dashboard import formatting
from dashboard.components import emphasised
from dashboard.filters import Selection


def weakest(report: WeakReport) -> WeakCell | None:
    """The worst cell that reliably lies below the rest, or None."""
    return next((cell for cell in report.cells if cell.flag == "weak"), None)


def place(keys: Mapping[str, object]) -> str:
    """A cell's name in a sentence, "在线客服的问题解决彻底性"."""
    return say("screen.common.of", whole=keys["touchpoint"], part=keys["dimension"])


def overview_answer(headlines: Sequence[Headline], report: WeakReport, selection: Selection) -> Markup:
    """The overview's first line: the headline metric, its verdict, and the weak spot."""
    weak = weakest(report)
    ending = "weak" if weak else "even"
    for headline in headlines[:2]:
        if headline.estimate.floored().shown:
            return emphasised(
                f"screen.overview.answer_{ending}", emphasis=place(weak.keys) if weak else "",
                period=selection.period_name, metric=say(f"screen.overview.short_{headline.metric}"),
                value=formatting.value(headline.estimate),
                verdict=say(f"screen.overview.verdict_{headline.verdict}", before=selection.compared_to),
            )
    return emphasised("screen.overview.answer_none", period=selection.period_name)


def base_line(totals: Mapping[str, int], selection: Selection) -> str:
    """A page's second line: period, how much it rests on, and how fresh it is."""
    counts = [say(f"screen.common.{name}", count=f"{totals[name]:,}") for name in ("responses", "comments", "tickets")]
    fresh = say("screen.common.fresh", day=formatting.day(selection.fresh))
    return " · ".join([selection.period_words, *counts, fresh])


def weak_dimensions(report: WeakReport) -> Markup:
    """The title over the comparison of touchpoints and dimensions."""
    weak = weakest(report)
    if weak is None:
        return emphasised("screen.overview.weak_none")
    return emphasised(
        "screen.overview.weak_title", place=place(weak.keys), gap=formatting.number(abs(weak.gap.value)),
        certainty=say(f"certainty.{weak.certainty}"),
    )


def share_course(cells: Sequence[Cell], cause: str) -> str:
    """The title over a cause's share: its first and last week, unless their intervals overlap."""
    shown = [c.estimate.floored() for c in cells]
    shown = [e for e in shown if e.shown]
    if not shown:
        return say("screen.overview.cause_none", cause=cause)
    first, last = shown[0], shown[-1]
    course = "fell" if last.high < first.low else "rose" if last.low > first.high else "even"
    return say(
        f"screen.overview.cause_{course}", cause=cause, first=formatting.value(first, places=0),
        last=formatting.value(last, places=0),
    )
