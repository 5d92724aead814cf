"""Ids as keyed hashes: the same customer stays the same, and nobody reads the id back."""

from __future__ import annotations

import hashlib
import hmac

import numpy as np
import pandas as pd

PSEUDONYM_LENGTH = 16  # hexadecimal digits, 64 bits


def pseudonym(ids: pd.Series, secret: bytes) -> pd.Series:
    """Ids as keyed hashes (HMAC-SHA-256, 16 hexadecimal digits): equal ids stay equal, nobody reads them back.

    Spaces around an id do not count; missing and blank ids are missing. The same secret gives the
    same pseudonyms in every file.
    """
    codes, distinct = pd.factorize(ids.astype("str").str.strip(), use_na_sentinel=True)
    hashed = [
        hmac.new(secret, str(name).encode(), hashlib.sha256).hexdigest()[:PSEUDONYM_LENGTH] if name else None
        for name in distinct
    ]
    return pd.Series(np.array([*hashed, None], object)[codes], index=ids.index, name=ids.name, dtype="str")


def sealed(text: str, secret: bytes, *, purpose: str) -> str:
    """A text as keyed hash (HMAC-SHA-256, 64 hexadecimal digits); hashes of two purposes cannot be compared."""
    return hmac.new(secret, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()
