"""The same question across channels: how alike the answers are as a whole, and where one channel falls behind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis import compare, metrics
from analysis.compare import Difference, Moments
from analysis.consistency import consistency
from analysis.estimate import FLOOR_RANKED, Cell, Estimate
from analysis.schema import SCALES, Filters
from analysis.taxonomy import taxonomy

if TYPE_CHECKING:
    from analysis.store import Warehouse

Question = tuple[str, str]  # the place that it is about, "" where that is the channel itself, and the dimension


@dataclass(frozen=True, slots=True)
class ChannelGap:
    """One question in the channel where it scores lowest, and in all its other channels together.

    `place` is the touchpoint that the question is about, None where that is the channel itself. `difference` is
    lowest - rest in points of 0-100. `p_adjusted` allows for the choice of the lowest among the channels and for the
    number of questions; `reliable` means it is at most .05.
    """

    dimension: str
    place: str | None
    lowest: Cell
    rest: Cell
    difference: Difference
    p_adjusted: float
    reliable: bool


@dataclass(frozen=True, slots=True)
class Consistency:
    """The score of `consistency.consistency`, and how many questions stand in how many channels."""

    estimate: Estimate
    questions: int
    channels: int


def channel_gaps(store: Warehouse, filters: Filters) -> tuple[ChannelGap, ...]:
    """Per question its lowest channel against the others, widest gap first; only bases that can be ranked.

    A question asked in fewer than two such channels is left out.
    """
    rows = _questions(store.histogram(["channel", "touchpoint"], filters, metric="csat"))
    if rows.empty:
        return ()
    rows = metrics.one_scale(rows, "score", ["place", "dimension"])
    sides = compare.moments_by(rows, "place", "dimension", "channel")
    known = sorted((keys, side) for keys, side in sides.items() if side.n >= FLOOR_RANKED)
    by_question = groupby(known, key=lambda pair: pair[0][:2])
    found = [_gap(question, {keys[2]: side for keys, side in group}) for question, group in by_question]
    return _adjusted([gap for gap in found if gap])


def channel_consistency(store: Warehouse, filters: Filters) -> Consistency:
    """How alike the channels are in the questions that at least two of them were asked, with enough answers to rank."""
    blocks = _questions(store.channel_blocks(filters))
    if blocks.empty:
        return Consistency(Estimate.missing("score"), 0, 0)
    blocks = metrics.one_scale(blocks, "score", ["place", "dimension"])
    low, span = (blocks["scale"].map(f) for f in (lambda s: SCALES[s].low, lambda s: SCALES[s].high - SCALES[s].low))
    blocks = blocks.assign(total=100 * (blocks["total"] - low * blocks["count"]) / span)
    cell = ["place", "dimension", "channel"]
    blocks = blocks[blocks.groupby(cell)["count"].transform("sum") >= FLOOR_RANKED]
    several = blocks.groupby(["place", "dimension"])["channel"].transform("nunique") > 1
    blocks = blocks[several]
    n, total = (
        blocks.pivot_table(index="block", columns=cell, values=value, aggfunc="sum", fill_value=0)
        for value in ("count", "total")
    )
    questions, distinct = pd.factorize(pd.Index([column[:2] for column in n.columns], tupleize_cols=False))
    estimate = consistency(np.asarray(questions), n.to_numpy(float), total.to_numpy(float))
    return Consistency(estimate, len(distinct), blocks["channel"].nunique())


def _questions(rows: pd.DataFrame) -> pd.DataFrame:
    """Answers with a known channel, and the place that each question is about beyond the channel."""
    channels = {channel.name for channel in taxonomy().channels}
    rows = rows.dropna(subset=["channel"])
    touchpoint = rows["touchpoint"].astype(object)
    own = touchpoint.isna() | touchpoint.isin(channels) | (touchpoint == rows["channel"])
    return rows.assign(place=touchpoint.where(~own, ""))


def _gap(question: Question, channels: dict[str, Moments]) -> ChannelGap | None:
    if len(channels) < 2:
        return None
    name = min(channels, key=lambda channel: channels[channel].mean)
    rest = _together([side for channel, side in channels.items() if channel != name])
    found = compare.mean_difference(channels[name], rest)
    keys = {"dimension": question[1]} | ({"touchpoint": question[0]} if question[0] else {})
    # The lowest was picked among all channels: Bonferroni.
    return ChannelGap(
        question[1], question[0] or None, Cell({**keys, "channel": name}, compare.mean_estimate(channels[name])),
        Cell(keys, compare.mean_estimate(rest)), found, min(1.0, found.p_value * len(channels)), reliable=False,
    )


def _together(sides: list[Moments]) -> Moments:
    n = sum(side.n for side in sides)
    total = sum(side.n * side.mean for side in sides)
    squares = sum((side.n - 1) * side.variance + side.n * side.mean**2 for side in sides)
    return compare.moments_from_sums(n, total, squares, sum(side.people for side in sides))


def _adjusted(found: list[ChannelGap]) -> tuple[ChannelGap, ...]:
    p_adjusted = compare.adjusted([gap.p_adjusted for gap in found]).tolist()
    judged = [
        replace(gap, p_adjusted=p, reliable=p <= 1 - metrics.LEVEL) for gap, p in zip(found, p_adjusted, strict=True)
    ]
    return tuple(sorted(judged, key=lambda gap: gap.difference.estimate.value))
