"""What a query gives, as frames hold it: names as plain text, days as dates, None where there is nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

_DAY_COLUMNS = ("day", "week", "month")


def tidy(frame: pd.DataFrame, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Names as plain str, days as dates, and None where there is nothing."""
    for name in frame.columns if columns is None else columns:
        column = frame[name]
        if name in _DAY_COLUMNS:
            codes, days = pd.factorize(column)
            frame[name] = _recoded(codes, [day.date() for day in days])
        elif isinstance(column.dtype, pd.CategoricalDtype):
            frame[name] = _recoded(column.cat.codes.to_numpy(), list(column.cat.categories))
        elif isinstance(column.dtype, pd.StringDtype) or column.dtype == object:
            frame[name] = column.astype(object).where(column.notna(), None)
    return frame


def _recoded(codes: np.ndarray, names: list) -> pd.Series:
    """The names that codes stand for; -1, the code of a missing one, is None."""
    lookup = np.empty(len(names) + 1, dtype=object)
    lookup[:-1] = names
    return pd.Series(lookup[codes], dtype=object)
