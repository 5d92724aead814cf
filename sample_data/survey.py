"""The survey: one row a person, one column a question, as a survey tool exports it."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import plan
from chain import ASKED, DIMENSIONS, stores, visits, with_people
from model import answers, levels
from wording import Tone, Writer

HEADERS = {
    "排队等候": "自助结账—排队等候",
    "物流时效": "配送—物流时效",
    "退换货便利": "退换货—退换货便利",
    "个性化": "会员—个性化",
}
LIKERT = {5: "非常满意", 4: "比较满意", 3: "一般", 2: "比较不满意", 1: "非常不满意"}
SPLIT_DAY = date(2026, 5, 25)  # from this day on the answers are in the second file
_NOT_USED_SHARE = 0.35  # of the questions a person could skip, so many say so instead of staying empty
_COMMENT_SHARE, _COMMENT_SHARE_UPSET = 0.20, 0.44
_DRAWS = 200_000  # tries for a small store's unlucky draw


def survey(people: pd.DataFrame) -> pd.DataFrame:
    """All responses of the year in order of time, with the columns of the export."""
    rng = np.random.default_rng([plan.SEED, 1])
    contacts = visits(rng, plan.RESPONSES - sum(plan.SMALL_STORES.values()), people)
    asked = levels(rng, contacts)
    ticked = answers(rng, contacts, asked)
    blocks = [(contacts, ticked)] + [_unlucky(name, n, people, ticked) for name, n in plan.SMALL_STORES.items()]
    joined = pd.concat([pd.concat([c, t], axis=1) for c, t in blocks]).sort_values(
        "time", kind="stable", ignore_index=True
    )
    joined["comment"] = _comments(np.random.default_rng([plan.SEED, 2]), joined)
    return _export(np.random.default_rng([plan.SEED, 3]), joined)


def _unlucky(name: str, n: int, people: pd.DataFrame, usual: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A small ordinary store and, of many draws of its answers, the first that looks bad only as a whole."""
    rng = np.random.default_rng([plan.SEED, 4, list(plan.SMALL_STORES).index(name)])
    contacts = with_people(rng, _small_store_visits(rng, name, n), people)
    level = levels(rng, contacts)
    draws = _DRAWS // n
    again = np.tile(np.arange(n), draws)
    many = answers(rng, contacts.iloc[again].reset_index(drop=True), level.iloc[again].reset_index(drop=True))
    draw = np.repeat(np.arange(draws), n)
    gap = 25 * (many["overall"].groupby(draw).mean() - usual["overall"].mean())
    fits = gap.between(*plan.SMALL_LOOK)
    for weeks in plan.SMALL_WINDOWS:
        start = plan.LAST_DAY - timedelta(weeks=weeks)
        recent = np.tile((contacts["day"] > start).to_numpy(), draws)
        fits &= (
            _gap_of_answers(many[recent], draw[recent], usual).reindex(gap.index, fill_value=0.0) > plan.SMALL_PARTS_MIN
        )
    if not fits.any():
        raise RuntimeError(f"no draw of {name} looks bad by chance; raise _DRAWS or widen the range in plan.py")
    return contacts, many[draw == fits.idxmax()].reset_index(drop=True)


def _small_store_visits(rng: np.random.Generator, name: str, n: int) -> pd.DataFrame:
    days = [plan.FIRST_DAY + timedelta(days=int(d)) for d in np.sort(rng.choice(plan.DAYS, n))]
    region = next(s.region for s in stores() if s.name == name)
    return pd.DataFrame({"day": days, "channel": "门店", "region": region, "store": name})


def _gap_of_answers(many: pd.DataFrame, draw: np.ndarray, usual: pd.DataFrame) -> pd.Series:
    """Mean of all 1-5 answers of each draw minus the chain's, in points."""
    scores = many[[*DIMENSIONS, "overall"]]
    means = scores.sum(axis=1).groupby(draw).sum() / scores.notna().sum(axis=1).groupby(draw).sum()
    return 25 * (means - np.nanmean(usual[[*DIMENSIONS, "overall"]].to_numpy()))


def aspects_of(rng: np.random.Generator, scores: dict[str, float], day: date) -> list[tuple[str, Tone]]:
    """One to three qualities a person writes about, the extreme ones first, with the tone of their scores.

    Praise of feeling valued comes only from the planted share, whatever was ticked.
    """
    candidates = [(d, s) for d, s in scores.items() if s == s and not (d == "被重视感" and s > 2)]
    if not candidates:
        return []
    pull = np.array([{1: 9.0, 2: 6.0, 3: 1.5, 4: 1.5, 5: 2.5}[int(s)] for _, s in candidates])
    size = min(len(candidates), int(rng.choice([1, 2, 3], p=[0.42, 0.42, 0.16])))
    chosen = rng.choice(len(candidates), size, replace=False, p=pull / pull.sum())
    aspects = [(candidates[i][0], _tone(rng, candidates[i][1])) for i in chosen]
    if all(tone == "positive" for _, tone in aspects) and rng.random() < plan.valued_share(day):
        return [*aspects[:2], ("被重视感", "positive")]
    return aspects


def _tone(rng: np.random.Generator, score: float) -> Tone:
    if score <= 2:
        return "negative"
    return "neutral" if score == 3 or (score == 4 and rng.random() < 0.2) else "positive"


def _comments(rng: np.random.Generator, joined: pd.DataFrame) -> list[str | None]:
    writer, texts = Writer(rng), []
    scores = joined[list(DIMENSIONS)].to_numpy()
    for i, row in enumerate(joined.itertuples()):
        upset = bool((scores[i] <= 2).any())
        aspects = aspects_of(rng, dict(zip(DIMENSIONS, scores[i], strict=True)), row.day)
        if not aspects or rng.random() >= (_COMMENT_SHARE_UPSET if upset else _COMMENT_SHARE):
            texts.append(None)
            continue
        texts.append(writer.comment(aspects, channel=row.channel, staff=row.staff))
    for week, (count, _, _) in plan.ISSUE_WEEKS.items():
        here = joined[(joined["channel"] == plan.ISSUE_CHANNEL) & joined["day"].between(week, week + timedelta(days=6))]
        for i in here.sort_values(["overall", "nps"], kind="stable").index[:count]:
            texts[i] = writer.comment([("电子发票", "negative")], channel=plan.ISSUE_CHANNEL)
    return texts


def _export(rng: np.random.Generator, joined: pd.DataFrame) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "答卷编号": [f"W{i:06d}" for i in range(1, len(joined) + 1)],
            "提交时间": joined["time"].map(lambda t: t.strftime("%Y-%m-%d %H:%M:%S")),
            "客户编号": joined["customer"],
            "渠道": joined["channel"],
            "门店": joined["store"],
            "区域": joined["region"],
            "会员等级": joined["tier"],
            "接待员工": joined["staff"],
            "等待分钟": joined["wait"].astype("Int64"),
            "推荐意愿": joined["nps"].astype("Int64"),
            "整体满意度": joined["overall"].map(LIKERT),
        }
    )
    for dimension in DIMENSIONS:
        skippable = joined["channel"].map(lambda c, d=dimension: d in ASKED[c] and ASKED[c][d][1] < 0.6)
        says_so = joined[dimension].isna() & skippable & (rng.random(len(joined)) < _NOT_USED_SHARE)
        cells = joined[dimension].astype("Int64").astype("string")
        table[HEADERS.get(dimension, dimension)] = cells.mask(says_so, "未使用" if dimension in HEADERS else "不适用")
    table["办事省力"] = joined["ces"].astype("Int64")
    table["意见"] = joined["comment"]
    return table
