"""Metrics against known figures, at the edges, and under what must not change them."""

from __future__ import annotations

import math
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import intervals, metrics
from analysis.errors import UnknownName
from analysis.estimate import Cell, Estimate
from tests.reference import cases


def histogram(rows: list[tuple], keys: tuple[str, ...] = ()) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[*keys, "dimension", "scale", "score", "count"])


def groups(case: dict) -> dict[float, int]:
    """Detractors, passives and promoters as a histogram."""
    down, middle, up = (case["given"][name] for name in ("detractors", "passives", "promoters"))
    return {3.0: down, 8.0: middle, 10.0: up}


FIVE_POINTS = st.dictionaries(st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0]), st.integers(0, 200), min_size=1)
ELEVEN_POINTS = st.dictionaries(st.sampled_from([float(x) for x in range(11)]), st.integers(0, 200), min_size=1)


@pytest.mark.parametrize("case", cases("nps"))
def test_nps(case: dict) -> None:
    found = metrics.nps(groups(case))
    assert found.n == case["wanted"]["n"]
    if case["wanted"]["value"] is None:
        assert found.withheld == "no_data"
        assert math.isnan(found.value)
        return
    assert found.value == pytest.approx(case["wanted"]["value"], abs=1e-9)
    # Of fewer answers the limits are exact: near those of the score interval, and never far inside them.
    within = case["within"] if found.n >= intervals.EXACT_BELOW else 1.2 / found.n
    assert [found.low, found.high] == pytest.approx(case["wanted"]["score_ci"], abs=within)


@pytest.mark.parametrize("case", cases("nps_from_histogram"))
def test_nps_from_all_eleven_scores(case: dict) -> None:
    found = metrics.nps({float(score): count for score, count in case["given"]["counts"].items()})
    assert (found.value, found.n) == (pytest.approx(case["wanted"]["value"]), case["wanted"]["n"])


@pytest.mark.parametrize("case", cases("nps_denominator"))
def test_dismissed_answers_leave_the_denominator(case: dict) -> None:
    found = metrics.nps({**groups(case), math.nan: case["given"]["dismissed"]})
    assert (found.value, found.n) == (pytest.approx(case["wanted"]["value"]), case["wanted"]["n"])


@pytest.mark.parametrize("case", cases("nps_pool"))
def test_total_pools_counts_instead_of_averaging_stores(case: dict) -> None:
    rows = [
        (store["name"], "推荐意愿", "0-10", score, count)
        for store in case["given"]["stores"]
        for score, count in groups({"given": store}).items()
    ]
    table = histogram(rows, ("store",))
    assert metrics.estimate("nps", table).value == pytest.approx(case["wanted"]["pooled"], abs=case["within"])
    by_store = [cell.estimate.value for cell in metrics.cells(table, ["store"], metric="nps")]
    assert sum(by_store) / 2 == pytest.approx(case["wanted"]["mean_of_stores"], abs=case["within"])


@pytest.mark.parametrize("case", cases("proportion"))
def test_share(case: dict) -> None:
    found = metrics.share(case["given"]["successes"], case["given"]["n"])
    if case["wanted"]["value"] is None:
        assert found.withheld == "no_data"
        return
    assert found.value == pytest.approx(case["wanted"]["value"], abs=case["within"])
    assert [found.low, found.high] == pytest.approx(case["wanted"]["wilson_ci"], abs=case["within"])


@pytest.mark.parametrize("case", cases("mean_score"))
def test_mean_and_top_two_box(case: dict) -> None:
    counts = {float(score): count for score, count in case["given"]["counts"].items()}
    mean, top = metrics.mean_score(counts), metrics.csat(counts)
    assert (mean.value, mean.n) == (pytest.approx(case["wanted"]["value"]), case["wanted"]["n"])
    assert (top.value, [top.low, top.high]) == (
        pytest.approx(case["wanted"]["top2"]), pytest.approx(case["wanted"]["top2_wilson_ci"], abs=case["within"])
    )
    if case["wanted"]["t_ci"] is None:
        assert math.isnan(mean.low)
        assert mean.note == "no_spread"
    else:
        assert [mean.low, mean.high] == pytest.approx(case["wanted"]["t_ci"], abs=case["within"])


@pytest.mark.parametrize("case", cases("poisson_rate"))
def test_rate(case: dict) -> None:
    found = metrics.rate(case["given"]["events"], case["given"]["exposure"] * 1000)
    assert found.value == pytest.approx(case["wanted"]["rate"], abs=case["within"])
    assert [found.low, found.high] == pytest.approx(case["wanted"]["garwood_ci"], abs=case["within"])


def test_effort_keeps_its_own_scale() -> None:
    found = metrics.ces({7: 2, 5: 1, 1: 1})
    assert (found.value, found.unit, found.n) == (pytest.approx(5.0), "ces", 4)
    assert metrics.easy_share({7: 2, 5: 1, 1: 1}).value == pytest.approx(0.75)


def test_easy_shares_stand_beside_the_means_of_effort() -> None:
    rows = pd.DataFrame(
        [("b", 7.0, 3), ("b", 4.0, 1), ("a", 5.0, 1), ("a", 1.0, 1)], columns=["channel", "score", "count"]
    ).assign(dimension="办事省力", scale="1-7")
    easy, means = metrics.easy_cells(rows, ["channel"]), metrics.cells(rows, ["channel"], metric="ces")
    assert [(cell.keys, cell.estimate.value, cell.estimate.n) for cell in easy] == [
        ({"channel": "a"}, 0.5, 2), ({"channel": "b"}, 0.75, 4)
    ]
    assert [cell.keys for cell in easy] == [cell.keys for cell in means]
    assert metrics.easy_cells(rows, ())[0].estimate == metrics.share(4, 6)
    assert metrics.easy_cells(rows.iloc[:0], ()) == metrics.easy_cells(rows.iloc[:0], ["channel"]) == ()


@pytest.mark.parametrize(
    ("scale", "satisfied", "not_satisfied"),
    [("1-5", 4, 3), ("1-7", 6, 5), ("0-10", 9, 8), ("1-10", 9, 8), ("1-4", 3, 2), ("0-1", 1, 0), ("stars", 4, 3.5)],
)
def test_top_box_follows_the_scale(scale: str, satisfied: float, not_satisfied: float) -> None:
    assert metrics.csat({satisfied: 3, not_satisfied: 1}, scale=scale).value == 0.75


NOTHING = histogram([])
ONE = histogram([("整体满意度", "1-5", 4.0, 1)])


@pytest.mark.parametrize("metric", metrics.METRIC_NAMES)
def test_no_answers_are_missing_and_never_zero(metric: str) -> None:
    found = metrics.estimate(metric, NOTHING)
    assert (found.n, found.withheld) == (0, "no_data")
    assert math.isnan(found.value)
    assert metrics.cells(NOTHING.assign(store=[]), ["store"], metric=metric) == ()


def test_zero_counts_are_no_answers() -> None:
    assert metrics.estimate("csat", histogram([("整体满意度", "1-5", 4.0, 0)])).withheld == "no_data"


def test_one_answer_has_a_value_and_a_share_an_interval() -> None:
    top, mean = metrics.estimate("csat", ONE), metrics.estimate("score", ONE)
    assert (top.value, top.n) == (1.0, 1)
    assert top.low == pytest.approx(0.206549, abs=1e-5)
    assert (mean.value, mean.note) == (75.0, "no_spread")
    assert math.isnan(mean.low)


@pytest.mark.parametrize("count", [-1, math.nan, math.inf])
def test_impossible_counts_are_errors(count: float) -> None:
    with pytest.raises(ValueError, match="counts"):
        metrics.estimate("csat", histogram([("整体满意度", "1-5", 4.0, count)]))


@pytest.mark.parametrize(("scale", "score"), [("1-5", 6.0), ("1-5", 0.0), ("1-5", 3.5), ("0-10", 11.0), ("?", 1.0)])
def test_scores_off_the_scale_are_errors(scale: str, score: float) -> None:
    with pytest.raises(ValueError, match="scale"):
        metrics.estimate("csat", histogram([("整体满意度", scale, score, 3)]))


def test_nps_refuses_other_scales() -> None:
    with pytest.raises(ValueError, match="scale"):
        metrics.nps({11: 4})
    assert metrics.estimate("nps", ONE).withheld == "no_data"


def test_unknown_metric() -> None:
    with pytest.raises(UnknownName):
        metrics.cells(ONE, [], metric="happiness")


def test_missing_column_is_named() -> None:
    with pytest.raises(ValueError, match="store"):
        metrics.cells(ONE, ["store"], metric="csat")


def test_top_boxes_of_two_scales_are_never_pooled() -> None:
    table = histogram([("质量", "1-5", 5.0, 30), ("质量", "1-10", 1.0, 10)])
    found = metrics.estimate("csat", table)
    assert (found.value, found.n, metrics.main_scale(table)) == (1.0, 30, "1-5")


def test_each_dimension_keeps_its_own_main_scale() -> None:
    table = histogram([("质量", "1-5", 5.0, 30), ("价格", "1-10", 10.0, 10), ("价格", "1-5", 1.0, 3)])
    found = {c.keys["dimension"]: c.estimate.n for c in metrics.cells(table, ["dimension"], metric="csat")}
    assert found == {"价格": 10, "质量": 30}


def test_interval_of_pooled_dimensions_rests_on_people() -> None:
    one = [("质量", "1-5", 5.0, 60), ("质量", "1-5", 2.0, 40)]
    both = [*one, ("价格", "1-5", 5.0, 60), ("价格", "1-5", 2.0, 40)]
    alone, pooled = (metrics.estimate("csat", histogram(rows)) for rows in (one, both))
    assert (pooled.value, pooled.n) == (alone.value, 2 * alone.n)
    assert (pooled.low, pooled.high) == pytest.approx((alone.low, alone.high))


def test_keys_come_back_as_plain_values_in_order() -> None:
    weeks = [pd.Timestamp("2026-11-09"), pd.Timestamp("2026-11-02")]
    table = histogram([(week, None, "质量", "1-5", 4.0, 9) for week in weeks], ("week", "store"))
    assert [c.keys for c in metrics.cells(table, ["week", "store"], metric="csat")] == [
        {"week": date(2026, 11, 2), "store": None}, {"week": date(2026, 11, 9), "store": None},
    ]


@given(FIVE_POINTS, st.integers(2, 5))
def test_duplicating_all_rows_keeps_the_value(counts: dict[float, int], times: int) -> None:
    for metric in (metrics.csat, metrics.mean_score):
        once, often = metric(counts), metric({score: count * times for score, count in counts.items()})
        assert often.value == pytest.approx(once.value, nan_ok=True)
        assert often.n == times * once.n


@given(ELEVEN_POINTS, st.integers(2, 5))
def test_duplicating_all_rows_keeps_nps(counts: dict[float, int], times: int) -> None:
    once, often = metrics.nps(counts), metrics.nps({score: count * times for score, count in counts.items()})
    assert often.value == pytest.approx(once.value, nan_ok=True)


@given(FIVE_POINTS)
def test_value_lies_in_its_interval_and_range(counts: dict[float, int]) -> None:
    for found, top in ((metrics.csat(counts), 1), (metrics.mean_score(counts), 100)):
        if found.n == 0 or math.isnan(found.low):
            continue
        assert -1e-9 <= found.low <= found.value + 1e-9
        assert found.value - 1e-9 <= found.high <= top + 1e-9


@given(st.lists(st.tuples(st.sampled_from("甲乙丙"), st.sampled_from([1.0, 3.0, 5.0]), st.integers(1, 50)), min_size=1))
def test_cells_add_up_to_the_total_in_any_order(rows: list[tuple[str, float, int]]) -> None:
    table = histogram([(store, "质量", "1-5", score, count) for store, score, count in rows], ("store",))
    found = metrics.cells(table, ["store"], metric="csat")
    total = metrics.estimate("csat", table)
    assert sum(c.estimate.n for c in found) == total.n
    assert sum(c.estimate.n * c.estimate.value for c in found) == pytest.approx(total.n * total.value)
    assert metrics.cells(table.iloc[::-1], ["store"], metric="csat") == found


def sized(**sizes: int) -> list[Cell]:
    return [Cell({"store": name}, Estimate(0.5, 0.4, 0.6, n, "share")) for name, n in sizes.items()]


def test_lone_hidden_cell_hides_the_next_smallest() -> None:
    found = {c.keys["store"]: c.estimate.withheld for c in metrics.suppressed(sized(a=3, b=40, c=12))}
    assert found == {"a": "hidden", "b": None, "c": "hidden"}


@given(st.lists(st.integers(1, 60), min_size=12, max_size=12))
def test_no_cell_of_a_table_is_hidden_alone_in_its_row_or_column(sizes: list[int]) -> None:
    places = [(store, channel) for store in "abcd" for channel in "xyz"]
    cells = [
        Cell({"store": a, "channel": b}, Estimate(0.5, 0.4, 0.6, n, "share"))
        for (a, b), n in zip(places, sizes, strict=True)
    ]
    shown = zip(places, metrics.suppressed(cells), strict=True)
    hidden = {place for place, cell in shown if cell.estimate.withheld == "hidden"}
    for line in [*"abcd", *"xyz"]:
        assert sum(line in place for place in hidden) != 1


@pytest.mark.parametrize(
    "sizes", [{"a": 3, "b": 2, "c": 40}, {"a": 8, "b": 40}, {"a": 3}], ids=["two", "none", "alone"]
)
def test_no_further_cell_is_hidden_without_need(sizes: dict[str, int]) -> None:
    found = metrics.suppressed(sized(**sizes))
    assert [c.estimate.withheld == "hidden" for c in found] == [n < 5 for n in sizes.values()]


def test_suppression_of_nothing() -> None:
    assert metrics.suppressed([]) == ()
