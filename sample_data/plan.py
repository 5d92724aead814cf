"""What is planted: every size, date and place of the truths, once. `truths.json` is written from here."""

from __future__ import annotations

from datetime import date, timedelta

SEED = 16  # of the first twenty, the one whose year is flattest apart from what is planted (TRUTHS.md)
FIRST_DAY = date(2025, 11, 24)  # Monday of ISO week 2025-W48
LAST_DAY = date(2026, 11, 22)  # Sunday of ISO week 2026-W47
DAYS = (LAST_DAY - FIRST_DAY).days + 1

RESPONSES, REVIEWS, CUSTOMERS = 20_000, 8_000, 5_000
COMPLAINTS = 3_000

# The weak spot, and the action that lifts it in the treated stores only.
WEAK_CHANNEL, WEAK_DIMENSION = "在线客服", "问题解决彻底性"
WEAK_SCORE = 61.0  # of 100; other cells stand near 80
LIFT_START, LIFT_END, LIFT_POINTS = date(2026, 6, 1), date(2026, 8, 31), 9.0  # begins in month 7

# Waiting at self-checkout: harmless up to the kink, then points lost per further minute.
WAIT_KINK, WAIT_SLOPE = 8, 6.0

STORM_START, STORM_END, STORM_POINTS = date(2026, 10, 5), date(2026, 10, 11), 36.0  # ISO week 2026-W41

# Share of late-delivery complaints, before and after drivers call ahead.
LATE_START, LATE_END, LATE_BEFORE, LATE_AFTER, LATE_STORM = date(2026, 5, 4), date(2026, 8, 31), 0.15, 0.03, 0.08

# A bot takes part of the online tickets from its launch on and hands over more of the hard ones than of the others.
BOT_START, BOT_SHARE, HANDED_HARD, HANDED_EASY = date(2026, 3, 2), 0.6, 0.55, 0.2
PERSON_MINUTES = 12.0  # the median until a person replies online

# Queue complaints of a region that are about one store's evenings, for the last three months.
HOTSPOT_START, HOTSPOT_SHARE = date(2026, 8, 24), 0.75
HOTSPOT_CAUSE, HOTSPOT_STORE, HOTSPOT_REGION = "排队等候", "临江路店", "华东"

# Gold members get personal advisers; the other tiers do not.
GOLD_START, GOLD_END, GOLD_BEFORE, GOLD_AFTER = date(2026, 1, 5), date(2026, 2, 28), 72.0, 89.0

BAD_STORES, BAD_POINTS = ("临江路店", "北苑店"), 13.0
SMALL_STORES = {"云栖小站": 16, "星桥小站": 20, "石塘小站": 26}  # store: answers in the whole year

SMALL_LOOK = (-12.0, -8.0)  # their overall satisfaction against the chain's, in points, as it happens to turn out
SMALL_PARTS_MIN = -3.5  # all their answers together show that nothing is wrong,
SMALL_WINDOWS = (53, 26, 12)  # in the year and in the last weeks alike

# Mentions of the new issue a week in the last three weeks: survey comments, reviews, complaints.
ISSUE_CHANNEL, ISSUE_PHRASE = "小程序", "电子发票开不出来"
ISSUE_WEEKS = {date(2026, 11, 2): (1, 0, 1), date(2026, 11, 9): (4, 5, 4), date(2026, 11, 16): (10, 11, 10)}

# Share of positive texts that say 被重视 (被重視), flat until the start of the rise.
VALUED_START, VALUED_END, VALUED_BEFORE, VALUED_AFTER = date(2026, 3, 1), date(2026, 11, 22), 0.02, 0.13


def progress(day: date, start: date, end: date) -> float:
    """How much of a gradual change has happened on `day`: 0 before `start`, 1 from `end` on."""
    return min(1.0, max(0.0, (day - start).days / (end - start).days))


def late_share(day: date) -> float:
    """Share (0 to 1) of complaints about late delivery on `day`."""
    if STORM_START <= day <= STORM_END:
        return LATE_STORM
    return LATE_BEFORE + (LATE_AFTER - LATE_BEFORE) * progress(day, LATE_START, LATE_END)


def valued_share(day: date) -> float:
    """Share (0 to 1) of positive texts that speak of feeling valued on `day`."""
    return VALUED_BEFORE + (VALUED_AFTER - VALUED_BEFORE) * progress(day, VALUED_START, VALUED_END)


def issue_day(week: date, number: int) -> date:
    """A day of the week that starts on `week`, spread over its seven days by `number`."""
    return week + timedelta(days=number % 7)
