"""How many survey answers a filter on flags leaves out, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.i18n import Sentence
from analysis.schema import Filters

if TYPE_CHECKING:
    from analysis.store import Warehouse


def left_out(store: Warehouse, filters: Filters) -> Sentence | None:
    """The sentence that belongs beside every number of these filters; None where no flag is left out."""
    left = store.left_out(filters)
    if not left.flags:
        return None
    parts = tuple(
        Sentence("flags.part", {"name": Sentence(f"flags.{flag}"), "count": f"{n:,}"}) for flag, n in left.flags.items()
    )
    if len(left.flags) == 1:
        return Sentence("flags.left_out", {"parts": parts})
    return Sentence("flags.left_out_several", {"parts": parts, "total": f"{left.responses:,}"})
