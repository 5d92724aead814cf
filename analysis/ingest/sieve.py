"""Which records of a table are rows: those with one field per header cell; the others are noted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice

import numpy as np
import pyarrow as pa
from pyarrow import compute as pc

from analysis.ingest import limits
from analysis.ingest.delimited import BadRecord, Record
from analysis.ingest.well_formed import Block

ROW_COLUMN = "row"
LARGE_TEXT = pa.large_string()  # pandas has text no other way, and would copy the offsets of every column

_TRAILING_SAMPLE = 1_000  # rows that must all end with one empty field before that counts as the file's habit
_FIELDS_KEPT_ROWS = 50_000  # lines that do not fit the header whose fields are kept one by one; none corrects more
_LIKELY_SEPARATORS = re.compile(r"[,;\t|]")  # of a line whose quotes cannot be told apart
_QUOTED_CHARACTERS = 2_000  # of a line that stays out, this much is kept to recognise it
_SURELY_SEEN = r"[!-~\p{Han}]"  # a cell with one of these is not blank; most rows show one in their first cell

Numbered = tuple[int, Record]


class Sieve:
    """Lets rows through that have one field per header cell and notes the others as issues."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.trailing = False
        self.issues: list[dict[str, object]] = []

    def learn(self, body: Iterator[Numbered]) -> Iterator[Numbered]:
        """See from the first rows whether all end with a separator more than the header; gives all of them back."""
        sample = list(islice(body, _TRAILING_SAMPLE))
        self.trailing = _all_end_empty((record for _, record in sample), self.width)
        return chain(sample, body)

    def sound(self, body: Iterator[Numbered]) -> Iterator[tuple[int, list[str]]]:
        """The rows among the records. Blank ones are no rows."""
        for row, record in body:
            if (cells := self._sifted(row, record)) is not None:
                yield row, cells

    def sound_block(self, block: Block, *, below: int) -> pa.RecordBatch:
        """The rows of a block that lie below row `below`, with their numbers in ROW_COLUMN.

        What could be anything but a row is looked at one by one.
        """
        body, doubtful = block.numbers > below, self._doubtful(block.records)
        plain = np.flatnonzero(body & ~doubtful)
        rows = _numbered(block.numbers[plain], _taken(block.records, plain).columns[: self.width])
        columns = block.records.columns
        one_by_one = {int(block.numbers[at]): [column[at].as_py() for column in columns]
                      for at in np.flatnonzero(body & doubtful).tolist()}
        one_by_one |= {number: fields for number, fields in block.odd.items() if number > below}
        kept = list(self.sound(iter(sorted(one_by_one.items()))))
        return _merged(rows, kept) if kept else rows

    def _doubtful(self, records: pa.RecordBatch) -> np.ndarray:
        """Records that may be blank, or too long in a cell, or that fill the field which the header does not have."""
        blank = np.ones(records.num_rows, bool)
        for column in records.columns:
            if not blank.any():
                break
            blank &= ~_mask(pc.match_substring_regex(column, _SURELY_SEEN))
        doubtful = blank
        for column in records.columns:
            doubtful = doubtful | _mask(pc.greater(pc.binary_length(column), limits.MAX_CELL_CHARACTERS))
        return doubtful | _mask(pc.not_equal(records.columns[-1], "")) if self.trailing else doubtful

    def _sifted(self, row: int, record: Record) -> list[str] | None:
        """The cells of a row; None, and a note where it is not blank, for what is none."""
        if isinstance(record, BadRecord):
            return self._note(row, _LIKELY_SEPARATORS.split(record.text), "bad_quote", 0)
        if self.trailing and len(record) == self.width + 1 and not record[-1]:
            record = record[:-1]
        if not any(cell and not cell.isspace() for cell in record):
            return None
        if len(record) != self.width:
            reason = "row_too_short" if len(record) < self.width else "row_too_long"
            return self._note(row, record, reason, len(record))
        if max(map(len, record)) > limits.MAX_CELL_CHARACTERS:
            return self._note(row, record, "cell_too_long", len(record), value=max(record, key=len))
        return record

    def _note(self, row: int, record: list[str], reason: str, fields: int, *, value: str | None = None) -> None:
        quoted = (",".join(record) if value is None else value)[:_QUOTED_CHARACTERS]
        values = {"fields": fields, "expected": self.width}
        issue = {"row": row, "value": quoted, "reason": reason, "values": values}
        if len(self.issues) < _FIELDS_KEPT_ROWS:
            issue["fields"] = [cell[:_QUOTED_CHARACTERS] for cell in record]
        self.issues.append(issue)


def schema(width: int, *, text: pa.DataType = LARGE_TEXT) -> pa.Schema:
    """Of the table that the reading process writes: the row's number, and columns of text named by their place."""
    return pa.schema([(ROW_COLUMN, pa.int64()), *((str(i), text) for i in range(width))])


def as_batch(rows: list[tuple[int, list[str]]], width: int) -> pa.RecordBatch:
    """Rows as columns."""
    columns = zip(*(cells for _, cells in rows), strict=True) if rows else [()] * width
    arrays = [pa.array(column, pa.string()) for column in columns]
    return _numbered(np.array([row for row, _ in rows], np.int64), arrays)


def _numbered(numbers: np.ndarray, columns: list[pa.Array]) -> pa.RecordBatch:
    return pa.record_batch([pa.array(numbers), *columns], schema=schema(len(columns), text=pa.string()))


def _taken(records: pa.RecordBatch, at: np.ndarray) -> pa.RecordBatch:
    """Some records in their order; without a copy where they stand side by side, as they do in most files."""
    if len(at) and at[-1] - at[0] + 1 == len(at):
        return records.slice(at[0], len(at))
    return records.take(at)


def _merged(rows: pa.RecordBatch, further: list[tuple[int, list[str]]]) -> pa.RecordBatch:
    """Both in the order of the file."""
    together = pa.concat_batches([rows, as_batch(further, rows.num_columns - 1)])
    return together.take(pc.sort_indices(together.column(ROW_COLUMN)))


def _mask(values: pa.Array) -> np.ndarray:
    return values.to_numpy(zero_copy_only=False)


def _all_end_empty(sample: Iterable[Record], width: int) -> bool:
    """Whether every row ends with a separator more than the header has."""
    rows = [r for r in sample if not isinstance(r, BadRecord) and any(r)]
    return bool(rows) and all(len(r) == width + 1 and not r[-1] for r in rows)
