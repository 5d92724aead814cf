"""Attributes of a customer or an occasion: columns that sort the rows into few groups, and how they are read."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from analysis import privacy
from analysis.ingest.mapping import ColumnMapping
from analysis.ingest.names import cleaned, mentions
from analysis.ingest.profile import Profile
from analysis.ingest.scales import is_missing
from analysis.ingest.source import Source
from analysis.schema import PERSONA, RESERVED_NAMES

MAX_VALUES = 50          # more groups than this are names or free text, and no filter could list them
_MAX_CODES = 12          # codes of a question about the person; more different numbers are measurements
_MOST_POINTS = 10        # of the longest scale that tickets are rated on
_LONGEST_VALUE = 40      # characters
_USES_EACH = 2           # answers per value, where the header names no usual attribute
_NAME_LENGTH = 40
_ASKED_OF_YOU = re.compile(r"(?:请问)?(?:您|你)的?(.{2,20}?)(?:是|为|属于)?(?:什么|多少|哪个|哪一?种)?")


def is_category(cells: pd.Series, seen: Profile, header: str) -> bool:
    """Whether a column sorts people into few groups that come again and again, and says nothing personal.

    Numbers count only under a header that names a usual attribute, as codes of its options; measurements
    and dates never do.
    """
    named = mentions(header, "attribute")
    if not named and (seen.distinct < 2 or seen.answers < _USES_EACH * seen.distinct):
        return False
    if seen.number_share >= 0.5:
        coded = seen.whole and seen.distinct <= _MAX_CODES
        return named and coded and not mentions(header, "operational")
    return few_short_values(cells)


def is_rating(seen: Profile) -> bool:
    """Whether a column's cells are points of a short scale, as a customer gives them when a ticket is closed."""
    return bool(seen.answers and seen.number_share == 1 and seen.whole and 0 <= seen.low <= seen.high <= _MOST_POINTS)


def few_short_values(cells: pd.Series) -> bool:
    """Whether a column holds at least one value, at most MAX_VALUES, all short and none personal."""
    values = pd.Series([value for value in cells.str.strip().unique() if not is_missing(str(value))], dtype="str")
    if not 1 <= len(values) <= MAX_VALUES or values.str.len().max() > _LONGEST_VALUE:
        return False
    return not privacy.mask(values)[1]


def attribute_name(header: str) -> str:
    """The key under which a column's values are kept: its header without number, marks and question words.

    >>> attribute_name("3、您的年龄段是？"), attribute_name("status")
    ('年龄段', 'status_')
    """
    name = cleaned(header) or header
    if asked := _ASKED_OF_YOU.fullmatch(name):
        name = asked[1]
    name = name[:_NAME_LENGTH].strip()
    return f"{name}_" if is_reserved(name) else name


def is_reserved(name: str) -> bool:
    """Whether a name means something else already."""
    return not name.strip() or name.strip().casefold() in RESERVED_NAMES


def read_attributes(source: Source) -> list[tuple[ColumnMapping, pd.Categorical]]:
    """The columns of attributes and of the persona with their values, masked; missing where a row says nothing."""
    return [(column, source.names_in(column)) for column in source.mapping.having("attribute", PERSONA)]


def attribute_lines(read: list[tuple[ColumnMapping, pd.Categorical]]) -> pd.DataFrame:
    """One line per value: `at`, `name`, `value`. Of two columns with one name the first that says something counts."""
    parts = [
        pd.DataFrame({
            "at": (at := np.flatnonzero(values.codes >= 0)), "name": _key(column),
            "value": values[at].astype("str"),
        })
        for column, values in read
    ]
    return pd.concat(parts, ignore_index=True).drop_duplicates(["at", "name"], ignore_index=True)


def _key(column: ColumnMapping) -> str:
    return PERSONA if column.role == PERSONA else column.name or attribute_name(column.header)
