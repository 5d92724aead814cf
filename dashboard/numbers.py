"""The numbers behind a card as a file: every value with its limits, its base, and why one is withheld."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import pandas as pd
import streamlit as st

from analysis import export
from analysis.estimate import Estimate
from analysis.export import CSV, XLSX, Sheet
from analysis.i18n import say, words
from dashboard import formulas

MIME_TYPES = {
    CSV: "text/csv", XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_NUMBERS = ("value", "low", "high", "n", "unit", "withheld")


def table(lines: Iterable[tuple[Mapping[str, object], Estimate]]) -> pd.DataFrame:
    """Labelled estimates as a table in words; a withheld value is blank and says why.

    Labels are names under `keys.` or words of their own; without lines the table has only its number columns.
    """
    rows = [{_word(name): label for name, label in labels.items()} | _cells(estimate) for labels, estimate in lines]
    header = [say(f"cli.estimate.{name}") for name in _NUMBERS]
    return pd.DataFrame(rows, dtype=object) if rows else pd.DataFrame(columns=header)


def menu(frame: pd.DataFrame, *, card: str, days: tuple[date, date], part: str = "") -> None:
    """A quiet menu in the card's corner: how its numbers came about, and they as CSV or XLSX; call it inside the card.

    `card` names the numbers (a key under `screen.numbers.`), `days` is the period they cover; `part` tells
    several cards of one name apart.
    """
    name = " ".join(filter(None, (say(f"screen.numbers.{card}"), part)))
    key = f"{card}-{part}" if part else card
    corner = st.container(key=f"numbers-{key}", horizontal=True, gap=None, width="content")
    # Without a label Streamlit would read out the icon's English name.
    looks = {"icon": ":material/download:", "type": "tertiary", "help": say("screen.numbers.help")}
    with corner:
        if formulas.parts(card):
            formulas.button(card, part=part)
    with corner, st.popover(say("screen.numbers.label"), key=f"popover-{key}", **looks):
        for suffix in (XLSX, CSV):
            st.download_button(
                suffix[1:].upper(), data=lambda suffix=suffix: _content(frame, name, suffix), mime=MIME_TYPES[suffix],
                file_name=export.file_name(name, *dict.fromkeys(day.isoformat() for day in days), suffix=suffix),
                key=f"file-{key}{suffix}", on_click="ignore", width="stretch",
            )


def _content(frame: pd.DataFrame, name: str, suffix: str) -> bytes:
    return export.csv_bytes(frame) if suffix == CSV else export.xlsx_bytes([Sheet(name, frame)])


def _cells(estimate: Estimate) -> dict[str, object]:
    record = estimate.floored().as_record()
    why = record["withheld"]
    return {say(f"cli.estimate.{name}"): record[name] for name in _NUMBERS[:-1]} | {
        say("cli.estimate.withheld"): say(f"withheld.{why}") if why else None
    }


def _word(name: str) -> str:
    return say(f"keys.{name}") if f"keys.{name}" in words() else name
