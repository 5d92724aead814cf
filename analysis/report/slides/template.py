"""The default template of the slides, and what any template must offer.

`python -m analysis.report.slides.template` writes `template.pptx` anew. A company's own template replaces it: any
PPTX with a layout that has a title serves; the layouts named here are preferred where it has them.
"""

from __future__ import annotations

import io
from pathlib import Path
from zipfile import BadZipFile

from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR
from pptx.exc import PackageNotFoundError
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.presentation import Presentation as Deck
from pptx.slide import SlideLayout
from pptx.util import Emu, Inches

from analysis.errors import ReportRefused
from analysis.i18n import say
from analysis.report import look

TEMPLATE = Path(__file__).with_name("template.pptx")
COVER, CONTENT = "封面 Cover", "内容 Content"
# A font that Office brings on Windows and macOS; theme fonts reach the text of charts too.
FONT = "Microsoft YaHei"
WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
MARGIN = Inches(0.6)
_DEFAULT_LAYOUTS = {"Title Slide": COVER, "Title Only": CONTENT}  # of python-pptx's own template
_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
_THEME = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/theme"
_COLOURS = {
    "dk1": look.INK, "lt1": look.CARD, "dk2": look.SECONDARY, "lt2": look.PAGE, "accent1": look.BRAND,
    "accent2": look.ATTENTION, "accent3": look.CONTEXT, "accent4": look.GOOD, "accent5": look.FAINT,
    "accent6": look.SECONDARY, "hlink": look.BRAND, "folHlink": look.SECONDARY,
}

_MARK = (
    f'<p:sp {nsdecls("p", "a")}><p:nvSpPr><p:cNvPr id="90" name="Mark"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
    '<p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
    '</a:prstGeom><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr></p:sp>'
)


def opened(template: bytes | None, *, file_name: str = "") -> Deck:
    """A deck without slides, on the company's template or on the default one.

    Raises ReportRefused for a file that is no PPTX, and for one without a layout that has a title.
    """
    try:
        deck = Presentation(io.BytesIO(template) if template is not None else str(TEMPLATE))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, OSError, etree.XMLSyntaxError) as error:
        raise ReportRefused("report.refused.template", file=file_name, why=say("report.refused.template_broken")
                            ) from error
    if not any(_has_title(layout) for layout in deck.slide_layouts):
        raise ReportRefused("report.refused.template", file=file_name, why=say("report.refused.template_layouts"))
    without_slides(deck)
    return deck


def layouts(deck: Deck) -> tuple[SlideLayout, SlideLayout]:
    """The layouts of the cover and of the other slides: by name, else by what they hold."""
    known = {layout.name: layout for layout in deck.slide_layouts if _has_title(layout)}
    by_room = sorted(known.values(), key=lambda layout: len(layout.placeholders))
    content = known.get(CONTENT) or next(
        (x for x in by_room if any(p.placeholder_format.type == PP_PLACEHOLDER.TITLE for p in x.placeholders)),
        by_room[0],
    )
    cover = known.get(COVER) or next(
        (x for x in known.values()
         if any(p.placeholder_format.type == PP_PLACEHOLDER.CENTER_TITLE for p in x.placeholders)), content,
    )
    return cover, content


def without_slides(deck: Deck) -> None:
    """Take out the slides that a template was saved with."""
    slides = deck.slides._sldIdLst
    for slide in list(slides):
        deck.part.drop_rel(slide.get(qn("r:id")))
        slides.remove(slide)


def _has_title(layout: SlideLayout) -> bool:
    return any(holder.placeholder_format.type in _TITLES for holder in layout.placeholders)


# ---- the default template, made from the one that python-pptx brings


def made() -> bytes:
    """The default template: 16:9, two named layouts, our colours and fonts in its theme."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    for layout in list(deck.slide_layouts):
        if layout.name in _DEFAULT_LAYOUTS:
            layout.name = _DEFAULT_LAYOUTS[layout.name]
        else:
            deck.slide_layouts.remove(layout)
    _theme(deck)
    _master(deck)
    for layout in deck.slide_layouts:
        for holder in list(layout.placeholders):
            _lay(holder, cover=layout.name == COVER)
        _mark(layout)
    stream = io.BytesIO()
    deck.save(stream)
    return stream.getvalue()


def _theme(deck: Deck) -> None:
    part = deck.slide_master.part.part_related_by(_THEME)
    tree = etree.fromstring(part.blob)
    for name, colour in _COLOURS.items():
        holder = tree.find(f".//{qn('a:clrScheme')}/{qn('a:' + name)}")
        for old in list(holder):
            holder.remove(old)
        etree.SubElement(holder, qn("a:srgbClr")).set("val", colour[1:])
    for fonts in tree.iterfind(f".//{qn('a:fontScheme')}/*"):
        for script in ("latin", "ea"):
            fonts.find(qn(f"a:{script}")).set("typeface", FONT)
        for other in fonts.findall(qn("a:font")):
            fonts.remove(other)
    part._blob = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def _master(deck: Deck) -> None:
    for holder in list(deck.slide_master.placeholders):
        if holder.placeholder_format.type in _TITLES:
            _title(holder, Inches(0.42), Inches(0.98), 24)
        elif holder.placeholder_format.type == PP_PLACEHOLDER.BODY:
            holder.left, holder.top = MARGIN, Inches(1.9)
            holder.width, holder.height = WIDTH - 2 * MARGIN, Inches(4.8)
        else:
            holder._element.getparent().remove(holder._element)
    for style in deck.slide_master._element.iterfind(f".//{qn('p:titleStyle')}/{qn('a:lvl1pPr')}"):
        style.set("algn", "l")
        run = style.find(qn("a:defRPr"))
        run.set("sz", "2400")
        run.set("b", "1")


def _lay(holder, *, cover: bool) -> None:
    kind = holder.placeholder_format.type
    if kind in _TITLES:
        if cover:
            _title(holder, Inches(2.3), Inches(1.7), 36)
        else:
            _title(holder, Inches(0.42), Inches(0.98), 24)
    elif kind == PP_PLACEHOLDER.SUBTITLE and cover:
        holder.left, holder.top, holder.width, holder.height = MARGIN, Inches(4.15), WIDTH - 2 * MARGIN, Inches(1.2)
        for level in holder._element.iterfind(f".//{qn('a:lvl1pPr')}"):
            level.set("algn", "l")
            run = level.find(qn("a:defRPr"))
            run.set("sz", "1600")
        holder.text_frame.vertical_anchor = MSO_ANCHOR.TOP
        holder.text_frame.margin_left = 0
    else:
        holder._element.getparent().remove(holder._element)


def _title(holder, top: Emu, height: Emu, size: int) -> None:
    holder.left, holder.top, holder.width, holder.height = MARGIN, top, WIDTH - 2 * MARGIN, height
    frame = holder.text_frame
    frame.vertical_anchor, frame.word_wrap = MSO_ANCHOR.BOTTOM, True
    frame.margin_left = frame.margin_right = 0
    styles = holder._element.find(f".//{qn('a:lstStyle')}")
    for old in list(styles):
        styles.remove(old)
    level = etree.SubElement(styles, qn("a:lvl1pPr"), algn="l")
    etree.SubElement(level, qn("a:defRPr"), sz=str(size * 100), b="1")


def _mark(layout: SlideLayout) -> None:
    """A short bar in the brand's colour over the title."""
    shape = _MARK.format(x=MARGIN, y=Inches(0.3), cx=Inches(0.5), cy=Inches(0.06), colour=look.BRAND[1:])
    layout.shapes._spTree.append(parse_xml(shape))


if __name__ == "__main__":
    TEMPLATE.write_bytes(made())
