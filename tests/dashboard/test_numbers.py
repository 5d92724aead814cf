"""A card's numbers as a file: values with limits and base, a reason where one is withheld, nothing beyond that."""

from __future__ import annotations

import io
import math

import openpyxl
import pandas as pd
import pytest

from analysis.estimate import Estimate
from analysis.export import CSV, XLSX
from analysis.i18n import say
from dashboard import numbers

SHOWN = Estimate(0.5, 0.4, 0.6, 100, "share")
HIDDEN = Estimate(0.5, 0.1, 0.9, 3, "share")


def test_values_stand_with_their_limits_and_withheld_ones_with_the_reason() -> None:
    frame = numbers.table([({"touchpoint": "配送", "自己的": 1}, SHOWN), ({"touchpoint": "退换", "自己的": 2}, HIDDEN)])
    assert list(frame.columns) == ["触点", "自己的", "值", "下限", "上限", "样本量", "单位", "不显示的原因", "加权"]
    first, second = frame.to_numpy(object).tolist()
    assert first[:6] == ["配送", 1, 50.0, 40.0, 60.0, 100]
    assert second[2:6] == [None, None, None, None], "not even how many answered"
    assert second[7:] == [say("withheld.hidden"), say("weighting.no")]


def test_no_lines_give_a_table_with_its_header() -> None:
    assert next(iter(numbers.table([]).columns)) == "值"
    assert numbers.table([]).empty


def test_a_value_without_an_interval_has_blank_limits() -> None:
    frame = numbers.table([({}, Estimate(70.0, math.nan, math.nan, 40, "score"))])
    assert frame.to_numpy(object).tolist()[0][:4] == [70.0, None, None, 40]


@pytest.mark.parametrize("suffix", [CSV, XLSX])
def test_a_hostile_label_is_no_formula_in_the_file(suffix: str) -> None:
    content = numbers._content(numbers.table([({"store": "=1+1"}, SHOWN)]), "=表", suffix)
    if suffix == CSV:
        assert pd.read_csv(io.BytesIO(content))["门店"].tolist() == ["'=1+1"]
    else:
        cell = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]["A2"]
        assert (cell.value, cell.data_type) == ("=1+1", "s")
