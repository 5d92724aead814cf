"""Separated text to records, every field counted: nothing is shifted, filled or dropped."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from analysis.errors import FileRefused
from analysis.ingest import limits

SEPARATORS = (",", "\t", ";", "；", "|")
_LOOK_AHEAD = 100      # records read to find the separator
_SEP_LINE = "sep="     # Excel's own first line, e.g. `sep=;`
_NEVER_SEPARATORS = "\"' .-+"  # they stand in quoted fields, dates and numbers


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A line whose quotes do not close where a field ends: its text, instead of its fields."""

    text: str


Record = list[str] | BadRecord


# For the whole process: an unclosed quote, which makes one cell of the rest of a file, has a message of its own.
csv.field_size_limit(limits.MAX_UNPACKED_BYTES)


def records(data: bytes, codec: str, *, separator: str | None = None) -> Iterator[tuple[int, Record]]:
    """All records with their row numbers as a spreadsheet counts them; blank lines are empty lists.

    Raises FileRefused where a quote that was opened is never closed.
    """
    lines = _Lines(data, codec)
    skip = int(lines.peek().lower().startswith(_SEP_LINE))
    separator = separator or separator_of(data, codec)
    if skip:
        next(lines)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    for row in range(1 + skip, len(data) + 2 + skip):
        started = reader.line_num
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if reader.line_num - started != 1 or lines.at_end_inside_quote(error):
                raise FileRefused("errors.unclosed_quote", row=row) from error
            yield row, BadRecord(lines.last.rstrip("\r\n"))
            continue
        yield row, record


def separator_of(data: bytes, codec: str) -> str:
    """The separator that a file names in its first line, else the one it is cut by."""
    first = _Lines(data, codec).peek()
    named = first[len(_SEP_LINE):].strip("\r\n") if first.lower().startswith(_SEP_LINE) else ""
    return named if _can_separate(named) else find_separator(data, codec)


def _can_separate(named: str) -> bool:
    """One character that is no part of a value: a line such as `sep=abc` names nothing."""
    return len(named) == 1 and not named.isalnum() and named not in _NEVER_SEPARATORS


def find_separator(data: bytes, codec: str) -> str:
    """The separator that cuts the first records into the most fields of one and the same number."""
    return max(SEPARATORS, key=lambda candidate: _agreement(data, codec, candidate))


def _agreement(data: bytes, codec: str, separator: str) -> tuple[float, int]:
    reader = csv.reader(_Lines(data, codec), delimiter=separator)
    try:
        widths = Counter(len(record) for record in islice(reader, _LOOK_AHEAD) if record)
    except csv.Error:  # cut at the wrong sign, a line can look unreadable; the reading itself reports what is
        return (0.0, 0)
    wide = Counter({width: n for width, n in widths.items() if width > 1})
    if not wide:
        return (0.0, 0)
    width, n = max(wide.items(), key=lambda item: (item[1], item[0]))
    # Two separators can agree with themselves on nearly every line; then more fields win.
    return (round(n / widths.total(), 1), width)


class _Lines(Iterator[str]):
    """The decoded lines one by one, remembering the last."""

    def __init__(self, data: bytes, codec: str) -> None:
        self._stream = io.TextIOWrapper(io.BytesIO(data), encoding=codec, errors="strict", newline="")
        self._ahead: str | None = None
        self.last = ""

    def __next__(self) -> str:
        line = self._ahead if self._ahead is not None else self._stream.readline()
        self._ahead = None
        if not line:
            raise StopIteration
        self.last = line
        return line

    def peek(self) -> str:
        """The coming line, which stays the coming one."""
        if self._ahead is None:
            self._ahead = self._stream.readline()
        return self._ahead

    @staticmethod
    def at_end_inside_quote(error: csv.Error) -> bool:
        return "unexpected end of data" in str(error)
