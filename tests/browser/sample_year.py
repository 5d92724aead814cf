"""What a user of the sample would have told: what happened in its year, and what was done about it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from analysis.actions import Plan
from analysis.store import Warehouse

TRUTHS = Path(__file__).parent.parent.parent / "sample_data" / "truths.json"


def told(store: Warehouse) -> None:
    """What happened in the sample's year and what was done about it, as the guide tells it."""
    truths = json.loads(TRUTHS.read_text(encoding="utf-8"))["truths"]
    lift, late, storm = (
        next(truth for truth in truths if truth["id"] == name)
        for name in ("training_lift", "late_delivery_complaints", "storm_week")
    )
    first = date.fromisoformat(storm["week"])
    store.add_event("暴雨", kind="weather", start=first, end=date.fromordinal(first.toordinal() + 6), who="周敏")
    scope = (("touchpoint", lift["touchpoint"]), ("dimension", lift["dimension"]))
    stores = tuple(lift["treated_stores"])
    plan = Plan("客服一次解决培训", "李明", **_days(lift), status="done", scope=scope, stores=stores)
    store.open_action(plan, who="李明")
    scope = (("category", late["category"]),)
    plan = Plan("四十八小时前告知晚到", "周敏", **_days(late), status="done", scope=scope, metric="complaint_share")
    store.open_action(plan, who="周敏")


def _days(truth: dict) -> dict[str, date]:
    return {"start": date.fromisoformat(truth["action"]["start"]), "due": date.fromisoformat(truth["action"]["end"])}
