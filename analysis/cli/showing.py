"""Answers in a terminal: tables that line up under Chinese, plain data for JSON, progress."""

from __future__ import annotations

import sys
import time
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date

import numpy as np
import pandas as pd

from analysis.estimate import Estimate
from analysis.i18n import say
from analysis.watching import Stage

# Work that ends sooner needs no word, and a log file gets one line in this time.
_QUIET_SECONDS = 5.0
_CLEAR_LINE = "\r\033[K"
_WIDE = "WF"  # East Asian width classes that take two columns of a terminal


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command has to say: data for JSON, text for people, and a line for each thing it could not do."""

    data: object
    text: str
    failures: tuple[str, ...] = ()


def text_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table with a line under its header; numbers stand right, None is an empty cell.

    >>> print(text_table(["渠道", "n"], [["门店", 12]]))
    渠道   n
    ----  --
    门店  12
    """
    lines = [list(header), *([_word(cell) for cell in row] for row in rows)]
    widths = [max(_width(line[i]) for line in lines) for i in range(len(header))]
    numeric = [bool(rows) and all(_is_number(row[i]) for row in rows) for i in range(len(header))]

    def rendered(line: Sequence[str]) -> str:
        cells = zip(line, widths, numeric, strict=True)
        return "  ".join(_padded(cell, width, right=right) for cell, width, right in cells).rstrip()

    under = "  ".join("-" * width for width in widths).rstrip()
    return "\n".join([rendered(lines[0]), under, *map(rendered, lines[1:])])


def plain(value: object) -> object:
    """A value as JSON holds it: estimates in display units, dates as ISO text, missing numbers as None."""
    if isinstance(value, Estimate):
        return value.floored().as_record()
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, (date, pd.Timestamp)):
        return value.isoformat()
    return value.item() if isinstance(value, np.generic) else value


class Progress:
    """A counter on standard error: one line that moves in a terminal, a line now and then elsewhere."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._moving = sys.stderr.isatty()
        self._last = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        if not self._moving and time.monotonic() - self._last < _QUIET_SECONDS:
            return
        self._last = time.monotonic()
        end = "\n" if not self._moving or done >= total else ""
        start = "\r" if self._moving else ""
        print(start + say(self._key, done=done, total=total), end=end, file=sys.stderr, flush=True)


class ImportProgress:
    """The stage of an import on standard error, once it takes long: a moving line in a terminal, else a line a stage.

    `close` takes the moving line away again, so that the account begins on a clean one.
    """

    def __init__(self, file_name: str) -> None:
        self._file_name = file_name
        self._moving = sys.stderr.isatty()
        self._begun = time.monotonic()
        self._said = ""

    def __call__(self, stage: Stage, done: int, total: int) -> None:
        """Say the stage and how much of it is done."""
        said = say(f"stages.{stage}")
        if time.monotonic() - self._begun < _QUIET_SECONDS or (not self._moving and said == self._said):
            return
        self._said = said
        line = say("cli.progress.import", file=self._file_name, stage=said, percent=f"{done / max(total, 1):.0%}")
        print(f"{_CLEAR_LINE}{line}" if self._moving else line, end="" if self._moving else "\n", file=sys.stderr,
              flush=True)

    def close(self) -> None:
        """Nothing further will be said."""
        if self._moving and self._said:
            print(_CLEAR_LINE, end="", file=sys.stderr, flush=True)


def _word(cell: object) -> str:
    if cell is None:
        return ""
    return f"{cell:.2f}" if isinstance(cell, float) else str(cell)


def _is_number(cell: object) -> bool:
    return cell is None or (isinstance(cell, (int, float)) and not isinstance(cell, bool))


def _padded(cell: str, width: int, *, right: bool) -> str:
    space = " " * (width - _width(cell))
    return space + cell if right else cell + space


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in _WIDE else 1 for sign in text)
