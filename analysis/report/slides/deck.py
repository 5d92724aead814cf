"""The report as slides: one section a slide, its sentence as the title, its source at the foot."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lxml import etree
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn
from pptx.presentation import Presentation as Deck
from pptx.slide import Slide, SlideLayout
from pptx.util import Inches, Pt

from analysis.i18n import say
from analysis.report import look
from analysis.report.parts import Bars, Card, Course, Funnel, Heat, HeatCell, Report, Said, Section, Told
from analysis.report.slides import charts
from analysis.report.slides.template import layouts, opened
from analysis.report.slides.text import Box, Filled, Words, put, table, words

MOST_TOLD, MOST_QUOTES, MOST_BESIDE = 7, 6, 3
_GAP = Inches(0.3)
_FOOT = Inches(0.5)       # from the slide's lower edge to the source line
_RULE = Inches(0.5)       # room of the line that says how to read a chart
_LOWEST_TITLE = 0.4       # a title that ends further down leaves no room: the body begins here all the same
_LONG_TITLE = 44          # characters from which a title is set smaller, to stay within two lines


@dataclass(frozen=True, slots=True)
class _Room:
    """A slide with the place for its body and for its foot."""

    slide: Slide
    body: Box
    foot: Box


def deck_bytes(report: Report, *, template: bytes | None = None, template_name: str = "") -> bytes:
    """The report as PPTX, on the company's template or on the default one.

    Sections without anything to show have no slide; the last slide says why. Raises ReportRefused for a template that
    does not serve.
    """
    deck = opened(template, file_name=template_name)
    cover, content = layouts(deck)
    _cover(deck, cover, report)
    silent = [s for s in report.sections if s.empty]
    for section in report.sections:
        if not section.empty:
            room = _room(deck, content, section, report)
            _BODIES.get(section.key, _charts_and_notes)(room, section)
            if section.key == "quality" and silent:
                _silent(room, silent)
    deck.core_properties.title = f"{report.name} {report.week}"
    deck.core_properties.author = say("app.name")
    deck.core_properties.language = report.language
    stream = io.BytesIO()
    deck.save(stream)
    return stream.getvalue()


# ---- frames


def _cover(deck: Deck, layout: SlideLayout, report: Report) -> None:
    slide = deck.slides.add_slide(layout)
    slide.shapes.title.text_frame.text = report.answer
    lines = [f"{report.name} · {report.period}", report.base]
    holder = next((p for p in slide.placeholders if p.placeholder_format.type == PP_PLACEHOLDER.SUBTITLE), None)
    if holder is not None:
        holder.text_frame.text = "\n".join(lines)
    else:
        body, _ = _areas(deck, slide)
        put(slide, body, [words(line, size=18, colour=look.SECONDARY, after=6) for line in lines], name=report.name)
    _without_empty(slide)


def _room(deck: Deck, layout: SlideLayout, section: Section, report: Report) -> _Room:
    slide = deck.slides.add_slide(layout)
    title = slide.shapes.title.text_frame
    title.text = section.title
    if len(section.title) > _LONG_TITLE:
        for run in title.paragraphs[0].runs:
            run.font.size = Pt(22)
    _without_empty(slide)
    body, foot = _areas(deck, slide)
    if section.rule:
        put(slide, Box(body.left, body.top, body.width, _RULE), [words(section.rule, size=11, colour=look.SECONDARY)],
            name=say("report.about.item"))
        body = Box(body.left, body.top + _RULE, body.width, body.height - _RULE)
    left, right = foot.across(0.66, 0.34)
    put(slide, left, [words(section.source, size=10, colour=look.SECONDARY)], name=say("report.about.base"))
    _page_number(slide, right, say("report.slide.page", report=report.name, week=report.week))
    return _Room(slide, body, foot)


def _areas(deck: Deck, slide: Slide) -> tuple[Box, Box]:
    """Where the body and the foot go, below wherever the template has its title."""
    width, height = deck.slide_width, deck.slide_height
    title = slide.shapes.title
    below = min(title.top + title.height, int(height * _LOWEST_TITLE)) + Inches(0.12)
    left = min(title.left, int(width * 0.1))
    across = width - 2 * left
    foot = Box(left, height - _FOOT, across, Inches(0.3))
    return Box(left, below, across, foot.top - below - Inches(0.1)), foot


def _without_empty(slide: Slide) -> None:
    """Placeholders of the layout that this slide does not fill would show their prompt."""
    for holder in list(slide.placeholders):
        if holder.has_text_frame and not holder.text_frame.text:
            holder._element.getparent().remove(holder._element)


def _page_number(slide: Slide, box: Box, name: str) -> None:
    put(slide, box, [words(f"{name} · ", size=10, colour=look.SECONDARY)], name=name)
    line = slide.shapes[-1].text_frame.paragraphs[0]._p
    line.get_or_add_pPr().set("algn", "r")
    field = etree.SubElement(line, qn("a:fld"), id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}", type="slidenum")
    look_ = etree.SubElement(field, qn("a:rPr"), lang="en-US", sz="1000")
    colour = etree.SubElement(etree.SubElement(look_, qn("a:solidFill")), qn("a:srgbClr"))
    colour.set("val", look.SECONDARY[1:])
    etree.SubElement(field, qn("a:t")).text = str(len(slide.part.package.presentation_part.presentation.slides))


# ---- bodies


def _headlines(room: _Room, section: Section) -> None:
    for card, box in zip(section.cards, room.body.across(*[1 / len(section.cards)] * len(section.cards), gap=_GAP),
                         strict=True):
        text, drawing = box.down(0.38, 0.62)
        put(room.slide, text, _card_words(card), name=card.label)
        if card.shown and any(point.number.value is not None for point in card.course.lines[0].points):
            charts.course(room.slide, drawing, card.course, alt=f"{card.label} {card.value} {card.evidence}", size=9)


def _card_words(card: Card) -> list[Words]:
    return [
        words(card.label, size=13, colour=look.SECONDARY, after=2),
        words(card.value, size=36 if card.shown else 16, bold=True, after=2),
        *([words(card.evidence, size=11, colour=look.SECONDARY, after=6)] if card.evidence else []),
        *([words(card.change, size=12, colour=look.words_colour(card.tone), bold=card.tone != "context")]
          if card.change else []),
    ]


def _findings(room: _Room, section: Section) -> None:
    told = section.told[:MOST_TOLD]
    rows = [[
        Filled((words(t.kind, size=13, colour=look.words_colour(t.tone), bold=True),)),
        Filled(_told_words(t)), Filled((words(t.certainty, size=12, colour=look.SECONDARY),)),
    ] for t in told]
    height = min(Inches(0.78), int(room.body.height / len(rows)))
    table(room.slide, room.body, rows, (0.1, 0.76, 0.14), name=section.title, row_height=height)
    if len(section.told) > MOST_TOLD:
        more = say("report.slide.more", n=len(section.told) - MOST_TOLD)
        put(room.slide, Box(room.body.left, room.foot.top - Inches(0.25), room.body.width, Inches(0.25)),
            [words(more, size=10, colour=look.SECONDARY)], name=more)


def _told_words(told: Told) -> tuple[Words, ...]:
    first = ((told.title, look.INK, True),)
    if told.standing:
        first = (*first, (f"  {say('report.findings.standing', weeks=12)}", look.SECONDARY, False))
    return Words(first, 14, 2), words(" · ".join(told.evidence[:2]), size=11, colour=look.SECONDARY)


def _charts_and_notes(room: _Room, section: Section) -> None:
    """The chart on the left, what else to know on the right; without a chart the notes alone."""
    if not section.charts:
        put(room.slide, room.body, [words(note, size=16, after=10) for note in section.notes], name=section.name)
        return
    beside = [words(note, size=12.5, colour=look.INK, after=8) for note in section.notes]
    if section.quotes:
        beside.append(words(say("report.slide.quotes"), size=13, bold=True, after=4))
        beside += [line for quote in section.quotes[:MOST_BESIDE] for line in _quote_words(quote)]
    left, right = room.body.across(0.68, 0.32, gap=_GAP) if beside else (room.body, room.body)
    _draw(room, left, section.charts[0], section)
    if beside:
        put(room.slide, right, beside, name=section.name)


def _side_by_side(room: _Room, section: Section) -> None:
    boxes = room.body.across(*[1 / len(section.charts)] * len(section.charts), gap=_GAP)
    for chart, box in zip(section.charts, boxes, strict=True):
        _draw(room, box, chart, section)


def _stores(room: _Room, section: Section) -> None:
    notes, body = room.body.down(0.1, 0.9)
    put(room.slide, notes, [words(" · ".join(section.notes), size=11, colour=look.INK)], name=section.name)
    left, right = body.across(0.54, 0.46, gap=_GAP)
    _draw(room, left, section.charts[0], section)
    _draw(room, right, section.charts[1], section)


def _voices(room: _Room, section: Section) -> None:
    left, right = room.body.across(0.56, 0.44, gap=_GAP)
    if section.charts:
        shares = (1.0,) if len(section.charts) == 1 else (0.48, 0.52)
        for chart, box in zip(section.charts, left.down(*shares, gap=_GAP // 2), strict=False):
            _draw(room, box, chart, section, size=10)
    quotes = _mixed(section.quotes)
    said = [line for quote in quotes for line in _quote_words(quote)]
    put(room.slide, right, [words(say("report.slide.quotes"), size=14, bold=True, after=6), *said,
                            *(words(note, size=10, colour=look.SECONDARY) for note in section.notes)],
        name=say("report.slide.quotes"))


def _mixed(quotes: Sequence[Said]) -> list[Said]:
    """Of each tone the same number, complaints first."""
    tones = dict.fromkeys(quote.tone for quote in quotes)
    each = MOST_QUOTES // max(len(tones), 1)
    return [quote for tone in tones for quote in [q for q in quotes if q.tone == tone][:each]]


def _quote_words(quote: Said) -> tuple[Words, Words]:
    before, passage, after = quote.text.partition(quote.passage) if quote.passage else (quote.text, "", "")
    pieces = ((before, look.INK, False), (passage, look.words_colour(quote.tone), True), (after, look.INK, False))
    first = Words(tuple(piece for piece in pieces if piece[0]), 13, 1)
    return first, words(quote.where, size=10, colour=look.SECONDARY, after=9)


def _heat(room: _Room, section: Section) -> None:
    heat = next(chart for chart in section.charts if isinstance(chart, Heat))
    corner = Filled((words("", size=10),))
    head = [corner, *(Filled((words(name, size=10, colour=look.SECONDARY),), centred=True) for name in heat.columns)]
    rows = [head] + [
        [Filled((words(name, size=12, bold=True),)), *map(_heat_cell, cells)]
        for name, cells in zip(heat.rows, heat.cells, strict=True)
    ]
    height = min(Inches(0.46), int(room.body.height / len(rows)))
    shares = (0.14, *[0.86 / len(heat.columns)] * len(heat.columns))
    table(room.slide, room.body, rows, shares, name=section.title, row_height=height)


def _heat_cell(cell: HeatCell | None) -> Filled:
    if cell is None or cell.number.value is None:
        return Filled((words("", size=10),))
    colour = None if cell.deviation is None else look.deviation_colour(cell.deviation)
    number = f"{cell.number.value:.0f}"
    pieces = ((number, look.INK, True), (f"  {cell.number.n:,}", look.SECONDARY, False))
    return Filled((Words(pieces, 10.5),), colour, centred=True)


def _silent(room: _Room, sections: Sequence[Section]) -> None:
    """Why some sections have no slide, after the notes on the data."""
    frame = next(shape.text_frame for shape in room.slide.shapes if shape.name == say("report.quality.name"))
    lines = [say("lists.about", name=section.name, what=section.empty) for section in sections]
    notes = [words(line, size=16, after=10) for line in lines]
    for note in notes:
        line = frame.add_paragraph()
        line.space_after = Pt(note.after)
        run = line.add_run()
        run.text, run.font.size = note.pieces[0][0], Pt(note.size)


def _draw(room: _Room, box: Box, chart, section: Section, *, size: float = 11) -> None:
    """A chart under its own name."""
    head, body = Box(box.left, box.top, box.width, Inches(0.28)), Box(
        box.left, box.top + Inches(0.28), box.width, box.height - Inches(0.28))
    name = chart.name
    if isinstance(chart, Bars) and chart.reference is not None:
        name = f"{name} · {chart.reference_name} {chart.reference:.1f}"
    put(room.slide, head, [words(name, size=12, bold=True)], name=chart.name)
    alt = f"{section.title} — {chart.name}"
    if isinstance(chart, Bars):
        charts.bars(room.slide, body, chart, alt=alt, size=size)
    elif isinstance(chart, Course):
        charts.course(room.slide, body, chart, alt=alt, size=size)
    elif isinstance(chart, Funnel):
        charts.funnel(room.slide, body, chart, alt=alt, size=size)


_BODIES: dict[str, Callable[[_Room, Section], None]] = {
    "headlines": _headlines, "findings": _findings, "touchpoints": _heat, "stores": _stores,
    "complaints": _side_by_side, "voice": _voices, "customers": _side_by_side, "actions": _findings,
}
