"""SPSS files (SAV, ZSAV) to rows of text: labels of variables as header, labels of values as answers."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence

from analysis.errors import FileRefused
from analysis.ingest import limits
from analysis.ingest.workbook import as_text


def spss_rows(data: bytes) -> Iterator[list[str]]:
    """The header and one row per case.

    Values are given by their labels where every value that occurs has one, and as numbers else: a scale of ten
    with words at its ends only is a scale of numbers. Missing values that the file defines are blank, or their
    label where they have one. Raises FileRefused for a file that cannot be read.
    """
    import pyreadstat  # on demand: it takes a second to load, and other files do not need it

    # The library reads from a file only; the child process has a folder of its own for such.
    with tempfile.NamedTemporaryFile(suffix=".sav", delete=False) as file:
        file.write(data)
    try:
        columns, meta = pyreadstat.read_sav(file.name, user_missing=True, output_format="dict")
    except MemoryError:
        raise
    except Exception as error:  # a damaged file makes the library raise errors of many kinds
        raise FileRefused("errors.broken_sav") from error
    finally:
        os.unlink(file.name)
    if len(columns) > limits.MAX_COLUMNS:
        raise FileRefused("errors.too_many_columns", columns=len(columns), limit=limits.MAX_COLUMNS)
    yield _header(meta.column_names, meta.column_labels)
    missing = {name: [(r["lo"], r["hi"]) for r in ranges] for name, ranges in meta.missing_ranges.items()}
    worded = [
        _worded(values, meta.variable_value_labels.get(name, {}), missing.get(name, ()))
        for name, values in columns.items()
    ]
    yield from map(list, zip(*worded, strict=True))


def _header(names: Sequence[str], labels: Sequence[str | None]) -> list[str]:
    """The label of each variable; its name where it has none, or in addition where another has the same label."""
    given = [" ".join((label or "").split()) for label in labels]
    return [
        name if not label else f"{label} ({name})" if given.count(label) > 1 else label
        for name, label in zip(names, given, strict=True)
    ]


def _worded(
    values: Sequence[object], labels: Mapping[object, str], missing: Sequence[tuple[object, object]]
) -> list[str]:
    """One variable's values as text."""
    left_out = {value for value in set(values) if _is_missing(value, missing)}
    answered = set(values) - left_out - {None, ""}
    by_label = bool(labels) and answered <= set(labels)
    texts = {
        value: labels.get(value, "") if value in left_out or by_label else _text(value) for value in set(values)
    }
    return [texts[value] for value in values]


def _is_missing(value: object, ranges: Sequence[tuple[object, object]]) -> bool:
    try:
        return any(low <= value <= high for low, high in ranges)
    except TypeError:  # a text beside numbers, or nothing
        return False


def _text(value: object) -> str:
    return "" if value is None or value != value else as_text(value)
