"""How a number came about, one click from the number: scale, rule, base, interval, weighting."""

from __future__ import annotations

from datetime import date

import streamlit as st

from analysis.i18n import say, words
from dashboard import components, glossary, weights

PARTS = ("scale", "rule", "base", "interval", "judged")


def parts(name: str) -> list[tuple[str, str]]:
    """The lines of a formula, each its label and its words; a part that the formula does not have is left out."""
    known = words()
    given = [part for part in PARTS if f"formulas.{name}.{part}" in known]
    return [(say(f"formulas.{part}"), say(f"formulas.{name}.{part}")) for part in given]


def button(
    name: str, *, part: str = "", n: str = "", weighting: str = "", reach: str = "",
    days: tuple[date, date] | None = None,
) -> None:
    """A quiet button that opens the formula `name` (a key under `formulas.`); call it inside a card.

    `part` tells several cards of one name apart. `n` is the base in words, where it is one number; `weighting` what was
    weighted, empty for nothing; then `days` are those of the numbers, to say what weights would cost. `reach` says what
    so many answers can show.
    """
    looks = {"icon": ":material/function:", "type": "tertiary", "help": say("formulas.help")}
    with st.popover(say("formulas.open"), key=f"formula-{name}-{part}" if part else f"formula-{name}", **looks):
        lines = parts(name)
        lines += [(say("formulas.n"), n)] if n else []
        lines += [(say("formulas.reach"), reach)] if reach else []
        lines.append((say("formulas.weighting"), weighting or weights.state(days)))
        components.definitions(lines)
        if terms := glossary.within(" ".join(text for line in lines for text in line)):
            components.section_label(say("glossary.here"))
            components.definitions(glossary.lines(terms))
