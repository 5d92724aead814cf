"""The texts: planted words where they belong, variety, and no real person's data."""

from __future__ import annotations

import re

import pandas as pd

DUPLICATES_MAX = 0.03
PHONE = re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")
IDENTITY = re.compile(r"(?<!\d)\d{17}[\dX](?!\d)")
MAIL = re.compile(r"[\w.]+@([\w.]+)")


def test_new_issue_appears_in_the_last_three_weeks(truth: dict, texts: pd.DataFrame) -> None:
    issue = truth["invoice_issue"]
    found = texts[texts["text"].str.contains(issue["pattern"])]
    weeks = found["day"].dt.to_period("W-SUN").dt.start_time.dt.strftime("%Y-%m-%d")
    assert weeks.value_counts().to_dict() == issue["mentions_by_week"]
    assert set(found["channel"]) == {issue["channel"]}
    assert set(found["source"]) == {"survey", "review", "complaint"}
    assert texts["text"].str.contains("发票|發票").sum() > 3 * len(found)


def test_feeling_valued_rises_in_praise(truth: dict, texts: pd.DataFrame, survey: pd.DataFrame) -> None:
    rise = truth["feeling_valued_rises"]
    praise = texts[texts["praise"]]
    says_it = praise["text"].str.contains(rise["pattern"])
    early = says_it[praise["day"] < "2026-02-16"].mean()
    late = says_it[praise["day"] > "2026-08-30"].mean()
    for share, stated in (
        (early, rise["share_of_praise_first_12_weeks"]),
        (late, rise["share_of_praise_last_12_weeks"]),
    ):
        assert abs(share - stated["value"]) <= stated["tolerance"]
    assert praise["text"].str.contains("被重視").any()
    halves = survey.groupby(survey["day"] < "2026-05-25")["被重视感"].mean()
    assert abs(halves.diff().iloc[-1]) < 0.08


def test_texts_rarely_repeat(texts: pd.DataFrame) -> None:
    assert texts["text"].duplicated().mean() < DUPLICATES_MAX
    assert texts.groupby("source")["text"].apply(lambda t: t.duplicated().mean()).max() < DUPLICATES_MAX


def test_about_a_quarter_of_respondents_comment(survey: pd.DataFrame) -> None:
    assert 0.22 < survey["意见"].notna().mean() < 0.28


def test_both_scripts_emoji_and_short_texts(reviews: pd.DataFrame) -> None:
    assert 0.1 < reviews["traditional"].mean() < 0.25
    traditional = reviews.loc[reviews["traditional"], "评价内容"]
    assert traditional.str.contains("[這個們說買點沒還質慢]").mean() > 0.6
    assert 0.05 < reviews["评价内容"].str.contains("[\U0001f300-\U0001faff❤✨]").mean() < 0.3
    assert 0.01 < (reviews["评价内容"].str.len() <= 5).mean() < 0.05


def test_tone_follows_the_stars(reviews: pd.DataFrame) -> None:
    sour = reviews["评价内容"].str.contains("差评|失望|生气|不会再|没解决|扣分|不推荐")
    assert sour[reviews["评分"] <= 2].mean() > 8 * sour[reviews["评分"] == 5].mean()


def test_no_slot_is_left_open(texts: pd.DataFrame) -> None:
    assert not texts["text"].str.contains(r"[{}]").any()
    assert texts["text"].str.strip().ne("").all()


def test_personal_data_is_there_and_belongs_to_nobody(texts: pd.DataFrame) -> None:
    joined = "\n".join(texts["text"])
    phones, identities, hosts = PHONE.findall(joined), IDENTITY.findall(joined), MAIL.findall(joined)
    assert len(phones) > 60
    assert len(identities) > 10
    assert len(hosts) > 20
    assert all(number.startswith("154") for number in phones)  # no operator's prefix
    assert all(number.startswith("110199") for number in identities)  # no such county
    assert all(host in ("example.com", "mail.example.org") for host in hosts)
