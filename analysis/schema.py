"""The records, their keys, the scales and the cut-points: one definition per term."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

Kind = Literal["survey", "review", "complaint", "volume", "customer"]
KINDS: tuple[Kind, ...] = ("survey", "review", "complaint", "volume", "customer")

Metric = Literal["nps", "csat", "ces"]
METRICS: tuple[Metric, ...] = ("nps", "csat", "ces")

TIME_ZONE = "Asia/Shanghai"  # days, ISO weeks and months are counted here

# Net Promoter Score, 0-10 question only (Reichheld 2003).
NPS_PROMOTER_MIN = 9
NPS_PASSIVE_MIN = 7
# Customer Effort Score 2.0, 1 = very hard .. 7 = very easy (Dixon et al. 2013): "easy" is 5-7.
CES_EASY_MIN = 5


@dataclass(frozen=True, slots=True)
class Scale:
    """An answer scale: its ends, the smallest step, and where its top box begins.

    `top_min` follows the top-two-box convention; on 1-4 that is half the scale and is labelled so.
    """

    name: str
    low: float
    high: float
    top_min: float
    step: float = 1.0

    def holds(self, score: float) -> bool:
        """Whether `score` is a possible answer on this scale (NaN is not)."""
        return self.low <= score <= self.high and (score / self.step).is_integer()


SCALES: dict[str, Scale] = {
    scale.name: scale
    for scale in (
        Scale("0-1", 0, 1, top_min=1),
        Scale("1-4", 1, 4, top_min=3),
        Scale("1-5", 1, 5, top_min=4),
        Scale("stars", 0.5, 5, top_min=4, step=0.5),
        Scale("1-7", 1, 7, top_min=6),
        Scale("1-10", 1, 10, top_min=9),
        Scale("0-10", 0, 10, top_min=9),
        Scale("0-100", 0, 100, top_min=90),
    )
}

# Keys that answers, comments and tickets can be grouped and filtered by.
ENTITY_KEYS: tuple[str, ...] = ("channel", "store", "region", "staff", "touchpoint", "tier")
TIME_KEYS: tuple[str, ...] = ("day", "week", "month")
ANSWER_KEYS: tuple[str, ...] = (*ENTITY_KEYS, *TIME_KEYS, "dimension", "metric", "scale", "score", "wait_minutes")

# What a customer is. Channels and touchpoints are what an answer is about: their shares are no shares of people.
PERSONA = "persona"
CUSTOMER_KEYS: tuple[str, ...] = ("tier", "region", PERSONA)

# What the customer file says of whoever answered; a customer may carry several tags and counts under each. A persona
# may stand in the answer's own row too, which then counts.
CUSTOMER_FILE_KEYS: tuple[str, ...] = ("tag", "age_band", PERSONA)
# Of these a customer has one value each, so that cases can be told apart by them without counting any twice.
PEOPLE_KEYS: tuple[str, ...] = ("age_band", PERSONA)

# What may happen outside the answers; words under `events.` in the language file.
EVENT_KINDS: tuple[str, ...] = ("weather", "promotion", "launch", "change", "other")

# Names that mean something else in tables, filters or JSON, so that no attribute of a customer may have them.
RESERVED_NAMES: frozenset[str] = frozenset({
    *ANSWER_KEYS, *CUSTOMER_FILE_KEYS, "category", "status", "priority", "reopened", "source", "polarity", "stars",
    "count", "people", "n",
    "mean", "variance", "value", "low", "high", "unit", "withheld", "start", "end", "self", "question", "option",
    "place", "base", "batch", "row",
})

# Order of the customer's journey and of a purchase.
STAGES: tuple[str, ...] = ("认知", "决策", "购买", "使用", "复购", "推荐")
PHASES: tuple[str, ...] = ("售前", "售中", "售后")

HIGH_VALUE, AT_RISK, NEW_PRODUCTS = TAGS = ("高价值", "潜在流失", "新品偏好")


@dataclass(frozen=True, slots=True)
class TagRules:
    """When a customer carries one of `TAGS`; the defaults are those of the field's service plan for new retail.

    高价值: at least `high_value_spend` yuan spent over 12 months. 潜在流失: nothing bought for more than `at_risk_days`
    days and a past satisfaction below `at_risk_score` of 100. 新品偏好: a new product bought within
    `new_product_days` days.
    """

    high_value_spend: float = 5000.0
    at_risk_days: float = 30.0
    at_risk_score: float = 80.0
    new_product_days: float = 90.0


# The steps of a ticket that a promise can be about, in their order.
TICKET_STEPS: tuple[str, ...] = ("first_reply", "plan", "closed")
ONLINE_CHANNELS: tuple[str, ...] = ("官网", "APP", "小程序", "在线客服")


@dataclass(frozen=True, slots=True)
class Promise:
    """Within how many minutes after its arrival a ticket reaches a step; `key` and `values` say which tickets.

    An empty key means all tickets. Names of the usual promises are keys under `promises.names` in the language file, a
    company's own are its words.
    """

    name: str
    step: str
    minutes: float
    key: str = ""
    values: tuple[str, ...] = ()


# 1-4-24 for complaints, the reply standards of each channel, and urgent cases within ten minutes: the service
# standards that the field's guides ask for (DESIGN, "Service promises"); a company tells its own in their place.
USUAL_PROMISES: tuple[Promise, ...] = (
    Promise("reply", "first_reply", 60),
    Promise("plan", "plan", 4 * 60),
    Promise("closed", "closed", 24 * 60),
    Promise("urgent", "first_reply", 10, "priority", ("紧急",)),
    Promise("online", "first_reply", 2, "channel", ONLINE_CHANNELS),
    Promise("phone", "first_reply", 0.25, "channel", ("电话客服",)),
    Promise("store", "first_reply", 3, "channel", ("门店",)),
)


# What may be wrong with a survey answer (`analysis.ingest.quality` holds the rules); it counts unless filtered out.
FLAGS: tuple[str, ...] = ("straight_lining", "too_fast", "same_source")


@dataclass(frozen=True, slots=True)
class Filters:
    """Which records count: days from `start` to `end`, both included, and allowed key values.

    `where` holds (key, allowed values) pairs; an empty tuple of values means no restriction. Survey
    answers that carry one of the flags in `without` (names of FLAGS) are left out, their comments too.
    """

    start: date | None = None
    end: date | None = None
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    without: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, start: date | None = None, end: date | None = None, **where: str | tuple[str, ...] | list[str]
    ) -> Filters:
        """Filters from plain keywords: `Filters.of(channel="在线客服", tier=["金卡", "银卡"])`."""
        pairs = tuple(
            (key, (values,) if isinstance(values, str) else tuple(values))
            for key, values in sorted(where.items())
            if values
        )
        return cls(start, end, pairs)

    def narrowed(self, **where: str | tuple[str, ...]) -> Filters:
        """These filters with further key restrictions; a key named again is replaced."""
        merged = {**dict(self.where), **{k: (v,) if isinstance(v, str) else tuple(v) for k, v in where.items()}}
        return replace(self, where=tuple(sorted((k, v) for k, v in merged.items() if v)))

    def previous(self) -> Filters | None:
        """The period of equal length just before, or None where the period has an open end."""
        if self.start is None or self.end is None:
            return None
        days = (self.end - self.start).days + 1
        return replace(self, start=self.start - timedelta(days=days), end=self.start - timedelta(days=1))


EVERYTHING = Filters()


@dataclass(frozen=True, slots=True)
class Scope:
    """The records that a mark of a chart stands for.

    `filters` hold of comments and tickets themselves. `sheet` holds (key, allowed values) pairs that an answer on the
    same sheet must match: a touchpoint or a dimension that was asked about, minutes waited. `dimensions` are what a
    text must speak of, in the tone `aspect` if one is given; `search` is a piece of it, `polarity` its tone. `hours`
    are those of a day at which cases came in, from the first up to but not including the second. `slower` is a step
    of `TICKET_STEPS` and minutes: cases that took longer to it, or have not got there.
    """

    filters: Filters
    sheet: tuple[tuple[str, tuple[str, ...]], ...] = ()
    dimensions: tuple[str, ...] = ()
    search: str | None = None
    polarity: str | None = None
    aspect: str | None = None
    hours: tuple[int, int] | None = None
    slower: tuple[str, float] | None = None


@dataclass(frozen=True, slots=True)
class ExportForm:
    """In which of several forms a tool wrote the answers to one survey: 问卷星 by text, by score, by number.

    `survey` is the same for all forms of a survey, and for surveys with as many questions; `coded` are the questions
    all of whose answers are bare numbers in this one.
    """

    survey: str
    coded: frozenset[int]

    def is_another(self, other: ExportForm) -> bool:
        """Whether both can be one survey's answers, once in words and once in numbers."""
        return self.survey == other.survey and (self.coded < other.coded or other.coded < self.coded)
