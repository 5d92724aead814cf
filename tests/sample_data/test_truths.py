"""Each planted truth is in the files, and nothing else of its size is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

END = pd.Timestamp("2026-11-22")
WINDOWS = (52, 26, 12, 4)  # weeks up to the end
RANKED_MIN = 30  # answers below which nothing is ranked
GAP_MIN, FALSE_SHARE = 5.0, 0.10  # points, Benjamini-Hochberg


def near(value: float, stated: dict[str, float]) -> bool:
    return abs(value - stated["value"]) <= stated["tolerance"]


def last(table: pd.DataFrame, weeks: int) -> pd.DataFrame:
    return table[table["day"] > END - pd.Timedelta(weeks=weeks)]


def nps(scores: pd.Series) -> float:
    return 100 * ((scores >= 9).mean() - (scores <= 6).mean())


def cells(answers: pd.DataFrame, keys: list[str], *, value: str = "score") -> pd.DataFrame:
    """Each cell's n, mean, gap to all other answers and one-sided p of being lower, lowest first."""
    table = answers.groupby(keys)[value].agg(["count", "mean", "var"])
    n, total = len(answers), answers[value].sum()
    table["gap"] = table["mean"] - (total - table["mean"] * table["count"]) / (n - table["count"])
    spread = table["var"] / table["count"] + answers[value].var() / (n - table["count"])
    table["p"] = stats.norm.cdf(table["gap"] / np.sqrt(spread))
    return table[table["count"] >= RANKED_MIN].sort_values("gap")


def flagged(answers: pd.DataFrame, keys: list[str]) -> list:
    table = cells(answers, keys)
    table["adjusted"] = stats.false_discovery_control(table["p"])
    return list(table.index[(table["adjusted"] <= FALSE_SHARE) & (table["gap"] <= -GAP_MIN)])


def test_levels_of_the_chain(stated: dict, survey: pd.DataFrame) -> None:
    levels = stated["levels"]
    assert near(nps(survey["推荐意愿"]), levels["nps_points"])
    assert near((survey["overall"] >= 4).mean(), levels["csat_share"])
    assert near(survey["办事省力"].mean(), levels["ces"])


def test_weak_spot_is_first_in_every_window(truth: dict, answers: pd.DataFrame) -> None:
    weak = truth["weak_online_resolution"]
    for weeks in weak["first_in_last_weeks"]:
        ranked = cells(last(answers, weeks), ["place", "quality"])
        assert ranked.index[0] == (weak["touchpoint"], weak["dimension"])
        assert ranked["gap"].iloc[0] < ranked["gap"].iloc[1] - 4
    whole = cells(answers, ["place", "quality"]).iloc[0]
    assert near(whole["mean"], weak["score"])
    assert near(whole["gap"], weak["gap_to_rest"])


@pytest.mark.parametrize("weeks", WINDOWS)
def test_no_other_cell_is_weak(weeks: int, answers: pd.DataFrame) -> None:
    intended = [("在线客服", "问题解决彻底性"), ("自助结账", "自助结账—排队等候")]
    assert flagged(last(answers, weeks), ["place", "quality"]) == intended


def test_queue_hurts_only_beyond_the_kink(truth: dict, survey: pd.DataFrame) -> None:
    kink = truth["queue_kink"]
    asked = survey.dropna(subset=["等待分钟", "自助结账—排队等候"])
    wait, score = asked["等待分钟"].to_numpy(), 25 * (asked["自助结账—排队等候"].to_numpy() - 1)

    def fit(at: float) -> tuple[float, np.ndarray]:
        design = np.column_stack([np.ones_like(wait), wait, np.maximum(wait - at, 0)])
        coefficients, error, *_ = np.linalg.lstsq(design, score, rcond=None)
        return float(error[0]), coefficients

    best = min(np.arange(3, 15, 0.25), key=lambda at: fit(at)[0])
    _, (_, before, change) = fit(best)
    assert near(best, kink["kink_minutes"])
    assert near(before, kink["points_per_minute_before"])
    assert near(before + change, kink["points_per_minute_after"])
    assert (wait > kink["kink_minutes"]["value"]).sum() > 300


def test_training_lifts_treated_stores_only(truth: dict, answers: pd.DataFrame) -> None:
    training = truth["training_lift"]
    here = answers[(answers["place"] == training["touchpoint"]) & (answers["quality"] == training["dimension"])]
    before = here[here["day"] < training["action"]["start"]].groupby("门店")["score"].mean()
    after = here[here["day"] > training["action"]["end"]].groupby("门店")["score"].mean()
    change = (after - before).dropna()
    treated = change[change.index.isin(training["treated_stores"])]
    control = change[change.index.isin(training["control_stores"])]
    assert len(training["treated_stores"]) == len(training["control_stores"]) == 12
    assert near(treated.mean() - control.mean(), training["effect"])
    assert stats.ttest_ind(treated, control).pvalue < 0.01
    assert abs(control.mean()) < 3


def test_gold_members_feel_known(truth: dict, answers: pd.DataFrame) -> None:
    gold = truth["gold_personalisation"]
    asked = answers[answers["quality"].str.endswith(gold["dimension"])]
    early, late = asked["day"] < gold["action"]["start"], asked["day"] > gold["action"]["end"]
    is_gold = asked["会员等级"] == gold["tier"]
    assert near(asked.loc[is_gold & early, "score"].mean(), gold["before"])
    assert near(asked.loc[is_gold & late, "score"].mean(), gold["after"])
    for period in (early, late):
        assert near(asked.loc[~is_gold & period, "score"].mean(), gold["other_tiers"])


def test_storm_is_one_week(truth: dict, answers: pd.DataFrame) -> None:
    storm = truth["storm_week"]
    delivery = answers[(answers["place"] == storm["touchpoint"]) & answers["quality"].str.endswith(storm["dimension"])]
    weeks = delivery["day"].dt.to_period("W-SUN").dt.start_time
    by_week = delivery.groupby(weeks)["score"].mean()
    usual = by_week.drop(pd.Timestamp(storm["week"]))
    assert near(by_week[storm["week"]] - usual.mean(), storm["drop"])
    assert usual.min() > by_week[storm["week"]] + 20


def test_late_deliveries_fade_from_the_complaints(truth: dict, complaints: pd.DataFrame) -> None:
    late = truth["late_delivery_complaints"]
    is_late, day = complaints["投诉类别"] == late["category"], complaints["day"]
    storm = pd.Timestamp(truth["storm_week"]["week"])
    in_storm = day.between(storm, storm + pd.Timedelta(days=6))
    assert near(is_late[day < late["action"]["start"]].mean(), late["share_before"])
    assert near(is_late[(day > late["action"]["end"]) & ~in_storm].mean(), late["share_after"])
    assert near(is_late[in_storm].mean(), late["storm_week_share"])


def test_two_stores_are_really_bad(truth: dict, survey: pd.DataFrame, answers: pd.DataFrame) -> None:
    bad = truth["two_bad_stores"]
    in_store = answers[(answers["渠道"] == "门店") & (answers["quality"] != "整体")]
    gaps = cells(in_store, ["门店"])["gap"]
    assert list(gaps.index[:2].sort_values()) == sorted(bad["stores"])
    assert all(near(gaps[store], bad["gap_to_rest"]) for store in bad["stores"])
    assert survey.loc[survey["门店"].isin(bad["stores"]), "门店"].value_counts().min() > 400


def test_three_small_stores_only_look_bad(truth: dict, survey: pd.DataFrame, answers: pd.DataFrame) -> None:
    small, bad = truth["three_unlucky_stores"], truth["two_bad_stores"]["stores"]
    overall = survey.groupby("门店")["overall"].agg(["mean", "count"]).sort_values("mean")
    assert set(overall.index[:5]) == {*small["stores"], *bad}
    assert overall["count"][small["stores"]].to_dict() == small["responses"]
    assert overall["count"][small["stores"]].max() < RANKED_MIN
    gap = 25 * (overall["mean"] - survey["overall"].mean())
    assert (
        gap[small["stores"]]
        .between(small["overall_gap_seen"]["low"] - 0.5, small["overall_gap_seen"]["high"] + 0.5)
        .all()
    )


@pytest.mark.parametrize("weeks", [52, 26, 12])
def test_corrected_screening_names_the_bad_stores_and_no_small_one(
    weeks: int, truth: dict, answers: pd.DataFrame
) -> None:
    # Even with every answer taken for a person of its own, which flatters the evidence.
    named = flagged(last(answers, weeks).dropna(subset=["门店"]), ["门店"])
    assert set(named) == set(truth["two_bad_stores"]["stores"])


@pytest.mark.parametrize("weeks", [1, 4, 12, 26])
def test_chain_as_a_whole_stays_level(weeks: int, survey: pd.DataFrame) -> None:
    recent = last(survey, weeks)
    before = last(survey, 2 * weeks).drop(recent.index)
    for column, at_least in (("overall", 4), ("推荐意愿", 9)):
        now, then = (recent[column] >= at_least).astype(int), (before[column] >= at_least).astype(int)
        assert stats.ttest_ind(now, then).pvalue > 0.02


def test_resolution_drives_satisfaction_most(survey: pd.DataFrame) -> None:
    desk = survey[survey["渠道"].isin(["在线客服", "电话客服"])]
    columns = ["服务态度", "响应速度", "问题解决彻底性", "专业性", "被重视感"]
    complete = desk.dropna(subset=columns)
    centred = complete[[*columns, "overall"]] - complete[[*columns, "overall"]].mean()
    slopes, *_ = np.linalg.lstsq(centred[columns].to_numpy(), centred["overall"].to_numpy(), rcond=None)
    assert columns[int(np.argmax(slopes))] == "问题解决彻底性"
    assert np.sort(slopes)[-1] > 1.5 * np.sort(slopes)[-2]


def test_every_truth_is_told_to_people(truth: dict, folder: Path) -> None:
    prose = (folder / "TRUTHS.md").read_text(encoding="utf-8")
    assert [name for name in truth if f"`{name}`" not in prose] == []


def test_bots_reply_to_most_ordinary_online_complaints(truth: dict, complaints: pd.DataFrame) -> None:
    bots = truth["bot_replies"]
    since = complaints[complaints["投诉渠道"].isin(bots["channels"]) & (complaints["day"] >= bots["start"])]
    who = since[bots["column"]]
    bot, handed, person = who == "智能客服", who == "智能客服转人工", who == "人工客服"
    assert near((~person)[since["优先级"] == "普通"].mean(), bots["share"])
    assert near(handed.sum() / (~person).sum(), bots["handed"])
    minutes = (since["首次回复时间"] - since["受理时间"]).dt.total_seconds() / 60
    assert near(minutes[~person].median(), bots["median_minutes_bot"])
    assert near(minutes[person].median(), bots["median_minutes_person"])
    rated = since["处理评价"].notna()
    for rows, stated in ((bot, bots["satisfied_bot"]), (handed, bots["satisfied_handed"])):
        assert near((since["处理评价"] == "满意")[rows & rated].mean(), stated)


def test_queue_complaints_pile_up_in_one_store_and_part_of_the_day(truth: dict, complaints: pd.DataFrame) -> None:
    hot = truth["queue_hotspot"]
    late = complaints[(complaints["day"] >= hot["start"]) & (complaints["投诉类别"] == hot["category"])]
    first, end = hot["hours"]
    evening = late[late["受理时间"].dt.hour.between(first, end - 1)]
    counts = evening["门店"].value_counts()
    assert counts.index[0] == hot["store"]
    assert near(counts.iloc[0], hot["tickets"])
    assert counts.iloc[0] > 2.5 * counts.iloc[1]


def test_urgent_cases_wait_longer_in_the_evening(truth: dict, complaints: pd.DataFrame) -> None:
    urgent = truth["urgent_evenings"]
    rows = complaints[complaints["优先级"] == "紧急"]
    within = (rows["首次回复时间"] - rows["受理时间"]).dt.total_seconds() <= 60 * urgent["within_minutes"]
    evening = rows["受理时间"].dt.hour.between(urgent["evening"][0], urgent["evening"][1] - 1)
    assert near(within[~evening].mean(), urgent["share_by_day"])
    assert near(within[evening].mean(), urgent["share_in_the_evening"])
