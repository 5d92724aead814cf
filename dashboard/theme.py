"""Colours and type: the tokens of the two themes, the style sheet and the chart template.

Orange needs attention, blue is good or neutral emphasis, grey is context, faint grey has too few
answers. Words always say the same as the colour.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Literal
from unicodedata import east_asian_width

import plotly.graph_objects as go
import streamlit as st

from analysis.i18n import say

FONT = (
    "Noto Sans SC Variable, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, "
    "Apple Color Emoji, Segoe UI Emoji, Noto Color Emoji, Noto Emoji, sans-serif"
)
Tone = Literal["attention", "good", "neutral", "brand"]

COVERED_WORDS = ("choose", "drop", "release")  # of the file uploader, which has no language setting

LETTER, CORNER_SIGNS = 7, 112  # pixels of a letter, half a Chinese character, and of the signs around the words

STYLE, STAGE = "style.css", "stage.css"  # of every page; of the meeting


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one theme, as hex strings."""

    ink: str
    secondary: str
    faint: str
    line: str
    page: str
    card: str
    brand: str
    brand_soft: str
    good: str
    good_soft: str
    attention: str
    attention_soft: str
    context: str
    thin: str
    quiet: str


LIGHT = Tokens(
    ink="#1B2333", secondary="#4F596B", faint="#656F81", line="#E4E7EC", page="#F6F7F9", card="#FFFFFF",
    brand="#2457D6", brand_soft="#E7EDFC", good="#2B6CB0", good_soft="#E8F1FA", attention="#AF5304",
    attention_soft="#FDF1E5", context="#A7B0BE", thin="#D9DEE6", quiet="#F1F3F6",
)
DARK = Tokens(
    ink="#E8ECF3", secondary="#A3AEC0", faint="#8793AB", line="#2A3242", page="#10141C", card="#181E29",
    brand="#6F97FF", brand_soft="#202C4B", good="#6CB0EE", good_soft="#1B2C40", attention="#F0954A",
    attention_soft="#3A2818", context="#66718A", thin="#39435A", quiet="#212938",
)


def tokens() -> Tokens:
    """The colours of the theme that this visitor's browser shows; light where that is not known."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def stylesheet(colours: Tokens) -> str:
    """The style sheet with its colour variables."""
    variables = "".join(f"--xs-{name.replace('_', '-')}:{value};" for name, value in asdict(colours).items())
    return f":root{{{variables}{_words()}}}\n{_text(STYLE)}"


def stage_stylesheet() -> str:
    """What the meeting adds to it."""
    return _text(STAGE)


def template(colours: Tokens) -> go.layout.Template:
    """The look that all charts share: no grid lines but the needed, our font, quiet axes."""
    axis = {
        "showgrid": False, "zeroline": False, "linecolor": colours.line, "tickcolor": colours.line,
        "tickfont": {"size": 13, "color": colours.secondary}, "automargin": False,
        "title": {"text": "", "font": {"size": 13, "color": colours.secondary}},
        "fixedrange": True,  # a finger that slides over a chart moves the page
    }
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 13, "color": colours.ink},
            "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)",
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "xaxis": axis, "yaxis": axis, "showlegend": False, "dragmode": False,
            "colorway": [colours.brand, colours.attention, colours.context, colours.good, colours.secondary],
            "hoverlabel": {
                "bgcolor": colours.card, "bordercolor": colours.line, "align": "left",
                "font": {"family": FONT, "size": 13, "color": colours.ink},
            },
        }
    )


def translucent(colour: str, alpha: float) -> str:
    """A hex colour as rgba text; alpha from 0 (clear) to 1.

    >>> translucent("#2457D6", 0.5)
    'rgba(36,87,214,0.5)'
    """
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:g})"


def _words() -> str:
    """Sentences that the style sheet puts over a widget's built-in English ones, and the room of a card's corner."""
    quoted = {name: json.dumps(say(f"screen.upload.{name}"), ensure_ascii=False) for name in COVERED_WORDS}
    return "".join(f"--xs-words-{name}:{text};" for name, text in quoted.items()) + f"--xs-corner:{_corner()}px;"


def _corner() -> int:
    """Pixels that the two menus in the corner of a card take beside its title."""
    letters = "".join(say(key) for key in ("formulas.open", "screen.numbers.label"))
    return CORNER_SIGNS + sum(LETTER * (1 + (east_asian_width(letter) in "WFA")) for letter in letters)


@cache
def _text(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
