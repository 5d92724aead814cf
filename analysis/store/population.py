"""What the customers are known to be, told by a person: the shares that answers can be weighted to."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import duckdb

from analysis.errors import UnknownName, XinshengError
from analysis.schema import CUSTOMER_KEYS

KNOWN = "SELECT key, value, share FROM population ORDER BY key, share DESC, value"


class SharesRefused(XinshengError):
    """The shares given are no shares of anything."""


def shares(rows: Iterable[tuple[str, str, float]]) -> dict[str, dict[str, float]]:
    """Rows of `KNOWN` as {key: {value: share}}."""
    found: dict[str, dict[str, float]] = {}
    for key, value, share in rows:
        found.setdefault(key, {})[value] = share
    return found


def keep(
    cursor: duckdb.DuckDBPyConnection, key: str, wanted: Mapping[str, float], *, attributes: Sequence[str]
) -> None:
    """Replace the shares of `key`, scaled to add up to 1; values of share 0 are left out, no values forget the key.

    Raises UnknownName for a key that is neither in `CUSTOMER_KEYS` nor an attribute, and SharesRefused for a
    negative or missing share and where nothing adds up to more than 0.
    """
    known = (*CUSTOMER_KEYS, *attributes)
    if key not in known:
        raise UnknownName("errors.unknown_key", name=key, known=tuple(known))
    for value, share in wanted.items():
        if not (math.isfinite(share) and share >= 0):
            raise SharesRefused("errors.share_impossible", value=value, share=share)
    whole = sum(wanted.values())
    if wanted and whole <= 0:
        raise SharesRefused("errors.shares_empty", name=key)
    cursor.execute("DELETE FROM population WHERE key = ?", [key])
    rows = [(key, value, share / whole) for value, share in wanted.items() if share > 0]
    if rows:
        cursor.executemany("INSERT INTO population VALUES (?, ?, ?)", rows)
