"""What a driver report says, and when it declines."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.regression.linear_model import OLS
from statsmodels.tools import add_constant

from analysis.drivers import Driver, PairMoments, drivers, quadrants
from analysis.drivers.moments import PAIR_COLUMNS
from analysis.estimate import Estimate


def people(n: int = 1500, *, seed: int = 3) -> pd.DataFrame:
    """Satisfaction goes with 态度 and 速度, not with 停车; a tenth of every question was skipped."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 3))
    frame = pd.DataFrame(x, columns=["态度", "速度", "停车"])
    frame["总体"] = 0.7 * frame["态度"] + 0.3 * frame["速度"] + rng.normal(size=n)
    return frame.mask(rng.random(frame.shape) < 0.1)


def pair_frame(answers: pd.DataFrame, blocks: int) -> pd.DataFrame:
    """The pair sums of a table of answers, counted plainly."""
    lines = []
    for block, part in answers.groupby(np.arange(len(answers)) % blocks):
        for i, first in enumerate(answers.columns):
            for second in answers.columns[i:]:
                x, y = part[[first]].iloc[:, 0], part[[second]].iloc[:, 0]
                x, y = x[both := x.notna() & y.notna()], y[both]
                sums = (len(x), x.sum(), y.sum(), (x**2).sum(), (y**2).sum(), (x * y).sum())
                lines.append((block, first, second, *sums))
    return pd.DataFrame(lines, columns=list(PAIR_COLUMNS))


def test_the_order_and_the_idle_dimension() -> None:
    report = drivers(PairMoments.of_answers(people()))
    assert [d.dimension for d in report.drivers] == ["态度", "速度", "停车"]
    assert [d.verdict for d in report.drivers] == ["goes_with", "goes_with", "not_enough_evidence"]
    assert sum(d.importance for d in report.drivers) == pytest.approx(report.r_squared, abs=1e-12)
    assert report.low < report.r_squared < report.high
    assert all(d.low <= d.importance <= d.high for d in report.drivers)


def test_sums_from_a_store_give_the_correlations_of_the_answers() -> None:
    answers = people(400)
    moments = PairMoments.of_pairs(pair_frame(answers, 20), list(answers.columns))
    assert moments.blocks == 20
    assert moments.correlations() == pytest.approx(answers.corr().to_numpy(), abs=1e-10)


def test_everyone_twice_changes_nothing_but_n() -> None:
    answers = people(600)
    once, twice = (drivers(PairMoments.of_answers(pd.concat([answers] * k))) for k in (1, 2))
    assert twice.r_squared == pytest.approx(once.r_squared, abs=1e-12)
    assert twice.n == 2 * once.n


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    # Uncorrelated predictors: the truth is the squared correlation, 0.49 / (0.49 + 0.09 + 1) for 态度.
    truth, inside = 0.49 / 1.58, 0
    for seed in range(60):
        report = drivers(PairMoments.of_answers(people(500, seed=seed)))
        found = next(d for d in report.drivers if d.dimension == "态度")
        inside += found.low <= truth <= found.high
    assert inside >= 48  # 54 expected of 60 at 90 %; fewer than 48 has a chance of 2 %


@pytest.mark.parametrize(
    ("answers", "refused"),
    [
        (people(90), "too_few"),
        (people(300).assign(总体=5.0), "constant_outcome"),
        (people(99).assign(总体=5.0), "too_few"),
        (people(4).assign(态度=5.0), "very_few"),
        (people(300)[["总体"]], "no_dimensions"),
        (people(300).iloc[:0], "constant_outcome"),
        (people(300).assign(另一=lambda f: f["总体"])[["另一", "总体"]], "inconsistent"),
    ],
    ids=["few", "constant outcome", "few and constant", "four", "no dimensions", "empty", "twins"],
)
def test_declines(answers: pd.DataFrame, refused: str) -> None:
    report = drivers(PairMoments.of_answers(answers))
    assert report.refused == refused
    assert report.n == 0 or report.n >= 5  # how few they are could point at somebody
    assert report.drivers == ()
    assert np.isnan(report.r_squared)


def test_one_customer_who_answers_again_and_again_shows_no_drivers() -> None:
    answers = people(500)
    report = drivers(PairMoments.of_pairs(pair_frame(answers, 1), list(answers.columns)))
    assert (report.refused, report.drivers) == ("repeats", ())


def test_questions_of_another_touchpoint_stand_apart() -> None:
    answers = people(2000)
    answers["配送"] = answers["总体"] * 0.5 + np.random.default_rng(0).normal(size=2000)
    answers.loc[answers.index[:1000], "配送"] = np.nan
    answers.loc[answers.index[1000:], "停车"] = np.nan
    report = drivers(PairMoments.of_answers(answers[["态度", "速度", "停车", "配送", "总体"]]))
    assert len(report.apart) == 1
    assert set(report.apart) <= {"停车", "配送"}
    assert {d.dimension for d in report.drivers} == {"态度", "速度", "停车", "配送"} - set(report.apart)


def test_a_question_without_spread_is_dropped_and_named() -> None:
    report = drivers(PairMoments.of_answers(people().assign(停车=4.0)))
    assert report.dropped == ("停车",)
    assert {d.dimension for d in report.drivers} == {"态度", "速度"}


@pytest.mark.parametrize("sign", [1, -1])
def test_a_question_asked_twice_counts_once(sign: int) -> None:
    """Without the copy nothing changes; with a copy of the target it would explain everything."""
    answers = people()
    plain = drivers(PairMoments.of_answers(answers))
    copied = answers.assign(再问=sign * answers["态度"], 就是总体=answers["总体"])
    copied = copied[["态度", "速度", "再问", "停车", "就是总体", "总体"]]
    found = drivers(PairMoments.of_answers(copied))
    assert found.merged == ("再问", "就是总体")
    assert found.r_squared == pytest.approx(plain.r_squared)
    assert [d.dimension for d in found.drivers] == [d.dimension for d in plain.drivers]


def test_a_suppressor_and_overlap_are_warned_of() -> None:
    rng = np.random.default_rng(9)
    base = rng.normal(size=2000)
    near = base + 0.3 * rng.normal(size=2000)
    answers = pd.DataFrame({"甲": base, "乙": near, "总体": 2 * base - near + rng.normal(size=2000)})
    found = {d.dimension: d for d in drivers(PairMoments.of_answers(answers)).drivers}
    assert "suppressor" in found["乙"].warnings
    assert "overlap" in found["甲"].warnings
    assert found["乙"].sign == -1
    assert found["乙"].correlation > 0


def test_where_everybody_answered_everything_both_r_squared_are_one() -> None:
    answers = people().dropna()
    report = drivers(PairMoments.of_answers(answers))
    fit = OLS(answers["总体"], add_constant(answers[["态度", "速度", "停车"]])).fit()
    assert report.among.value == pytest.approx(report.r_squared) == pytest.approx(fit.rsquared)
    assert not report.pieced
    idle = next(d for d in report.drivers if d.dimension == "停车")
    assert idle.p_value == pytest.approx(fit.pvalues["停车"], abs=0.05)


def test_r_squared_within_people_is_that_of_a_regression_with_a_term_for_what_was_left_out() -> None:
    answers = people(400).dropna(subset=["总体"])
    asked = answers[["态度", "速度", "停车"]]
    skipped = add_constant(asked.isna().astype(float).add_prefix("没答"))
    bare, fit = (OLS(answers["总体"], x).fit() for x in (skipped, pd.concat([skipped, asked.fillna(0)], axis=1)))
    found, _ = PairMoments.of_answers(answers).among_people()
    assert found == pytest.approx(fit.rsquared - bare.rsquared)


def test_questions_put_to_different_people_do_not_add_up_and_turn_no_sign() -> None:
    """Satisfaction is the mean of the three things of six that each person was asked about, and a little effort."""
    random, n = np.random.default_rng(4), 4000
    felt = 0.7 * random.normal(size=(n, 1)) + 0.8 * random.normal(size=(n, 6))
    felt = pd.DataFrame(felt, columns=list("甲乙丙丁戊己")).where(random.random(felt.shape).argsort(axis=1) < 3)
    whole = felt.mean(axis=1)
    effort = whole + 0.6 * random.normal(size=n)
    known = whole + 0.2 * (effort - whole)
    answers = felt.assign(省力=effort, 总体=known + 0.6 * random.normal(size=n))
    report = drivers(PairMoments.of_answers(answers), draws=100)
    driver = next(d for d in report.drivers if d.dimension == "省力")
    truth = known.var() / (known.var() + 0.36)
    assert report.among.low < truth < report.among.high
    assert report.pieced
    assert report.low > truth + 0.1
    assert (driver.warnings, driver.sign) == (("pieced",), 1)


def test_questions_that_explain_little_are_called_weak() -> None:
    rng = np.random.default_rng(1)
    noise = pd.DataFrame(rng.normal(size=(800, 4)), columns=["甲", "乙", "丙", "总体"])
    report = drivers(PairMoments.of_answers(noise))
    assert report.weak
    assert all(d.verdict == "not_enough_evidence" for d in report.drivers)


def placed(importance: tuple, performance: tuple | None) -> Driver:
    score = Estimate(*performance, 500, "share") if performance else Estimate.missing("share")
    return Driver("x", *importance, 500, 0.5, 1, 1.0, "goes_with", (), score)


def test_no_quadrant_where_an_interval_reaches_a_line() -> None:
    low, high = (0.05, 0.03, 0.07), (0.25, 0.2, 0.3)
    bad, good = (0.5, 0.45, 0.55), (0.9, 0.87, 0.93)
    found = [placed(high, bad), placed(high, good), placed(low, bad), placed(low, good)]
    assert quadrants(found) == ("act_now", "keep_up", "low_priority", "possible_overkill")
    unsure = [*found, placed((0.15, 0.05, 0.25), bad), placed(high, (0.7, 0.5, 0.9)), placed(high, None)]
    assert quadrants(unsure)[4:] == ("undecided",) * 3
    assert quadrants([]) == ()
