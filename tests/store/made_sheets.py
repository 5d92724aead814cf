"""Answer sheets with comments, and complaints with their words, written by hand: what a number can be opened to."""

from __future__ import annotations

import json

import pandas as pd

from analysis.store import Warehouse
from tests.store.hand_made import batch

DAY = pd.Timestamp("2026-03-04")  # a Wednesday
WAITING, SOLVED = "排队等候", "问题解决彻底性"
LONG, CLEAN, UNSOLVED, FINE = "排队太久了", "店里很干净", "问题一直没解决", "一切都好"

# What is read in a text that holds a piece: dimension, tone, passage.
READ = {LONG: (WAITING, "negative"), CLEAN: ("门店环境", "positive"), UNSOLVED: (SOLVED, "negative")}


def fill(store: Warehouse) -> None:
    """Forty sheets of three channels and fourteen complaints.

    门店 asks 30 people about waiting at 自助结账 (12 say that it was long, 18 that the store is clean; 20 of them
    waited between 7 and 8 minutes), 在线客服 asks 7 whether their matter was solved, 小程序 asks 3, who are 钻石卡.
    Twelve complaints of 物流 and two of 退款 came in at 在线客服.
    """
    plan = [("门店", "自助结账", WAITING, LONG)] * 12 + [("门店", "自助结账", WAITING, CLEAN)] * 18
    plan += [("在线客服", "在线客服", SOLVED, UNSOLVED)] * 7 + [("小程序", "小程序", SOLVED, FINE)] * 3
    answers, comments = [], []
    for i, (channel, touchpoint, dimension, text) in enumerate(plan):
        facts = {"row": i + 2, "day": DAY, "channel": channel, "response_id": f"R{i}",
                 "tier": "钻石卡" if channel == "小程序" else "普通会员"}
        low = text in (LONG, UNSOLVED)
        waited = 7.5 if dimension == WAITING and i < 20 else None
        answers.append({**facts, "touchpoint": touchpoint, "dimension": dimension, "metric": "csat", "scale": "1-5",
                        "score": 1 + i % 2 if low else 4 + i % 2, "wait_minutes": waited})
        answers.append({**facts, "touchpoint": channel, "dimension": "推荐意愿", "metric": "nps", "scale": "0-10",
                        "score": 6 if low else 9})
        comments.append({**facts, "touchpoint": channel, "comment_id": f"R{i}", "source": "survey",
                         "text": f"{text}{i}"})
    store.add(batch("survey", {"answers": answers, "comments": comments}, contents=list(range(len(plan)))))
    store.add(_complaints())
    _read(store)


def _complaints():
    tickets, comments = [], []
    for i in range(14):
        facts = {"row": i + 2, "day": DAY, "channel": "在线客服", "touchpoint": "在线客服"}
        created = DAY + pd.Timedelta(hours=8 + i)
        tickets.append({**facts, "ticket_id": f"T{i}", "created": created, "status": "已办结" if i else "处理中",
                        "closed": created + pd.Timedelta(minutes=90) if i else None,
                        "category": "物流" if i < 12 else "退款"})
        comments.append({**facts, "comment_id": f"T{i}", "source": "complaint", "text": f"{UNSOLVED}，投诉{i}"})
    return batch("complaint", {"tickets": tickets, "comments": comments}, contents=list(range(14)),
                 identities=list(range(14)))


def _read(store: Warehouse) -> None:
    texts = store.pending_texts(1_000)
    found = [next(((piece, *READ[piece]) for piece in READ if piece in text), None) for text in texts["text"]]
    store.save_scores(pd.DataFrame({
        "text_hash": texts["text_hash"], "sentiment": 0.5, "engine": "hand",
        "polarity": [read[2] if read else "neutral" for read in found],
        "aspects": [json.dumps([{"dimension": read[1], "polarity": read[2], "evidence": read[0]}] if read else [],
                               ensure_ascii=False) for read in found],
    }))
