"""Header cells as survey tools write them: question numbers, stems and rows, marks at the end."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analysis.ingest.formats.protocol import Hint

if TYPE_CHECKING:
    import pandas as pd

    from analysis.ingest.tables import RawTable

SAMPLE_ROWS = 20_000

_NUMBERED = re.compile(r"\s*(\d{1,3})\s*([、.．：:])\s*(.*)", re.S)
_STEM_AND_ROW = re.compile(r"(.+?)\s*[:：]?\s*(?:——|[—–]|\s-\s|-(?=[^\x00-\x7f]))\s*(.+)", re.S)
_STEM_AND_OPTION = re.compile(r"(.+?)\s*[:：]\s*(.+)", re.S)
_REPEATED = re.compile(r"(.*\D)\.\d{1,2}")  # the suffix by which pandas tells repeated names apart
_OPTION_USES = 3        # an option of a multiple choice is ticked by several people
_LONGEST_OPTION = 60
_MIN_JOINED = 2         # different combinations
_SPACES = re.compile(r"\s+")

# Why a column of a survey tool's own bookkeeping is left out.
META = Hint("ignore", "mapping.survey_meta")
PERSONAL = Hint("ignore", "mapping.personal")
# A column that the tool's owner defined: whatever it holds, it is no answer.
ATTRIBUTE = Hint("attribute", "mapping.own_attribute")


@dataclass(frozen=True, slots=True)
class Numbered:
    """A header that begins with a question number."""

    number: int
    sign: str
    text: str


def plain(cell: str) -> str:
    """A header cell in the form in which names are compared: NFKC, no spaces, lower case."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", cell)).lower()


def plain_names(row: Sequence[str]) -> frozenset[str]:
    """All names of a header row, for comparing."""
    return frozenset(map(plain, row))


def one_line(cell: str) -> str:
    """A header cell without line breaks."""
    return _SPACES.sub(" ", cell).strip()


def numbered(header: str) -> Numbered | None:
    """Number and text of a question, or None.

    >>> numbered("11、满意度").text
    '满意度'
    """
    match = _NUMBERED.fullmatch(header)
    return Numbered(int(match[1]), match[2], match[3]) if match else None


def stem_and_row(text: str) -> tuple[str, str] | None:
    """The two parts of a matrix header, or None.

    >>> stem_and_row("您的评价：—满意度")
    ('您的评价', '满意度')
    """
    match = _STEM_AND_ROW.fullmatch(text)
    return (match[1], match[2]) if match else None


def stem_and_option(text: str) -> tuple[str, str] | None:
    """Question and option of a header like `您用过哪些渠道:门店`, or None.

    >>> stem_and_option("您用过哪些渠道：APP")
    ('您用过哪些渠道', 'APP')
    """
    match = _STEM_AND_OPTION.fullmatch(text)
    return (match[1], match[2]) if match else None


def tick(question: str, option: str) -> Hint:
    """A column that is ticked or not: one option of a question."""
    return Hint("choice", "mapping.tick_column", name=question, option=option)


def is_joined(cells: pd.Series, separator: str) -> bool:
    """Whether cells are lists of options: joined somewhere, and made of few short parts that come again and again."""
    filled = cells.head(SAMPLE_ROWS).str.strip()
    filled = filled[filled != ""]
    if filled[filled.str.contains(separator, regex=False)].nunique() < _MIN_JOINED:
        return False
    parts = filled.str.split(separator, regex=False).explode().str.strip()
    return bool(len(parts) >= _OPTION_USES * parts.nunique() and parts.str.len().max() <= _LONGEST_OPTION)


def without_repeats(header: Sequence[str]) -> list[str]:
    """Headers without the `.1` that pandas adds to a name that stood twice."""
    names = set(header)
    return [m[1] if (m := _REPEATED.fullmatch(name)) and m[1] in names else name for name in header]


def named(header: Iterable[str], hints: Mapping[str, Hint]) -> dict[int, Hint]:
    """Hints by column for those columns whose plain name has one."""
    return {i: hints[name] for i, name in enumerate(map(plain, header)) if name in hints}


def hints_of(names: Iterable[str], hint: Hint) -> dict[str, Hint]:
    """The same hint for several plain names."""
    return dict.fromkeys(map(plain, names), hint)


def renamed(table: RawTable, header: Sequence[str]) -> RawTable:
    """The table under other headers."""
    return replace(table, header=tuple(header))


def without_blank_end(table: RawTable) -> RawTable:
    """The table without a last column that has neither name nor content: every line ended with a separator."""
    if table.header[-1] or len(table.header) == 1 or table.cells(len(table.header) - 1).str.strip().any():
        return table
    return replace(table, header=table.header[:-1], frame=table.frame.iloc[:, :-1])


def distinct(cells: pd.Series) -> set[str]:
    """The different filled cells among the first SAMPLE_ROWS, trimmed."""
    return set(cells.head(SAMPLE_ROWS).str.strip().unique()) - {""}


def rows_where(table: RawTable, column: int, values: frozenset[str]) -> frozenset[int]:
    """Row numbers whose cell is one of `values`, compared as plain names."""
    cells = table.cells(column)
    wanted = [cell for cell in cells.unique() if plain(cell) in values]
    return frozenset(table.frame.index[cells.isin(wanted)].tolist())
