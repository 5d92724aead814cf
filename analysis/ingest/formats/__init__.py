"""Export formats of survey tools and shops, one module each. A new format is a new module, listed here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.ingest.formats import (
    dianping,
    formbricks,
    google_forms,
    jd,
    meituan,
    qualtrics,
    surveymonkey,
    taobao,
    tencent_form,
    tencent_survey,
    wenjuanwang,
    wenjuanxing,
)
from analysis.ingest.formats.protocol import Format, Hint, Reshaped, RowMark, Rows

if TYPE_CHECKING:
    from analysis.ingest.tables import RawTable

__all__ = ["FORMATS", "Hint", "Reshaped", "RowMark", "recognised", "reshaped"]

FORMATS: tuple[Format, ...] = (
    wenjuanxing, tencent_survey, tencent_form, wenjuanwang, surveymonkey, qualtrics, formbricks, google_forms,
    taobao, jd, dianping, meituan,
)
_MAX_TITLE_ROWS = 20  # rows that may stand above the header


def recognised(rows: Rows) -> tuple[int, str] | None:
    """Position of the header among the first rows and the name of the format, or None for an unknown one."""
    best = (0.0, 0, "")
    for position in range(min(len(rows), _MAX_TITLE_ROWS)):
        for known in FORMATS:
            sure = known.recognise(rows[position:])
            if sure > best[0]:
                best = (sure, position, known.NAME)
    return best[1:] if best[0] else None


def reshaped(name: str, table: RawTable) -> Reshaped:
    """A table as the format called `name` understands it."""
    return next(known for known in FORMATS if name == known.NAME).reshape(table)
