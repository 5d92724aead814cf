"""Colours of a report: the meanings of the screen's light theme. Words always say the same as the colour."""

from __future__ import annotations

from analysis.report.parts import Tone

INK, SECONDARY, FAINT, LINE, PAGE, CARD = "#1B2333", "#4F596B", "#656F81", "#E4E7EC", "#F6F7F9", "#FFFFFF"
BRAND, GOOD, ATTENTION, CONTEXT, THIN = "#2457D6", "#2B6CB0", "#AF5304", "#A7B0BE", "#D9DEE6"
SOFT = {"attention": "#FDF1E5", "good": "#E8F1FA", "context": "#F1F3F6", "brand": "#E7EDFC", "thin": "#F1F3F6"}
TONES: dict[Tone, str] = {"attention": ATTENTION, "good": GOOD, "context": CONTEXT, "brand": BRAND, "thin": THIN}

# Points from a row's mean at which a cell's colour is deepest, as on the screen.
DEEPEST = 10.0
_DEEP_LOW, _DEEP_HIGH = (240, 178, 122), (147, 184, 222)


def words_colour(tone: Tone) -> str:
    """The colour of words that say a verdict: grey ones stay readable."""
    return {"attention": ATTENTION, "good": GOOD, "brand": BRAND}.get(tone, SECONDARY)


def deviation_colour(deviation: float) -> str:
    """White at the row's mean, orange below and blue above it, deepest at `DEEPEST` points.

    >>> deviation_colour(0.0), deviation_colour(-99.0)
    ('#FFFFFF', '#F0B27A')
    """
    share = min(abs(deviation) / DEEPEST, 1.0)
    deep = _DEEP_LOW if deviation < 0 else _DEEP_HIGH
    return "#" + "".join(f"{round(255 + share * (part - 255)):02X}" for part in deep)
