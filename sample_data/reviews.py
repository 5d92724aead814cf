"""Public reviews with one to five stars, most in simplified and some in traditional characters."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import plan
from chain import ASKED, DIMENSIONS, visits
from model import answers, levels
from survey import aspects_of
from wording import Writer, to_traditional

TRADITIONAL_SHARE = 0.18
_CONTACT_SHARE = 0.006
_STAR_STRETCH = 1.35  # public stars are more extreme than survey answers
_SHARES = {"门店": 0.45, "官网": 0.08, "APP": 0.17, "小程序": 0.17, "在线客服": 0.09, "电话客服": 0.04}


def reviews(people: pd.DataFrame) -> pd.DataFrame:
    """All reviews of the year in order of time; `traditional` says in which file a review belongs."""
    rng = np.random.default_rng([plan.SEED, 5])
    contacts = visits(rng, plan.REVIEWS, people, _SHARES).sort_values("time", kind="stable", ignore_index=True)
    scores = answers(rng, contacts, levels(rng, contacts))
    traditional = rng.random(len(contacts)) < TRADITIONAL_SHARE
    texts, stars = _write(rng, contacts, scores)
    return pd.DataFrame(
        {
            "评价编号": [f"P{i:05d}" for i in range(1, len(contacts) + 1)],
            "评价时间": contacts["time"].map(lambda t: t.strftime("%Y-%m-%d %H:%M")),
            "渠道": contacts["channel"],
            "门店": contacts["store"],
            "区域": contacts["region"],
            "会员等级": contacts["tier"],
            "客户编号": contacts["customer"],
            "评分": stars,
            "评价内容": [to_traditional(t) if t_chars else t for t, t_chars in zip(texts, traditional, strict=True)],
            "traditional": traditional,
        }
    )


def _write(rng: np.random.Generator, contacts: pd.DataFrame, scores: pd.DataFrame) -> tuple[list[str], list[int]]:
    writer, texts, stars = Writer(rng), [], []
    issue = _issue_rows(contacts)
    table = scores[list(DIMENSIONS)].to_numpy()
    for i, row in enumerate(contacts.itertuples()):
        felt = dict(zip(DIMENSIONS, table[i], strict=True))
        aspects = [("电子发票", "negative")] if i in issue else aspects_of(rng, felt, row.day)
        aspects = aspects or [(next(iter(ASKED[row.channel])), "neutral")]
        named = [felt[d] for d, _ in aspects if felt.get(d, np.nan) == felt.get(d, np.nan) and d != "被重视感"]
        mean = 2.0 if i in issue else np.mean([scores["overall"].iloc[i], *named])
        stretched = 4.0 + _STAR_STRETCH * (mean - 4.0)
        stars.append(int(np.clip(np.round(stretched + rng.normal(0, 0.35)), 1, 5)))
        text = writer.comment(aspects, channel=row.channel, staff=row.staff)
        texts.append(writer.with_contact(text) if rng.random() < _CONTACT_SHARE else text)
    return texts, stars


def _issue_rows(contacts: pd.DataFrame) -> set[int]:
    rows: set[int] = set()
    for week, (_, count, _) in plan.ISSUE_WEEKS.items():
        here = (contacts["channel"] == plan.ISSUE_CHANNEL) & contacts["day"].between(week, week + timedelta(days=6))
        rows |= set(contacts.index[here][:: max(1, here.sum() // max(count, 1))][:count])
    return rows
