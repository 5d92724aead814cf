"""The numbers behind a card as a file: every value with its limits, its base, and why one is withheld."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analysis import export
from analysis.estimate import Estimate
from analysis.export import CSV, XLSX, Sheet
from analysis.i18n import named, say, words
from dashboard import components, formatting, formulas

MIME_TYPES = {
    CSV: "text/csv", XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LISTED = 200  # lines that a person reads through
_NUMBERS = ("value", "low", "high", "n", "unit", "withheld", "weighted")


@dataclass(frozen=True, slots=True)
class Way:
    """What leads from a number to what stands behind it.

    `choose` draws the choice and is given the key of the menu, False under which closes it; `follow` opens what was
    chosen, whether the menu is open or not.
    """

    choose: Callable[[str], None]
    follow: Callable[[], None]


def table(lines: Iterable[tuple[Mapping[str, object], Estimate]]) -> pd.DataFrame:
    """Labelled estimates as a table in words; a withheld value is blank and says why.

    Labels are names under `keys.` or words of their own; without lines the table has only its number columns.
    """
    rows = [{_word(name): label for name, label in labels.items()} | _cells(estimate) for labels, estimate in lines]
    header = [say(f"cli.estimate.{name}") for name in _NUMBERS]
    return pd.DataFrame(rows, dtype=object) if rows else pd.DataFrame(columns=header)


def menu(
    frame: pd.DataFrame, *, card: str, days: tuple[date, date], part: str = "",
    way: Way | None = None, lead: Callable[[], None] | None = None,
) -> None:
    """A quiet menu in the card's corner: how its numbers came about, and they as a table or file; call it in the card.

    `card` names the numbers (a key under `screen.numbers.`), `days` is the period they cover; `part` tells
    several cards of one name apart. `way` leads from a number to what stands behind it, `lead` draws what stands in the
    corner before the menu.
    """
    _corner(frame, card, days, part, way, lead)


def formula(card: str, *, days: tuple[date, date]) -> None:
    """The corner of a card that has no table: how its contents came about; call it in the card."""
    with st.container(key=f"numbers-{card}", horizontal=True, gap=None, width="content"):
        formulas.button(card, days=days)


@st.fragment
def _corner(
    frame: pd.DataFrame, card: str, days: tuple[date, date], part: str, way: Way | None,
    lead: Callable[[], None] | None,
) -> None:
    key = f"{card}-{part}" if part else card
    with st.container(key=f"numbers-{key}", horizontal=True, gap=None, width="content"):
        if lead is not None:
            lead()
        if formulas.parts(card):
            formulas.button(card, part=part, days=days)
        _details(frame, card, days, part, way)


def _details(
    frame: pd.DataFrame, card: str, days: tuple[date, date], part: str, way: Way | None
) -> None:
    """The table and the files, drawn when they are asked for: most visitors want neither."""
    name = " ".join(filter(None, (say(f"screen.numbers.{card}"), part)))
    key = f"{card}-{part}" if part else card
    # Without a label Streamlit would read out the icon's English name.
    looks = {"icon": ":material/table_view:", "type": "tertiary", "help": say("screen.numbers.help")}
    box = st.popover(say("screen.numbers.label"), key=f"popover-{key}", on_change="rerun", **looks)
    if box.open:
        _fill(box, frame, name, key, days, way)
    if way is not None:
        way.follow()


def _fill(
    box: DeltaGenerator, frame: pd.DataFrame, name: str, key: str, days: tuple[date, date], way: Way | None
) -> None:
    with box:
        if way is not None:
            way.choose(f"popover-{key}")
        _table(frame, name)
        with st.container(horizontal=True, gap="small"):
            for suffix in (XLSX, CSV):
                st.download_button(
                    suffix[1:].upper(), data=lambda suffix=suffix: _content(frame, name, suffix),
                    file_name=export.file_name(name, *dict.fromkeys(day.isoformat() for day in days), suffix=suffix),
                    mime=MIME_TYPES[suffix], key=f"file-{key}{suffix}", on_click="ignore",
                )


def _table(frame: pd.DataFrame, name: str) -> None:
    """The numbers as a reader of a screen without pictures finds them; the file has the lines beyond `LISTED`."""
    shown = frame.dropna(axis="columns", how="all").head(LISTED)
    columns = [shown.iloc[:, i].tolist() for i in range(shown.shape[1])]
    numeric = frozenset(i for i, cells in enumerate(columns) if any(map(_is_number, cells)))
    rows = zip(*map(_column_words, columns), strict=True)
    components.text_table([str(column) for column in shown], rows, label=name, numeric=numeric)
    if len(frame) > LISTED:
        components.quiet_note(say("screen.numbers.more", count=f"{len(frame) - LISTED:,}"))


def _column_words(cells: list[object]) -> list[str]:
    known = [abs(float(cell)) for cell in cells if _is_number(cell)]
    places = 0 if all(amount.is_integer() for amount in known) else 1 if max(known) >= 1 else 3
    return [formatting.number(cell, places=places) if _is_number(cell) else _words(cell) for cell in cells]


def _is_number(cell: object) -> bool:
    return pd.api.types.is_number(cell) and not isinstance(cell, bool) and not pd.isna(cell)


def _words(cell: object) -> str:
    if pd.isna(cell):
        return ""
    return cell.isoformat() if isinstance(cell, date) else named(str(cell))


def _content(frame: pd.DataFrame, name: str, suffix: str) -> bytes:
    return export.csv_bytes(frame) if suffix == CSV else export.xlsx_bytes([Sheet(name, frame)])


def _cells(estimate: Estimate) -> dict[str, object]:
    record = estimate.floored().as_record()
    why = record["withheld"]
    said = {
        "withheld": say(f"withheld.{why}") if why else None, "weighted": say("weighting.no"),
        "unit": say(f"report.unit.{estimate.unit}"),
    }
    return {say(f"cli.estimate.{name}"): said.get(name, record.get(name)) for name in _NUMBERS}


def _word(name: str) -> str:
    return say(f"keys.{name}") if f"keys.{name}" in words() else name
