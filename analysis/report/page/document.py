"""The report as one HTML file that opens offline: charts to hover over, tables to unfold, no request to anywhere.

Every text passes `markupsafe`. The policy in the head lets only the two scripts run that are written here, known by
their hashes, and forbids every request, so that not even a name in the data could make the page ask for something.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from markupsafe import Markup

from analysis.formatting import number
from analysis.i18n import say
from analysis.report import look
from analysis.report.page.figures import FONT, figure
from analysis.report.parts import Card, Report, Said, Section, Table, Told

_HERE = Path(__file__).parent
_FLAT_HEIGHT = 130  # pixels of the small course under a headline number


def page_bytes(report: Report) -> bytes:
    """The report as one HTML document in UTF-8."""
    charts: dict[str, object] = {}
    sections = Markup("\n").join(
        _section(section, charts, title=section.name if section.title == report.answer else section.title)
        for section in report.sections
    )
    library, script = _library(), _text("script.js")
    return _PAGE.format(
        language=report.language, policy=_policy(library, script), title=f"{report.name} {report.week}",
        style=Markup(f":root{{{_variables()}}}\n{_text('style.css')}"), name=report.name, period=report.period,
        answer=report.answer, base=report.base, legend=say("report.page.legend"), contents=_contents(report.sections),
        label=say("report.page.contents"), sections=sections, charts=Markup(_data(charts)), library=Markup(library),
        script=Markup(script), footer=say("report.page.footer", name=report.name, week=report.week),
    ).encode("utf-8")


_PAGE = Markup("""<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<header><b>{name} · {period}</b><h1>{answer}</h1><p class="note">{base}</p><p class="note">{legend}</p></header>
<nav aria-label="{label}">{contents}</nav>
{sections}
<footer>{footer}</footer>
</main>
<script type="application/json" id="charts">{charts}</script>
<script>{library}</script>
<script>{script}</script>
</body>
</html>
""")


def _policy(*scripts: str) -> str:
    """Nothing may be loaded from anywhere; only these scripts may run. Plotly writes styles of its own."""
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; connect-src 'none'; "
        "base-uri 'none'; form-action 'none'"
    )


@cache
def _library() -> str:
    """plotly.js as the plotly package brings it: a file is read, the package is not imported."""
    found = find_spec("plotly")
    return (Path(found.submodule_search_locations[0]) / "package_data" / "plotly.min.js").read_text(encoding="utf-8")


@cache
def _text(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _variables() -> str:
    colours = {"ink": look.INK, "secondary": look.SECONDARY, "line": look.LINE, "page": look.PAGE, "card": look.CARD,
               "brand": look.BRAND, "good": look.GOOD, "attention": look.ATTENTION}
    return "".join(f"--{name}:{value};" for name, value in colours.items()) + f"--font:{FONT};"


def _data(charts: dict[str, object]) -> str:
    """JSON that no text in it can end: a browser looks for `</script` and `<!--` before it looks at quotes."""
    text = json.dumps(charts, ensure_ascii=False, allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


# ---- sections


def _contents(sections: Sequence[Section]) -> Markup:
    return Markup("").join(Markup('<a href="#{}">{}</a>').format(s.key, s.name) for s in sections)


def _section(section: Section, charts: dict[str, object], *, title: str) -> Markup:
    parts = [
        Markup("<h2>{}</h2>").format(title), _paragraph("note", section.rule), _paragraph("note", section.empty),
        _cards(section, charts), _told(section.told),
        _charts(section, charts),
        Markup("").join(_paragraph("", note) for note in section.notes), _quotes(section.quotes),
        _paragraph("source", section.source), _tables(section.tables),
    ]
    return Markup('<section id="{}" aria-label="{}">{}</section>').format(
        section.key, section.name, Markup("").join(parts))


def _paragraph(kind: str, text: str) -> Markup:
    return Markup('<p class="{}">{}</p>').format(kind, text) if text else Markup("")


def _cards(section: Section, charts: dict[str, object]) -> Markup:
    if not section.cards:
        return Markup("")
    body = Markup("").join(_card(card, f"{section.key}-{i}", charts) for i, card in enumerate(section.cards))
    return Markup('<div class="cards">{}</div>').format(body)


def _card(card: Card, key: str, charts: dict[str, object]) -> Markup:
    drawing = Markup("")
    if any(point.number.value is not None for point in card.course.lines[0].points):
        small = figure(card.course)
        small["layout"] |= {"height": _FLAT_HEIGHT}
        small["layout"]["xaxis"] |= {"nticks": 3}
        small["layout"]["yaxis"] |= {"nticks": 4}
        charts[f"chart-{key}"] = small
        drawing = _room(f"chart-{key}", f"{card.label} {card.value} {card.evidence}")
    return Markup(
        '<div><h3>{}</h3><div class="value{}">{}</div><p class="note">{}</p><p class="{}">{}</p>{}</div>'
    ).format(card.label, "" if card.shown else " words", card.value, card.evidence, card.tone, card.change, drawing)


def _told(told: Sequence[Told]) -> Markup:
    if not told:
        return Markup("")
    rows = Markup("").join(
        Markup('<li><b class="{}">{}</b><div><strong>{}</strong> <span class="note">{}</span>'
               '<p class="note">{}</p></div><span class="note">{}</span></li>').format(
            t.tone, t.kind, t.title, say("report.findings.standing", weeks=12) if t.standing else "",
            " · ".join(t.evidence), t.certainty)
        for t in told
    )
    return Markup('<ol class="told">{}</ol>').format(rows)


def _charts(section: Section, charts: dict[str, object]) -> Markup:
    rooms = []
    for position, chart in enumerate(section.charts):
        key = f"chart-{section.key}-{position}"
        charts[key] = figure(chart)
        drawing = _room(key, f"{section.title} — {chart.name}")
        rooms.append(Markup("<div><h3>{}</h3>{}</div>").format(chart.name, drawing))
    return Markup('<div class="charts">{}</div>').format(Markup("").join(rooms)) if rooms else Markup("")


def _room(key: str, alt: str) -> Markup:
    return Markup('<div id="{}" role="img" aria-label="{}"></div>').format(key, alt)


def _quotes(quotes: Sequence[Said]) -> Markup:
    if not quotes:
        return Markup("")
    rows = Markup("").join(
        Markup('<li class="q-{}"><blockquote>{}</blockquote><cite>{}</cite></li>').format(q.tone, _marked(q), q.where)
        for q in quotes
    )
    return Markup('<ul class="quotes">{}</ul>').format(rows)


def _marked(quote: Said) -> Markup:
    if not quote.passage:
        return Markup("{}").format(quote.text)
    before, passage, after = quote.text.partition(quote.passage)
    return Markup('{}<mark class="{}">{}</mark>{}').format(before, quote.tone, passage, after)


def _tables(tables: Sequence[Table]) -> Markup:
    if not tables:
        return Markup("")
    return Markup('<details><summary>{}</summary>{}</details>').format(
        say("report.page.numbers"), Markup("").join(map(_table, tables)))


def _table(table: Table) -> Markup:
    head = Markup("").join(Markup("<th>{}</th>").format(name) for name in table.columns)
    rows = Markup("").join(
        Markup("<tr>{}</tr>").format(Markup("").join(
            _cell(cell, table.places.get(name)) for name, cell in zip(table.columns, row, strict=True)))
        for row in table.rows
    )
    return Markup(
        '<div class="scroll" tabindex="0"><table><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody>'
        "</table></div>"
    ).format(table.name, head, rows)


def _cell(cell: object, places: int | None) -> Markup:
    if cell is None:
        return Markup("<td></td>")
    if isinstance(cell, int | float):
        shown = number(cell, places=places) if places is not None else f"{cell:,}"
        return Markup('<td class="number">{}</td>').format(shown)
    return Markup('<td class="words">{}</td>').format(cell)
