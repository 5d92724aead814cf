"""Cells against the same people's further answers, and the places of cells."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis import compare
from analysis.compare import WeakCell

NAMES = ("甲", "乙", "丙", "丁")


def wide(n: int, *, shift: dict[str, float] | None = None, seed: int = 1, level: float = 0.0) -> pd.DataFrame:
    """Scores of n people on 0-100, each person with an own level, some questions lower or higher by `shift`."""
    rng = np.random.default_rng(seed)
    person = rng.normal(75 + level, 12, n)
    return pd.DataFrame({
        name: person + (shift or {}).get(name, 0.0) + rng.normal(0, 12, n) for name in NAMES
    })


def cells_frame(scores: pd.DataFrame, *, blocks: int | None = None) -> pd.DataFrame:
    """What the store would give of people on the scale 0-100, each their own block unless told otherwise."""
    rows = []
    for name in scores:
        others = scores.drop(columns=name)
        pairs = scores[name].notna() & others.notna().any(axis=1)
        rows.append(pd.DataFrame({
            "block": np.arange(len(scores)) % (blocks or len(scores)), "n": scores[name].notna().astype(float),
            "total": scores[name].fillna(0.0), "pairs": pairs.astype(float), "own": scores[name].where(pairs, 0.0),
            "rest": others.mean(axis=1).where(pairs, 0.0), "dimension": name,
        }))
    frame = pd.concat(rows).assign(scale="0-100")
    return frame.groupby(["block", "dimension", "scale"], as_index=False).sum()


def histogram(scores: pd.DataFrame) -> pd.DataFrame:
    long = scores.round(1).melt(var_name="dimension", value_name="score").dropna()
    long["score"] = long["score"].round().clip(0, 100)
    return long.groupby(["dimension", "score"]).size().reset_index(name="count").assign(scale="0-100")


def judged(scores: pd.DataFrame, **options) -> dict[str, WeakCell]:
    sums = compare.block_sums(cells_frame(scores, **options), ["dimension"])
    found = compare.paired(compare.cell_gaps(histogram(scores), ["dimension"]), sums)
    return {c.keys["dimension"]: c for c in compare.flagged(compare.placed(found, sums))}


def test_a_handful_of_customers_who_answer_again_and_again_prove_nothing() -> None:
    scores = wide(500, shift={"甲": -20})
    assert judged(scores, blocks=30)["甲"].flag == "weak"
    cell = judged(scores, blocks=5)["甲"]
    assert cell.flag is None
    assert np.isnan(cell.p_value)


def test_the_gap_is_that_of_a_paired_t_test() -> None:
    scores = wide(200, shift={"甲": -12})
    cell = judged(scores)["甲"]
    difference = scores["甲"] - scores.drop(columns="甲").mean(axis=1)
    known = stats.ttest_1samp(difference, 0).confidence_interval(0.95)
    assert cell.paired
    assert (cell.gap.value, cell.gap.low, cell.gap.high) == pytest.approx((difference.mean(), *known), abs=1e-9)
    assert cell.p_value == pytest.approx(stats.ttest_1samp(difference, -5, alternative="less").pvalue, rel=1e-9)
    assert cell.rest.value == pytest.approx(scores.drop(columns="甲").mean(axis=1).mean())


def test_people_who_judge_everything_mildly_do_not_hide_a_weakness() -> None:
    # 甲 is asked only of mild people: against everybody it looks fair, against their own further answers it is weak.
    mild, others = wide(150, shift={"甲": -12}, level=12), wide(450, seed=2, level=-4).assign(甲=np.nan)
    scores = pd.concat([mild, others], ignore_index=True)
    assert judged(scores)["甲"].flag == "weak"
    alone = compare.flagged(compare.cell_gaps(histogram(scores), ["dimension"]))
    assert next(c for c in alone if c.keys["dimension"] == "甲").flag is None


def test_a_low_neighbour_makes_nothing_strong() -> None:
    # 乙 is asked of those who were asked 甲, the rest of everybody.
    low = wide(300, shift={"甲": -30})[["甲", "乙"]]
    found = judged(pd.concat([low, wide(2500, seed=4)[["丙", "丁"]]], ignore_index=True))
    assert found["乙"].gap.low > compare.MIN_GAP
    assert {name: c.flag for name, c in found.items()} == {"甲": "weak", "乙": None, "丙": None, "丁": None}


def test_answers_of_one_customer_widen_the_interval() -> None:
    scores = pd.concat([wide(60, shift={"甲": -12})] * 5, ignore_index=True)
    alone, together = judged(scores)["甲"].gap, judged(scores, blocks=60)["甲"].gap
    assert together.high - together.low > 1.8 * (alone.high - alone.low)


@pytest.mark.parametrize("partners", [0, 29, 140])
def test_too_few_pairs_leave_the_comparison_with_everybody(partners: int) -> None:
    scores = wide(300, shift={"甲": -12})
    scores.loc[partners:, ["乙", "丙", "丁"]] = np.nan
    scores = pd.concat([scores, wide(300, seed=5).assign(甲=np.nan)], ignore_index=True)
    cell = judged(scores)["甲"]
    assert not cell.paired
    assert cell.rest.n >= 900


def test_a_clear_weakness_holds_the_first_place() -> None:
    found = judged(wide(400, shift={"甲": -12}), blocks=256)
    assert (found["甲"].places.low, found["甲"].places.high, found["甲"].places.among_weakest) == (1, 1, 1.0)
    assert found["甲"].places.of == 4


def test_equal_cells_have_no_place_of_their_own() -> None:
    places = [c.places for c in judged(wide(400, seed=9), blocks=256).values()]
    assert max(p.high - p.low for p in places) >= 2
    assert sum(p.among_weakest for p in places) == pytest.approx(3.0)


def test_nothing_is_placed_where_nothing_can_be_ranked() -> None:
    assert [c.places for c in judged(wide(12)).values()] == [None] * 4
    assert compare.placed((), {}) == ()


def test_people_without_spread_are_compared_with_everybody() -> None:
    scores = pd.DataFrame({"甲": [50.0] * 40, "乙": [80.0] * 40})
    assert not judged(scores)["甲"].paired
