"""Text can be read on every ground that it stands on, in both themes."""

from __future__ import annotations

from itertools import product

import pytest

from dashboard import theme
from dashboard.theme import Tokens

ENOUGH = 4.5  # WCAG 2.1, 1.4.3, text of normal size
TEXT = ("ink", "secondary", "faint", "good", "attention", "brand")
GROUNDS = ("card", "page")
CHIPS = (("secondary", "quiet"), ("good", "good_soft"), ("attention", "attention_soft"), ("brand", "brand_soft"))


def luminance(colour: str) -> float:
    """Relative luminance of a hex colour, 0 to 1 (WCAG 2.1)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("tokens", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), [*product(TEXT, GROUNDS), *CHIPS])
def test_text_stands_out_from_its_ground(tokens: Tokens, text: str, ground: str) -> None:
    assert contrast(getattr(tokens, text), getattr(tokens, ground)) >= ENOUGH
