"""The planted truths as data, for tests that hold the product against them."""

from __future__ import annotations

from datetime import date

import plan
from chain import stores


def truths() -> dict:
    """Period, counts and every truth; sizes are what an analysis may find, `tolerance` on either side.

    Scores and points are on 0-100 (a 1-5 answer x counts 25 (x - 1)); shares run from 0 to 1; days are both included.
    """
    return {
        "seed": plan.SEED,
        "period": {"start": plan.FIRST_DAY.isoformat(), "end": plan.LAST_DAY.isoformat(), "weeks": plan.DAYS // 7},
        "counts": {
            "responses": plan.RESPONSES,
            "reviews": plan.REVIEWS,
            "complaints": plan.COMPLAINTS,
            "customers": plan.CUSTOMERS,
            "stores": len(stores()),
        },
        "levels": {
            "nps_points": {"value": 30, "tolerance": 3},
            "csat_share": {"value": 0.80, "tolerance": 0.02},
            "ces": {"value": 5.5, "tolerance": 0.2},
        },
        "truths": [*_service(), *_events(), *_desk(), *_stores(), *_texts()],
    }


def _span(start: date, end: date) -> dict[str, str]:
    return {"start": start.isoformat(), "end": end.isoformat()}


def _service() -> list[dict]:
    treated = sorted(s.name for s in stores() if s.treated)
    return [
        {
            "id": "weak_online_resolution",
            "kind": "weak_dimension",
            "statement": "在线客服的问题解决彻底性是最弱的一环：全年、近 12 周、近 4 周都列第一",
            "touchpoint": plan.WEAK_CHANNEL,
            "dimension": plan.WEAK_DIMENSION,
            "score": {"value": 63, "tolerance": 3},
            "gap_to_rest": {"value": -16.5, "tolerance": 3},
            "first_in_last_weeks": [52, 26, 12, 4],
        },
        {
            "id": "queue_kink",
            "kind": "tipping_point",
            "statement": "自助结账排队超过 8 分钟后，每多 1 分钟满意度降约 6 分",
            "touchpoint": "自助结账",
            "dimension": "排队等候",
            "kink_minutes": {"value": plan.WAIT_KINK, "tolerance": 1},
            "points_per_minute_before": {"value": 0, "tolerance": 1},
            "points_per_minute_after": {"value": -plan.WAIT_SLOPE, "tolerance": 1.2},
        },
        {
            "id": "training_lift",
            "kind": "action_effect",
            "statement": "第 7 个月的一次解决培训，三个月内让一半门店的在线客服问题解决彻底性升约 9 分",
            "touchpoint": plan.WEAK_CHANNEL,
            "dimension": plan.WEAK_DIMENSION,
            "action": _span(plan.LIFT_START, plan.LIFT_END),
            "treated_stores": treated,
            "control_stores": sorted(s.name for s in stores() if not s.treated),
            "effect": {"value": plan.LIFT_POINTS, "tolerance": 4},
        },
        {
            "id": "gold_personalisation",
            "kind": "segment_difference",
            "statement": "金卡会员的个性化得分由 72 升到 89，其他会员不变",
            "dimension": "个性化",
            "tier": "金卡",
            "action": _span(plan.GOLD_START, plan.GOLD_END),
            "before": {"value": plan.GOLD_BEFORE, "tolerance": 5},
            "after": {"value": plan.GOLD_AFTER, "tolerance": 3},
            "other_tiers": {"value": 77, "tolerance": 2},
        },
    ]


def _events() -> list[dict]:
    return [
        {
            "id": "storm_week",
            "kind": "event",
            "statement": "暴雨周配送的物流时效骤降，之后恢复",
            "touchpoint": "配送",
            "dimension": "物流时效",
            "week": plan.STORM_START.isoformat(),
            "drop": {"value": -plan.STORM_POINTS, "tolerance": 8},
        },
        {
            "id": "late_delivery_complaints",
            "kind": "complaint_trend",
            "statement": "配送延误占投诉的比例由 15% 降到 3%，始于 5 月",
            "category": "配送延误",
            "action": _span(plan.LATE_START, plan.LATE_END),
            "share_before": {"value": plan.LATE_BEFORE, "tolerance": 0.02},
            "share_after": {"value": plan.LATE_AFTER, "tolerance": 0.01},
            "storm_week_share": {"value": plan.LATE_STORM, "tolerance": 0.05},
        },
    ]


def _desk() -> list[dict]:
    return [
        {
            "id": "bot_replies",
            "kind": "bots",
            "statement": "3 月起智能客服先接六成在线的普通投诉，回复用时由约 12 分钟降到半分钟内，难的转人工",
            "channels": ["APP", "在线客服", "官网", "小程序"],
            "start": plan.BOT_START.isoformat(),
            "column": "首次应答",
            "share": {"value": plan.BOT_SHARE, "tolerance": 0.04},
            "median_minutes_bot": {"value": 0.33, "tolerance": 0.1},
            "median_minutes_person": {"value": 10.7, "tolerance": 1.5},
            "handed": {"value": 0.37, "tolerance": 0.05},
            "satisfied_bot": {"value": 0.75, "tolerance": 0.07},
            "satisfied_handed": {"value": 0.60, "tolerance": 0.12},
        },
        {
            "id": "queue_hotspot",
            "kind": "hotspot",
            "statement": "近三个月，排队等候的投诉集中在临江路店的傍晚",
            "category": plan.HOTSPOT_CAUSE,
            "store": plan.HOTSPOT_STORE,
            "hours": [17, 20],
            "start": plan.HOTSPOT_START.isoformat(),
            "tickets": {"value": 12, "tolerance": 2},
        },
        {
            "id": "urgent_evenings",
            "kind": "promise",
            "statement": "紧急投诉 10 分钟内首次回复：平时约八成，17 至 20 点不到六成",
            "within_minutes": 10,
            "evening": [17, 20],
            "share_by_day": {"value": 0.8, "tolerance": 0.06},
            "share_in_the_evening": {"value": 0.58, "tolerance": 0.08},
        },
    ]


def _stores() -> list[dict]:
    return [
        {
            "id": "two_bad_stores",
            "kind": "bad_stores",
            "statement": "临江路店和北苑店真的差，各项都低约 13 分",
            "stores": list(plan.BAD_STORES),
            "gap_to_rest": {"value": -plan.BAD_POINTS, "tolerance": 3},
        },
        {
            "id": "three_unlucky_stores",
            "kind": "decoy",
            "statement": "三家小站答卷太少，看着差只是偶然，不应被点名",
            "stores": list(plan.SMALL_STORES),
            "responses": dict(plan.SMALL_STORES),
            "overall_gap_seen": {"low": plan.SMALL_LOOK[0], "high": plan.SMALL_LOOK[1]},
            "true_gap": {"value": 0, "tolerance": 3},
        },
    ]


def _texts() -> list[dict]:
    return [
        {
            "id": "invoice_issue",
            "kind": "emerging_issue",
            "statement": "小程序「电子发票开不出来」三周内由 2 条升到 31 条，此前从未出现",
            "channel": plan.ISSUE_CHANNEL,
            "phrase": plan.ISSUE_PHRASE,
            "pattern": "[电電]子[发發]票.{0,12}[开開]不出[来來]",
            "mentions_by_week": {week.isoformat(): sum(counts) for week, counts in plan.ISSUE_WEEKS.items()},
        },
        {
            "id": "feeling_valued_rises",
            "kind": "keyword_trend",
            "statement": "「被重视（被重視感）」在好评里越来越多，该维度的评分不变",
            "pattern": "被重[视視]",
            "rise": _span(plan.VALUED_START, plan.VALUED_END),
            "praise": "评论的整体满意度为满意以上，或评价 4 星以上",
            "share_of_praise_first_12_weeks": {"value": 0.018, "tolerance": 0.012},
            "share_of_praise_last_12_weeks": {"value": 0.09, "tolerance": 0.03},
        },
    ]
