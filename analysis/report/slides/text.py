"""Words on a slide: boxes, paragraphs in a size and colour, and native tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.slide import Slide
from pptx.text.text import TextFrame
from pptx.util import Emu, Pt

from analysis.report import look


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a slide in English Metric Units."""

    left: int
    top: int
    width: int
    height: int

    def across(self, *shares: float, gap: int = 0) -> tuple[Box, ...]:
        """Parts side by side, in these shares of the width."""
        room = self.width - gap * (len(shares) - 1)
        parts, left = [], self.left
        for share in shares:
            width = round(room * share)
            parts.append(Box(left, self.top, width, self.height))
            left += width + gap
        return tuple(parts)

    def down(self, *shares: float, gap: int = 0) -> tuple[Box, ...]:
        """Parts one below the other, in these shares of the height."""
        room = self.height - gap * (len(shares) - 1)
        parts, top = [], self.top
        for share in shares:
            height = round(room * share)
            parts.append(Box(self.left, top, self.width, height))
            top += height + gap
        return tuple(parts)


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph in pieces, each with its own look; `after` points of room below it."""

    pieces: tuple[tuple[str, str, bool], ...]
    size: float
    after: float = 0.0


def words(text: str, *, size: float, colour: str = look.INK, bold: bool = False, after: float = 0.0) -> Words:
    """A paragraph in one look."""
    return Words(((text, colour, bold),), size, after)


def put(slide: Slide, box: Box, paragraphs: Sequence[Words], *, name: str, middle: bool = False) -> None:
    """A text box; `name` is how the selection pane and a screen reader call it."""
    shape = slide.shapes.add_textbox(Emu(box.left), Emu(box.top), Emu(box.width), Emu(box.height))
    shape.name = name
    frame = shape.text_frame
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE if middle else MSO_ANCHOR.TOP
    fill(frame, paragraphs)


def fill(frame: TextFrame, paragraphs: Sequence[Words], *, align: PP_ALIGN | None = None) -> None:
    """Write paragraphs into a frame, which then holds nothing else."""
    frame.word_wrap = True
    for position, paragraph in enumerate(paragraphs):
        line = frame.paragraphs[0] if position == 0 else frame.add_paragraph()
        line.space_after = Pt(paragraph.after)
        if align is not None:
            line.alignment = align
        for text, colour, bold in paragraph.pieces:
            run = line.add_run()
            run.text = text
            run.font.size, run.font.bold = Pt(paragraph.size), bold
            run.font.color.rgb = RGBColor.from_string(colour[1:])


@dataclass(frozen=True, slots=True)
class Filled:
    """One cell of a table on a slide: its paragraphs, its colour, and whether it is centred."""

    paragraphs: tuple[Words, ...]
    colour: str | None = None
    centred: bool = False


def table(
    slide: Slide, box: Box, rows: Sequence[Sequence[Filled]], widths: Sequence[float], *, name: str, row_height: int
) -> None:
    """A native table without a style of its own; `widths` are shares of the box."""
    height = row_height * len(rows)
    frame = slide.shapes.add_table(len(rows), len(widths), Emu(box.left), Emu(box.top), Emu(box.width), Emu(height))
    frame.name = name
    found = frame.table
    found.horz_banding = False
    for position, share in enumerate(widths):
        found.columns[position].width = Emu(round(box.width * share))
    for position, row in enumerate(rows):
        found.rows[position].height = Emu(row_height)
        for column, content in enumerate(row):
            cell = found.cell(position, column)
            cell.margin_left = cell.margin_right = Pt(4)
            cell.margin_top = cell.margin_bottom = Pt(2)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.fill.solid()
            cell.fill.fore_color.rgb = RGBColor.from_string((content.colour or look.CARD)[1:])
            fill(cell.text_frame, content.paragraphs, align=PP_ALIGN.CENTER if content.centred else PP_ALIGN.LEFT)
