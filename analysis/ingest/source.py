"""One file on its way to records: its columns by role, and everything in them that cannot be used."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from analysis import privacy
from analysis.ingest.dates import read_moments
from analysis.ingest.mapping import ColumnMapping, Mapping
from analysis.ingest.quality import seconds
from analysis.ingest.tables import RawTable
from analysis.records import PSEUDONYM_SIGN
from analysis.schema import ENTITY_KEYS, TIME_ZONE
from analysis.taxonomy import taxonomy
from analysis.watching import UNWATCHED, Watch

# Two characters of white space, or one that is no space, as Python's `\s` has it; named one by one for RE2.
_SPACE = r"[ \t\n\v\f\r\x1c-\x1f\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]"
_UNTIDY = rf"{_SPACE}{_SPACE}|[\t\r\n]"
_THIN = re.compile(r"[,，¥￥$\s]")
_UNIT = re.compile(r"(?:元|块|次|分钟|分|个|人|单|笔|件|min|minutes?)$", re.I)
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,9})?")
_YES = frozenset({"是", "有", "1", "1.0", "true", "yes", "y", "t", "√", "已重开", "重开"})
_NO = frozenset({"否", "无", "没有", "0", "0.0", "false", "no", "n", "f", "×", "未重开", "未"})
_TEXT_ROLES = ("comment", "follow_up", "title")
_MASKED_AT_ONCE = 20_000  # texts between two looks whether the work shall stop: about a second
# A store may be called after its address and a person in charge has a name: that is what these columns are for.
_KINDS_OF = dict.fromkeys(("staff", "store", "channel", "touchpoint", "tier", "category"), privacy.ON_LABELS)
# An id that says who somebody is. Luhn digits and names occur in ids by chance.
_IN_IDS = ("phone", "email", "id_card")
# Stands before an id that the store itself vouches for as a pseudonym. Only corrections may hold it.
KNOWN_PSEUDONYM = "\0"
_BLANK_NAMES = frozenset({"-", "--", "/", "n/a", "#n/a", "null", "none", "nan", "(空)", "(跳过)"})


@dataclass(frozen=True, slots=True)
class Fault:
    """Cells of one column, or whole rows, that cannot be used for one reason."""

    at: np.ndarray
    column: ColumnMapping | None
    reason: str
    whole_row: bool
    values: MappingABC[str, object]


@dataclass
class Source:
    """A mapped table. Every `read_…` notes what it could not use in `faults` and gives missing instead."""

    table: RawTable
    mapping: Mapping
    secret: bytes
    survey_date: date | None = None
    now: datetime | None = None
    watch: Watch = UNWATCHED
    faults: list[Fault] = field(default_factory=list)
    masked: Counter[str] = field(default_factory=Counter)
    _read: set[int] = field(default_factory=set, init=False)
    _texts_read: int = field(default=0, init=False)
    taken: np.ndarray | None = None  # content hashes of rows that stand beside these (see Fingerprint)
    times: dict[int, pd.Series] = field(default_factory=dict)  # what was read, by column

    def __len__(self) -> int:
        return len(self.table.frame)

    def cells(self, column: ColumnMapping, at: np.ndarray | slice = slice(None)) -> pd.Series:
        """A column's cells, trimmed: all, or those at some positions."""
        if column.role not in _TEXT_ROLES:
            used = sum(c.role not in (*_TEXT_ROLES, "ignore") for c in self.mapping.columns)
            self._read.add(column.index)
            # Once texts are being masked a column that is looked at again takes nobody a stage back.
            if self._texts_read:
                self.watch.check()
            else:
                self.watch.step("checking", len(self._read) - 1, used)
        return self.table.cells(column.index).iloc[at].str.strip()

    def fault(
        self, where: np.ndarray, column: ColumnMapping | None, reason: str, *, whole_row: bool = False, **values: object
    ) -> None:
        """Note that the cells (or the whole rows) where `where` is true cannot be used; `values` fill the sentence."""
        if where.any():
            self.faults.append(Fault(np.flatnonzero(where), column, reason, whole_row, values))

    def read_days(self) -> pd.Series:
        """The time of every row. A row without one, with an unreadable or a future one, stays out."""
        column = self.mapping.first("time")
        given = np.datetime64(self.survey_date, "us") if self.survey_date else np.datetime64("NaT", "us")
        if column is None:
            return pd.Series(np.full(len(self), given), index=self.table.frame.index)
        times = self._read_times(column, whole_row=True)
        blank = (self.cells(column) == "").to_numpy()
        times[blank] = given
        self.fault(blank & times.isna().to_numpy(), column, "date_missing", whole_row=True)
        return times

    def read_times(self, role: str, *, after: pd.Series | None = None) -> pd.Series:
        """Times of an optional role. One that lies before `after` cannot be right and stays out."""
        column = self.mapping.first(role)
        if column is None:
            return pd.Series(np.full(len(self), np.datetime64("NaT", "us")), index=self.table.frame.index)
        times = self._read_times(column, whole_row=False)
        if after is not None:
            early = (times < after).to_numpy()
            self.fault(early, column, "before_start")
            times = times.mask(early)
        return times

    def _read_times(self, column: ColumnMapping, *, whole_row: bool) -> pd.Series:
        moments = read_moments(self.cells(column), day_first=column.day_first)
        end = pd.Timestamp(self.now or datetime.now(ZoneInfo(TIME_ZONE)).replace(tzinfo=None)) + timedelta(days=1)
        future = (moments.times > end).to_numpy()
        self.fault(moments.unreadable.to_numpy(), column, "date_unreadable", whole_row=whole_row)
        self.fault(moments.ambiguous.to_numpy(), column, "date_ambiguous", whole_row=whole_row)
        self.fault(future, column, "date_in_future", whole_row=whole_row)
        self.times[column.index] = moments.times.mask(future)
        return self.times[column.index]

    def read_numbers(self, role: str, *, whole_row: bool = False) -> np.ndarray:
        """Amounts and counts of a role, never below 0: `1,200`, `¥35.5`, `12分钟`; NaN where blank."""
        column = self.mapping.first(role)
        if column is None:
            return np.full(len(self), np.nan)
        codes, distinct = pd.factorize(self.cells(column))
        texts = [str(text) for text in distinct]
        values = np.array([*map(_amount, texts), np.nan])
        blank = np.array([*(not t or t.lower() in _BLANK_NAMES for t in texts), True])
        self.fault((np.isnan(values) & ~blank)[codes], column, "number_unreadable", whole_row=whole_row)
        self.fault((values < 0)[codes], column, "number_negative", whole_row=whole_row)
        return np.where(values < 0, np.nan, values)[codes]

    def read_durations(self) -> np.ndarray:
        """How long the answering of every row took, in seconds; NaN where that is not known."""
        column = self.mapping.first("duration")
        if column is None:
            return np.full(len(self), np.nan)
        codes, distinct = pd.factorize(self.cells(column))
        times = np.array([*(seconds(str(text)) for text in distinct), np.nan])
        blank = np.array([*(not text or str(text).lower() in _BLANK_NAMES for text in distinct), True])
        self.fault((np.isnan(times) & ~blank)[codes], column, "duration_unreadable")
        return times[codes]

    def read_origins(self) -> np.ndarray:
        """Which rows came from the same address or device: equal numbers, -1 where unknown. The address stays here."""
        column = self.mapping.first("origin")
        if column is None:
            return np.full(len(self), -1)
        cells = self.cells(column)
        return pd.factorize(cells.mask(cells.str.lower().isin(_BLANK_NAMES) | (cells == "")))[0]

    def read_flags(self, role: str) -> pd.Series:
        """Yes or no of a role; missing where blank."""
        column = self.mapping.first(role)
        if column is None:
            return pd.Series(pd.array([pd.NA] * len(self), dtype="boolean"), index=self.table.frame.index)
        cells = self.cells(column)
        folded = cells.str.lower()
        flags = pd.Series(pd.NA, index=cells.index, dtype="boolean")
        flags[folded.isin(_YES)] = True
        flags[folded.isin(_NO)] = False
        self.fault((flags.isna() & (cells != "")).to_numpy(bool), column, "flag_unreadable")
        return flags

    def read_names(self, role: str) -> pd.Categorical:
        """Names of a role (a store, a status), masked; channels and touchpoints under their standard names."""
        column = self.mapping.first(role)
        if column is None:
            return pd.Categorical.from_codes(np.full(len(self), -1), categories=pd.Index([], dtype="str"))
        return self.names_in(column)

    def names_in(self, column: ColumnMapping) -> pd.Categorical:
        """The names in a column, as `read_names`."""
        codes, distinct = pd.factorize(self.cells(column))
        texts, found = privacy.mask(pd.Series(distinct, dtype="str"), kinds=_KINDS_OF.get(column.role, privacy.KINDS))
        self.masked.update(found)
        standard = {"channel": taxonomy().channel, "touchpoint": taxonomy().touchpoint}.get(column.role)
        names = [(standard(text) or text) if standard else text for text in map(str, texts)]
        names = [None if not name or name.lower() in _BLANK_NAMES else name for name in names]
        return _categories(names, codes)

    def read_entities(self) -> pd.DataFrame:
        """Customer, channel, store, region, staff, touchpoint and tier of every row.

        A row's touchpoint is its own, else its channel: every channel is a touchpoint too.
        """
        columns: dict[str, object] = {"customer_id": self.read_customers()}
        columns |= {role: self.read_names(role) for role in ENTITY_KEYS}
        columns["touchpoint"] = _first_of(columns["touchpoint"], columns["channel"])
        return pd.DataFrame(columns, index=self.table.frame.index)

    def read_customers(self) -> pd.Series:
        """Customer ids as pseudonyms; missing where blank."""
        column = self.mapping.first("customer_id")
        if column is None:
            return pd.Series(None, index=self.table.frame.index, dtype="str")
        return self.pseudonyms(self.cells(column))

    def pseudonyms(self, ids: pd.Series) -> pd.Series:
        """Ids as keyed hashes; what is known to be one already (behind KNOWN_PSEUDONYM) stays one."""
        hashed = privacy.pseudonym(ids, self.secret)
        known = self.vouched(ids)
        return hashed.mask(known, ids.str[len(KNOWN_PSEUDONYM):]) if known.any() else hashed

    def vouched(self, ids: pd.Series) -> pd.Series:
        """Which ids the store vouches for; it does so for nothing but corrections."""
        return ids.str.startswith(KNOWN_PSEUDONYM) & (self.taken is not None)

    def read_ids(self) -> pd.Series:
        """The file's own ids, blank where there are none; pseudonyms where they are personal (a phone, an e-mail)."""
        column = self.mapping.first("id")
        if column is None:
            return pd.Series("", index=self.table.frame.index, dtype="str")
        ids = self.cells(column)
        masked, found = privacy.mask(ids, kinds=_IN_IDS)
        hashed = (masked != ids) | self.vouched(ids)
        self.masked.update(found)
        # Each by itself: the same id must be the same in a file that holds no personal one.
        return ids.mask(hashed, self.pseudonyms(ids)).fillna("") if hashed.any() else ids

    def kept_ids(self, ids: pd.Series) -> pd.Series:
        """Ids of rows as they may be kept: those that say who somebody is as pseudonyms behind PSEUDONYM_SIGN."""
        hashed = (privacy.mask(ids, kinds=_IN_IDS)[0] != ids) | self.vouched(ids)
        return ids.mask(hashed, PSEUDONYM_SIGN + self.pseudonyms(ids))

    def kept_names(self, cells: pd.Series, role: str) -> pd.Series:
        """Cells of a role as they may be kept: texts with what is personal masked."""
        return privacy.mask(tidied(cells), kinds=_KINDS_OF.get(role, privacy.KINDS))[0]

    def read_texts(self, column: ColumnMapping) -> pd.Series:
        """Masked texts, runs of white space as one space; blank where there is none. `NA` is a text."""
        tidy = tidied(self.cells(column))
        parts = [self._masked(tidy.iloc[i : i + _MASKED_AT_ONCE]) for i in range(0, len(tidy), _MASKED_AT_ONCE)]
        return pd.concat(parts) if parts else tidy

    def _masked(self, texts: pd.Series) -> pd.Series:
        self.watch.step("masking", self._texts_read, len(self) * len(self.mapping.having(*_TEXT_ROLES)))
        self._texts_read += len(texts)
        masked, found = privacy.mask(texts)
        self.masked.update(found)
        return masked


def tidied(texts: pd.Series) -> pd.Series:
    """Texts with runs of white space as one space."""
    untidy = texts.str.contains(_UNTIDY, regex=True)
    return texts.mask(untidy, texts[untidy].str.replace(r"\s+", " ", regex=True)) if untidy.any() else texts


def _amount(text: str) -> float:
    plain = _UNIT.sub("", _THIN.sub("", text))
    return float(plain) if _NUMBER.fullmatch(plain) else np.nan


def _categories(names: list[str | None], codes: np.ndarray) -> pd.Categorical:
    """Categories from distinct raw names, of which several may have become the same."""
    inner, categories = pd.factorize(pd.Series(names, dtype="str"))
    return pd.Categorical.from_codes(np.append(inner, -1)[codes], categories=pd.Index(categories, dtype="str"))


def _first_of(first: pd.Categorical, second: pd.Categorical) -> pd.Categorical:
    """`first` where it has a name, else `second`."""
    names = first.categories.union(second.categories)
    own, other = (part.set_categories(names).codes for part in (first, second))
    return pd.Categorical.from_codes(np.where(own >= 0, own, other), categories=names).remove_unused_categories()
