"""What pages are built of.

All text passes `markupsafe`, which escapes it; a caller hands over plain strings, or `Markup` made
by `emphasised`. Charts and tables stand inside `card`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Literal, Protocol
from urllib.parse import quote as url_quote

import plotly.graph_objects as go
import streamlit as st
from markupsafe import Markup, escape
from streamlit.delta_generator import DeltaGenerator

from analysis.i18n import named, say, spoken
from dashboard import theme
from dashboard.charts.sparkline import LOW, sparkline_svg
from dashboard.theme import Tone

Text = str | Markup
STRIP_SECONDS = 3.0


class Reading(Protocol):
    """How far the background reading of comments has come."""

    read: int
    total: int
    running: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A short verdict: its words, and the tone that repeats them in colour."""

    text: str
    tone: Tone = "neutral"


@dataclass(frozen=True, slots=True)
class Quote:
    """A customer's words with where and when they were said.

    `evidence` is the part of `text` that made the verdict; it is shown in the tone's colour.
    """

    text: str
    source: str
    evidence: str = ""
    tone: Tone = "attention"


@dataclass(frozen=True, slots=True)
class SparkPoint:
    """One week of a card's small line: value and interval, None where withheld."""

    value: float | None
    low: float | None
    high: float | None


def apply_style() -> None:
    """The style sheet of the visitor's theme; call once per run, before anything is drawn."""
    st.html(Markup("<style>{}</style>").format(Markup(theme.stylesheet(theme.tokens()))))


def emphasised(key: str, *, emphasis: str = "", tone: Tone = "attention", **values: object) -> Markup:
    """The sentence `key`, escaped, whose `{emphasis}` stands in the tone's colour."""
    span = Markup('<span class="xs-{}">{}</span>').format(tone, named(emphasis)) if emphasis else ""
    return Markup(escape(say(key, emphasis="\x00", **values))).replace("\x00", span)


def page_headline(title: Text, note: Text = "") -> None:
    """A page's first two lines: the answer, and what it rests on."""
    st.html(Markup('<div class="xs-head"><h1>{}</h1><p>{}</p></div>').format(title, note))


def card(title: Text, subtitle: Text = "", *, key: str) -> DeltaGenerator:
    """A bordered box with the finding as its title and the reading rule below; fill it with `with`."""
    box = st.container(border=True, height="stretch", key=f"card-{key}", gap="small")
    box.html(Markup('<div class="xs-card-head"><h2>{}</h2><p>{}</p></div>').format(title, subtitle))
    return box


def metric_card(
    label: Text, value: Text, *, evidence: str, verdicts: Sequence[Chip], series: Sequence[SparkPoint], caption: str,
    key: str, aside: str = "", goal: float | None = None,
) -> DeltaGenerator:
    """A headline number: label, value, interval and n, verdicts, and the weeks before as a small line; its box.

    `value` is a number in words, or `in_words(…)` where there is none to show. `aside` is a second line under the
    evidence, e.g. the same number weighted. `goal` is dashed over the small line, in the unit of its points.
    """
    line = picture(series, verdicts, goal=goal)
    beside = Markup('<p class="xs-evidence">{}</p>').format(aside) if aside else ""
    body = Markup(
        '<div class="xs-metric"><h2>{}</h2><div class="xs-value">{}</div><p class="xs-evidence">{}</p>{}'
        '<div class="xs-chips">{}</div><img src="{}" alt="{}"><p class="xs-caption">{}</p></div>'
    ).format(
        label, value, _in_parts(evidence) or Markup("&nbsp;"), beside, chips(verdicts), line, caption, caption,
    )
    box = st.container(border=True, height="stretch", key=f"metric-{key}")
    box.html(body)
    return box


def _in_parts(evidence: str) -> Markup:
    """Evidence that breaks between its parts only: an interval stays whole, and so does n."""
    return Markup(" · ").join(Markup('<span class="xs-part">{}</span>').format(part) for part in evidence.split(" · "))


def picture(
    series: Sequence[SparkPoint], verdicts: Iterable[Chip], *, height: float = LOW, goal: float | None = None
) -> str:
    """The small line of a headline number as an address of a picture; orange where a verdict asks for attention."""
    colours = theme.tokens()
    colour = colours.attention if any(chip.tone == "attention" for chip in verdicts) else colours.brand
    svg = sparkline_svg(series, colour=colour, ink=colours.card, rule=colours.secondary, height=height, goal=goal)
    return "data:image/svg+xml;utf8," + url_quote(svg)


def in_words(text: str) -> Markup:
    """A sentence that stands where a number would, in a smaller size."""
    return Markup('<span class="xs-words">{}</span>').format(text)


def chips(items: Iterable[Chip]) -> Markup:
    """Verdict chips side by side, as HTML for another component."""
    return Markup("").join(Markup('<span class="xs-chip xs-chip-{}">{}</span>').format(c.tone, c.text) for c in items)


def finding_row(
    *, kind: Chip, certainty: str, title: str, evidence: str, page: str = "", key: str,
    beside: Callable[[], None] | None = None,
) -> None:
    """One finding: kind and certainty, the sentence, what it rests on, and the way to the evidence.

    `page` is the path of the page that shows the evidence; empty leaves the link out. `beside` draws what can be done
    about it, at the row's end.
    """
    with st.container(key=f"finding-{key}", horizontal=True, vertical_alignment="center", wrap=False, gap="medium"):
        st.html(
            Markup(
                '<div class="xs-finding"><div class="xs-chips">{}<span class="xs-certainty">{}</span></div>'
                "<h3>{}</h3><p>{}</p></div>"
            ).format(chips([kind]), certainty, title, evidence)
        )
        if beside is not None:
            beside()
        if page:
            st.page_link(page, label=say("screen.common.more"))


def spot_row(*, title: str, note: str, marks: Sequence[Chip], evidence: Sequence[str]) -> None:
    """A weak spot: what it is worth, a chip for what each source says, and their evidence line by line."""
    lines = Markup("").join(Markup("<p>{}</p>").format(line) for line in evidence)
    st.html(
        Markup('<div class="xs-finding xs-spot"><h3>{}</h3><div class="xs-chips">{}<span class="xs-certainty">{}</span>'
               "</div>{}</div>").format(title, chips(marks), note, lines)
    )


def quote_list(quotes: Sequence[Quote], *, empty: str) -> None:
    """Customers' words with the telling part in colour; `empty` is said where there are none."""
    if not quotes:
        quiet_note(empty)
        return
    rows = Markup("").join(
        Markup('<li class="xs-quote-{}"><blockquote>{}</blockquote><cite>{}</cite></li>').format(
            q.tone, _with_evidence(q), q.source
        )
        for q in quotes
    )
    st.html(Markup('<ul class="xs-quotes">{}</ul>').format(rows))


def text_table(
    header: Sequence[str], rows: Iterable[Sequence[Text]], *, label: str, numeric: frozenset[int] = frozenset()
) -> None:
    """A plain table whose cells are shown letter by letter, whatever a file put into them.

    `label` names the table for screen readers; columns at the positions `numeric` are right-aligned.
    Nothing is drawn without rows.
    """
    body = Markup("").join(Markup("<tr>{}</tr>").format(_cells("td", row, numeric)) for row in rows)
    if body:
        head = _cells("th", header, numeric)
        st.html(
            Markup(
                '<div class="xs-table" tabindex="0"><table aria-label="{}">'
                "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
            ).format(label, head, body)
        )


def definitions(lines: Iterable[tuple[Text, Text]]) -> None:
    """Terms and what they mean, one line each."""
    body = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(term, meaning) for term, meaning in lines)
    st.html(Markup('<dl class="xs-definitions">{}</dl>').format(body))


def sum_line(total: tuple[str, str], parts: Sequence[tuple[str, str, Tone]]) -> None:
    """A visible account: `total` (label, number) = the sum of `parts` (label, number, tone)."""
    term = Markup('<span class="xs-term"><b class="xs-{}">{}</b><i>{}</i></span>')
    shown = Markup("<em>+</em>").join(term.format(tone, amount, label) for label, amount, tone in parts)
    whole = term.format("neutral", total[1], total[0])
    st.html(Markup('<div class="xs-sum">{}<em>=</em>{}</div>').format(whole, shown))


def batch_line(*, number: str, name: str, facts: str, undone: str = "") -> None:
    """One import of the ledger: file and number, facts and account; `undone` says when it was taken back."""
    state = Markup('<span class="xs-chip xs-chip-neutral">{}</span>').format(undone) if undone else ""
    st.html(
        Markup('<div class="xs-batch{}"><div><b>{}</b><span>{}</span>{}</div><p>{}</p></div>').format(
            Markup(" xs-undone") if undone else "", name, number, state, facts
        )
    )


def section_label(text: Text) -> None:
    """A small heading inside a card."""
    st.html(Markup('<p class="xs-section">{}</p>').format(text))


def quiet_note(text: Text) -> None:
    """A line in secondary colour, e.g. why a card has no chart."""
    st.html(Markup('<p class="xs-quiet">{}</p>').format(text))


def empty_state(title: Text, body: Text) -> None:
    """What stands where there is nothing to show: what that means, and what to do. Buttons follow it."""
    st.html(Markup('<div class="xs-empty"><div class="xs-mark"></div><h1>{}</h1><p>{}</p></div>').format(title, body))


def refusal(title: Text, body: Text) -> None:
    """Something went wrong that the user can act on: one clear message, in the attention colour."""
    st.html(Markup('<div class="xs-refusal" role="alert"><h2>{}</h2><p>{}</p></div>').format(title, body))


def tour_step(place: Text, title: Text, body: Text) -> None:
    """One step of the tour: where one is, what it is about, and one or two sentences."""
    st.html(
        Markup('<div class="xs-tour" role="status"><span>{}</span><h2>{}</h2><p>{}</p></div>').format(
            place, title, body
        )
    )


def welcome(title: Text, sentences: Sequence[Text]) -> None:
    """What an empty product is for, sentence by sentence. Buttons follow it."""
    lines = Markup("").join(Markup("<li>{}</li>").format(sentence) for sentence in sentences)
    st.html(
        Markup('<div class="xs-empty xs-welcome"><div class="xs-mark"></div><h1>{}</h1><ol>{}</ol></div>').format(
            title, lines
        )
    )


def progress_strip(text: Text, *, done: float) -> None:
    """A thin line with words for work that goes on in the background; `done` from 0 to 1."""
    percent = f"{min(max(done, 0.0), 1.0) * 100:.1f}"
    st.html(
        Markup('<div class="xs-progress" role="status"><span>{}</span><i><b style="width:{}%"></b></i></div>').format(
            text, percent
        )
    )


def reading_strip(progress: Callable[[], Reading]) -> None:
    """A strip that follows the reading of comments, and nothing when none are being read.

    The page is drawn anew once when the reading ends, so that its numbers are complete.
    """
    if not progress().running:
        return

    @st.fragment(run_every=STRIP_SECONDS)
    def strip() -> None:
        now = progress()
        if not now.running:
            st.rerun()
        words = say("screen.common.reading", read=f"{now.read:,}", total=f"{now.total:,}")
        progress_strip(words, done=now.read / now.total)

    strip()


def chart(figure: go.Figure, *, key: str, alt: str, picked: Callable[[], None] | None = None) -> None:
    """A figure with the screen's settings: no tool bar, dates in its language, its words for screen readers.

    `picked` is called when a mark is clicked; `picked_mark` then says which.
    """
    figure.update_layout(template=theme.template(theme.tokens()))
    clicking = {} if picked is None else {"on_select": picked, "selection_mode": "points"}
    st.plotly_chart(figure, key=key, theme=None, width="stretch", alt=alt, config=_chart_config(), **clicking)


def picked_mark(key: str) -> str | None:
    """The id of the mark that was clicked last in the chart `key`, None where a click took it back."""
    points = st.session_state[key].selection.points
    mark = points[0].get("id") if points else None
    return None if mark is None else unescape(mark)


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One thing that happened: when, what it was, where, its facts, and the words said."""

    day: str
    kind: str
    where: str
    facts: str = ""
    text: str = ""
    tone: Tone = "neutral"


def timeline(rows: Sequence[TimelineRow]) -> None:
    """Events from the oldest to the newest, each with its day in the margin."""
    lines = Markup("").join(
        Markup('<li class="xs-moment xs-moment-{}"><time>{}</time><div><b>{}</b><cite>{}</cite>{}{}</div></li>').format(
            row.tone, row.day, row.kind, row.where,
            Markup("<p>{}</p>").format(row.facts) if row.facts else "",
            Markup("<blockquote>{}</blockquote>").format(row.text) if row.text else "",
        )
        for row in rows
    )
    st.html(Markup('<ol class="xs-timeline">{}</ol>').format(lines))


def _cells(tag: Literal["td", "th"], values: Sequence[Text], numeric: frozenset[int]) -> Markup:
    cell = {True: Markup(f'<{tag} class="xs-number">{{}}</{tag}>'), False: Markup(f"<{tag}>{{}}</{tag}>")}
    return Markup("").join(cell[i in numeric].format(value) for i, value in enumerate(values))


def _with_evidence(quote: Quote) -> Markup:
    before, found, after = quote.text.partition(quote.evidence) if quote.evidence else (quote.text, "", "")
    mark = Markup('<mark class="xs-{}">{}</mark>').format(quote.tone, found) if found else ""
    return Markup("{}{}{}").format(before, mark, after)


def _chart_config() -> dict[str, object]:
    """No tool bar, and dates in the visitor's language: Plotly brings English only."""
    months = [say(f"chart.months.{month}") for month in range(1, 13)]
    days = [say(f"chart.days.{day}") for day in range(7)]
    dates = {"days": days, "shortDays": days, "months": months, "shortMonths": months, "date": "%Y-%m-%d"}
    return {
        "displayModeBar": False, "displaylogo": False, "scrollZoom": False, "doubleClick": False,
        "locale": spoken(), "locales": {spoken(): {"dictionary": {}, "format": dates}},
    }
