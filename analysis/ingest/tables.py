"""A file as a table of text, before anything is known about its columns."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd
import pyarrow as pa

from analysis.ingest.sandbox import Parsed
from analysis.ingest.sieve import ROW_COLUMN


@dataclass(frozen=True, slots=True)
class RawTable:
    """All cells as text. `frame` has one column per header cell, under names that are unique for display;
    its index is the row's number in the file as a spreadsheet counts (the header of a plain file is 1).
    """

    header: tuple[str, ...]
    frame: pd.DataFrame
    sheet: str = ""
    header_row: int = 1

    def cells(self, index: int) -> pd.Series:
        """The cells of one column."""
        return self.frame.iloc[:, index]


def raw_table(parsed: Parsed) -> RawTable:
    """What the child process read, as a table of text."""
    table = parsed.table
    rows = pd.Index(table.column(ROW_COLUMN).to_numpy(), name="row")
    columns = {name: _text(table.column(str(i)), rows) for i, name in enumerate(display_names(parsed.header))}
    return RawTable(parsed.header, pd.DataFrame(columns, index=rows), parsed.sheet, parsed.header_row)


def with_display_names(table: RawTable) -> RawTable:
    """The table with columns named after a header that was changed."""
    return replace(table, frame=table.frame.set_axis(display_names(table.header), axis=1))


def display_names(header: tuple[str, ...]) -> list[str]:
    """Headers made unique: a blank one is named by its position, a repeated one gets a number.

    >>> display_names(("门店", "", "门店"))
    ['门店', '#2', '门店 (2)']
    """
    seen: dict[str, int] = {}
    names = []
    for position, name in enumerate(header, 1):
        plain = name or f"#{position}"
        seen[plain] = seen.get(plain, 0) + 1
        candidate = plain if seen[plain] == 1 else f"{plain} ({seen[plain]})"
        while candidate in names:
            seen[plain] += 1
            candidate = f"{plain} ({seen[plain]})"
        names.append(candidate)
    return names


def _text(column: pa.ChunkedArray, rows: pd.Index) -> pd.Series:
    return pd.Series(column.to_pandas(), dtype="str").set_axis(rows)
