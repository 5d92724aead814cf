"""What a row says, as 64 bits: the same whatever the file's name, encoding or column order."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd


class Fingerprint:
    """Collects what rows say, part by part; blank parts say nothing, so a new empty column changes nothing."""

    def __init__(self, rows: int, kind: str, *, taken: np.ndarray | None = None) -> None:
        """`taken` are hashes of rows that are in already and stand beside these, not in their place."""
        self._sum = np.full(rows, _name_hash(kind), np.uint64)
        self._taken = np.empty(0, np.uint64) if taken is None else taken

    def add(self, name: str, values: pd.Series | pd.Categorical | np.ndarray) -> None:
        """Add one part, under a name that does not depend on where it stands in the file."""
        if isinstance(values, np.ndarray) and values.dtype.kind == "f":
            self._sum += _numbers_said(values, name)
            return
        series = pd.Series(values).reset_index(drop=True)
        said = (series.notna() & (series != "")).to_numpy(bool)
        self._sum[said] += _mixed(_value_hash(series[said]) ^ _name_hash(name))

    def said(self) -> np.ndarray:
        """What each row says as a number: equal for rows that say the same."""
        return _mixed(self._sum)

    def content(self, ids: pd.Series | None = None) -> np.ndarray:
        """The hash of each row. Rows without an id are told apart by how often the same content came before:
        two honest equal answers both count, and reading the file again gives the same hashes.
        """
        content = self.said()
        earlier = pd.Series(content).groupby(content).cumcount().to_numpy(np.uint64) + self._taken_before(content)
        if ids is not None:
            earlier[(ids != "").to_numpy(bool)] = 0
        return _mixed(content + earlier * _STEP)

    def _taken_before(self, content: np.ndarray) -> np.ndarray:
        """How often each content is among the taken hashes."""
        before = np.zeros(len(content), np.uint64)
        counting = np.full(len(content), len(self._taken) > 0)
        while counting.any():
            counting &= np.isin(_mixed(content + before * _STEP), self._taken)
            before[counting] += np.uint64(1)
        return before


def identity_hash(kind: str, *parts: pd.Series | pd.Categorical | np.ndarray) -> np.ndarray:
    """A 64-bit identity per row from parts whose order matters; a missing part is a value of its own."""
    total = np.full(len(parts[0]), _name_hash(kind), np.uint64)
    for part in parts:
        series = pd.Series(part).reset_index(drop=True)
        total = _mixed(total + np.where(series.notna(), _value_hash(series), np.uint64(0)))
    return total


def hex_id(content: np.ndarray) -> pd.Series:
    """Hashes as ids for records whose file has none."""
    digits = content.astype(">u8").tobytes().hex()
    return pd.Series([digits[i : i + 16] for i in range(0, len(digits), 16)], dtype="str")


_STEP = np.uint64(0x9E3779B97F4A7C15)  # splitmix64 (Steele, Lea and Flood 2014)


def _mixed(values: np.ndarray) -> np.ndarray:
    """splitmix64's finalizer: every bit of the input moves every bit of the output."""
    z = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def _numbers_said(values: np.ndarray, name: str) -> np.ndarray:
    """What numbers add to the sums of their rows, NaN nothing: scores are few, so each is hashed once."""
    codes, distinct = pd.factorize(values + 0.0)  # of -0.0 and 0.0 the one that came first would stand for both
    return np.append(_mixed(_value_hash(pd.Series(distinct)) ^ _name_hash(name)), np.uint64(0))[codes]


def _value_hash(series: pd.Series) -> np.ndarray:
    if series.dtype == "category":
        hashes = np.append(_value_hash(pd.Series(series.cat.categories, dtype="str")), np.uint64(0))
        return hashes[series.cat.codes]
    if series.dtype == "str":
        # Most columns of text have hardly a text twice; looking for repeats takes ten times as long as hashing.
        return pd.util.hash_array(series.to_numpy(object), categorize=False)
    if series.dtype.kind == "M":
        series = series.astype("datetime64[us]").astype("int64")
    return _mixed(pd.util.hash_array(series.to_numpy(np.float64, na_value=np.nan)))


def _name_hash(name: str) -> np.uint64:
    return np.uint64(int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little"))
