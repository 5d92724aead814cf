"""What an export format is to the rest: how its files are known, and what it knows of their columns.

These modules are loaded by the child process that parses a file, so they import nothing heavy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from analysis.schema import ExportForm, Kind

if TYPE_CHECKING:
    from analysis.ingest.tables import RawTable

Rows = Sequence[Sequence[str]]

# How sure a format is of a file. Two formats may know a file; the surer one reads it.
CERTAIN = 1.0   # a combination of names that no other tool writes
LIKELY = 0.7    # names that people could have chosen themselves
NO = 0.0


@dataclass(frozen=True, slots=True)
class Hint:
    """What a format knows of one column before its cells are judged.

    `role` settles what the column is taken for, `why` (a message key under `reasons.`) says the reason.
    `asks` is what a column asks in the words of questions, where its header does not say it. `row` is the
    label of a matrix row, whose stem stands in the header too. `coded`: bare numbers may be
    the positions of the options, best first. `name` is what an attribute or a question of several options
    is called where its header says more; `option`, `separator` and `order` are those of `ColumnMapping`.
    """

    role: str | None = None
    why: str = "mapping.name"
    asks: str = ""
    row: str = ""
    coded: bool = False
    name: str = ""
    option: str | None = None
    separator: str | None = None
    order: bool = False


@dataclass(frozen=True, slots=True)
class RowMark:
    """Rows that the tool itself set apart (previews, unfinished, judged invalid) and that can be left out.

    `name` is a message key under `reasons.`; `rows` are row numbers of the file; `leave_out` is what is proposed.
    """

    name: str
    column: int
    rows: frozenset[int]
    leave_out: bool = True


@dataclass(frozen=True, slots=True)
class Reshaped:
    """A table with one header and one row per record, and what the format knows of it."""

    table: RawTable
    kind: Kind | None
    hints: Mapping[int, Hint] = field(default_factory=dict)
    marks: tuple[RowMark, ...] = ()
    # Answers that were cleared because a code stood for none: by column and code, how many.
    cleared: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    form: ExportForm | None = None


class Format(Protocol):
    """One module of this package. `rows` begins with the row that may be the header."""

    NAME: str

    def recognise(self, rows: Rows) -> float:
        """How sure it is, 0 to 1, that `rows` are the beginning of a file of this format."""

    def reshape(self, table: RawTable) -> Reshaped:
        """The table of a recognised file, ready to be mapped."""
