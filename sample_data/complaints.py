"""Complaint tickets: what went wrong, and when somebody replied, proposed a plan and closed the case."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import numpy as np
import pandas as pd
import plan
from chain import STORE_CHANNELS, day_weights, stores, with_people
from wording import Writer

# category -> share among complaints that are not about late delivery, and the channels they come by
_CATEGORIES = {
    "问题未解决": (0.24, {"在线客服": 0.66, "电话客服": 0.14, "APP": 0.08, "门店": 0.12}),
    "退换货": (0.15, {"APP": 0.28, "官网": 0.18, "小程序": 0.22, "门店": 0.2, "电话客服": 0.12}),
    "商品质量": (0.18, {"门店": 0.34, "APP": 0.24, "小程序": 0.22, "官网": 0.14, "电话客服": 0.06}),
    "服务态度": (0.11, {"门店": 0.68, "电话客服": 0.16, "在线客服": 0.16}),
    "排队等候": (0.11, {"门店": 1.0}),
    "价格与促销": (0.09, {"门店": 0.34, "APP": 0.28, "小程序": 0.24, "官网": 0.14}),
    "发票与支付": (0.05, {"门店": 0.3, "APP": 0.27, "小程序": 0.25, "官网": 0.18}),
    "其他": (0.07, {"门店": 0.6, "电话客服": 0.2, "APP": 0.2}),
}
_LATE = "配送延误"
_LATE_CHANNELS = {"APP": 0.36, "小程序": 0.32, "官网": 0.2, "电话客服": 0.12}
_BAD_STORE_FACTOR = 2.2
_CONTACT_SHARE = 0.05
_NOW = datetime.combine(plan.LAST_DAY, time(21, 0))  # the export's moment: what would happen later has not happened


def complaints(people: pd.DataFrame) -> pd.DataFrame:
    """All tickets of the year in order of arrival; missing times mean that the step is still to come."""
    rng = np.random.default_rng([plan.SEED, 6])
    contacts, category = _arrivals(rng, people)
    writer = Writer(rng)
    tickets = pd.DataFrame({"工单编号": [f"TS{i:05d}" for i in range(1, len(contacts) + 1)]})
    tickets = pd.concat([tickets, _steps(rng, contacts["time"], category)], axis=1)
    tickets["投诉类别"] = ["发票与支付" if c == "电子发票" else c for c in category]
    tickets["投诉渠道"], tickets["门店"], tickets["区域"] = contacts["channel"], contacts["store"], contacts["region"]
    tickets["会员等级"], tickets["客户编号"] = contacts["tier"], contacts["customer"]
    tickets["优先级"] = rng.choice(["普通", "紧急"], len(contacts), p=[0.86, 0.14])
    tickets["处理员工"] = [f"专员{int(k):02d}" for k in rng.integers(1, 19, len(contacts))]
    stubborn = np.isin(category, ["问题未解决", "退换货"])
    tickets["联系次数"] = 1 + rng.poisson(np.where(stubborn, 1.5, 0.6))
    tickets["是否重开"] = np.where(
        tickets["办结时间"].notna() & (rng.random(len(contacts)) < np.where(stubborn, 0.11, 0.04)), "是", "否"
    )
    paid = tickets["办结时间"].notna() & (rng.random(len(contacts)) < 0.22)
    tickets["赔付金额"] = np.where(paid, np.round(rng.lognormal(3.4, 0.8, len(contacts)), 0), np.nan)
    texts = [writer.complaint(c, channel=channel) for c, channel in zip(category, contacts["channel"], strict=True)]
    tickets["投诉描述"] = [writer.with_contact(t) if rng.random() < _CONTACT_SHARE else t for t in texts]
    return tickets


def _arrivals(rng: np.random.Generator, people: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Who complains when, where and by which channel, oldest first, and what each is about."""
    frame = _days_and_categories(rng)
    frame["channel"] = [_channel(rng, c) for c in frame["category"]]
    frame["store"], frame["region"] = _places(rng, frame["channel"])
    frame = with_people(rng, frame, people).sort_values("time", kind="stable", ignore_index=True)
    return frame, frame["category"].to_numpy()


def _days_and_categories(rng: np.random.Generator) -> pd.DataFrame:
    """Late deliveries come on top of a steady stream of other complaints that follows the orders."""
    days = [plan.FIRST_DAY + timedelta(days=i) for i in range(plan.DAYS)]
    late = np.array([plan.late_share(d) for d in days])
    weights = day_weights() / (1 - late)
    issue = [plan.issue_day(week, k) for week, (_, _, count) in plan.ISSUE_WEEKS.items() for k in range(count)]
    drawn = np.sort(rng.choice(plan.DAYS, plan.COMPLAINTS - len(issue), p=weights / weights.sum()))
    shares = np.array([share for share, _ in _CATEGORIES.values()])
    others = rng.choice(list(_CATEGORIES), len(drawn), p=shares / shares.sum())
    # Every 1/share-th complaint is a late one: the planted shares come out without the noise of single draws.
    is_late = np.diff(np.floor(np.cumsum(late[drawn]) + rng.random()), prepend=0) > 0
    category = [*np.where(is_late, _LATE, others), *["电子发票"] * len(issue)]
    return pd.DataFrame({"day": [days[d] for d in drawn] + issue, "category": category})


def _places(rng: np.random.Generator, channel: pd.Series) -> tuple[list[str | None], list[str]]:
    """Store and region: bad stores draw more complaints; the online desk answers for the larger stores alike."""
    everywhere = stores()
    with_desk = [s for s in everywhere if s.name not in plan.SMALL_STORES]
    pull = np.array([s.weight * (_BAD_STORE_FACTOR if s.name in plan.BAD_STORES else 1) for s in everywhere])
    n = len(channel)
    visited, served = rng.choice(len(everywhere), n, p=pull / pull.sum()), rng.choice(len(with_desk), n)
    places = [everywhere[v] if c == "门店" else with_desk[s] for c, v, s in zip(channel, visited, served, strict=True)]
    return [p.name if c in STORE_CHANNELS else None for c, p in zip(channel, places, strict=True)], [
        p.region for p in places
    ]


def _channel(rng: np.random.Generator, category: str) -> str:
    if category == "电子发票":
        return plan.ISSUE_CHANNEL
    channels = _LATE_CHANNELS if category == _LATE else _CATEGORIES[category][1]
    return str(rng.choice(list(channels), p=list(channels.values())))


def _steps(rng: np.random.Generator, opened: pd.Series, category: np.ndarray) -> pd.DataFrame:
    n, opened = len(opened), opened.map(lambda t: t.replace(second=0))
    hard = np.where(np.isin(category, ["问题未解决", "退换货"]), 1.5, 1.0)
    reply = rng.lognormal(np.log(0.45), 0.75, n)
    plan_made = reply + rng.lognormal(np.log(1.7), 0.7, n) * hard
    closed = plan_made + rng.lognormal(np.log(9.0), 0.9, n) * hard
    stuck = rng.random(n) < 0.012

    def moment(hours: np.ndarray, *, may_stick: bool = False) -> list[datetime | None]:
        reached = [start + timedelta(minutes=round(60 * h)) for start, h in zip(opened, hours, strict=True)]
        return [t if t <= _NOW and not (may_stick and s) else None for t, s in zip(reached, stuck, strict=True)]

    steps = pd.DataFrame({"受理时间": opened})
    steps["首次回复时间"], steps["方案时间"] = moment(reply), moment(plan_made)
    steps["办结时间"] = moment(closed, may_stick=True)
    steps["工单状态"] = np.select(
        [steps["办结时间"].notna(), steps["首次回复时间"].notna()], ["已办结", "处理中"], "待回复"
    )
    return steps
