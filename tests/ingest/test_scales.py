"""Answers as people write them: words, numbers, stars, and what is no answer."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.ingest.scales import find_label_set, is_missing, number, read_scores

# Each set from 5 down to 1, as survey tools offer them.
FIVE_STEPS = [
    "非常满意/比较满意/一般/比较不满意/非常不满意",
    "很满意/满意/一般/不满意/很不满意",
    "非常滿意/滿意/一般/不滿意/非常不滿意",
    "很好/较好/一般/较差/很差",
    "非常好/比较好/一般/比较差/非常差",
    "非常容易/比较容易/一般/比较困难/非常困难",
    "非常省力/比较省力/一般/比较费力/非常费力",
    "非常同意/同意/一般/不同意/非常不同意",
    "非常符合/比较符合/一般/比较不符合/非常不符合",
    "非常重要/重要/一般/不重要/非常不重要",
    "非常愿意/愿意/一般/不愿意/非常不愿意",
    "Very satisfied/Satisfied/Neutral/Dissatisfied/Very dissatisfied",
    "Strongly agree/Agree/Neutral/Disagree/Strongly disagree",
]


def scores(*cells: str, scale: str = "1-5", reverse: bool = False) -> list[float]:
    return read_scores(pd.Series(cells, dtype="str"), scale=scale, reverse=reverse).scores.tolist()


@pytest.mark.parametrize("labels", FIVE_STEPS)
def test_label_sets_run_from_five_to_one(labels: str) -> None:
    assert scores(*labels.split("/")) == [5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("cell", "score"),
    [
        ("A.非常满意", 5),
        ("1、不满意", 2),
        ("5-非常满意", 5),
        ("非常满意（5分）", 5),
        (" 满 意 ", 4),
        ("不太满意", 2),
        ("一般满意", 3),
        ("E. 非常不满意", 1),
    ],
)
def test_labels_with_option_letters_and_additions(cell: str, score: float) -> None:
    assert scores(cell, "非常满意", "一般")[0] == score


def test_not_satisfied_is_not_satisfied() -> None:
    assert scores("不满意哦", "满意哦") == [2, 4]


def test_both_satisfied_and_rather_satisfied_are_seven_steps() -> None:
    labels, share = find_label_set({"非常满意": 3, "满意": 5, "比较满意": 4, "一般": 1, "不满意": 1})
    assert (labels.scale, share) == ("1-7", 1.0)
    assert scores("非常满意", "满意", "比较满意", "一般", "不满意", scale="1-7") == [7, 6, 5, 4, 2]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("9", 9),
        ("９", 9),
        ("9.0", 9),
        ("9分", 9),
        ("4星", 4),
        ("4 stars", 4),
        ("⭐⭐⭐⭐", 4),
        ("★★★☆☆", 3),
        ("五星", 5),
        ("4星半", 4.5),
        ("4/5", 4),
        ("80%", 80),
        ("-1", -1),
        ("10 非常可能", 10),
        ("0-完全不可能", 0),
    ],
)
def test_numbers(cell: str, value: float) -> None:
    assert number(cell) == value


@pytest.mark.parametrize(
    "cell", ["", "好", "1e309", "9次", "3天", "2026-01-01", "9 9", "--", "9,5", "1" * 30]
)
def test_no_numbers(cell: str) -> None:
    assert number(cell) is None


@pytest.mark.parametrize(
    "cell",
    [
        "",
        " ",
        "不适用",
        "未使用",
        "(跳过)",
        "（跳过）",
        "(空)",
        "说不清",
        "未参与，不评价",
        "/",
        "-2",
        "-3",
        "NA",
        "不適用",
        "#N/A",
    ],
)
def test_missing_answers_are_no_faults(cell: str) -> None:
    read = read_scores(pd.Series([cell, "5"]), scale="1-5")
    assert is_missing(cell)
    assert np.isnan(read.scores[0])
    assert (read.missing.tolist(), read.unreadable.any(), read.off_scale.any()) == (
        [True, False],
        False,
        False,
    )


@pytest.mark.parametrize(
    ("scale", "cell", "fits"),
    [
        ("1-5", "5", True),
        ("1-5", "0", False),
        ("1-5", "11", False),
        ("1-5", "-1", False),
        ("1-5", "4.5", False),
        ("stars", "4.5", True),
        ("0-10", "0", True),
        ("0-10", "11", False),
        ("1-10", "0", False),
        ("0-100", "100", True),
        ("0-100", "101", False),
        ("1-5", "9.5", False),
    ],
)
def test_scores_off_the_scale(scale: str, cell: str, fits: bool) -> None:
    read = read_scores(pd.Series([cell]), scale=scale)
    assert read.off_scale[0] == (not fits)
    assert np.isnan(read.scores[0]) == (not fits)


def test_reversed_codes() -> None:
    assert scores("1", "2", "5", reverse=True) == [5, 4, 1]
    assert scores("1", "7", scale="1-7", reverse=True) == [7, 1]


def test_empty_and_absent_columns() -> None:
    assert scores() == []
    assert find_label_set({}) == (None, 0.0)
    read = read_scores(pd.Series([None, "5"], dtype="str"), scale="1-5")
    assert read.missing.tolist() == [True, False]
