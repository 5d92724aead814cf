"""How many survey answers a filter on flags leaves out, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.i18n import say
from analysis.schema import Filters

if TYPE_CHECKING:
    from analysis.store import Warehouse


def left_out(store: Warehouse, filters: Filters) -> str:
    """The sentence that belongs beside every number of these filters; empty where no flag is left out."""
    left = store.left_out(filters)
    if not left.flags:
        return ""
    parts = tuple(say("flags.part", name=say(f"flags.{flag}"), count=f"{n:,}") for flag, n in left.flags.items())
    if len(left.flags) == 1:
        return say("flags.left_out", parts=parts)
    return say("flags.left_out_several", parts=parts, total=f"{left.responses:,}")
