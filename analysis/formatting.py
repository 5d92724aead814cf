"""How a number is written: sign, rounding, n, ranges and dates, in one place.

Ranges carry thin spaces around the dash, minus is the real minus sign, thousands have a comma.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, timedelta

from analysis.estimate import FLOOR_SHOWN, Estimate, Unit
from analysis.i18n import say

THIN = "\u2009"
NO_BREAK = "\u00a0"
JOINER = "\u2060"  # a line may break after a dash even before a no-break space
MINUS = "\u2212"
DASH = f"{THIN}–{THIN}"

# Places that the width of a usual interval still supports.
PLACES: Mapping[str, int] = {
    "nps": 0, "share": 1, "score": 0, "ces": 2, "per_thousand": 2, "count": 0, "minutes": 1, "seconds": 0, "ratio": 1,
}
# Names under `durations.`, up to how many minutes each is used, and how many it is long.
_SPANS: tuple[tuple[str, float, float], ...] = (
    ("seconds", 1.0, 1 / 60), ("minutes", 60.0, 1.0), ("hours", 48 * 60.0, 60.0), ("days", math.inf, 24 * 60.0),
)
_FACTOR: Mapping[str, float] = {"nps": 100.0, "share": 100.0}
_SUFFIX: Mapping[str, str] = {"share": "%"}


def displayed(number: float, unit: Unit) -> float:
    """A number in the unit it is shown in: NPS points and percent instead of proportions."""
    return number * _FACTOR.get(unit, 1.0)


def number(amount: float, *, places: int = 0, sign: bool = False) -> str:
    """A number with thousands commas and the real minus sign; `sign` adds a plus to positive ones.

    >>> number(-1234.56, places=1), number(2, sign=True), number(-0.04, places=1, sign=True)
    ('−1,234.6', '+2', '0.0')
    """
    rounded = round(amount, places)
    text = f"{abs(rounded):,.{places}f}"
    if rounded == 0:
        return text
    return (MINUS if rounded < 0 else "+" if sign else "") + text


def value(estimate: Estimate, *, places: int | None = None, sign: bool = False) -> str:
    """An estimate's value in display units, or the words for why it is withheld."""
    if not estimate.shown:
        return withheld(estimate)
    return _with_unit(estimate.value, estimate.unit, places=places, sign=sign)


def change(estimate: Estimate) -> str:
    """A difference with its sign; shares differ by percentage points, "+1.2 个百分点"."""
    if not estimate.shown:
        return withheld(estimate)
    text = number(displayed(estimate.value, estimate.unit), places=PLACES[estimate.unit], sign=True)
    return say("screen.common.percentage_points", change=text) if estimate.unit == "share" else text


def interval(estimate: Estimate, *, places: int | None = None) -> str:
    """The 95 % interval, "27 – 35"; empty where there is none."""
    if not estimate.shown or math.isnan(estimate.low) or math.isnan(estimate.high):
        return ""
    limits = (estimate.low, estimate.high)
    return DASH.join(_with_unit(limit, estimate.unit, places=places, suffix=False) for limit in limits)


def duration(minutes: float) -> str:
    """A time in the unit that people would say it in: seconds, minutes, hours or days.

    >>> [duration(x) for x in (0.25, 27.0, 820.0, 5000.0)]
    ['15 秒', '27 分钟', '13.7 小时', '3.5 天']
    """
    unit = unit_of(minutes)
    size = next(size for name, _, size in _SPANS if name == unit)
    places = 0 if unit == "seconds" else 1
    return say(f"durations.{unit}", count=f"{minutes / size:.{places}f}".removesuffix(".0"))


def unit_of(minutes: float) -> str:
    """The unit that people would say a time in: a name under `durations.`; NaN raises ValueError."""
    for name, most, _ in _SPANS:
        if minutes < most:
            return name
    raise ValueError(f"{minutes} minutes are no time")


def time(estimate: Estimate) -> str:
    """An estimate in minutes as a time, or the words for why it is withheld."""
    return duration(estimate.value) if estimate.shown else withheld(estimate)


def time_interval(estimate: Estimate) -> str:
    """The limits of an estimate in minutes, "12 – 15 分钟"; an upper one that is not reached yet is left open."""
    if not estimate.shown or math.isnan(estimate.low):
        return ""
    if math.isnan(estimate.high):
        return say("durations.at_least", time=duration(estimate.low))
    return DASH.join(duration(limit) for limit in (estimate.low, estimate.high))


def base(n: int) -> str:
    """The number of valid answers, "n 1,846"."""
    return f"n{THIN}{n:,}"


def evidence(estimate: Estimate) -> str:
    """The line under a number: interval and n, or nothing more than n where no interval exists."""
    if estimate.withheld == "hidden" or estimate.withheld == "no_data":
        return ""
    if not interval(estimate):
        return base(estimate.n)
    return say("screen.common.evidence", interval=interval(estimate), base=base(estimate.n))


def hover(estimate: Estimate) -> str:
    """Value, interval and n on one line, for a chart's hover."""
    parts = [value(estimate, places=_finer(estimate.unit))]
    if interval(estimate):
        parts.append(say("screen.common.interval", interval=interval(estimate, places=_finer(estimate.unit))))
    if estimate.withheld not in ("hidden", "no_data"):
        parts.append(base(estimate.n))
    return " · ".join(parts)


_HYPHEN_FOR_MINUS = re.compile(r"(?<![\w-])-(?=\d)")


def unbroken(sentence: str) -> str:
    """A sentence whose ranges and "n = 5" do not break across lines, with the real minus sign before numbers.

    >>> " " in unbroken("n = 5"), unbroken("-3.1 自 2026-10-05")
    (False, '−3.1 自 2026-10-05')
    """
    sentence = _HYPHEN_FOR_MINUS.sub(MINUS, sentence)
    for space in (" ", THIN):
        sentence = sentence.replace(f"{space}–{space}", f"{NO_BREAK}–{JOINER}{NO_BREAK}")
    for sign in ("=", "<"):
        sentence = sentence.replace(f" {sign} ", f"{NO_BREAK}{sign}{NO_BREAK}")
    return sentence


def withheld(estimate: Estimate) -> str:
    """The words for why an estimate has no value."""
    if estimate.withheld == "hidden" and estimate.n >= FLOOR_SHOWN:
        return say("withheld.company")  # enough answers of its own, hidden for the sake of a smaller group
    return say(f"withheld.{estimate.withheld or 'no_data'}")


def day(moment: date) -> str:
    """"11 月 22 日"."""
    return say("screen.common.day", month=month(moment), day=moment.day)


def long_day(moment: date) -> str:
    """"2026 年 11 月 22 日"."""
    return say("screen.common.long_day", year=moment.year, month=month(moment), day=moment.day)


def month(moment: date) -> str:
    """The month's name within a date, "11" or "Nov"."""
    return say(f"months.{moment.month}")


def week(monday: date) -> str:
    """"47 周": the ISO week that a day falls in."""
    return say("screen.common.week", week=monday.isocalendar().week)


def week_of(monday: date) -> str:
    """"2026 年第 47 周（11 月 16 – 22 日）"."""
    return period(monday, monday + timedelta(days=6))


def period(start: date, end: date) -> str:
    """A span of days as people say it: a whole ISO week by its number, anything else by its days."""
    year, number_of_week, weekday = start.isocalendar()
    if weekday == 1 and end - start == timedelta(days=6):
        return say("screen.common.iso_week", year=year, week=number_of_week, days=_days_of_week(start, end))
    if end.year != start.year:
        return f"{long_day(start)}{DASH}{long_day(end)}"
    return say("screen.common.days_of_year", year=start.year, days=f"{day(start)}{DASH}{day(end)}")


def _days_of_week(start: date, end: date) -> str:
    if start.month != end.month:
        return f"{day(start)}{DASH}{day(end)}"
    return say("screen.common.days", month=month(start), days=f"{start.day}{DASH}{end.day}")


def _with_unit(amount: float, unit: Unit, *, places: int | None = None, sign: bool = False, suffix: bool = True) -> str:
    shown_places = PLACES[unit] if places is None else places
    text = number(displayed(amount, unit), places=shown_places, sign=sign)
    return text + (_SUFFIX.get(unit, "") if suffix else "")


def _finer(unit: Unit) -> int:
    return max(1, PLACES[unit])
