"""Dates as exports write them, to moments in Asia/Shanghai."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta, timezone

import numpy as np
import pandas as pd

from analysis.schema import TIME_ZONE

EXCEL_EPOCH = pd.Timestamp("1899-12-30")  # day 0 of the 1900 date system, its false leap day included
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000  # 1954 to 2119: other five-digit numbers are no dates
_EARLIEST, _LATEST = pd.Timestamp("1950-01-01"), pd.Timestamp("2119-01-01")

# An English month table: the machine's locale must not decide what "Feb" means.
_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}

_CLOCK = (
    r"(?:[ tT]*(?P<noon>上午|下午|晚上|中午|凌晨|早上|am|pm)?\s*(?P<hour>\d{1,2}):(?P<minute>\d{1,2})"
    r"(?::(?P<second>\d{1,2})(?:\.\d{1,9})?)?\s*(?P<noon2>am|pm|上午|下午|晚上|中午|凌晨|早上)?)?"
)
_ZONE = r"\s*(?P<zone>z|utc|[+-]\d{2}:?\d{2}|(?:gmt|utc)[+-]\d{1,2}(?::?\d{2})?)?"
_PLAIN = re.compile(rf"(?P<year>\d{{4}})-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}})-?{_CLOCK}{_ZONE}", re.I)
_DAY_FIRST = re.compile(rf"(?P<first>\d{{1,2}})-(?P<second_number>\d{{1,2}})-(?P<year>\d{{4}}){_CLOCK}{_ZONE}", re.I)
_ENGLISH = re.compile(rf"(?P<day>\d{{1,2}})[- ](?P<name>[a-z]{{3,9}})[-, ]+(?P<year>\d{{4}}){_CLOCK}{_ZONE}", re.I)
_ENGLISH_US = re.compile(rf"(?P<name>[a-z]{{3,9}})[- ](?P<day>\d{{1,2}})[-, ]+(?P<year>\d{{4}}){_CLOCK}{_ZONE}", re.I)
_COMPACT = re.compile(
    r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})(?:(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2}))?"
)
_SERIAL = re.compile(r"\d{5}(?:\.\d{1,12})?")
_UNIX = re.compile(r"1\d{9}(?:\d{3})?")

# Forms that whole columns come in, read at once; any other date is read one by one.
_WHOLE_COLUMN_FORMS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d", "%Y/%m/%d %H:%M",
    "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日", "%Y年%m月%d日 %H:%M",
)
_AFTER_YEAR = {form: form.removeprefix("%Y")[0] for form in _WHOLE_COLUMN_FORMS}
_PROBE = 20  # dates tried before a form is tried on the whole column
_DIGIT = re.compile(r"\d")
_DOTTED = re.compile(r"^(\d{1,4})\.(\d{1,2})\.(\d{1,4})")
_WEEKDAY = re.compile(r"\(?(?:星期|周)[一二三四五六日天]\)?")
_TEXT_PARTS = str.maketrans("年月/日号秒时点分", "---   :::")


@dataclass(frozen=True, slots=True)
class Moments:
    """A column of dates: times in Asia/Shanghai without zone (NaT where there is none), and what failed."""

    times: pd.Series
    missing: pd.Series
    unreadable: pd.Series
    ambiguous: pd.Series


def read_moments(cells: pd.Series, *, day_first: bool | None = None) -> Moments:
    """Dates and times in any of the forms that exports use, mixed within one column.

    `10-11-2025` is read where another date of the column shows which number is the day; else `day_first` says
    so, and without it the date is ambiguous.
    """
    codes, distinct = pd.factorize(cells.str.strip(), use_na_sentinel=True)
    texts = pd.Series(distinct, dtype="str")
    times, ambiguous = _read_distinct(texts, day_first)
    missing = np.append((texts == "").to_numpy(bool), True)
    moments = np.append(times.to_numpy("datetime64[us]"), np.datetime64("NaT", "us"))
    unclear = np.append(ambiguous, False)
    bad = np.isnat(moments) & ~missing & ~unclear

    def per_row(values: np.ndarray) -> pd.Series:
        return pd.Series(values[codes], index=cells.index)

    return Moments(per_row(moments), per_row(missing), per_row(bad), per_row(unclear))


def _read_distinct(texts: pd.Series, day_first: bool | None) -> tuple[pd.Series, np.ndarray]:
    times = pd.Series(np.full(len(texts), np.datetime64("NaT", "us")), index=texts.index)
    if not any(map(_DIGIT.search, texts)):  # most columns of a wide file: words, which no form needs to be tried on
        return times, np.zeros(len(texts), bool)
    for form in _WHOLE_COLUMN_FORMS:
        rest = texts[times.isna()]
        probe = [text for text in rest.head(_PROBE) if _AFTER_YEAR[form] in text]  # to try a form on texts takes long
        if probe and pd.to_datetime(probe, format=form, errors="coerce").notna().any():
            times[rest.index] = pd.to_datetime(rest, format=form, errors="coerce").astype("datetime64[us]")
    rest = texts.index[times.isna()]
    plain = {i: _plain(texts[i]) for i in rest}
    month_first = _month_comes_first(plain.values())
    if month_first is None and day_first is not None:
        month_first = not day_first
    ambiguous = np.zeros(len(texts), bool)
    for i, text in plain.items():
        if _DAY_FIRST.fullmatch(text) and month_first is None:
            ambiguous[i] = not _same_either_way(text)
        if not ambiguous[i]:
            times[i] = _moment(text, bool(month_first))
    inside = times.between(_EARLIEST, _LATEST)
    return times.where(inside), ambiguous


def _plain(text: str) -> str:
    """NFKC, no weekday, Chinese date words and slashes as hyphens and colons."""
    if _SERIAL.fullmatch(text):
        return text
    head = _DOTTED.sub(r"\1-\2-\3", _WEEKDAY.sub(" ", unicodedata.normalize("NFKC", text))).translate(_TEXT_PARTS)
    return re.sub(r":(?=\s|$)", "", re.sub(r"\s+", " ", head)).strip().rstrip("-").strip()


def _month_comes_first(texts: object) -> bool | None:
    """What the unmistakable dates of a column show: True for 10-31-2025, False for 31-10-2025, else None."""
    pairs = [(int(m["first"]), int(m["second_number"])) for m in map(_DAY_FIRST.fullmatch, texts) if m]
    day_first = any(first > 12 for first, _ in pairs)
    month_first = any(second > 12 for _, second in pairs)
    return month_first if day_first != month_first else None


def _same_either_way(text: str) -> bool:
    match = _DAY_FIRST.fullmatch(text)
    return match is not None and match["first"] == match["second_number"]


def _moment(text: str, month_first: bool) -> pd.Timestamp | None:
    for pattern, build in _FORMS:
        if match := pattern.fullmatch(text):
            try:
                return build(match, month_first)
            except (ValueError, OverflowError):  # the form is right, the date does not exist: 2025-02-30
                return pd.NaT
    return pd.NaT


def _from_parts(match: re.Match, year: int, month: int, day: int) -> pd.Timestamp:
    hour = int(match["hour"] or 0)
    noon = (match["noon"] or match["noon2"] or "").lower()
    if (noon in ("pm", "下午", "晚上") and hour < 12) or (noon == "中午" and hour < 11):
        hour += 12
    elif noon in ("am", "凌晨") and hour == 12:
        hour = 0
    naive = pd.Timestamp(year, month, day, hour, int(match["minute"] or 0), int(match["second"] or 0))
    zone = match["zone"]
    if not zone:
        return naive
    ahead = timedelta(0) if zone.lower() in ("z", "utc") else _offset(zone)
    return naive.tz_localize(timezone(ahead)).tz_convert(TIME_ZONE).tz_localize(None)


def _offset(zone: str) -> timedelta:
    """`+08:00`, `+0800` or `GMT+8` as time ahead of UTC."""
    sign, figures = re.fullmatch(r"[a-z]*([+-])([\d:]+)", zone, re.I).groups()
    figures = figures.replace(":", "")
    hours, minutes = (figures[:-2], figures[-2:]) if len(figures) > 2 else (figures, "0")
    ahead = timedelta(hours=int(hours), minutes=int(minutes))
    return -ahead if sign == "-" else ahead


def _plain_date(match: re.Match, _: bool) -> pd.Timestamp:
    return _from_parts(match, int(match["year"]), int(match["month"]), int(match["day"]))


def _two_numbers(match: re.Match, month_first: bool) -> pd.Timestamp:
    first, second = int(match["first"]), int(match["second_number"])
    month, day = (first, second) if month_first else (second, first)
    return _from_parts(match, int(match["year"]), month, day)


def _english(match: re.Match, _: bool) -> pd.Timestamp:
    month = _MONTHS.get(match["name"][:3].lower())
    if month is None:
        raise ValueError(match["name"])
    return _from_parts(match, int(match["year"]), month, int(match["day"]))


def _compact(match: re.Match, _: bool) -> pd.Timestamp:
    clock = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    return pd.Timestamp(int(match["year"]), int(match["month"]), int(match["day"]), *clock)


def _serial(match: re.Match, _: bool) -> pd.Timestamp:
    days = float(match[0])
    if not _FIRST_SERIAL <= days <= _LAST_SERIAL:
        raise ValueError(match[0])
    return (EXCEL_EPOCH + pd.Timedelta(days=days)).round("s")


def _unix(match: re.Match, _: bool) -> pd.Timestamp:
    unit = "s" if len(match[0]) == 10 else "ms"
    return pd.Timestamp(int(match[0]), unit=unit, tz="UTC").tz_convert(TIME_ZONE).tz_localize(None)


_FORMS: tuple[tuple[re.Pattern, Callable[[re.Match, bool], pd.Timestamp]], ...] = (
    (_PLAIN, _plain_date),
    (_DAY_FIRST, _two_numbers),
    (_ENGLISH, _english),
    (_ENGLISH_US, _english),
    (_COMPACT, _compact),
    (_SERIAL, _serial),
    (_UNIX, _unix),
)
