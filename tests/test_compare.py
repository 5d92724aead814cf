"""Differences against known figures, false alarms at their nominal rate, and cells that really stand out."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import compare, metrics
from analysis.compare import Moments
from analysis.schema import SCALES
from tests.reference import cases

GROUPS = ("detractors", "passives", "promoters")
COUNTS = st.tuples(*[st.integers(0, 60)] * 3)


def histogram(counts: dict[float, int], *, scale: str = "1-5", **keys: str) -> pd.DataFrame:
    rows = [{"dimension": "质量", **keys, "scale": scale, "score": float(s), "count": n} for s, n in counts.items()]
    return pd.DataFrame(rows, columns=[*{"dimension": "", **keys}, "scale", "score", "count"])


@pytest.mark.parametrize("case", cases("nps_difference"))
def test_nps_difference(case: dict) -> None:
    found = compare.nps_difference(*(tuple(case["given"][side][g] for g in GROUPS) for side in "ab"))
    wanted = case["wanted"]["mover_score"]
    assert found.estimate.value == pytest.approx(wanted["difference"], abs=case["within"])
    assert [found.estimate.low, found.estimate.high] == pytest.approx(wanted["ci"], abs=case["within"])
    exact = case["wanted"].get("exact_permutation_p")
    assert found.p_value == pytest.approx(exact or case["wanted"]["adjusted_wald"]["p_value"], abs=case["within"])
    assert found.method == ("exact_permutation" if exact else "adjusted_z")


def test_permutation_counts_every_rearrangement() -> None:
    first, second = [-1, 0, 1, 1, 1], [-1, -1, -1, 0, 1, 0]
    pooled, n = first + second, len(first)
    observed = sum(first) / n - sum(second) / len(second)
    gaps = []
    for chosen in combinations(range(len(pooled)), n):
        a = sum(pooled[i] for i in chosen)
        gaps.append(a / n - (sum(pooled) - a) / len(second))
    tails = (np.mean(np.array(gaps) >= observed - 1e-12), np.mean(np.array(gaps) <= observed + 1e-12))
    groups = [tuple(side.count(x) for x in (-1, 0, 1)) for side in (first, second)]
    assert compare.nps_difference(*groups).p_value == pytest.approx(min(1, 2 * min(tails)))


@pytest.mark.parametrize("case", cases("nps_type_one_error"))
def test_false_alarms_at_the_nominal_rate(case: dict) -> None:
    generator = np.random.default_rng(7)
    draws = 4_000
    a, b = (generator.multinomial(case["given"][n], case["given"]["truth"], size=draws).T for n in ("n_a", "n_b"))
    (x, var_x), (y, var_y) = (metrics.intervals.adjusted_nps(*side) for side in (a, b))
    alarms = np.mean(np.abs(x - y) / np.sqrt(var_x + var_y) > metrics.intervals.critical_value())
    # three standard errors of a rate of 5 % in this many draws
    assert alarms == pytest.approx(case["wanted"]["adjusted_wald"], abs=0.0104)


@pytest.mark.parametrize("case", cases("proportion_difference"))
def test_share_difference(case: dict) -> None:
    found = compare.share_difference(tuple(case["given"]["a"]), tuple(case["given"]["b"]))
    assert found.estimate.value == pytest.approx(case["wanted"]["difference"])
    assert [found.estimate.low, found.estimate.high] == pytest.approx(case["wanted"]["newcombe_ci"], abs=case["within"])
    assert found.verdict == "reliable_rise"


@pytest.mark.parametrize("case", cases("poisson_rate_ratio"))
def test_rate_difference_is_tested_exactly(case: dict) -> None:
    found = compare.rate_difference(tuple(case["given"]["a"]), tuple(case["given"]["b"]))
    assert found.p_value == pytest.approx(case["wanted"]["exact_conditional_p"], abs=case["within"])


def test_welch() -> None:
    # Welch 1938's setting worked by hand: means 20 and 22, variances 4 and 16, n = 10 and 20
    found = compare.mean_difference(Moments(10, 20, 4, 10), Moments(20, 22, 16, 20))
    se = math.sqrt(0.4 + 0.8)
    df = 1.2**2 / (0.4**2 / 9 + 0.8**2 / 19)
    from scipy.stats import t

    assert found.p_value == pytest.approx(2 * t.sf(2 / se, df))
    assert found.estimate.high == pytest.approx(-2 + t.ppf(0.975, df) * se)


@pytest.mark.parametrize("case", cases("false_discovery"))
def test_false_discovery(case: dict) -> None:
    found = compare.adjusted(case["given"]["p_values"])
    assert found.tolist() == pytest.approx(case["wanted"]["bh_adjusted"], abs=1e-5)
    assert (found <= case["given"]["q"]).sum() == case["wanted"]["bh_rejected"]


@pytest.mark.parametrize(("p", "wanted"), [([], []), ([0.3], [0.3]), ([math.nan, 0.3], [math.nan, 0.3])])
def test_false_discovery_at_the_edges(p: list[float], wanted: list[float]) -> None:
    assert compare.adjusted(p).tolist() == pytest.approx(wanted, nan_ok=True)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_adjusting_keeps_the_order_and_never_lowers(p: list[float]) -> None:
    found = compare.adjusted(p)
    assert (found >= np.array(p) - 1e-12).all()
    assert (np.diff(found[np.argsort(p)]) >= -1e-12).all()
    assert found.max() <= 1


@pytest.mark.parametrize(
    ("p", "word"),
    [
        (0.0, "very_high"), (0.001, "very_high"), (0.005, "high"), (0.03, "fair"), (0.08, "lead"), (0.2, "none"),
        (math.nan, "none"),
    ],
)
def test_certainty_words(p: float, word: str) -> None:
    assert compare.certainty(p) == word


EMPTY: dict[float, int] = {}


@pytest.mark.parametrize("metric", ["nps", "csat", "ces", "score"])
@pytest.mark.parametrize(("first", "second"), [(EMPTY, {5: 40}), ({5: 40}, EMPTY), (EMPTY, EMPTY)])
def test_an_empty_side_has_no_difference(metric: str, first: dict, second: dict) -> None:
    scale = {"nps": "0-10", "ces": "1-7"}.get(metric, "1-5")
    found = compare.difference(histogram(first, scale=scale), histogram(second, scale=scale), metric=metric)
    assert (found.estimate.n, found.verdict) == (0, "not_enough")
    assert math.isnan(found.estimate.value)
    assert math.isnan(found.p_value)


@pytest.mark.parametrize("metric", ["nps", "csat", "ces", "score"])
def test_equal_answers_on_both_sides_differ_by_nothing(metric: str) -> None:
    scale = {"nps": "0-10", "ces": "1-7"}.get(metric, "1-5")
    top = SCALES[scale].high
    found = compare.difference(histogram({top: 40}, scale=scale), histogram({top: 50}, scale=scale), metric=metric)
    assert (found.estimate.value, found.p_value, found.verdict) == (0.0, 1.0, "no_reliable_change")
    if metric in ("nps", "csat"):
        assert found.estimate.low < 0 < found.estimate.high
    else:
        assert found.estimate.note == "no_spread"


def test_one_answer_has_no_mean_test() -> None:
    found = compare.difference(histogram({5: 1}), histogram({4: 30, 5: 10}), metric="score")
    assert math.isnan(found.p_value)
    assert found.verdict == "not_enough"


def test_no_events_on_either_side() -> None:
    found = compare.rate_difference((0, 5000), (0, 4000))
    assert (found.estimate.value, found.p_value, found.verdict) == (0.0, 1.0, "no_reliable_change")


def test_no_orders_on_a_side() -> None:
    assert compare.rate_difference((3, 0), (4, 4000)).verdict == "not_enough"


def test_small_bases_are_never_called_reliable() -> None:
    assert compare.nps_difference((0, 0, 25), (25, 0, 0)).verdict == "not_enough"


def test_effort_difference_is_told_on_its_own_scale() -> None:
    sides = (histogram(counts, scale="1-7") for counts in ({7: 30, 5: 30}, {5: 60, 3: 20}))
    found = compare.difference(*sides, metric="ces")
    assert (found.estimate.value, found.estimate.unit) == (pytest.approx(6 - 4.5), "ces")


@given(COUNTS, COUNTS)
def test_swapping_the_sides_turns_the_sign(first: tuple, second: tuple) -> None:
    if not (sum(first) and sum(second)):
        return
    there, back = compare.nps_difference(first, second), compare.nps_difference(second, first)
    assert there.estimate.value == pytest.approx(-back.estimate.value)
    assert there.estimate.low == pytest.approx(-back.estimate.high)
    assert there.p_value == pytest.approx(back.p_value)


LEVEL = {1.0: 30, 2.0: 50, 3.0: 120, 4.0: 350, 5.0: 250}
LOW = {1.0: 100, 2.0: 180, 3.0: 250, 4.0: 190, 5.0: 80}


def table(cells: dict[str, dict[float, int]], key: str = "dimension") -> pd.DataFrame:
    return pd.concat([histogram(counts, **{key: name}) for name, counts in cells.items()], ignore_index=True)


def test_a_planted_weakness_comes_first_and_alone() -> None:
    found = compare.weak_cells(table({**dict.fromkeys("甲乙丙丁戊己庚辛", LEVEL), "弱": LOW}), ["dimension"])
    assert (found[0].keys["dimension"], found[0].flag) == ("弱", "weak")
    assert found[0].certainty == "very_high"
    assert found[0].gap.high < -compare.MIN_GAP / 2
    assert {c.flag for c in found[1:]} == {None}


def test_a_cell_is_no_part_of_its_rest() -> None:
    found = compare.weak_cells(table({"好": LEVEL, "弱": LOW}), ["dimension"])
    by_name = {c.keys["dimension"]: c for c in found}
    assert by_name["弱"].rest.value == pytest.approx(by_name["好"].estimate.value)
    assert by_name["弱"].rest.n == sum(LEVEL.values())


def test_strong_cells_are_flagged_upwards() -> None:
    found = compare.weak_cells(table({"a": LOW, "b": LOW, "c": LOW, "强": LEVEL}), ["dimension"])
    assert [(c.keys["dimension"], c.flag) for c in found][-1] == ("强", "strong")


def test_nothing_stands_out_among_equals() -> None:
    found = compare.weak_cells(table(dict.fromkeys("abcdefgh", LEVEL)), ["dimension"])
    assert {c.flag for c in found} == {None}
    assert {c.certainty for c in found} == {"none"}


def test_gaps_below_the_minimum_are_not_weaknesses() -> None:
    shifted = {1.0: 400, 2.0: 600, 3.0: 1400, 4.0: 3500, 5.0: 2100}
    many = {score: count * 10 for score, count in LEVEL.items()}
    found = compare.weak_cells(table({"a": many, "b": many, "c": shifted}), ["dimension"])
    assert -compare.MIN_GAP < found[0].gap.value < 0
    assert found[0].gap.high < 0
    assert found[0].flag is None


def test_a_small_base_is_never_flagged() -> None:
    found = compare.weak_cells(table({"a": LEVEL, "b": LEVEL, "小": {1.0: 25}}), ["dimension"])
    small = next(c for c in found if c.keys["dimension"] == "小")
    assert (small.flag, small.certainty) == (None, "none")
    assert math.isnan(small.p_value)


@pytest.mark.parametrize(
    "rows", [{}, {"一": LEVEL}, {"一": {5.0: 1}}, {"一": {5.0: 40}, "二": {5.0: 40}}],
    ids=["no cells", "one cell", "one answer", "no spread"],
)
def test_screening_of_degenerate_tables_flags_nothing(rows: dict) -> None:
    frame = table(rows) if rows else histogram({})
    found = compare.weak_cells(frame, ["dimension"])
    assert len(found) == len(rows)
    assert all(c.flag is None for c in found)


def test_cells_of_another_scale_have_their_own_rest() -> None:
    tens = histogram({10.0: 60, 2.0: 60}, dimension="十分制", scale="1-10")
    found = compare.weak_cells(pd.concat([table({"a": LEVEL, "b": LOW}), tens]), ["dimension"])
    other = next(c for c in found if c.keys["dimension"] == "十分制")
    assert (other.scale, other.rest.n, other.flag) == ("1-10", 0, None)


def test_false_leads_stay_rare_when_all_cells_are_alike() -> None:
    generator = np.random.default_rng(11)
    flagged = 0
    for _ in range(25):
        draws = {str(i): generator.multinomial(60, [0.05, 0.1, 0.2, 0.35, 0.3]) for i in range(20)}
        cells = {name: dict(zip([1.0, 2.0, 3.0, 4.0, 5.0], d.tolist(), strict=True)) for name, d in draws.items()}
        flagged += any(c.flag for c in compare.weak_cells(table(cells), ["dimension"]))
    assert flagged <= 25 * compare.FALSE_LEADS


def test_weeks_stand_against_their_own_touchpoint() -> None:
    parts = [histogram(LOW if w == "3" else LEVEL, touchpoint="配送", week=w) for w in "1234"]
    parts += [histogram(LOW, touchpoint="停车", week=w) for w in "1234"]
    gaps = compare.cell_gaps(pd.concat(parts, ignore_index=True), ["touchpoint", "week"], within=["touchpoint"])
    flags = {(c.keys["touchpoint"], c.keys["week"]) for c in compare.flagged(gaps) if c.flag == "weak"}
    assert flags == {("配送", "3")}
