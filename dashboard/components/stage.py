"""The meeting's screens: letters for a room, nothing that scrolls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from dashboard import theme
from dashboard.charts.sparkline import TALL
from dashboard.components.blocks import Chip, SparkPoint, Text, chips, picture


@dataclass(frozen=True, slots=True)
class StageNumber:
    """A headline number for a room: label, value, interval with n, verdict, and the weeks before."""

    label: str
    value: Text
    evidence: str
    chip: Chip | None
    series: Sequence[SparkPoint] = ()
    caption: str = ""


def apply_stage_style() -> None:
    """The rules of a screen for a room; call it on the page that is one, before anything is drawn."""
    st.html(Markup("<style>{}</style>").format(Markup(theme.stage_stylesheet())))


def stage_label(text: Text) -> None:
    """Which meeting this is, over the screen."""
    st.html(Markup('<p class="xs-stage-label">{}</p>').format(text))


def stage_place(place: str, clock: str) -> None:
    """Where in the agenda one is, and the time."""
    st.html(Markup('<p class="xs-stage-label xs-stage-place">{} <b>{}</b></p>').format(place, clock))


def stage_title(title: Text, note: Text) -> None:
    """The screen's finding, and what it rests on."""
    st.html(Markup('<div class="xs-stage-title"><h1>{}</h1><p>{}</p></div>').format(title, note))


def stage_heading(text: Text) -> None:
    """A part of the screen."""
    st.html(Markup('<h2 class="xs-stage-heading">{}</h2>').format(text))


def stage_numbers(numbers: Sequence[StageNumber]) -> None:
    """The headline numbers side by side, each over the line of its weeks where it has one."""
    one = Markup("<div><h2>{}</h2><b>{}</b><p>{}</p>{}{}</div>")
    cells = (one.format(n.label, n.value, n.evidence, chips([n.chip] if n.chip else []), _weeks(n)) for n in numbers)
    st.html(Markup('<div class="xs-stage-numbers">{}</div>').format(Markup("").join(cells)))


def _weeks(number: StageNumber) -> Markup:
    if not number.series:
        return Markup("")
    line = Markup('<img src="{}" alt="{}"><p class="xs-weeks">{}</p>')
    drawn = picture(number.series, [number.chip] if number.chip else [], height=TALL)
    return line.format(drawn, number.caption, number.caption)


def stage_findings(rows: Iterable[tuple[Chip, str, str, str]]) -> None:
    """Findings one under the other: (kind, certainty, sentence, evidence)."""
    one = Markup('<li><div class="xs-chips">{}<span>{}</span></div><h2>{}</h2><p>{}</p></li>')
    lines = Markup("").join(one.format(chips([kind]), *words) for kind, *words in rows)
    st.html(Markup('<ul class="xs-stage-findings">{}</ul>').format(lines))


def stage_decision(what: Text, who: Text) -> None:
    """Something that was decided: what, then by whom and until when."""
    st.html(Markup('<div class="xs-stage-decision"><b>{}</b><p>{}</p></div>').format(what, who))


def stage_times(rows: Iterable[tuple[str, str]]) -> None:
    """How long each screen was looked at."""
    lines = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(*row) for row in rows)
    st.html(Markup('<dl class="xs-stage-times">{}</dl>').format(lines))


def stage_bar(done: int, names: Sequence[str]) -> None:
    """The agenda as a row of bars, `done` of them coloured."""
    bars = Markup("").join(
        Markup('<li{} title="{}"></li>').format(Markup(' class="xs-done"') if i < done else "", name)
        for i, name in enumerate(names)
    )
    st.html(Markup('<ol class="xs-stage-bar" aria-label="{}/{}">{}</ol>').format(done, len(names), bars))
