"""The invented chain 青穗生活: its stores, people, customers and what each channel asks about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import pandas as pd
import plan

REGIONS = ("华东", "华南", "华北", "西南")
STORE_CHANNELS = ("门店", "在线客服")  # these answers belong to one store; the others only to a region
ORDER_CHANNELS = ("官网", "APP", "小程序")


@dataclass(frozen=True)
class Store:
    """One store; `treated` ones took part in the training of month 7, `weight` is its share of visits."""

    name: str
    region: str
    treated: bool
    weight: float


_STORE_NAMES = {
    "华东": ("梧桐路店", "临江路店", "锦溪店", "青石桥店", "湖滨里店", "云栖小站"),
    "华南": ("木棉道店", "荔香店", "海月湾店", "骑楼街店", "榕树头店", "星桥小站"),
    "华北": ("北苑店", "槐荫店", "钟鼓巷店", "西岭店", "长林店", "石塘小站"),
    "西南": ("竹影店", "茶马路店", "浣花里店", "嘉岭店", "雾山店", "桂子坪店"),
}
# Drawn by lot once, three a region, one of the two bad stores on either side.
_TREATED = {
    "梧桐路店",
    "临江路店",
    "青石桥店",
    "木棉道店",
    "海月湾店",
    "星桥小站",
    "槐荫店",
    "钟鼓巷店",
    "长林店",
    "竹影店",
    "浣花里店",
    "雾山店",
}
_WEIGHTS = (1.15, 1.1, 0.9, 1.0, 0.85, 0.05)


def stores() -> list[Store]:
    """The 24 stores in a fixed order."""
    return [
        Store(name, region, name in _TREATED, 0.9 if name == "桂子坪店" else weight)
        for region, names in _STORE_NAMES.items()
        for name, weight in zip(names, _WEIGHTS, strict=True)
    ]


# channel -> share of survey answers; hour range; dimension -> (true level of 100, share of people asked)
CHANNEL_SHARES = {"门店": 0.43, "官网": 0.09, "APP": 0.14, "小程序": 0.14, "在线客服": 0.13, "电话客服": 0.07}
HOURS = {"门店": (10, 21), "官网": (8, 23), "APP": (7, 23), "小程序": (7, 23), "在线客服": (8, 22), "电话客服": (9, 20)}
_REMOTE = {
    "问题解决彻底性": (80, 0.22), "商品质量": (81, 0.95), "价格": (79, 0.95), "支付便捷": (81, 0.9),
    "物流时效": (80.5, 0.8), "退换货便利": (79.5, 0.22), "个性化": (78, 0.5), "被重视感": (79.5, 0.4),
}  # fmt: skip
ASKED: dict[str, dict[str, tuple[float, float]]] = {
    "门店": {
        "服务态度": (83, 0.95), "响应速度": (80, 0.5), "问题解决彻底性": (80, 0.25), "专业性": (81, 0.7),
        "商品质量": (81.5, 0.9), "价格": (79.5, 0.9), "环境": (83, 0.95), "停车": (80, 0.4), "支付便捷": (81, 0.6),
        "排队等候": (82, 0.36), "退换货便利": (79, 0.1), "个性化": (78, 0.35), "被重视感": (80, 0.8),
    },
    "官网": _REMOTE,
    "APP": _REMOTE,
    "小程序": _REMOTE,
    "在线客服": {
        "服务态度": (81, 0.98), "响应速度": (80, 0.98), plan.WEAK_DIMENSION: (plan.WEAK_SCORE, 0.96),
        "专业性": (80, 0.8), "被重视感": (78.5, 0.8),
    },
    "电话客服": {
        "服务态度": (82, 0.98), "响应速度": (79.5, 0.98), "问题解决彻底性": (80, 0.96),
        "专业性": (80, 0.8), "被重视感": (79.5, 0.8),
    },
}  # fmt: skip
DIMENSIONS = (
    "服务态度", "响应速度", "问题解决彻底性", "专业性", "商品质量", "价格", "环境", "停车",
    "支付便捷", "排队等候", "物流时效", "退换货便利", "个性化", "被重视感",
)  # fmt: skip
MEMBER_TIERS, TIER_SHARES = ("普通会员", "银卡", "金卡"), (0.58, 0.26, 0.16)
GUEST = "非会员"
# The groups that the chain sorts its customers into, and their shares in each age band.
PERSONAS: dict[str, dict[str, float]] = {
    "18-24": {"学生": 0.55, "上班族": 0.3, "养宠人士": 0.15},
    "25-34": {"上班族": 0.5, "宝妈宝爸": 0.3, "养宠人士": 0.2},
    "35-44": {"上班族": 0.45, "宝妈宝爸": 0.4, "养宠人士": 0.15},
    "45-54": {"上班族": 0.6, "银发族": 0.2, "养宠人士": 0.2},
    "55以上": {"银发族": 0.8, "养宠人士": 0.2},
}

_SURNAMES = "林陈周吴徐孙胡朱高何郭罗梁宋郑谢韩唐冯于董萧程曹"
_GIVEN = (
    "晓岚",
    "雨桐",
    "子衿",
    "明远",
    "佳禾",
    "思源",
    "若溪",
    "书瑶",
    "景行",
    "知夏",
    "云帆",
    "乐言",
    "亦舒",
    "沐阳",
    "听雪",
    "修文",
)


def staff(group: int, size: int) -> list[str]:
    """Invented employees of one store or hotline group, each name with its own number."""
    names = [
        _SURNAMES[(group * 7 + i * 5) % len(_SURNAMES)] + _GIVEN[(group * 3 + i) % len(_GIVEN)]
        for i in range(1, size + 1)
    ]
    return [f"{name}（{group:02d}{i:02d}）" for i, name in enumerate(names, start=1)]


def customers(rng: np.random.Generator) -> pd.DataFrame:
    """The customer file: tier, yearly spend, last purchase, taste for new products, age and region."""
    n = plan.CUSTOMERS
    tier = rng.choice(MEMBER_TIERS, n, p=TIER_SHARES)
    typical_spend = pd.Series(tier).map({"普通会员": 1100.0, "银卡": 3200.0, "金卡": 6800.0}).to_numpy()
    days_ago = np.minimum(rng.exponential(np.where(tier == "金卡", 22, 48)), 360).astype(int)
    return pd.DataFrame(
        {
            "客户编号": [f"QS{100001 + i * 7}" for i in range(n)],
            "会员等级": tier,
            "近12月消费": np.round(typical_spend * rng.lognormal(0, 0.45, n), 2),
            "最近购买日期": [(plan.LAST_DAY - timedelta(days=int(d))).isoformat() for d in days_ago],
            "是否购买新品": rng.choice(["是", "否"], n, p=[0.31, 0.69]),
            "年龄段": rng.choice(["18-24", "25-34", "35-44", "45-54", "55以上"], n, p=[0.12, 0.31, 0.28, 0.17, 0.12]),
            "区域": rng.choice(REGIONS, n),
        }
    )


def with_personas(people: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The customer file with the group that each customer was sorted into; it says nothing of how they answer."""
    drawn = [rng.choice(list(PERSONAS[age]), p=list(PERSONAS[age].values())) for age in people["年龄段"]]
    return people.assign(人群画像=drawn)


def day_weights() -> np.ndarray:
    """Relative demand of each of the year's days: weekends, holidays and sales; it sums to 1."""
    days = [plan.FIRST_DAY + timedelta(days=i) for i in range(plan.DAYS)]
    weights = np.array([(1.0, 0.96, 0.95, 0.98, 1.1, 1.32, 1.28)[d.weekday()] for d in days])
    for start, end, factor in (
        (date(2026, 2, 8), date(2026, 2, 16), 1.3),  # before the Spring Festival
        (date(2026, 2, 17), date(2026, 2, 20), 0.6),
        (date(2026, 6, 15), date(2026, 6, 20), 1.2),
        (date(2026, 11, 8), date(2026, 11, 12), 1.25),
        (plan.STORM_START, plan.STORM_END, 0.85),
    ):
        weights[(start - plan.FIRST_DAY).days : (end - plan.FIRST_DAY).days + 1] *= factor
    return weights / weights.sum()


def visits(
    rng: np.random.Generator, n: int, people: pd.DataFrame, shares: dict[str, float] = CHANNEL_SHARES
) -> pd.DataFrame:
    """`n` contacts with the chain, oldest first: when, where, who, and minutes in the self-checkout queue."""
    day = np.sort(rng.choice(plan.DAYS, n, p=day_weights()))
    channel = rng.choice(list(shares), n, p=list(shares.values()))
    all_stores = [s for s in stores() if s.name not in plan.SMALL_STORES]
    pull = np.array([s.weight for s in all_stores])
    where = rng.choice(len(all_stores), n, p=pull / pull.sum())
    frame = pd.DataFrame({"day": [plan.FIRST_DAY + timedelta(days=int(d)) for d in day], "channel": channel})
    frame["region"] = [all_stores[i].region for i in where]
    frame["store"] = [all_stores[i].name if c in STORE_CHANNELS else None for i, c in zip(where, channel, strict=True)]
    return with_people(rng, frame, people)


def with_people(rng: np.random.Generator, frame: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Contacts with a customer of the same region, an employee, a time of day and a queue added."""
    n = len(frame)
    known = rng.random(n) < 0.8
    by_region = {region: part.index.to_numpy() for region, part in people.groupby("区域")}
    picked = np.array([_one(rng, by_region[region]) for region in frame["region"]])
    customer = people["客户编号"].to_numpy()[picked]
    tier = people["会员等级"].to_numpy()[picked]
    frame["customer"] = np.where(known, customer, None)
    frame["tier"] = np.where(known, tier, GUEST)
    frame["time"] = [_clock(rng, day, channel) for day, channel in zip(frame["day"], frame["channel"], strict=True)]
    frame["staff"] = [_employee(rng, row.channel, row.store) for row in frame.itertuples()]
    peak = frame["time"].map(lambda t: t.hour in (12, 17, 18, 19)).to_numpy()
    minutes = np.minimum(rng.gamma(3.0, np.where(peak, 8.6, 4.8) / 3.0), 19).round()
    queued = (frame["channel"] == "门店").to_numpy() & (rng.random(n) < ASKED["门店"]["排队等候"][1])
    frame["wait"] = np.where(queued, minutes, np.nan)
    return frame


def _one(rng: np.random.Generator, options: Sequence[Any]) -> Any:
    return options[int(rng.integers(len(options)))]


def _clock(rng: np.random.Generator, day: date, channel: str) -> datetime:
    opens, closes = HOURS[channel]
    hour = int(rng.integers(opens, closes)) if rng.random() > 0.25 else int(rng.choice([12, 17, 18, 19]))
    return datetime.combine(day, time(hour, int(rng.integers(60)), int(rng.integers(60))))


def _employee(rng: np.random.Generator, channel: str, store: str | None) -> str | None:
    if channel == "门店":
        return _one(rng, _STAFF[store])
    if channel in ("在线客服", "电话客服"):
        return _one(rng, _STAFF[channel])
    return None


_STAFF = {s.name: staff(i, 3 if s.name in plan.SMALL_STORES else 8) for i, s in enumerate(stores(), start=1)} | {
    "在线客服": staff(31, 24),
    "电话客服": staff(32, 12),
}
